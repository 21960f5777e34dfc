package check_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bacviz/bacviz/check"
	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/golden"
	"github.com/bacviz/bacviz/internal/interrupt/interrupttest"
	"github.com/bacviz/bacviz/internal/junit/junittest"
)

func read(t testing.TB, text string) check.Rules {
	t.Helper()
	rules, err := check.Read(strings.NewReader(text), "shape.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// node is a connected compute node with load and a heartbeat a minute ago.
func node(id string, change ...func(*cluster.Node)) cluster.Node {
	n := cluster.Node{
		ID: id, Type: cluster.Compute, Version: "v1.9.3", Engines: []string{"docker"},
		Labels: map[string]string{"region": "eu"},
		Max:    cluster.Resources{CPU: 8, Memory: 32 << 30, Disk: 1 << 40, GPU: 1}, Available: cluster.Resources{CPU: 2.1, Memory: 8 << 30, Disk: 1 << 39, GPU: 1},
		Sightings: []cluster.Sighting{{Connection: cluster.Connected, Membership: cluster.Approved, LastHeartbeat: clustertest.Epoch.Add(-time.Minute)}},
	}
	for _, c := range change {
		c(&n)
	}
	return n
}

func disconnected(n *cluster.Node) { n.Sightings[0].Connection = cluster.Disconnected }
func pending(n *cluster.Node)      { n.Sightings[0].Membership = cluster.Pending }
func loadless(n *cluster.Node) {
	n.Available = cluster.Resources{}
	n.Sightings[0].LastHeartbeat = time.Time{}
}
func version(v string) func(*cluster.Node) { return func(n *cluster.Node) { n.Version = v } }
func region(v string) func(*cluster.Node) {
	return func(n *cluster.Node) { n.Labels = map[string]string{"region": v} }
}
func heard(before time.Duration) func(*cluster.Node) {
	return func(n *cluster.Node) { n.Sightings[0].LastHeartbeat = clustertest.Epoch.Add(-before) }
}

func snapshot(nodes ...cluster.Node) cluster.Snapshot {
	hub := node("hub", func(n *cluster.Node) { n.Type, n.Engines, n.Available = cluster.Requester, nil, cluster.Resources{} })
	return cluster.Merge(cluster.List{Orchestrator: "hub", Nodes: append(nodes, hub)})
}

func TestEvaluate(t *testing.T) {
	two := snapshot(node("a"), node("b", region("us")))
	oneDown := snapshot(node("a"), node("b", disconnected))
	noLoad := snapshot(node("a", loadless), node("b", loadless))
	for _, c := range []struct {
		name, rule string
		snap       cluster.Snapshot
		want       check.Status
		found      string
	}{
		{"at least", "nodes: {atLeast: 2}", two, check.Holds, "2 compute nodes, wanted at least 2"},
		{"at least, too few", "nodes: {atLeast: 3}", two, check.Broken, "2 compute nodes, wanted at least 3"},
		{"at most", "nodes: {atMost: 2}", two, check.Holds, "at most 2"},
		{"at most, too many", "nodes: {atMost: 1}", two, check.Broken, "at most 1"},
		{"exactly", "nodes: {exactly: 2}", two, check.Holds, "wanted 2"},
		{"a number alone", "nodes: 3", two, check.Broken, "wanted 3"},
		{"a range", "nodes: {atLeast: 1, atMost: 3}", two, check.Holds, "1 to 3"},
		{"by label", "{select: region=eu, nodes: 1}", two, check.Holds, "1 compute node with region=eu, wanted 1"},
		{"by set of labels", `{select: "region in (eu,us),!gone", nodes: 2}`, two, check.Holds, "2 compute nodes"},
		{"by state", "{state: connected, nodes: {atLeast: 2}}", oneDown, check.Broken, "1 connected compute node, wanted"},
		{"by the other state", "{state: disconnected, nodes: 1}", oneDown, check.Holds, "1 disconnected"},
		{"by membership", "{membership: pending, nodes: 1}", snapshot(node("a", pending), node("b")), check.Holds, "1 pending compute node"},
		{"no nodes", "nodes: {atLeast: 1}", snapshot(), check.Broken, "0 compute nodes"},
		{"none pending", "pending: 0", two, check.Holds, "0 pending nodes"},
		{"one pending", "pending: 0", snapshot(node("a", pending)), check.Broken, "1 pending node, wanted 0"},
		{"one requester", "requesters: 1", two, check.Holds, "1 requester"},
		{"a ghost", "requesters: 1", cluster.Merge(cluster.List{Orchestrator: "hub", Nodes: []cluster.Node{{ID: "old", Type: cluster.Requester}}}), check.Broken, "2 requesters"},
		{"no requester named", "requesters: 1", cluster.Merge(cluster.List{Nodes: []cluster.Node{node("a")}}), check.Unknown, "lists no requester"},
		{"a hybrid answers", "requesters: 1", cluster.Merge(cluster.List{Orchestrator: "a", Nodes: []cluster.Node{node("a")}}), check.Holds, "1 requester"},
		{"all are listed", "listed: {atLeast: 3}", two, check.Holds, "3 listed nodes, wanted at least 3"},
		{"an orchestrator that is not listed", "listed: 1", cluster.Merge(cluster.List{Orchestrator: "hub"}), check.Broken, "0 listed nodes, wanted 1"},
		{"same versions", "versions: {withinMinors: 0}", two, check.Holds, "v1.9.3"},
		{"a minor apart", "versions: {withinMinors: 1}", snapshot(node("a", version("v1.8.0"))), check.Holds, "v1.8.0 to v1.9.3"},
		{"a patch apart", "versions: {withinMinors: 0}", snapshot(node("a", version("v1.9.2")), node("b")), check.Holds, "v1.9.2 to v1.9.3"},
		{"two minors apart", "versions: {withinMinors: 1}", snapshot(node("a", version("1.7.9"))), check.Broken, "1.7.9 to v1.9.3, wanted at most 1 minor version apart"},
		{"ten is after nine", "versions: {withinMinors: 1}", snapshot(node("a", version("v1.10.0-rc1"))), check.Holds, "v1.9.3 to v1.10.0-rc1"},
		{"majors apart", "versions: {withinMinors: 9}", snapshot(node("a", version("v2.9.0"))), check.Broken, "v1.9.3 to v2.9.0"},
		{"a blank version is unknown, not different", "versions: {withinMinors: 0}", snapshot(node("a", version(""))), check.Holds, "v1.9.3; 1 node has no version"},
		{"blank versions alone", "{select: region=us, versions: {withinMinors: 0}}", snapshot(node("a", version(""), region("us"))), check.Unknown, "has a version"},
		{"no version at all", "versions: {withinMinors: 0}", snapshot(node("a", version("main"))), check.Unknown, "1 node has a version that cannot be compared"},
		{"free", "free: {cpu: 4.2, memory: 16GiB, disk: 1TiB, gpu: 2}", two, check.Holds, "4.2 CPU free"},
		{"too little free", "free: {cpu: 4.3}", two, check.Broken, "4.2 CPU free, wanted at least 4.3 CPU"},
		{"too little memory free", "free: {memory: 17 GiB}", two, check.Broken, "16 GiB of memory free"},
		{"free, one down", "free: {cpu: 1}", oneDown, check.Unknown, "for 1 of 2 compute nodes (add state: connected to leave out"},
		{"free, one down, one without load", "free: {cpu: 1}", snapshot(node("a", loadless), node("b", disconnected)), check.Unknown, "unknown for 2 of 2 compute nodes"},
		{"free of the connected", "{state: connected, free: {cpu: 1}}", oneDown, check.Holds, "1 connected compute node: 2.1 CPU free"},
		{"free without load", "{state: connected, free: {cpu: 1}}", noLoad, check.Unknown, "for 2 of 2 connected compute nodes"},
		{"free of nothing", "{select: region=mars, free: {cpu: 1}}", two, check.Broken, "0 compute nodes with region=mars: 0 CPU"},
		{"heard from", "silence: {atMost: 1m}", two, check.Holds, "2 compute nodes heard from within 1m"},
		{"silent", "silence: {atMost: 59s}", two, check.Broken, "2 compute nodes silent for longer than 59s, the longest for 1m"},
		{"one silent, one unknown", "silence: {atMost: 5m}", snapshot(node("a", heard(time.Hour)), node("b", loadless)), check.Broken, "1 compute node silent for longer than 5m, the longest for 1h"},
		{"silent for months", "silence: {atMost: 5m}", snapshot(node("a", heard(7639*time.Hour))), check.Broken, "the longest for 318 days"},
		{"one heard, one unknown", "silence: {atMost: 5m}", snapshot(node("a"), node("b", loadless)), check.Unknown, "1 compute node"},
		{"silence without heartbeats", "silence: {atMost: 5m}", noLoad, check.Unknown, "no usable heartbeat time for 2 compute nodes: it is missing"},
		{"an orchestrator that answers", "silence: {atMost: 5m}", cluster.Merge(cluster.List{Orchestrator: "a", Nodes: []cluster.Node{node("a", loadless)}}), check.Holds, "1 compute node heard from"},
		{"an orchestrator that answered once", "silence: {atMost: 5m}",
			cluster.Merge(cluster.List{Orchestrator: "a", Nodes: []cluster.Node{node("a", loadless, func(n *cluster.Node) { n.LoadUnknown = true })}}), check.Unknown, "no usable heartbeat time for 1 compute node: it is missing"},
		{"heard from tomorrow", "silence: {atMost: 5m}", snapshot(node("a", heard(-time.Hour))), check.Unknown, "in the future because clocks differ"},
		{"silence of nobody", "silence: {atMost: 5m}", snapshot(), check.Unknown, "no compute node that could send a heartbeat"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := "rules: [{name: x, " + strings.TrimPrefix(strings.TrimSuffix(c.rule, "}"), "{")
			if strings.HasPrefix(c.rule, "{") {
				text += "}]"
			} else {
				text = "rules:\n- name: x\n  " + c.rule
			}
			report := evaluate(c.snap, read(t, text), clustertest.Epoch)
			if r := report.Results[0]; r.Status != c.want || !strings.Contains(r.Found, c.found) || report.Status() != c.want {
				t.Errorf("%s: %s; want %s: %s", r.Status, r.Found, c.want, c.found)
			}
		})
	}
}

// Bacalhau v1.4 sends no heartbeats, leaves versions blank, and lists its own
// requester as disconnected.
func TestCaptures(t *testing.T) {
	rules := read(t, `rules:
- {name: silence, silence: {atMost: 100000h}}
- {name: versions, versions: {withinMinors: 0}}
- {name: requesters, requesters: 1}
- {name: free, state: connected, free: {cpu: 0.1}}`)
	for version, want := range map[string]string{"v1.4.0": "unknown holds holds holds", "v1.9.3": "holds holds holds holds"} {
		var got []string
		for _, r := range evaluate(captured(t, version), rules, clustertest.Epoch.AddDate(1, 0, 0)).Results {
			got = append(got, string(r.Status))
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s: %s, want %s", version, s, want)
		}
	}
}

func captured(t *testing.T, version string) cluster.Snapshot {
	answer, err := clustertest.Load(version, "nodes")
	if err != nil {
		t.Fatal(err)
	}
	list, err := fetch.Stream{Reader: bytes.NewReader(answer.Body), Label: version}.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return cluster.Merge(list)
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "shape.yaml:1:1: no rules"},
		{"rules: []", "shape.yaml:1:8: no rules: the check would always pass"},
		{"rules: {}", "shape.yaml:1:8: rules must be a list, not a mapping"},
		{"[]", "shape.yaml:1:1: the file must be a mapping with rules, not a list"},
		{"rule: []", `shape.yaml:1:1: unknown field "rule" in the file (have rules)`},
		{"rules:\n  - name: [", "shape.yaml:2:11: invalid YAML: did not find expected node content"},
		{"rules:\n  - name: a\n    nodes: 3\n   bad: 4\n", "shape.yaml:4:4: invalid YAML: "},
		{"\tx", "shape.yaml:1:1: invalid YAML: found character"},
		{"rules: [{name: a, nodes: 1}]\n---\nrules: []", "shape.yaml:2:1: a second YAML document"},
		{"rules:\n- nodes: 1", "shape.yaml:2:3: a rule without a name"},
		{"rules:\n- name: a", `shape.yaml:2:3: rule "a" checks nothing: it needs one of`},
		{"rules:\n- name: a\n  nodez: 1", `shape.yaml:3:3: unknown field "nodez" in a rule (have name, message, select`},
		{"rules:\n- name: a\n  nodes: {min: 1}", `shape.yaml:3:11: unknown field "min" in nodes (have atLeast, atMost, exactly)`},
		{"rules:\n- name: a\n  nodes: 1\n  nodes: 2", "shape.yaml:4:3: field nodes is given twice"},
		{"rules:\n- name: a\n  nodes: 1\n  pending: 0", "shape.yaml:4:3: a rule about nodes and about pending"},
		{"rules:\n- name: a\n  nodes: {atLeast: 3, atMost: 2}", "shape.yaml:3:20: atLeast 3 contradicts atMost 2"},
		{"rules:\n- name: a\n  nodes: {atLeast: 3, exactly: 3}", "shape.yaml:3:23: exactly cannot be combined with"},
		{"rules:\n- name: a\n  nodes: {}", "shape.yaml:3:10: nodes needs atLeast"},
		{"rules:\n- name: a\n  nodes: -1", `shape.yaml:3:10: nodes must be a whole number from 0 to 1000000000, not "-1"`},
		{"rules:\n- name: a\n  nodes: {atLeast: '3'}", `shape.yaml:3:20: atLeast must be a whole number`},
		{"rules:\n- name: a\n  nodes:", "shape.yaml:3:9: nodes must be a mapping with atLeast, atMost, exactly, not nothing"},
		{"rules:\n- {name: a, nodes: 1}\n- {name: a, nodes: 1}", `shape.yaml:3:3: a second rule named "a" (the first is in line 2)`},
		{"rules:\n- {name: a, nodes: {atLeast: 5}}\n- {name: b, nodes: {atMost: 4}}", `shape.yaml:3:3: rule "b" (at most 4) contradicts rule "a" (at least 5) in line 2`},
		{"rules:\n- {name: a, nodes: {atMost: 4}}\n- {name: b, state: connected, select: x=y, nodes: 5}", `contradicts rule "a"`},
		{"rules:\n- {name: a, select: 'b=c,a=b', nodes: 4}\n- {name: b, select: 'a=b, b=c', nodes: 5}", `contradicts rule "a"`},
		{"rules:\n- {name: a, select: region=eu, nodes: {atLeast: 5}}\n- {name: b, select: region in (eu), nodes: {atMost: 2}}", `shape.yaml:3:3: rule "b" (at most 2) contradicts rule "a" (at least 5) in line 2`},
		{"rules:\n- {name: a, select: 'gpu,region in (us,eu)', nodes: 2}\n- {name: b, select: 'region in (eu,us)', nodes: 1}", `contradicts rule "a"`},
		{"rules:\n- {name: a, select: region=eu, nodes: 2}\n- {name: b, select: 'region, region!=us', nodes: 1}", `contradicts rule "a"`},
		{"rules:\n- {name: a, select: '!gpu,cpu>3', nodes: 2}\n- {name: b, select: 'cpu, gpu notin (t4)', nodes: 1}", `contradicts rule "a"`},
		{"rules:\n- {name: a, select: 'region notin (eu,us)', nodes: 2}\n- {name: b, select: region!=us, nodes: 1}", `contradicts rule "a"`},
		{"rules:\n- {name: a, pending: 0}\n- {name: b, membership: pending, nodes: {atLeast: 1}}", `shape.yaml:3:3: rule "b" (at least 1) contradicts rule "a" (exactly 0) in line 2`},
		{"rules:\n- {name: a, nodes: {atLeast: 9}}\n- {name: b, listed: {atMost: 3}}", `shape.yaml:3:3: rule "b" (at most 3) contradicts rule "a" (at least 9) in line 2`},
		{"rules:\n- {name: a, pending: 9}\n- {name: b, listed: {atMost: 3}}", `contradicts rule "a"`},
		{"rules:\n- {name: a, nodes: 0}\n- {name: b, state: connected, free: {cpu: 1}}", `rule "b" (at least 1 for free) contradicts rule "a" (exactly 0)`},
		{"rules:\n- {name: a, listed: 0}\n- {name: b, versions: {withinMinors: 1}}", `rule "b" (at least 1 for versions) contradicts rule "a"`},
		{"rules:\n- {name: a, select: cpu>5, nodes: 2}\n- {name: b, select: cpu>3, nodes: 1}", `contradicts rule "a"`},
		{"rules:\n- {name: a, select: cpu<3, nodes: 2}\n- {name: b, select: cpu<5, nodes: 1}", `contradicts rule "a"`},
		{"rules:\n- {name: a, select: cpu>5, nodes: 3}\n- {name: c, nodes: {atMost: 5}}\n- {name: b, select: cpu<3, nodes: {atLeast: 3}}",
			`shape.yaml:3:3: rule "c" (at most 5) contradicts rule "a" (exactly 3) in line 2 and rule "b" (at least 3) in line 4 together, which are about different nodes`},
		{"rules:\n- {name: a, select: cpu>5, nodes: 3}\n- {name: b, select: cpu<7, nodes: 3}\n- {name: d, select: cpu<4, nodes: 3}\n- {name: c, nodes: {atMost: 5}}", `(exactly 3) in line 4 together`},
		{"rules:\n- {name: a, state: connected, nodes: 3}\n- {name: b, state: disconnected, nodes: 3}\n- {name: c, listed: 5}", `contradicts rule "a"`},
		{"rules:\n- {name: a, membership: approved, nodes: 3}\n- {name: b, pending: 3}\n- {name: c, listed: 5}", `contradicts rule "a"`},
		{"rules:\n- {name: a, select: z=a, nodes: 2}\n- {name: b, select: z=b, nodes: 2}\n- {name: c, select: z=c, nodes: 2}\n- {name: d, select: z, nodes: 5}", `in line 3 and 1 other together`},
		{"rules:\n- {name: a, select: region=eu, nodes: {atMost: 2}}\n- {name: b, select: region=us, nodes: {atMost: 3}}\n- {name: c, select: 'region in (eu,us)', nodes: {atLeast: 6}}",
			`shape.yaml:4:3: rule "c" (at least 6) contradicts rule "a" (at most 2) in line 2 and rule "b" (at most 3) in line 3 together, which count all its nodes`},
		{
			"rules:\n- {name: a, pending: 4}\n- {name: b, nodes: {atMost: 2}}\n- {name: c, requesters: 1}",
			`shape.yaml:2:3: rule "a" (exactly 4) contradicts rule "b" (at most 2) in line 3 and rule "c" (exactly 1) in line 4 together, which count all its nodes`,
		},
		{"rules:\n- {name: a, listed: 4}\n- {name: b, nodes: {atMost: 2}}\n- {name: c, requesters: 1}", `contradicts rule "b"`},
		{"rules:\n- {name: a, select: gpu, pending: 4}\n- {name: b, membership: pending, nodes: {atMost: 2}}\n- {name: c, requesters: 1}", `contradicts rule "b"`},
		{"rules:\n- {name: a, select: gpu, nodes: {atMost: 2}}\n- {name: b, select: '!gpu', nodes: {atMost: 3}}\n- {name: c, nodes: 6}", `contradicts rule "a"`},
		{"rules:\n- {name: a, select: region=eu, nodes: {atMost: 2}}\n- {name: b, select: region!=eu, nodes: {atMost: 3}}\n- {name: c, state: connected, nodes: 6}", `contradicts rule "a"`},
		{"rules:\n- {name: a, state: connected, nodes: {atMost: 2}}\n- {name: b, state: disconnected, nodes: {atMost: 3}}\n- {name: c, nodes: 6}", `contradicts rule "a"`},
		{"rules:\n- {name: a, select: z=a, nodes: {atMost: 1}}\n- {name: b, select: z=b, nodes: {atMost: 1}}\n- {name: c, select: 'z notin (a,b)', nodes: {atMost: 1}}\n- {name: d, nodes: {atLeast: 4}}", `in line 3 and 1 other together`},
		{"rules:\n- name: a\n  select: cpu>5,cpu<3\n  nodes: {atLeast: 1}", "shape.yaml:3:11: select matches no node, because no value of cpu meets all of it: the rule would never hold"},
		{"rules:\n- name: a\n  select: cpu>5,cpu<6\n  pending: 0", "no value of cpu meets all of it: the rule would always pass"},
		{"rules:\n- name: a\n  select: region=x,region=y\n  nodes: {atLeast: 1}", "shape.yaml:3:11: select matches no node, because no value of region meets all of it: the rule would never hold"},
		{"rules:\n- name: a\n  select: region=x,!region\n  silence: {atMost: 1m}", "would never hold"},
		{"rules:\n- name: a\n  select: cpu in (3,4),cpu>4\n  pending: 0", "no value of cpu meets all of it: the rule would always pass"},
		{"rules:\n- name: a\n  requesters: 0", "shape.yaml:3:15: a rule that wants no requesters can never hold: that a source lists none does not mean that there is none"},
		{"rules:\n- name: a\n  requesters: {atMost: 0}", "shape.yaml:3:15: a rule that wants no requesters can never hold"},
		{"rules:\n- name: a\n  nodes: {atLeast: 0}", "shape.yaml:3:20: atLeast 0 is no limit: the rule would always pass"},
		{"rules:\n- name: a\n  listed: {atLeast: 0}", "shape.yaml:3:21: atLeast 0 is no limit"},
		{"rules:\n- name: a\n  select: a==b==c\n  nodes: 1", "shape.yaml:3:11: not a label selector: "},
		{"rules:\n- name: a\n  state: awaiting-reconnection\n  nodes: 1", "shape.yaml:3:10: a rule cannot ask for awaiting-reconnection"},
		{"<!DOCTYPE html>\n<html>", "shape.yaml:1:1: not rules in YAML, but HTML or XML"},
		{"rules:\n- name: a\n  state: gone\n  nodes: 1", `shape.yaml:3:10: unknown state "gone" (have connected, disconnected)`},
		{"rules:\n- name: a\n  membership: maybe\n  nodes: 1", `unknown membership "maybe" (have approved, pending, rejected)`},
		{"rules:\n- name: a\n  state: connected\n  requesters: 1", "shape.yaml:3:3: state cannot be combined with requesters"},
		{"rules:\n- name: a\n  state: disconnected\n  free: {cpu: 1}", "the free capacity of a disconnected node is unknown"},
		{"rules:\n- name: a\n  free: {}", "free needs"},
		{"rules:\n- name: a\n  free: {cpu: -1}", `shape.yaml:3:15: "-1" is not a number of cores`},
		{"rules:\n- name: a\n  free: {cpu: .inf}", "is not a number of cores"},
		{"rules:\n- name: a\n  free: {memory: lots}", `"lots" is not an amount such as 64GiB`},
		{"rules:\n- name: a\n  silence: {atMost: 5}", `shape.yaml:3:21: "5" is not a duration such as 90s or 5m`},
		{"rules:\n- name: a\n  silence: 5m", `silence must be a mapping with atMost, not "5m"`},
		{"rules:\n- name: a\n  versions: {}", "versions needs withinMinors"},
		{"rules: &a\n- *a", "must be a mapping"},
		{strings.Repeat(" ", 1<<20+1), "larger than"},
	} {
		_, err := check.Read(strings.NewReader(c.text), "shape.yaml")
		var where *check.RuleError
		if err == nil || !strings.Contains(err.Error(), c.want) || !errors.As(err, &where) {
			t.Errorf("%q: %v, want %s", c.text[:min(len(c.text), 80)], err, c.want)
		}
	}
}

