package layout_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/internal/gv"
	"github.com/bacviz/bacviz/layout"
)

// withChildren has large layouts, and fdp's, done as they are outside of tests.
func withChildren(t *testing.T) {
	gv.NoChild = false
	t.Cleanup(func() { gv.NoChild = true })
}

func TestSameInputSameDrawing(t *testing.T) {
	for _, e := range layout.Engines() {
		if testing.Short() && e.Name == "fdp" {
			continue // the same only in a process of its own, which compiles Graphviz anew
		}
		t.Run(e.Name, func(t *testing.T) {
			if e.Name == "fdp" {
				withChildren(t)
			}
			hubs := 2
			if e.Single {
				hubs = 1
			}
			a, b := twice(t, topology(30, hubs), layout.Options{Engine: e.Name})
			if diff := cmp.Diff(a.Boxes, b.Boxes); diff != "" {
				t.Errorf("%s places the same boxes differently:\n%s", e.Name, diff)
			}
		})
	}
}

// twice returns two drawings of the same network, which are made at the same time:
// child processes run side by side.
func twice(t *testing.T, topo *graph.Topology, opt layout.Options) (a, b *layout.Drawing) {
	t.Helper()
	var wg sync.WaitGroup
	var errs [2]error
	first, second := graphtest.NewDiagram(topo, diagram.Options{}), graphtest.NewDiagram(topo, diagram.Options{})
	wg.Go(func() { a, errs[0] = layout.Arrange(t.Context(), first, opt) })
	wg.Go(func() { b, errs[1] = layout.Arrange(t.Context(), second, opt) })
	wg.Wait()
	if err := errors.Join(errs[:]...); err != nil {
		t.Fatal(err)
	}
	return a, b
}

func TestContextEndsALayout(t *testing.T) {
	withChildren(t)
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	topo := topology(1900, 1)
	start := time.Now()
	_, err := layout.Arrange(ctx, graphtest.NewDiagram(topo, diagram.Options{}), layout.Options{Engine: "neato"})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v, want the deadline", err)
	}
	if took := time.Since(start); clustertest.Late(took, 2*time.Second) {
		t.Errorf("ended after %s", took)
	}
}

func TestChildProcessDrawsTheSame(t *testing.T) {
	topo := topology(150, 1)
	here := arrange(t, topo, layout.Options{Engine: "neato"})
	withChildren(t)
	child := arrange(t, topo, layout.Options{Engine: "neato"})
	if diff := cmp.Diff(here.Boxes, child.Boxes); diff != "" {
		t.Error(diff)
	}
}
