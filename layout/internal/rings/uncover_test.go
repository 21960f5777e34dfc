package rings

import (
	"fmt"
	"testing"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

func TestCrosses(t *testing.T) {
	box := &engine.Box{Center: r2.Vec{X: 10, Y: 10}, W: 4, H: 2}
	for _, c := range []struct {
		name     string
		from, to r2.Vec
		want     bool
	}{
		{"through the middle", r2.Vec{}, r2.Vec{X: 20, Y: 20}, true},
		{"along x", r2.Vec{X: 0, Y: 10.5}, r2.Vec{X: 20, Y: 10.5}, true},
		{"along y", r2.Vec{X: 9, Y: 0}, r2.Vec{X: 9, Y: 20}, true},
		{"backward", r2.Vec{X: 20, Y: 20}, r2.Vec{}, true},
		{"from inside", r2.Vec{X: 10, Y: 10}, r2.Vec{X: 90, Y: 10}, true},
		{"all inside", r2.Vec{X: 9, Y: 10}, r2.Vec{X: 11, Y: 10}, true},
		{"ends before it", r2.Vec{}, r2.Vec{X: 7, Y: 7}, false},
		{"begins behind it", r2.Vec{X: 13, Y: 13}, r2.Vec{X: 20, Y: 20}, false},
		{"beside it", r2.Vec{X: 0, Y: 12}, r2.Vec{X: 20, Y: 12}, false},
		{"along its outline", r2.Vec{X: 0, Y: 11}, r2.Vec{X: 20, Y: 11}, false},
		{"past a corner", r2.Vec{X: 4, Y: 10}, r2.Vec{X: 12, Y: 14}, false},
	} {
		if got := crosses(c.from, c.to, box); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// Boxes that two hubs share would hide each other's edges if they were in a row from hub
// to hub.
func TestRotateToUncoverHidesNoEdge(t *testing.T) {
	for _, aspect := range []float64{0.4, 1.5} {
		for shared := 2; shared <= 4; shared++ {
			s := star(2, 0, 0)
			s.Aspect = aspect
			for n := range shared {
				s.Lines = append(s.Lines, engine.Line{From: 0, To: len(s.Boxes)}, engine.Line{From: 1, To: len(s.Boxes)})
				s.Boxes = append(s.Boxes, engine.Box{ID: fmt.Sprint("shared-", n), W: 45, H: 16, Linked: true, Owners: []int{0, 1}})
			}
			if err := Arrange(t.Context(), s); err != nil {
				t.Fatal(err)
			}
			for _, line := range s.Lines {
				for i := range s.Boxes {
					if i != line.From && i != line.To && crosses(s.Boxes[line.From].Center, s.Boxes[line.To].Center, &s.Boxes[i]) {
						t.Errorf("aspect %g: the edge from %s to %s is behind %s", aspect, s.Boxes[line.From].ID, s.Boxes[line.To].ID, s.Boxes[i].ID)
					}
				}
			}
		}
	}
}
