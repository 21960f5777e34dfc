package wire

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch/internal/input"
	"github.com/bacviz/bacviz/internal/display"
)

// A NodeDecoder collects the nodes of a list of one page or several. Besides the
// nodes it holds some batches of records at a time.
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

	nodes    [][]cluster.Node         // by batch, so that pointers to nodes stay valid
	known    int                      // how many they are
	last     string                   // the ID of the last one
	index    map[string]*cluster.Node // by NodeID; nil as long as each had a higher ID than the one before
	bytes    int64                    // length of the pages so far
	before   int64                    // the same, without what precedes the list in the present page
	skipped  int                      // records left out
	repeated int                      // records of a node that an earlier record described
	firstBad string                   // why the first of them was left out
	held     []string                 // warnings of bad records before the first node: a list without one is an error, which says as much
	at       string                   // where the list begins, or the first bad record, for messages

	batches batchReader
}

// Len returns the number of nodes read so far.
func (d *NodeDecoder) Len() int { return d.known }

// ReadPage reads one page and returns the token of the next one, or "". A failure of
// r is a [*ReadError]; any other error is an [*Error].
func (d *NodeDecoder) ReadPage(r io.Reader) (next string, err error) {
	text, err := input.UTF8(r)
	p := &page{in: &counter{r: text, err: err}}
	if err == nil {
		next, err = d.page(p)
	}
	var e *Error
	if err != nil && !errors.As(err, &e) {
		err = d.broken(err, p)
	}
	return next, err
}

func (d *NodeDecoder) page(p *page) (next string, err error) {
	br := bufio.NewReaderSize(p.in, input.BufferSize)
	if err := d.findJSON(br, p.in); err != nil {
		return "", err
	}
	start := p.in.n - int64(br.Buffered())
	d.at = p.in.position(start)
	d.before = d.bytes - start
	p.in.allow(MaxValue)
	p.dec, p.text, p.start = newDecoder(br), br, start
	if next, err = d.top(p); err != nil {
		return "", err
	}
	d.bytes += p.offset() - start
	rest, _ := io.ReadAll(io.LimitReader(io.MultiReader(bytes.NewReader(p.dec.UnreadBuffer()), p.text), 512)) // only to warn
	if len(bytes.TrimSpace(rest)) > 0 {
		d.Warn("text after the list is ignored: " + display.Quote(FirstLine(rest)))
	}
	return next, nil
}

// top reads the outermost value.
func (d *NodeDecoder) top(p *page) (next string, err error) {
	if p.dec.PeekKind() == '[' { // what bacalhau node list --output json prints
		return "", d.array(p, "[")
	}
	if _, err := p.dec.ReadToken(); err != nil {
		return "", err
	}
	found := false
	others := map[string]json.RawMessage{}
	for p.dec.PeekKind() != '}' {
		p.in.allow(MaxValue)
		tok, err := p.dec.ReadToken()
		if err != nil {
			return "", err
		}
		switch key := tok.String(); key {
		case "Nodes":
			found = true
			err = d.nodesValue(p)
		case "Items", "nodes", "links": // may be long; that it is there says enough
			others[key] = nil
			err = p.dec.SkipValue()
		case "NextToken", "NodeID", "Node", "Info", "Status", "Message", "Hint", "Details", "error", "message":
			var v jsontext.Value
			v, err = p.dec.ReadValue()
			others[key] = json.RawMessage(v.Clone())
		default:
			err = p.dec.SkipValue()
		}
		if err != nil {
			return "", err
		}
	}
	if _, err := p.dec.ReadToken(); err != nil {
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
func (d *NodeDecoder) nodesValue(p *page) error {
	kind := p.dec.PeekKind()
	d.at = p.in.position(p.start + ahead(p.dec))
	switch kind {
	case 'n': // null: no nodes
		return p.dec.SkipValue()
	case '[':
		return d.array(p, `{"Nodes":[`)
	}
	if err := p.dec.SkipValue(); err != nil {
		return err
	}
	return d.fail(`JSON that is not a node list: its "Nodes" is not a list`, hintRead)
}

// ahead returns the offset of the value that dec has peeked at.
func ahead(dec *jsontext.Decoder) int64 {
	rest := dec.UnreadBuffer()
	return dec.InputOffset() + int64(len(rest)-len(bytes.TrimLeft(rest, " \t\r\n,:")))
}

func (d *NodeDecoder) skip(problem string) {
	problem = fmt.Sprintf("record %d: %s", d.Records, problem)
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
	if d.known == 0 {
		return
	}
	for _, message := range d.held {
		d.Warn(message)
	}
	d.held = nil
}

// add keeps one record for each NodeID, the same one in any order. The node is the next one
// of d.nodes.
func (d *NodeDecoder) add(n *cluster.Node) {
	if d.index == nil && n.ID <= d.last {
		d.makeIndex()
	}
	if d.index != nil {
		if known := d.index[n.ID]; known != nil {
			d.repeat(n, known)
			return
		}
		d.index[n.ID] = n
	}
	d.last = n.ID
	d.known++
	d.warnHeld()
}

// makeIndex makes the index of the nodes so far: until now, each had a higher ID than the one
// before.
func (d *NodeDecoder) makeIndex() {
	d.index = make(map[string]*cluster.Node, 2*d.known)
	for _, batch := range d.nodes {
		for i := range batch[:min(len(batch), d.known-len(d.index))] {
			d.index[batch[i].ID] = &batch[i]
		}
	}
}

// repeat takes the record of a node that is known.
func (d *NodeDecoder) repeat(n, known *cluster.Node) {
	if d.repeated++; d.repeated <= MaxWarned {
		d.Warn(fmt.Sprintf("record %d: node %s is already listed; the record with the latest heartbeat is kept", d.Records, display.Quote(n.ID)))
	}
	if compareRecords(n, known) < 0 {
		*known = *n
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
	case d.known == 0:
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
	nodes := make([]cluster.Node, 0, d.known)
	if d.index == nil {
		for i, batch := range d.nodes {
			nodes = append(nodes, batch...)
			d.nodes[i] = nil
		}
		return nodes, nil
	}
	order := slices.SortedFunc(maps.Values(d.index), func(a, b *cluster.Node) int { return strings.Compare(a.ID, b.ID) })
	d.index = nil
	for _, n := range order {
		nodes = append(nodes, *n)
	}
	return nodes, nil
}
