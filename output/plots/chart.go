// Package plots draws how full a network is: bars and heat maps of what is in use, histograms,
// counts of nodes by version, state and engine, and how all that went over time.
//
// What comes in is a [graph.Topology]. [New] takes its figures from package capacity, and
// [Write] writes them as a picture on gonum/plot, or as a table. The look is that of the
// pictures of package output. The same topology and options give the same bytes. This
// package fetches nothing and prints nothing.
//
// It is made for bacviz's own commands, and may change with a minor version: see
// docs/versions.md.
package plots

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/bacviz/bacviz/capacity"
	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/display"
)

// Options are the choices of [New]. The zero value gives the defaults.
type Options struct {
	Kind     string             // one of [Kinds]; "" is capacity
	Resource capacity.Resource  // of capacity and histogram
	By       string             // the field to group by, which the topology is grouped by; "" for nodes
	Top      int                // the most rows; 0 is as many as fit
	All      bool               // without Top, all rows, whether they fit or not: for tables and texts
	Free     bool               // a histogram of what is free, in place of the share in use
	Title    string             // "" gives the kind's own
	Part     *cluster.Selection // of a [Timeline]: the part of the network that its samples are of; nil for all

	// Merged is of a [Timeline] whose samples stand for several times, so that it does not say at
	// how many times there were changes.
	Merged bool

	// Width and Height are the size of the canvas in points, at least [MinWidth] and
	// [MinHeight]. A height of 0 is as high as the chart needs: up to 8 inches, or as high as Top
	// rows are.
	Width, Height float64
}

// The default width, the largest height that is chosen, and the least sizes, in points.
const (
	DefaultWidth = 864
	MostHeight   = 576
	MinWidth     = 216
	MinHeight    = 144
)

// A Kind is a kind of chart.
type Kind struct {
	Name, Help string
	Resource   bool // Options.Resource has an effect
	Rows       bool // it has a row for each node or group: Options.By and Top have one
	History    bool // it is of a history, and [Timeline] makes it
}

type kind struct {
	Kind
	make func(*maker) error
}

// kinds is the table of kinds; help, errors and completion read it.
var kinds = []kind{
	{Kind{Name: "capacity", Help: "what is in use of what there is, a bar for each node or group", Resource: true, Rows: true}, (*maker).capacity},
	{Kind{Name: "heatmap", Help: "the share in use of each resource, a row for each node or group", Rows: true}, (*maker).heatmap},
	{Kind{Name: "histogram", Help: "how many nodes have how much in use, or free", Resource: true}, (*maker).histogram},
	{Kind{Name: "versions", Help: "how many nodes run which version"}, (*maker).versions},
	{Kind{Name: "states", Help: "how many nodes are in which state"}, (*maker).states},
	{Kind{Name: "engines", Help: "how many nodes have which engine"}, (*maker).engines},
}

// AllKinds returns the kinds of charts: those of a network, and those of a history.
func AllKinds() []Kind {
	return append(Kinds(), Kind{Name: TimelineKind, Help: "nodes and what is in use over time, of a HISTORY that log reads", Resource: true, History: true})
}

// Kinds returns the kinds of charts of a network, which [New] makes.
func Kinds() []Kind {
	out := make([]Kind, len(kinds))
	for i, k := range kinds {
		out[i] = k.Kind
	}
	return out
}

// A look is what the colour of a part of a bar stands for.
type look int

const (
	lookUsed look = iota
	lookFree
	lookUnknown
	lookThere    // of a node over time
	lookAwaiting // reconnection
	lookAway     // and still listed
	lookMark     // of a change
	lookCount    // of nodes
	lookGap      // nothing
)

// lookNames are the words of the looks that a key explains.
var lookNames = [...]string{
	lookUsed: "in use", lookFree: "free", lookUnknown: "not known",
	lookThere: "connected", lookAwaiting: "awaiting reconnection", lookAway: "disconnected; a gap: not listed", lookMark: "changed",
}

