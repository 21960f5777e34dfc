package history

// This file reads times as people write them.

import (
	"fmt"
	"strconv"
	"time"

	"github.com/bacviz/bacviz/internal/lazy"
)

// layouts are the forms of a time that begin with a date. Without a zone it is UTC.
var layouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05.999999999", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly,
}

// ParseTime reads a time: now, an age such as 24h or 7d, which is that long before now, or
// a date such as 2026-11-01 with or without a time of day and a zone. A date alone is its
// beginning, and a time without a zone is UTC.
func ParseTime(text string, now time.Time) (time.Time, error) {
	if text == "now" {
		return now, nil
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	age, err := ParseAge(text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is not a time: now, 2h, 7d, 2026-11-01 or 2026-11-01T12:00:00Z", text)
	}
	return now.Add(-age), nil
}

// agePart is a number with its unit.
var agePart = lazy.Regexp(`([0-9]+(?:\.[0-9]+)?)([a-zµ]+)`)

// ageUnits are the units that [time.ParseDuration] does not have.
var ageUnits = map[string]time.Duration{"d": 24 * time.Hour, "w": 7 * 24 * time.Hour, "y": 365 * 24 * time.Hour}

// maxAge is longer than any history. A sum of such does not overflow.
const maxAge = 100 * 365 * 24 * time.Hour

// ParseAge reads a duration of at most 100 years, such as 90s, 24h, 7d, 2w or 1d12h.
func ParseAge(text string) (time.Duration, error) {
	var age time.Duration
	end := 0
	for _, at := range agePart().FindAllStringSubmatchIndex(text, -1) {
		number, unit := text[at[2]:at[3]], text[at[4]:at[5]]
		var d time.Duration
		if length, is := ageUnits[unit]; is {
			n, err := strconv.ParseFloat(number, 64)
			if err != nil || n > float64(maxAge/length) {
				return 0, ageError(text)
			}
			d = time.Duration(n * float64(length))
		} else {
			var err error
			if d, err = time.ParseDuration(number + unit); err != nil {
				return 0, ageError(text)
			}
		}
		if age += d; at[0] != end || d > maxAge || age > maxAge {
			return 0, ageError(text)
		}
		end = at[1]
	}
	if end == 0 || end != len(text) {
		return 0, ageError(text)
	}
	return age, nil
}

func ageError(text string) error {
	return fmt.Errorf("%q is not a duration such as 90m, 24h, 7d or 2w", text)
}
