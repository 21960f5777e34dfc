package graph

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/interrupt"
)

// nodeLabels returns the IDs of all nodes of the snapshots, sorted, and the short label of
// each. Labels do not depend on what is drawn of them, so that a node has one name in all
// pictures and tables of a network. It returns what is of no use if ctx ends first.
func nodeLabels(ctx context.Context, hubs []string, snaps ...*cluster.Snapshot) (ids, labels []string) {
	ids = slices.Clone(hubs)
	values := maps.Clone(stateWords)
	for _, s := range snaps {
		if s == nil {
			continue
		}
		ids = append(slices.Grow(ids, len(s.Orchestrators)+len(s.Nodes)), s.Orchestrators...)
		before := new(cluster.Node)
		for i := range interrupt.Range(ctx, len(s.Nodes)) {
			n := &s.Nodes[i]
			ids = append(ids, n.ID)
			if n.Computes() { // others are in no group
				addValues(values, n, before)
				before = n
			}
		}
		ids = slices.AppendSeq(ids, maps.Keys(nodesOf(s.Jobs)))
	}
	interrupt.SortFunc(ctx, ids, strings.Compare)
	ids = slices.Compact(ids)
	return ids, shortLabels(ctx, ids, values)
}

// Labels returns the short labels of the nodes of a snapshot, in their order: what a [Vertex] of each
// has as its Label, where [Options] and names of clusters do not ask for others. It returns ctx.Err()
// if ctx ends first.
func Labels(ctx context.Context, snap *cluster.Snapshot) ([]string, error) {
	ids, short := nodeLabels(ctx, snap.Orchestrators, snap)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	labels, k := short[:0], 0
	for i := range snap.Nodes {
		for ids[k] != snap.Nodes[i].ID { // both are sorted
			k++
		}
		labels = append(labels, short[k])
	}
	return labels, nil
}

// stateWords are what groups by state or membership are called.
var stateWords = map[string]bool{
	"connected": true, "awaiting-reconnection": true, "disconnected": true, "approved": true, "pending": true, "rejected": true,
}

// addValues adds what a group with the node may be called: the values of its labels, other
// than those that name the node itself, its version and its engines. Those
// of the node before are there already.
func addValues(values map[string]bool, n, before *cluster.Node) {
	for key, v := range n.Labels {
		if !values[v] && !nameKeys[key[strings.LastIndexByte(key, '/')+1:]] {
			values[v] = true
			values[display.Printable(v)] = true
		}
	}
	if n.Version != before.Version {
		values[n.Version] = true
	}
	if slices.Equal(n.Engines, before.Engines) {
		return
	}
	for _, e := range n.Engines {
		values[e] = true
	}
}

// nameKeys are the keys of labels that hold the name of the node itself, without what is
// before the slash.
var nameKeys = map[string]bool{
	"name": true, "hostname": true, "host": true, "node": true, "nodename": true, "node-name": true, "node_name": true,
	"id": true, "node-id": true, "node_id": true, "instance": true, "instance-id": true, "instance_id": true,
	"machine": true, "server": true, "vm": true, "pod": true, "pod-name": true, "pod_name": true,
}

// FindNodes returns the IDs of the nodes that a text means, sorted: the node with that ID;
// if there is none, those with that label; then those whose ID or label begins with it. An
// ellipsis stands for what a picture leaves out of a label. The error is that of ctx.
func FindNodes(ctx context.Context, snap cluster.Snapshot, text string) ([]string, error) {
	t, err := Build(ctx, snap, Options{All: true})
	if err != nil || text == "" {
		return nil, err
	}
	before, after, cut := strings.Cut(text, "…")
	fits := func(s string) bool {
		return strings.HasPrefix(s, before) && (!cut || len(s) >= len(before)+len(after) && strings.HasSuffix(s, after))
	}
	for _, means := range []func(id, label string) bool{
		func(id, _ string) bool { return id == text },
		func(_, label string) bool { return label == text },
		func(id, label string) bool { return fits(id) || fits(label) },
	} {
		var found []string
		for i := range t.vertices {
			if v := &t.vertices[i]; v.Job == nil && means(v.NodeID(), v.Label) {
				found = append(found, v.NodeID())
			}
		}
		if len(found) > 0 {
			return found, nil
		}
	}
	return nil, nil
}

