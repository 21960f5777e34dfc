package diff_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/snapshot"
	"github.com/bacviz/bacviz/diff"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/interrupt/interrupttest"
)

func jsonOf(t testing.TB, d *diff.Diff) string {
	t.Helper()
	var b bytes.Buffer
	if err := d.WriteJSON(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// compare is [diff.Compare] without a time limit.
func compare(before, after cluster.Snapshot, opt diff.Options) *diff.Diff {
	d, err := diff.Compare(context.Background(), before, after, opt)
	if err != nil {
		panic(err)
	}
	return d
}

func document(t testing.TB, s cluster.Snapshot, load bool) string {
	t.Helper()
	var b bytes.Buffer
	if err := snapshot.Write(t.Context(), &b, s, snapshot.WriteOptions{Load: load}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func node(id string, change ...func(*cluster.Node)) cluster.Node {
	n := cluster.Node{
		ID: id, Type: cluster.Compute, Version: "v1.9.3", Labels: map[string]string{"name": id, "disk": id + "'s"},
		Engines: []string{"wasm"}, Max: cluster.Resources{CPU: 8, Memory: 32 << 30},
		Sightings: []cluster.Sighting{{Connection: cluster.Connected, Membership: cluster.Approved}},
	}
	for _, f := range change {
		f(&n)
	}
	return n
}

func network(hub string, nodes ...cluster.Node) cluster.Snapshot {
	return cluster.Merge(cluster.List{Orchestrator: hub, Nodes: nodes})
}

func textOf(t testing.TB, d *diff.Diff, format string, opt diff.WriteOptions) string {
	t.Helper()
	f, ok := diff.FormatNamed(format)
	if !ok {
		t.Fatalf("there is no format %s", format)
	}
	var b bytes.Buffer
	if err := f.Write(t.Context(), &b, d, opt); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestCompare(t *testing.T) {
	same := node("same")
	for _, c := range []struct {
		name          string
		before, after cluster.Snapshot
		opt           diff.Options
		want          string
	}{
		{"nothing", network("hub", same), network("hub", same), diff.Options{}, "no difference: 1 node\n"},
		{
			"a node was added and one removed", network("hub", same, node("old")), network("hub", same, node("new")), diff.Options{},
			"1 node added, 1 removed; 2 nodes now\n\n+ new  compute, v1.9.3, 8 CPU, 32 GiB\n- old  compute, v1.9.3, 8 CPU, 32 GiB\n",
		},
		{
			"a node changed",
			network("hub", same, node("n")),
			network("hub", same, node("n", func(n *cluster.Node) {
				n.Version, n.Engines, n.Max.Memory, n.Type = "v1.9.4", []string{"docker", "wasm"}, 64<<30, cluster.Requester
				n.Labels = map[string]string{"name": "n", "region": "eu"}
				n.Sightings = []cluster.Sighting{{Connection: cluster.Disconnected, Membership: cluster.Rejected}}
			})), diff.Options{},
			`1 node changed; 2 nodes now

~ n
    state         connected → disconnected
    membership    approved → rejected
    role          compute → hybrid
    version       v1.9.3 → v1.9.4
    label disk    n's → none
    label region  none → eu
    engines       wasm → docker, wasm
    memory        32 GiB → 64 GiB
`,
		},
		{
			"an orchestrator that begins to compute", network("hub", node("hub", requester)),
			network("hub", node("hub", requester, func(n *cluster.Node) { n.Engines = []string{"docker"} })), diff.Options{},
			"1 node changed; 1 node now\n\n~ hub\n    role     requester → hybrid\n    engines  none → docker\n",
		},
		{
			"a compute node that becomes an orchestrator", network("hub", node("a"), node("b")), network("a", node("a"), node("b")), diff.Options{Only: []string{"role"}},
			"1 node changed; 2 nodes now\n\n~ a\n    role  compute → hybrid\n",
		},
		{
			"another type for the same role", network("hub", node("hub")),
			network("hub", node("hub", func(n *cluster.Node) { n.Type = cluster.Requester })), diff.Options{},
			"1 node changed; 1 node now\n\n~ hub\n    type  compute → requester\n",
		},
		{
			"a role that is ignored, and the type with it", network("hub", node("a")),
			network("hub", node("a", func(n *cluster.Node) { n.Type = cluster.Requester })), diff.Options{Ignore: []string{"role"}},
			"no difference: 1 node\n",
		},
		{
			"a new orchestrator that computes", network("hub", node("a")), network("hub2", node("a"), node("hub2")), diff.Options{},
			"1 node added, 1 orchestrator changed; 2 nodes now, 1 before\n\n> orchestrator hub is probably now hub2 (it lists the same nodes)\n+ hub2  hybrid, v1.9.3, 8 CPU, 32 GiB\n",
		},
		{
			"amounts that look alike", network("hub", node("n")), network("hub", node("n", func(n *cluster.Node) { n.Max.Memory++ })), diff.Options{},
			"1 node changed; 1 node now\n\n~ n\n    memory  34359738368 bytes → 34359738369 bytes\n",
		},
		{
			"a renamed node",
			network("hub", node("old", func(n *cluster.Node) { n.Labels["rack"], n.Labels["disk"] = "r7", "d" })),
			network("hub", node("new", func(n *cluster.Node) { n.Labels["rack"], n.Labels["disk"], n.Version = "r7", "d", "v2" })), diff.Options{},
			"1 node probably renamed; 1 node now\n\n> old is probably now new (the same labels and capacity)\n    version  v1.9.3 → v2\n",
		},
		{
			"machines that are all alike are not taken for renamed ones",
			network("hub", node("a", alike), node("b", alike)), network("hub", node("a", alike), node("c", alike)), diff.Options{},
			"1 node added, 1 removed; 2 nodes now\n\n+ c  compute, v1.9.3, 8 CPU, 32 GiB\n- b  compute, v1.9.3, 8 CPU, 32 GiB\n",
		},
		{
			"a renamed orchestrator whose old record stays",
			network("hub", node("a"), node("b"), node("hub", requester)),
			network("bub", node("a"), node("b"), node("hub", requester), node("bub", requester)), diff.Options{},
			"1 node added, 1 orchestrator changed; 4 nodes now, 3 before\n\n> orchestrator hub is probably now bub (it lists the same nodes)\n+ bub  requester, v1.9.3, 8 CPU, 32 GiB\n",
		},
		{
			"the load is not compared", network("hub", same), network("hub", node("same", busy)), diff.Options{},
			"no difference: 1 node\n",
		},
		{
			"the load is compared if asked for", network("hub", same), network("hub", node("same", busy)), diff.Options{WithLoad: true},
			"1 node changed; 1 node now\n\n~ same\n    running    0 → 3\n    disk       0 B → 1.0 GiB\n    free CPU   0 → 2.5\n    heartbeat  never → 2026-01-15T12:00:00Z\n",
		},
		{
			"fields to ignore", network("hub", node("n"), node("x")),
			network("hub", node("n", func(n *cluster.Node) { n.Version, n.Labels["disk"], n.Labels["b"] = "v2", "1", "2" })),
			diff.Options{Ignore: []string{"version", "nodes", "labels.disk"}},
			"1 node changed; 1 node now, 2 before\n\n~ n\n    label b  none → 2\n",
		},
		{
			"a field alone", network("hub", node("n"), node("x")),
			network("hub", node("n", func(n *cluster.Node) { n.Version, n.Max.CPU = "v2", 4 })),
			diff.Options{Only: []string{"capacity"}},
			"1 node changed; 1 node now, 2 before\n\n~ n\n    CPU  8 → 4\n",
		},
		{
			"an added node is not compared", network("hub", same), network("hub", same, node("x")), diff.Options{Ignore: []string{"nodes"}},
			"no difference in the compared fields: 2 nodes now, 1 before\n",
		},
		{
			"nothing but the time", taken(network("hub", same), 0), taken(network("hub", same), 1), diff.Options{WithLoad: true},
			"no difference but the time of the snapshots\n\n~ the snapshots\n    taken  2026-01-15T12:00:00Z → 2026-01-15T12:00:01Z\n",
		},
		{
			"a time that is not compared", taken(network("hub", same), 0), taken(network("hub", same), 1), diff.Options{WithLoad: true, Ignore: []string{"taken"}},
			"no difference: 1 node\n",
		},
		{
			"hostile texts", network("hub", node("\x1b[31m|`<b>")), network("hub", node("\x1b[31m|`<b>", func(n *cluster.Node) { n.Version = "\x1b]0;x\a\n| a" })), diff.Options{},
			"1 node changed; 1 node now\n\n~ \\x1b[31m|`<b>\n    version  v1.9.3 → \\x1b]0;x\\a\\n| a\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := compare(c.before, c.after, c.opt)
			got := textOf(t, d, "txt", diff.WriteOptions{})
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
			if same := strings.HasPrefix(got, "no "); d.Same() != same {
				t.Errorf("the same: %v", d.Same())
			}
			if strings.Contains(textOf(t, d, "txt", diff.WriteOptions{Color: true}), "\x1b[31m|") {
				t.Error("a name colours the terminal")
			}
			var suites struct {
				Failures int `xml:"failures,attr"`
			}
			if err := xml.Unmarshal([]byte(textOf(t, d, "junit", diff.WriteOptions{})), &suites); err != nil || (suites.Failures == 0) != d.Same() {
				t.Errorf("%v, %d failures", err, suites.Failures)
			}
			md := textOf(t, d, "md", diff.WriteOptions{Old: "a`<b>", New: "b"})
			if strings.Contains(md, "\x1b") {
				t.Errorf("an escape is in the Markdown:\n%s", md)
			}
			for _, bad := range []string{"<b>", "`"} { // of the names and the file
				if text := codeSpan.ReplaceAllString(md, ""); strings.Contains(text, bad) {
					t.Errorf("%q is in the Markdown outside of code:\n%s", bad, text)
				}
			}
		})
	}
}

var codeSpan = regexp.MustCompile("`[^`]*`")

// Texts of nodes are in the type of code, where GitHub looks for neither names nor
// numbers nor addresses.
func TestMarkdownKeepsTextsOfNodesInCode(t *testing.T) {
	for _, evil := range []string{"@all #1 www.example.com https://example.com", "@all|#1 www.example.com https://example.com"} {
		before := network("hub", node("a"), node("b"))
		after := network("hub", node("a", func(n *cluster.Node) { n.Labels[evil] = evil }), node("c", func(n *cluster.Node) { n.Type, n.Version = cluster.Type(evil), evil }))
		text := textOf(t, compare(before, after, diff.Options{}), "md", diff.WriteOptions{})
		// Text between tags is searched for addresses, even in code.
		noSpans := codeSpan.ReplaceAllString(text, "")
		if strings.Contains(noSpans, "www.") || strings.Contains(noSpans, "https:") {
			t.Errorf("an address:\n%s", text)
		}
		outside := regexp.MustCompile("<code>[^<]*</code>").ReplaceAllString(noSpans, "")
		for _, bad := range []string{"all", "#1", "&#35;1", "example"} {
			if strings.Contains(outside, bad) {
				t.Errorf("%q is outside of code:\n%s", bad, text)
			}
		}
	}
}

func alike(n *cluster.Node) { n.Labels = map[string]string{"name": n.ID, "os": "linux"} }

func taken(s cluster.Snapshot, seconds int) cluster.Snapshot {
	s.Taken = clustertest.Epoch.Add(time.Duration(seconds) * time.Second)
	return s
}

func requester(n *cluster.Node) {
	n.Type, n.Engines = cluster.Requester, nil
	n.Labels = map[string]string{"name": n.ID}
}

func busy(n *cluster.Node) {
	n.Running, n.Max.Disk, n.Available.CPU = 3, 1<<30, 2.5
	n.Sightings[0].LastHeartbeat = clustertest.Epoch
}

func TestOptionsCheck(t *testing.T) {
	for _, o := range []diff.Options{
		{}, {Ignore: []string{"version", "labels", "labels.x", "capacity"}, Only: []string{"nodes", "orchestrators"}}, {WithLoad: true, Only: []string{"load", "disk"}},
		{Only: []string{"labels"}, Ignore: []string{"labels.x"}}, {Only: []string{"labels.y"}, Ignore: []string{"labels.x"}}, {Only: []string{"capacity"}, Ignore: []string{"cpu"}},
	} {
		if err := o.Check(); err != nil {
			t.Error(err)
		}
	}
	for _, o := range []diff.Options{{Ignore: []string{"vrsion"}}, {Only: []string{"labels."}}, {Only: []string{"disk"}}, {Ignore: []string{"taken"}}, {Ignore: []string{"load"}},
		{Only: []string{"cpu"}, Ignore: []string{"cpu"}}, {Only: []string{"cpu", "labels.x"}, Ignore: []string{"capacity", "labels"}},
		{Only: []string{"capacity"}, Ignore: []string{"cpu", "memory", "gpu"}}, {Only: []string{"labels.x"}, Ignore: []string{"labels.x"}},
		{WithLoad: true, Only: []string{"load"}, Ignore: []string{"load"}},
	} {
		if err := o.Check(); err == nil {
			t.Errorf("%+v passes", o)
		}
	}
}

func TestApplyRefusesAnotherSnapshot(t *testing.T) {
	a, b := network("hub", node("a"), node("b")), network("hub", node("a", busy, alike))
	d := compare(a, b, diff.Options{})
	for _, other := range []cluster.Snapshot{b, network("hub", node("x"), node("b")), network("hub", node("a"), node("x")), {}} {
		if _, err := d.Apply(other); err == nil {
			t.Errorf("applied to %v", other)
		}
	}
}

func BenchmarkDiff(b *testing.B) {
	x := clustertest.Snapshot(1, clustertest.Options{Nodes: 10000, Hubs: 3})
	lists := clustertest.Cluster(1, clustertest.Options{Nodes: 10000, Hubs: 3})
	for i := range lists {
		for j := range lists[i].Nodes {
			if j%3 == 0 {
				lists[i].Nodes[j].Version = "v1.9.4"
			}
		}
		lists[i].Nodes = lists[i].Nodes[20:]
	}
	y := cluster.Merge(lists...)
	for b.Loop() {
		d := compare(x, y, diff.Options{})
		if textOf(b, d, "txt", diff.WriteOptions{}) == "" {
			b.Fatal("nothing")
		}
	}
}

func TestEveryStageOfADiffEndsWithItsContext(t *testing.T) {
	before := clustertest.Snapshot(1, clustertest.Options{Nodes: 12, Hubs: 2})
	after := clustertest.Snapshot(2, clustertest.Options{Nodes: 9, Hubs: 2})
	after.Nodes = slices.Concat(after.Nodes, before.Nodes[:4])
	after.Nodes[len(after.Nodes)-1].Version = "v1.0.0"
	after.Sort()
	var d *diff.Diff
	interrupttest.EachLook(t, 8, func(ctx context.Context) (err error) {
		d, err = diff.Compare(ctx, before, after, diff.Options{})
		return err
	})
	interrupttest.EachLook(t, 10, func(ctx context.Context) error {
		_, err := diff.Topology(ctx, before, after, d, graph.Options{})
		return err
	})
	for _, f := range diff.Formats() {
		interrupttest.EachLook(t, 4, func(ctx context.Context) error {
			return f.Write(ctx, io.Discard, d, diff.WriteOptions{})
		})
	}
}
