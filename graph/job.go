package graph

// This file joins jobs to the nodes that they ran on.

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/interrupt"
)

// An Outcome is the result of a job on a node.
type Outcome string

// The outcomes.
const (
	Failed    Outcome = "failed"
	Running   Outcome = "running"
	Waiting   Outcome = "waiting" // the node was asked, and has not started
	Unknown   Outcome = "unknown"
	Cancelled Outcome = "cancelled"
	Completed Outcome = "completed"
	Rejected  Outcome = "rejected" // the node rejected the job, so it did not run there
)

// outcomes lists the outcomes by precedence: a run has the first outcome in this
// list that one of its executions has.
var outcomes = []Outcome{Failed, Running, Waiting, Unknown, Cancelled, Completed, Rejected}

var outcomeOf = map[cluster.ExecutionState]Outcome{
	cluster.StateFailed:            Failed,
	cluster.StateRunning:           Running,
	cluster.StatePublishing:        Running,
	cluster.StateBidAccepted:       Running, // v1.4 has no state Running
	cluster.StateAskForBidAccepted: Waiting,
	cluster.StateAskForBid:         Waiting,
	cluster.StateNew:               Waiting,
	cluster.StateUndefined:         Waiting,
	cluster.StateCancelled:         Cancelled,
	cluster.StateCompleted:         Completed,
	cluster.StateBidRejected:       Rejected,
	cluster.StateAskForBidRejected: Rejected,
}

// compareStates compares two states by their outcomes, then by name.
func compareStates(a, b cluster.ExecutionState) int {
	rank := func(s cluster.ExecutionState) int {
		return slices.Index(outcomes, cmp.Or(outcomeOf[s], Unknown))
	}
	return cmp.Or(rank(a)-rank(b), strings.Compare(string(a), string(b)))
}

// A Run joins a job to a node, or to a collapsed group of them, that executions of
// it were placed on.
type Run struct {
	Job, Node int64 // vertices
	State     cluster.ExecutionState
	Outcome   Outcome      // the first in the order of outcomes; State has it
	Count     int          // executions
	Retries   int          // executions that replaced a failed one
	States    []StateCount // of the executions, in the order of their outcomes
}

// A StateCount is how many executions are in a state. An execution that completed
// with an exit code above zero counts as failed.
type StateCount struct {
	State cluster.ExecutionState
	Count int
}

// count adds n executions in a state, of which some are retries.
func (r *Run) count(state cluster.ExecutionState, n, retries int) {
	r.Count, r.Retries = r.Count+n, r.Retries+retries
	i, found := slices.BinarySearchFunc(r.States, state, func(s StateCount, t cluster.ExecutionState) int { return compareStates(s.State, t) })
	if !found {
		r.States = slices.Insert(r.States, i, StateCount{State: state})
	}
	r.States[i].Count += n
	r.State = r.States[0].State
	r.Outcome = cmp.Or(outcomeOf[r.State], Unknown)
}

// Runs returns the edges between jobs and nodes, sorted by job and then by node.
// The caller must not change them.
func (t *Topology) Runs() []Run { return t.runs }

// Jobs returns the number of jobs in the graph.
func (t *Topology) Jobs() int { return t.jobs }

// nodesOf returns the NodeIDs of the nodes that executions of the jobs were placed on.
func nodesOf(jobs []cluster.Job) map[string]bool {
	ids := make(map[string]bool)
	for i := range jobs {
		for k := range jobs[i].Executions {
			ids[jobs[i].Executions[k].NodeID] = true
		}
	}
	delete(ids, "") // placed nowhere
	return ids
}

