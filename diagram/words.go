package diagram

// This file has the words of pictures, tooltips and tables about nodes and jobs. Texts
// from outside are made printable here; formats escape them further.

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/display"
)

// A Row is the cells of a node in a table, in printable words.
type Row struct {
	ID, Role, State, Membership, Version string
	Hubs                                 []string // the IDs of the orchestrators that it has an edge to, behind the names of their clusters
}

// RowOf returns the row of node i.
func (d *Diagram) RowOf(i int) Row {
	n, f := &d.Nodes[i], d.FactsOf(i)
	r := Row{ID: display.Printable(n.ID), Role: n.Role.String(), Version: display.Printable(f.Version)}
	r.State, r.Membership = n.StateOf(&f)
	if !n.Hub {
		for _, h := range n.Hubs {
			hub := display.Printable(d.Nodes[h].ID)
			if names := d.FactsOf(h).Clusters; len(names) > 0 {
				hub = display.Printable(names[0]) + " (" + hub + ")"
			}
			r.Hubs = append(r.Hubs, hub)
		}
	}
	return r
}

// StateOf returns the state and the membership in words, of a node with its facts.
func (n *Node) StateOf(f *Facts) (state, membership string) {
	if n.hasState(f) {
		membership = strings.ToLower(display.Printable(f.Membership))
	}
	return n.state(f), membership
}

// hasState reports whether the node has a connection and a membership. Those of a
// requester mean nothing: v1.4 lists its own as disconnected.
func (n *Node) hasState(f *Facts) bool {
	return f.Job == nil && !n.Collapsed && !f.Unlisted && !n.IsRequester()
}

// state returns the state of a node in words, such as "connected"; "" for a requester.
func (n *Node) state(f *Facts) string {
	switch {
	case f.Job != nil:
		return stateWord(f.Job.State)
	case n.Collapsed:
		return ConnectedOf(int(n.Connected), int(n.Awaiting), int(n.Count))
	case f.Unlisted:
		return ClassUnlisted.String()
	case !n.IsRequester():
		return stateWord(f.Connection)
	}
	return ""
}

// The headings of nodes that no orchestrator has an edge to.
const (
	NotConnected    = "not connected to an orchestrator"
	OtherRequesters = "other requesters"
)

// NoExecutions is the name of the nodes that none of the drawn jobs were placed on.
const NoExecutions = "no executions"

// stateWord returns a state of the API in lower case.
func stateWord(s string) string {
	switch s {
	case "":
		return "state unknown"
	case string(cluster.AwaitingReconnection):
		return ClassAwaiting.String()
	}
	return strings.ToLower(display.Printable(s))
}

// Tooltip returns the lines of the tooltip of node i.
func (d *Diagram) Tooltip(i int) string {
	n, f := &d.Nodes[i], d.FactsOf(i)
	var b strings.Builder
	b.Grow(200) // enough for most
	b.WriteString(display.Printable(n.ID))
	b.WriteByte('\n')
	b.WriteString(n.Role.String())
	if f.Job != nil {
		b.WriteString(" " + display.Printable(f.Job.Name))
	}
	if s := n.state(&f); s != "" {
		b.WriteString(", ")
		b.WriteString(s)
	}
	if n.hasState(&f) && f.Membership != "" && f.Membership != string(cluster.Approved) {
		b.WriteString(", " + stateWord(f.Membership))
	}
	if f.Job != nil {
		addJobLines(&b, &f)
		return b.String()
	}
	if len(f.Clusters) > 0 {
		b.WriteString("\n" + display.Noun(len(f.Clusters), "cluster") + " " + display.Printable(strings.Join(f.Clusters, ", ")))
	}
	for _, line := range n.ChangeLines(&f) {
		b.WriteString("\n" + line)
	}
	if f.Version != "" {
		b.WriteString("\nversion ")
		b.WriteString(display.Printable(f.Version))
	}
	for _, k := range f.labelKeys() {
		b.WriteByte('\n')
		b.WriteString(display.Printable(k))
		b.WriteByte('=')
		b.WriteString(display.Printable(f.Labels[k]))
	}
	return b.String()
}

