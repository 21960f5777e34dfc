package check

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"golang.org/x/mod/semver"
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
	Unknown Status = "unknown" // the source does not tell
)

// A Result is what came of one rule.
type Result struct {
	Rule   Rule
	Status Status
	Found  string   // what there is and what was wanted, on one line of printable text
	Nodes  []string // printable IDs of the nodes at fault, sorted; may be empty
}

// A Report is what came of all rules.
type Report struct {
	File    string // of the rules
	Results []Result
}

// Count returns how many rules have a status.
func (r *Report) Count(s Status) int {
	n := 0
	for i := range r.Results {
		if r.Results[i].Status == s {
			n++
		}
	}
	return n
}

// Status is Unknown if any rule's is, else Broken if any is, else Holds.
func (r *Report) Status() Status {
	switch {
	case r.Count(Unknown) > 0:
		return Unknown
	case r.Count(Broken) > 0:
		return Broken
	}
	return Holds
}

// Evaluate holds a snapshot against rules. Now is the time by which nodes are
// silent or not, unless the snapshot says when it was taken.
func Evaluate(snap cluster.Snapshot, rules Rules, now time.Time) Report {
	if !snap.Taken.IsZero() {
		now = snap.Taken
	}
	report := Report{File: rules.File}
	for _, r := range rules.Rules {
		e := evaluation{&snap, &r, now}
		result := e.result()
		result.Rule = r
		for i, id := range result.Nodes {
			result.Nodes[i] = display.Printable(id)
		}
		report.Results = append(report.Results, result)
	}
	return report
}

type evaluation struct {
	snap *cluster.Snapshot
	rule *Rule
	now  time.Time
}

