package pages

// This file has what the index shows of a cluster, and of all clusters together.

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/bacviz/bacviz/capacity"
	"github.com/bacviz/bacviz/check"
	"github.com/bacviz/bacviz/fleet"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/natural"
)

func printable(s string) string { return display.Printable(s) }

// A row is what the index shows of a cluster.
type row struct {
	Name, File string // printable; the path of the page
	Picture    picture
	Snapshots  int
	From, To   time.Time
	Sum        capacity.Sum
	Counts     fleet.Counts
	Changed    int // moments
	Rules      []fleet.Rule
	Checked    int
	Latest     []moment
	Spark      spark
	Silent     bool // it is no part of the figures of all clusters at the end

	samples []fleet.Sample // at most mostSparks
}

// A moment is one that the index lists.
type moment struct {
	At      time.Time
	Cluster string
	File    string
	Counts  fleet.Counts
	Who     string
}

// What the index keeps of each cluster at most.
const (
	mostSparks = 64
	mostLatest = 12
)

// mostOpen is how many rules that do not hold the index lists at most.
const mostOpen = 40

func newRow(j job, d drawn) row {
	r := j.report
	out := row{
		Name: printable(r.Cluster), File: j.name + ".html", Snapshots: r.Snapshots, From: r.From, To: r.To, Sum: r.Sum, Counts: r.Counts,
		Changed: r.Changed, Rules: r.Rules, Checked: r.Checked,
		Picture: picture{File: j.name + smallSuffix, Alt: "Picture of " + printable(r.Cluster) + ": " + d.said, Width: pixels(small.width), Height: pixels(small.height)},
		samples: thinned(r.Samples),
	}
	for i := range r.Moments[:min(mostLatest, len(r.Moments))] {
		m := &r.Moments[i]
		out.Latest = append(out.Latest, moment{m.At, out.Name, out.File, m.Counts, who(m)})
	}
	out.Spark = newSpark(out.samples, r.From, r.To)
	return out
}

// thinned returns at most mostSparks of some samples: the first, and the last of each so many, which
// stands for them.
func thinned(all []fleet.Sample) []fleet.Sample {
	some := []fleet.Sample{all[0]}
	every := (len(all) + mostSparks - 3) / (mostSparks - 1)
	for group := range slices.Chunk(all[1:], max(every, 1)) {
		s := group[0]
		for _, later := range group[1:] {
			s = later.Since(&s)
		}
		some = append(some, s)
	}
	return some
}

// who names the first nodes of a moment.
func who(m *fleet.Moment) string {
	const most = 3
	var names []string
	for i := range m.Changes[:min(most, len(m.Changes))] {
		names = append(names, subject(&m.Changes[i]))
	}
	if more := m.All() - len(names); more > 0 {
		names = append(names, number(more)+" more")
	}
	return strings.Join(names, ", ")
}

// subject names what a change is about, as bacviz log does.
func subject(c *fleet.Change) string {
	name := printable(c.ID)
	if c.From != "" {
		name = printable(c.From) + " → " + name
	}
	if c.Orchestrator {
		name = "orchestrator " + name
	}
	return name
}

// broken and unknown return how many of some rules are.
func broken(open []fleet.Rule) (n int) {
	for i := range open {
		if open[i].Status == check.Broken {
			n++
		}
	}
	return n
}

func unknown(open []fleet.Rule) int { return len(open) - broken(open) }

// Open returns the rules that do not hold now.
func (r *row) Open() (open []fleet.Rule) {
	for _, rule := range r.Rules {
		if rule.Open {
			open = append(open, rule)
		}
	}
	return open
}

// Share returns the share of the CPU in use, in words.
func (r *row) Share() string { return shareText(&r.Sum, capacity.CPU) }

func shareText(s *capacity.Sum, r capacity.Resource) string {
	share, known := s.Of(r).Share()
	if !known {
		return "unknown"
	}
	return fmt.Sprintf("%.0f %%", share*100)
}

