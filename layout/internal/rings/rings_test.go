package rings

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// star is a scene of hubs, and of so many boxes of each, in groups by turns.
func star(hubs, boxes, groups int) *engine.Scene {
	s := &engine.Scene{Aspect: 1.5, Height: 400, Font: 8.5, Gap: 5}
	for h := range hubs {
		s.Hubs = append(s.Hubs, h)
		s.Boxes = append(s.Boxes, engine.Box{ID: fmt.Sprint("hub-", h), W: 60, H: 20, Hub: true, Linked: true})
	}
	for range groups {
		s.Groups = append(s.Groups, engine.Group{Level: 1})
	}
	for h := range hubs {
		for n := range boxes {
			b := engine.Box{ID: fmt.Sprintf("node-%d-%02d", h, n), W: 45, H: 16, Linked: true, Owners: []int{h}}
			if groups > 0 {
				b.Groups = []int{n % groups}
			}
			s.Lines = append(s.Lines, engine.Line{From: h, To: len(s.Boxes)})
			s.Boxes = append(s.Boxes, b)
		}
	}
	return s
}

func ExampleArrange() {
	s := star(1, 4, 0)
	if err := Arrange(context.Background(), s); err != nil {
		fmt.Println(err)
	}
	for _, b := range s.Boxes {
		fmt.Printf("%s %+.0f %+.0f\n", b.ID, b.Center.X, b.Center.Y)
	}
	// Output:
	// hub-0 +0 +64
	// node-0-00 +52 +36
	// node-0-01 +52 +93
	// node-0-02 -52 +93
	// node-0-03 -52 +36
}

// checkApart holds that no two boxes overlap.
func checkApart(t *testing.T, s *engine.Scene) {
	t.Helper()
	for i := range s.Boxes {
		for j := range s.Boxes[:i] {
			a, b := &s.Boxes[i], &s.Boxes[j]
			if math.Abs(a.Center.X-b.Center.X) < (a.W+b.W)/2-1e-6 && math.Abs(a.Center.Y-b.Center.Y) < (a.H+b.H)/2-1e-6 {
				t.Errorf("%s and %s overlap: %v, %v", a.ID, b.ID, a.Center, b.Center)
			}
		}
	}
}

func TestArrangeKeepsBoxesApart(t *testing.T) {
	for _, c := range []struct{ hubs, boxes, groups int }{
		{1, 0, 0}, {1, 1, 0}, {1, 5, 0}, {1, 60, 0}, {3, 20, 0}, {7, 4, 0}, {1, 30, 4}, {2, 25, 3}, {1, 9, 1},
	} {
		t.Run(fmt.Sprintf("%d hubs, %d boxes, %d groups", c.hubs, c.boxes, c.groups), func(t *testing.T) {
			s := star(c.hubs, c.boxes, c.groups)
			if err := Arrange(t.Context(), s); err != nil {
				t.Fatal(err)
			}
			checkApart(t, s)
			if c.groups == 0 && len(s.Areas) > 0 || c.groups > 0 && len(s.Areas) != c.groups*c.hubs {
				t.Errorf("%d areas", len(s.Areas))
			}
		})
	}
}

