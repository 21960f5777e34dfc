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
// of jobs, are left out, as they may hold addresses or secrets. It returns ctx.Err() and
// writes nothing if ctx ends before the document is complete.
func Write(ctx context.Context, w io.Writer, s cluster.Snapshot, opt WriteOptions) error {
	var head, tail writer
	head.frame(&s, opt)
	head.Raw(",\n  \"nodes\": ")
	parts, err := nodeParts(ctx, s.Nodes, opt.Load)
	if err != nil {
		return err
	}
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
	return writeAll(w, slices.Concat([][]byte{head.Text}, parts, [][]byte{tail.Text}))
}

// nodeParts returns the list of nodes in pieces, which all processors write.
func nodeParts(ctx context.Context, nodes []cluster.Node, load bool) ([][]byte, error) {
	if len(nodes) == 0 {
		return [][]byte{[]byte("[]")}, nil
	}
	const size = 256 // nodes of a piece, enough for the pieces to be large
	faults := make([]error, len(nodes)/size+1)
	parts, err := parallel.Chunks(ctx, len(nodes), size, func(from, to int) []byte {
		b := jsondoc.Builder{Text: make([]byte, 0, (to-from)*768)}
		separator := ","
		if from == 0 {
			separator = "["
		}
		for i := range nodes[from:to] {
			b.Raw(separator + "\n    ")
			separator = ","
			if err := noderecord.Append(&b, &nodes[from+i], load); err != nil {
				faults[from/size] = err
				break
			}
		}
		return b.Text
	})
	for _, fault := range faults {
		if fault != nil {
			return nil, fault
		}
	}
	return append(parts, []byte("\n  ]")), err
}

// writeAll writes texts one after the other. A buffer grows once.
func writeAll(w io.Writer, texts [][]byte) error {
	if buffer, is := w.(interface{ Grow(n int) }); is {
		size := 0
		for _, text := range texts {
			size += len(text)
		}
		buffer.Grow(size)
	}
	for _, text := range texts {
		if _, err := w.Write(text); err != nil {
			return err
		}
	}
	return nil
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
