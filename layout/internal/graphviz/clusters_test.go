package graphviz

import (
	"slices"
	"testing"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// clustered is a scene of two outer groups, each with two inner ones of two boxes, which
// are so far apart.
func clustered(between float64) *engine.Scene {
	s := scene(nil)
	s.Boxes, s.Hubs, s.Lines, s.Clustered = nil, nil, nil, true
	s.Groups = []engine.Group{{Level: 1}, {Level: 2}, {Level: 2}, {Level: 1}, {Level: 2}, {Level: 2}}
	for i := range 8 {
		outer := i / 4 * 3
		s.Boxes = append(s.Boxes, engine.Box{
			W: 40, H: 16, Groups: []int{outer, outer + 1 + i/2%2}, Center: r2.Vec{X: float64(i) * between, Y: float64(i%2) * 30},
		})
	}
	return s
}

func TestAreasAreAroundTheirBoxes(t *testing.T) {
	for name, letters := range map[string]float64{"short names": 5, "names wider than the boxes": 12} {
		t.Run(name, func(t *testing.T) {
			s := clustered(300)
			s.Font = 20
			s.NameWidth = func(_ int, sizes float64) float64 { return min(letters, sizes) * s.Font * engine.NameShare }
			for i := range s.Boxes {
				s.Boxes[i].Center.X = float64(i/2) * 300
			}
			checkAreas(t, s)
		})
	}
}

// checkAreas draws areas, and holds that each has its boxes, the areas of its inner groups
// and its name in it, and no other boxes.
func checkAreas(t *testing.T, s *engine.Scene) {
	t.Helper()
	Areas(s)
	if len(s.Areas) != len(s.Groups) {
		t.Fatalf("%d areas", len(s.Areas))
	}
	within := func(x0, y0, x1, y1 float64, a *engine.Area) bool {
		return a.Path[0].X <= x0 && a.Path[0].Y <= y0 && a.Path[2].X >= x1 && a.Path[2].Y >= y1
	}
	for k := range s.Areas {
		a := &s.Areas[k]
		if k > 0 && s.Groups[a.Group].Level < s.Groups[s.Areas[k-1].Group].Level {
			t.Errorf("area %d is of an outer group, behind an inner one", k)
		}
		for i, b := range s.Boxes {
			member := slices.Contains(b.Groups, a.Group)
			if in := within(b.Center.X-b.W/2, b.Center.Y-b.H/2, b.Center.X+b.W/2, b.Center.Y+b.H/2, a); in != member || slices.Contains(a.Boxes, i) != member {
				t.Errorf("box %d is in the area of group %d: %v", i, a.Group, in)
			}
		}
		for j := range s.Areas {
			outer := &s.Areas[j]
			if s.Groups[outer.Group].Level == 1 && outer.Group == a.Group/3*3 && !within(a.Path[0].X, a.Path[0].Y, a.Path[2].X, a.Path[2].Y, outer) {
				t.Errorf("the area of group %d leaves that of group %d", a.Group, outer.Group)
			}
		}
		if room := a.Path[2].X - a.Path[0].X; room < s.NameWidth(a.Group, engine.ShortName) {
			t.Errorf("the area of group %d is %g wide, its name %g", a.Group, room, s.NameWidth(a.Group, engine.ShortName))
		}
	}
}

func TestNoAreasWhereGroupsAreMixed(t *testing.T) {
	s := clustered(20)
	Areas(s)
	if len(s.Areas) != 0 {
		t.Errorf("%d areas though these overlap", len(s.Areas))
	}
	s = clustered(150)
	s.Boxes = append(s.Boxes, engine.Box{W: 10, H: 10, Center: s.Boxes[0].Center})
	if Areas(s); len(s.Areas) != 0 {
		t.Errorf("%d areas though a box of no group is in one", len(s.Areas))
	}
	s = clustered(150)
	s.Clustered = false
	if Areas(s); len(s.Areas) != 0 {
		t.Errorf("%d areas of boxes that the engine did not keep together", len(s.Areas))
	}
}
