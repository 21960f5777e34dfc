package graph

import (
	"context"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/parallel"
)

// nodeLabels returns the IDs of all nodes of the snapshots, sorted, and the short label of
// each. Labels do not depend on what is drawn of them, so that a node has one name in all
// pictures and tables of a network. It returns what is of no use if ctx ends first.
func nodeLabels(ctx context.Context, hubs []string, snaps ...*cluster.Snapshot) (ids, labels []string) {
	values := maps.Clone(stateWords)
	for _, s := range snaps {
		from := len(ids)
		ids = append(ids, make([]string, len(s.Nodes))...)
		found, _ := parallel.Chunks(ctx, len(s.Nodes), parallel.ChunkSize, func(first, end int) map[string]bool {
			found := make(map[string]bool)
			for i := first; i < end; i++ {
				ids[from+i] = s.Nodes[i].ID
			}
			addValues(found, s.Nodes[first:end])
			return found
		})
		for _, f := range found {
			maps.Copy(values, f)
		}
	}
	for _, s := range snaps {
		for _, id := range slices.Concat(hubs, s.Orchestrators, slices.Collect(maps.Keys(nodesOf(s.Jobs)))) {
			if s.Node(id) == nil {
				ids = append(ids, id)
			}
		}
	}
	if !parallel.Ascending(ctx, len(ids), func(i int) string { return ids[i] }) {
		interrupt.SortFunc(ctx, ids, strings.Compare)
		ids = slices.Compact(ids)
	}
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
	labels, next := make([]string, len(snap.Nodes)), 0
	for i := range snap.Nodes {
		id := snap.Nodes[i].ID
		if next == len(ids) || ids[next] != id { // some are of hubs that are no nodes
			next, _ = slices.BinarySearch(ids, id)
		}
		labels[i] = short[next]
		next++
	}
	return labels, nil
}

// stateWords are what groups by state or membership are called.
var stateWords = map[string]bool{
	"connected": true, "awaiting-reconnection": true, "disconnected": true, "approved": true, "pending": true, "rejected": true,
}

// addValues adds what a group of nodes may be called: the values of their labels, other than
// those that name the node itself, their versions and their engines.
func addValues(values map[string]bool, nodes []cluster.Node) {
	before := new(cluster.Node)
	for i := range nodes {
		n := &nodes[i]
		if !n.Computes() { // it is in no group
			continue
		}
		for key, v := range n.Labels {
			if !values[v] && !nameKeys[key[strings.LastIndexByte(key, '/')+1:]] {
				values[v] = true
				values[display.Printable(v)] = true
			}
		}
		if n.Version != before.Version {
			values[n.Version] = true
		}
		if !slices.Equal(n.Engines, before.Engines) {
			for _, e := range n.Engines {
				values[e] = true
			}
		}
		before = n
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
// the values, unless that is the whole ID. If ctx ends first, labels are of no use.
func shortLabels(ctx context.Context, ids []string, values map[string]bool) []string {
	labels := make([]string, len(ids))
	parallel.Range(ctx, len(ids), func(chunk iter.Seq[int]) {
		for i := range chunk {
			if label := hashLabel(display.Printable(ids[i])); !values[label] {
				labels[i] = label
			}
		}
	})
	if parallel.Ascending(ctx, len(labels), func(i int) string { return labels[i] }) {
		return labels // all of them, and no two are equal
	}
	var found, others []int32 // of the IDs
	for i, label := range labels {
		if label != "" {
			found = append(found, int32(i))
		} else {
			others = append(others, int32(i))
		}
	}
	for equal := range equalTexts(ctx, labels, found) {
		others = append(others, equal...)
	}
	texts := make([]string, len(ids))
	for i := range interrupt.Range(ctx, len(ids)) {
		texts[i] = display.Printable(ids[i])
	}
	c := cutter{values: values}
	names := c.names(ctx, texts, others)
	if ctx.Err() != nil { // names are incomplete
		return labels
	}
	for _, i := range others {
		labels[i] = ""
	}
	patterns := make(map[string]bool)
	for k := range names {
		patterns[names[k].pattern] = true
	}
	for _, i := range found {
		if labels[i] != "" && patterns[labels[i]] { // of one pattern with others, whose labels it has to differ from
			n, _ := hashName(texts[i])
			names, others = append(names, n), append(others, i)
		}
	}
	chooseLabels(ctx, names, values)
	for k, i := range others {
		labels[i] = names[k].label()
	}
	distinguish(ctx, labels, texts)
	return labels
}

// equalTexts iterates over the texts that are equal to others: it gets the indexes of some
// texts, sorts them by these, and yields those of each text that comes more than once.
func equalTexts(ctx context.Context, texts []string, of []int32) iter.Seq[[]int32] {
	interrupt.SortFunc(ctx, of, func(i, j int32) int { return strings.Compare(texts[i], texts[j]) })
	return func(yield func([]int32) bool) {
		for from, to := 0, 0; from < len(of); from = to {
			for to = from + 1; to < len(of) && texts[of[to]] == texts[of[from]]; {
				to++
			}
			if to > from+1 && !yield(of[from:to]) {
				return
			}
		}
	}
}

// distinguish gives IDs whose labels are still equal whole IDs as labels. One ID may contain the escapes of another, so these are numbered.
func distinguish(ctx context.Context, labels, ids []string) {
	all := make([]int32, len(labels))
	for i := range all {
		all[i] = int32(i)
	}
	distinct := true
	for equal := range equalTexts(ctx, labels, all) {
		distinct = false
		for _, i := range equal {
			labels[i] = ids[i]
		}
	}
	if !distinct {
		makeUnique(ctx, labels)
	}
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
	snaps := []*cluster.Snapshot{snap}
	if unfiltered != nil && !sameNodes(snap, unfiltered) {
		snaps = append(snaps, unfiltered)
	}
	ids, short := nodeLabels(ctx, hubs, snaps...)
	if ctx.Err() != nil {
		return
	}
	parallel.Range(ctx, len(t.vertices), func(chunk iter.Seq[int]) {
		k := -1
		for i := range chunk {
			v := &t.vertices[i]
			if v.Job != nil {
				continue
			}
			if k < 0 {
				k, _ = slices.BinarySearch(ids, v.NodeID())
			}
			for ids[k] != v.NodeID() { // both are sorted
				k++
			}
			v.Label = short[k]
		}
	})
	t.labelJobs(ctx)
}

// labelJobs gives each job its short label.
func (t *Topology) labelJobs(ctx context.Context) {
	if t.jobs == 0 {
		return
	}
	var texts []string
	var names []name
	for i := range interrupt.Range(ctx, len(t.vertices)) {
		if v := &t.vertices[i]; v.Job != nil {
			text := display.Printable(v.NodeID())
			n, ok := uuidName(text)
			if !ok {
				n = wholeName(text)
			}
			texts, names = append(texts, text), append(names, n)
		}
	}
	chooseLabels(ctx, names, nil)
	labels := make([]string, len(names))
	for i := range names {
		labels[i] = names[i].label()
	}
	distinguish(ctx, labels, texts)
	for i := range t.vertices {
		if v := &t.vertices[i]; v.Job != nil && len(labels) > 0 {
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
