package layout_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/layout"
)

// tabled returns a network with many jobs, drawn as a matrix.
func tabled(t *testing.T, nodes, jobs, executions int) *layout.Drawing {
	t.Helper()
	s := clustertest.Snapshot(6, clustertest.Options{Nodes: nodes})
	s.Jobs = clustertest.Jobs(6, s, clustertest.JobOptions{Jobs: jobs, Executions: executions, Retried: 0.2, Failed: 0.1, Running: 0.2, Rejected: 0.1, Gone: 0.05})
	return arrange(t, graphtest.Build(s, graph.Options{}), layout.Options{})
}

// checkChips checks that each run is in one chip of its outcome, beside its own job or among
// those of the jobs without a row, and that chips cover nothing.
func checkChips(t *testing.T, d *layout.Drawing) {
	t.Helper()
	runs := make([][]int, len(d.Chips))
	for i, l := range d.Lines {
		if run := d.Diagram.Edges[i].Run; (run != nil) != (l.Chip > 0) {
			t.Fatalf("edge %d, a run: %v, has chip %d", i, run != nil, l.Chip)
		}
		if l.Chip > 0 {
			runs[l.Chip-1] = append(runs[l.Chip-1], i)
		}
	}
	for k := range d.Chips {
		c := &d.Chips[k]
		if c.Runs != len(runs[k]) {
			t.Errorf("chip %d stands for %d runs, and says %d", k, len(runs[k]), c.Runs)
		}
		named := 0
		for _, i := range runs[k] {
			job := &d.Boxes[d.Lines[i].From]
			switch {
			case job.Label().String == "":
			case job.Center.Y-job.H/2 > c.Center.Y || job.Center.X >= c.Center.X-c.W/2:
				t.Errorf("chip %d, %q, is not to the right of its job", k, c.Label().String)
			default:
				named++
			}
			if c.Outcome != d.Diagram.Edges[i].Run.Outcome {
				t.Errorf("chip %d has another outcome than edge %d", k, i)
			}
		}
		if len(runs[k]) == 1 && c.Label().String == d.Diagram.Nodes[d.Lines[runs[k][0]].To].Label && c.Mark().R == 0 {
			t.Errorf("chip %d has no mark", k)
		}
		if size := c.Label().Size * layout.PixelsPerPoint; d.Width == 864 && d.Height == 576 && c.Label().String != "" && size < 9.99 {
			t.Errorf("chip %d has text of %.1f px", k, size)
		}
		meets := func(b *layout.Box) bool {
			return math.Abs(b.Center.X-c.Center.X) < (b.W+c.W)/2-0.01 && math.Abs(b.Center.Y-c.Center.Y) < (b.H+c.H)/2-0.01
		}
		if i := slices.IndexFunc(d.Boxes, func(b layout.Box) bool { return meets(&b) }); i >= 0 {
			t.Errorf("chip %d covers box %d", k, i)
		}
		for j := range d.Chips[:k] {
			if meets(&d.Chips[j].Box) {
				t.Errorf("chip %d covers chip %d", k, j)
			}
		}
		if c.Center.X-c.W/2 < 0 || c.Center.X+c.W/2 > d.Width || c.Center.Y+c.H/2 > d.Height {
			t.Errorf("chip %d is outside", k)
		}
	}
}

func TestMatrixHoldsOverSeededNetworks(t *testing.T) {
	t.Parallel()
	for seed := range seeds(t, "14") {
		if !t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			d := arrange(t, overlaid(seed, 300, 90), layout.Options{Engine: "matrix"})
			checkSheet(t, d)
			checkChips(t, d)
		}) {
			return
		}
	}
}

