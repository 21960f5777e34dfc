package engine

import (
	"math"

	"gonum.org/v1/gonum/spatial/r2"
)

// A Sheet is what an engine arranges that fills the plot itself: it chooses the size of
// all text, and its places are final. Nothing is separated, scaled or stretched
// afterwards. The origin is the plot's top left.
//
// The engine sets Center, W, H and Font of each box, the plates and the trunks.
type Sheet struct {
	W, H float64 // of the plot, in points
	Unit float64 // 1 on the default canvas; texts of the frame grow with larger ones

	// Font sizes in points: text smaller than Least is not drawn; labels lose their middle
	// rather than be smaller than Fair; no label is larger than Most.
	Least, Fair, Most float64

	// Second is the height that a second line below each label adds to a tile, by the font
	// size of the label; 0 if there are no second lines.
	Second float64

	Boxes  []Box
	Order  []int   // indexes of all boxes, in the order in which those of one plate stand
	Hubs   []int   // indexes of the hubs' boxes, ascending
	Lines  []Line  // the engine sets Trunk or Path
	Groups []Group // sorted; each comes right before those within it

	// Heading returns the widths of a plate's name, in bold, of what stands at the other end
	// of its line, and of that with the number of nodes that need attention, all at font
	// size 1. Any may be 0. It sets the plate's Words.
	Heading func(p *Plate) (name, detail, counted float64)

	// More returns the width at font size 1 of a chip for several runs of a kind.
	More func(kind, runs int) float64

	Plates []Plate // result: outer ones before those in them
	Trunks []Trunk // result
	Chips  []Chip  // result
}

// A Chip is a small box that stands for a run of a job, or for several of one kind, in
// place of their lines.
type Chip struct {
	Rect
	Kind int
	Font float64
}

// A PlateKind says what the boxes of a plate have in common.
type PlateKind int

// The kinds of plates.
const (
	GroupPlate     PlateKind = iota // the members of a group, or those of them that the plate around lists
	HubPlate                        // the boxes that the same hubs are joined to
	DetachedPlate                   // boxes without an edge to a hub
	RequesterPlate                  // requesters other than the hubs
	JobPlate                        // jobs; with Level 1, those that are not named
)

// A Role says whether the boxes of a plate took part in jobs.
type Role int

// The roles.
const (
	AnyRole  Role = iota
	RanRole       // jobs were placed on them, or on most
	IdleRole      // no job was
)

// A Plate is a rectangle with a heading that holds boxes: a tray, or a block in one.
type Plate struct {
	Kind   PlateKind
	Group  int   // index in Groups; -1 if it is not of one group
	Owners []int // of a HubPlate; of a JobPlate the hub that the jobs were submitted to
	Level  int   // 0 for a tray
	Boxes  []int // all in it, also those of the plates in it
	Tiles  []int // those that are in no plate in it
	Role   Role  // of a HubPlate or a DetachedPlate: what its boxes have to do with jobs
	Home   bool  // the hub stands above it, so that its name would say the same
	Alone  bool  // the only plate without another around it: its name would say nothing
	Words  int   // 1 and the number of its heading, for who made the sheet; 0 if it has none yet

	Tag     bool     // its name alone, above the lines that lead through it
	Angle   float64  // how far its name is turned about the middle of the plate, in degrees clockwise
	Outline []r2.Vec // if it is not the Rect

	Rect
	Font   float64 // of the name; 0 if it has no room
	Name   Room    // where the name goes, at the left
	Detail Room    // where the detail goes, at the right
}

// A Room is the part of a line that a text may take.
type Room struct {
	X, Y float64 // of the end that the text touches, and of its middle
	W    float64
}

// A Trunk is one line for all edges from a hub to the boxes of a plate.
type Trunk struct {
	From   int      // index of the hub's box
	Plate  int      // index in Plates
	Other  bool     // it stands for lines with this value
	Path   []r2.Vec // a Bézier curve: a start, then three points for each cubic segment
	Bundle int      // trunks of one bundle join, and follow each other; those of others cross
}

// Rounded returns a path along straight pieces whose corners are rounded, as a Bézier
// curve: a start, then three points for each segment. Points in line are joined.
func Rounded(points []r2.Vec, radius float64) []r2.Vec {
	path := []r2.Vec{points[0]}
	straight := func(to r2.Vec) {
		from := path[len(path)-1]
		d := r2.Sub(to, from)
		if math.Hypot(d.X, d.Y) > 1e-9 {
			path = append(path, r2.Add(from, r2.Scale(1./3, d)), r2.Add(from, r2.Scale(2./3, d)), to)
		}
	}
	for i := 1; i < len(points)-1; i++ {
		in, out := r2.Sub(points[i], points[i-1]), r2.Sub(points[i+1], points[i])
		a, b := math.Hypot(in.X, in.Y), math.Hypot(out.X, out.Y)
		if a < 1e-9 || b < 1e-9 || math.Abs(in.X*out.Y-in.Y*out.X) < 1e-9*a*b {
			continue
		}
		r := min(radius, a/2, b/2)
		const k = 0.5523 // of a quarter of a circle as a cubic
		start := r2.Sub(points[i], r2.Scale(r/a, in))
		end := r2.Add(points[i], r2.Scale(r/b, out))
		straight(start)
		path = append(path, r2.Add(start, r2.Scale(k*r/a, in)), r2.Sub(end, r2.Scale(k*r/b, out)), end)
	}
	straight(points[len(points)-1])
	if len(path) == 1 { // of no length
		path = append(path, path[0], path[0], path[0])
	}
	return path
}
