package check_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/check"
	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// Rules that some network passes are accepted, even if they look like a contradiction.
func TestRulesThatGoTogether(t *testing.T) {
	for _, text := range []string{
		"{name: a, select: region=eu, nodes: 5}\n- {name: b, select: region=us, nodes: 2}",
		"{name: a, nodes: 5}\n- {name: b, select: region=eu, nodes: {atMost: 2}}",
		"{name: a, select: region, nodes: 5}\n- {name: b, select: region=eu, nodes: 2}",
		"{name: a, select: 'region in (eu,us)', nodes: 5}\n- {name: b, select: region=eu, nodes: 2}",
		"{name: a, select: region!=eu, nodes: 5}\n- {name: b, select: region, nodes: 2}",
		"{name: a, select: region!=eu, nodes: 5}\n- {name: b, select: 'region notin (eu,us)', nodes: 2}",
		"{name: a, select: cpu>3, nodes: 5}\n- {name: b, select: cpu>4, nodes: 2}",
		"{name: a, select: cpu>3, nodes: 5}\n- {name: b, select: cpu<3, nodes: 2}",
		"{name: a, select: region=eu, nodes: 5}\n- {name: b, select: '!region', nodes: 2}",
		"{name: a, state: connected, nodes: 5}\n- {name: b, state: disconnected, nodes: 2}",
		"{name: a, membership: approved, nodes: 5}\n- {name: b, pending: 0}",
		"{name: a, pending: 5}\n- {name: b, membership: pending, nodes: 0}", // they may all be requesters
		"{name: a, pending: 4}\n- {name: b, nodes: {atMost: 3}}\n- {name: c, requesters: 1}",
		"{name: a, pending: 4}\n- {name: b, membership: approved, nodes: 0}\n- {name: c, requesters: 1}",
		"{name: a, listed: 4}\n- {name: b, state: connected, nodes: 0}\n- {name: c, requesters: 1}",
		"{name: a, requesters: 3}\n- {name: b, listed: 0}", // and those that answer need not be listed
		"{name: a, requesters: 3}\n- {name: b, nodes: 0}",
		"{name: a, versions: {withinMinors: 1}}\n- {name: b, nodes: 0}",
		"{name: a, nodes: 0}\n- {name: b, listed: 3}",
		"{name: a, nodes: {atLeast: 0, atMost: 3}}",
		"{name: a, select: 'region in (eu,us),region!=us', nodes: 1}",
		"{name: a, select: 'cpu>5,cpu<7', nodes: 1}",
		"{name: a, select: cpu>3, nodes: 5}\n- {name: b, select: cpu<5, nodes: 5}\n- {name: c, nodes: 9}", // some have 4
		"{name: a, select: region=eu, nodes: 5}\n- {name: b, select: region=us, nodes: 5}\n- {name: c, nodes: 10}",
		"{name: a, select: region=eu, nodes: 5}\n- {name: b, select: zone=a, nodes: 5}\n- {name: c, nodes: 9}", // they may be the same
		"{name: a, state: connected, nodes: 5}\n- {name: b, membership: pending, nodes: 5}\n- {name: c, nodes: 5}",
		"{name: a, select: region=eu, nodes: {atMost: 2}}\n- {name: b, select: region=us, nodes: {atMost: 3}}\n- {name: c, select: 'region in (eu,us)', nodes: 5}",
		"{name: a, select: region=eu, nodes: {atMost: 2}}\n- {name: b, select: region=us, nodes: {atMost: 3}}\n- {name: c, nodes: 6}",
		"{name: a, select: 'region in (a,b)', nodes: {atMost: 2}}\n- {name: b, select: 'region in (b,c)', nodes: {atMost: 2}}\n- {name: c, select: 'region in (a,b,c)', nodes: 4}",
		"{name: a, membership: approved, nodes: {atMost: 2}}\n- {name: b, membership: pending, nodes: {atMost: 2}}\n- {name: c, nodes: 6}", // some are rejected
		"{name: a, select: region=eu, pending: 5}\n- {name: b, select: region=us, pending: 5}\n- {name: c, nodes: 9}",                      // they may be requesters
	} {
		read(t, "rules:\n- "+text)
	}
}

