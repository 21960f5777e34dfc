package graphviz

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// scene has a hub, and so many boxes of it for each group; boxes of the group -1 are in
// none. Names of groups are as wide as 5 letters.
func scene(counts map[int]int) *engine.Scene {
	s := &engine.Scene{
		Aspect: 1.5, Height: 400, Font: 8.5, Gap: 5,
		Boxes: []engine.Box{{ID: "hub", W: 60, H: 20, Hub: true, Linked: true}}, Hubs: []int{0},
	}
	s.NameWidth = func(_ int, sizes float64) float64 { return min(5, sizes) * s.Font * engine.NameShare }
	for g := -1; g < len(counts); g++ {
		if g >= 0 {
			s.Groups = append(s.Groups, engine.Group{Level: 1})
		}
		for range counts[g] {
			b := engine.Box{ID: fmt.Sprint("node-", len(s.Boxes)), W: 40, H: 16, Linked: true, Owners: s.Hubs}
			if g >= 0 {
				b.Groups = []int{g}
			}
			s.Lines = append(s.Lines, engine.Line{From: 0, To: len(s.Boxes)})
			s.Boxes = append(s.Boxes, b)
		}
	}
	return s
}

func TestWrapPacksRows(t *testing.T) {
	box := func(hub int) *cell { return &cell{hubs: []int{hub}, size: r2.Vec{X: 40, Y: 16}} }
	group := func(boxes int) *cell { return &cell{inner: slices.Repeat([]*cell{box(0)}, boxes)} }
	for _, c := range []struct {
		name   string
		cells  []*cell
		length float64
		want   []int // cells in each row
	}{
		{"nothing", nil, 100, nil},
		{"one row", slices.Repeat([]*cell{box(0)}, 3), 130, []int{3}},
		{"rows of one length", slices.Repeat([]*cell{box(0)}, 7), 220, []int{4, 3}},
		{"boxes that are longer", slices.Repeat([]*cell{box(0)}, 3), 10, []int{1, 1, 1}},
		{"boxes of different hubs", []*cell{box(0), box(0), box(1)}, 900, []int{2, 1}},
		{"boxes and groups", []*cell{box(0), group(2), group(2)}, 900, []int{1, 2}},
		{"as many groups as fit", []*cell{group(1), group(1), group(1)}, 150, []int{2, 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := &rowLayout{Scene: scene(map[int]int{-1: 1})}
			var got []int
			for _, r := range l.wrap(c.cells, c.length) {
				got = append(got, len(r.cells))
				if len(r.cells) > 1 && r.size.X > c.length {
					t.Errorf("a row of %d cells is %g long, of %g", len(r.cells), r.size.X, c.length)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEvenly(t *testing.T) {
	for _, c := range []struct{ n, most, want int }{{7, 5, 4}, {10, 5, 5}, {11, 5, 4}, {1, 5, 1}, {3, 1, 1}} {
		if got := evenly(c.n, c.most); got != c.want {
			t.Errorf("%d in rows of at most %d: %d, want %d", c.n, c.most, got, c.want)
		}
	}
}

// Rows that are placed one below the other keep boxes and areas apart, each box in the
// area of its group, and lead a route to each.
func TestRowsAndColumnsArePlaced(t *testing.T) {
	for _, name := range []string{"dot", "osage"} {
		t.Run(name, func(t *testing.T) {
			s := scene(map[int]int{-1: 9, 0: 14, 1: 3, 2: 30})
			l := &gvLayout{Scene: s, engine: name}
			l.makeRows()
			routes := make(map[int][]r2.Vec)
			corner := r2.Vec{X: 100}
			for _, r := range l.rows.rows {
				l.rows.place(r, corner, nil, routes)
				corner.Y += r.size.Y
			}
			l.rows.routeEdges(routes)
			for i := 1; i < len(s.Boxes); i++ {
				a := &s.Boxes[i]
				for j := 1; j < i; j++ {
					b := &s.Boxes[j]
					if math.Abs(a.Center.X-b.Center.X) < (a.W+b.W)/2 && math.Abs(a.Center.Y-b.Center.Y) < (a.H+b.H)/2 {
						t.Fatalf("%s and %s overlap", a.ID, b.ID)
					}
				}
				for _, area := range s.Areas {
					p, q := area.Path[0], area.Path[2]
					in := p.X < a.Center.X && a.Center.X < q.X && p.Y < a.Center.Y && a.Center.Y < q.Y
					if in != slices.Contains(a.Groups, area.Group) || in != slices.Contains(area.Boxes, i) {
						t.Errorf("%s is in the area of group %d: %v", a.ID, area.Group, in)
					}
				}
				path := s.Lines[i-1].Path
				if len(path)%3 != 1 || path[0] != s.Boxes[0].Center || path[len(path)-1] != a.Center {
					t.Errorf("the edge to %s has %d points from %v to %v", a.ID, len(path), path[0], path[len(path)-1])
				}
			}
			for _, line := range s.Lines {
				for k := 6; k+3 < len(line.Path); k += 3 { // from where the rows begin
					p, q := line.Path[k], line.Path[k+3]
					for i := 1; i < len(s.Boxes); i++ {
						if b := &s.Boxes[i]; i != line.To && covers(b, p, q) {
							t.Fatalf("the edge to %s is behind %s", s.Boxes[line.To].ID, b.ID)
						}
					}
				}
			}
			if len(s.Areas) != 3 {
				t.Errorf("%d areas", len(s.Areas))
			}
		})
	}
}

// covers reports whether a box covers any of nine points between two.
func covers(b *engine.Box, p, q r2.Vec) bool {
	for k := range 9 {
		at := r2.Add(p, r2.Scale(float64(k)/8, r2.Sub(q, p)))
		if math.Abs(at.X-b.Center.X) < b.W/2 && math.Abs(at.Y-b.Center.Y) < b.H/2 {
			return true
		}
	}
	return false
}

// The row length is that of the largest picture: no more than a fifth of the canvas's
// width or height is free.
func TestMakeRowsFillsTheCanvas(t *testing.T) {
	for _, aspect := range []float64{0.5, 1.5, 3} {
		s := scene(map[int]int{-1: 400})
		s.Aspect = aspect
		l := &gvLayout{Scene: s, engine: "dot"}
		l.makeRows()
		size := extent(l.rows.rows)
		w, h := size.X+60+l.rows.hubRoom, size.Y
		if ratio := w / h / aspect; ratio < 0.8 || ratio > 1.25 {
			t.Errorf("on a canvas of %g:1 rows take %.0f by %.0f", aspect, w, h)
		}
	}
}

func TestRoundedStaysOnTheRoute(t *testing.T) {
	points := []r2.Vec{{X: 10}, {X: 10, Y: 10}, {X: 12, Y: 10}}
	path := rounded([]r2.Vec{{}}, points, 2)
	if len(path)%3 != 1 || path[len(path)-1] != points[2] {
		t.Fatalf("%v is no curve to the last point", path)
	}
	for k := 0; k < len(path); k += 3 { // the ends of segments
		p := path[k]
		if p.Y != 0 && p.X != 10 && p.Y != 10 {
			t.Errorf("%v is not on the route", p)
		}
	}
	if got := toward(r2.Vec{}, r2.Vec{X: 3}, 2); got.X != 1.5 {
		t.Errorf("on a line of 3 the point 2 away is %v, want half way", got)
	}
}
