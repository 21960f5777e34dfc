package clustertest

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/snapshot"
)

// FleetOptions describe a synthetic fleet. The zero value is 40 clusters with 60 snapshots.
type FleetOptions struct {
	Clusters  int           // 0 means 40
	Snapshots int           // of each cluster; 0 means 60
	Nodes     int           // compute nodes of each cluster; 0 means 6 to 205, by cluster
	Every     time.Duration // between two snapshots; 0 means 12 hours
}

func (o FleetOptions) filled() FleetOptions {
	for _, f := range []struct {
		value *int
		usual int
	}{{&o.Clusters, 40}, {&o.Snapshots, 60}} {
		if *f.value == 0 {
			*f.value = f.usual
		}
	}
	if o.Every == 0 {
		o.Every = 12 * time.Hour
	}
	return o
}

// FleetCluster makes up what happened in one cluster of a fleet: its snapshots, with load,
// the first of [Epoch]. A snapshot is used before the next one is asked for: they share
// memory. The same seed, number and options give the same on every machine.
func FleetCluster(seed uint64, number int, opt FleetOptions) (name string, all iter.Seq[cluster.Snapshot]) {
	opt = opt.filled()
	name = regions[number%len(regions)] + []string{"", "-gpu", "-lab", "-edge"}[number/len(regions)%4]
	if again := number / (4 * len(regions)); again > 0 {
		name += fmt.Sprintf("-%d", again+1)
	}
	g := evolution{generator: generator{rng: rand.New(rand.NewPCG(seed, uint64(number))), taken: map[string]bool{}}}
	nodes := opt.Nodes
	if nodes == 0 {
		nodes = 6 + g.rng.IntN(10)*g.rng.IntN(10) + g.rng.IntN(120)
	}
	names := []NameStyle{NameUUID, NameHost, NameCloud}[number%3]
	g.opt = Options{Nodes: nodes, Names: names, Version: "v1.8.1", Regions: 1 + number%4}
	g.restless = 0.2 + 0.6*g.rng.Float64()
	return name, func(yield func(cluster.Snapshot) bool) {
		g.list = Cluster(seed+uint64(number), g.opt)[0]
		for i := range opt.Snapshots {
			if i > 0 {
				g.step(i, opt.Snapshots)
			}
			snap := cluster.Merge(g.list)
			snap.Taken = Epoch.Add(time.Duration(i) * opt.Every)
			if !yield(snap) {
				return
			}
		}
	}
}

// An evolution changes a cluster from one snapshot to the next.
type evolution struct {
	generator
	list     cluster.List
	restless float64 // how often something happens, 0 to 1
}

// step makes the cluster what it is at the next snapshot.
func (g *evolution) step(i, of int) {
	nodes := g.list.Nodes
	for k := range nodes {
		n := &nodes[k]
		if n.Type == cluster.Compute && n.Connected() && g.rng.IntN(3) == 0 {
			n.Running = g.rng.IntN(6)
			n.Available = n.Max
			free := uint64(6 - n.Running)
			n.Available.CPU, n.Available.Memory, n.Available.GPU = n.Max.CPU*float64(free)/6, n.Max.Memory/6*free, n.Max.GPU*free/6
			n.Available.Disk = n.Max.Disk / 10 * (4 + free)
		}
	}
	if i == of/2 && g.rng.IntN(3) > 0 { // the upgrade of all
		g.opt.Version = "v1.9.3"
		for k := range nodes {
			nodes[k].Version = g.opt.Version
		}
	}
	if g.rng.Float64() > g.restless || len(nodes) < 3 {
		return
	}
	n := &nodes[g.rng.IntN(len(nodes))]
	what := g.rng.IntN(10)
	if gone := g.disconnected(); len(gone) > 0 && what >= 4 && what < 7 {
		n = gone[g.rng.IntN(len(gone))]
	}
	switch {
	case n.Type == cluster.Requester:
	case what < 3 && n.Connected():
		g.disconnect(n)
	case what < 7:
		n.Sightings[0].Connection, n.Sightings[0].DisconnectedSince, n.Sightings[0].LastError = cluster.Connected, time.Time{}, ""
		n.Available = n.Max
	case what == 7:
		labels := maps.Clone(n.Labels)
		labels["rack"] = fmt.Sprintf("r%d", 1+g.rng.IntN(48))
		n.Labels = labels
	case what == 8:
		g.list.Nodes = slices.DeleteFunc(nodes, func(other cluster.Node) bool { return other.ID == n.ID })
	default:
		g.list.Nodes = append(nodes, g.compute(g.rng.IntN(max(1, g.opt.Nodes))))
		slices.SortFunc(g.list.Nodes, func(a, b cluster.Node) int { return strings.Compare(a.ID, b.ID) })
	}
}

// disconnected returns the compute nodes that are not there.
func (g *evolution) disconnected() (gone []*cluster.Node) {
	for i := range g.list.Nodes {
		if n := &g.list.Nodes[i]; n.Type == cluster.Compute && !n.Connected() {
			gone = append(gone, n)
		}
	}
	return gone
}

// WriteFleet writes the snapshots of a fleet into a folder, each as CLUSTER/TIME.json.
func WriteFleet(ctx context.Context, dir string, seed uint64, opt FleetOptions) error {
	for number := range opt.filled().Clusters {
		name, all := FleetCluster(seed, number, opt)
		folder := filepath.Join(dir, name)
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
		for snap := range all {
			var text strings.Builder
			if err := snapshot.Write(ctx, &text, snap, snapshot.WriteOptions{Load: true}); err != nil {
				return err
			}
			file := filepath.Join(folder, snap.Taken.UTC().Format("2006-01-02T15-04-05Z")+".json")
			if err := os.WriteFile(file, []byte(text.String()), 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}
