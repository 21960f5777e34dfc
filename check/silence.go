package check

import (
	"fmt"
	"strings"
	"time"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
)

// silence compares the time since each node's last heartbeat with the rule's limit.
// An orchestrator that answered was heard from at that moment, but a snapshot
// without load does not say when that was. Of a node that awaits reconnection nothing
// tells whether it is silent.
func (e evaluation) silence() Result {
	var silent, unknown []string
	longest := time.Duration(0) // of the silent ones
	heard := 0
	nodes, awaiting := e.computeNodes()
	for _, n := range nodes {
		if e.answered(n) && !n.LoadUnknown {
			heard++
			continue
		}
		last := lastHeartbeat(n)
		gap := e.now.Sub(last)
		switch {
		case e.awaits(n) && gap > e.rule.AtMost: // its orchestrator could not have heard from it
			awaiting = append(awaiting, n.ID)
		case last.IsZero(), -gap > e.rule.AtMost: // in the future: one of the two clocks is wrong
			unknown = append(unknown, n.ID)
		case gap > e.rule.AtMost:
			silent = append(silent, n.ID)
			longest = max(longest, gap)
		default:
			heard++
		}
	}
	subject := func(n int) string { return display.Count(n, e.noun()) + e.withLabels() }
	limit := shortDuration(e.rule.AtMost)
	switch {
	case len(silent) > 0:
		return Result{Status: Broken, Nodes: silent, Found: fmt.Sprintf("%s silent for longer than %s, the longest for %s",
			subject(len(silent)), limit, roughly(longest))}
	case len(awaiting) > 0:
		return Result{Status: Unknown, Nodes: awaiting, Found: fmt.Sprintf("%s heard from within %s%s", subject(heard), limit, awaitingWords(len(awaiting)))}
	case len(unknown) > 0:
		return Result{Status: Unknown, Nodes: unknown, Found: "no usable heartbeat time for " + subject(len(unknown)) +
			": it is missing, or in the future because clocks differ"}
	case heard == 0:
		return Result{Status: Unknown, Found: "no " + e.noun() + e.withLabels() + " that could send a heartbeat"}
	}
	return Result{Status: Holds, Found: fmt.Sprintf("%s heard from within %s", subject(heard), limit)}
}

// lastHeartbeat returns the time of the node's newest heartbeat, or the zero time.
func lastHeartbeat(n *cluster.Node) (last time.Time) {
	for _, s := range n.Sightings {
		if s.LastHeartbeat.After(last) {
			last = s.LastHeartbeat
		}
	}
	return last
}

// roughly writes a time that was measured: in days if it is of several.
func roughly(d time.Duration) string {
	const day = 24 * time.Hour
	if d >= 3*day {
		return display.Count(int(d/day), "day")
	}
	return shortDuration(d)
}

// shortDuration writes a time without the zeros at its end: 5m, not 5m0s.
func shortDuration(d time.Duration) string {
	if d < time.Second {
		return d.String()
	}
	s := d.Round(time.Second).String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
