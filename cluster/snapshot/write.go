// Package snapshot writes a [cluster.Snapshot] as a JSON document that diffs well in git,
// and reads it again.
//
// A document holds the shape of a network unless its load is asked for, so two documents of
// an unchanged network are the same bytes. It can also be taken apart into [Parts] and joined
// again. docs/snapshot.schema.json describes it. This package asks no orchestrator.
package snapshot

import (
	"context"
	"io"
	"slices"
	"time"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/jsondoc"
	"github.com/bacviz/bacviz/internal/noderecord"
	"github.com/bacviz/bacviz/internal/parallel"
)

// Version is the newest version of the documents that [Write] writes, that of
// snapshots with jobs. Without jobs it is 1, which older programs read too.
const Version = 2

// WriteOptions say what of a snapshot its document holds. The zero value is the
// shape of the network, which does not change by itself.
type WriteOptions struct {
	// Load adds what changes by itself: the time, heartbeats, free capacity,
	// running and queued executions, and the totals of disks, which drift on an
	// idle node.
	Load bool
}

// Write writes a snapshot as a document that [Read] reads. The same snapshot and
// options give the same bytes. Each node is a block of lines, so that git shows
// what changed of it. Errors that orchestrators reported, and messages and output
// of jobs, are left out, as they may hold addresses or secrets. The document is written
// in pieces, in order, while the next are made, so a caller drops what was written if
// Write returns an error: that of w, or ctx.Err() if ctx ends first.
func Write(ctx context.Context, w io.Writer, s cluster.Snapshot, opt WriteOptions) error {
	if buffer, is := w.(interface{ Grow(n int) }); is {
		buffer.Grow(len(s.Nodes) * nodeSize)
	}
	var head, tail writer
	head.frame(&s, opt)
	head.Raw(",\n  \"nodes\": [")
	if _, err := w.Write(head.Text); err != nil {
		return err
	}
	if err := writeNodes(ctx, w, s.Nodes, opt.Load); err != nil {
		return err
	}
	if len(s.Nodes) > 0 {
		tail.Raw("\n  ")
	}
	tail.Raw("]")
	if s.Jobs != nil {
		tail.Raw(",\n  \"jobs\": ")
		ended := interrupt.Ended(ctx)
		tail.List(len(s.Jobs), "    ", func(i int) {
			if !ended() {
				tail.job(&s.Jobs[i])
			}
		})
	}
	tail.Raw("\n}\n")
	if err := ctx.Err(); err != nil {
		return err
	}
	_, err := w.Write(tail.Text)
	return err
}

// nodeSize is more than most nodes have in a document, in bytes.
const nodeSize = 768

// writeNodes writes the nodes of a document.
func writeNodes(ctx context.Context, w io.Writer, nodes []cluster.Node, load bool) error {
	const size = 256 // nodes of a piece, enough for the pieces to be large
	return parallel.Write(ctx, w, len(nodes), size, func(text []byte, from, to int) ([]byte, error) {
		b := jsondoc.Builder{Text: slices.Grow(text, (to-from)*nodeSize)}
		for i := from; i < to; i++ {
			if i > 0 {
				b.Raw(",")
			}
			b.Raw("\n    ")
			if err := noderecord.Append(&b, &nodes[i], load); err != nil {
				return b.Text, err
			}
		}
		return b.Text, nil
	})
}

// A writer writes the parts of a document.
type writer struct{ jsondoc.Builder }

// frame begins a document: all that stands before its nodes.
func (w *writer) frame(s *cluster.Snapshot, opt WriteOptions) {
	version := 1
	if s.Jobs != nil {
		version = Version
	}
	w.Raw("{\n  \"" + jsondoc.KindField + "\": \"" + kind + "\",\n  \"version\": ")
	w.Int(version)
	if opt.Load && !s.Taken.IsZero() {
		w.Raw(",\n  \"taken\": ")
		w.Time(s.Taken)
	}
	w.Raw(",\n  \"orchestrators\": ")
	w.List(len(s.Orchestrators), "    ", func(i int) { w.String(s.Orchestrators[i]) })
	w.clusters(s.Origins)
	w.selection(s.Selection)
}

func (w *writer) job(j *cluster.Job) {
	w.Raw("{\n      \"id\": ")
	w.String(j.ID)
	w.Word("by", j.Orchestrator)
	w.Word("name", j.Name)
	w.Word("namespace", j.Namespace)
	w.Word("type", j.Type)
	if j.Count != 0 {
		w.Field("count")
		w.Int(j.Count)
	}
	w.Word("state", string(j.State))
	w.Words("engines", j.Engines)
	w.Words("publishers", j.Publishers)
	w.time("created", j.Created)
	w.time("modified", j.Modified)
	if len(j.Executions) > 0 {
		w.Field("executions")
		w.List(len(j.Executions), "        ", func(i int) { w.execution(&j.Executions[i]) })
	}
	w.Raw("\n    }")
}

func (w *writer) time(name string, t time.Time) {
	if !t.IsZero() {
		w.Field(name)
		w.Time(t)
	}
}

func (w *writer) execution(e *cluster.Execution) {
	w.Raw("{\"id\": ")
	w.String(e.ID)
	w.Raw(", \"node\": ")
	w.String(e.NodeID)
	w.Raw(", \"state\": ")
	w.String(string(e.State))
	if code := e.ExitCode(); code != cluster.NotReported {
		w.Raw(", \"exit\": ")
		w.Int(code)
	}
	if e.Attempt > 1 {
		w.Raw(", \"attempt\": ")
		w.Int(e.Attempt)
	}
	w.Raw("}")
}
