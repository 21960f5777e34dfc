package diff_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/diff"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/layout"
)

// topology is [diff.Topology] without options, which cannot fail.
func topology(t *testing.T, before, after cluster.Snapshot, d *diff.Diff) *graph.Topology {
	t.Helper()
	topo, err := diff.Topology(t.Context(), before, after, d, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return topo
}

func TestTopologyMarksWhatChanged(t *testing.T) {
	before := network("hub", node("hub", requester), node("same"), node("lost"), node("off"), node("old", func(n *cluster.Node) { n.Labels = map[string]string{"name": n.ID, "rack": "r7"} }))
	after := network("bub", node("hub", requester), node("bub", requester), node("same"), node("fresh"),
		node("off", func(n *cluster.Node) { n.Sightings[0].Connection = cluster.Disconnected }),
		node("new", func(n *cluster.Node) { n.Labels = map[string]string{"name": n.ID, "rack": "r7"} }))
	topo := topology(t, before, after, compare(before, after, diff.Options{}))
	var got []string
	for i := range topo.Len() {
		v := topo.Vertex(i)
		var at []string
		for _, n := range topo.Neighbors(i) {
			at = append(at, topo.Vertex(int(n)).NodeID())
		}
		if v.Hub {
			at = nil
		}
		got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s at %s: %s", v.NodeID(), v.Change(), strings.Join(at, ","), strings.Join(v.Changes.Words, "; "))))
	}
	want := []string{
		"bub added at : probably replaces orchestrator hub (it lists the same nodes)",
		"fresh added at bub:",
		"hub changed at : probably replaced by orchestrator bub (it lists the same nodes)",
		"lost removed at bub: was listed by orchestrator hub, now probably bub",
		"new changed at bub: was probably old (the same labels and capacity)",
		"off changed at : state: connected → disconnected",
		"same same at bub:",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}

	drawing, err := layout.Arrange(context.Background(), graphtest.NewDiagram(topo, diagram.Options{}), layout.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var legend []string
	for _, e := range drawing.Legend {
		legend = append(legend, e.Name.String)
	}
	if d := cmp.Diff([]string{"compute node, unchanged (1)", "changed (3)", "added (2)", "removed (1)", "disconnected, not removed (1)"}, legend); d != "" {
		t.Error(d)
	}
	if got := drawing.Subtitle.String; got != "2 added, 1 removed, 3 changed, 1 unchanged" {
		t.Error(got)
	}
	var notes []string
	for _, n := range drawing.Notes {
		notes = append(notes, n.String)
	}
	if d := cmp.Diff([]string{"Probably renamed: hub → bub; old → new; removed nodes are drawn at the new orchestrator."}, notes); d != "" {
		t.Error(d)
	}
	for i := range drawing.Boxes {
		if b := &drawing.Boxes[i]; (b.Mark().R > 0) != (drawing.Diagram.Nodes[i].Change != diagram.Same) {
			t.Errorf("%s is %s, and has a mark of radius %g", drawing.Diagram.Nodes[i].ID, drawing.Diagram.Nodes[i].Change, b.Mark().R)
		}
	}
}

// The numbers in the legend add up to those in the subtitle, for any two snapshots.
func TestLegendOfADifferenceAddsUp(t *testing.T) {
	number := regexp.MustCompile(`\d+`)
	sum := func(texts ...string) (n int) {
		for _, s := range number.FindAllString(strings.Join(texts, " "), -1) {
			k, err := strconv.Atoi(s)
			if err != nil {
				t.Fatal(err)
			}
			n += k
		}
		return n
	}
	for seed := range uint64(40) {
		listsA, listsB := pair(seed)
		a, b := cluster.Merge(listsA...), cluster.Merge(listsB...)
		topo := topology(t, a, b, compare(a, b, diff.Options{}))
		drawing, err := layout.Arrange(context.Background(), graphtest.NewDiagram(topo, diagram.Options{}), layout.Options{Engine: "rings"})
		if err != nil {
			t.Fatal(err)
		}
		var kinds, same, off []string
		for i, e := range drawing.Legend {
			if !number.MatchString(e.Name.String) {
				t.Errorf("seed %d: %q counts nothing", seed, e.Name.String)
			}
			if drawing.Diagram.Legend[i].Line != diagram.Solid {
				off = append(off, e.Name.String)
				continue
			}
			kinds = append(kinds, e.Name.String)
			if strings.Contains(e.Name.String, "unchanged") {
				same = append(same, e.Name.String)
			}
		}
		dashed, unchanged := 0, 0
		for i := range topo.Len() {
			v := topo.Vertex(i)
			if v.Change() != graph.Removed && v.Role() == cluster.RoleCompute && v.Connection() != cluster.Connected {
				dashed++
			}
			if v.Change() == graph.Same {
				unchanged++
			}
		}
		if sum(kinds...) != topo.Len() || sum(drawing.Subtitle.String) != topo.Len() || sum(same...) != unchanged || sum(off...) != dashed {
			t.Errorf("seed %d: %q, of which %q, of %d nodes, %d the same, %d disconnected: %s", seed, kinds, off, topo.Len(), unchanged, dashed, drawing.Subtitle.String)
		}
	}
}

// The note about a restart is about the new snapshot, even if a removed node was
// connected.
func TestTopologyNotesARestart(t *testing.T) {
	off := func(n *cluster.Node) { n.Sightings[0].Connection = cluster.AwaitingReconnection }
	up := network("hub", node("hub", requester), node("a"), node("lost"))
	down := network("bub", node("bub", requester), node("a", off))
	const want = "1 of 1 compute node awaits reconnection, which takes up to 20 s after an orchestrator restarts."
	for _, c := range []struct {
		before, after cluster.Snapshot
		want          bool
	}{{up, down, true}, {down, up, false}, {down, down, true}} {
		topo := topology(t, c.before, c.after, compare(c.before, c.after, diff.Options{}))
		drawing, err := layout.Arrange(context.Background(), graphtest.NewDiagram(topo, diagram.Options{}), layout.Options{})
		if err != nil {
			t.Fatal(err)
		}
		said := slices.ContainsFunc(drawing.Notes, func(n layout.Text) bool { return n.String == want })
		if said != c.want {
			t.Errorf("%v, want %v", drawing.Notes, c.want)
		}
	}
}

// A picture of any two snapshots shows every node of either.
func TestTopologyOfAnyTwoSnapshots(t *testing.T) {
	for seed := range uint64(200) {
		listsA, listsB := pair(seed)
		a, b := cluster.Merge(listsA...), cluster.Merge(listsB...)
		d := compare(a, b, diff.Options{})
		topo := topology(t, a, b, d)
		counts := map[graph.Change]int{}
		seen := map[string]bool{}
		for i := range topo.Len() {
			v := topo.Vertex(i)
			counts[v.Change()]++
			seen[v.NodeID()] = true
		}
		for _, n := range d.Renamed {
			seen[n.From] = true
		}
		for _, s := range []cluster.Snapshot{a, b} {
			for _, n := range s.Nodes {
				if !seen[n.ID] {
					t.Errorf("seed %d: %s is not drawn", seed, n.ID)
				}
			}
		}
		if d.Empty() != (counts[graph.Same] == topo.Len()) || counts[graph.Added] < len(d.Added) || counts[graph.Removed] < len(d.Removed) {
			t.Errorf("seed %d: %v; %s", seed, counts, d.Summary())
		}
	}
}

// A node has one label, whichever snapshot it is in.
func TestTopologyNamesTheNodesOfBothSnapshotsTogether(t *testing.T) {
	const gone, stays, comes = "eu-west-1-compute-rack01-node-0001", "eu-west-1-compute-rack02-node-0002", "eu-west-1-compute-rack03-node-0001"
	before := network("hub", node("hub", requester), node(gone), node(stays))
	after := network("hub", node("hub", requester), node(comes), node(stays))
	topo := topology(t, before, after, compare(before, after, diff.Options{}))
	var got []string
	for _, v := range topo.All() {
		got = append(got, v.Label)
	}
	if want := []string{"rack01-node-0001", "rack02-node-0002", "rack03-node-0001", "hub"}; !slices.Equal(got, want) {
		t.Errorf("labels %q, want %q", got, want)
	}
}
