package layout_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/layout"
)

// clearance is how far an edge is from a box or a text that is not its end, in points.
const clearance = 2.0

// joined makes up a network of at most 300 nodes as "auto" draws it: 1 to 5 orchestrators,
// shared nodes, all states, up to 3 levels of groups, up to 12 jobs, on canvases from 1:3 to
// 4:1.
func joined(seed uint64) (*graph.Topology, layout.Options) {
	rng := rand.New(rand.NewPCG(seed, 2))
	shared := []float64{0, 1, rng.Float64()}[rng.IntN(3)]
	n := 1 + rng.IntN([]int{12, 60, 290}[rng.IntN(3)])
	snap := clustertest.Snapshot(seed, clustertest.Options{
		Nodes: n, Hubs: 1 + rng.IntN(5), Shared: shared, Regions: 1 + rng.IntN(6),
		Disconnected: rng.Float64() * 0.3, Awaiting: rng.Float64() * 0.1, Pending: rng.Float64() * 0.2, Rejected: rng.Float64() * 0.1,
		Names: []clustertest.NameStyle{"", clustertest.NameHost, clustertest.NameMixed}[rng.IntN(3)],
	})
	opt := graph.Options{All: rng.IntN(3) > 0, GroupBy: [][]string{nil, nil, {"region"}, {"region", graph.FieldEngine}, {"region", "rack", graph.FieldState}}[rng.IntN(5)]}
	width := 400 + rng.Float64()*900
	ratio := math.Exp(math.Log(1./3) + rng.Float64()*math.Log(12))
	if jobs := rng.IntN(13); rng.IntN(2) == 0 {
		part := func() float64 { return float64(rng.IntN(3)) / 4 }
		snap.Jobs = clustertest.Jobs(seed, snap, clustertest.JobOptions{
			Jobs: jobs, Executions: 1 + rng.IntN(9), Retried: part(), Failed: part(), Running: part(), Rejected: part(), Gone: part() / 2,
		})
	}
	return graphtest.Build(snap, opt), layout.Options{Width: width, Height: max(300, width/ratio)}
}

// TestNoEdgeTouchesWhatItDoesNotJoin holds over seeded networks: every edge that "auto" draws,
// or the trunk that it is part of, is 2 points or more from all boxes and texts but its ends.
func TestNoEdgeTouchesWhatItDoesNotJoin(t *testing.T) {
	t.Parallel()
	edges, engines := 0, make(map[string]int)
	for seed := range seeds(t, "25") {
		topo, opt := joined(seed)
		d := arrange(t, topo, opt)
		engines[d.Engine]++
		edges += len(d.Lines)
		if touched := touches(d); len(touched) > 0 {
			t.Errorf("seed %d by %s, %.0f×%.0f: %d edges touch what they do not join: %s", seed, d.Engine, d.Width, d.Height, len(touched), touched[0])
		}
	}
	t.Log(edges, "edges by", engines)
}

// Private and shared nodes of two orchestrators were drawn on one line once: a private node
// seemed to be the link.
func TestNoNodeLooksLikeARelay(t *testing.T) {
	t.Parallel()
	for _, shared := range []int{1, 2, 5, 12, 20, 40} {
		for _, private := range []int{1, 2, 5, 8, 10, 12, 15, 16, 18, 20} {
			n := shared + 2*private
			snap := clustertest.Snapshot(uint64(n), clustertest.Options{Nodes: n, Hubs: 2, Shared: float64(shared) / float64(n)})
			topo := graphtest.Build(snap, graph.Options{})
			if shared == 20 && private == 10 && len(touches(arrange(t, topo, layout.Options{Engine: "rings"}))) == 0 {
				t.Error("straight edges touch nothing: not what this is about")
			}
			d := arrange(t, topo, layout.Options{})
			if touched := touches(d); len(touched) > 0 {
				t.Errorf("%d shared, %d private: %d edges touch what they do not join: %s", shared, private, len(touched), touched[0])
			}
		}
	}
}

// Orchestrators that also compute, and list each other, stand in several rows on a narrow
// canvas: edges between them passed through those in between.
func TestEdgesBetweenOrchestratorsKeepOffOthers(t *testing.T) {
	connected := []cluster.Sighting{{Connection: cluster.Connected, Membership: cluster.Approved}}
	var lists []cluster.List
	for h := range 6 {
		l := cluster.List{Orchestrator: fmt.Sprintf("orchestrator-%d", h)}
		for k := range 6 {
			l.Nodes = append(l.Nodes, cluster.Node{ID: fmt.Sprintf("orchestrator-%d", k), Type: cluster.Compute, Sightings: connected},
				cluster.Node{ID: fmt.Sprintf("node-%d-%d", h, k), Type: cluster.Compute, Sightings: connected})
		}
		lists = append(lists, l)
	}
	d := arrange(t, graphtest.Build(cluster.Merge(lists...), graph.Options{}), layout.Options{Engine: "trays", Width: 200})
	rows := make(map[float64]bool)
	for i := range d.Boxes {
		if d.Diagram.Nodes[i].Hub {
			rows[d.Boxes[i].Center.Y] = true
		}
	}
	if touched := touches(d); len(rows) < 3 || len(touched) > 0 {
		t.Errorf("%d rows of orchestrators, edges that touch what they do not join: %v", len(rows), touched)
	}
}