// The shape passes the rules that Init prints, and the loss of any one node breaks
// them, without a rule that cannot be evaluated.
func TestInitPassesAndALostPendingOrRejectedNodeBreaksIt(t *testing.T) {
	networks := map[string]cluster.Snapshot{"captured v1.4.0": captured(t, "v1.4.0"), "captured v1.9.3": captured(t, "v1.9.3")}
	for seed := range uint64(40) {
		snap := cluster.Merge(clustertest.Cluster(seed, clustertest.Options{Nodes: int(seed % 9), Hubs: 1 + int(seed%3), Disconnected: 0.3, Pending: 0.2, Rejected: 0.2})...)
		switch seed % 4 {
		case 2: // as after a restart
			for i := range snap.Nodes {
				for j := range snap.Nodes[i].Sightings {
					snap.Nodes[i].Sightings[j].Connection = cluster.Disconnected
				}
			}
		case 3: // only one node has a version, as in Bacalhau v1.4
			for i := range snap.Nodes {
				if i != int(seed/4)%len(snap.Nodes) {
					snap.Nodes[i].Version = ""
				}
			}
		}
		networks[fmt.Sprintf("seed %d", seed)] = snap
	}
	for name, snap := range networks {
		var text bytes.Buffer
		if err := check.Init(&text, snap); err != nil {
			t.Fatal(err)
		}
		rules := read(t, text.String())
		if r := evaluate(snap, rules, clustertest.Epoch); r.Status() != check.Holds {
			t.Errorf("%s: %+v\n%s", name, r, &text)
		}
		for i := range snap.Nodes {
			if n := &snap.Nodes[i]; n.Computes() && n.Membership() == cluster.Approved {
				// One more pending or rejected node breaks them, too.
				for _, m := range []cluster.Membership{cluster.Pending, cluster.Rejected} {
					more := snap
					more.Nodes = slices.Clone(snap.Nodes)
					more.Nodes[i].Sightings = slices.Clone(n.Sightings)
					for j := range more.Nodes[i].Sightings {
						more.Nodes[i].Sightings[j].Membership = m
					}
					if r := evaluate(more, rules, clustertest.Epoch); r.Status() != check.Broken {
						t.Errorf("%s: with %s as %s: %s, want broken\n%s", name, n.ID, m, r.Status(), &text)
					}
				}
			}
			less := cluster.Snapshot{Nodes: slices.Delete(slices.Clone(snap.Nodes), i, i+1)}
			for _, id := range snap.Orchestrators {
				if id != snap.Nodes[i].ID {
					less.Orchestrators = append(less.Orchestrators, id)
				}
			}
			gone := cluster.Snapshot{Orchestrators: snap.Orchestrators, Nodes: less.Nodes} // its record alone
			if r := evaluate(gone, rules, clustertest.Epoch); r.Status() != check.Broken {
				t.Errorf("%s: without the record of %s: %s, want broken\n%s", name, snap.Nodes[i].ID, r.Status(), &text)
			}
			if len(less.Orchestrators) == 0 { // no list is left
				continue
			}
			if r := evaluate(less, rules, clustertest.Epoch); r.Status() != check.Broken {
				t.Errorf("%s: without %s: %s, want broken\n%s", name, snap.Nodes[i].ID, r.Status(), &text)
			}
		}
	}
}