// An overview is what the index shows.
type overview struct {
	Title     string
	Rows      []row
	Snapshots int
	From, To  time.Time
	Sum       capacity.Sum
	Silent    int // clusters
	Latest    []moment
	AtOnce    int // clusters that changed at the last of those times, and are not among them
	Open      []finding
	Lost      []lost
	LeftOut   int // files
	Checked   bool
	Chart     picture

	files map[string][]byte // pictures, by name
}

// A finding is a rule of a cluster that does not hold.
type finding struct {
	Cluster, File string
	fleet.Rule
}

func newOverview(ctx context.Context, rows []row, lost []lost, opt Options) (o *overview, err error) {
	o = &overview{Title: printable(opt.Title), Rows: rows, Lost: lost}
	for i := range lost {
		o.LeftOut += lost[i].Number
	}
	for i := range rows {
		r := &rows[i]
		if o.From.IsZero() || r.From.Before(o.From) {
			o.From = r.From
		}
		if r.To.After(o.To) {
			o.To = r.To
		}
		o.Snapshots += r.Snapshots
		o.Latest = append(o.Latest, r.Latest...)
		o.Checked = o.Checked || r.Checked > 0
		for _, rule := range r.Open() {
			o.Open = append(o.Open, finding{r.Name, r.File, rule})
		}
	}
	for i := range rows {
		r := &rows[i]
		if r.Silent = !r.counts(o.To); r.Silent {
			o.Silent++
			continue
		}
		o.Sum.Plus(&r.Sum)
	}
	slices.SortStableFunc(o.Open, func(a, b finding) int { return strings.Compare(string(a.Status), string(b.Status)) }) // broken before unknown
	slices.SortStableFunc(o.Latest, func(a, b moment) int {
		return cmp.Or(b.At.Compare(a.At), b.Counts.All()-a.Counts.All(), natural.Compare(a.Cluster, b.Cluster))
	})
	for n := mostLatest; n < len(o.Latest) && o.Latest[n].At.Equal(o.Latest[mostLatest-1].At); n++ {
		o.AtOnce++
	}
	o.Latest = o.Latest[:min(mostLatest, len(o.Latest))]
	broad, narrow, said, err := drawCharts(ctx, together(rows, o.From, o.To), "Nodes and "+capacity.CPU.Title()+" of all clusters over time")
	if err != nil {
		return nil, err
	}
	o.Chart = picture{"time.svg", "time-narrow.svg", said, pixels(wide.width), pixels(wide.height)}
	o.files = map[string][]byte{o.Chart.File: broad, o.Chart.Narrow: narrow}
	return o, nil
}

// together returns the figures of all clusters at evenly spaced times: at each the sum of what
// each cluster had last, if it counts. What was least in between is that of the one cluster that
// missed most nodes: the clusters may have had their outages at different times.
func together(rows []row, from, to time.Time) (all []fleet.Sample) {
	const steps = 120
	step := to.Sub(from) / steps
	next := make([]int, len(rows)) // the first sample that is later
	for i := range steps + 1 {
		at := from.Add(time.Duration(i) * step)
		if i == steps {
			at = to
		}
		s := fleet.Sample{At: at}
		dip := 0
		for k := range rows {
			r := &rows[k]
			least := math.MaxInt
			for ; next[k] < len(r.samples) && !r.samples[next[k]].At.After(at); next[k]++ {
				now := &r.samples[next[k]]
				s.Joined, s.Left, s.Other = s.Joined+now.Joined, s.Left+now.Left, s.Other+now.Other
				least = min(least, now.Least)
			}
			if next[k] > 0 && r.counts(at) {
				now := &r.samples[next[k]-1]
				s.Plus(&now.Sum)
				dip = max(dip, now.Connected-least)
			}
		}
		s.Least, s.Most = s.Connected-dip, s.Connected
		if step > 0 || i == steps {
			all = append(all, s)
		}
	}
	return all
}
