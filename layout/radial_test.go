package layout_test

// This file tests the engine radial, and labels that stand beside their boxes.

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/layout"
)

// oneHub makes up a network of one orchestrator with nothing but a seed.
func oneHub(seed uint64, most int) (*graph.Topology, layout.Options) {
	rng := rand.New(rand.NewPCG(seed, 7))
	pick := func(of ...string) string { return of[rng.IntN(len(of))] }
	var snap cluster.Snapshot
	if n := 1 + rng.IntN(1+rng.IntN(most)); rng.IntN(2) == 0 {
		snap = cluster.Merge(clustertest.Strange(seed, n, 1)...)
	} else {
		part := func() float64 { return []float64{0, 0, 0.05, 0.3, 1}[rng.IntN(5)] }
		snap = clustertest.Snapshot(seed, clustertest.Options{
			Nodes: n, Names: []clustertest.NameStyle{"", clustertest.NameHost, clustertest.NameMixed}[rng.IntN(3)], Disconnected: part() * 0.8, Pending: part() / 3, Rejected: part() / 3,
		})
	}
	opt := graph.Options{
		All: rng.IntN(3) > 0, GroupBy: [][]string{nil, nil, {"region"}, {"rack"}, {"region", "rack"}}[rng.IntN(5)],
		ColorBy: pick("", "", "region", graph.FieldUtilisation), SizeBy: pick("", "", "cpu", "gpu"), Label: pick("", "", graph.FieldFull),
	}
	opt.Collapse = len(opt.GroupBy) > 0 && rng.IntN(4) == 0
	canvas := layout.Options{Engine: "radial"}
	if rng.IntN(2) == 0 { // from 1:3 to 4:1
		aspect := math.Exp(rng.Float64()*math.Log(12)) / 3
		area := math.Exp(rng.Float64()*4) * 30000
		canvas.Width, canvas.Height = max(layout.MinSide, math.Sqrt(area*aspect)), max(layout.MinSide, math.Sqrt(area/aspect))
	}
	return graphtest.Build(snap, opt), canvas
}

func TestRadialHoldsOverSeededNetworks(t *testing.T) {
	t.Parallel()
	for seed := range seeds(t, "40") {
		topo, opt := oneHub(seed, 240)
		if !t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			d := arrange(t, topo, opt)
			checkDrawing(t, d)
			checkBeside(t, d)
			if again := arrange(t, topo, opt); !reflect.DeepEqual(again.Boxes, d.Boxes) || !reflect.DeepEqual(again.Lines, d.Lines) || !reflect.DeepEqual(again.Areas, d.Areas) {
				t.Error("the same network is drawn in another way")
			}
		}) {
			return
		}
	}
}

// rectangle returns the corners of a rectangle that may be turned, in order.
func rectangle(center r2.Vec, w, h, degrees float64) []r2.Vec {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	x, y := r2.Vec{X: cos * w / 2, Y: sin * w / 2}, r2.Vec{X: -sin * h / 2, Y: cos * h / 2}
	right, left := r2.Add(center, x), r2.Sub(center, x)
	return []r2.Vec{r2.Sub(left, y), r2.Sub(right, y), r2.Add(right, y), r2.Add(left, y)}
}

func textShape(t layout.Text) []r2.Vec { return rectangle(t.Center, t.Width, t.Size, t.Angle) }

// boxShape returns the outline of a box, and a polygon of many corners for a dot.
func boxShape(b *layout.Box) (points []r2.Vec) {
	if b.Shape != layout.Dot {
		return rectangle(b.Center, b.W, b.H, 0)
	}
	for i := range 32 {
		sin, cos := math.Sincos(float64(i) * math.Pi / 16)
		points = append(points, r2.Add(b.Center, r2.Vec{X: cos * b.W / 2, Y: sin * b.W / 2}))
	}
	return points
}

// apart returns how far two convex shapes are apart along the best of the normals to their
// sides: below 0 if they overlap.
func apart(a, b []r2.Vec) float64 {
	if far := r2.Norm(r2.Sub(a[0], b[0])) - reach(a) - reach(b); far > 5 { // not less
		return far
	}
	best := math.Inf(-1)
	for _, shape := range [][]r2.Vec{a, b} {
		for i := range shape {
			side := r2.Sub(shape[(i+1)%len(shape)], shape[i])
			if r2.Norm(side) == 0 {
				continue
			}
			n := r2.Unit(r2.Vec{X: -side.Y, Y: side.X})
			lo := func(s []r2.Vec) (lo, hi float64) {
				lo, hi = math.Inf(1), math.Inf(-1)
				for _, p := range s {
					lo, hi = min(lo, r2.Dot(p, n)), max(hi, r2.Dot(p, n))
				}
				return lo, hi
			}
			aLo, aHi := lo(a)
			bLo, bHi := lo(b)
			best = max(best, bLo-aHi, aLo-bHi)
		}
	}
	return best
}

