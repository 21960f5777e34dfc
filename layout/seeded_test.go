package layout_test

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/layout"
)

// seeded makes up a network with nothing but a seed: its size, its hubs, its
// names in any script, how it is grouped, coloured, sized and labelled.
func seeded(seed uint64, most int) (*graph.Topology, layout.Options) {
	snap, opt, canvas := seededSnapshot(seed, most)
	return graphtest.Build(snap, opt), canvas
}

func seededSnapshot(seed uint64, most int) (cluster.Snapshot, graph.Options, layout.Options) {
	rng := rand.New(rand.NewPCG(seed, 1))
	pick := func(of ...string) string { return of[rng.IntN(len(of))] }
	n := 1 + rng.IntN(min(most, 1+rng.IntN(most))) // small ones more often
	snap := cluster.Merge(clustertest.Strange(seed, n, 1+rng.IntN(5))...)
	opt := graph.Options{
		All: rng.IntN(2) == 0, Collapse: rng.IntN(4) == 0,
		GroupBy: [][]string{nil, nil, {"region"}, {"region", graph.FieldEngine}, {"region", "rack", graph.FieldState}}[rng.IntN(5)],
		ColorBy: pick("", "", "region", graph.FieldUtilisation, graph.FieldVersion), SizeBy: pick("", "cpu", "memory", "gpu"),
		Label: pick("", graph.FieldShort, graph.FieldFull, "region"),
	}
	opt.Collapse = opt.Collapse && len(opt.GroupBy) > 0
	canvas := layout.Options{}
	if rng.IntN(3) == 0 {
		canvas.Width, canvas.Height = 144+rng.Float64()*1500, 144+rng.Float64()*1500
	}
	return snap, opt, canvas
}

// seeds is how many networks the tests below draw: few, or as many as
// BACVIZ_SEEDS says. All held for 1,000 by each engine in Go, 2,000 by
// "auto" and 100 by each engine of Graphviz.
func seeds(t *testing.T, few string) uint64 {
	n, err := strconv.ParseUint(cmp.Or(os.Getenv("BACVIZ_SEEDS"), few), 10, 32)
	if err != nil {
		t.Fatal("BACVIZ_SEEDS:", err)
	}
	return n
}

// manySeeds reports whether BACVIZ_SEEDS asks for more networks than any test draws otherwise.
func manySeeds(t *testing.T) bool { return seeds(t, "0") > 40 }

func TestRingsHoldOverSeededNetworks(t *testing.T) {
	t.Parallel()
	for seed := range seeds(t, "17") {
		most := 800
		if seed%8 == 0 || manySeeds(t) {
			most = 3000
		}
		topo, opt := seeded(seed, most)
		opt.Engine = "rings"
		if !t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			d := arrange(t, topo, opt)
			checkDrawing(t, d)
			checkAreas(t, d)
		}) {
			return
		}
	}
}

func TestGraphvizHoldsOverSeededNetworks(t *testing.T) {
	for _, e := range layout.Engines() {
		if e.Name == "rings" || e.Name == layout.Auto || e.Single {
			continue
		}
		for seed := range seeds(t, "6") {
			topo, opt := seeded(seed, 60)
			opt.Engine = e.Name
			if !t.Run(fmt.Sprint(e.Name, " seed ", seed), func(t *testing.T) {
				d := arrange(t, topo, opt)
				checkDrawing(t, d)
				checkAreas(t, d)
			}) {
				break
			}
		}
	}
}

// FuzzArrange arranges made-up networks, some with jobs, by every engine on canvases of any
// size. On very long ones, where boxes that overlap are moved far along, a node may leave its
// group's area.
func FuzzArrange(f *testing.F) {
	for i := range layout.Engines() {
		f.Add(uint64(i), uint8(i), uint16(4*i), 144+float64(100*i), 864.0)
	}
	f.Add(uint64(1), uint8(0), uint16(9), math.Inf(1), 0.0)
	f.Fuzz(func(t *testing.T, seed uint64, engine uint8, most uint16, width, height float64) {
		e := layout.Engines()[int(engine)%len(layout.Engines())]
		limit, jobs := 40, uint64(12) // by Graphviz, of which each call takes milliseconds
		if slices.Contains([]string{"rings", "trays", "cells", "matrix", "radial"}, e.Name) {
			limit, jobs = 400, 40
		}
		snap, build, opt := seededSnapshot(seed, 1+int(most)%limit)
		if seed%7 == 1 && !e.Single {
			snap.Jobs = clustertest.Jobs(seed, snap, clustertest.JobOptions{Jobs: 1 + int(seed/7%jobs), Executions: 1 + int(seed/7%5), Failed: 0.2, Retried: 0.2, Gone: 0.1})
		}
		opt.Engine, opt.Width, opt.Height = e.Name, width, height
		d, err := layout.Arrange(t.Context(), graphtest.NewDiagram(graphtest.Build(snap, build), diagram.Options{}), opt)
		if err != nil {
			if layout.Check(e.Name, cmp.Or(width, 864), cmp.Or(height, 576)) == nil && !errors.Is(err, layout.ErrTooLarge) && !errors.Is(err, layout.ErrUnsuited) {
				t.Error(err)
			}
			return
		}
		checkDrawing(t, d)
		if e.Single {
			checkBeside(t, d)
		} else if long := max(d.Width/d.Height, d.Height/d.Width); long <= 8 {
			checkAreas(t, d)
		}
	})
}
