package layout

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// scattering is a scene of boxes at random places of a square of the given side.
func scattering(n int, side float64) *engine.Scene {
	rng := rand.New(rand.NewPCG(uint64(n), 1))
	s := &engine.Scene{Aspect: 1.5, Gap: 4}
	for i := range n {
		s.Boxes = append(s.Boxes, engine.Box{
			ID: fmt.Sprint("node-", i), W: 20 + 20*rng.Float64(), H: 10 + 10*rng.Float64(), Hub: i == 0,
			Center: r2.Vec{X: side * rng.Float64(), Y: side * rng.Float64()},
		})
	}
	return s
}

func TestSeparateRemovesOverlaps(t *testing.T) {
	for _, c := range []struct {
		n    int
		side float64
	}{{1, 10}, {2, 1}, {20, 400}, {20, 100}, {60, 100}, {60, 5}, {400, 5}} {
		t.Run(fmt.Sprintf("%d boxes in %g", c.n, c.side), func(t *testing.T) {
			s := scattering(c.n, c.side)
			if err := separate(t.Context(), s); err != nil {
				t.Fatal(err)
			}
			for i := range s.Boxes {
				for j := range s.Boxes[:i] {
					a, b := &s.Boxes[i], &s.Boxes[j]
					if math.Abs(a.Center.X-b.Center.X) < (a.W+b.W)/2 && math.Abs(a.Center.Y-b.Center.Y) < (a.H+b.H)/2 {
						t.Errorf("%s and %s overlap", a.ID, b.ID)
					}
				}
			}
		})
	}
}

func TestSeparateMovesNothingThatIsApart(t *testing.T) {
	s := &engine.Scene{Aspect: 1, Gap: 4, Boxes: []engine.Box{
		{W: 10, H: 10}, {W: 10, H: 10, Center: r2.Vec{X: 13}}, // more than half of the gap
		{W: 10, H: 10, Center: r2.Vec{X: 100}}, {W: 10, H: 10, Center: r2.Vec{X: 108}},
	}}
	if err := separate(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if a, b := s.Boxes[0].Center, s.Boxes[1].Center; a != (r2.Vec{}) || b != (r2.Vec{X: 13}) {
		t.Errorf("boxes without an overlap moved to %v and %v", a, b)
	}
	if a, b := s.Boxes[2].Center, s.Boxes[3].Center; a.X >= 100 || b.X <= 108 || a.Y != 0 || math.Abs(a.X+b.X-208) > 1e-9 {
		t.Errorf("boxes with an overlap moved to %v and %v, want as far to either side", a, b)
	}
}

func TestSeparateMovesTheShorterWay(t *testing.T) {
	s := &engine.Scene{Aspect: 1, Gap: 4, Boxes: []engine.Box{
		{W: 40, H: 10}, {W: 40, H: 10, Center: r2.Vec{X: 2, Y: 6}},
	}}
	if err := separate(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if a, b := s.Boxes[0].Center, s.Boxes[1].Center; a.X != 0 || b.X != 2 || b.Y-a.Y < 10 {
		t.Errorf("wide boxes moved to %v and %v, want one above the other", a, b)
	}
}

func TestSeparateMovesAroundHubs(t *testing.T) {
	s := &engine.Scene{Aspect: 1, Gap: 4, Boxes: []engine.Box{
		{W: 30, H: 30, Hub: true}, {W: 10, H: 10, Center: r2.Vec{X: 8}},
	}}
	if err := separate(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if c := s.Boxes[0].Center; c != (r2.Vec{}) {
		t.Errorf("the hub moved to %v", c)
	}
}

// The corners of the squares around two circles may overlap.
func TestDotsAreCircles(t *testing.T) {
	at := r2.Vec{X: 9, Y: 9}
	for _, dots := range []bool{false, true} {
		a, b := &engine.Box{W: 10, H: 10, Dot: dots}, &engine.Box{W: 10, H: 10, Dot: dots, Center: at}
		if near(a, b, 1) == dots {
			t.Errorf("dots %v: near is %v", dots, !dots)
		}
	}
}

func TestSeparateFails(t *testing.T) {
	s := scattering(2, 10)
	s.Boxes[1].Center.X = math.NaN()
	if err := separate(t.Context(), s); err == nil || err.Error() != `the engine gave node "node-1" no place` {
		t.Errorf("a box without a place: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := separate(ctx, scattering(200, 1)); !errors.Is(err, context.Canceled) {
		t.Errorf("after cancelling: %v", err)
	}
}
