package clustertest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/bacviz/bacviz/cluster"
)

// JobOptions describe made-up jobs. The zero value is no jobs.
type JobOptions struct {
	Jobs       int
	Executions int // of each job, retries and refusals not counted; 0 means 1

	// Parts of the jobs, 0 to 1, chosen independently of each other: with an
	// execution that failed and was retried, on another node as a rule; that failed
	// for good; that run; that a node turned down; that ran on a node which no list has.
	Retried, Failed, Running, Rejected, Gone float64
}

var jobNames = []string{"resize-images", "train-model", "nightly-etl", "index-logs", "render-frames", "ocr-scans", "backup", "hello"}

// Jobs makes up jobs that ran on the nodes of a snapshot. The same seed, snapshot
// and options give the same jobs; they are in canonical order.
func Jobs(seed uint64, s cluster.Snapshot, opt JobOptions) []cluster.Job {
	g := generator{rng: rand.New(rand.NewPCG(seed, 0x6a6f6273)), taken: map[string]bool{}}
	var nodes []string
	for i := range s.Nodes {
		if n := &s.Nodes[i]; n.Computes() && n.Connected() && !slices.Contains(s.Orchestrators, n.ID) {
			nodes = append(nodes, n.ID)
		}
	}
	lists := []cluster.List{s.List()}
	for i := range opt.Jobs {
		created := Epoch.Add(time.Duration(i) * time.Minute)
		j := cluster.Job{
			ID: "j-" + g.uuid(), Name: jobNames[i%len(jobNames)], Namespace: "default", Type: "batch", Count: max(1, opt.Executions),
			Engines: []string{"docker"}, State: cluster.JobCompleted, Created: created, Modified: created,
			Orchestrator: s.Orchestrators[g.rng.IntN(len(s.Orchestrators))],
		}
		if n := i / len(jobNames); n > 0 {
			j.Name += fmt.Sprintf("-%d", n+1)
		}
		g.execute(&j, nodes, opt)
		cluster.Attempts(j.Executions)
		lists[0].Jobs = append(lists[0].Jobs, j)
	}
	return cluster.Merge(lists...).Jobs
}

// execute makes up the executions of a job, one second after the other, and its state.
func (g *generator) execute(j *cluster.Job, nodes []string, opt JobOptions) {
	is := func(part float64) bool { return g.rng.Float64() < part }
	retried, failed, running, rejected, gone := is(opt.Retried), is(opt.Failed), is(opt.Running), is(opt.Rejected), is(opt.Gone)
	running = running && !failed // for what failed has been stopped
	start := 0
	if len(nodes) > 0 {
		start = g.rng.IntN(len(nodes))
	}
	on := func(k int) string { // every seventh, so that neighbours do not stand for one another
		if len(nodes) == 0 {
			return "n-gone"
		}
		return nodes[(start+7*k)%len(nodes)]
	}
	for k := range j.Count {
		first := k == 0
		switch node := on(k); {
		case first && rejected:
			g.place(j, node, k, cluster.StateAskForBidRejected)
			g.place(j, on(j.Count), k, cluster.StateCompleted)
		case first && retried:
			g.place(j, node, k, cluster.StateFailed)
			g.place(j, node, k, cluster.StateFailed)
			g.place(j, on(j.Count+1), k, cluster.StateCompleted)
		case first && gone:
			g.place(j, "n-"+g.uuid(), k, cluster.StateCompleted)
		case k == j.Count-1 && failed:
			g.place(j, node, k, cluster.StateFailed)
			j.State = cluster.JobFailed
		case running:
			g.place(j, node, k, cluster.StateRunning)
			j.State = cluster.JobRunning
		default:
			g.place(j, node, k, cluster.StateCompleted)
		}
	}
}

// place adds an execution a second after the last change of the job.
func (g *generator) place(j *cluster.Job, node string, partition int, state cluster.ExecutionState) {
	j.Modified = j.Modified.Add(time.Second)
	e := cluster.Execution{ID: "e-" + g.uuid(), JobID: j.ID, NodeID: node, State: state, Partition: partition, Created: j.Modified, Modified: j.Modified}
	if state == cluster.StateCompleted {
		e.Output = &cluster.RunOutput{ExitCode: 0}
	}
	j.Executions = append(j.Executions, e)
}
