package plots

// This file makes the kinds of charts of a topology.

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/bacviz/bacviz/capacity"
	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/natural"
)

// capacity makes a bar for each node or group: what is in use, what is free, and what is not
// known.
func (m *maker) capacity() error {
	r := m.opt.Resource
	all, rows, others, err := m.rows(r.Title(), func(row *capacity.Row) float64 { return row.Of(r).Total })
	if err != nil {
		return err
	}
	m.Title = upper(r.Title()) + " in use"
	if m.opt.By != "" {
		m.Title += " by " + m.groups()
	}
	m.column, m.unit, m.binary, m.whole = "in use", r.Text, r == capacity.Memory || r == capacity.Disk, r == capacity.GPU
	if f := all.All.Of(r); f.Total > 0 {
		m.Subtitle += " · " + useText(r, f)
	}
	for i := range rows {
		f := rows[i].Of(r)
		b := bar{name: rows[i].Name, end: useText(r, f)}
		for _, p := range []part{{amount: f.Used, look: lookUsed}, {amount: f.Free, look: lookFree}, {amount: f.Unknown, look: lookUnknown}} {
			if p.amount > 0 {
				b.parts = append(b.parts, p)
			}
		}
		m.bars = append(m.bars, b)
		m.shown = append(m.shown, []string{b.name, b.end})
	}
	m.cutOthers(others)
	return nil
}

// groups returns what the rows are grouped by, for a title.
func (m *maker) groups() string { return strings.TrimPrefix(display.Printable(m.opt.By), "@") }

// cutOthers leaves out the bar of all others, and says so at its end, if it is longer than all
// other bars, which would be too short to compare.
func (m *maker) cutOthers(has bool) {
	if last := len(m.bars) - 1; has && slices.IndexFunc(m.bars[:last], func(b bar) bool { return b.total() >= m.bars[last].total() }) < 0 {
		m.bars[last].parts = nil
		m.bars[last].end += " (no bar)"
	}
}

// useText says what is in use of a figure: "6 of 8 cores in use, 4 cores not known".
func useText(r capacity.Resource, f capacity.Figure) string {
	switch {
	case !f.Told:
		return "not known"
	case f.Total == 0:
		return "none"
	case !f.Known:
		return r.Text(f.Total) + ", use not known"
	}
	used, _, _ := strings.Cut(r.Text(f.Used), " ")
	all := r.Text(f.Used + f.Free)
	if r != capacity.GPU && unitOf(r.Text(f.Used)) != unitOf(all) && r != capacity.CPU {
		used = r.Text(f.Used)
	}
	text := used + " of " + all + " in use"
	if f.Unknown > 0 {
		text += ", " + r.Text(f.Unknown) + " not known"
	}
	return text
}

// upper returns a text that begins with a capital.
func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func unitOf(text string) string {
	_, unit, _ := strings.Cut(text, " ")
	return unit
}

// heatmap makes a row for each node or group, with the share of each resource in use, and
// how many executions wait.
func (m *maker) heatmap() error {
	busiest := func(row *capacity.Row) float64 {
		most := -1.0
		for _, r := range capacity.Resources() {
			if share, known := row.Of(r).Share(); known {
				most = max(most, share)
			}
		}
		return most
	}
	queue := func(row *capacity.Row) float64 { return float64(row.Queued) }
	_, rows, others, err := m.rows("in use", busiest, queue, sumOfShares)
	if err != nil {
		return err
	}
	m.Title = "In use, by resource"
	if m.opt.By != "" {
		m.Title += " and " + m.groups()
	}
	m.heatHead = []string{"CPU", "memory", "disk", "GPUs", "waiting"}
	queued, single := 0, len(rows)
	if others {
		single-- // all others together would make each row pale
	}
	for i := range rows[:single] {
		queued = max(queued, rows[i].Queued)
	}
	if queued > 0 {
		m.Subtitle += fmt.Sprintf(" · waiting: full colour at %d", queued)
	}
	for i := range rows {
		row := heatRow{name: rows[i].Name}
		for _, r := range capacity.Resources() {
			c := cell{text: "?"}
			switch f := rows[i].Of(r); {
			case f.Told && f.Total == 0:
				c.text = "–"
			default:
				if c.share, c.known = f.Share(); c.known {
					c.text = percent(c.share)
				}
			}
			row.cells = append(row.cells, c)
		}
		wait := cell{text: "?"}
		if rows[i].Loads > 0 {
			wait = cell{float64(rows[i].Queued) / float64(max(queued, 1)), strconv.Itoa(rows[i].Queued), true}
		}
		row.cells = append(row.cells, wait)
		m.heat = append(m.heat, row)
		shown := []string{row.name}
		for _, c := range row.cells {
			shown = append(shown, c.text)
		}
		m.shown = append(m.shown, shown)
	}
	return nil
}

// sumOfShares returns how much of all resources together is in use.
func sumOfShares(row *capacity.Row) (sum float64) {
	for _, r := range capacity.Resources() {
		share, _ := row.Of(r).Share()
		sum += share
	}
	return sum
}

