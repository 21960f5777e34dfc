package snapshot

// This file takes a document apart, and puts it together again.

import (
	"context"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/jsondoc"
	"github.com/bacviz/bacviz/internal/noderecord"
)

// Parts are the document of a snapshot's shape in pieces, for a store that keeps only
// those that changed. A document has the same pieces if and only if it is the same.
type Parts struct {
	Frame string   // the document without its nodes and without jobs
	Nodes []string // each node, in the order of the snapshot
}

// Split returns the parts of the document that [Write] writes of a snapshot without its
// jobs and its load. It returns ctx.Err() if ctx ends first.
func Split(ctx context.Context, s cluster.Snapshot) (Parts, error) {
	s.Jobs = nil
	frame := writer{}
	frame.frame(&s, WriteOptions{})
	parts := Parts{Frame: compact(append(frame.Text, '}')), Nodes: make([]string, len(s.Nodes))}
	var b jsondoc.Builder
	for i := range interrupt.Range(ctx, len(s.Nodes)) {
		b.Text = b.Text[:0]
		if err := noderecord.Append(&b, &s.Nodes[i], false); err != nil {
			return Parts{}, err
		}
		parts.Nodes[i] = compact(b.Text)
	}
	return parts, ctx.Err()
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