// shortLabels returns a label for each ID of a node. IDs are distinct. No label is one of
// the values, unless that is the whole ID. If ctx ends first, labels are empty.
func shortLabels(ctx context.Context, ids []string, values map[string]bool) []string {
	texts := make([]string, len(ids))
	for i := range interrupt.Range(ctx, len(ids)) {
		texts[i] = display.Printable(ids[i])
	}
	c := cutter{values: values}
	return labelsOf(ctx, c.names(ctx, texts), values)
}

// labelsOf returns the labels of names.
func labelsOf(ctx context.Context, names []name, values map[string]bool) []string {
	labels := make([]string, len(names))
	if ctx.Err() != nil { // names are incomplete
		return labels
	}
	distinct := chooseLabels(ctx, names, values)
	for i := range interrupt.Range(ctx, len(names)) {
		labels[i] = names[i].label()
	}
	if !distinct {
		makeUnique(ctx, labels) // one ID may contain the escapes of another
	}
	return labels
}

// makeUnique numbers equal labels: the second one becomes "label (2)".
func makeUnique(ctx context.Context, labels []string) {
	taken := make(map[string]bool, len(labels))
	for _, l := range labels {
		taken[l] = true
	}
	shown := make(map[string]int, len(labels)) // how many equal ones there were so far
	for i := range interrupt.Range(ctx, len(labels)) {
		l := labels[i]
		if shown[l]++; shown[l] == 1 {
			continue
		}
		for taken[labels[i]] {
			labels[i] = l + " (" + strconv.Itoa(shown[l]) + ")"
			if taken[labels[i]] {
				shown[l]++
			}
		}
		taken[labels[i]] = true
	}
}

// label gives each vertex its short label. Those of nodes do not depend on jobs, on the
// filter, or on what else is drawn.
func (t *Topology) label(ctx context.Context, hubs []string, snap, unfiltered *cluster.Snapshot) {
	if unfiltered != nil && len(snap.Nodes) > 0 && len(unfiltered.Nodes) == len(snap.Nodes) && &unfiltered.Nodes[0] == &snap.Nodes[0] {
		unfiltered = nil // the same nodes
	}
	ids, short := nodeLabels(ctx, hubs, snap, unfiltered)
	if ctx.Err() != nil {
		return
	}
	var jobs []name
	k := 0
	for i := range t.vertices {
		v := &t.vertices[i]
		if v.Job == nil {
			for ids[k] != v.NodeID() { // both are sorted
				k++
			}
			v.Label = short[k]
			continue
		}
		text := display.Printable(v.NodeID())
		job, ok := uuidName(text)
		if !ok {
			job = wholeName(text)
		}
		jobs = append(jobs, job)
	}
	labels := labelsOf(ctx, jobs, nil)
	for i := range t.vertices {
		if v := &t.vertices[i]; v.Job != nil {
			v.Label, labels = labels[0], labels[1:]
		}
	}
}

// relabel labels compute nodes with a field in place of their short IDs. If two nodes
// have the same value, the short ID follows it in both labels.
func (t *Topology) relabel(ctx context.Context, field string) {
	if field == "" || field == FieldShort {
		return
	}
	texts := make([]string, len(t.vertices))
	owners := make(map[string]int)
	for i := range interrupt.Range(ctx, len(t.vertices)) {
		v := &t.vertices[i]
		switch {
		case field == FieldFull && v.Job == nil:
			texts[i] = display.Printable(v.NodeID())
		case v.Hub || v.Job != nil || v.Node.Labels[field] == "":
			texts[i] = v.Label
		default:
			texts[i] = display.Printable(v.Node.Labels[field])
		}
		owners[texts[i]]++
	}
	for i := range t.vertices {
		if v := &t.vertices[i]; owners[texts[i]] > 1 && texts[i] != v.Label {
			texts[i] += " " + v.Label
		}
	}
	t.setLabels(ctx, texts)
}

// setLabels sets the label of each vertex, with a number if it would be equal to
// another one.
func (t *Topology) setLabels(ctx context.Context, labels []string) {
	makeUnique(ctx, labels)
	for i := range t.vertices {
		t.vertices[i].Label = labels[i]
	}
}
