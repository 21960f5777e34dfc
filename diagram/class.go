package diagram

import "slices"

// A Class is what the legend calls a node. Its state comes first: a compute node
// that is rejected is of the class of those.
type Class uint8

// The classes, in the order of the legend.
const (
	ClassHub Class = iota
	ClassHybrid
	ClassRequester
	ClassCompute
	ClassGroup
	ClassDisconnected
	ClassPending
	ClassRejected
	ClassUnlisted // a node that a job was placed on, but that is not in any node list
	ClassJobPending
	ClassJobRunning
	ClassJobCompleted
	ClassJobFailed
	ClassJobStopped
	ClassJobUnknown
	ClassSame // this and the next three are of a difference
	ClassChanged
	ClassAdded
	ClassRemoved
	ClassCount // how many there are
)

// A Glyph is the sign that is drawn in a mark: a second channel beside the colour.
type Glyph uint8

// The glyphs.
const (
	NoGlyph Glyph = iota
	Clock
	Cross
	Slash // a stroke through a ring
	Tick
	Arrowhead
	Square
	QuestionMark
	Plus
	Minus
	Delta
)

// An Outline is the shape around a label.
type Outline uint8

// The outlines. A pill has round ends; a card has corners, and is a job's.
const (
	Pill Outline = iota
	Card
)

// A Shape is the shape of a node in a flowchart.
type Shape uint8

// The shapes.
const (
	Stadium Shape = iota
	Hexagon
	Subroutine // a box with a line at either side
	Rectangle
	Parallelogram
)

// An appearance is how a class looks and what it is called. A new state of nodes is
// a line in the table of classes, and a colour in package theme.
type appearance struct {
	name    string // in legends and tables
	css     string // the class of its elements in SVG and HTML, and its name in theme files
	sign    string // the character that is most like its glyph
	glyph   Glyph
	dashed  bool
	outline Outline
	shape   Shape
	own     bool // it has its own colours, whatever others stand for
}

var appearances = [ClassCount]appearance{
	ClassHub:          {name: "orchestrator", css: "hub", shape: Hexagon, own: true},
	ClassHybrid:       {name: "orchestrator that computes", css: "hybrid", shape: Hexagon, own: true},
	ClassRequester:    {name: "other requester", css: "requester", shape: Subroutine, own: true},
	ClassCompute:      {name: "compute node", css: "compute"},
	ClassGroup:        {name: "group of compute nodes", css: "group"},
	ClassDisconnected: {name: "disconnected", css: "off", dashed: true},
	ClassPending:      {name: "pending approval", css: "pending", sign: "◷", glyph: Clock, shape: Rectangle},
	ClassRejected:     {name: "rejected", css: "rejected", sign: "✗", glyph: Cross, shape: Rectangle},
	ClassUnlisted:     {name: "not in any node list", css: "unlisted", sign: "⊘", glyph: Slash, dashed: true},
	ClassJobPending:   {name: "job, pending", css: "job-pending", sign: "◷", glyph: Clock, outline: Card, shape: Parallelogram, own: true},
	ClassJobRunning:   {name: "job, running", css: "job-running", sign: "►", glyph: Arrowhead, outline: Card, shape: Parallelogram, own: true},
	ClassJobCompleted: {name: "job, completed", css: "job-completed", sign: "✓", glyph: Tick, outline: Card, shape: Parallelogram, own: true},
	ClassJobFailed:    {name: "job, failed", css: "job-failed", sign: "✗", glyph: Cross, outline: Card, shape: Parallelogram, own: true},
	ClassJobStopped:   {name: "job, stopped", css: "job-stopped", sign: "■", glyph: Square, outline: Card, shape: Parallelogram, own: true},
	ClassJobUnknown:   {name: "job, state unknown", css: "job-unknown", sign: "?", glyph: QuestionMark, outline: Card, shape: Parallelogram, own: true},
	ClassSame:         {name: "unchanged", css: "same"},
	ClassChanged:      {name: "changed", css: "changed", sign: "▲", glyph: Delta},
	ClassAdded:        {name: "added", css: "added", sign: "+", glyph: Plus},
	ClassRemoved:      {name: "removed", css: "removed", sign: "−", glyph: Minus, dashed: true},
}

