package layout_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/layout"
)

func TestTraysAndCellsHoldOverSeededNetworks(t *testing.T) {
	t.Parallel()
	for seed := range seeds(t, "14") {
		topo, opt := seeded(seed, 600)
		for _, opt.Engine = range []string{"trays", "cells"} {
			if !t.Run(fmt.Sprint(opt.Engine, " seed ", seed), func(t *testing.T) {
				checkSheet(t, arrange(t, topo, opt))
			}) {
				return
			}
		}
	}
}

// The names that a person reads have 10 pixels at the sizes and groupings that lost all names
// once.
func TestTraysKeepEveryName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		nodes int
		names clustertest.NameStyle
		build graph.Options
		least float64 // px
	}{
		{60, "", graph.Options{}, 16},
		{200, "", graph.Options{}, 12},
		{300, "", graph.Options{}, 10},
		{200, "", graph.Options{All: true, GroupBy: []string{"region"}}, 11},
		{200, "", graph.Options{GroupBy: []string{"region", graph.FieldEngine}}, 10},
		{300, clustertest.NameHost, graph.Options{}, 10},
		{200, "", graph.Options{SizeBy: "cpu"}, 10},
		{200, "", graph.Options{All: true, SizeBy: "cpu"}, 10},
		{300, "", graph.Options{All: true, GroupBy: []string{"region"}}, 10},
	} {
		snap := clustertest.Snapshot(1, clustertest.Options{Nodes: c.nodes, Names: c.names, Disconnected: 0.1, Pending: 0.05, Rejected: 0.03})
		d := arrange(t, graphtest.Build(snap, c.build), layout.Options{})
		small := 100.0
		for i := range d.Boxes {
			small = min(small, d.Boxes[i].Label().Size*layout.PixelsPerPoint)
		}
		if d.Unlabeled > 0 || small < c.least-0.01 {
			t.Errorf("%d nodes, %+v: %s leaves out %d names, and the smallest has %.1f px of at least %g", c.nodes, c.build, d.Engine, d.Unlabeled, small, c.least)
		}
	}
}

// Nodes that need attention have marks, which leave their names less room: "auto" draws
// cells, which name them, rather than tell those apart by three or four characters.
func TestNamesOfNodesThatNeedAttentionAreWhole(t *testing.T) {
	for _, nodes := range []int{500, 600} {
		snap := clustertest.Snapshot(1, clustertest.Options{Nodes: nodes, Pending: 0.05, Rejected: 0.01})
		d := arrange(t, graphtest.Build(snap, graph.Options{All: true}), layout.Options{})
		for i := range d.Boxes {
			if n := &d.Diagram.Nodes[i]; n.NeedsAttention && d.Boxes[i].Label().String != n.Label {
				t.Errorf("%d nodes: %s names %s %q", nodes, d.Engine, n.Label, d.Boxes[i].Label().String)
			}
		}
	}
}

// A trunk must not say that nodes are connected which are not: they stand apart.
func TestNoTrunkLeadsToNodesThatAreNotConnected(t *testing.T) {
	for _, hubs := range []int{1, 3} {
		for _, by := range [][]string{nil, {"region"}} {
			snap := clustertest.Snapshot(4, clustertest.Options{Nodes: 50, Hubs: hubs, Disconnected: 0.2})
			d := arrange(t, graphtest.Build(snap, graph.Options{All: true, GroupBy: by}), layout.Options{Engine: "trays"})
			apart := 0
			for _, a := range d.Areas {
				if a.Look != layout.Apart {
					continue
				}
				for i := range d.Boxes {
					if n := &d.Diagram.Nodes[i]; inside(d.Boxes[i].Center, a.Path) {
						apart++
						if len(n.Hubs) > 0 {
							t.Errorf("%d hubs by %v: %s is connected, and stands apart", hubs, by, n.Label)
						}
					}
				}
				for k := range d.Trunks {
					if end := d.Trunks[k].Path[len(d.Trunks[k].Path)-1]; inside(end, a.Path) {
						t.Errorf("%d hubs by %v: a trunk leads to %q", hubs, by, a.Name.String)
					}
				}
			}
			detached := 0
			for i := range d.Diagram.Nodes {
				if n := &d.Diagram.Nodes[i]; !n.Hub && len(n.Hubs) == 0 {
					detached++
				}
			}
			if apart != detached || detached == 0 {
				t.Errorf("%d hubs by %v: %d of %d nodes without an edge stand apart", hubs, by, apart, detached)
			}
		}
	}
}

