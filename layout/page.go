package layout

// This file places what frames a drawing: title, subtitle, notes and legend.

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/typeface"
)

// A Kind is what an entry of the legend explains.
type Kind int

// The kinds, in the order of the legend.
const (
	HubKind Kind = iota
	HybridKind
	RequesterKind
	ComputeKind
	GroupKind
	DisconnectedKind
	PendingKind
	RejectedKind
	UnlistedKind // a node that a job was placed on and no list has
	JobPendingKind
	JobRunningKind
	JobCompletedKind
	JobFailedKind
	JobStoppedKind
	JobUnknownKind
	SameKind // this and the next three are of a difference
	ChangedKind
	AddedKind
	RemovedKind
	ValueKind // one of the values that colours stand for
	RunKind   // an edge of a job
)

var kindNames = [...]string{
	HubKind:          "orchestrator",
	HybridKind:       "orchestrator that computes",
	RequesterKind:    "other requester",
	ComputeKind:      "compute node",
	GroupKind:        "group of compute nodes",
	DisconnectedKind: "disconnected",
	PendingKind:      "pending approval",
	RejectedKind:     "rejected",
	UnlistedKind:     "node in no list",
	JobPendingKind:   "job, pending",
	JobRunningKind:   "job, running",
	JobCompletedKind: "job, completed",
	JobFailedKind:    "job, failed",
	JobStoppedKind:   "job, stopped",
	JobUnknownKind:   "job, unknown state",
	SameKind:         "the same",
	ChangedKind:      "changed",
	AddedKind:        "came",
	RemovedKind:      "went",
	ValueKind:        "value",
	RunKind:          "run",
}

// String returns the kind's name as the legend has it.
func (k Kind) String() string { return kindNames[k] }

// An Entry of the legend is a swatch of a kind with its name beside it.
type Entry struct {
	Kind   Kind
	Swatch Box // its Vertex is nil
	Name   Text

	// Of a ValueKind, as in a vertex: which value, or how much; -1 for what is
	// not known.
	Value  int
	Amount float64

	Idle    bool          // it is about nodes that took no part in any job
	Outcome graph.Outcome // of a RunKind, whose swatch is a line as wide as its box
}

const (
	margin       = 20.0
	titleSize    = 17.0
	subtitleSize = 10.5
	legendSize   = 9.0
)

// plot is the rectangle that the boxes may fill.
type plot struct{ x, y, w, h float64 }

// page is the frame of a drawing while it is being made.
type page struct {
	plot plot
	unit float64 // 1 on the default canvas; the frame's texts grow with larger ones
}

// newPage places the title, the subtitle and the legend, and leaves the rest of
// the canvas to the plot.
func newPage(d *Drawing, title string) *page {
	unit := min(d.Width/864, d.Height/576)
	unit = max(0.5, min(unit, 1+(unit-1)/4)) // a canvas four times as large reads at twice the size
	p := &page{unit: unit}
	m, width := margin*unit, d.Width-2*margin*unit

	y := m
	line := func(s string, size float64, face typeface.Face) Text {
		t := fitText(display.Printable(s), size*unit, face, width)
		t = t.startAt(m, y+t.Size*0.6)
		y += t.Size * 1.35
		return t
	}
	d.Title = line(title, titleSize, typeface.Bold)
	d.Subtitle = line(subtitle(d.Topology), subtitleSize, typeface.Regular)
	for _, note := range notes(d.Topology) {
		d.Notes = append(d.Notes, line(note, subtitleSize, typeface.Regular))
	}
	top := y + 8*unit

	bottom := p.legend(d, m, width)
	p.plot = plot{m, top, width, bottom - top}
	return p
}

// subtitle says how many of how many, which the picture alone does not.
func subtitle(t *graph.Topology) string {
	if t.Difference {
		return difference(t)
	}
	if t.Jobs() > 0 {
		return jobsSubtitle(t)
	}
	s := fmt.Sprintf("%d of %s connected", t.ConnectedNodes, count(t.ComputeNodes, "compute node"))
	hubs := 0
	for i := range t.Len() {
		if t.Vertex(i).Hub {
			hubs++
		}
	}
	if hubs > 1 {
		s += fmt.Sprintf(" to %d orchestrators", hubs)
	}
	return s
}

// difference counts what changed.
func difference(t *graph.Topology) string {
	counts := make(map[graph.Change]int)
	for i := range t.Len() {
		counts[t.Vertex(i).Change]++
	}
	if counts[graph.Same] == t.Len() {
		return "no difference: " + count(t.Len(), "node")
	}
	return fmt.Sprintf("%d came, %d went, %d changed, %d the same",
		counts[graph.Added], counts[graph.Removed], counts[graph.Changed], counts[graph.Same])
}