// reach returns the greatest distance from the first corner of a shape to another.
func reach(shape []r2.Vec) (far float64) {
	for _, p := range shape {
		far = max(far, r2.Norm(r2.Sub(p, shape[0])))
	}
	return far
}

// checkBeside holds what a drawing with labels beside dots promises: no label touches
// another, a box or the edge of the canvas, none is upside down, and no edge passes within
// 2 points of a box or a text that is not its end, as long as all labels are drawn.
func checkBeside(t *testing.T, d *layout.Drawing) {
	t.Helper()
	type thing struct {
		name  string
		box   int // its own
		shape []r2.Vec
	}
	var things []thing
	for i := range d.Boxes {
		b := &d.Boxes[i]
		things = append(things, thing{fmt.Sprint("box ", i), i, boxShape(b)})
		if b.Beside() {
			if math.Abs(b.Label().Angle) > 90 {
				t.Errorf("the label of box %d is upside down: %g", i, b.Label().Angle)
			}
			things = append(things, thing{fmt.Sprintf("label %d %q", i, b.Label().String), i, textShape(b.Label())})
		}
	}
	for i := range d.Areas {
		if a := &d.Areas[i]; a.Name.String != "" {
			things = append(things, thing{fmt.Sprintf("name %q", a.Name.String), -1 - i, textShape(a.Name)})
		}
	}
	for i, a := range things {
		for _, p := range a.shape {
			if p.X < 0 || p.Y < 0 || p.X > d.Width || p.Y > d.Height {
				t.Errorf("%s leaves the canvas at %.1f, %.1f", a.name, p.X, p.Y)
				break
			}
		}
		for _, b := range things[:i] {
			if apart(a.shape, b.shape) < -0.11 { // rounded places
				t.Errorf("%s and %s overlap by %.2f", a.name, b.name, -apart(a.shape, b.shape))
			}
		}
	}
	if d.Unlabeled > 0 {
		return
	}
	for i := range d.Lines {
		l := &d.Lines[i]
		for k := 0; k+1 < len(l.Path); k += max(1, min(3, len(l.Path)-2)) {
			to := l.Path[min(k+3, len(l.Path)-1)]
			for _, x := range things {
				if x.box == l.From || x.box == l.To || x.box < 0 && leadsThrough(d, l, &d.Areas[-1-x.box]) {
					continue
				}
				if gap := apart([]r2.Vec{l.Path[k], to}, x.shape); gap < 1.9 {
					t.Errorf("the edge to box %d passes %s at %.2f points", l.To, x.name, gap)
				}
			}
		}
	}
}

// leadsThrough reports whether the way of a line to its node is through the name of an area.
func leadsThrough(d *layout.Drawing, l *layout.Line, a *layout.Area) bool {
	group := d.Diagram.Nodes[l.To].Path()
	return a.Look == layout.Tag && len(group) > 0 && group[0] == a.Group.Path[0]
}

// Names that have room are whole, also those of nodes that are not connected, with or
// without others that are.
func TestRadialShortensNoNameThatHasRoom(t *testing.T) {
	for _, disconnected := range []float64{0, 0.2, 1} {
		snap := clustertest.Snapshot(1, clustertest.Options{Nodes: 30, Disconnected: disconnected})
		d := arrange(t, graphtest.Build(snap, graph.Options{All: true}), layout.Options{Engine: "radial"})
		for i := range d.Boxes {
			if got, want := d.Boxes[i].Label().String, d.Diagram.Nodes[i].Label; got != want {
				t.Errorf("%g disconnected: %q is written as %q", disconnected, want, got)
			}
		}
	}
}

// One node more may change the engine that auto chooses, but never halves the text.
func TestOneNodeMoreNeverHalvesTheText(t *testing.T) {
	t.Parallel()
	for _, names := range []clustertest.NameStyle{"", clustertest.NameMixed} {
		last, engine := 0.0, ""
		for _, n := range []int{19, 20, 21, 24, 25, 26, 27, 28, 29, 30, 31, 32, 46, 47, 48, 49, 62, 63, 64, 65} {
			d := arrange(t, graphtest.Build(clustertest.Snapshot(1, clustertest.Options{Nodes: n, Names: names}), graph.Options{}), layout.Options{})
			least := math.Inf(1)
			for i := range d.Boxes {
				least = min(least, d.Boxes[i].Label().Size)
			}
			if least < last/2 {
				t.Errorf("%d nodes: the text of %s has %.1f points, that of %s for fewer had %.1f", n, d.Engine, least, engine, last)
			}
			last, engine = least, d.Engine
		}
	}
}