// addJobs adds a vertex for each job, and one for each node in ran that is not in
// any node list.
func (t *Topology) addJobs(ctx context.Context, snap cluster.Snapshot, ran map[string]bool) {
	if len(snap.Jobs) == 0 {
		return
	}
	taken := make(map[string]bool, len(t.vertices))
	for i := range interrupt.Range(ctx, len(t.vertices)) {
		taken[t.vertices[i].Node.ID] = true
	}
	for _, id := range slices.Sorted(maps.Keys(ran)) {
		if !taken[id] {
			v := Vertex{Unlisted: true}
			v.of(&cluster.Node{ID: id, Type: cluster.Compute}, false)
			t.vertices = append(t.vertices, v)
			taken[id] = true
		}
	}
	for i := range snap.Jobs {
		j := &snap.Jobs[i]
		id := j.ID
		for taken[id] { // by a node, or by the job of another orchestrator
			id += "/"
		}
		taken[id] = true
		t.vertices = append(t.vertices, Vertex{Value: -1, Size: 1, Job: j, Node: &cluster.Node{ID: id}})
		t.jobs++
	}
}

// nameJobs labels jobs with their names, with the short ID besides where another
// vertex has that label.
func (t *Topology) nameJobs(ctx context.Context) {
	if t.jobs == 0 {
		return
	}
	labels := make([]string, len(t.vertices))
	owners := make(map[string]int)
	for i := range interrupt.Range(ctx, len(t.vertices)) {
		v := &t.vertices[i]
		labels[i] = v.Label
		if v.Job != nil && v.Job.Name != "" && v.Job.Name != v.Job.ID {
			labels[i] = display.Printable(v.Job.Name)
		}
		owners[labels[i]]++
	}
	for i := range t.vertices {
		if v := &t.vertices[i]; v.Job != nil && owners[labels[i]] > 1 && labels[i] != v.Label {
			labels[i] += " " + v.Label
		}
	}
	t.setLabels(ctx, labels)
}

// addRuns adds an edge between each job and each node that it was placed on, and
// marks the other nodes as idle.
func (t *Topology) addRuns(ctx context.Context) {
	if t.jobs == 0 {
		return
	}
	for i := range interrupt.Range(ctx, len(t.vertices)) {
		j := t.vertices[i].Job
		if j == nil {
			continue
		}
		byNode := make(map[int64]*Run)
		for k := range interrupt.Range(ctx, len(j.Executions)) {
			e := &j.Executions[k]
			if e.NodeID == "" {
				continue
			}
			node := int64(t.find(e.NodeID))
			r := byNode[node]
			if r == nil {
				r = &Run{Job: int64(i), Node: node}
				byNode[node] = r
			}
			retries := 0
			if e.Attempt > 1 {
				retries = 1
			}
			r.count(e.Outcome(), 1, retries)
		}
		t.appendRuns(byNode)
	}
	t.markIdle()
}

// appendRuns appends the runs of one job. Jobs must come in the order of their vertices.
func (t *Topology) appendRuns(byNode map[int64]*Run) {
	for _, node := range slices.Sorted(maps.Keys(byNode)) {
		t.runs = append(t.runs, *byNode[node])
	}
}

// markIdle sets Part and Idle of all vertices.
func (t *Topology) markIdle() {
	part := make([]bool, len(t.vertices))
	for i := range t.runs {
		part[t.runs[i].Node] = true
	}
	for i := range t.vertices {
		v := &t.vertices[i]
		v.Part = part[i]
		v.Idle = !v.Hub && v.Job == nil && !part[i]
	}
}

// collapseRuns adds the runs of t to c. The runs on the members of a group become
// one run on the group, with all their executions. newIndex holds the index in c of
// each vertex of t.
func (c *Topology) collapseRuns(t *Topology, newIndex []int64) {
	c.jobs = t.jobs
	if c.jobs == 0 {
		return
	}
	for i := 0; i < len(t.runs); {
		job := t.runs[i].Job
		byNode := make(map[int64]*Run)
		for ; i < len(t.runs) && t.runs[i].Job == job; i++ {
			r := &t.runs[i]
			node := newIndex[r.Node]
			sum := byNode[node]
			if sum == nil {
				sum = &Run{Job: newIndex[job], Node: node}
				byNode[node] = sum
			}
			retries := r.Retries
			for _, s := range r.States {
				sum.count(s.State, s.Count, retries)
				retries = 0
			}
		}
		c.appendRuns(byNode)
	}
	c.markIdle()
}
