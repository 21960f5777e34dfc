// Package engine holds what an engine of layout works on: a [Scene] of boxes,
// lines and groups without a place.
//
// Package layout measures labels and makes the Scene; an engine, as in packages
// rings and graphviz, gives each box a centre, and some lines a route and some
// groups an area; layout then separates what overlaps, scales all of it to the
// canvas and writes the names. Nothing here knows what a box stands for.
//
// Lengths are in points (1/72 inch). The origin is anywhere; y grows downward.
package engine

import "gonum.org/v1/gonum/spatial/r2"

// A Scene is what an engine arranges. The engine sets the Center of each box; all
// other results are optional.
type Scene struct {
	Aspect float64 // width by height of the plot, which the places should fill
	Height float64 // of the plot, at the largest scale that the scene is drawn at
	Font   float64 // size of a node's label, if it has one
	Gap    float64 // room to leave between two boxes; an engine may change it

	Boxes  []Box
	Hubs   []int // indexes of the hubs' boxes, ascending
	Lines  []Line
	Groups []Group // sorted; each comes right before those within it

	// NameWidth returns the width of a group's name at the font size Font*NameShare,
	// with its middle left out if it were wider than so many font sizes.
	NameWidth func(group int, sizes float64) float64

	// Scattered says that collapsed groups are of so many outer ones that these
	// should get no areas.
	Scattered bool

	Areas []Area // result: of groups, in the order that they are drawn in
	Frame []Rect // result: what has to be inside the plot besides boxes, lines and areas

	// Clustered is a result: the members of each group are close together, and areas
	// may be drawn around them once all boxes are separated.
	Clustered bool
}

// A Box is a node, a job or a collapsed group. An engine reads all of it and sets
// Center.
//
// There are many: what an engine asks and sets again and again comes first, and those of a
// sheet that have no label have no Label.
type Box struct {
	Center r2.Vec
	W, H   float64 // of the outline

	Font  float64 // result, on a [Sheet]: size of the label, which is shortened to fit; 0 for none
	Label *Label  // on a [Sheet]; nil if it never has one

	Hub    bool
	Linked bool // has an edge to a hub
	Peer   bool // a requester other than the hubs
	Job    bool
	Ran    bool // a node that a job was placed on
	Idle   bool // a node that took no part in any job, though there are some
	Dot    bool // a circle without a label in it; on a [Sheet], a result
	Marked bool // a mark takes [MarkRoom] of its height from W, which boxes without one lack

	Asked  int   // of a job: the hub that it was submitted to, or -1
	Owners []int // hubs that list it; if there is no such edge, the first that knows it; none for hubs and jobs
	Groups []int // indexes of the groups that it is in, outermost first

	ID string // stable from one picture to the next
}

// MarkRoom is the width that a mark adds to its box, by the height.
const MarkRoom = 0.6

// A Label is what an engine that fills a [Sheet] has to know of the label of a box.
type Label struct {
	Text float64 // its width at font size 1; in bold for hubs and jobs
	Room float64 // what its marks add to the width at font size 1
	Size float64 // factor of the outline of the box; 1 is the usual size
	Call int     // among cells without labels: 0, or how late it gets one, 1 for the first
	Side *Side   // result: where it goes if it is not in the box
}

// Call returns the call of the label; 0 without one.
func (b *Box) Call() int {
	if b.Label == nil {
		return 0
	}
	return b.Label.Call
}

// Side returns where the label goes if it is not in the box; nil if it is, or without one.
func (b *Box) Side() *Side {
	if b.Label == nil {
		return nil
	}
	return b.Label.Side
}

// A Line is an edge from a hub or a job to another box. It is straight if an engine
// leaves Path nil.
type Line struct {
	From, To int      // indexes of boxes
	Run      *Run     // from a job; nil for an edge of a hub
	Other    bool     // on a [Sheet]: it is part of another trunk than lines that are not
	Path     []r2.Vec // a Bézier curve: a start, then three points for each cubic segment
	Trunk    int      // of a [Sheet]: 1 and the index of the trunk that it is part of, or with a Path begins on; 0 for none
}

// A Run is what an engine that fills a [Sheet] has to know of an edge from a job.
type Run struct {
	Text float64 // width of its chip at font size 1
	Kind int     // its outcome; that of a lower number comes first
	Chip int     // result: 1 and the index of the chip that stands for it
}

// A Group is a set of boxes that should be close together, in an area of their own.
type Group struct {
	Level int // 1 for the outermost
}

// NameShare is the font size of the names of groups, by that of labels. Names beside
// wedges are larger.
const NameShare = 1.06

// DetailShare is the font size of what stands at the end of a heading, by that of the name.
const DetailShare = 0.8

// The widest that the name of a group may be, by its font size, and the widest for
// which an area is made wider.
const (
	MaxName   = 17
	ShortName = 12
)

// DotSize is the diameter of a usual dot.
const DotSize = 10

// An Area is what a group covers, or the part of a group around one hub.
type Area struct {
	Group int      // index in Groups
	Boxes []int    // the boxes in it
	Path  []r2.Vec // a closed polygon

	// Rim is how many points of the Path, from the first on, are at the rim of a
	// disc, outside of which the name goes; 0 if the name goes inside.
	Rim int

	// Anchor is where the name touches the outline, and Away the direction from
	// there to the name.
	Anchor, Away r2.Vec

	Outward  int     // how many levels of names are between the rim and this name
	NameRoom float64 // the widest that the name may be; 0 for MaxName
}

// A Rect is a rectangle around a centre.
type Rect struct {
	Center r2.Vec
	W, H   float64
}

// Jobs returns the number of jobs in the scene.
func (s *Scene) Jobs() int {
	n := 0
	for i := range s.Boxes {
		if s.Boxes[i].Job {
			n++
		}
	}
	return n
}

// Dots reports whether any box is a dot: then labels did not fit, and the usual box
// is one.
func (s *Scene) Dots() bool {
	for i := range s.Boxes {
		if s.Boxes[i].Dot {
			return true
		}
	}
	return false
}

// UsualSize returns the size of the cell that most boxes need, gap included, and
// whether these are dots. Hubs and jobs do not count. A box with a mark is wider by
// a little, which it takes from the gap.
func (s *Scene) UsualSize() (w, h float64, dots bool) {
	dots = s.Dots()
	w, h = DotSize, DotSize
	for i := range s.Boxes {
		if b := &s.Boxes[i]; !b.Hub && b.Dot == dots && (dots || !b.Job) {
			width := b.W
			if b.Marked {
				width -= MarkRoom * b.H
			}
			w, h = max(w, width), max(h, b.H)
		}
	}
	return w + s.Gap, h + s.Gap, dots
}

// Scale multiplies all places, but no sizes, by the factors.
func (s *Scene) Scale(fx, fy float64) {
	scale := func(p *r2.Vec) { p.X, p.Y = p.X*fx, p.Y*fy }
	for i := range s.Boxes {
		scale(&s.Boxes[i].Center)
	}
	for i := range s.Frame {
		scale(&s.Frame[i].Center)
	}
	for i := range s.Lines {
		for j := range s.Lines[i].Path {
			scale(&s.Lines[i].Path[j])
		}
	}
	for i := range s.Areas {
		a := &s.Areas[i]
		scale(&a.Anchor)
		for j := range a.Path {
			scale(&a.Path[j])
		}
	}
}
