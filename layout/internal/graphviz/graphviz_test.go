package graphviz

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/internal/gv"
	"github.com/bacviz/bacviz/layout/internal/engine"
)

// What is not as Graphviz writes it is an error that quotes it.
func TestReadRefusesUnexpectedAnswers(t *testing.T) {
	for answer, want := range map[string]string{
		"node 0 1 1 1 1\nnode 1 1 1 1 1":                    "", // all that is needed
		"node 0 1 1 1 1":                                    "graphviz placed 1 of 2 nodes",
		"node 7 1 1 1 1":                                    `unexpected node "7"`,
		"node x 1 1 1 1":                                    `unexpected node "x"`,
		"node r0 1 1 1 1":                                   `unexpected row "r0"`,
		"node 0 a b 1 1":                                    `unexpected coordinates "a", "b"`,
		"node 0 1 1 1 1\nedge 0 1 9 1 1":                    "unexpected edge",
		"node 0 1 1 1 1\nedge 0 1 1 a 1":                    `unexpected coordinates "a", "1"`,
		"graph 1 1 1\nnode 0 1 1 1 1\nnode 1 1 1 1 1\nstop": "",
	} {
		l := &gvLayout{Scene: scene(map[int]int{-1: 1}), engine: "dot"}
		err := l.read([]byte(answer))
		if got := fmt.Sprint(err); want == "" && err != nil || !strings.Contains(got, want) {
			t.Errorf("%q: %v, want %q", answer, err, want)
		}
	}
}

func TestReadPlacesAndRoutes(t *testing.T) {
	s := scene(map[int]int{-1: 1})
	l := &gvLayout{Scene: s, engine: "dot"}
	if err := l.read([]byte("node 0 1 2 1 1\nnode 1 3 2 1 1\nedge 1 0 4 3 2 2.5 2 1.5 2 1 2\n")); err != nil {
		t.Fatal(err)
	}
	if want := (r2.Vec{X: 72, Y: -144}); s.Boxes[0].Center != want {
		t.Errorf("the hub is at %v, want %v", s.Boxes[0].Center, want)
	}
	if path := s.Lines[0].Path; len(path) != 4 || path[0] != s.Boxes[0].Center || path[3] != s.Boxes[1].Center {
		t.Errorf("the edge from the hub has the route %v", path)
	}
}

// Circles hold as many boxes as twopi gets to put on them, a pitch apart.
func TestOrbitsHoldTheirBoxes(t *testing.T) {
	for _, n := range []int{1, 2, 6, 60, 61, 400} {
		o := orbits{pitch: 50}
		circles := o.grow(n, 40)
		if n <= circleMost && circles != 1 || n > circleMost && circles < 2 {
			t.Errorf("%d boxes are on %d circles", n, circles)
		}
		if len(o.seps) != circles+1 { // a step half way to the first
			t.Errorf("%d distances for %d circles", len(o.seps), circles)
		}
		first := o.radius - float64(circles-1)*o.pitch
		onFirst := (n + circles - 1) / circles
		if chord := 2 * first * math.Sin(math.Pi/float64(max(2, onFirst))); chord < o.pitch-1e-9 {
			t.Errorf("%d boxes on the first circle are %.1f apart", onFirst, chord)
		}
		if first < 40 {
			t.Errorf("the first circle has a radius of %g", first)
		}
	}
}

func TestHubsMoveToTheMiddle(t *testing.T) {
	s := scene(map[int]int{-1: 4})
	for i := range 4 {
		s.Boxes[i+1].Center = r2.Vec{X: 100 * float64(i%2), Y: 60 * float64(i/2)}
	}
	l := &gvLayout{Scene: s, engine: "circo"}
	l.hubsToMiddle()
	if want := (r2.Vec{X: 50, Y: 30}); s.Boxes[0].Center != want {
		t.Errorf("the hub is at %v, want %v", s.Boxes[0].Center, want)
	}
}

func TestStretchLeft(t *testing.T) {
	at := func(x, y float64) r2.Vec { return r2.Vec{X: x, Y: y} }
	s := &engine.Scene{Hubs: []int{2}, Boxes: []engine.Box{
		{Job: true, Center: at(0, 60)}, {Ran: true, Center: at(50, 40)}, {Hub: true, Center: at(100, 50)}, {Idle: true, Center: at(150, 100)},
	}, Lines: []engine.Line{
		{From: 0, To: 1, Run: new(engine.Run), Path: []r2.Vec{at(0, 60), at(50, 40)}},
		{From: 2, To: 3, Path: []r2.Vec{at(100, 50), at(150, 100)}},
	}}
	stretchLeft(s)
	for i, want := range []float64{50 + 10*maxStretch, 50 - 10*maxStretch, 50, 100} {
		if got := s.Boxes[i].Center.Y; math.Abs(got-want) > 1e-9 {
			t.Errorf("box %d is at %g, want %g", i, got, want)
		}
	}
	if got := s.Lines[0].Path[0]; got != s.Boxes[0].Center {
		t.Errorf("the route of the job begins at %v", got)
	}
	if got := s.Lines[1].Path[1]; got != at(150, 100) {
		t.Errorf("the route to a node at the right ends at %v", got)
	}
}

// A star is written in each engine's own way.
func TestDotOfAStar(t *testing.T) {
	for name, want := range map[string][]string{
		"neato": {"0 -- 1 []"},
		"twopi": {"0 [root=true]", "0 -- s1_0 []", "s1_0 -- 1 []"},
		"circo": {"1 -- 2 []", "13 -- 1 []"},
		"osage": {"packmode=array_u1", `subgraph "cluster_hubs"`, "r0 [sortv="},
		"dot":   {"rankdir=LR", "0 -- r0 []", "s0 -- 0 [style=invis, weight=0]"},
	} {
		l := &gvLayout{Scene: scene(map[int]int{-1: 13}), engine: name}
		dot := string(l.dot())
		for _, line := range want {
			if !strings.Contains(dot, line) {
				t.Errorf("%s: no %q in\n%s", name, line, dot)
			}
		}
	}
}

// One hub with a circle of boxes is drawn without Graphviz, as twopi would.
func TestACircleIsWhereTwopiPutsIt(t *testing.T) {
	for _, n := range []int{1, 2, 7, circleMost} {
		s, want := scene(map[int]int{-1: n}), scene(map[int]int{-1: n})
		l := &gvLayout{Scene: want, engine: "twopi"}
		plain, err := gv.Run(t.Context(), l.dot(), "twopi", "plain")
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(l.read(plain), Engine("twopi")(t.Context(), s)); err != nil {
			t.Fatal(err)
		}
		hub := want.Boxes[want.Hubs[0]].Center
		for i := range s.Boxes {
			if d := r2.Norm(r2.Sub(r2.Sub(want.Boxes[i].Center, hub), s.Boxes[i].Center)); d > 0.1 {
				t.Errorf("box %d of %d is %.2f points away", i, n, d)
			}
		}
	}
}
