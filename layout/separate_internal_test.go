package layout

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
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

// The pairs that overlap are found in the order of all pairs from left to right, each once.
func TestOverlapsAreThoseOfAllPairsInOrder(t *testing.T) {
	far := &engine.Scene{Gap: 4}
	for _, y := range []float64{-math.MaxFloat64, 0, 1, math.MaxFloat64} {
		far.Boxes = append(far.Boxes, engine.Box{W: 5, H: 5, Center: r2.Vec{Y: y}})
	}
	scenes := []*engine.Scene{{}, far, scattering(1, 1), scattering(300, 0), scattering(300, 100), scattering(300, 500), scattering(2000, 3000)}
	wide := scattering(500, 1000)
	wide.Boxes[7].W, wide.Boxes[8].H = 2000, 300
	scenes = append(scenes, wide)
	for n, s := range scenes {
		order := byX(s)
		var want, got [][2]int
		for k, i := range order {
			for _, j := range order[k+1:] {
				if near(&s.Boxes[i], &s.Boxes[j], s.Gap) {
					want = append(want, [2]int{i, j})
				}
			}
		}
		overlaps(t.Context(), s, func(i, j int) { got = append(got, [2]int{i, j}) })
		if !slices.Equal(got, want) {
			t.Errorf("scene %d: %d pairs, of %d", n, len(got), len(want))
		}
	}
}

func BenchmarkOverlaps(b *testing.B) {
	for _, n := range []int{1000, 10_000, 100_000} {
		s := scattering(n, 0)
		side := int(math.Sqrt(float64(n)))
		for i := range s.Boxes { // apart, as most engines put them
			s.Boxes[i].Center = r2.Vec{X: 45 * float64(i%side), Y: 25 * float64(i/side)}
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				overlaps(b.Context(), s, func(i, j int) {})
			}
		})
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