// The area of a group has its boxes in it and no others.
func TestAreasHaveTheirBoxes(t *testing.T) {
	s := star(1, 24, 3)
	if err := Arrange(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	for _, a := range s.Areas {
		for i := range s.Boxes {
			if in, want := inside(s.Boxes[i].Center, a.Path), slices.Contains(s.Boxes[i].Groups, a.Group); in != want && !s.Boxes[i].Hub {
				t.Errorf("%s is in the area of group %d: %v", s.Boxes[i].ID, a.Group, in)
			}
			if listed, want := slices.Contains(a.Boxes, i), slices.Contains(s.Boxes[i].Groups, a.Group); listed != want {
				t.Errorf("%s is listed in group %d: %v", s.Boxes[i].ID, a.Group, listed)
			}
		}
	}
}

// The areas of inner groups are inside those of their outer groups.
func TestAreasAreNested(t *testing.T) {
	s := star(1, 48, 0)
	s.Groups = []engine.Group{{Level: 1}, {Level: 2}, {Level: 2}, {Level: 1}, {Level: 2}, {Level: 2}}
	for i := 1; i < len(s.Boxes); i++ {
		outer := i % 2 * 3
		s.Boxes[i].Groups = []int{outer, outer + 1 + i/2%2}
	}
	if err := Arrange(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if len(s.Areas) != len(s.Groups) {
		t.Fatalf("%d areas", len(s.Areas))
	}
	outer := map[int][]r2.Vec{s.Areas[0].Group: s.Areas[0].Path, s.Areas[1].Group: s.Areas[1].Path}
	for _, a := range s.Areas[2:] {
		for _, p := range a.Path {
			if !inside(p, outer[a.Group/3*3]) {
				t.Fatalf("the area of group %d leaves that of its outer group", a.Group)
			}
		}
		for _, i := range a.Boxes {
			if !inside(s.Boxes[i].Center, a.Path) {
				t.Errorf("%s is not in its group", s.Boxes[i].ID)
			}
		}
	}
}

func inside(p r2.Vec, polygon []r2.Vec) bool {
	in := false
	for i, a := range polygon {
		if b := polygon[(i+1)%len(polygon)]; (a.Y > p.Y) != (b.Y > p.Y) && p.X < a.X+(b.X-a.X)*(p.Y-a.Y)/(b.Y-a.Y) {
			in = !in
		}
	}
	return in
}

func TestDetachedBoxesAreAtTheRight(t *testing.T) {
	s := star(1, 6, 0)
	for n := range 3 {
		s.Boxes = append(s.Boxes, engine.Box{ID: fmt.Sprint("other-", n), W: 45, H: 16})
	}
	if err := Arrange(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	checkApart(t, s)
	for _, b := range s.Boxes[7:] {
		for _, a := range s.Boxes[:7] {
			if b.Center.X-b.W/2 < a.Center.X+a.W/2 {
				t.Errorf("%s is not at the right of %s", b.ID, a.ID)
			}
		}
	}
}

// Boxes without an edge are on the outermost ring, where no edge passes them.
func TestBoxesWithoutAnEdgeAreOutside(t *testing.T) {
	s := star(1, 40, 0)
	for i := 1; i < len(s.Boxes); i += 8 {
		s.Boxes[i].Linked = false
	}
	l := &ringLayout{Scene: s}
	l.cellW, l.cellH, l.usualDots = s.UsualSize()
	l.gap = s.Gap
	discs, detached := l.discs()
	if len(discs) != 1 || len(detached) != 0 || len(discs[0].outer) != 5 {
		t.Fatalf("%d discs, %d detached boxes", len(discs), len(detached))
	}
	l.sizeAndPack(discs)
	l.placeDisc(discs[0])
	last := discs[0].rings[len(discs[0].rings)-1]
	if !slices.Equal(last.boxes, discs[0].outer) {
		t.Errorf("the outermost ring has %v, want %v", last.boxes, discs[0].outer)
	}
}

func TestDealJobsToDifferentRings(t *testing.T) {
	angles := map[int]float64{1: 0.1, 2: 0.2, 3: 0.3, 4: 3, 5: 3.1, 6: 3.2}
	got := dealJobs([]int{6, 5, 4, 3, 2, 1}, angles, []jobRing{{places: 2}, {places: 4}})
	if len(got[0]) != 2 || len(got[1]) != 4 {
		t.Fatalf("rings have %v", got)
	}
	if got[0][0] > 3 || got[0][1] < 4 {
		t.Errorf("the inner ring has %v, want one from each side", got[0])
	}
}

// Groups of two sizes get angles of their sizes.
func TestWedgesHaveTheAngleThatTheyNeed(t *testing.T) {
	s := star(1, 60, 0)
	s.Groups = []engine.Group{{Level: 1}, {Level: 1}}
	for i := 1; i < len(s.Boxes); i++ {
		s.Boxes[i].Groups = []int{0}
		if i > 45 {
			s.Boxes[i].Groups = []int{1}
		}
	}
	l := &ringLayout{Scene: s}
	l.cellW, l.cellH, l.usualDots = s.UsualSize()
	l.gap = s.Gap
	discs, _ := l.discs()
	l.sizeAndPack(discs)
	w := discs[0].wedges
	if len(w) != 2 || math.Abs(w[0].angle+w[1].angle-2*math.Pi) > 1e-6 {
		t.Fatalf("%d wedges", len(w))
	}
	if ratio := w[0].angle / w[1].angle; ratio < 2 || ratio > 3.2 {
		t.Errorf("45 boxes have %.1f times the angle of 15", ratio)
	}
}
