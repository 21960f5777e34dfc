package fleet

// This file makes the report of a cluster of its facts, in order of time.

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bacviz/bacviz/capacity"
	"github.com/bacviz/bacviz/check"
	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diff"
	"github.com/bacviz/bacviz/internal/display"
)

// A Report says what happened in one cluster.
type Report struct {
	Cluster   string
	Snapshots int
	From, To  time.Time // of the first and the last snapshot; zero if all were left out
	LeftOut   int       // files that are no snapshots
	Lost      []Lost    // of those, the first [MostLost], those without a time in their names before others

	Network cluster.Snapshot // the last one, without load
	Sum     capacity.Sum     // the figures of the last snapshot
	Listed  int              // the nodes in the lists of the last snapshot

	// Moments are the times at which the network was another one than before, the last
	// first; of more than [MostMoments], the last. Changed counts all of them, and Counts what
	// happened at all of them.
	Moments []Moment
	Changed int
	Counts

	Samples []Sample // the earliest first, thinned to at most [MostSamples]
	Rules   []Rule   // those that ever did not hold, by name
	Checked int      // how many rules the last snapshot was checked against, at least
}

// A Lost is a file that was left out, and why.
type Lost struct{ File, Reason string }

// Counts are how many nodes joined and left, and how much else changed; see [diff.Kind].
type Counts struct{ Joined, Left, Other int }

func (c *Counts) plus(o Counts) {
	c.Joined, c.Left, c.Other = c.Joined+o.Joined, c.Left+o.Left, c.Other+o.Other
}

// All returns how much happened.
func (c Counts) All() int { return c.Joined + c.Left + c.Other }

// Any reports whether anything happened.
func (c Counts) Any() bool { return c != Counts{} }

// A Moment is a time at which the network changed.
type Moment struct {
	At time.Time
	Counts
	Changes []Change // at most [MostChanges], in the order of package diff
}

// A Change is what happened to one node, or one orchestrator.
type Change struct {
	diff.Kind
	diff.Subject
	Words []string // what changed, one printable line each
}

// A Sample is the figures at a time, and what happened since the sample before.
type Sample struct {
	At time.Time
	capacity.Sum
	Counts
	Least, Most int // connected nodes since the sample before
}

// Since returns the sample that stands for two neighbours: the figures are those of the later one,
// s. Which of several neighbours come together first has no effect.
func (s Sample) Since(earlier *Sample) Sample {
	s.plus(earlier.Counts)
	s.Least, s.Most = min(s.Least, earlier.Least), max(s.Most, earlier.Most)
	return s
}

// A Rule says how often one of the rules did not hold.
type Rule struct {
	Name            string
	Broken, Unknown int          // snapshots
	Last            time.Time    // when it did not hold last
	Since           time.Time    // from when on it had that status at each snapshot that was checked, until Last
	Open            bool         // whether it does not hold in the last snapshot
	Status          check.Status // when it did not hold last
	Found           string       // what was found then
	Message         string       // the rule's advice, printable; may be empty

	before spell // of the snapshot that was checked before the present one
}

// A spell is a time over which a rule did not hold.
type spell struct {
	open   bool
	status check.Status
	since  time.Time
}

// What a report shows at most, so that it does not grow with the snapshots.
const (
	MostMoments = 500
	MostChanges = 100
	MostSamples = 256
	MostLost    = 100
)

// Reports yields the report of each cluster, in the order of the lines. It ends with the first
// error. In memory are one report and the records of one cluster.
func Reports(ctx context.Context, lines iter.Seq2[Line, error]) iter.Seq2[*Report, error] {
	return func(yield func(*Report, error) bool) {
		var now *story
		for line, err := range lines {
			if err != nil {
				yield(nil, err)
				return
			}
			if now != nil && now.cluster != line.cluster {
				if now.any() && !yield(now.end(), nil) {
					return
				}
				now = nil
			}
			if now == nil {
				now = newStory(line.cluster)
			}
			if err := now.add(ctx, &line); err != nil {
				yield(nil, err)
				return
			}
		}
		if now != nil && now.any() {
			yield(now.end(), nil)
		}
	}
}

// A story is a report in the making.
type story struct {
	cluster string // as a JSON string
	report  Report
	shapes  shapes
	shape   string // the last one
	rules   map[string]*Rule
	thin    thinning
}

func newStory(quoted string) *story {
	s := &story{cluster: quoted, shapes: newShapes(), rules: map[string]*Rule{}}
	name, err := jsontext.AppendUnquote(nil, quoted)
	if s.report.Cluster = string(name); err != nil {
		s.report.Cluster = quoted // which no bacviz wrote
	}
	return s
}

// any reports whether there is something to report: a snapshot, or a file that was left out.
func (s *story) any() bool { return s.report.Snapshots > 0 || s.report.LeftOut > 0 }

// add adds a line. Those above it have defined what it needs.
func (s *story) add(ctx context.Context, l *Line) (err error) {
	switch l.what {
	case leftOutLine:
		err = s.report.lose(l)
	case nodeLine:
		err = s.shapes.addNode(l)
	case shapeLine:
		err = s.shapes.add(l)
	default:
		err = s.snapshot(ctx, l)
	}
	if err != nil && ctx.Err() == nil {
		return s.fault(l, err.Error())
	}
	return err
}

