package wire

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch/internal/input"
	"github.com/bacviz/bacviz/internal/display"
)

// A NodeDecoder collects the nodes of a list of one page or several. Besides the
// nodes it holds one record at a time.
type NodeDecoder struct {
	// Live is true for the answer of an orchestrator: nothing precedes the list, and
	// errors begin with "answered with". Lines of a log may precede a saved list, and errors
	// name line and column.
	Live bool

	Warn     func(message string)
	Progress func(bytes int64, records int) // called now and then; may be nil

	// MaxRecords bounds Records.
	MaxRecords input.RecordLimit

	// Records is how many records were read so far, good and bad.
	Records int

	nodes    [][]cluster.Node         // in pieces, so that pointers to nodes stay valid
	index    map[string]*cluster.Node // by NodeID
	bytes    int64                    // length of the pages so far
	skipped  int                      // records left out
	repeated int                      // records of a node that an earlier record described
	firstBad string                   // why the first of them was left out
	held     []string                 // warnings of bad records before the first node: a list without one is an error, which says as much
	at       string                   // where the list begins, or the first bad record, for messages

	batches batchReader
	taken   int // records that the batches gave back
}

// Len returns the number of nodes read so far.
func (d *NodeDecoder) Len() int { return len(d.index) }

// ReadPage reads one page and returns the token of the next one, or "". A failure of
// r is a [*ReadError]; any other error is an [*Error].
func (d *NodeDecoder) ReadPage(r io.Reader) (next string, err error) {
	text, err := input.UTF8(r)
	in := &counter{r: text, err: err}
	var start int64
	if err == nil {
		next, start, err = d.page(in)
	}
	var e *Error
	if err != nil && !errors.As(err, &e) {
		err = d.broken(err, in, start)
	}
	return next, err
}

// page reads a page, whose JSON begins at the byte start.
func (d *NodeDecoder) page(in *counter) (next string, start int64, err error) {
	br := bufio.NewReaderSize(in, input.BufferSize)
	if err := d.findJSON(br, in); err != nil {
		return "", 0, err
	}
	start = in.n - int64(br.Buffered())
	d.at = in.position(start)
	in.allow(MaxValue)
	dec := newDecoder(br)
	if next, err = d.top(dec, in, start); err != nil {
		return "", start, err
	}
	d.bytes += dec.InputOffset()
	rest, _ := io.ReadAll(io.LimitReader(io.MultiReader(bytes.NewReader(dec.UnreadBuffer()), br), 512)) // only to warn
	if len(bytes.TrimSpace(rest)) > 0 {
		d.Warn("text after the list is ignored: " + display.Quote(FirstLine(rest)))
	}
	return next, start, nil
}

// top reads the outermost value, which begins at the byte start.
func (d *NodeDecoder) top(dec *jsontext.Decoder, in *counter, start int64) (next string, err error) {
	if dec.PeekKind() == '[' { // what bacalhau node list --output json prints
		return "", d.array(dec, in, start)
	}
	if _, err := dec.ReadToken(); err != nil {
		return "", err
	}
	found := false
	others := map[string]json.RawMessage{}
	for dec.PeekKind() != '}' {
		in.allow(MaxValue)
		tok, err := dec.ReadToken()
		if err != nil {
			return "", err
		}
		switch key := tok.String(); key {
		case "Nodes":
			found = true
			err = d.nodesValue(dec, in, start)
		case "Items", "nodes", "links": // may be long; that it is there says enough
			others[key] = nil
			err = dec.SkipValue()
		case "NextToken", "NodeID", "Node", "Info", "Status", "Message", "Hint", "Details", "error", "message":
			var v jsontext.Value
			v, err = dec.ReadValue()
			others[key] = json.RawMessage(v.Clone())
		default:
			err = dec.SkipValue()
		}
		if err != nil {
			return "", err
		}
	}
	if _, err := dec.ReadToken(); err != nil {
		return "", err
	}
	if !found {
		return "", d.otherKind(others)
	}
	if json.Unmarshal(others["NextToken"], &next) != nil {
		next = "" // no token, or one that is not text
	}
	return next, nil
}

// nodesValue reads the value of "Nodes".
func (d *NodeDecoder) nodesValue(dec *jsontext.Decoder, in *counter, start int64) error {
	kind := dec.PeekKind()
	d.at = in.position(start + ahead(dec))
	switch kind {
	case 'n': // null: no nodes
		return dec.SkipValue()
	case '[':
		return d.array(dec, in, start)
	}
	if err := dec.SkipValue(); err != nil {
		return err
	}
	return d.fail(`JSON that is not a node list: its "Nodes" is not a list`, hintRead)
}

// ahead returns the offset of the value that dec has peeked at.
func ahead(dec *jsontext.Decoder) int64 {
	rest := dec.UnreadBuffer()
	return dec.InputOffset() + int64(len(rest)-len(bytes.TrimLeft(rest, " \t\r\n,:")))
}

