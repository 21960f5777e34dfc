package gv

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bacviz/bacviz/internal/clustertest"
)

// star is a graph of one hub and n spokes.
func star(n int) []byte {
	var b bytes.Buffer
	b.WriteString("graph {")
	for i := range n {
		fmt.Fprintf(&b, "hub -- n%d;", i)
	}
	b.WriteString("}")
	return b.Bytes()
}

func TestRunEveryEngineAndFormat(t *testing.T) {
	defer func() { NoChild = false }()
	src := []byte(`graph { a [pos="0,0"]; b [pos="100,100"]; a -- b }`)
	for _, engine := range engines {
		for i, format := range slices.Sorted(maps.Keys(formats)) {
			NoChild = i > 0 // one child an engine is enough: each compiles Graphviz
			out, err := Run(context.Background(), src, engine, format)
			if err != nil {
				t.Errorf("%s %s: %v", engine, format, err)
			}
			if !bytes.Contains(out, []byte("b")) {
				t.Errorf("%s %s: no node in %s", engine, format, out)
			}
		}
	}
}

func TestRunRefuses(t *testing.T) {
	for _, c := range []struct{ src, engine, format, want string }{
		{"graph { a -> b }", "dot", "svg", "graphviz: reading DOT: syntax error in line 1 near '->'"},
		{"", "dot", "svg", "graphviz: reading DOT: syntax error in line 1"},
		{"graph {\x00}", "dot", "svg", "graphviz: zero byte in DOT source"},
		{"graph {}", "Dot", "svg", `unknown graphviz engine "Dot" (have circo, dot, fdp, `},
		{"graph {}", "dot", "svgz", `unknown graphviz format "svgz" (have dot, json, plain, svg, xdot)`},
	} {
		out, err := Run(context.Background(), []byte(c.src), c.engine, c.format)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q %s %s: %v, want %s", c.src, c.engine, c.format, err, c.want)
		}
		if out != nil || errors.Is(err, ErrLost) {
			t.Errorf("%q %s %s: gives %q, %v", c.src, c.engine, c.format, out, err)
		}
	}
	if _, err := Run(context.Background(), star(3), "dot", "svg"); err != nil {
		t.Errorf("the next run: %v", err)
	}
}

func TestRunGivesTheSameBytesToAll(t *testing.T) {
	src := star(20)
	want, err := Run(context.Background(), src, "twopi", "xdot")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			got, err := Run(context.Background(), src, "twopi", "xdot")
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%v, got %d bytes, want %d", err, len(got), len(want))
			}
		})
	}
	wg.Wait()
}

func TestRunReturnsWhenContextEnds(t *testing.T) {
	// A garbage collection would wait for the layout, and everything else for it.
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	ended := func(what string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		begin := time.Now()
		_, err := Run(ctx, star(150), "fdp", "plain")
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", what, err)
		}
		if took := time.Since(begin); clustertest.Late(took, 3*time.Second) {
			t.Errorf("%s: returned after %v", what, took)
		}
	}
	ended("while laying out")
	ended("while waiting")
	if _, err := Run(context.Background(), star(3), "dot", "plain"); err != nil {
		t.Errorf("after the abandoned layout: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Run(ctx, star(3), "dot", "plain"); !errors.Is(err, context.Canceled) {
		t.Errorf("ended before: %v", err)
	}
}

func TestLostAfterAPanic(t *testing.T) {
	turn <- struct{}{}
	defer func() {
		isLost = false
		<-turn
	}()
	if out, err := guarded(func() ([]byte, error) { panic("module closed") }); !errors.Is(err, ErrLost) || out != nil {
		t.Errorf("a panic gives %q, %v", out, err)
	}
	if _, err := guarded(func() ([]byte, error) { return []byte("x"), nil }); !errors.Is(err, ErrLost) {
		t.Errorf("afterwards: %v", err)
	}
	isLost = false
	if _, err := guarded(func() ([]byte, error) { return nil, errors.New("bad graph") }); errors.Is(err, ErrLost) {
		t.Errorf("a graph's own fault: %v", err)
	}
}

// A program that draws small graphs for weeks does not run out of Graphviz's memory, and
// goes on if Graphviz has crashed.
func TestRunFallsBackToAChild(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles Graphviz in two children")
	}
	want, err := Run(context.Background(), star(3), "dot", "plain")
	if err != nil {
		t.Fatal(err)
	}
	before := leaked.Load()
	defer leaked.Store(before)
	same := func(when string) {
		t.Helper()
		if got, err := Run(context.Background(), star(3), "dot", "plain"); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %v, %s", when, err, got)
		}
	}
	leaked.Store(mostLeaked + 1)
	same("much memory has leaked")
	if leaked.Load() != mostLeaked+1 {
		t.Error("the run was in this process")
	}
	leaked.Store(before)
	turn <- struct{}{}
	isLost = true
	<-turn
	defer func() { turn <- struct{}{}; isLost = false; <-turn }()
	same("Graphviz is lost")
}

func BenchmarkRun(b *testing.B) {
	src := star(100)
	for b.Loop() {
		if _, err := Run(context.Background(), src, "twopi", "plain"); err != nil {
			b.Fatal(err)
		}
	}
}
