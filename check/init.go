package check

import (
	"fmt"
	"io"
	"strings"

	"github.com/bacviz/bacviz/cluster"
)

// examples ends the rules that [Init] writes.
const examples = `
# More examples:
#
#   - name: enough in one region
#     select: region=eu-west-1
#     state: connected
#     nodes: {atLeast: 3, atMost: 10}
#   - name: room for a job        # needs a source with load
#     state: connected
#     free: {cpu: 8, memory: 32GiB, gpu: 1}
#   - name: no silent node        # needs heartbeats, which Bacalhau v1.4 does not send
#     silence: {atMost: 5m}
`

// Init writes rules that the snapshot passes, and that the loss of any one node breaks,
// or one more pending or rejected node. It leaves out whatever the snapshot does not contain, and whatever would
// be [Unknown] instead of [Broken] after the loss of some node. It also leaves out
// load and heartbeats, which change all the time; comments in the file show rules
// about them.
func Init(w io.Writer, snap cluster.Snapshot) error {
	var b strings.Builder
	b.WriteString("# The shape of a Bacalhau network. Check it with: bacviz check SOURCE --rules FILE\nrules:\n")
	rule := func(name, message string, lines ...string) {
		fmt.Fprintf(&b, "  - name: %s\n    message: %s\n", name, message)
		for _, line := range lines {
			b.WriteString("    " + line + "\n")
		}
	}
	e := evaluation{snap: &snap, rule: &Rule{Subject: Versions, Minors: 1}}
	all, connected, versions := countForInit(e)
	if connected > 0 {
		rule("no connected node is lost", "find the compute nodes that are no longer connected",
			"state: connected", fmt.Sprintf("nodes: {atLeast: %d}", connected))
	}
	if all > connected {
		rule("no node is lost", "find the compute nodes that are no longer listed", fmt.Sprintf("nodes: {atLeast: %d}", all))
	}
	if n := len(e.pending()); n == 0 {
		rule("no pending nodes", "approve or reject them", "pending: 0")
	} else {
		rule("no more pending nodes", "approve or reject them", fmt.Sprintf("pending: {atMost: %d}", n))
	}
	rejected, _ := evaluation{snap: &snap, rule: &Rule{Membership: cluster.Rejected}}.computeNodes()
	if n := len(rejected); n == 0 {
		rule("no rejected nodes", "find out who rejected them, and approve or remove them", "membership: rejected", "nodes: 0")
	} else {
		rule("no more rejected nodes", "find out who rejected them, and approve or remove them", "membership: rejected", fmt.Sprintf("nodes: {atMost: %d}", n))
	}
	switch n := len(e.requesters()); {
	case n == 1:
		rule("one requester", "find out whether one was added, renamed or lost", "requesters: 1")
	case n > 1:
		rule("the same number of requesters", "find out whether one was added, renamed or lost", fmt.Sprintf("requesters: %d", n))
	}
	if len(snap.Nodes) > all {
		rule("no node or requester is lost", "find the nodes that are no longer listed, requesters included", fmt.Sprintf("listed: {atLeast: %d}", len(snap.Nodes)))
	}
	if versions > 1 && e.result().Status == Holds {
		rule("versions within one minor", "finish the upgrade", "versions: {withinMinors: 1}")
	}
	b.WriteString(examples)
	_, err := io.WriteString(w, b.String())
	return err
}

// countForInit returns the number of compute nodes, of connected compute nodes, and
// of nodes of any role with a version.
func countForInit(e evaluation) (all, connected, versions int) {
	for i := range e.snap.Nodes {
		n := &e.snap.Nodes[i]
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
	return all, connected, versions
}
