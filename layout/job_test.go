package layout_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/layout"
)

// overlaid makes up a network with jobs on it, with nothing but a seed.
func overlaid(seed uint64, nodes, jobs int) *graph.Topology {
	rng := rand.New(rand.NewPCG(seed, 2))
	part := func() float64 { return float64(rng.IntN(3)) / 4 }
	s := clustertest.Snapshot(seed, clustertest.Options{
		Nodes: 1 + rng.IntN(nodes), Hubs: 1 + rng.IntN(3), Shared: part() / 2, Disconnected: part() / 4, Names: clustertest.NameMixed,
	})
	s.Jobs = clustertest.Jobs(seed, s, clustertest.JobOptions{
		Jobs: 1 + rng.IntN(jobs), Executions: 1 + rng.IntN(9), Retried: part(), Failed: part(), Running: part(), Rejected: part(), Gone: part(),
	})
	for i := range s.Jobs {
		if rng.IntN(9) == 0 {
			s.Jobs[i].Name = strings.Repeat("a very long name-", 1+rng.IntN(9))
		}
		if rng.IntN(9) == 0 {
			s.Jobs[i].Executions = nil
		}
	}
	opt := graph.Options{All: rng.IntN(2) == 0, GroupBy: [][]string{nil, nil, {"region"}, {"region", graph.FieldEngine}}[rng.IntN(4)], SizeBy: []string{"", "cpu"}[rng.IntN(2)]}
	opt.Collapse = len(opt.GroupBy) > 0 && rng.IntN(2) == 0
	return graphtest.Build(s, opt)
}

// checkCounts holds the numbers of executions against what Line promises.
func checkCounts(t *testing.T, d *layout.Drawing) {
	t.Helper()
	var all []layout.Text
	for i, l := range d.Lines {
		c, run := l.Count, d.Diagram.Edges[i].Run
		if c == nil {
			continue
		}
		if run == nil || run.Count < 2 || c.String != fmt.Sprintf("×%d", run.Count) {
			t.Errorf("%q on a line with %+v", c.String, run)
		}
		for i := range d.Boxes {
			b := &d.Boxes[i]
			if math.Abs(c.Center.X-b.Center.X) < (c.Width+b.W)/2 && math.Abs(c.Center.Y-b.Center.Y) < (c.Size+b.H)/2 {
				t.Errorf("%q covers %s", c.String, d.Diagram.Nodes[i].Label)
			}
		}
		for _, o := range all {
			if math.Abs(c.Center.X-o.Center.X) < (c.Width+o.Width)/2 && math.Abs(c.Center.Y-o.Center.Y) < (c.Size+o.Size)/2 {
				t.Errorf("%q covers %q", c.String, o.String)
			}
		}
		all = append(all, *c)
	}
}

// Jobs of every number on networks of every size: nothing overlaps, all is inside,
// the same twice.
func TestSeededJobsHold(t *testing.T) {
	for _, e := range layout.Engines() {
		engine := e.Name
		if e.Single {
			continue
		}
		nodes, jobs := 40, 8
		if engine == layout.Auto || engine == "rings" {
			nodes, jobs = 300, 90
		}
		var all []uint64
		for seed := range seeds(t, "3") {
			all = append(all, seed)
		}
		if engine == "fdp" {
			all = append(all, 58) // where it puts jobs among the nodes of a group
		}
		for _, seed := range all {
			if !t.Run(fmt.Sprint(engine, " seed ", seed), func(t *testing.T) {
				topo := overlaid(seed, nodes, jobs)
				d := arrange(t, topo, layout.Options{Engine: engine})
				checkDrawing(t, d)
				checkAreas(t, d)
				checkCounts(t, d)
				var again *layout.Drawing
				switch {
				case engine != "fdp" && engine != "sfdp":
					again = arrange(t, topo, layout.Options{Engine: engine})
				case seed > 0 || testing.Short(): // only a child process draws the same
					return
				default:
					withChildren(t)
					d, again = twice(t, topo, layout.Options{Engine: engine})
				}
				if !cmp.Equal(d.Boxes, again.Boxes) {
					t.Error("drawn twice it is not the same")
				}
			}) {
				break
			}
		}
	}
}