func (e evaluation) result() Result {
	switch e.rule.Subject {
	case Nodes:
		return e.counted(len(e.chosen()), e.noun())
	case Pending:
		return e.naming(e.pending(), "pending member")
	case Requesters:
		ids := e.requesters()
		if len(ids) == 0 {
			return Result{Status: Unknown, Found: "the source names no requester: one that also computes is listed as a compute node"}
		}
		return e.naming(ids, "requester")
	case Listed: // an orchestrator that answers need not be in its own list
		return e.counted(len(e.snap.Nodes), "listed node")
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

// connected is what the picture shows: an orchestrator that answered is, whatever
// the lists say.
func (e evaluation) connected(n *cluster.Node) bool { return n.Connected() || e.answered(n) }

func (e evaluation) selects(n *cluster.Node) bool {
	return e.rule.selector == nil || e.rule.selector.Matches(labels.Set(n.Labels))
}

func (e evaluation) matches(n *cluster.Node) bool {
	return e.selects(n) &&
		(e.rule.State == "" || (e.rule.State == cluster.Connected) == e.connected(n)) &&
		(e.rule.Membership == "" || e.rule.Membership == n.Membership())
}

// chosen are the compute nodes that the rule is about.
func (e evaluation) chosen() (nodes []*cluster.Node) {
	for i := range e.snap.Nodes {
		if n := &e.snap.Nodes[i]; n.Computes() && e.matches(n) {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

// noun says which nodes the rule is about.
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

// with says by which labels the nodes are chosen.
func (e evaluation) with() string {
	if e.rule.Select == "" {
		return ""
	}
	return " with " + e.rule.Select
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

func (e evaluation) counted(n int, noun string) Result {
	status := Holds
	if !e.rule.Bounds.holds(n) {
		status = Broken
	}
	return Result{Status: status, Found: fmt.Sprintf("%s%s, wanted %s", plural(n, noun), e.with(), e.rule.Bounds)}
}

// naming counts nodes, and names them if the rule is broken.
func (e evaluation) naming(ids []string, noun string) Result {
	r := e.counted(len(ids), noun)
	if r.Status == Broken {
		r.Nodes = ids
	}
	return r
}

// pending are the nodes that wait to be let in, requesters too.
func (e evaluation) pending() (ids []string) {
	for i := range e.snap.Nodes {
		if n := &e.snap.Nodes[i]; n.Membership() == cluster.Pending && e.selects(n) {
			ids = append(ids, n.ID)
		}
	}
	return ids
}

// requesters are the listed requesters and the orchestrators that answered, which
// may be listed as compute nodes.
func (e evaluation) requesters() (ids []string) {
	for i := range e.snap.Nodes {
		if n := &e.snap.Nodes[i]; n.Type == cluster.Requester {
			ids = append(ids, n.ID)
		}
	}
	for _, id := range e.snap.Orchestrators {
		if id != cluster.FallbackHub {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// A release is a version that can be compared with others.
type release struct {
	word         string // printable
	semver       string
	major, minor int
}

func releaseOf(version string) (r release, ok bool) {
	r = release{word: display.Printable(version), semver: "v" + strings.TrimPrefix(version, "v")}
	_, err := fmt.Sscanf(semver.MajorMinor(r.semver), "v%d.%d", &r.major, &r.minor)
	return r, err == nil
}

// versions looks at requesters too: an upgrade begins with them.
func (e evaluation) versions() Result {
	known := make(map[string]release) // by NodeID
	var least, most release
	var odd []string
	blank := 0
	for i := range e.snap.Nodes {
		n := &e.snap.Nodes[i]
		if !e.matches(n) {
			continue
		}
		if n.Version == "" {
			blank++
			continue
		}
		r, ok := releaseOf(n.Version)
		if !ok {
			odd = append(odd, n.ID)
			continue
		}
		if len(known) == 0 || semver.Compare(r.semver, least.semver) < 0 {
			least = r
		}
		if len(known) == 0 || semver.Compare(r.semver, most.semver) > 0 {
			most = r
		}
		known[n.ID] = r
	}
	// far reports whether a release is too far behind the newest.
	far := func(r release) bool { return r.major != most.major || most.minor-r.minor > e.rule.Minors }
	note := ""
	if blank > 0 {
		note = fmt.Sprintf("; %s not tell theirs", plural2(blank, "node does", "nodes do"))
	}
	switch {
	case len(known) == 0:
		return Result{Status: Unknown, Found: "no node" + e.with() + " tells a version that can be compared", Nodes: odd}
	case far(least):
		var ids []string
		for i := range e.snap.Nodes {
			if r, ok := known[e.snap.Nodes[i].ID]; ok && far(r) {
				ids = append(ids, e.snap.Nodes[i].ID)
			}
		}
		return Result{Status: Broken, Found: fmt.Sprintf("%s to %s, wanted at most %s apart%s", least.word, most.word, plural(e.rule.Minors, "minor version"), note), Nodes: ids}
	case len(odd) > 0:
		return Result{Status: Unknown, Found: plural2(len(odd), "node tells", "nodes tell") + " a version that cannot be compared", Nodes: odd}
	case least.word == most.word:
		return Result{Status: Holds, Found: least.word + note}
	}
	return Result{Status: Holds, Found: least.word + " to " + most.word + note}
}

func plural2(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// free adds up what is free. What is free on a node that is not connected nobody
// knows, and a node of which nothing is told may be full or may be one of a
// source without load: the rule is not passed in either case.
func (e evaluation) free() Result {
	var sum cluster.Resources
	var unknown []string
	nodes := e.chosen()
	for _, n := range nodes {
		if !e.connected(n) || !n.TellsFree() {
			unknown = append(unknown, n.ID)
			continue
		}
		sum = sum.Plus(n.Available)
	}
	if len(unknown) > 0 {
		found := fmt.Sprintf("the source does not tell what is free on %d of %s%s", len(unknown), plural(len(nodes), e.noun()), e.with())
		if e.rule.State == "" {
			found += " (state: connected leaves out those that are not)"
		}
		return Result{Status: Unknown, Found: found, Nodes: unknown}
	}
	want := e.rule.Free
	var have []string
	status := Holds
	add := func(wanted, enough bool, found, limit string) {
		if wanted {
			have = append(have, found+" free, wanted at least "+limit)
			if !enough {
				status = Broken
			}
		}
	}
	add(want.CPU > 0, millis(sum.CPU) >= want.CPU, cores(sum.CPU), cores(want.CPU))
	add(want.Memory > 0, sum.Memory >= want.Memory, humanize.IBytes(sum.Memory)+" of memory", humanize.IBytes(want.Memory))
	add(want.Disk > 0, sum.Disk >= want.Disk, humanize.IBytes(sum.Disk)+" of disk", humanize.IBytes(want.Disk))
	add(want.GPU > 0, sum.GPU >= want.GPU, fmt.Sprintf("%d GPU", sum.GPU), strconv.FormatUint(want.GPU, 10))
	return Result{Status: status, Found: fmt.Sprintf("%s%s: %s", plural(len(nodes), e.noun()), e.with(), strings.Join(have, "; "))}
}

// millis rounds cores to thousandths, the smallest part of one that is ever
// asked for, and away the traces of adding them up.
func millis(n float64) float64 { return math.Round(n*1000) / 1000 }

func cores(n float64) string {
	return strconv.FormatFloat(millis(n), 'f', -1, 64) + " CPU"
}

// silence asks when each node was last heard from. An orchestrator that answered
// has just been, but nobody knows when a snapshot of the shape alone was taken.
func (e evaluation) silence() Result {
	var silent, unknown []string
	longest := time.Duration(0)
	heard := 0
	for _, n := range e.chosen() {
		if e.answered(n) && !n.LoadUnknown {
			heard++
			continue
		}
		var last time.Time
		for _, s := range n.Sightings {
			if s.LastHeartbeat.After(last) {
				last = s.LastHeartbeat
			}
		}
		gap := e.now.Sub(last)
		switch {
		case last.IsZero(), -gap > e.rule.AtMost: // ahead of now: one of the two clocks is wrong
			unknown = append(unknown, n.ID)
		case gap > e.rule.AtMost:
			silent = append(silent, n.ID)
			longest = max(longest, gap)
		default:
			heard++
			longest = max(longest, gap)
		}
	}
	limit := short(e.rule.AtMost)
	switch {
	case len(silent) > 0:
		return Result{Status: Broken, Nodes: silent, Found: fmt.Sprintf("%s%s silent for longer than %s, the longest for %s",
			plural(len(silent), e.noun()), e.with(), limit, short(longest))}
	case len(unknown) > 0:
		return Result{Status: Unknown, Nodes: unknown, Found: fmt.Sprintf("the source does not tell, or not by a clock like this one, when it heard from %s%s",
			plural(len(unknown), e.noun()), e.with())}
	case heard == 0:
		return Result{Status: Unknown, Found: "there is no " + e.noun() + e.with() + " to hear from"}
	}
	return Result{Status: Holds, Found: fmt.Sprintf("%s%s heard from within %s", plural(heard, e.noun()), e.with(), limit)}
}

// short writes a time without the zeros that it ends with: 5m, not 5m0s.
func short(d time.Duration) string {
	s := d.Round(time.Second).String()
	if d < time.Second {
		return d.String()
	}
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
