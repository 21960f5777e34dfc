package snapshot

// This file takes a document apart, and puts it together again.

import (
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/jsondoc"
	"github.com/bacviz/bacviz/internal/noderecord"
)

// Parts are the document of a snapshot's shape in pieces, for a store that keeps only
// those that changed. A document has the same pieces if and only if it is the same.
type Parts struct {
	Frame string   // the document without its nodes and without jobs; see [Frame]
	Nodes []string // each node, in the order of the snapshot; see [Part]
}

// Frame returns the frame of the document that [Write] writes of a snapshot's shape.
func Frame(s cluster.Snapshot) string {
	s.Jobs = nil
	frame := writer{}
	frame.frame(&s, WriteOptions{})
	return compact(append(frame.Text, '}'))
}

// Part returns the part of that document which describes a node. It depends on the shape of
// the node alone; see [SameShape].
func Part(n *cluster.Node) (string, error) {
	var b jsondoc.Builder
	err := noderecord.Append(&b, n, false)
	return compact(b.Text), err
}

// Shape returns the node that [Node] makes of the part of a node: without load and times. It shares labels and
// lists of words with the given one.
func Shape(n *cluster.Node) cluster.Node {
	shape := *n
	shape.Max.Disk, shape.Available, shape.Queued = 0, cluster.Resources{}, cluster.Resources{}
	shape.Running, shape.Enqueued, shape.LoadUnknown = 0, 0, true
	shape.Sightings = make([]cluster.Sighting, len(n.Sightings))
	for i := range n.Sightings {
		s := &n.Sightings[i]
		shape.Sightings[i] = cluster.Sighting{Orchestrator: s.Orchestrator, Connection: s.Connection, Membership: s.Membership}
	}
	return shape
}

// SameShape reports whether two nodes have the same part, as far as that is seen without
// making it: strings that are not UTF-8 may differ and have the same part.
func SameShape(a, b *cluster.Node) bool {
	sameCapacity := a.Max.CPU == b.Max.CPU && a.Max.Memory == b.Max.Memory && a.Max.GPU == b.Max.GPU // disks drift
	return a.ID == b.ID && a.Type == b.Type && a.Version == b.Version && sameCapacity && maps.Equal(a.Labels, b.Labels) &&
		slices.Equal(a.Engines, b.Engines) && slices.Equal(a.Publishers, b.Publishers) && slices.Equal(a.Storage, b.Storage) &&
		slices.EqualFunc(a.Sightings, b.Sightings, func(x, y cluster.Sighting) bool {
			return x.Orchestrator == y.Orchestrator && x.Connection == y.Connection && x.Membership == y.Membership
		})
}

// Join returns the snapshot whose document has these parts. A mistake in one is an error.
func (p Parts) Join() (cluster.Snapshot, error) {
	var text strings.Builder
	text.WriteString(strings.TrimSuffix(p.Frame, "}"))
	text.WriteString(`,"nodes":[`)
	for i, node := range p.Nodes {
		if i > 0 {
			text.WriteByte(',')
		}
		text.WriteString(node)
	}
	text.WriteString("]}")
	return Read(strings.NewReader(text.String()), ReadOptions{})
}

// Node returns the node of one of the Nodes of [Parts].
func Node(part string) (cluster.Node, error) {
	in := jsondoc.New([]byte("["+part+"]"), hint)
	var nodes noderecord.Nodes
	if err := in.Decode(&nodes); err != nil {
		return cluster.Node{}, err
	}
	if len(nodes.All) != 1 {
		return cluster.Node{}, in.Errorf(0, "not one node")
	}
	return nodes.All[0], nil
}

// compact returns a JSON value without its white space.
func compact(text []byte) string {
	value := jsontext.Value(text)
	if value.Compact() != nil {
		return string(text) // not JSON, which the reader will say
	}
	return string(value)
}