// lose adds a file that was left out.
func (r *Report) lose(l *Line) error {
	var is struct {
		File   string `json:"file"`
		Reason string `json:"reason"`
	}
	if err := json.Unmarshal([]byte("{"+l.rest+"}"), &is); err != nil {
		return fmt.Errorf("not a file that was left out: %s", display.OneLine(err.Error()))
	}
	if r.LeftOut++; len(r.Lost) < MostLost {
		r.Lost = append(r.Lost, Lost(is))
	}
	return nil
}

func (s *story) fault(l *Line, message string) error {
	return &Error{
		Message: fmt.Sprintf("facts of cluster %s at %s: %s", display.Printable(s.report.Cluster), l.time, message),
		Hint:    "make the facts again: bacviz fleet facts",
	}
}

// snapshot adds the line of a snapshot.
func (s *story) snapshot(ctx context.Context, l *Line) error {
	at, err := time.Parse(timeLayout, l.time)
	if err != nil {
		return err
	}
	f, err := figuresOf(l)
	if err != nil {
		return fmt.Errorf("not the figures of a snapshot: %s", display.OneLine(err.Error()))
	}
	r := &s.report
	sum := f.Sum.sum()
	if r.Snapshots > 0 && at.Equal(r.To) && l.name == s.shape && f.Listed == r.Listed && sum == r.Sum {
		s.ruled(at, f.Rules) // the same snapshot, with other rules
		return nil
	}
	if r.Snapshots == 0 {
		r.From = at
	}
	r.Snapshots++
	r.To, r.Sum, r.Listed = at, sum, f.Listed
	s.unruled()
	var counts Counts
	if l.name != s.shape {
		if counts, err = s.moment(ctx, at, l.name); err != nil {
			return err
		}
	}
	s.ruled(at, f.Rules)
	s.thin.add(Sample{at, r.Sum, counts, r.Sum.Connected, r.Sum.Connected})
	return nil
}

// moment makes a shape the present one, and adds what changed.
func (s *story) moment(ctx context.Context, at time.Time, shape string) (Counts, error) {
	network, err := s.shapes.network(shape)
	if err != nil {
		return Counts{}, err
	}
	r := &s.report
	before := r.Network
	first := s.shape == ""
	s.shape, r.Network = shape, network
	if first {
		return Counts{}, nil
	}
	d, err := diff.Compare(ctx, before, network, diff.Options{})
	if err != nil || d.Same() {
		return Counts{}, err
	}
	several := len(before.Orchestrators) > 1 || len(network.Orchestrators) > 1
	m := Moment{At: at}
	for subject, part := range d.Split(ctx) {
		kind := subject.Kind(&before, &network)
		m.count(kind)
		if len(m.Changes) < MostChanges {
			m.Changes = append(m.Changes, Change{kind, subject, part.Words(ctx, several)})
		}
	}
	r.Changed++
	r.plus(m.Counts)
	if len(r.Moments) == 2*MostMoments { // the last ones are at the end until the report ends
		r.Moments = append(r.Moments[:0], r.Moments[MostMoments:]...)
	}
	r.Moments = append(r.Moments, m)
	return m.Counts, ctx.Err()
}

func (m *Moment) count(kind diff.Kind) {
	switch kind {
	case diff.Joined:
		m.Joined++
	case diff.Left:
		m.Left++
	default:
		m.Other++
	}
}

// unruled begins a snapshot, about whose rules nothing is known yet.
func (s *story) unruled() {
	for _, r := range s.rules {
		if s.report.Checked > 0 {
			r.before = spell{r.Open, r.Status, r.Since}
		}
		r.Open = false
	}
	s.report.Checked = 0
}

// ruled counts the rules that do not hold in the last snapshot: for each set of rules that it was
// checked against, in the order of the lines. One that several sets have counts once, as broken if one of them
// says so.
func (s *story) ruled(at time.Time, now *ruling) {
	if now == nil {
		return
	}
	s.report.Checked = max(s.report.Checked, now.Of)
	for _, o := range now.Open {
		r := s.rules[o.Rule]
		if r == nil {
			r = &Rule{Name: o.Rule}
			s.rules[o.Rule] = r
		}
		switch {
		case r.Open && (r.Status == check.Broken || o.Status != check.Broken):
			continue
		case r.Open:
			r.Unknown--
			r.Broken++
		case o.Status == check.Broken:
			r.Broken++
		default:
			r.Unknown++
		}
		r.Last, r.Open, r.Status, r.Found, r.Message = at, true, o.Status, display.Printable(o.Found), display.Printable(o.Message)
		if r.Since = at; r.before.open && r.before.status == o.Status {
			r.Since = r.before.since
		}
	}
	open := 0
	for _, r := range s.rules {
		if r.Open {
			open++
		}
	}
	s.report.Checked = max(s.report.Checked, open)
}

// end returns the report.
func (s *story) end() *Report {
	r := &s.report
	if n := len(r.Moments); n > MostMoments {
		r.Moments = r.Moments[n-MostMoments:]
	}
	slices.Reverse(r.Moments)
	r.Samples = s.thin.kept
	for _, rule := range s.rules {
		r.Rules = append(r.Rules, *rule)
	}
	slices.SortFunc(r.Rules, func(a, b Rule) int { return strings.Compare(a.Name, b.Name) })
	return r
}
