package layout

// This file holds the words for jobs.

import (
	"fmt"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/display"
)

// Up to so many vertices, and so many of them jobs, auto draws jobs in layers.
// Looked at with 6 to 200 nodes: beyond, the columns get too dense for labels.
const (
	layeredMax  = 64
	layeredJobs = 12
)

// IsJob reports whether the kind is that of a job.
func (k Kind) IsJob() bool { return k >= JobPendingKind && k <= JobUnknownKind }

func jobKind(s cluster.JobState) Kind {
	switch s {
	case cluster.JobRunning:
		return JobRunningKind
	case cluster.JobCompleted:
		return JobCompletedKind
	case cluster.JobFailed:
		return JobFailedKind
	case cluster.JobStopped:
		return JobStoppedKind
	case "", cluster.JobPending, cluster.JobQueued:
		return JobPendingKind
	}
	return JobUnknownKind // as of a later version
}

// state is what a job's kind says of it.
func (k Kind) state() string { return strings.TrimPrefix(k.String(), "job, ") }

// stateOf is a job's state as it came: queued, though that is drawn as pending.
func stateOf(v *graph.Vertex) string {
	if s := string(v.Job.State); s != "" {
		return strings.ToLower(display.Printable(s))
	}
	return KindOf(v).state()
}

// namedJobs is up to how many jobs a subtitle names.
const namedJobs = 3

func defaultTitle(t *graph.Topology) string {
	switch t.Jobs() {
	case 0:
		return "Bacalhau network"
	case 1:
		for i := range t.Len() {
			if v := t.Vertex(i); v.Job != nil {
				return "Job " + v.Label
			}
		}
	}
	return fmt.Sprintf("%d jobs on a Bacalhau network", t.Jobs())
}

// jobsSubtitle says which jobs there are, and on how many nodes they ran.
func jobsSubtitle(t *graph.Topology) string {
	counts := make(map[Kind]int)
	var named []string
	for i := range t.Len() {
		v := t.Vertex(i)
		if v.Job == nil {
			continue
		}
		counts[KindOf(v)]++
		name := v.Label + " " + stateOf(v)
		if id := v.Job.Short(); t.Jobs() == 1 && id != v.Label {
			name = display.Printable(id) + " " + stateOf(v)
		}
		named = append(named, name)
	}
	if len(named) > namedJobs {
		named = nil
		for k := JobPendingKind; k <= JobUnknownKind; k++ {
			if counts[k] > 0 {
				named = append(named, fmt.Sprintf("%d %s", counts[k], k.state()))
			}
		}
	}
	ran := make(map[int64]bool)
	unlisted, grouped := 0, false
	for _, r := range t.Runs() {
		if v := t.Vertex(int(r.Node)); r.Ran() && r.Outcome != graph.Waiting && !ran[r.Node] {
			ran[r.Node] = true
			if v.Unlisted {
				unlisted++
			}
			grouped = grouped || v.Members != nil
		}
	}
	where := fmt.Sprintf("ran on %d of %s", len(ran)-unlisted, count(t.ComputeNodes, "compute node"))
	switch {
	case grouped:
		where = "ran in " + count(len(ran), "group")
	case unlisted > 0:
		where += fmt.Sprintf(" and on %d that no list has", unlisted)
	}
	return strings.Join(named, ", ") + "; " + where
}

// runNames are what the legend calls the edges of jobs.
var runNames = map[graph.Outcome]string{
	graph.Failed: "run: failed", graph.Running: "run: running", graph.Waiting: "run: waiting", graph.Unknown: "run: in an unknown state",
	graph.Cancelled: "run: cancelled", graph.Completed: "run: completed", graph.Rejected: "turned down, did not run",
}

// RunName is what the legend calls an edge of that outcome.
func RunName(o graph.Outcome) string { return runNames[o] }

// jobEntries explain the edges of jobs that occur, and the nodes that took no part.
func jobEntries(t *graph.Topology, idle int) []Entry {
	var all []Entry
	counts := make(map[graph.Outcome]int)
	for _, r := range t.Runs() {
		counts[r.Outcome]++
	}
	for _, o := range graph.Outcomes() {
		if n := counts[o]; n > 0 {
			all = append(all, Entry{Kind: RunKind, Outcome: o, Name: Text{String: fmt.Sprintf("%s (%d)", runNames[o], n)}})
		}
	}
	if idle > 0 {
		all = append(all, Entry{Kind: ComputeKind, Idle: true, Name: Text{String: fmt.Sprintf("took no part (%d)", idle)}})
	}
	return all
}
