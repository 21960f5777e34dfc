//go:build !wasip1

// Package gv runs Graphviz: DOT source comes in, and a graph with places goes out, as
// text. Package layout's Graphviz engines use it. It is the only package that imports
// go-graphviz, which is Graphviz 12 compiled to WebAssembly, and it works around the
// defects of that.
//
// Importing this package has effects when the program starts, before main:
//
//   - go-graphviz compiles its WebAssembly to machine code. This takes 0.5 s, or some
//     milliseconds if the code is in the cache that package gv/cache keeps in the
//     user's cache directory. Where no memory may become executable, it is interpreted
//     instead: a start takes 0.1 s longer, and a layout up to 30 times as long.
//   - While it does, TMPDIR (TMP and TEMP on Windows) has another value, which
//     package gv/cache sets and puts back.
//   - If the variable BACVIZ_GRAPHVIZ_CHILD is set, the program is a child process that
//     does one Graphviz run, writes the result to standard output, and exits: main
//     is never called. [Run] starts such children of the program's own executable.
//
// Packages that Go initializes before this one are initialized in such a child too.
package gv

import (
	"bytes"
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-graphviz"
	"github.com/goccy/go-graphviz/cgraph"
	"github.com/goccy/go-graphviz/gvc"

	"github.com/bacviz/bacviz/internal/gv/apart"
	"github.com/bacviz/bacviz/internal/gv/cache"
	"github.com/bacviz/bacviz/internal/interrupt"
)

// Absent is whether a program has no Graphviz: one that is WebAssembly.
const Absent = false

// ErrCrashed is the error of a run in which Graphviz ran out of memory or crashed, be it in
// this process or in a child.
var ErrCrashed = errors.New("graphviz ran out of memory or crashed")

// ErrLost is an ErrCrashed in this process. It is also the error of later runs, if no
// child process can be started. There is one WebAssembly memory, which only a new
// process renews.
var ErrLost = fmt.Errorf("%w, and cannot be used again in this process", ErrCrashed)

var engines = []string{"circo", "dot", "fdp", "neato", "nop2", "osage", "sfdp", "twopi"}

// formats holds the ending of the output of each format. Try a format before you add
// it: svgz, pdf, gif and unknown ones give neither an error nor output, and corrupt
// what is rendered later.
var formats = map[string]string{
	"dot":   "}\n",
	"json":  "}\n",
	"plain": "stop\n",
	"svg":   "</svg>\n",
	"xdot":  "}\n",
}

// All instances of Graphviz share one WebAssembly memory, so one run holds turn, which
// guards the other variables.
var (
	turn   = make(chan struct{}, 1)
	gvCtx  *gvc.Context
	isLost bool
)

func init() {
	cache.Done()
	// Otherwise Graphviz opens the files that attributes such as image name.
	graphviz.SetFileSystem(embed.FS{})
	beChild()
}