func percent(share float64) string {
	return strconv.FormatFloat(math.Round(100*share), 'f', 0, 64) + " %"
}

// bins is the number of bins of a histogram, as many as there are tenths.
const bins = 10

// histogram makes an upright bar for each tenth of what is in use, or for each bin of what
// is free: how many nodes there are. Nodes of which nothing is known have a bar of their own.
func (m *maker) histogram() error {
	r := m.opt.Resource
	table, err := capacity.New(m.ctx, m.topo, "")
	if err != nil {
		return err
	}
	m.upright, m.whole, m.unit = true, true, plainNumber
	m.head, m.column = []string{"name", "from", "to", "nodes"}, "nodes"
	m.axis, m.resource, m.measure = "nodes", r, "load"
	values, unknown, lacking := m.values(table, r)
	bounds, label := tenths(), func(from, to float64) string { return fmt.Sprintf("%.0f–%.0f %%", 100*from, 100*to) }
	m.Title = upper(r.Title()) + " in use"
	if m.opt.Free {
		m.Title, m.measure = "Free "+r.Title(), "free"
		bounds, label = freeBounds(values, r), freeLabel(r)
	}
	m.Title += ", number of nodes"
	m.bins(values, bounds, label)
	m.Subtitle = display.Count(len(table.Rows), "compute node")
	for _, rest := range []struct {
		n    int
		name string
		look look
	}{{unknown, "not known", lookUnknown}, {lacking, "none", lookCount}} {
		if rest.n > 0 {
			m.Subtitle += fmt.Sprintf(" · %d %s", rest.n, rest.name)
			m.addBin(rest.name, rest.n, rest.look, nil, nil)
		}
	}
	return nil
}

// values returns what each node has in use, as a share, or free; and how many nodes there are
// of which that is not known, or that have none of the resource.
func (m *maker) values(table *capacity.Table, r capacity.Resource) (values []float64, unknown, lacking int) {
	for i := range table.Rows {
		f := table.Rows[i].Of(r)
		share, known := f.Share()
		switch {
		case f.Told && f.Total == 0:
			lacking++
		case !known:
			unknown++
		case m.opt.Free:
			values = append(values, f.Free)
		default:
			values = append(values, share)
		}
	}
	return values, unknown, lacking
}

// tenths are the bounds of bins of a share.
func tenths() (bounds []float64) {
	for k := range bins + 1 {
		bounds = append(bounds, float64(k)/bins)
	}
	return bounds
}

// freeBounds returns the round bounds of bins of what is free, from zero to above the most. Bins
// are of one width; if most nodes were in the first one, each is twice as wide as that before it.
func freeBounds(values []float64, r capacity.Resource) []float64 {
	most := 0.0
	for _, v := range values {
		most = max(most, v)
	}
	step := roundStep(most/bins, r == capacity.Memory || r == capacity.Disk, r == capacity.GPU)
	bounds, low := []float64{0}, 0
	for len(bounds) < 2 || bounds[len(bounds)-1] <= most*(1+1e-9) {
		bounds = append(bounds, float64(len(bounds))*step)
	}
	for _, v := range values {
		if v < step {
			low++
		}
	}
	if 2*low <= len(values) || most < 4 {
		return bounds
	}
	doubled := []float64{math.Exp2(math.Floor(math.Log2(most)) + 1)}
	for len(doubled) < bins && doubled[0] > 1 {
		doubled = slices.Insert(doubled, 0, doubled[0]/2)
	}
	return slices.Insert(doubled, 0, 0)
}

// freeLabel returns what names a bin of what is free: "128–256 GiB", "0–1 GPUs".
func freeLabel(r capacity.Resource) func(from, to float64) string {
	return func(from, to float64) string {
		switch r {
		case capacity.CPU:
			return plainNumber(math.Round(from*1e6)/1e6) + "–" + r.Text(to)
		case capacity.GPU: // whole devices: 4 are in the next bin
			if to--; from == to {
				return r.Text(from)
			}
			return plainNumber(from) + "–" + plainNumber(to) + " GPUs"
		}
		unit := 1.0 // the largest in which both are whole numbers
		for math.Mod(from, 1024*unit) == 0 && math.Mod(to, 1024*unit) == 0 && 1024*unit <= to {
			unit *= 1024
		}
		return plainNumber(from/unit) + "–" + plainNumber(to/unit) + " " + unitOf(r.Text(unit))
	}
}

// bins adds a bar for each bin between two bounds, the last of which is the last with a value.
func (m *maker) bins(values, bounds []float64, label func(from, to float64) string) {
	counts := make([]int, len(bounds)-1)
	last := 0
	for _, v := range values {
		k := sort.Search(len(bounds), func(i int) bool { return bounds[i] > v*(1+1e-9) }) - 1
		k = max(0, min(k, len(counts)-1)) // 100 % is in the last tenth
		counts[k]++
		last = max(last, k)
	}
	if !m.opt.Free {
		last = len(counts) - 1
	}
	for k := 0; k <= last && len(values) > 0; k++ {
		m.addBin(label(bounds[k], bounds[k+1]), counts[k], lookUsed, math.Round(bounds[k]*1e6)/1e6, math.Round(bounds[k+1]*1e6)/1e6)
	}
}

