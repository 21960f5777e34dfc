package engine

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/spatial/r2"
)

func TestUsualSize(t *testing.T) {
	hub := Box{W: 200, H: 40, Hub: true}
	job := Box{W: 150, H: 30, Job: true}
	pill := Box{W: 50, H: 16}
	marked := Box{W: 50 + MarkRoom*16, H: 16, Marked: true}
	dot := Box{W: 14, H: 14, Dot: true}
	for _, c := range []struct {
		name  string
		boxes []Box
		w, h  float64
		dots  bool
	}{
		{"nothing", nil, DotSize + 5, DotSize + 5, false},
		{"hubs and jobs do not count", []Box{hub, job, pill}, 55, 21, false},
		{"a mark takes its room from the gap", []Box{pill, marked}, 55, 21, false},
		{"the largest", []Box{pill, {W: 70, H: 12}}, 75, 21, false},
		{"dots alone, if there are any", []Box{hub, pill, dot}, 19, 19, true},
	} {
		s := &Scene{Gap: 5, Boxes: c.boxes}
		if w, h, dots := s.UsualSize(); w != c.w || h != c.h || dots != c.dots {
			t.Errorf("%s: %g×%g, dots %v", c.name, w, h, dots)
		}
	}
}

func TestScaleMultipliesPlacesAlone(t *testing.T) {
	p := r2.Vec{X: 1, Y: 2}
	s := &Scene{
		Boxes: []Box{{Center: p, W: 1, H: 1}},
		Lines: []Line{{Path: []r2.Vec{p, p}}},
		Areas: []Area{{Path: []r2.Vec{p}, Anchor: p, Away: p}},
		Frame: []Rect{{Center: p, W: 1, H: 1}},
	}
	s.Scale(10, 100)
	q := r2.Vec{X: 10, Y: 200}
	want := &Scene{
		Boxes: []Box{{Center: q, W: 1, H: 1}},
		Lines: []Line{{Path: []r2.Vec{q, q}}},
		Areas: []Area{{Path: []r2.Vec{q}, Anchor: q, Away: p}},
		Frame: []Rect{{Center: q, W: 1, H: 1}},
	}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Error(diff)
	}
}
