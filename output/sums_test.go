package output_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"testing"

	"github.com/bacviz/bacviz/capacity"
	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
)

// addUp prints the page's own sums of documents: of all nodes, and of those of each region.
const addUp = `
import { readFileSync } from "node:fs";
import { readNodes } from "./internal/html/page/data.js";
import { sumsOf } from "./internal/html/page/sums.js";
console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map((page) => {
  const nodes = readNodes(page);
  const regions = {};
  for (const n of nodes) if (n.labels.region) (regions[n.labels.region] ??= []).push(n);
  return { all: sumsOf(nodes), regions: Object.fromEntries(Object.entries(regions).map(([name, part]) => [name, sumsOf(part)])) };
})));`

type pageSums struct {
	All, Free, Used             map[string]float64
	Reporting, Running, Waiting int
}

// The page adds up what a reader selects, in its own script. It must say what charts and lists say, whatever
// the states of nodes, and with orchestrators that compute.
func TestThePageAddsUpAsTheTableDoes(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if errors.Is(err, exec.ErrNotFound) && os.Getenv("CI") != "true" {
		t.Skip("needs node")
	}
	if err != nil {
		t.Fatal(err)
	}
	const seeds = 30
	var pages bytes.Buffer
	var tables []*capacity.Table
	for seed := range uint64(seeds) {
		shape := graph.Options{All: true, GroupBy: []string{"region"}}
		snap := mixed(seed)
		if seed%3 == 0 { // orchestrators are kept, whatever the filter
			snap = snap.Filter(cluster.Filter{Role: []string{"compute"}})
		}
		topo := graphtest.Build(snap, shape)
		table, err := capacity.New(t.Context(), topo, "region")
		if err != nil {
			t.Fatal(err)
		}
		tables = append(tables, table)
		shape.Collapse = isCollapsed(int(seed))
		d := drawing(t, snap, shape, layout.Options{Engine: "trays"})
		pages.WriteString([]string{"[", ","}[min(seed, 1)])
		if err := output.PageData(t.Context(), &pages, d, output.Options{}, output.PageOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	pages.WriteString("]")
	cmd := exec.Command(node, "--input-type=module", "-e", addUp)
	cmd.Stdin, cmd.Stderr = &pages, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got []struct {
		All     pageSums
		Regions map[string]pageSums
	}
	if err := json.Unmarshal(out, &got); err != nil || len(got) != seeds {
		t.Fatalf("%v, %d pages", err, len(got))
	}
	for seed, table := range tables {
		sameSums(t, fmt.Sprintf("seed %d", seed), got[seed].All, &table.All)
		for i := range table.Rows {
			row := &table.Rows[i]
			if sums, ok := got[seed].Regions[row.Name]; ok && !isCollapsed(seed) {
				sameSums(t, fmt.Sprintf("seed %d, %s", seed, row.Name), sums, &row.Sum)
			}
		}
	}
}

// isCollapsed reports whether the picture of a seed has one box for each region.
func isCollapsed(seed int) bool { return seed%5 == 4 }

// mixed is a network with nodes in all states, some without a capacity or a load, and some of
// whose orchestrators compute.
func mixed(seed uint64) cluster.Snapshot {
	snap := clustertest.Snapshot(seed, clustertest.Options{Nodes: 40, Disconnected: 0.1, Awaiting: 0.1, Pending: 0.1, Rejected: 0.1, Hubs: 1 + int(seed%3), Shared: 0.2})
	for i := range snap.Nodes {
		n := &snap.Nodes[i]
		switch {
		case n.Type == cluster.Requester && seed%2 == 0:
			n.Engines, n.Labels = []string{"docker"}, map[string]string{"region": "eu-west-1"}
			n.Max, n.Available, n.Running = cluster.Resources{CPU: 16, Memory: 1 << 36, GPU: 2}, cluster.Resources{CPU: 3.5, Memory: 1 << 35, GPU: 1}, 3
		case i%9 == 1:
			n.Available = cluster.Resources{}
		case i%9 == 5:
			n.Max, n.Available = cluster.Resources{}, cluster.Resources{}
		}
	}
	return snap
}

func sameSums(t *testing.T, what string, page pageSums, table *capacity.Sum) {
	t.Helper()
	for _, r := range capacity.Resources() {
		f := table.Of(r)
		for _, c := range []struct {
			name       string
			page, want float64
		}{{"all", page.All[r.String()], f.Total}, {"free", page.Free[r.String()], f.Free}, {"used", page.Used[r.String()], f.Used}} {
			if math.Abs(c.page-c.want) > 1e-6*max(1, c.want) {
				t.Errorf("%s: %s %s: the page says %v, the table %v", what, c.name, r, c.page, c.want)
			}
		}
	}
	if page.Reporting != table.Load.Nodes || page.Running != table.Running || page.Waiting != table.Queued {
		t.Errorf("%s: the page says %+v, the table %+v", what, page, table)
	}
}