// Jobs of nobody, on nothing, on the hub itself, on nodes of another hub, and with
// another hub in the place of theirs.
func TestJobsOnAnyShape(t *testing.T) {
	job := func(by string, nodes ...string) cluster.Job {
		j := cluster.Job{ID: "j-" + by + strings.Join(nodes, "-"), Orchestrator: by}
		for _, n := range nodes {
			j.Executions = append(j.Executions, cluster.Execution{ID: "e", NodeID: n, State: cluster.StateCompleted, Attempt: 1})
		}
		return j
	}
	two := clustertest.Snapshot(1, clustertest.Options{Nodes: 9, Hubs: 2})
	a, b := two.Orchestrators[0], two.Orchestrators[1]
	hybrid := cluster.Merge(cluster.List{Orchestrator: "h", Nodes: []cluster.Node{{ID: "h", Type: cluster.Compute, Engines: []string{"docker"}}}})
	with := func(s cluster.Snapshot, jobs ...cluster.Job) cluster.Snapshot {
		s.Jobs = jobs
		return s
	}
	for name, topo := range map[string]*graph.Topology{
		"no network at all":     graphtest.Build(with(cluster.Snapshot{}, job("x"), job("x", "n")), graph.Options{}),
		"an unknown hub's":      graphtest.Build(with(two, job("x", two.Nodes[0].ID, two.Nodes[8].ID)), graph.Options{}),
		"on both hubs and more": graphtest.Build(with(two, job(a, b, a), job(b, a, "gone", two.Nodes[3].ID)), graph.Options{}),
		"on a hybrid hub":       graphtest.Build(with(hybrid, job("h", "h", "h")), graph.Options{}),
		"with another hub":      graphtest.Build(with(two, job(a, two.Nodes[3].ID)), graph.Options{Hub: "elsewhere"}),
		"on gone nodes alone":   graphtest.Build(with(two, job(a, "gone", "lost"), job(b, "gone")), graph.Options{GroupBy: []string{"region"}}),
	} {
		for _, e := range layout.Engines() {
			if e.Single {
				continue
			}
			t.Run(name+"/"+e.Name, func(t *testing.T) {
				d := arrange(t, topo, layout.Options{Engine: e.Name})
				checkDrawing(t, d)
				checkCounts(t, d)
			})
		}
	}
}

// Jobs are drawn in layers while they can be read so: each to the left of the nodes
// that took part, those to the left of the hub, and the others to its right.
func TestJobsReadFromLeftToRight(t *testing.T) {
	s := clustertest.Snapshot(3, clustertest.Options{Nodes: 30})
	s.Jobs = clustertest.Jobs(3, s, clustertest.JobOptions{Jobs: 2, Executions: 6, Retried: 1})
	d := arrange(t, graphtest.Build(s, graph.Options{}), layout.Options{})
	if d.Engine != "dot" || d.Unlabeled > 0 {
		t.Errorf("placed by %s, %d labels left out", d.Engine, d.Unlabeled)
	}
	layer := func(i int) int {
		switch v := &d.Diagram.Nodes[i]; {
		case v.Class.IsJob():
			return 0
		case v.Part:
			return 1
		case v.Hub:
			return 2
		}
		return 3
	}
	for i := range d.Boxes {
		for k := range d.Boxes {
			a, b := &d.Boxes[i], &d.Boxes[k]
			if layer(i) < layer(k) && a.Center.X+a.W/2 >= b.Center.X-b.W/2 {
				t.Errorf("%s (layer %d) is not to the left of %s (layer %d)", d.Diagram.Nodes[i].Label, layer(i), d.Diagram.Nodes[k].Label, layer(k))
			}
		}
	}
	counted := 0
	for _, l := range d.Lines {
		if l.Count != nil {
			counted++
		}
	}
	if counted != 2 {
		t.Errorf("%d numbers of executions, want 2", counted)
	}
}

// Around rings, each job is on the side of those that it ran on.
func TestJobsStandNearTheirNodes(t *testing.T) {
	s := clustertest.Snapshot(3, clustertest.Options{Nodes: 200})
	s.Jobs = clustertest.Jobs(3, s, clustertest.JobOptions{Jobs: 20, Executions: 1})
	d := arrange(t, graphtest.Build(s, graph.Options{}), layout.Options{Engine: "rings"})
	var hub r2.Vec
	for i := range d.Boxes {
		if d.Diagram.Nodes[i].Hub {
			hub = d.Boxes[i].Center
		}
	}
	near := 0
	for i, l := range d.Lines {
		if d.Diagram.Edges[i].Run != nil {
			j, n := d.Boxes[l.From].Center, d.Boxes[l.To].Center
			if (j.X-hub.X)*(n.X-hub.X)+(j.Y-hub.Y)*(n.Y-hub.Y) > 0 {
				near++
			}
		}
	}
	if near < 19 {
		t.Errorf("%d of 20 jobs are on the side of the node that they ran on", near)
	}
}

// A state that is drawn as pending has its own name in the subtitle.
func TestSubtitleHasTheStateAsTheServerSaysIt(t *testing.T) {
	for state, want := range map[cluster.JobState]string{cluster.JobQueued: " queued; ", "Paused\n": ` paused\n; `, "": " pending; ", cluster.JobFailed: " failed; "} {
		s := clustertest.Snapshot(1, clustertest.Options{Nodes: 3})
		s.Jobs = clustertest.Jobs(1, s, clustertest.JobOptions{Jobs: 1})
		s.Jobs[0].State = state
		d, err := layout.Arrange(t.Context(), graphtest.Diagram(s, graph.Options{}), layout.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Subtitle.String; !strings.Contains(got, want) {
			t.Errorf("%q: %s", state, got)
		}
	}
}
