package wire

import (
	"bytes"
	"runtime"

	"github.com/bacviz/bacviz/cluster"
)

// A batch is handed over when it has this many bytes or records: enough that handing it
// over costs nothing beside reading it, and little beside a long list.
const (
	batchBytes   = 128 << 10
	batchRecords = 256
)

// maxReaders is how many goroutines read records. Cutting a list into records takes a
// sixth of the time of reading them, so more would wait.
const maxReaders = 5

// A batch is a run of records of a node list.
type batch struct {
	text    []byte // their JSON, valid, one after the other
	records []record
	read    chan struct{} // closed when the records are read
}

// A record is a node, or the problem that makes it a bad record.
type record struct {
	node    cluster.Node
	problem string
}

// A batchReader reads records on several goroutines and gives them back in the order in
// which they came.
type batchReader struct {
	readers []recordReader // they know the words of earlier pages
	work    chan *batch
	queue   []*batch // in work, the oldest first
	next    *batch   // is being filled
}

// start makes the goroutines, which end with stop.
func (b *batchReader) start() {
	if b.readers == nil {
		b.readers = make([]recordReader, min(runtime.GOMAXPROCS(0), maxReaders))
	}
	work := make(chan *batch, len(b.readers))
	for i := range b.readers {
		go func() {
			for batch := range work {
				batch.fill(&b.readers[i])
				close(batch.read)
			}
		}()
	}
	b.work, b.next = work, &batch{}
}

// put adds the JSON of a record, and calls each with the records that are no longer
// waited for.
func (b *batchReader) put(json []byte, each func(*record)) {
	b.next.text = append(append(b.next.text, json...), '\n') // which ends a number
	b.next.records = append(b.next.records, record{})
	if len(b.next.text) < batchBytes && len(b.next.records) < batchRecords {
		return
	}
	b.hand()
	if len(b.queue) > 2*len(b.readers) {
		b.next = b.take(each)
	} else {
		b.next = &batch{}
	}
}

// stop calls each with the records that are left, and ends the goroutines.
func (b *batchReader) stop(each func(*record)) {
	b.hand()
	close(b.work)
	for len(b.queue) > 0 {
		b.take(each)
	}
}

// hand gives the present batch to the goroutines.
func (b *batchReader) hand() {
	b.next.read = make(chan struct{})
	b.queue = append(b.queue, b.next)
	b.work <- b.next
}

// take waits for the oldest batch, calls each with its records and returns it, empty.
func (b *batchReader) take(each func(*record)) *batch {
	oldest := b.queue[0]
	b.queue = b.queue[1:]
	<-oldest.read
	for i := range oldest.records {
		each(&oldest.records[i])
	}
	return &batch{text: oldest.text[:0], records: oldest.records[:0]}
}

// fill reads the records.
func (b *batch) fill(r *recordReader) {
	r.dec = newDecoder(bytes.NewBuffer(b.text))
	for i := range b.records {
		// The text is valid, so there is no error but a problem.
		b.records[i].node, b.records[i].problem, _ = r.next()
	}
}