// A part is a part of a bar.
type part struct {
	amount float64
	look   look
	class  diagram.Class // whose colour it has, instead of that of the look; 0 for none
	hint   string        // what a pointer on it shows; "" for nothing
}

// A bar is a row of a chart: its parts from zero on, and what stands at its end.
type bar struct {
	name  string
	parts []part
	end   string
	marks []float64 // where something happened
}

func (b *bar) total() (sum float64) {
	for _, p := range b.parts {
		sum += p.amount
	}
	return sum
}

// A cell is a share in a heat map: known, not known ("?") or of nothing ("–").
type cell struct {
	share float64
	text  string
	known bool
}

// A heatRow is a row of a heat map.
type heatRow struct {
	name  string
	cells []cell
}

// A Chart is what [Write] writes: it does not change.
type Chart struct {
	Kind        string
	Title       string
	Subtitle    string // what is in all, and what was left out
	Description string // for readers who cannot see the picture

	width, height float64 // in points; a height of 0 is as high as it needs
	unit          func(float64) string
	axis          string // the name of the axis
	binary        bool   // ticks are at round numbers of bytes
	whole         bool   // ticks are at whole numbers
	bars          []bar
	upright       bool // bars stand upright: a histogram
	heat          []heatRow
	heatHead      []string
	samples       []Sample // of a timeline, whose bars are for a terminal
	resource      capacity.Resource
	measure       string // what a histogram counts nodes by: "load" or "free"
	timed         bool   // amounts are seconds from a time on, up to another
	since, until  time.Time

	column string   // of the shown table, after the names, if there is one
	head   []string // of the table
	cells  [][]any  // of the table: a string, an int, a float64 or nil for what is not known
	shown  [][]string
}

// maker is a chart in the making.
type maker struct {
	ctx  context.Context
	topo *graph.Topology
	opt  Options
	room int // for rows
	*Chart
}

// New returns a chart. The topology has all nodes, and is grouped by Options.By alone; none
// is collapsed. It returns an error for options that it cannot serve, and ctx.Err() if ctx
// ends first.
func New(ctx context.Context, t *graph.Topology, opt Options) (*Chart, error) {
	opt.Kind = cmp.Or(opt.Kind, kinds[0].Name)
	opt.Width = cmp.Or(opt.Width, DefaultWidth)
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.Name == opt.Kind })
	if i < 0 {
		return nil, fmt.Errorf("unknown kind of chart %q (have %s)", opt.Kind, strings.Join(names(), ", "))
	}
	if err := CheckSize(opt.Width, opt.Height); err != nil {
		return nil, err
	}
	build := func(room int) (*Chart, error) {
		m := &maker{ctx, t, opt, room, &Chart{Kind: opt.Kind, width: opt.Width, height: opt.Height}}
		if err := kinds[i].make(m); err != nil {
			return nil, err
		}
		m.Title = cmp.Or(opt.Title, m.Title)
		m.say()
		return m.Chart, ctx.Err()
	}
	if opt.All {
		return build(math.MaxInt)
	}
	return fit(opt, true, barRoom(cmp.Or(opt.Height, MostHeight)), build)
}

// ErrNoRoom is the error of a chart that a height has no room for.
var ErrNoRoom = errors.New("the chart is too high")

// noRoom returns the error of a chart that needs so many points, and has fewer.
func noRoom(needs, has float64) error {
	return fmt.Errorf("%w: it needs %g inches at this width, and has %.4g", ErrNoRoom, math.Ceil(needs/72*10)/10, has/72)
}

// fit returns the chart with as many rows as its canvas has room for: rows with long names are
// higher than others, so fewer of them fit. A canvas without a height may be bounded.
func fit(opt Options, bounded bool, room int, build func(room int) (*Chart, error)) (*Chart, error) {
	has := opt.Height
	if has == 0 && bounded {
		has = MostHeight
	}
	for before := math.MaxInt; ; {
		c, err := build(room)
		if err != nil {
			return nil, err
		}
		needs := c.place().height
		rows := len(c.bars) + len(c.heat)
		fewest := opt.Top > 0 || rows <= 2 || rows >= before
		switch {
		case has == 0 || needs <= has || opt.Height == 0 && fewest && needs <= mostSize:
			return c, nil
		case opt.Height == 0 && fewest:
			return nil, noRoom(needs, mostSize)
		case fewest:
			return nil, noRoom(needs, has)
		}
		room, before = max(1, min(rows-1, int(float64(rows)*has/needs))), rows
	}
}