// A node that leaves moves those behind it in its own block alone.
func TestANodeThatLeavesMovesThoseBehindIt(t *testing.T) {
	list := clustertest.Cluster(7, clustertest.Options{Nodes: 70})[0]
	build := graph.Options{GroupBy: []string{"region"}}
	opt := layout.Options{Engine: "trays"}
	before := arrange(t, graphtest.Build(cluster.Merge(list), build), opt)
	last := slices.IndexFunc(list.Nodes, func(n cluster.Node) bool { return n.Labels["region"] == "us-east-1" })
	gone := list.Nodes[last]
	list.Nodes = slices.Delete(slices.Clone(list.Nodes), last, last+1)
	after := arrange(t, graphtest.Build(cluster.Merge(list), build), opt)
	for i, n := range after.Diagram.Nodes {
		j := slices.IndexFunc(before.Diagram.Nodes, func(o diagram.Node) bool { return o.ID == n.ID })
		if moved := before.Boxes[j].Center != after.Boxes[i].Center; moved && (n.Hub || n.Path()[0] != "us-east-1" || n.ID < gone.ID) {
			t.Errorf("without %s, %s moves from %v to %v", gone.ID, n.ID, before.Boxes[j].Center, after.Boxes[i].Center)
		}
	}
}

// Nodes that need attention keep their names among cells, the most urgent first, as long as
// there is room. Words count them, and those without a name.
func TestCellsCountAndNameWhatNeedsAttention(t *testing.T) {
	for _, c := range []struct {
		snap            clustertest.Options
		named           []diagram.Class
		details, remark string
	}{
		{clustertest.Options{Nodes: 600, Disconnected: 0.06, Pending: 0.02, Rejected: 0.01},
			[]diagram.Class{diagram.ClassRejected, diagram.ClassDisconnected, diagram.ClassPending}, " rejected, ", " nodes not named: no room"},
		{clustertest.Options{Nodes: 5000, Disconnected: 0.06, Pending: 0.02, Rejected: 0.01},
			[]diagram.Class{diagram.ClassRejected}, " rejected, ", " of them need attention: no room"},
		{clustertest.Options{Nodes: 2000, Disconnected: 0.9}, nil, " disconnected (n-00", " of them need attention: no room"},
	} {
		for _, by := range [][]string{nil, {"region"}} {
			d := arrange(t, graphtest.Build(clustertest.Snapshot(1, c.snap), graph.Options{All: true, GroupBy: by}), layout.Options{})
			checkDrawing(t, d)
			var said strings.Builder
			for _, a := range d.Areas {
				said.WriteString(a.Detail.String + "\n")
			}
			if !strings.Contains(said.String(), c.details) || !strings.HasSuffix(d.Remark.String, c.remark) || d.Engine != "cells" {
				t.Errorf("%+v by %v: %s says %q and %q", c.snap, by, d.Engine, said.String(), d.Remark.String)
			}
			for i := range d.Boxes {
				n := &d.Diagram.Nodes[i]
				if named := d.Boxes[i].Label().String != ""; named != (n.Hub || slices.Contains(c.named, n.Class)) {
					t.Errorf("%+v by %v: the label of %s, which is %s, is %q", c.snap, by, n.Label, n.Class, d.Boxes[i].Label().String)
					break
				}
			}
		}
	}
}

// Each heading of cells has the number of nodes below it that need attention, and says what
// is free. The remark leaves out those that headings name.
func TestHeadingsOfCellsCountAllThatNeedAttention(t *testing.T) {
	snap := clustertest.Snapshot(3, clustertest.Options{Nodes: 2000, Disconnected: 0.1, Pending: 0.05, Rejected: 0.02})
	for i := range snap.Nodes {
		if l := snap.Nodes[i].Labels; l["region"] != "" {
			l["zone"] = l["region"] + string("abc"[i/3%3])
		}
	}
	for _, by := range [][]string{nil, {"region", "zone"}} {
		d := arrange(t, graphtest.Build(snap, graph.Options{All: true, GroupBy: by}), layout.Options{})
		headings, counts := "", make(map[int]map[diagram.Class]int)
		for i := range d.Areas {
			a := &d.Areas[i]
			headings += a.Detail.String + "\n"
			counts[i] = make(map[diagram.Class]int)
			if !strings.HasPrefix(a.Name.String, "not connected") && a.Level < 2 && !strings.HasSuffix(a.Detail.String, " free") {
				t.Errorf("by %v: %q does not say what is free: %q", by, a.Name.String, a.Detail.String)
			}
		}
		unnamed := 0
		for i := range d.Boxes {
			n := &d.Diagram.Nodes[i]
			if d.Boxes[i].Label().String == "" && !strings.Contains(headings, n.Label) {
				unnamed++
			}
			if n.NeedsAttention {
				for k := len(d.Areas) - 1; k >= 0; k-- { // inner ones follow those around them
					if inside(d.Boxes[i].Center, d.Areas[k].Path) {
						counts[k][n.Class]++
						break
					}
				}
			}
		}
		for k, count := range counts {
			for class, n := range count {
				want := fmt.Sprintf("%d %s", n, strings.TrimSuffix(class.String(), " approval"))
				if a := &d.Areas[k]; !strings.Contains(a.Detail.String, want) {
					t.Errorf("by %v: %q does not count %s: %q", by, a.Name.String, want, a.Detail.String)
				}
			}
		}
		if want := fmt.Sprintf("%d nodes not named", unnamed); !strings.HasPrefix(d.Remark.String, want) {
			t.Errorf("by %v: the remark is %q, want %q", by, d.Remark.String, want)
		}
	}
}