// renames says which nodes are drawn by another ID than they had, as many as a
// line has room for.
func renames(t *graph.Topology) string {
	const room = 110 // characters
	text, left, moved := "", 0, false
	for i := range t.Len() {
		v := t.Vertex(i)
		moved = moved || v.Change == graph.Removed && slices.ContainsFunc(t.Neighbors(i), func(n int64) bool { return t.Vertex(int(n)).From != "" })
		if v.From == "" {
			continue
		}
		one := display.Printable(v.From) + " → " + display.Printable(v.NodeID())
		switch {
		case text == "":
			text = "Renamed (a guess): " + one
		case utf8.RuneCountInString(text+one) < room:
			text += "; " + one
		default:
			left++
		}
	}
	if left > 0 {
		text += fmt.Sprintf("; and %d more", left)
	}
	if moved {
		text += "; what went is drawn at the new one"
	}
	if text != "" {
		text += "."
	}
	return text
}

func notes(t *graph.Topology) []string {
	var all []string
	if note := renames(t); note != "" {
		all = append(all, note)
	}
	if t.Restarting() {
		now := ""
		if t.Difference {
			now = " now"
		}
		all = append(all, "All compute nodes"+now+" read as disconnected: so they do for up to 20 s after an orchestrator restart.")
	}
	var scales []string
	if c := t.Coloring; c != nil {
		scales = append(scales, "Colour: "+fieldName(c.By)+".")
	}
	if t.SizeBy != "" {
		scales = append(scales, "Size: "+sizeScale(t.SizeBy, t.Sizes)+".")
	} else if least, most := memberCounts(t); 5*least < 4*most { // by eye they are not the same
		scales = append(scales, fmt.Sprintf("Size: nodes in a group, %d to %d.", least, most))
	}
	if len(scales) > 0 {
		all = append(all, strings.Join(scales, " "))
	}
	return all
}

// memberCounts returns how many nodes the smallest and the largest of the collapsed
// groups have, by which they are sized unless something else is asked for.
func memberCounts(t *graph.Topology) (least, most int) {
	for i := range t.Len() {
		if m := t.Vertex(i).Members; m != nil {
			if most == 0 {
				least = m.Count
			}
			least, most = min(least, m.Count), max(most, m.Count)
		}
	}
	return least, most
}

// sizeScale says what the smallest and the largest size stand for.
func sizeScale(by string, s graph.Scale) string {
	name := map[string]string{"cpu": "CPU", "memory": "memory", "gpu": "GPUs"}[by]
	least, most := Amount(by, s.Least), Amount(by, s.Most)
	switch number, unit, _ := strings.Cut(least, " "); {
	case s.Most <= 0:
		return name + ", none known"
	case s.Least <= 0 && by != "gpu":
		least = "up to"
	case least == most && !s.More:
		return name + ", " + most + " each"
	case strings.HasSuffix(most, " "+unit): // once is enough
		least = number + " to"
	default:
		least += " to"
	}
	if s.More {
		most += " or more"
	}
	return name + ", " + least + " " + most
}

// Amount writes so many cores (of "cpu"), bytes (of "memory") or GPUs, with three
// digits that count.
func Amount(by string, x float64) string {
	unit := ""
	switch by {
	case "cpu":
		unit = " cores"
		if x == 1 {
			unit = " core"
		}
	case "memory":
		units := []string{" B", " KiB", " MiB", " GiB", " TiB", " PiB"}
		for ; x >= 1024 && len(units) > 1; units = units[1:] {
			x /= 1024
		}
		unit = units[0]
	}
	if digits := math.Pow10(2 - int(math.Floor(math.Log10(max(x, 0.01))))); digits >= 1 {
		x = math.Round(x*digits) / digits
	} else {
		x = math.Round(x)
	}
	return strconv.FormatFloat(x, 'f', -1, 64) + unit
}

// fieldName is how a reader knows a field.
func fieldName(field string) string {
	if field == graph.FieldUtilisation {
		return "CPU or memory in use, whichever is scarcer"
	}
	return strings.TrimPrefix(display.Printable(field), "@")
}

