package diagram

import "slices"

// A Class is a kind of nodes with an entry in the legend. A node whose state has a
// class of its own is of that class: a rejected compute node is of ClassRejected.
type Class uint8

// The classes, in the order of the legend.
const (
	ClassHub Class = iota
	ClassHybrid
	ClassRequester
	ClassCompute
	ClassGroup
	ClassAwaiting
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
	ClassSame // the first of four classes of a difference
	ClassChanged
	ClassAdded
	ClassRemoved
	ClassCount // number of classes
)

// A Glyph is the sign drawn in a mark: a second channel beside the colour.
type Glyph uint8

// The glyphs.
const (
	NoGlyph Glyph = iota
	Return        // an arrow that turns back
	Clock
	Cross
	Slash // a stroke through a circle
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

// The outlines. A pill has round ends; a card, for jobs, has corners.
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

// A style is the look and the name of a class. A new class needs a line in
// this table and more: "Add a state" in CONTRIBUTING.md lists it.
type style struct {
	name    string // in legends and tables
	css     string // the class of its elements in SVG and HTML, and its name in theme files
	sign    string // the character most like its glyph
	glyph   Glyph
	line    LineStyle // of the outline
	outline Outline
	shape   Shape
	own     bool // it keeps its colours when those of other classes stand for values
}

var styles = [ClassCount]style{
	ClassHub:          {name: "orchestrator", css: "hub", shape: Hexagon, own: true},
	ClassHybrid:       {name: "orchestrator that computes", css: "hybrid", shape: Hexagon, own: true},
	ClassRequester:    {name: "other requester", css: "requester", shape: Subroutine, own: true},
	ClassCompute:      {name: "compute node", css: "compute"},
	ClassGroup:        {name: "group of compute nodes", css: "group"},
	ClassAwaiting:     {name: "awaiting reconnection", css: "awaiting", sign: "↻", glyph: Return, line: Dotted, shape: Rectangle},
	ClassDisconnected: {name: "disconnected", css: "off", line: Dashed},
	ClassPending:      {name: "pending approval", css: "pending", sign: "◷", glyph: Clock, shape: Rectangle},
	ClassRejected:     {name: "rejected", css: "rejected", sign: "✗", glyph: Cross, shape: Rectangle},
	ClassUnlisted:     {name: "not in any node list", css: "unlisted", sign: "⊘", glyph: Slash, line: Dashed},
	ClassJobPending:   {name: "job, pending", css: "job-pending", sign: "◷", glyph: Clock, outline: Card, shape: Parallelogram, own: true},
	ClassJobRunning:   {name: "job, running", css: "job-running", sign: "►", glyph: Arrowhead, outline: Card, shape: Parallelogram, own: true},
	ClassJobCompleted: {name: "job, completed", css: "job-completed", sign: "✓", glyph: Tick, outline: Card, shape: Parallelogram, own: true},
	ClassJobFailed:    {name: "job, failed", css: "job-failed", sign: "✗", glyph: Cross, outline: Card, shape: Parallelogram, own: true},
	ClassJobStopped:   {name: "job, stopped", css: "job-stopped", sign: "■", glyph: Square, outline: Card, shape: Parallelogram, own: true},
	ClassJobUnknown:   {name: "job, state unknown", css: "job-unknown", sign: "?", glyph: QuestionMark, outline: Card, shape: Parallelogram, own: true},
	ClassSame:         {name: "unchanged", css: "same"},
	ClassChanged:      {name: "changed", css: "changed", sign: "▲", glyph: Delta},
	ClassAdded:        {name: "added", css: "added", sign: "+", glyph: Plus},
	ClassRemoved:      {name: "removed", css: "removed", sign: "−", glyph: Minus, line: Dashed},
}

// Classes returns all classes in the order of the legend.
func Classes() []Class {
	all := make([]Class, ClassCount)
	for i := range all {
		all[i] = Class(i)
	}
	return all
}

// known reports whether c is one of the classes.
func (c Class) known() bool { return c < ClassCount }

// String returns the name of the class in the legend.
func (c Class) String() string { return styles[c].name }

// CSS returns the class of its elements in SVG and HTML, and its name in theme files.
func (c Class) CSS() string { return styles[c].css }

// Glyph returns the sign in its mark, or NoGlyph.
func (c Class) Glyph() Glyph { return styles[c].glyph }

// Sign returns the character most like its glyph, or "".
func (c Class) Sign() string { return styles[c].sign }

// Line returns the outline that all nodes of the class have; Solid if that depends on
// the node.
func (c Class) Line() LineStyle { return styles[c].line }

// Outline returns the shape around the labels of the class.
func (c Class) Outline() Outline { return styles[c].outline }

// Shape returns the shape of the class in a flowchart.
func (c Class) Shape() Shape { return styles[c].shape }

// OwnColors reports whether the class keeps its colours when those of other classes
// stand for values.
func (c Class) OwnColors() bool { return styles[c].own }

// Colored reports whether the colours of the class stand for values.
func (c Class) Colored(by *Coloring) bool {
	if by == nil || c.OwnColors() {
		return false
	}
	return !by.Usual || c == ClassCompute || c == ClassGroup
}

// IsJob reports whether it is a class of jobs.
func (c Class) IsJob() bool { return c >= ClassJobPending && c <= ClassJobUnknown }

// IsHub reports whether it is a class of orchestrators that others are drawn around.
func (c Class) IsHub() bool { return c == ClassHub || c == ClassHybrid }

// HasBadge reports whether nodes of the class have a badge for their state. They have
// one if colours stand for values, because then their mark stands for the value too.
func (c Class) HasBadge(by *Coloring) bool {
	if by == nil || by.Usual || c.IsJob() || c.Glyph() == NoGlyph {
		return false
	}
	return !(by.Memberships && (c == ClassPending || c == ClassRejected))
}

// An Outcome is the result of a job on a node.
type Outcome uint8

// The outcomes by precedence: a run has the first one that one of its executions has.
const (
	RunFailed Outcome = iota
	RunRunning
	RunWaiting // the node was asked, and has not started
	RunUnknown
	RunCancelled
	RunCompleted
	RunRejected  // the node rejected the job, so it did not run there
	OutcomeCount // number of outcomes
)

// A LineStyle is the style of an outline, or of the edges of an outcome.
type LineStyle uint8

// The styles of lines.
const (
	Solid LineStyle = iota
	Dashed
	Dotted
)

// String returns the name of the style in SVG, HTML and DOT; "" for Solid.
func (l LineStyle) String() string {
	return [...]string{Solid: "", Dashed: "dashed", Dotted: "dotted"}[l]
}

// An outcomeStyle is the names and the line of an outcome.
type outcomeStyle struct {
	name  string
	words string // on an edge
	line  LineStyle
	glyph Glyph // in a chip
}

var outcomeStyles = [OutcomeCount]outcomeStyle{
	RunFailed:    {"failed", "failed", Solid, Cross},
	RunRunning:   {"running", "running", Dashed, Arrowhead},
	RunWaiting:   {"waiting", "waiting", Dotted, Clock},
	RunUnknown:   {"unknown", "state unknown", Dashed, QuestionMark},
	RunCancelled: {"cancelled", "cancelled", Dashed, Square},
	RunCompleted: {"completed", "completed", Solid, Tick},
	RunRejected:  {"rejected", "rejected", Dotted, Slash},
}

// Outcomes returns all outcomes by precedence.
func Outcomes() []Outcome {
	all := make([]Outcome, OutcomeCount)
	for i := range all {
		all[i] = Outcome(i)
	}
	return all
}

// known reports whether o is one of the outcomes.
func (o Outcome) known() bool { return o < OutcomeCount }

// Name returns one word for the outcome, as in CSS classes and theme files.
func (o Outcome) Name() string { return outcomeStyles[o].name }

// String returns the text on an edge of the outcome.
func (o Outcome) String() string { return outcomeStyles[o].words }

// Line returns the style of its edges.
func (o Outcome) Line() LineStyle { return outcomeStyles[o].line }

// Glyph returns the sign of the outcome in a chip.
func (o Outcome) Glyph() Glyph { return outcomeStyles[o].glyph }

// OutcomeNamed returns the outcome with that [Outcome.Name], and whether there is one.
func OutcomeNamed(name string) (Outcome, bool) {
	i := slices.IndexFunc(outcomeStyles[:], func(s outcomeStyle) bool { return s.name == name })
	return Outcome(max(i, 0)), i >= 0
}