// checkSheet checks a drawing by an engine that leaves no edge near what it does not join.
func checkSheet(t *testing.T, d *layout.Drawing) {
	t.Helper()
	checkDrawing(t, d)
	checkAreas(t, d)
	if touched := touches(d); len(touched) > 0 {
		t.Errorf("%d edges touch what they do not join: %s", len(touched), touched[0])
	}
}

// touches says which edges and trunks are too near to what they do not join.
func touches(d *layout.Drawing) (all []string) {
	var texts []layout.Text
	for i := range d.Areas {
		texts = append(texts, d.Areas[i].Name, d.Areas[i].Detail)
	}
	texts = append(texts, d.Title, d.Subtitle, d.Remark)
	for i := range d.Lines {
		if c := d.Lines[i].Count; c != nil {
			texts = append(texts, *c)
		}
	}
	for i := range d.Boxes {
		if d.Boxes[i].Beside() {
			texts = append(texts, d.Boxes[i].Label())
		}
	}
	check := func(what string, path []r2.Vec, from, to int, ends []layout.Text) {
		pieces := layout.Flatten(path)
		for i := range d.Boxes {
			b := &d.Boxes[i]
			if i != from && i != to && near(pieces, b.Center, b.W/2, b.H/2, 0) {
				all = append(all, fmt.Sprintf("%s touches the box of %s", what, d.Diagram.Nodes[i].Label))
				return
			}
		}
		for _, x := range texts {
			own := false
			for _, e := range ends {
				own = own || e == x
			}
			if x.String != "" && !own && near(pieces, x.Center, x.Width/2, x.Size*0.36, x.Angle) {
				all = append(all, fmt.Sprintf("%s touches the text %q", what, x.String))
				return
			}
		}
	}
	for i := range d.Trunks {
		tr := &d.Trunks[i]
		check(fmt.Sprintf("the trunk from %s to area %d", d.Diagram.Nodes[tr.From].Label, tr.Area), tr.Path, tr.From, tr.From, nil)
	}
	for i := range d.Lines {
		if l := &d.Lines[i]; l.Trunk == 0 && l.Chip == 0 {
			own := []layout.Text{d.Boxes[l.From].Label(), d.Boxes[l.To].Label()}
			if l.Count != nil {
				own = append(own, *l.Count)
			}
			check(fmt.Sprintf("the edge from %s to %s", d.Diagram.Nodes[l.From].Label, d.Diagram.Nodes[l.To].Label), l.Path, l.From, l.To, own)
		}
	}
	return all
}

// near reports whether straight pieces come within the clearance of a rectangle, which may be
// turned.
func near(pieces []r2.Vec, c r2.Vec, w, h, angle float64) bool {
	sin, cos := math.Sincos(-angle * math.Pi / 180)
	for k := range pieces[1:] {
		local := func(p r2.Vec) r2.Vec {
			p = r2.Sub(p, c)
			return r2.Vec{X: p.X*cos - p.Y*sin, Y: p.X*sin + p.Y*cos}
		}
		if crosses(local(pieces[k]), local(pieces[k+1]), w+clearance-0.05, h+clearance-0.05) {
			return true
		}
	}
	return false
}

// crosses reports whether a piece has a point in the rectangle around the origin, by clipping
// (Liang and Barsky, 1984).
func crosses(a, b r2.Vec, w, h float64) bool {
	lo, hi := 0.0, 1.0
	for _, side := range [][2]float64{{a.X - b.X, a.X + w}, {b.X - a.X, w - a.X}, {a.Y - b.Y, a.Y + h}, {b.Y - a.Y, h - a.Y}} {
		p, q := side[0], side[1]
		switch {
		case p == 0 && q < 0:
			return false
		case p < 0:
			lo = max(lo, q/p)
		case p > 0:
			hi = min(hi, q/p)
		}
	}
	return lo < hi
}

func TestPictureSaysHowManyEdgesPassBehindNodes(t *testing.T) {
	snap := clustertest.Snapshot(60, clustertest.Options{Nodes: 60})
	for engine, says := range map[string]bool{"rings": true, "trays": false, "osage": false} {
		d := arrange(t, graphtest.Build(snap, graph.Options{}), layout.Options{Engine: engine})
		if got := strings.Contains(d.Remark.String, "pass behind other nodes"); got != says {
			t.Errorf("%s: the remark is %q", engine, d.Remark.String)
		}
	}
}
