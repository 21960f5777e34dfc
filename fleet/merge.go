package fleet

// This file merges sorted lines.

import (
	"bufio"
	"cmp"
	"container/heap"
	"context"
	"io"
	"iter"

	"github.com/bacviz/bacviz/internal/interrupt"
)

// Merge yields the lines of all inputs, each once and in order. It ends with the first
// error. The result is the same for any order of inputs, and for inputs that were merged
// before.
func Merge(ctx context.Context, inputs ...iter.Seq2[Line, error]) iter.Seq2[Line, error] {
	return merge(ctx, inputs)
}

func merge(ctx context.Context, inputs []iter.Seq2[Line, error]) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		var open inputHeap
		defer func() {
			for _, in := range open {
				in.stop()
			}
		}()
		for _, input := range inputs {
			next, stop := iter.Pull2(input)
			in := &pulled{next: next, stop: stop}
			open = append(open, in)
			if err := in.advance(); err != nil {
				yield(Line{}, err)
				return
			}
		}
		heap.Init(&open)
		known := definitions{}
		ended := interrupt.Ended(ctx)
		last := ""
		for len(open) > 0 && open[0].more {
			line := open[0].line
			if line.Text != last && !known.has(line) {
				last = line.Text
				if !yield(line, nil) {
					return
				}
			}
			if ended() {
				yield(Line{}, ctx.Err())
				return
			}
			if err := open[0].advance(); err != nil {
				yield(Line{}, err)
				return
			}
			heap.Fix(&open, 0)
		}
	}
}

// definitions are the names of the records and shapes of one cluster that were there.
type definitions struct {
	cluster string
	names   map[string]bool
}

// has reports whether the line defines what was defined above, and remembers it.
func (d *definitions) has(l Line) bool {
	if d.names == nil || l.cluster != d.cluster {
		d.cluster, d.names = l.cluster, make(map[string]bool)
	}
	if l.what == snapshotLine || l.what == leftOutLine {
		return false
	}
	key := l.what[:1] + l.name
	if d.names[key] {
		return true
	}
	d.names[key] = true
	return false
}

// A pulled is an input with the line that it is at.
type pulled struct {
	next func() (Line, error, bool)
	stop func()
	line Line
	more bool
}

func (p *pulled) advance() (err error) {
	p.line, err, p.more = p.next()
	return err
}

// An inputHeap has the input with the first line on top, and those at their ends at the bottom.
type inputHeap []*pulled

func (h inputHeap) Len() int { return len(h) }
func (h inputHeap) Less(i, j int) bool {
	if h[i].more != h[j].more {
		return h[i].more
	}
	return cmp.Less(h[i].line.Text, h[j].line.Text)
}
func (h inputHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *inputHeap) Push(x any)   { *h = append(*h, x.(*pulled)) }
func (h *inputHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

// Write writes lines as a file of facts. It ends with the first error among the lines.
func Write(ctx context.Context, w io.Writer, lines iter.Seq2[Line, error]) error {
	out := NewWriter(w)
	for _, err := range out.Through(lines) {
		if err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return out.Close()
}

// A Writer writes a file of facts while its lines are used for something else.
type Writer struct {
	to    *bufio.Writer
	lines int
}

// NewWriter returns a writer that begins a file.
func NewWriter(w io.Writer) *Writer {
	out := &Writer{to: bufio.NewWriterSize(w, 64<<10)}
	_, _ = out.to.WriteString(header + "\n") // Close returns the first error
	return out
}

// Through yields the lines, each after it was written.
func (w *Writer) Through(lines iter.Seq2[Line, error]) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		for line, err := range lines {
			if err == nil {
				w.lines++
				_, _ = w.to.WriteString(line.Text)
				err = w.to.WriteByte('\n')
			}
			if !yield(line, err) || err != nil {
				return
			}
		}
	}
}

// Close ends the file after all lines. It leaves what was written to open.
func (w *Writer) Close() error {
	_, _ = w.to.WriteString(endLine(w.lines) + "\n") // Flush returns the first error
	return w.to.Flush()
}
