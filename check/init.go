package check

import (
	"fmt"
	"io"
	"strings"

	"github.com/bacviz/bacviz/cluster"
)

// Init writes rules that the snapshot passes and that the loss of a node breaks:
// of one that is connected, or of any. What the snapshot does not tell gets no
// rule, nor what it would not tell without some one node, for a loss is to be
// [Broken] and not [Unknown]. Load and heartbeats get none either, for they change
// by themselves; the file says how to ask for them.
func Init(w io.Writer, snap cluster.Snapshot) error {
	var b strings.Builder
	b.WriteString("# The shape of a Bacalhau network. Hold it with: bacviz check SOURCE --rules FILE\nrules:\n")
	rule := func(name, message string, about ...string) {
		fmt.Fprintf(&b, "  - name: %s\n    message: %s\n", name, message)
		for _, line := range about {
			b.WriteString("    " + line + "\n")
		}
	}
	e := evaluation{snap: &snap, rule: &Rule{Subject: Versions, Minors: 1}}
	all, connected, versions := 0, 0, 0
	for i := range snap.Nodes {
		n := &snap.Nodes[i]
		if n.Version != "" {
			versions++
		}
		if !n.Computes() {
			continue
		}
		all++
		if e.connected(n) {
			connected++
		}
	}
	if connected > 0 {
		rule("no connected node is lost", "look for the compute nodes that do not answer",
			"state: connected", fmt.Sprintf("nodes: {atLeast: %d}", connected))
	}
	if all > connected {
		rule("no node is lost", "look for the compute nodes that are in the list no more", fmt.Sprintf("nodes: {atLeast: %d}", all))
	}
	if n := len(e.pending()); n == 0 {
		rule("no pending members", "approve or reject them", "pending: 0")
	} else {
		rule("no more pending members", "approve or reject them", fmt.Sprintf("pending: {atMost: %d}", n))
	}
	switch n := len(e.requesters()); {
	case n == 1:
		rule("one requester", "see whether one was added, renamed or lost", "requesters: 1")
	case n > 1:
		rule("the same number of requesters", "see whether one was added, renamed or lost", fmt.Sprintf("requesters: %d", n))
	}
	if len(snap.Nodes) > all {
		rule("no record is lost", "look for the nodes that are in the list no more, requesters too", fmt.Sprintf("listed: {atLeast: %d}", len(snap.Nodes)))
	}
	if versions > 1 && e.result().Status == Holds {
		rule("versions within one minor", "finish the upgrade", "versions: {withinMinors: 1}")
	}
	b.WriteString(`
# More that a rule can be about:
#
#   - name: enough in one region
#     select: region=eu-west-1
#     state: connected
#     nodes: {atLeast: 3, atMost: 10}
#   - name: room for a job        # not for a source without load
#     state: connected
#     free: {cpu: 8, memory: 32GiB, gpu: 1}
#   - name: no silent node        # not for one without heartbeats, nor Bacalhau v1.4
#     silence: {atMost: 5m}
`)
	_, err := io.WriteString(w, b.String())
	return err
}