// Classes lists the classes in the order of the legend.
func Classes() []Class {
	all := make([]Class, ClassCount)
	for i := range all {
		all[i] = Class(i)
	}
	return all
}

// Known reports whether there is such a class.
func (c Class) Known() bool { return c < ClassCount }

// String is the name of the class in the legend.
func (c Class) String() string { return appearances[c].name }

// CSS is the class of its elements in SVG and HTML, and its name in theme files.
func (c Class) CSS() string { return appearances[c].css }

// Glyph is the sign in its mark, or NoGlyph.
func (c Class) Glyph() Glyph { return appearances[c].glyph }

// Sign is the character that is most like its glyph, or "".
func (c Class) Sign() string { return appearances[c].sign }

// Dashed reports whether all nodes of the class have a dashed outline.
func (c Class) Dashed() bool { return appearances[c].dashed }

// Outline is the shape around the labels of the class.
func (c Class) Outline() Outline { return appearances[c].outline }

// Shape is the shape of the class in a flowchart.
func (c Class) Shape() Shape { return appearances[c].shape }

// OwnColors reports whether the class keeps its colours where those of others
// stand for a value.
func (c Class) OwnColors() bool { return appearances[c].own }

// IsJob reports whether the class is that of a job.
func (c Class) IsJob() bool { return c >= ClassJobPending && c <= ClassJobUnknown }

// HasBadge reports whether nodes of the class have a badge for their state, because
// their mark stands for the value of their colour.
func (c Class) HasBadge(by *Coloring) bool {
	if by == nil || c.IsJob() || c.Glyph() == NoGlyph {
		return false
	}
	return !(by.Memberships && (c == ClassPending || c == ClassRejected))
}

// An Outcome is how a job went on a node.
type Outcome uint8

// The outcomes. Of several executions of one job on one node, the first of their
// outcomes is shown.
const (
	RunFailed Outcome = iota
	RunRunning
	RunWaiting // the node was asked, and has not begun
	RunUnknown
	RunCancelled
	RunCompleted
	RunRejected  // the node rejected the job, so it did not run there
	OutcomeCount // how many there are
)

// A LineStyle is how the edges of an outcome are drawn.
type LineStyle uint8

// The styles of lines.
const (
	Solid LineStyle = iota
	Dashed
	Dotted
)

// An outcomeStyle is how an outcome is called and drawn.
type outcomeStyle struct {
	name   string
	words  string // on an edge
	legend string
	line   LineStyle
}

var outcomeStyles = [OutcomeCount]outcomeStyle{
	RunFailed:    {"failed", "failed", "run: failed", Solid},
	RunRunning:   {"running", "running", "run: running", Dashed},
	RunWaiting:   {"waiting", "waiting", "run: waiting", Dotted},
	RunUnknown:   {"unknown", "state unknown", "run: state unknown", Dashed},
	RunCancelled: {"cancelled", "cancelled", "run: cancelled", Dashed},
	RunCompleted: {"completed", "completed", "run: completed", Solid},
	RunRejected:  {"rejected", "rejected", "rejected by the node", Dotted},
}

// Outcomes lists the outcomes in their order.
func Outcomes() []Outcome {
	all := make([]Outcome, OutcomeCount)
	for i := range all {
		all[i] = Outcome(i)
	}
	return all
}

// Known reports whether there is such an outcome.
func (o Outcome) Known() bool { return o < OutcomeCount }

// Name is one word for the outcome, as CSS classes and theme files have it.
func (o Outcome) Name() string { return outcomeStyles[o].name }

// String is what stands on an edge of that outcome.
func (o Outcome) String() string { return outcomeStyles[o].words }

// LegendName is what the legend calls an edge of that outcome.
func (o Outcome) LegendName() string { return outcomeStyles[o].legend }

// Line is how its edges are drawn.
func (o Outcome) Line() LineStyle { return outcomeStyles[o].line }

// OutcomeNamed returns the outcome with that [Outcome.Name].
func OutcomeNamed(name string) (Outcome, bool) {
	i := slices.IndexFunc(outcomeStyles[:], func(s outcomeStyle) bool { return s.name == name })
	return Outcome(max(i, 0)), i >= 0
}
