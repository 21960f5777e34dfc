// Command story writes the snapshots in examples/ci: a small network over some weeks,
// as a repository would have kept it.
package main

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/snapshot"
)

//go:generate go run .

func main() {
	log.SetFlags(0)
	log.SetPrefix("story: ")
	for i, step := range steps() {
		var b bytes.Buffer
		if err := snapshot.Write(context.Background(), &b, step.snapshot, snapshot.WriteOptions{}); err != nil {
			log.Fatal(err)
		}
		name := filepath.Join("..", fmt.Sprintf("%d-%s.json", i, step.name))
		if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

type step struct {
	name     string
	snapshot cluster.Snapshot
}

// steps returns the snapshots in the order in which they were taken.
func steps() []step {
	hub := "orchestrator-1"
	nodes := []cluster.Node{
		orchestrator(hub),
		machine("eu-west-1-compute-01", "eu-west-1", "a", 8, 32, 0),
		machine("eu-west-1-compute-02", "eu-west-1", "b", 8, 32, 0),
		machine("eu-west-1-gpu-01", "eu-west-1", "a", 32, 256, 4),
		machine("us-east-1-compute-01", "us-east-1", "a", 16, 64, 0),
		machine("us-east-1-compute-02", "us-east-1", "b", 16, 64, 0),
		machine("us-east-1-gpu-01", "us-east-1", "b", 64, 512, 8),
	}
	var all []step
	keep := func(name string) {
		all = append(all, step{name, cluster.Merge(cluster.List{Orchestrator: hub, Nodes: nodes})})
	}
	at := func(id string) int {
		return slices.IndexFunc(nodes, func(n cluster.Node) bool { return n.ID == id })
	}
	keep("start")

	nodes = append(nodes, machine("ap-south-1-compute-01", "ap-south-1", "a", 16, 64, 0), machine("ap-south-1-compute-02", "ap-south-1", "b", 16, 64, 0))
	keep("grows")

	nodes = slices.Delete(nodes, at("us-east-1-compute-02"), at("us-east-1-compute-02")+1)
	keep("loses-a-node")

	rejected := &nodes[at("ap-south-1-compute-02")].Sightings[0]
	rejected.Membership, rejected.Connection = cluster.Rejected, cluster.Disconnected
	keep("a-node-is-rejected")

	for _, id := range []string{"eu-west-1-compute-01", "eu-west-1-compute-02", "eu-west-1-gpu-01"} {
		nodes[at(id)].Version = "v1.9.3"
	}
	nodes[at("eu-west-1-gpu-01")].Engines = []string{"docker", "wasm"}
	keep("an-upgrade-rolls")

	// The old record stays in the list, as Bacalhau leaves it.
	hub = "orchestrator-eu"
	nodes = append(nodes, orchestrator(hub))
	keep("an-orchestrator-is-renamed")

	for i := range nodes {
		if s := &nodes[i].Sightings[0]; nodes[i].Type == cluster.Compute && s.Connection == cluster.Connected {
			s.Connection = cluster.AwaitingReconnection
		}
	}
	keep("restart")
	return all
}

func orchestrator(id string) cluster.Node {
	return cluster.Node{
		ID: id, Type: cluster.Requester, Version: "v1.9.3", Labels: map[string]string{"name": id, "os_arch": "amd64", "os_type": "linux"},
		Sightings: []cluster.Sighting{{Connection: cluster.Connected, Membership: cluster.Approved}},
	}
}

func machine(id, region, zone string, cores float64, gib, gpus uint64) cluster.Node {
	return cluster.Node{
		ID: id, Type: cluster.Compute, Version: "v1.9.2",
		Labels:     map[string]string{"name": id, "os_arch": "amd64", "os_type": "linux", "region": region, "zone": region + zone},
		Engines:    []string{"wasm"},
		Publishers: []string{"local", "noop", "s3managed"},
		Storage:    []string{"inline", "urldownload"},
		Max:        cluster.Resources{CPU: cores, Memory: gib << 30, GPU: gpus},
		Sightings:  []cluster.Sighting{{Connection: cluster.Connected, Membership: cluster.Approved}},
	}
}