// array reads a list of records.
func (d *NodeDecoder) array(dec *jsontext.Decoder, in *counter, start int64) error {
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	d.batches.start()
	err := d.records(dec, in, start)
	d.batches.stop(d.record)
	if err != nil {
		return err
	}
	_, err = dec.ReadToken()
	return err
}

// records hands the records of a list to the batches, until the list ends.
func (d *NodeDecoder) records(dec *jsontext.Decoder, in *counter, start int64) error {
	for dec.PeekKind() != ']' {
		in.allow(MaxValue)
		if d.Records == 0 {
			d.at = in.position(start + ahead(dec))
		}
		text, err := dec.ReadValue()
		if err != nil {
			return err
		}
		if d.Records++; d.Records > d.MaxRecords.Most(d.bytes+dec.InputOffset()) {
			message, hint := d.MaxRecords.Exceeded(d.bytes + dec.InputOffset())
			return &Error{Message: "lists " + message, Hint: hint}
		}
		d.batches.put(text, d.record)
		if d.Progress != nil && d.Records%256 == 0 {
			d.Progress(in.n, d.Records)
		}
	}
	return nil
}

// record takes the next record, good or bad.
func (d *NodeDecoder) record(r *record) {
	d.taken++
	if r.problem != "" {
		d.skip(r.problem)
	} else {
		d.add(r.node)
	}
}

func (d *NodeDecoder) skip(problem string) {
	problem = fmt.Sprintf("record %d: %s", d.taken, problem)
	if d.skipped++; d.skipped == 1 {
		d.firstBad = problem
	}
	if d.skipped <= MaxWarned {
		d.held = append(d.held, problem+"; skipped")
	}
	d.warnHeld()
}

// warnHeld gives the warnings that were held back, once there is a node.
func (d *NodeDecoder) warnHeld() {
	if len(d.index) == 0 {
		return
	}
	for _, message := range d.held {
		d.Warn(message)
	}
	d.held = nil
}

// add keeps one record for each NodeID, the same one in any order.
func (d *NodeDecoder) add(n cluster.Node) {
	known, ok := d.index[n.ID]
	if !ok {
		if d.index == nil {
			d.index = map[string]*cluster.Node{}
		}
		last := len(d.nodes) - 1
		if last < 0 || len(d.nodes[last]) == cap(d.nodes[last]) {
			d.nodes = append(d.nodes, make([]cluster.Node, 0, min(1024, 16+len(d.index))))
			last++
		}
		d.nodes[last] = append(d.nodes[last], n)
		d.index[n.ID] = &d.nodes[last][len(d.nodes[last])-1]
		d.warnHeld()
		return
	}
	if d.repeated++; d.repeated <= MaxWarned {
		d.Warn(fmt.Sprintf("record %d: node %s is already listed; the record with the latest heartbeat is kept", d.taken, display.Quote(n.ID)))
	}
	if compareRecords(&n, known) < 0 {
		*known = n
	}
}

// compareRecords puts the record to keep first: the one with the later heartbeat,
// then the connected one, then either, as long as it is the same one each time.
func compareRecords(a, b *cluster.Node) int {
	s, t := &a.Sightings[0], &b.Sightings[0]
	return cmp.Or(
		t.LastHeartbeat.Compare(s.LastHeartbeat),
		cmp.Compare(s.Connection, t.Connection), // CONNECTED sorts before DISCONNECTED
		strings.Compare(fmt.Sprintf("%#v", *a), fmt.Sprintf("%#v", *b)),
	)
}

// Finish returns the nodes of all pages in the order of their IDs. A list without
// any is an [*Error].
func (d *NodeDecoder) Finish() ([]cluster.Node, error) {
	switch {
	case d.Records == 0:
		return nil, &Error{Message: d.place() + "lists no nodes", Hint: hintEmpty}
	case len(d.index) == 0:
		none := fmt.Sprintf("none of the %d records is a node", d.Records)
		if d.Records == 1 {
			none = "the only record is not a node"
		}
		return nil, &Error{Message: d.place() + none + " (" + d.firstBad + ")", Hint: d.hint(hintRead)}
	}
	if n := d.skipped - MaxWarned; n > 0 {
		d.Warn(fmt.Sprintf("%d more %s skipped, %d of %d in total", n, display.Noun(n, "record"), d.skipped, d.Records))
	}
	if n := d.repeated - MaxWarned; n > 0 {
		d.Warn(fmt.Sprintf("%d more %s of nodes that are already listed", n, display.Noun(n, "record")))
	}
	order := make([]*cluster.Node, 0, len(d.index))
	for _, piece := range d.nodes {
		for i := range piece {
			order = append(order, &piece[i])
		}
	}
	d.index = nil
	slices.SortFunc(order, func(a, b *cluster.Node) int { return strings.Compare(a.ID, b.ID) })
	nodes := make([]cluster.Node, len(order))
	for i, n := range order {
		nodes[i] = *n
	}
	return nodes, nil
}