// A few jobs leave the trays the room that names of groups take, and if it can be those of
// nodes.
func TestFewJobsLeaveRoomForNames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		nodes, hubs, jobs int
		opt               layout.Options
		named             bool // all nodes
	}{
		{nodes: 35, hubs: 3, jobs: 1, named: true},
		{nodes: 60, hubs: 1, jobs: 3, named: true},
		{nodes: 300, hubs: 1, jobs: 3},
		{nodes: 300, hubs: 1, jobs: 1, opt: layout.Options{Width: 281, Height: 608}},
	} {
		s := clustertest.Snapshot(6, clustertest.Options{Nodes: c.nodes, Hubs: c.hubs, Shared: 0.5})
		s.Jobs = clustertest.Jobs(6, s, clustertest.JobOptions{Jobs: c.jobs, Executions: 3})
		d := arrange(t, graphtest.Build(s, graph.Options{GroupBy: []string{"region", "os_arch", "rack"}}), c.opt)
		if d.Engine != "matrix" {
			t.Errorf("%d jobs on %d nodes by groups are placed by %s", c.jobs, c.nodes, d.Engine)
		}
		checkChips(t, d)
		for i := range d.Areas {
			if a := &d.Areas[i]; a.Title != "" && a.Name.String == "" || a.Level > 0 && a.Name.String == "" {
				t.Errorf("%d jobs on %d nodes: area %d, %q, has no name", c.jobs, c.nodes, i, a.Title)
			}
		}
		for i := range d.Boxes {
			if n := &d.Diagram.Nodes[i]; (c.named || n.Hub) && d.Boxes[i].Label().String == "" {
				t.Errorf("%d jobs on %d nodes: %s has no name", c.jobs, c.nodes, n.ID)
			}
		}
	}
}

// Above twelve jobs, what failed stands first, in rows and in the order of rows.
func TestManyJobsAreATableWithFailuresFirst(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]int{{6, 13, 3}, {30, 50, 4}, {200, 50, 4}, {200, 200, 4}, {200, 5, 4}} {
		d := tabled(t, c[0], c[1], c[2])
		if d.Engine != "matrix" {
			t.Errorf("%d jobs on %d nodes are placed by %s", c[1], c[0], d.Engine)
		}
		checkDrawing(t, d)
		checkChips(t, d)
		first := make(map[int]float64) // the x of each job's failed chip
		for _, l := range d.Lines {
			if l.Chip > 0 && d.Chips[l.Chip-1].Outcome == diagram.RunFailed && d.Boxes[l.From].Label().String != "" {
				first[l.From] = d.Chips[l.Chip-1].Center.X
			}
		}
		for i, l := range d.Lines {
			if x, failed := first[l.From]; failed && l.Chip > 0 && d.Chips[l.Chip-1].Outcome != diagram.RunFailed &&
				d.Chips[l.Chip-1].Center.X < x && math.Abs(d.Chips[l.Chip-1].Center.Y-d.Boxes[l.From].Center.Y) < 1 {
				t.Errorf("the chip of edge %d is before a failure", i)
			}
		}
		for i := range d.Boxes {
			if d.Diagram.Nodes[i].Class == diagram.ClassJobFailed && d.Boxes[i].Label().String == "" {
				t.Errorf("%d jobs: a failed job has no row", c[1])
			}
		}
	}
}

// What has no room for a name is counted, and a remark says so.
func TestMatrixCountsWhatItDoesNotName(t *testing.T) {
	t.Parallel()
	d := tabled(t, 200, 200, 4)
	jobs, runs := 0, 0
	for i := range d.Boxes {
		if d.Diagram.Nodes[i].Class.IsJob() && d.Boxes[i].Label().String == "" {
			jobs++
		}
	}
	for i := range d.Chips {
		if c := &d.Chips[i]; c.Runs > 1 {
			runs += c.Runs
			if want := fmt.Sprintf("+%d ", c.Runs); !strings.HasPrefix(c.Label().String, want) {
				t.Errorf("a chip for %d runs says %q", c.Runs, c.Label().String)
			}
		}
	}
	want := fmt.Sprintf("%d jobs and %d runs not named", jobs, runs)
	if jobs == 0 || runs == 0 || !strings.Contains(d.Remark.String, want) {
		t.Errorf("the remark is %q, want %q in it", d.Remark.String, want)
	}
	more := fmt.Sprintf("%d more jobs", jobs)
	if !slices.ContainsFunc(d.Areas, func(a layout.Area) bool { return a.Name.String == more }) {
		t.Errorf("no area says %q", more)
	}
}

// Many nodes that took no part are cells in one area with their number.
func TestNodesWithoutAPartAreOneTile(t *testing.T) {
	t.Parallel()
	d := tabled(t, 200, 5, 4)
	idle := 0
	for i := range d.Boxes {
		if n := &d.Diagram.Nodes[i]; n.Idle {
			idle++
			if d.Boxes[i].Label().String != "" {
				t.Errorf("%s took no part and has a label", n.Label)
			}
		} else if d.Boxes[i].Label().String == "" {
			t.Errorf("%s took part and has no label", n.Label)
		}
	}
	name := fmt.Sprintf("took no part · %d", idle)
	if !slices.ContainsFunc(d.Areas, func(a layout.Area) bool { return a.Name.String == name }) {
		t.Errorf("no area says %q", name)
	}
}
