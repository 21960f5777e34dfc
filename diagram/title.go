package diagram

// This file has the title, the notes and the description of a diagram.

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/display"
)

func (d *Diagram) defaultTitle() string {
	switch d.Jobs {
	case 0:
		return "Bacalhau network"
	case 1:
		for i := range d.Nodes {
			if d.Nodes[i].Class.IsJob() {
				return "Job " + d.Nodes[i].Label
			}
		}
	}
	return fmt.Sprintf("%d jobs on a Bacalhau network", d.Jobs)
}

// changeCounts returns the number of nodes with each change.
func (d *Diagram) changeCounts() string {
	n := d.tally().changes
	if n[Same] == len(d.Nodes) {
		return "no changes: " + display.Count(len(d.Nodes), "node")
	}
	return fmt.Sprintf("%d added, %d removed, %d changed, %d unchanged", n[Added], n[Removed], n[Changed], n[Same])
}

// maxNamedJobs is the number of jobs that a subtitle names.
const maxNamedJobs = 3

// jobSummary returns the states of the jobs, and the number of nodes that they ran on.
func (d *Diagram) jobSummary(t *graph.Topology) string {
	var counts [ClassCount]int
	var jobs []string
	for i := range d.Nodes {
		n := &d.Nodes[i]
		if !n.Class.IsJob() {
			continue
		}
		counts[n.Class]++
		f := d.FactsOf(i)
		name := n.Label
		if d.Jobs == 1 && f.Job.ShortID != n.Label {
			name = display.Printable(f.Job.ShortID)
		}
		jobs = append(jobs, name+" "+n.jobState(f.Job))
	}
	if len(jobs) > maxNamedJobs {
		jobs = nil
		for c := ClassJobPending; c <= ClassJobUnknown; c++ {
			if counts[c] > 0 {
				jobs = append(jobs, fmt.Sprintf("%d %s", counts[c], c.jobState()))
			}
		}
	}
	return strings.Join(jobs, ", ") + "; " + d.ranOn(t.Census.Nodes)
}

// jobState returns the state of the jobs of the class.
func (c Class) jobState() string { return strings.TrimPrefix(c.String(), "job, ") }

// jobState returns the state of a job as the API has it: queued, although a queued job
// is drawn as pending.
func (n *Node) jobState(j *JobFacts) string {
	if j.State != "" {
		return strings.ToLower(display.Printable(j.State))
	}
	return n.Class.jobState()
}

// ranOn returns the number of compute nodes that jobs ran on, of the network's.
func (d *Diagram) ranOn(computeNodes int) string {
	ran := make(map[int]bool)
	unlisted, grouped := 0, false
	for i := range d.Edges {
		e := &d.Edges[i]
		if e.Run == nil || e.Run.Rejected() || e.Run.Outcome == RunWaiting || ran[e.To] {
			continue
		}
		ran[e.To] = true
		n := &d.Nodes[e.To]
		if n.Class == ClassUnlisted {
			unlisted++
		}
		grouped = grouped || n.Collapsed
	}
	where := fmt.Sprintf("ran on %d of %s", len(ran)-unlisted, display.Count(computeNodes, "compute node"))
	switch {
	case computeNodes == 0 && len(ran) == 0:
		where = noComputeNode
	case grouped:
		where = "ran in " + display.Count(len(ran), "group")
	case unlisted > 0:
		where += fmt.Sprintf(" and on %d not in any node list", unlisted)
	}
	return where
}

func (d *Diagram) notes(t *graph.Topology) []string {
	var all []string
	if note := d.UnreadNote(); note != "" {
		all = append(all, note)
	}
	if note := d.renames(); note != "" {
		all = append(all, note)
	}
	if d.Reconnection != "" {
		all = append(all, d.Reconnection)
	}
	var scales []string
	if c := t.Coloring; c != nil {
		meaning := fieldName(c.By)
		if c.By == graph.FieldUtilisation {
			meaning = "CPU or memory in use, whichever is scarcer"
		}
		scales = append(scales, "Colour: "+meaning+".")
	}
	if t.SizeBy != "" {
		d.sizes = "Size: " + sizeScale(t.SizeBy, t.Sizes) + "."
	} else if n := d.tally(); 5*n.least < 4*n.most { // a difference that can be seen
		d.sizes = fmt.Sprintf("Size: nodes in a group, %d to %d.", n.least, n.most)
	}
	if d.sizes != "" {
		scales = append(scales, d.sizes)
	}
	if len(scales) > 0 {
		all = append(all, strings.Join(scales, " "))
	}
	return all
}

// countsConnected reports whether the subtitle has the numbers of nodes that are
// connected and of those that await reconnection.
func (d *Diagram) countsConnected() bool { return !d.Difference && d.Jobs == 0 }

// reconnection returns the note about nodes that await reconnection. It has no number
// if the subtitle has it.
func (d *Diagram) reconnection(t *graph.Topology) string {
	note := Reconnection(t.Unfiltered, t.Census)
	if t.Unfiltered.Untold > 0 && !t.Unfiltered.OutageOrRestart {
		return "" // of some nodes, which the picture may leave out
	}
	if note != "" && t.Unfiltered.Awaiting > 0 && d.countsConnected() {
		return "Reconnection takes up to 20 s after an orchestrator restarts."
	}
	return note
}