func TestAutoSaysWhatItChose(t *testing.T) {
	for _, c := range []struct {
		nodes int
		by    []string
		want  string
	}{
		{12, nil, "engine twopi: 12 nodes; names at "},
		{60, nil, "engine radial: 60 nodes; names at 20 px (trays: names at 20 px)"},
		{90, nil, "engine trays: 90 nodes; names at "},
		{200, []string{"region"}, "engine trays: 200 nodes in 3 groups; names at "},
		{3000, []string{"region"}, "engine cells: 3000 nodes in 3 groups; without names"},
	} {
		d := arrange(t, graphtest.Build(clustertest.Snapshot(1, clustertest.Options{Nodes: c.nodes}), graph.Options{GroupBy: c.by}), layout.Options{})
		if got := d.Explain(); !strings.HasPrefix(got, c.want) {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestExplainCountsTheNodesOfCollapsedGroups(t *testing.T) {
	snap := clustertest.Snapshot(1, clustertest.Options{Nodes: 200})
	d := arrange(t, graphtest.Build(snap, graph.Options{All: true, GroupBy: []string{"region", graph.FieldEngine}, Collapse: true}), layout.Options{})
	groups := 0
	for i := range d.Diagram.Nodes {
		if d.Diagram.Nodes[i].Collapsed {
			groups++
		}
	}
	if got, want := d.Explain(), fmt.Sprintf(": 200 nodes in %d collapsed groups; ", groups); !strings.Contains(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// All cells have one size, so that it stands for nothing.
func TestCellsSayNothingOfSizes(t *testing.T) {
	snap := clustertest.Snapshot(1, clustertest.Options{Nodes: 200})
	for _, color := range []string{"", "region"} {
		topo := graphtest.Build(snap, graph.Options{SizeBy: "cpu", ColorBy: color})
		for _, engine := range []string{"cells", "trays"} {
			d := arrange(t, topo, layout.Options{Engine: engine})
			said, coloured := false, false
			for _, n := range d.Notes {
				said = said || strings.Contains(n.String, "Size: ")
				coloured = coloured || strings.Contains(n.String, "Colour: ")
			}
			if said != (engine == "trays") || coloured != (color != "") {
				t.Errorf("%s, coloured by %q: notes %v", engine, color, d.Diagram.Notes)
			}
		}
	}
}

func BenchmarkCells(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		topo := graphtest.Build(clustertest.Snapshot(1, clustertest.Options{Nodes: n, Disconnected: 0.1}), graph.Options{All: true, GroupBy: []string{"region"}})
		fig := graphtest.NewDiagram(topo, diagram.Options{})
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if _, err := layout.Arrange(context.Background(), fig, layout.Options{Engine: "cells"}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// checkTrunk holds that a line's trunk leads from its hub to the outline of an area with its
// other end.
func checkTrunk(t *testing.T, d *layout.Drawing, i int) {
	t.Helper()
	l := &d.Lines[i]
	trunk := &d.Trunks[l.Trunk-1]
	area, end := &d.Areas[trunk.Area], trunk.Path[len(trunk.Path)-1]
	if trunk.From != l.From || &l.Path[0] != &trunk.Path[0] || trunk.Path[0] != d.Boxes[l.From].Center || !inside(d.Boxes[l.To].Center, area.Path) ||
		end.Y != area.Path[0].Y || end.X < area.Path[0].X || end.X > area.Path[1].X {
		t.Errorf("the trunk of the line from %d to %d does not join them: %+v", l.From, l.To, trunk)
	}
}

// A solid trunk must not say that removed nodes are connected: their edges have a dashed one.
func TestEdgesOfRemovedNodesHaveATrunkOfTheirOwn(t *testing.T) {
	for _, hubs := range []int{1, 3, 13} {
		snap := clustertest.Snapshot(4, clustertest.Options{Nodes: 60, Hubs: hubs, Shared: 0.3})
		changes := make(map[string]graph.Changes)
		for i := 0; i < len(snap.Nodes); i += 7 {
			if n := &snap.Nodes[i]; n.Computes() {
				changes[n.ID] = graph.Changes{Change: graph.Removed}
			}
		}
		topo := graphtest.Build(snap, graph.Options{All: true, Changes: changes})
		for _, engine := range []string{"trays", "cells"} {
			d := arrange(t, topo, layout.Options{Engine: engine})
			checkDrawing(t, d)
			if touched := touches(d); len(touched) > 0 {
				t.Errorf("%d hubs, %s: %s", hubs, engine, touched[0])
			}
			counts := make(map[bool]int)
			for i := range d.Lines {
				trunk := d.Trunks[d.Lines[i].Trunk-1]
				if counts[trunk.Removed]++; trunk.Removed != d.Diagram.Edges[i].Removed {
					t.Errorf("%d hubs, %s: the trunk of edge %d is that of removed nodes: %v", hubs, engine, i, trunk.Removed)
				}
			}
			if counts[true] == 0 || counts[false] == 0 {
				t.Errorf("%d hubs, %s: edges by trunk of removed nodes: %v", hubs, engine, counts)
			}
		}
	}
}

// Each of many orchestrators stands above its own nodes, with its name, and a trunk leads from
// all of them to what they share.
func TestManyOrchestratorsStandAboveTheirNodes(t *testing.T) {
	for _, hubs := range []int{13, 20, 40} {
		for _, opt := range []clustertest.Options{{Nodes: 3 * hubs}, {Nodes: 200, Shared: 0.05, Disconnected: 0.03}, {Nodes: 600, Shared: 0.1}, {Nodes: hubs / 2}} {
			opt.Hubs = hubs
			topo := graphtest.Build(clustertest.Snapshot(5, opt), graph.Options{All: true})
			for _, engine := range []string{"auto", "trays", "cells"} {
				d := arrange(t, topo, layout.Options{Engine: engine})
				checkDrawing(t, d)
				checkAreas(t, d)
				if touched := touches(d); len(touched) > 0 {
					t.Errorf("%d hubs, %+v, %s: %d edges touch what they do not join: %s", hubs, opt, engine, len(touched), touched[0])
				}
				for i := range d.Boxes {
					if b := &d.Boxes[i]; d.Diagram.Nodes[i].Hub && b.Label().String == "" {
						t.Errorf("%d hubs, %+v, %s: a hub has no name", hubs, opt, engine)
					}
				}
				if d.Engine != "trays" && d.Engine != "cells" {
					t.Errorf("%d hubs, %+v: auto chooses %s", hubs, opt, d.Engine)
				}
			}
		}
	}
}

// Two orchestrators that compute list one another, and have trunks to their nodes all the same.
func TestOrchestratorsThatListOneAnotherHaveTrunks(t *testing.T) {
	var lists []cluster.List
	for _, hub := range []struct{ id, other, nodes string }{{"hub-1", "hub-2", "n"}, {"hub-2", "hub-1", "m"}} {
		list := cluster.List{Orchestrator: hub.id, Nodes: []cluster.Node{{ID: hub.id}, {ID: hub.other}}}
		for i := range 20 {
			list.Nodes = append(list.Nodes, cluster.Node{ID: fmt.Sprintf("%s%04d", hub.nodes, i)})
		}
		for i := range list.Nodes {
			n := &list.Nodes[i]
			n.Type, n.Engines, n.Sightings = cluster.Compute, []string{"docker"}, []cluster.Sighting{{Connection: cluster.Connected}}
		}
		lists = append(lists, list)
	}
	topo := graphtest.Build(cluster.Merge(lists...), graph.Options{})
	for _, engine := range []string{"auto", "cells"} {
		d := arrange(t, topo, layout.Options{Engine: engine})
		if len(d.Trunks) != 2 || engine == "auto" && d.Engine != "trays" || strings.Contains(d.Remark.String, "edges") {
			t.Errorf("%s: engine %s, %d trunks, remark %q", engine, d.Engine, len(d.Trunks), d.Remark.String)
		}
	}
}

// On the canvas of a phone every name can be read, and names in rows are preferred to upright
// ones.
func TestNamesOnAPhone(t *testing.T) {
	for _, by := range [][]string{nil, {"region"}} {
		snap := clustertest.Snapshot(1, clustertest.Options{Nodes: 50, Disconnected: 0.1, Pending: 0.05})
		d := arrange(t, graphtest.Build(snap, graph.Options{All: true, GroupBy: by}), layout.Options{Width: 390 / layout.PixelsPerPoint, Height: 844 / layout.PixelsPerPoint})
		checkDrawing(t, d)
		for i := range d.Boxes {
			if size := d.Boxes[i].Label().Size * layout.PixelsPerPoint; d.Engine != "trays" || size < 10 {
				t.Errorf("by %v: %s, a name of %.1f px", by, d.Engine, size)
				break
			}
		}
	}
}
