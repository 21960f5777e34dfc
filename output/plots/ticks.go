package plots

// This file finds round times.

import "time"

// A tick is a round time with its label.
type tick struct {
	at   time.Time
	text string
}

// steps are the times between two ticks, and the layout of their labels. Below a day a tick
// at midnight has the date as its label.
var steps = []struct {
	step   time.Duration
	layout string
}{
	{time.Second, "15:04:05"},
	{5 * time.Second, "15:04:05"},
	{15 * time.Second, "15:04:05"},
	{time.Minute, "15:04"},
	{5 * time.Minute, "15:04"},
	{15 * time.Minute, "15:04"},
	{time.Hour, "15:04"},
	{3 * time.Hour, "15:04"},
	{6 * time.Hour, "15:04"},
	{12 * time.Hour, "15:04"},
	{day, "2 Jan"},
	{2 * day, "2 Jan"},
	{3 * day, "2 Jan"},
	{7 * day, "2 Jan"},
	{14 * day, "2 Jan"},
}

const day = 24 * time.Hour

// ticks returns round times of UTC between two, whose distance is at least the whole time
// divided by most.
func ticks(from, to time.Time, most int) (all []tick) {
	most = max(most, 1)
	from, to = from.UTC(), to.UTC()
	for _, s := range steps {
		if to.Sub(from) > s.step*time.Duration(most) {
			continue
		}
		// Truncate counts from the year 1, which began on a Monday.
		for at := from.Truncate(s.step); !at.After(to); at = at.Add(s.step) {
			if at.Before(from) {
				continue
			}
			layout := s.layout
			if s.step < day && at.Equal(at.Truncate(day)) {
				layout = "2 Jan"
			}
			all = append(all, tick{at, at.Format(layout)})
		}
		return all
	}
	return months(from, to, most)
}

// ends returns two times themselves, for an axis that has no room for two round ones.
func ends(from, to time.Time) []tick {
	layout := "2 Jan"
	switch span := to.Sub(from); {
	case span < time.Minute:
		layout = "15:04:05"
	case span < day:
		layout = "15:04"
	case span > 300*day:
		layout = "Jan 2006"
	}
	return []tick{{from, from.UTC().Format(layout)}, {to, to.UTC().Format(layout)}}
}

// months returns the beginnings of months, or of years.
func months(from, to time.Time, most int) (all []tick) {
	for _, step := range []int{1, 3, 6, 12, 24, 60, 120, 1200} {
		const shortest = 28 * day // February
		if to.Sub(from)/(shortest*time.Duration(step)) >= time.Duration(most) {
			continue
		}
		first := time.Date(from.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
		for n := 0; ; n += step {
			at := first.AddDate(0, n, 0)
			if at.After(to) {
				return all
			}
			if at.Before(from) {
				continue
			}
			layout := "Jan 2006"
			if step >= 12 {
				layout = "2006"
			}
			all = append(all, tick{at, at.Format(layout)})
		}
	}
	return nil
}
