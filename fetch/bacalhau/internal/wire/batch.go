package wire

import (
	"bytes"
	"errors"
	"runtime"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bacviz/bacviz/cluster"
)

// maxReaders is how many goroutines read batches. Cutting a list into batches takes a
// sixth of the time of reading them, so more would wait.
const maxReaders = 5

// A batch is a part of a list of records.
type batch struct {
	text   []byte // JSON: what is around the list, some of its records, and its end
	inside int    // how many bytes of text are around the list, and not from where it begins
	begin  place  // of the first byte behind those
	values int    // how many records are objects or lists

	// What was read of it.
	read      chan struct{} // closed when the rest is set
	nodes     []cluster.Node
	sightings []cluster.Sighting // of the nodes
	ends      []int              // where each record ends in text, good or bad
	problems  []problem          // of the bad ones
	err       error              // ended the reading; its offset is one in text
}

// A problem makes a record a bad one.
type problem struct {
	record int    // its index in the batch
	what   string // empty behind the first of a batch, which are more than get a warning
}

// A batchReader reads batches on several goroutines and gives them back in the order in
// which they came.
type batchReader struct {
	readers []recordReader // they know the words of earlier pages
	work    chan *batch
	queue   []*batch // in work, the oldest first
	free    [][]byte // room for text
}

// start makes the goroutines, which end with stop.
func (b *batchReader) start() {
	if b.readers == nil {
		b.readers = make([]recordReader, min(runtime.GOMAXPROCS(0), maxReaders))
	}
	work := make(chan *batch, 2*len(b.readers))
	for i := range b.readers {
		go func() {
			for batch := range work {
				batch.fill(&b.readers[i])
			}
		}()
	}
	b.work = work
}

// put adds a batch, and calls each with one that is no longer waited for.
func (b *batchReader) put(next *batch, each func(*batch) error) error {
	next.read = make(chan struct{})
	b.queue = append(b.queue, next)
	b.work <- next
	if len(b.queue) > 2*len(b.readers) {
		return b.take(each)
	}
	return nil
}

// drain calls each with the batches that are left.
func (b *batchReader) drain(each func(*batch) error) error {
	for len(b.queue) > 0 {
		if err := b.take(each); err != nil {
			return err
		}
	}
	return nil
}

// stop ends the goroutines. It waits for them, but drops what is left.
func (b *batchReader) stop() {
	close(b.work)
	for _, batch := range b.queue {
		<-batch.read
	}
	b.queue = nil
}

// take waits for the oldest batch and calls each with it.
func (b *batchReader) take(each func(*batch) error) error {
	oldest := b.queue[0]
	b.queue = b.queue[1:]
	<-oldest.read
	if cap(oldest.text) <= 4*batchBytes {
		b.free = append(b.free, oldest.text[:0])
	}
	return each(oldest)
}

// room returns an empty slice for the text of a batch.
func (b *batchReader) room() []byte {
	if last := len(b.free) - 1; last >= 0 {
		text := b.free[last]
		b.free = b.free[:last]
		return text
	}
	return make([]byte, 0, batchBytes+batchBytes/8)
}

// fill reads the records.
func (b *batch) fill(r *recordReader) {
	defer close(b.read)
	dec := newDecoder(bytes.NewBuffer(b.text))
	for dec.InputOffset() < int64(b.inside) {
		_, _ = dec.ReadToken() // around the list, and known to be valid
	}
	b.nodes, b.sightings = make([]cluster.Node, 0, b.values), make([]cluster.Sighting, 0, b.values)
	for dec.PeekKind() != ']' {
		json, err := dec.ReadValue()
		if err != nil {
			b.fail(err)
			break
		}
		b.add(r, json, int(dec.InputOffset()))
	}
	if len(b.nodes) < cap(b.nodes)/2 {
		b.nodes = slices.Clone(b.nodes) // bad records shall not keep the room of good ones
	}
}

// add reads a record, which ends at an offset in text.
func (b *batch) add(r *recordReader, json []byte, end int) {
	b.ends = append(b.ends, end)
	b.nodes, b.sightings = append(b.nodes, cluster.Node{}), append(b.sightings, cluster.Sighting{})
	last := len(b.nodes) - 1
	if what := r.read(json, &b.nodes[last], &b.sightings[last]); what != "" {
		b.nodes, b.sightings = b.nodes[:last], b.sightings[:last]
		if len(b.problems) > MaxWarned {
			what = ""
		}
		b.problems = append(b.problems, problem{len(b.ends) - 1, what})
		return
	}
	b.nodes[last].Sightings = b.sightings[last : last+1 : last+1]
}

// fail sets the error of the decoder.
func (b *batch) fail(err error) {
	b.err = err
	if syntax := (*jsontext.SyntacticError)(nil); errors.As(err, &syntax) {
		b.err = &fault{b.begin.after(b.text[b.inside:syntax.ByteOffset]), syntax}
	}
}