// hostile returns a report with texts that each format has to escape.
func hostile(t testing.TB) check.Report {
	evil := "::error::x##[error]%0A\n</testcase>]]>\"'&<!--\x1b[31m\x00,a:b"
	n := node(evil, pending, version(evil), disconnected)
	rules := read(t, fmt.Sprintf(`rules:
- name: 'holds ###[stop-commands]x'
  nodes: {atLeast: 1}
- name: %q
  message: %q
  pending: 0
- {name: free, free: {gpu: 1}}
- {name: versions, versions: {withinMinors: 0}}
`, "a:b,c%\n::warning::##[]]>", "100%\r\n::set-output name=x::y <b>##[debug]"))
	rules.File = "dir/shape:1,%##[group].yaml"
	return evaluate(snapshot(n), rules, clustertest.Epoch)
}

func TestGoldens(t *testing.T) {
	for _, f := range check.Formats() {
		var out bytes.Buffer
		if err := check.Write(&out, hostile(t), f); err != nil {
			t.Fatal(err)
		}
		golden.Check(t, filepath.Join("testdata", "hostile."+f), out.Bytes())
		for i, line := range strings.Split(out.String(), "\n") {
			if strings.ContainsFunc(line, func(r rune) bool { return r < ' ' || r == 0x7f }) {
				t.Errorf("%s: control character in line %d: %q", f, i+1, line)
			}
			if strings.HasPrefix(strings.TrimSpace(line), "::") && (f != "github" || !strings.HasPrefix(line, "::error file=dir/shape%3A1%2C%25##\\x5bgroup].yaml,line=")) {
				t.Errorf("%s: a command in line %d: %q", f, i+1, line)
			}
			if f == "github" && strings.Contains(line, "##[") {
				t.Errorf("an older command in line %d: %q", i+1, line)
			}
		}
		switch f {
		case "json", "sarif":
			if !json.Valid(out.Bytes()) {
				t.Errorf("%s is not JSON", f)
			}
		case "junit":
			dec := xml.NewDecoder(&out)
			for {
				if _, err := dec.Token(); err == io.EOF {
					break
				} else if err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if err := check.Write(io.Discard, check.Report{}, "csv"); err == nil || err.Error() != `unknown format "csv" (have github, json, junit, sarif, txt)` {
		t.Error(err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("rules:\n- name: a\n  select: a=b\n  state: connected\n  nodes: {atLeast: 1, atMost: 3}\n")
	f.Add("rules: &a\n- *a\n- {name: b, free: {cpu: 1e3, memory: 1GiB}}")
	f.Add("rules: [{name: s, silence: {atMost: 5m}}, {name: v, versions: {withinMinors: 1}}]")
	f.Add("? [a]\n: b")
	snap := snapshot(node("a"))
	f.Fuzz(func(t *testing.T, text string) {
		rules, err := check.Read(strings.NewReader(text), "shape.yaml")
		if err != nil {
			var where *check.RuleError
			if !errors.As(err, &where) || where.Line < 1 || where.Column < 1 || strings.ContainsAny(err.Error(), "\n\x1b\x00") {
				t.Fatalf("%q", err)
			}
			return
		}
		report := evaluate(snap, rules, clustertest.Epoch)
		if len(report.Results) == 0 {
			t.Fatal("nothing was checked")
		}
		for _, format := range check.Formats() {
			if err := check.Write(io.Discard, report, format); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func Example() {
	rules, err := check.Read(strings.NewReader(`
rules:
  - name: three in eu
    message: page the on-call
    select: region=eu
    state: connected
    nodes: {atLeast: 3}
`), "shape.yaml")
	if err != nil {
		fmt.Println(err)
		return
	}
	report := evaluate(snapshot(node("a"), node("b")), rules, time.Now())
	if err := check.Write(os.Stdout, report, "txt"); err != nil {
		fmt.Println(err)
	}
	// Output:
	// broken   three in eu: 2 connected compute nodes with region=eu, wanted at least 3
	//          message: page the on-call
	// 1 rule is broken
}

// What leaves results in doubt stands in a report in which all rules hold, too.
func TestJUnitOfRulesThatHoldHasTheWarning(t *testing.T) {
	report := evaluate(snapshot(node("a")), read(t, "rules:\n- {name: a, nodes: {atLeast: 1}}"), time.Now())
	report.Warning = "nothing tells"
	var b strings.Builder
	if err := check.Write(&b, report, "junit"); err != nil || report.Status() != check.Holds || !strings.Contains(b.String(), "wanted at least 1&#xA;warning: nothing tells</system-out>") {
		t.Errorf("%v: %s", err, b.String())
	}
	junittest.Check(t, []byte(b.String()))
}

// The summary counts only what there is to tell apart.
func TestSummaryOfRules(t *testing.T) {
	const holds, broken, unknown = check.Holds, check.Broken, check.Unknown
	for want, all := range map[string][]check.Status{
		"1 rule holds": {holds}, "1 rule is broken": {broken}, "1 rule cannot be evaluated": {unknown},
		"2 rules hold": {holds, holds}, "2 rules are broken": {broken, broken},
		"2 rules: 1 holds, 1 is broken": {broken, holds}, "3 rules: 2 are broken, 1 cannot be evaluated": {broken, unknown, broken},
		"3 rules: 2 hold, 1 cannot be evaluated": {holds, holds, unknown},
	} {
		var report check.Report
		for _, s := range all {
			report.Results = append(report.Results, check.Result{Status: s})
		}
		var b strings.Builder
		if err := check.Write(&b, report, "txt"); err != nil || !strings.HasSuffix(b.String(), "\n"+want+"\n") {
			t.Errorf("%v: %q, want %s", err, b.String(), want)
		}
	}
}

// evaluate is [check.Evaluate] without a time limit.
func evaluate(snap cluster.Snapshot, rules check.Rules, now time.Time) check.Report {
	report, err := check.Evaluate(context.Background(), snap, rules, now)
	if err != nil {
		panic(err)
	}
	return report
}

func TestEvaluateEndsWithItsContext(t *testing.T) {
	rules := read(t, "rules:\n- {name: a, nodes: {atLeast: 1}}\n- {name: b, nodes: {atLeast: 1}}")
	interrupttest.EachLook(t, 2, func(ctx context.Context) error {
		_, err := check.Evaluate(ctx, snapshot(node("a")), rules, clustertest.Epoch)
		return err
	})
}
