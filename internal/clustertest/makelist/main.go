// Command makelist writes the node list of a synthetic cluster, as an
// orchestrator would answer it, to standard output; with -jobs, a snapshot of the
// cluster with jobs in it instead, without load. The pictures of the documentation and the benchmarks are
// drawn from its lists.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"io"
	"log"
	"os"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/snapshot"
	"github.com/bacviz/bacviz/internal/clustertest"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("makelist: ")
	var opt clustertest.Options
	seed := flag.Uint64("seed", 1, "seed of the random numbers")
	compact := flag.Bool("compact", false, "write no spaces and line ends, as orchestrators do")
	list := flag.Int("list", 0, "which orchestrator's list to write, from 0")
	flag.IntVar(&opt.Nodes, "nodes", 12, "compute nodes in all")
	flag.IntVar(&opt.Hubs, "hubs", 1, "orchestrators")
	flag.Float64Var(&opt.Shared, "shared", 0, "part of the nodes that every orchestrator lists")
	flag.Float64Var(&opt.Disconnected, "disconnected", 0, "part that is disconnected")
	flag.Float64Var(&opt.Awaiting, "awaiting", 0, "part that awaits reconnection")
	flag.Float64Var(&opt.Pending, "pending", 0, "part that is pending")
	flag.Float64Var(&opt.Rejected, "rejected", 0, "part that is rejected")
	var jobs clustertest.JobOptions
	flag.IntVar(&jobs.Jobs, "jobs", 0, "jobs that ran on the nodes; if there are any, the output is a bacviz snapshot without load, not a list")
	flag.IntVar(&jobs.Executions, "executions", 1, "executions of each job, retries not counted")
	flag.Float64Var(&jobs.Retried, "retried", 0, "part of the jobs that was retried")
	flag.Float64Var(&jobs.Failed, "failed", 0, "part of the jobs that failed")
	flag.Float64Var(&jobs.Running, "running", 0, "part of the jobs that runs")
	flag.Float64Var(&jobs.Rejected, "bids-rejected", 0, "part of the jobs that a node turned down")
	flag.Float64Var(&jobs.Gone, "gone", 0, "part of the jobs that ran on a node which is in no list")
	flag.Parse()
	if jobs.Jobs > 0 {
		snap := cluster.Merge(clustertest.Cluster(*seed, opt)...)
		snap.Jobs = clustertest.Jobs(*seed, snap, jobs)
		if err := snapshot.Write(context.Background(), os.Stdout, snap, snapshot.WriteOptions{}); err != nil {
			log.Fatal(err)
		}
		return
	}

	lists := clustertest.Cluster(*seed, opt)
	if *list < 0 || *list >= len(lists) {
		log.Fatalf("there is no list %d: -hubs %d", *list, len(lists))
	}
	if err := write(os.Stdout, lists[*list], *compact); err != nil {
		log.Fatal(err)
	}
}

// write writes a list as an answer of Bacalhau v1.9.
func write(w io.Writer, list cluster.List, compact bool) error {
	if compact {
		return clustertest.WriteList(w, list, "v1.9.3")
	}
	var answer, indented bytes.Buffer
	if err := clustertest.WriteList(&answer, list, "v1.9.3"); err != nil {
		return err
	}
	if err := json.Indent(&indented, answer.Bytes(), "", " "); err != nil {
		return err
	}
	_, err := indented.WriteTo(w)
	return err
}
