package graph

// This file names orchestrators, and groups nodes by where they are listed.

import (
	"context"
	"slices"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/natural"
)

// nameHubs labels hubs with the names of their clusters, and notes what orchestrators and
// sources are called.
func (t *Topology) nameHubs(ctx context.Context, snap *cluster.Snapshot) {
	hubs := make(map[string]int) // of a cluster
	for _, o := range snap.Origins {
		hubs[o.Cluster]++
	}
	if delete(hubs, ""); len(hubs) > 0 {
		t.setLabels(ctx, t.hubNames(ctx, snap.Origins, hubs))
	}
	t.origins, t.orchestrators = snap.Origins, make(map[string]string)
	for _, id := range snap.Orchestrators {
		t.orchestrators[id] = id
		if i := t.find(id); i >= 0 {
			t.orchestrators[id] = t.vertices[i].Label
		}
	}
}

// hubNames returns the labels of the vertices: of a hub the name of its cluster, followed
// by its own label if the cluster has several hubs.
func (t *Topology) hubNames(ctx context.Context, origins cluster.Origins, hubs map[string]int) []string {
	labels := make([]string, len(t.vertices))
	for i := range interrupt.Range(ctx, len(t.vertices)) {
		v := &t.vertices[i]
		labels[i] = v.Label
		if name := origins[v.NodeID()].Cluster; v.Hub && name != "" {
			labels[i] = display.Printable(name)
			if hubs[name] > 1 {
				labels[i] += " " + v.Label
			}
		}
	}
	return labels
}

// Clusters returns the names of the clusters that list the vertex, or that it is the hub
// of, sorted; none if they have no names.
func (t *Topology) Clusters(v *Vertex) []string {
	switch name := t.origins[v.NodeID()].Cluster; {
	case v.Job != nil || v.Members != nil:
		return nil
	case v.Hub && name != "":
		return []string{name}
	}
	return t.origins.Clusters(v.Node)
}

// listedBy returns what the orchestrators that list a node are called, sorted.
func (t *Topology) listedBy(n *cluster.Node) []string {
	var found []string
	for i := range n.Sightings {
		if name := t.orchestrators[n.Sightings[i].Orchestrator]; name != "" {
			found = append(found, name)
		}
	}
	slices.SortFunc(found, natural.Compare)
	return slices.Compact(found)
}