// No network passes two rules that are refused together, of many networks that differ
// in everything that rules ask for.
func TestRefusedRulesNoNetworkPasses(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	pick := func(words ...string) string { return words[rng.IntN(len(words))] }
	var networks []cluster.Snapshot
	for range 300 {
		list := cluster.List{Orchestrator: "hub"}
		for i := range rng.IntN(5) {
			n := node(fmt.Sprint("n", i), version(pick("", "v1.9.3")), region(pick("1", "2", "3")))
			n.Type = cluster.Type(pick(string(cluster.Compute), string(cluster.Compute), string(cluster.Requester)))
			n.Sightings[0].Connection = cluster.Connection(pick(string(cluster.Connected), string(cluster.Disconnected)))
			n.Sightings[0].Membership = cluster.Membership(pick(string(cluster.Approved), string(cluster.Pending), string(cluster.Rejected)))
			if rng.IntN(3) == 0 {
				n.Labels = nil
			}
			if n.Type == cluster.Requester {
				n.Engines = nil
			}
			if i > 0 && rng.IntN(2) == 0 { // for several alike
				n = list.Nodes[i-1]
				n.ID += "x"
			}
			list.Nodes = append(list.Nodes, n)
		}
		networks = append(networks, cluster.Merge(list))
	}
	var rules []string
	var passes [][]bool
	for len(rules) < 120 {
		about := pick("nodes", "nodes", "nodes", "pending", "listed", "requesters", "versions", "free", "silence")
		rule := about + ": " + pick("0", "1", "2", "{atLeast: 1}", "{atLeast: 2}", "{atMost: 1}", "{atMost: 2}")
		switch about {
		case "versions":
			rule = "versions: {withinMinors: 1}"
		case "free":
			rule = "free: {cpu: 1}"
		case "silence":
			rule = "silence: {atMost: 5m}"
		}
		if about != "listed" && about != "requesters" {
			rule += pick("", ", select: '"+pick("region=1", "region!=1", "region", "!region", "region in (1,2)", "region notin (1,2)", "region in (1)", "region>1", "region<3", "region>1,region!=3")+"'")
			if about != "pending" {
				rule += pick("", ", state: connected", ", state: disconnected") + pick("", ", membership: pending", ", membership: approved")
			}
		}
		alone, err := check.Read(strings.NewReader("rules: [{name: a, "+rule+"}]"), "shape.yaml")
		if err != nil {
			continue
		}
		holds := make([]bool, len(networks))
		for i := range networks {
			r := evaluate(networks[i], alone, clustertest.Epoch)
			holds[i] = r.Status() == check.Holds
		}
		rules, passes = append(rules, rule), append(passes, holds)
	}
	refused := 0
	for i := range rules {
		for j := range i {
			if _, err := check.Read(strings.NewReader("rules: [{name: a, "+rules[i]+"}, {name: b, "+rules[j]+"}]"), "shape.yaml"); err == nil {
				continue
			}
			refused++
			for k := range networks {
				if passes[i][k] && passes[j][k] {
					t.Fatalf("%s and %s are refused; %+v passes both", rules[i], rules[j], networks[k])
				}
			}
		}
	}
	if refused < 100 {
		t.Errorf("%d pairs are refused, of a list that has hundreds", refused)
	}
	three := 0
	for range 4000 {
		i, j, k := rng.IntN(len(rules)), rng.IntN(len(rules)), rng.IntN(len(rules))
		text := "rules: [{name: a, " + rules[i] + "}, {name: b, " + rules[j] + "}, {name: c, " + rules[k] + "}]"
		if _, err := check.Read(strings.NewReader(text), "shape.yaml"); err == nil || !strings.Contains(err.Error(), "together") {
			continue
		}
		three++
		for n := range networks {
			if passes[i][n] && passes[j][n] && passes[k][n] {
				t.Fatalf("%s is refused; %+v passes it", text, networks[n])
			}
		}
	}
	if three < 10 {
		t.Errorf("%d of 4000 sets of three are refused", three)
	}
}