// Run lays out src, one graph in DOT, with the named engine (circo, dot, fdp, neato,
// nop2, osage, sfdp, twopi) and returns it in the named format (dot, json, plain, svg,
// xdot). One run waits for another. A node with an empty label gets its name as the
// label; a space prevents that.
//
// Run returns ctx.Err() as soon as ctx ends. Nothing can stop Graphviz, and a garbage
// collection stops the whole program until its WebAssembly returns. So all but small
// graphs are laid out in a child process, which is the program's own executable (see
// child.go). A small run that is given up goes on in the background.
//
// In a program that keeps Graphviz apart (package gv/apart), all runs are in child processes, and an error
// tells if none can be started. Elsewhere, small runs are in this process, where each leaks
// some memory. Long before that reaches 4 GB, and if
// Graphviz crashes, further runs get a child process, too. If none can be started, Run
// returns ErrLost.
func Run(ctx context.Context, src []byte, engine, format string) ([]byte, error) {
	if !slices.Contains(engines, engine) {
		return nil, fmt.Errorf("unknown graphviz engine %q (have %s)", engine, strings.Join(engines, ", "))
	}
	if _, ok := formats[format]; !ok {
		return nil, fmt.Errorf("unknown graphviz format %q (have %s)",
			format, strings.Join(slices.Sorted(maps.Keys(formats)), ", "))
	}
	if bytes.IndexByte(src, 0) >= 0 { // where C would take it to end
		return nil, errors.New("graphviz: zero byte in DOT source")
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if wantsChild(src, engine) {
		out, err := runChild(ctx, src, engine, format)
		if apart.On() || !errors.Is(err, errNoChild) {
			return out, err
		}
	}
	out, err := runHere(ctx, src, engine, format)
	if !errors.Is(err, ErrLost) || NoChild {
		return out, err
	}
	out, childErr := runChild(ctx, src, engine, format)
	if errors.Is(childErr, errNoChild) {
		return nil, err
	}
	return out, childErr
}

// runHere does a run in this process.
func runHere(ctx context.Context, src []byte, engine, format string) ([]byte, error) {
	src = bytes.Clone(src) // the caller may use its own again when ctx ends
	return interrupt.Call(ctx, func() ([]byte, error) {
		turn <- struct{}{}
		defer func() { <-turn }()
		if err := ctx.Err(); err != nil { // given up while waiting
			return nil, err
		}
		out, err := guarded(func() ([]byte, error) { return draw(src, engine, format) })
		leaked.Add(leakedByRun + 3*int64(len(out)))
		return out, err
	})
}

// guarded calls draw unless Graphviz is lost. After a failure it finds out whether
// Graphviz still works.
func guarded(draw func() ([]byte, error)) (out []byte, err error) {
	if isLost {
		return nil, ErrLost
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", ErrLost, r)
		} else if err != nil && !errors.Is(err, ErrLost) && !alive() {
			err = fmt.Errorf("%w: %w", ErrLost, err)
		}
		if err != nil {
			out, isLost = nil, errors.Is(err, ErrLost)
		}
	}()
	return draw()
}

// alive reports whether Graphviz can still read a graph. It exits when it is out of
// memory, and then every call fails.
func alive() (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	g, err := cgraph.ParseBytes([]byte("graph{}"))
	return err == nil && g != nil && g.Close() == nil
}

// draw does a run. It uses gvc instead of graphviz.Render, which replaces the error of
// one step by that of the next.
func draw(src []byte, engine, format string) ([]byte, error) {
	ctx := context.Background() // go-graphviz ignores it
	if gvCtx == nil {
		// One context for all runs, since each keeps memory. Without a plug-in, the list
		// that go-graphviz passes to C has no end; the default ones are for PNG.
		none, err := gvc.NewDevicePlugin(ctx, "none:none")
		if err != nil {
			return nil, fault("starting", err)
		}
		if gvCtx, err = gvc.NewWithPlugins(ctx, none); err != nil {
			return nil, fault("starting", err)
		}
	}
	g, err := cgraph.ParseBytes(src)
	if err != nil {
		return nil, fault("reading DOT", err)
	}
	if g == nil { // a WebAssembly trap, whose error go-graphviz drops
		return nil, fmt.Errorf("%w: reading DOT gave no graph", ErrLost)
	}
	var out bytes.Buffer
	err = gvCtx.Layout(ctx, g, engine)
	if err == nil {
		err = gvCtx.RenderData(ctx, g, format, &out)
	}
	if err == nil && !bytes.HasSuffix(out.Bytes(), []byte(formats[format])) {
		// A trap, here or in Layout: the output is empty or garbage.
		err = fmt.Errorf("%w: %d bytes of %s, unfinished", ErrLost, out.Len(), format)
	}
	if err := cmp.Or(err, gvCtx.FreeLayout(ctx, g), g.Close()); err != nil {
		return nil, fault(engine, err)
	}
	return out.Bytes(), nil
}

// fault returns Graphviz's error on one line. Its messages end with a newline and may
// have several lines.
func fault(doing string, err error) error {
	if errors.Is(err, ErrLost) {
		return err
	}
	return fmt.Errorf("graphviz: %s: %s", doing, strings.Join(strings.Fields(err.Error()), " "))
}
