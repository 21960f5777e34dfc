package check

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
)

// A Status says whether a rule holds.
type Status string

// The statuses, and their words in reports.
const (
	Holds   Status = "holds"
	Broken  Status = "broken"
	Unknown Status = "unknown" // the source lacks what the rule asks for
)

// A Result is the outcome of one rule.
type Result struct {
	Rule   Rule
	Status Status
	Found  string   // what was found and what was wanted, on one line of printable text
	Nodes  []string // printable IDs of the nodes at fault, sorted; may be empty
}

// A Report is the outcome of all rules.
type Report struct {
	File    string   // name of the file of rules
	NoLoad  bool     // whether the source left out the load of a node
	Results []Result // one for each rule, in the order of the file

	// Warning says on one line of printable text what leaves the results in doubt; it may
	// be empty. The text format leaves it out: its readers see the program's messages.
	Warning string

	// Waited is for how long the network was looked at again until all rules held, or the
	// time was over. Evaluate leaves it 0.
	Waited time.Duration
}

// Count returns the number of rules with a status.
func (r *Report) Count(s Status) int {
	n := 0
	for i := range r.Results {
		if r.Results[i].Status == s {
			n++
		}
	}
	return n
}

// Status is Unknown if any rule's is, Broken if any rule's is, and Holds otherwise.
func (r *Report) Status() Status {
	switch {
	case r.Count(Unknown) > 0:
		return Unknown
	case r.Count(Broken) > 0:
		return Broken
	}
	return Holds
}

// Evaluate checks a snapshot against rules. Heartbeats are compared with the time
// at which the snapshot was taken, or with now if the snapshot does not have it. It
// returns ctx.Err() if ctx ends first.
func Evaluate(ctx context.Context, snap cluster.Snapshot, rules Rules, now time.Time) (Report, error) {
	if !snap.Taken.IsZero() {
		now = snap.Taken
	}
	report := Report{
		File:   rules.File,
		NoLoad: slices.ContainsFunc(snap.Nodes, func(n cluster.Node) bool { return n.LoadUnknown }),
	}
	for _, r := range rules.Rules {
		if err := ctx.Err(); err != nil { // each rule looks at all nodes
			return Report{}, err
		}
		e := evaluation{&snap, &r, now}
		result := e.result()
		result.Rule = r
		for i, id := range result.Nodes {
			result.Nodes[i] = display.Printable(id)
		}
		report.Results = append(report.Results, result)
	}
	return report, nil
}

// An evaluation is one rule with the snapshot that it is checked against.
type evaluation struct {
	snap *cluster.Snapshot
	rule *Rule
	now  time.Time
}

func (e evaluation) result() Result {
	switch e.rule.Subject {
	case Nodes:
		return e.countCompute()
	case Pending:
		return e.countNodes(e.pending(), "pending node")
	case Requesters:
		ids := e.requesters()
		if len(ids) == 0 {
			return Result{Status: Unknown, Found: "the source lists no requester, so it is not the whole list of an orchestrator, or its orchestrator also computes and is listed as a compute node"}
		}
		return e.countNodes(ids, "requester")
	case Listed: // an orchestrator that answers need not be in its own list
		return e.countResult(len(e.snap.Nodes), "listed node")
	case Versions:
		return e.versions()
	case Free:
		return e.free()
	case Silence:
		return e.silence()
	}
	return Result{Status: Unknown, Found: "no such rule"}
}

// answered reports whether the node is an orchestrator whose list was read.
func (e evaluation) answered(n *cluster.Node) bool {
	_, ok := slices.BinarySearch(e.snap.Orchestrators, n.ID)
	return ok
}

// connected reports whether a picture shows the node as connected: an orchestrator
// that answered is connected, whatever the lists say.
func (e evaluation) connected(n *cluster.Node) bool { return n.Connected() || e.answered(n) }

// awaits reports whether nothing tells whether the node is connected or gone, because it
// awaits reconnection.
func (e evaluation) awaits(n *cluster.Node) bool {
	return !e.answered(n) && n.Connection() == cluster.AwaitingReconnection
}

// selects reports whether the node has the labels that the rule asks for.
func (e evaluation) selects(n *cluster.Node) bool {
	return e.rule.selector == nil || e.rule.selector.Matches(labels.Set(n.Labels))
}