// Connected says how many of the nodes that are drawn of a group are connected:
// "2 of 3 connected", or "3 connected", for it may have others that are not drawn.
func Connected(connected, drawn int) string {
	if connected == drawn {
		return fmt.Sprintf("%d connected", connected)
	}
	return fmt.Sprintf("%d of %d connected", connected, drawn)
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// KindOf returns what the legend calls a vertex. Its state comes first: a
// compute node that is rejected is shown as such.
func KindOf(v *graph.Vertex) Kind {
	switch {
	case v.Job != nil:
		return jobKind(v.Job.State)
	case v.Change == graph.Added:
		return AddedKind
	case v.Change == graph.Removed:
		return RemovedKind
	case v.Change == graph.Changed:
		return ChangedKind
	case v.Change == graph.Same && v.Role == graph.Compute:
		return SameKind
	case v.Role == graph.GroupRole:
		return GroupKind
	case v.Role == graph.Hybrid:
		return HybridKind
	case v.Hub:
		return HubKind
	case v.Role == graph.Requester:
		return RequesterKind
	case v.Unlisted:
		return UnlistedKind
	case v.Membership == cluster.Rejected:
		return RejectedKind
	case v.Membership == cluster.Pending:
		return PendingKind
	case v.Connection != cluster.Connected:
		return DisconnectedKind
	default:
		return ComputeKind
	}
}

// marks reports whether a kind has a mark of its own.
func marks(k Kind) bool {
	switch k {
	case PendingKind, RejectedKind, UnlistedKind, AddedKind, RemovedKind, ChangedKind:
		return true
	}
	return k.IsJob()
}

// badges reports whether nodes of a kind have a badge for it, beside the mark of
// the value that their colour stands for.
func badges(k Kind, c *graph.Coloring) bool {
	return c != nil && marks(k) && !(c.By == graph.FieldMembership && (k == PendingKind || k == RejectedKind))
}

// legendMost is the most values that the legend explains.
const legendMost = 30

// entries returns what the legend has to explain: each kind that occurs, and the
// values or the amounts that colours stand for.
func entries(t *graph.Topology) []Entry {
	var occurs [len(kindNames)]bool
	var counts [len(kindNames)]int
	idle, dashed := 0, 0
	for i := range t.Len() {
		v := t.Vertex(i)
		k := KindOf(v)
		if v.Idle && (k == ComputeKind || k == GroupKind) {
			idle++
			continue
		}
		occurs[k] = true
		counts[k]++
		// What has another kind may be disconnected too: its outline says so.
		if (k == RejectedKind || k == PendingKind || (k == SameKind || k == ChangedKind || k == AddedKind) && v.Role == graph.Compute) && v.Connection != cluster.Connected {
			occurs[DisconnectedKind] = true
			dashed++
		}
	}
	c := t.Coloring
	if c != nil {
		occurs[ComputeKind], occurs[GroupKind] = false, false
		if c.By == graph.FieldState {
			occurs[DisconnectedKind] = false // is among the values
		}
		if c.By == graph.FieldMembership {
			occurs[PendingKind], occurs[RejectedKind] = false, false
		}
	}
	var all []Entry
	for k, name := range kindNames {
		if t.Difference && Kind(k) == DisconnectedKind { // of those of the other kinds
			continue
		}
		if occurs[k] {
			if t.Difference && Kind(k) < SameKind {
				name += ", the same"
			} else if t.Difference && Kind(k) == SameKind {
				name = ComputeKind.String() + ", the same"
			}
			if (t.Difference || t.Jobs() > 0) && counts[k] > 0 {
				name += fmt.Sprintf(" (%d)", counts[k])
			}
			all = append(all, Entry{Kind: Kind(k), Name: Text{String: name}})
		}
	}
	if t.Difference && dashed > 0 {
		all = append(all, Entry{Kind: DisconnectedKind, Name: Text{String: fmt.Sprintf("of these disconnected (%d)", dashed)}})
	}
	all = append(all, jobEntries(t, idle)...)
	value := func(name string, i int, amount float64) {
		all = append(all, Entry{Kind: ValueKind, Name: Text{String: name}, Value: i, Amount: amount})
	}
	drawn, unknown := make(map[int]bool), false // values, and nodes without one
	for i := range t.Len() {
		if v := t.Vertex(i); v.Value >= 0 {
			drawn[v.Value] = true
		} else if !v.Hub && v.Job == nil && v.Node.Computes() {
			unknown = true
		}
	}
	switch {
	case c == nil:
	case c.Amount:
		for _, percent := range []int{0, 25, 50, 75, 100} {
			value(fmt.Sprintf("%d %%", percent), 0, float64(percent)/100)
		}
		if unknown {
			value("not known", -1, 0)
		}
	default:
		shown := 0
		for i, name := range c.Values {
			if !drawn[i] {
				continue // a group has it among others
			}
			if shown == legendMost {
				value(fmt.Sprintf("and %d more", len(drawn)-shown), -1, 0)
				break
			}
			value(name, i, 0)
			shown++
		}
	}
	return all
}

// legend places the entries in lines at the foot of the canvas, and returns the
// y where the plot must end.
func (p *page) legend(d *Drawing, x, width float64) float64 {
	size, swatch := legendSize*p.unit, legendSize*1.2*p.unit
	rowHeight := size * 1.9
	var rows [][]Entry
	var cursor float64
	for _, e := range entries(d.Topology) {
		e.Name = fitText(e.Name.String, size, typeface.Regular, labelWidths[0]*p.unit*1.4)
		e.Swatch = Box{W: swatch * 1.6, H: swatch, Shape: Pill}
		if e.Kind == RunKind {
			e.Swatch.W = swatch * 2.6 // to show its dashes
		}
		w := e.Swatch.W + size*0.6 + e.Name.Width
		if len(rows) == 0 || cursor+w > width {
			rows, cursor = append(rows, nil), 0
		}
		e.Swatch.Center.X = round(x + cursor + e.Swatch.W/2)
		e.Name = e.Name.startAt(x+cursor+e.Swatch.W+size*0.6, 0)
		rows[len(rows)-1] = append(rows[len(rows)-1], e)
		cursor += w + size*2
	}
	top := d.Height - margin*p.unit - float64(len(rows))*rowHeight
	for i, row := range rows {
		y := round(top + (float64(i)+0.6)*rowHeight)
		for _, e := range row {
			e.Swatch.Center.Y, e.Name.Center.Y = y, y
			e.Swatch.W, e.Swatch.H = round(e.Swatch.W), round(e.Swatch.H)
			if e.Kind.IsJob() {
				e.Swatch.Shape = Card
			}
			if badges(e.Kind, d.Topology.Coloring) && !e.Kind.IsJob() {
				e.Swatch.Badge = Mark{e.Swatch.Center, round(e.Swatch.H * badgeShare)}
			} else if marks(e.Kind) || e.Kind == ValueKind && e.Value >= 0 {
				e.Swatch.Mark = Mark{e.Swatch.Center, round(e.Swatch.H * markShare)}
			}
			d.Legend = append(d.Legend, e)
		}
	}
	return top - 6*p.unit
}

// finish adds what is known only once the boxes are placed.
func (p *page) finish(d *Drawing) {
	var parts []string
	if note := groupsNote(d); note != "" {
		parts = append(parts, note)
	}
	nameless := 0
	for i := range d.Hulls {
		if d.Hulls[i].Name.String == "" {
			nameless++
		}
	}
	if nameless > 0 {
		parts = append(parts, count(nameless, "group name")+" left out: no room")
	}
	if d.Unlabeled > 0 {
		parts = append(parts, count(d.Unlabeled, "label")+" left out: too small to read")
	}
	if len(parts) == 0 {
		return
	}
	whole := strings.Join(parts, "; ")
	for i := range parts {
		parts[i], _, _ = strings.Cut(parts[i], ":")
	}
	short := strings.Join(parts, "; ") // without reasons
	// Beside the subtitle if there is room, for the legend may fill its line.
	lines := []Text{d.Subtitle}
	if len(d.Legend) > 0 {
		lines = append(lines, d.Legend[len(d.Legend)-1].Name)
	}
	for _, line := range lines {
		for _, note := range []string{whole, short} {
			t := newText(note, legendSize*p.unit, typeface.Regular)
			if x := d.Width - margin*p.unit - t.Width; line.Left()+line.Width+20*min(1, p.unit) < x {
				d.Notes = append(d.Notes, t.startAt(x, line.Center.Y))
				return
			}
		}
	}
}

// groupsNote says which levels of groups have no area.
func groupsNote(d *Drawing) string {
	asked, shown := 0, 0
	for i := range d.Boxes {
		if v := d.Boxes[i].Vertex; v.Members == nil { // its label has the group
			asked = max(asked, len(v.Group))
		}
	}
	for i := range d.Hulls {
		shown = max(shown, d.Hulls[i].Level)
	}
	switch {
	case shown >= asked:
		return ""
	case shown == 0:
		return "groups not shown: " + d.Engine + " mixes them"
	}
	return "inner groups not shown: too small"
}
