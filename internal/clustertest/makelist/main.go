// Command makelist writes the node list of a synthetic cluster, as an
// orchestrator would answer it, to standard output. The pictures of the
// documentation and the benchmarks are drawn from its lists.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"log"
	"os"

	"github.com/bacviz/bacviz/internal/clustertest"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("makelist: ")
	var opt clustertest.Options
	seed := flag.Uint64("seed", 1, "what the cluster is made up from")
	list := flag.Int("list", 0, "which orchestrator's list to write, from 0")
	flag.IntVar(&opt.Nodes, "nodes", 12, "compute nodes in all")
	flag.IntVar(&opt.Hubs, "hubs", 1, "orchestrators")
	flag.Float64Var(&opt.Shared, "shared", 0, "part of the nodes that every orchestrator lists")
	flag.Float64Var(&opt.Disconnected, "disconnected", 0, "part that is disconnected")
	flag.Float64Var(&opt.Pending, "pending", 0, "part that is pending")
	flag.Float64Var(&opt.Rejected, "rejected", 0, "part that is rejected")
	flag.Parse()

	lists := clustertest.Cluster(*seed, opt)
	if *list < 0 || *list >= len(lists) {
		log.Fatalf("there is no list %d: -hubs %d", *list, len(lists))
	}
	var answer, indented bytes.Buffer
	if err := clustertest.WriteList(&answer, lists[*list], "v1.9.3"); err != nil {
		log.Fatal(err)
	}
	if err := json.Indent(&indented, answer.Bytes(), "", " "); err != nil {
		log.Fatal(err)
	}
	if _, err := indented.WriteTo(os.Stdout); err != nil {
		log.Fatal(err)
	}
}