// matches reports whether the node has the labels, the state and the membership
// that the rule asks for. If the rule asks for a state, one that awaits reconnection only
// might match.
func (e evaluation) matches(n *cluster.Node) (is, might bool) {
	if !e.selects(n) || e.rule.Membership != "" && e.rule.Membership != n.Membership() {
		return false, false
	}
	switch {
	case e.rule.State == "":
		return true, false
	case e.awaits(n):
		return false, true
	}
	return (e.rule.State == cluster.Connected) == e.connected(n), false
}

// computeNodes returns the compute nodes that the rule is about, and the IDs of those
// that it might be about: they await reconnection.
func (e evaluation) computeNodes() (nodes []*cluster.Node, awaiting []string) {
	for i := range e.snap.Nodes {
		n := &e.snap.Nodes[i]
		if !n.Computes() {
			continue
		}
		switch is, might := e.matches(n); {
		case is:
			nodes = append(nodes, n)
		case might:
			awaiting = append(awaiting, n.ID)
		}
	}
	return nodes, awaiting
}

// countCompute compares the number of compute nodes with the bounds of the rule. It is
// Unknown if that depends on nodes that await reconnection.
func (e evaluation) countCompute() Result {
	nodes, awaiting := e.computeNodes()
	r := e.countResult(len(nodes), e.noun())
	least, most := len(nodes), len(nodes)+len(awaiting)
	switch b := e.rule.Bounds; {
	case len(awaiting) == 0:
		return r
	case b.contain(least) && b.contain(most):
		r.Status = Holds
	case b.AtLeast != nil && most < *b.AtLeast, b.AtMost != nil && least > *b.AtMost:
		r.Status = Broken
	default:
		r.Status = Unknown
	}
	r.Found += awaitingWords(len(awaiting))
	if r.Status != Holds {
		r.Nodes = awaiting
	}
	return r
}

// awaitingWords returns the words for nodes that a rule might be about.
func awaitingWords(n int) string {
	return fmt.Sprintf(" (%s reconnection)", display.Plural(n, "more awaits", "more await"))
}

// noun returns the words for one of the nodes that the rule is about, such as
// "connected compute node".
func (e evaluation) noun() string {
	words := []string{}
	for _, w := range []string{string(e.rule.State), string(e.rule.Membership)} {
		if w != "" {
			words = append(words, strings.ToLower(w))
		}
	}
	words = append(words, "compute node")
	return strings.Join(words, " ")
}

// withLabels returns the words for the labels that the rule asks for, such as
// " with region=eu", or "".
func (e evaluation) withLabels() string {
	if e.rule.Select == "" {
		return ""
	}
	return " with " + e.rule.Select
}

// countResult compares a number of nodes with the bounds of the rule.
func (e evaluation) countResult(n int, noun string) Result {
	status := Holds
	if !e.rule.Bounds.contain(n) {
		status = Broken
	}
	return Result{Status: status, Found: fmt.Sprintf("%s%s, wanted %s", display.Count(n, noun), e.withLabels(), strings.TrimPrefix(e.rule.Bounds.String(), "exactly "))}
}

// countNodes is countResult for nodes whose IDs are reported if the rule is broken.
func (e evaluation) countNodes(ids []string, noun string) Result {
	r := e.countResult(len(ids), noun)
	if r.Status == Broken {
		r.Nodes = ids
	}
	return r
}

// pending returns the IDs of the nodes that wait for approval, requesters included.
func (e evaluation) pending() (ids []string) {
	for i := range e.snap.Nodes {
		if n := &e.snap.Nodes[i]; n.Membership() == cluster.Pending && e.selects(n) {
			ids = append(ids, n.ID)
		}
	}
	return ids
}

// requesters returns the IDs of the listed requesters and of the orchestrators that
// answered, which may be listed as compute nodes.
func (e evaluation) requesters() (ids []string) {
	for i := range e.snap.Nodes {
		if n := &e.snap.Nodes[i]; n.Type == cluster.Requester {
			ids = append(ids, n.ID)
		}
	}
	for _, id := range e.snap.Orchestrators {
		if !cluster.IsFallbackHub(id) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
