package check_test

import (
	"strings"
	"testing"
	"time"

	"github.com/bacviz/bacviz/check"
	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// A rule is unknown if it depends on nodes that await reconnection whether it holds; and
// what they cannot change is not.
func TestNodesThatAwaitReconnectionMakeRulesUnknown(t *testing.T) {
	awaiting := func(n *cluster.Node) { n.Sightings[0].Connection = cluster.AwaitingReconnection }
	snap := snapshot(node("a"), node("b", awaiting), node("c", awaiting, heard(time.Hour)), node("d", disconnected, region("us")))
	for _, c := range []struct {
		rule  string
		want  check.Status
		found string
	}{
		{"nodes: {atLeast: 3}, state: connected", check.Unknown, "1 connected compute node, wanted at least 3 (2 more await reconnection)"},
		{"nodes: {atLeast: 4}, state: connected", check.Broken, "1 connected compute node, wanted at least 4"},
		{"nodes: {atLeast: 1}, state: connected", check.Holds, "1 connected compute node"},
		{"nodes: {atMost: 2}, state: connected", check.Unknown, "wanted at most 2"},
		{"nodes: 2, state: connected", check.Unknown, "wanted 2"},
		{"nodes: {atMost: 0}, state: disconnected, select: region=eu", check.Unknown, "0 disconnected compute nodes with region=eu"},
		{"nodes: {atMost: 0}, state: disconnected", check.Broken, "1 disconnected compute node"},
		{"nodes: {atMost: 0}, state: disconnected, select: region=none", check.Holds, "0 disconnected compute nodes"},
		{"nodes: 4", check.Holds, "4 compute nodes, wanted 4"},
		{"free: {gpu: 2}, state: connected", check.Unknown, "2 more await reconnection"},
		{"free: {gpu: 1}, state: connected", check.Holds, "1 GPU free"},
		{"silence: {atMost: 5m}, select: region=eu", check.Unknown, "1 more awaits reconnection"},
		{"silence: {atMost: 2h}", check.Holds, "heard from within 2h"},
		{"silence: {atMost: 10s}, select: region=us", check.Broken, "silent"},
	} {
		report := evaluate(snap, read(t, "rules:\n- {name: x, "+c.rule+"}"), clustertest.Epoch)
		if r := report.Results[0]; r.Status != c.want || !strings.Contains(r.Found, c.found) {
			t.Errorf("%s: %s: %s; want %s: %s", c.rule, r.Status, r.Found, c.want, c.found)
		}
	}
}
