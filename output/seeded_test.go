package output_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
)

// TestFormatsHoldOverSeededNetworks draws networks whose nodes have names in any
// script, of quotes, brackets and control characters, and reads what was written:
// 8 of them, or as many as BACVIZ_SEEDS says.
func TestFormatsHoldOverSeededNetworks(t *testing.T) {
	const usual = 8
	seeds, err := strconv.ParseUint(cmp.Or(os.Getenv("BACVIZ_SEEDS"), fmt.Sprint(usual)), 10, 32)
	if err != nil {
		t.Fatal("BACVIZ_SEEDS:", err)
	}
	var diagrams [][]byte
	for seed := range seeds {
		rng := rand.New(rand.NewPCG(seed, 2))
		most := 1000
		if seed%6 == 0 || seeds > usual {
			most = 3000
		}
		size := 1 + rng.IntN(1+rng.IntN(most)) // small ones more often
		snap := cluster.Merge(clustertest.Strange(seed, size, 1+rng.IntN(5))...)
		build := graph.Options{
			All: rng.IntN(2) == 0, GroupBy: [][]string{nil, {"region"}, {"region", "rack", graph.FieldState}}[rng.IntN(3)],
			Label: []string{"", graph.FieldFull, "region"}[rng.IntN(3)], ColorBy: []string{"", "region"}[rng.IntN(2)],
		}
		build.Collapse = len(build.GroupBy) > 0 && rng.IntN(3) == 0
		d := arrange(t, snap, build)
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			root := parseSVG(t, write(t, d, "svg", output.Options{}))
			if n := len(root.find(classIs("node"))); n != len(d.Boxes) {
				t.Errorf("%d nodes in the SVG, want %d", n, len(d.Boxes))
			}
			// gonum's parser takes the sign for what is no character for an error.
			text := bytes.ReplaceAll(write(t, d, "dot", output.Options{}), []byte("\ufffd"), []byte("?"))
			if ids, err := parseDOT(text); err != nil || len(ids) != len(d.Boxes) {
				t.Errorf("%d nodes in the DOT, want %d: %v", len(ids), len(d.Boxes), err)
			}
			var document struct{ Nodes []any }
			if err := json.Unmarshal(write(t, d, "json", output.Options{}), &document); err != nil || len(document.Nodes) != len(d.Boxes) {
				t.Errorf("%d nodes in the JSON, want %d: %v", len(document.Nodes), len(d.Boxes), err)
			}
		})
		diagrams = append(diagrams, write(t, d, "mmd", output.Options{}))
	}
	t.Run("mermaid", func(t *testing.T) {
		for seed, read := range parseMermaid(t, diagrams...) {
			if read.Error != "" {
				t.Errorf("seed %d: %s", seed, read.Error)
			}
		}
	})
}

// Labels along the radius, names of groups and blocks are in every format, and the same
// each time.
func TestEveryFormatHoldsForRadial(t *testing.T) {
	for seed := range uint64(4) {
		rng := rand.New(rand.NewPCG(seed, 3))
		snap := cluster.Merge(clustertest.Strange(seed, 1+rng.IntN(30), 1)...)
		build := graph.Options{All: true, GroupBy: [][]string{nil, {"region"}}[seed%2], ColorBy: []string{"", "region"}[seed/2]}
		d := drawing(t, snap, build, layout.Options{Engine: "radial"})
		for _, f := range output.Formats() {
			text := write(t, d, f.Name, output.Options{})
			if !bytes.Equal(write(t, d, f.Name, output.Options{}), text) {
				t.Errorf("seed %d: %s differs the second time", seed, f.Name)
			}
			switch f.Name {
			case "svg":
				if n := len(parseSVG(t, text).find(classIs("node"))); n != len(d.Boxes) {
					t.Errorf("seed %d: %d nodes in the SVG, want %d", seed, n, len(d.Boxes))
				}
			case "dot":
				if ids, err := parseDOT(bytes.ReplaceAll(text, []byte("\ufffd"), []byte("?"))); err != nil || len(ids) != len(d.Boxes) {
					t.Errorf("seed %d: %d nodes in the DOT, want %d: %v", seed, len(ids), len(d.Boxes), err)
				}
			case "json":
				checkRoutes(t, d, text)
			}
		}
	}
}

// checkRoutes holds that each link of a node-link document leads from its source to its
// target.
func checkRoutes(t *testing.T, d *layout.Drawing, text []byte) {
	t.Helper()
	var doc struct {
		Links []struct{ Points [][2]float64 }
	}
	if err := json.Unmarshal(text, &doc); err != nil || len(doc.Links) != len(d.Lines) {
		t.Fatalf("%d links, want %d: %v", len(doc.Links), len(d.Lines), err)
	}
	for i, l := range doc.Links {
		from, to := d.Boxes[d.Lines[i].From].Center, d.Boxes[d.Lines[i].To].Center
		if first, last := l.Points[0], l.Points[len(l.Points)-1]; first != [2]float64{from.X, from.Y} || last != [2]float64{to.X, to.Y} {
			t.Errorf("link %d leads from %v to %v, want %v and %v", i, first, last, from, to)
		}
	}
}