// CheckSize returns an error for a canvas that is too small or too large for any chart. A
// height of 0 is left to the chart.
func CheckSize(width, height float64) error {
	if !(width >= MinWidth && width <= mostSize) {
		return fmt.Errorf("a width of %s is not between %d and %d", inches(width/72), MinWidth/72, mostSize/72)
	}
	if height != 0 && !(height >= MinHeight && height <= mostSize) {
		return fmt.Errorf("a height of %s is not between %d and %d", inches(height/72), MinHeight/72, mostSize/72)
	}
	return nil
}

// mostSize is the largest width and height of a page of PDF (ISO 32000-1, annex C), in points.
const mostSize = 14400

func inches(x float64) string {
	if text := fmt.Sprintf("%.4g", x); text != "1" {
		return text + " inches"
	}
	return "1 inch"
}

func names() (out []string) {
	for _, k := range kinds {
		out = append(out, k.Name)
	}
	return out
}

// say adds to the subtitle which part of the network the chart is of, and describes the
// chart in words.
func (m *maker) say() {
	m.Subtitle += conditions(m.topo.Selection)
	if m.topo.Unread > 0 {
		m.Subtitle += fmt.Sprintf(" · %d of %s could not be read", m.topo.Unread, display.Count(m.topo.Sources, "source"))
	}
	m.Title, m.Subtitle = display.Printable(m.Title), display.Printable(m.Subtitle)
	m.describe()
}

// conditions returns what follows words about a part of a network: " · region=eu".
func conditions(s *cluster.Selection) (text string) {
	if s != nil {
		for _, by := range s.By {
			text += " · " + by.String()
		}
	}
	return text
}

// describe says in words what the chart shows.
func (c *Chart) describe() {
	parts := []string{c.Title + ".", c.Subtitle + "."}
	for i, row := range c.shown {
		if i == 10 {
			parts = append(parts, display.Count(len(c.shown)-i, "more row")+".")
			break
		}
		parts = append(parts, strings.Join(slices.DeleteFunc(slices.Clone(row), func(s string) bool { return s == "" }), ", ")+".")
	}
	c.Description = strings.Join(parts, " ")
}

// fitting returns how many of so many rows are shown: all, or those that leave room for a row
// of all others.
func (m *maker) fitting(rows int) int {
	switch {
	case m.opt.Top > 0:
		return min(rows, m.opt.Top)
	case rows > m.room:
		return max(1, m.room-1)
	}
	return rows
}

// rows returns the figures of the rows of a chart with a row for each node or group: all if
// there is room, or the first by some amounts and one row for the others, which it says.
func (m *maker) rows(by string, most ...func(*capacity.Row) float64) (all *capacity.Table, rows []capacity.Row, hasOthers bool, err error) {
	all, err = capacity.New(m.ctx, m.topo, m.opt.By)
	if err != nil {
		return nil, nil, false, err
	}
	n := m.fitting(len(all.Rows))
	top, others := all.Top(n, most...)
	rows = top.Rows
	if others != nil {
		m.Subtitle = fmt.Sprintf("the %s with the most %s, and %s together", display.Count(n, all.Noun(1)), by, others.Name)
		rows = append(rows[:len(rows):len(rows)], *others)
	} else {
		m.Subtitle = display.Count(all.All.Nodes, "compute node")
		if m.opt.By != "" {
			m.Subtitle += " in " + display.Count(len(all.Rows), all.Noun(1))
		}
	}
	m.head, m.cells = all.Flat(rows)
	return all, rows, others != nil, nil
}