// Reconnection returns a sentence about the compute nodes of a network that await
// reconnection, or one that nothing tells whether they do; "" if there is nothing to
// say, or it is about none of the chosen nodes.
func Reconnection(c, chosen cluster.Census) string {
	switch {
	case c.OutageOrRestart:
		return "No compute node is connected. Up to Bacalhau v1.5 nothing tells an outage from the first 20 s after an orchestrator restarts."
	case c.Awaiting > 0 && chosen.Awaiting > 0:
		return fmt.Sprintf("%d of %s %s reconnection, which takes up to 20 s after an orchestrator restarts.",
			c.Awaiting, display.Count(c.Nodes, "compute node"), map[bool]string{true: "awaits", false: "await"}[c.Awaiting == 1])
	case c.Untold > 0 && chosen.Untold > 0:
		return fmt.Sprintf("%d of %s %s disconnected. Up to Bacalhau v1.5 nothing tells an outage from the first 20 s after an orchestrator restarts.",
			c.Untold, display.Count(c.Nodes, "compute node"), map[bool]string{true: "is", false: "are"}[c.Untold == 1])
	}
	return ""
}

// renames returns a note that names the renamed nodes, as many as a line has room for;
// "" if there are none.
func (d *Diagram) renames() string {
	if !d.Difference {
		return ""
	}
	const room = 110 // characters
	text, left, moved := "", 0, false
	for i := range d.Nodes {
		n := &d.Nodes[i]
		if n.Change == Removed && !moved {
			moved = d.movedWithHub(n)
		}
		former := d.formerID(i)
		if former == "" {
			continue
		}
		one := display.Printable(former) + " → " + display.Printable(n.ID)
		switch {
		case text == "":
			text = "Probably renamed: " + one
		case utf8.RuneCountInString(text+one) < room:
			text += "; " + one
		default:
			left++
		}
	}
	if left > 0 {
		text += fmt.Sprintf("; and %d more", left)
	}
	if moved {
		text += "; removed nodes are drawn at the new orchestrator"
	}
	if text != "" {
		text += "."
	}
	return text
}

// movedWithHub reports whether one of a node's hubs was renamed.
func (d *Diagram) movedWithHub(n *Node) bool {
	for _, h := range n.Hubs {
		if d.formerID(h) != "" {
			return true
		}
	}
	return false
}

// formerID returns the ID that node i probably had in the older network of a
// difference, or "".
func (d *Diagram) formerID(i int) string {
	if d.Nodes[i].Change == NoChange {
		return ""
	}
	return d.FactsOf(i).FormerID
}

// sizeScale returns the amounts that the smallest and the largest size stand for: "CPU,
// 4 to 64 cores".
func sizeScale(by string, s graph.Scale) string {
	name := map[string]string{"cpu": "CPU", "memory": "memory", "gpu": "GPUs"}[by]
	least, most := display.Quantity(by, s.Least), display.Quantity(by, s.Most)
	switch number, unit, _ := strings.Cut(least, " "); {
	case s.Most <= 0:
		return name + ", none known"
	case s.Least <= 0 && by != "gpu":
		least = "up to"
	case least == most && !s.More:
		return name + ", " + most + " each"
	case strings.HasSuffix(most, " "+unit): // the unit is written once
		least = number + " to"
	default:
		least += " to"
	}
	if s.More {
		most += " or more"
	}
	return name + ", " + least + " " + most
}

// Description returns a sentence about the picture, for readers who do not see it.
func (d *Diagram) Description() string {
	s := d.Subtitle
	var hubs []string
	for _, i := range d.Hubs() {
		hubs = append(hubs, d.Nodes[i].Label)
	}
	switch n := len(hubs); {
	case n == 1:
		s += ", drawn around the orchestrator " + hubs[0]
	case n > 5:
		s += ", drawn around " + strings.Join(hubs[:5], ", ") + " and " + strconv.Itoa(n-5) + " more"
	case n > 1:
		s += ", drawn around " + strings.Join(hubs, ", ")
	}
	counts := d.tally().classes
	var also []string
	for _, c := range []Class{ClassAwaiting, ClassDisconnected, ClassPending, ClassRejected} {
		if counts[c] > 0 && (c != ClassAwaiting || !d.countsConnected()) {
			also = append(also, fmt.Sprintf("%d %s", counts[c], c))
		}
	}
	if len(also) > 0 {
		s += "; also drawn: " + strings.Join(also, ", ")
	}
	s += d.describeGroups()
	if n := counts[ClassGroup]; n > 0 {
		s += fmt.Sprintf("; %s drawn as one node each", display.Count(n, "group"))
	}
	if c := d.Coloring; c != nil {
		s += "; colours stand for " + c.Name
	}
	if note := d.UnreadNote(); note != "" {
		return s + "; " + note
	}
	return s + "."
}

// describeGroups returns the names of the outermost groups, or their number.
func (d *Diagram) describeGroups() string {
	var groups []string
	for i := range d.Groups {
		if g := &d.Groups[i]; len(g.Path) == 1 {
			groups = append(groups, fmt.Sprintf("%s (%d)", display.Shorten(g.Name()), g.Count))
		}
	}
	switch n := len(groups); {
	case n > 5:
		return fmt.Sprintf("; in %d groups", n)
	case n > 0:
		return fmt.Sprintf("; in %s: %s", display.Count(n, "group"), strings.Join(groups, ", "))
	}
	return ""
}
