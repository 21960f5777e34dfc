// Package gv runs Graphviz: DOT source in, a laid-out graph out, as text. It is
// the only package that imports go-graphviz, which is Graphviz 12 compiled to
// WebAssembly; what is wrong with that stays in here.
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

	"github.com/bacviz/bacviz/internal/gv/cache"
	"github.com/bacviz/bacviz/internal/interrupt"
)

// ErrLost means that Graphviz ran out of memory or broke in this process: it has
// one WebAssembly memory, which nothing but a new process renews.
var ErrLost = errors.New("graphviz ran out of memory or broke, and works no more in this process")

var engines = []string{"circo", "dot", "fdp", "neato", "nop2", "osage", "sfdp", "twopi"}

// formats holds what the output of each format ends with. No others may be added
// unseen: svgz, pdf, gif and unknown ones answer with no error and no bytes, and
// corrupt what is rendered later.
var formats = map[string]string{
	"dot":   "}\n",
	"json":  "}\n",
	"plain": "stop\n",
	"svg":   "</svg>\n",
	"xdot":  "}\n",
}

// Guarded by turn, which whoever runs Graphviz holds: all instances share one
// WebAssembly memory.
var (
	turn   = make(chan struct{}, 1)
	gvCtx  *gvc.Context
	isLost bool
)

func init() {
	cache.Done()
	// Graphviz would open the files that attributes like image and shapefile name.
	graphviz.SetFileSystem(embed.FS{})
	beChild()
}

// Run lays src, one graph in DOT, out with the named engine (circo, dot, fdp,
// neato, nop2, osage, sfdp, twopi) and returns it in the named format (dot, json,
// plain, svg, xdot). Runs take turns. A node whose label is empty is labelled
// with its name: give it a space.
//
// It returns ctx.Err() as soon as ctx ends. Since nothing stops Graphviz, and
// even a garbage collection waits for its WebAssembly and stops the whole
// program meanwhile, all but small graphs are laid out in a child process: the
// program's own executable, which package gv's init turns into one (see
// child.go). A small one that is abandoned goes on in the background.
//
// In the process itself memory grows by about three times the output with each
// run. When there is no more, at 4 GB, or when Graphviz breaks, Run returns
// ErrLost, then and ever after.
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
		if !errors.Is(err, errNoChild) {
			return out, err
		}
	}
	return runHere(ctx, src, engine, format)
}

// runHere does a run in this process.
func runHere(ctx context.Context, src []byte, engine, format string) ([]byte, error) {
	src = bytes.Clone(src) // the caller may use its own again when ctx ends
	return interrupt.Call(ctx, func() ([]byte, error) {
		turn <- struct{}{}
		defer func() { <-turn }()
		if err := ctx.Err(); err != nil { // it was given up while it waited
			return nil, err
		}
		return guarded(func() ([]byte, error) { return draw(src, engine, format) })
	})
}

// guarded calls draw unless Graphviz is lost, and finds out whether it is after
// a failure.
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

// alive reports whether Graphviz can still read a graph. After exit, which is
// what it does when out of memory, every call fails.
func alive() (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	g, err := cgraph.ParseBytes([]byte("graph{}"))
	return err == nil && g != nil && g.Close() == nil
}

// draw does a run. It uses gvc and not graphviz.Render, which hides the error of
// one step behind that of the next.
func draw(src []byte, engine, format string) ([]byte, error) {
	ctx := context.Background() // go-graphviz ignores it
	if gvCtx == nil {
		// One for all runs, since each keeps memory. Without any plug-in the list that
		// go-graphviz hands to C has no end; the default ones, for PNG, are not needed.
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
	if g == nil { // a trap, whose error go-graphviz drops
		return nil, fmt.Errorf("%w: reading DOT gave no graph", ErrLost)
	}
	var out bytes.Buffer
	err = gvCtx.Layout(ctx, g, engine)
	if err == nil {
		err = gvCtx.RenderData(ctx, g, format, &out)
	}
	if err == nil && !bytes.HasSuffix(out.Bytes(), []byte(formats[format])) {
		// A trap again, here or in Layout: what was written is nothing or junk.
		err = fmt.Errorf("%w: %d bytes of %s, unfinished", ErrLost, out.Len(), format)
	}
	if err := cmp.Or(err, gvCtx.FreeLayout(ctx, g), g.Close()); err != nil {
		return nil, fault(engine, err)
	}
	return out.Bytes(), nil
}

// fault puts Graphviz's message, which ends in a newline and may run over several
// lines, on one.
func fault(doing string, err error) error {
	if errors.Is(err, ErrLost) {
		return err
	}
	return fmt.Errorf("graphviz: %s: %s", doing, strings.Join(strings.Fields(err.Error()), " "))
}