func (m *maker) addBin(name string, n int, l look, from, to any) {
	m.bars = append(m.bars, bar{name: name, parts: []part{{amount: float64(n), look: l}}, end: strconv.Itoa(n)})
	m.cells = append(m.cells, []any{name, from, to, n})
	m.shown = append(m.shown, []string{name, display.Count(n, "node")})
}

// versions counts the nodes of each version, the newest first.
func (m *maker) versions() error {
	m.Title = "Nodes by version"
	return m.count("version", "", func(v *graph.Vertex) []string { return []string{m.topo.Field(v, graph.FieldVersion)} },
		func(a, b string, _, _ int) int { return graph.CompareValues(graph.FieldVersion, b, a) }, nil)
}

// stateClasses are the states in their order, with the classes whose colours they have.
var stateClasses = []struct {
	name  string
	class diagram.Class
}{
	{"connected", diagram.ClassCompute}, {"awaiting reconnection", diagram.ClassAwaiting}, {"disconnected", diagram.ClassDisconnected},
	{"pending approval", diagram.ClassPending}, {"rejected", diagram.ClassRejected},
}

// states counts the nodes in each state. A node that is not approved is not counted with
// those that are connected.
func (m *maker) states() error {
	m.Title = "Nodes by state"
	place := func(name string) int {
		for i, s := range stateClasses {
			if s.name == name {
				return i
			}
		}
		return len(stateClasses)
	}
	return m.count("state", "", func(v *graph.Vertex) []string {
		switch {
		case v.Membership() == cluster.Rejected:
			return []string{"rejected"}
		case v.Membership() == cluster.Pending:
			return []string{"pending approval"}
		case v.Hub:
			return []string{"connected"}
		case v.Connection() == cluster.AwaitingReconnection:
			return []string{"awaiting reconnection"}
		}
		return []string{m.topo.Field(v, graph.FieldState)}
	}, func(a, b string, _, _ int) int { return cmp.Or(place(a)-place(b), natural.Compare(a, b)) },
		func(name string) diagram.Class {
			if i := place(name); i < len(stateClasses) {
				return stateClasses[i].class
			}
			return 0
		})
}

// engines counts the nodes that have each engine.
func (m *maker) engines() error {
	m.Title = "Nodes by engine"
	return m.count("engine", ", each with all its engines", func(v *graph.Vertex) []string {
		if len(v.Node.Engines) == 0 {
			return []string{graph.NoValue(graph.FieldEngine)}
		}
		var out []string
		for _, e := range v.Node.Engines {
			out = append(out, graph.ValueText(graph.FieldEngine, e))
		}
		return slices.Compact(out)
	}, func(a, b string, na, nb int) int { return cmp.Or(nb-na, natural.Compare(a, b)) }, nil)
}

// count makes a bar for each value that nodes have. A note follows the number of nodes in the
// subtitle.
func (m *maker) count(noun, note string, values func(*graph.Vertex) []string, order func(a, b string, na, nb int) int, class func(string) diagram.Class) error {
	counts := map[string]int{}
	nodes := 0
	for _, v := range m.topo.All() {
		if !v.Counts() {
			continue
		}
		nodes++
		for _, value := range values(v) {
			counts[value]++
		}
	}
	var all []string
	for value := range counts {
		all = append(all, value)
	}
	slices.SortFunc(all, func(a, b string) int { return order(a, b, counts[a], counts[b]) })
	m.head, m.column, m.unit, m.whole, m.axis = []string{"name", "nodes"}, "nodes", plainNumber, true, "nodes"
	m.Subtitle = display.Count(nodes, "compute node") + note
	shown, rest := m.fitting(len(all)), 0
	for i, value := range all {
		if i >= shown {
			rest += counts[value]
			continue
		}
		m.addCount(value, counts[value], class)
	}
	if rest > 0 {
		m.addCount(display.Count(len(all)-shown, "other"), rest, nil)
		m.cutOthers(true)
		first := "the first"
		if shown > 1 {
			first += fmt.Sprintf(" %d", shown)
		}
		m.Subtitle += fmt.Sprintf(" · %s of %s", first, display.Count(len(all), noun))
	}
	return m.ctx.Err()
}

func (m *maker) addCount(name string, n int, class func(string) diagram.Class) {
	p := part{amount: float64(n), look: lookCount}
	if class != nil {
		p.class = class(name)
	}
	m.bars = append(m.bars, bar{name: name, parts: []part{p}, end: strconv.Itoa(n)})
	m.cells = append(m.cells, []any{name, n})
	m.shown = append(m.shown, []string{name, display.Count(n, "node")})
}
