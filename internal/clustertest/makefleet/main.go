// Command makefleet writes the snapshots of a synthetic fleet into a folder, as "bacviz fleet"
// reads them. The report of docs/fleet.md is made of its snapshots.
package main

import (
	"context"
	"flag"
	"log"

	"github.com/bacviz/bacviz/internal/clustertest"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("makefleet: ")
	var opt clustertest.FleetOptions
	dir := flag.String("o", "", "folder to write to")
	seed := flag.Uint64("seed", 1, "seed of the random numbers")
	flag.IntVar(&opt.Clusters, "clusters", 40, "clusters")
	flag.IntVar(&opt.Snapshots, "snapshots", 60, "snapshots of each cluster")
	flag.IntVar(&opt.Nodes, "nodes", 0, "compute nodes of each cluster; 0 for clusters of many sizes")
	flag.DurationVar(&opt.Every, "every", 0, "time between two snapshots; 0 for 12 hours")
	flag.Parse()
	if *dir == "" || flag.NArg() > 0 {
		log.Fatal("usage: makefleet -o DIR")
	}
	if err := clustertest.WriteFleet(context.Background(), *dir, *seed, opt); err != nil {
		log.Fatal(err)
	}
}