// labelKeys returns the keys of the labels, sorted.
func (f *Facts) labelKeys() []string {
	keys := make([]string, 0, len(f.Labels))
	for k := range f.Labels {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// addJobLines adds the lines of a job's tooltip that follow its state.
func addJobLines(b *strings.Builder, f *Facts) {
	if f.Job.Type != "" {
		b.WriteString("\ntype " + display.Printable(f.Job.Type))
	}
	if len(f.Engines) > 0 {
		b.WriteString("\nengines " + display.Printable(strings.Join(f.Engines, ", ")))
	}
	b.WriteString("\n" + display.Count(f.Job.Executions, "execution"))
}

// ChangeLines returns the name of the change of a node, then the changed fields, a line
// each; nil if the diagram is of one network.
func (n *Node) ChangeLines(f *Facts) []string {
	if n.Change == NoChange {
		return nil
	}
	lines := []string{n.Change.String()}
	for _, w := range f.Changes {
		lines = append(lines, display.Printable(w))
	}
	return lines
}

// StateWords returns the words for the outline and the mark of node i; nil for a node
// that needs no attention.
func (d *Diagram) StateWords(i int) []string {
	n, f := &d.Nodes[i], d.FactsOf(i)
	switch {
	case n.Change != NoChange:
		return n.changeWords(&f)
	case f.Job != nil:
		return []string{stateWord(f.Job.State)}
	case n.Class == ClassUnlisted:
		return []string{ClassUnlisted.String()}
	case n.Hub || n.Collapsed || !n.NeedsAttention:
		return nil
	case n.IsRequester():
		return []string{ClassRequester.String()}
	}
	return n.unusualStates(&f)
}

// changeWords returns the words for the change of a node, and for its state, which has
// no mark of its own in a difference.
func (n *Node) changeWords(f *Facts) (words []string) {
	if n.Change != Same {
		words = append(words, n.Class.String())
	}
	if f.FormerID != "" {
		words = append(words, "was probably "+f.FormerID)
	}
	if n.Hub || n.IsRequester() || n.Change == Removed {
		return words
	}
	return append(words, n.unusualStates(f)...)
}

// unusualStates returns the words for a connection other than connected and a
// membership other than approved.
func (n *Node) unusualStates(f *Facts) (words []string) {
	if f.Connection != string(cluster.Connected) {
		words = append(words, stateWord(f.Connection))
	}
	switch f.Membership {
	case string(cluster.Pending):
		words = append(words, ClassPending.String())
	case string(cluster.Rejected):
		words = append(words, ClassRejected.String())
	}
	return words
}

// ConnectedOf returns the numbers of connected nodes and of those that await
// reconnection among those drawn: "2 of 3 connected, 1 awaiting reconnection". If all are
// connected, it is "3 connected", because the network may have others.
func ConnectedOf(connected, awaiting, drawn int) string {
	if connected == drawn {
		return fmt.Sprintf("%d connected", connected)
	}
	return fmt.Sprintf("%d of %d connected%s", connected, drawn, andAwaiting(awaiting))
}

// andAwaiting returns the number of nodes that await reconnection, to be added to a
// number of connected ones.
func andAwaiting(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", %d %s", n, ClassAwaiting)
}

// Label returns the name of the group with its count: "eu · 12", or "eu · 11 of 12"
// if not all nodes are connected.
func (g *Group) Label() string {
	if g.Connected == g.Count {
		return fmt.Sprintf("%s · %d", g.Name(), g.Count)
	}
	return fmt.Sprintf("%s · %d of %d", g.Name(), g.Connected, g.Count)
}

// Tooltip returns the lines of the tooltip of the group.
func (g *Group) Tooltip() string {
	return strings.Join(g.Path, " / ") + "\n" + ConnectedOf(g.Connected, g.Awaiting, g.Count)
}

// RunTooltip returns the tooltip of the edge from a job to a node.
func (d *Diagram) RunTooltip(from, to int, r *Run) string {
	return d.Nodes[from].Label + " on " + d.Nodes[to].Label + ": " + r.Text()
}

// Text returns the words for the run, and adds "did not run" if the node rejected the
// job.
func (r *Run) Text() string {
	if r.Rejected() {
		return r.Words + "; did not run"
	}
	return r.Words
}

// ChipLabel returns the label of the chip of edge i, which is a run: the node, and the
// number of executions if there are several.
func (d *Diagram) ChipLabel(i int) string {
	e := &d.Edges[i]
	if e.Run.Count > 1 {
		return d.Nodes[e.To].Label + " " + Times(e.Run.Count)
	}
	return d.Nodes[e.To].Label
}

// MoreRuns returns the label of a chip that stands for several runs: "+37 completed".
func MoreRuns(o Outcome, runs int) string { return fmt.Sprintf("+%d %s", runs, o) }

// RunsTooltip returns the tooltip of a chip, by the edges of its runs: of several, their
// number, and up to ten of them, a line each.
func (d *Diagram) RunsTooltip(edges []int) string {
	const most = 10
	if e := &d.Edges[edges[0]]; len(edges) == 1 {
		return d.RunTooltip(e.From, e.To, e.Run)
	}
	lines := []string{MoreRuns(d.Edges[edges[0]].Run.Outcome, len(edges))[1:]}
	for k, i := range edges {
		if k == most && len(edges) > most+1 {
			lines = append(lines, fmt.Sprintf("and %d more", len(edges)-most))
			break
		}
		e := &d.Edges[i]
		lines = append(lines, d.RunTooltip(e.From, e.To, e.Run))
	}
	return strings.Join(lines, "\n")
}

// Times returns a number of executions as edges show it: "×3".
func Times(n int) string { return "×" + strconv.Itoa(n) }

// runWords returns the words for a run: "3 executions: 2 failed, 1 completed; 1 is a
// retry".
func runWords(r *graph.Run) string {
	words := executionWord(string(r.State))
	if r.Count > 1 {
		parts := make([]string, len(r.States))
		for i, s := range r.States {
			parts[i] = strconv.Itoa(s.Count) + " " + executionWord(string(s.State))
		}
		words = fmt.Sprintf("%d executions: %s", r.Count, strings.Join(parts, ", "))
	}
	switch {
	case r.Retries == 1 && r.Count == 1:
		words += ", a retry"
	case r.Retries == 1:
		words += "; 1 is a retry"
	case r.Retries > 1:
		words += fmt.Sprintf("; %d are retries", r.Retries)
	}
	return words
}

// executionWord returns the state of an execution in lower case: "bid rejected" for
// BidRejected.
func executionWord(state string) string {
	var b strings.Builder
	for i, r := range display.Printable(state) {
		if r >= 'A' && r <= 'Z' {
			if i > 0 {
				b.WriteByte(' ')
			}
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}
