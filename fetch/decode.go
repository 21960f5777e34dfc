package fetch

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/text/encoding/unicode"

	"github.com/bacviz/bacviz/cluster"
)

const (
	hintRead  = "save a list with `bacalhau node list --output json`, or the answer of /api/v1/orchestrator/nodes"
	hintEmpty = "an orchestrator lists at least itself: was the list filtered?"
	hintHTML  = "a proxy, a login page or another server's port may be in the way; Bacalhau's API is on port 1234 unless set otherwise"
)

// maxTold is how many skipped records, and how many repeated ones, get a
// warning each; one more warning counts the rest.
const maxTold = 5

// A decoder collects the nodes of a list that comes in one page or several. It
// holds one record at a time besides the nodes.
type decoder struct {
	op, source string
	answered   string // how messages begin that say what came instead of a list

	nodes    [][]cluster.Node         // in pieces, which stay where they are
	index    map[string]*cluster.Node // by NodeID
	records  int                      // records seen, good and bad
	skipped  int                      // records left out
	repeated int                      // records of a node that an earlier record described
	firstBad string
	at       string // where the list is, and after a bad record where the first is; for messages
	warnings []Warning

	reader   recordReader
	progress func(bytes int64, records int) // may be nil
}

// page reads one page and returns the token of the next one. With logLines,
// lines before the list are passed over, in JSON or not. Except for an error of r itself, which
// is wrapped in a readError, errors are complete.
func (d *decoder) page(r io.Reader, logLines bool) (next string, err error) {
	in := &counter{r: r}
	br, err := utf8Reader(in)
	if err != nil {
		return "", d.broken(err, in, 0)
	}
	if err := d.findJSON(br, in, logLines); err != nil {
		var e *Error
		if errors.As(err, &e) {
			return "", e
		}
		return "", d.broken(err, in, 0)
	}
	start := in.n - int64(br.Buffered()) // for messages; off by the width of UTF-16
	d.at = in.position(start)
	in.allow(maxValue)
	dec := newDecoder(br)
	next, err = d.top(dec, in, start)
	if err != nil {
		var e *Error
		if errors.As(err, &e) {
			return "", e
		}
		return "", d.broken(err, in, start)
	}
	rest, _ := io.ReadAll(io.LimitReader(io.MultiReader(bytes.NewReader(dec.UnreadBuffer()), br), 512)) // only to warn
	if len(bytes.TrimSpace(rest)) > 0 {
		d.warn("what follows the list is ignored: " + quote(firstLine(rest)))
	}
	return next, nil
}

// maxValue bounds a record, and any other part of an answer that has to be held
// in memory as a whole.
const maxValue = 64 << 20

// top reads the outermost value, which begins at the byte start.
func (d *decoder) top(dec *jsontext.Decoder, in *counter, start int64) (next string, err error) {
	if dec.PeekKind() == '[' { // what bacalhau node list --output json prints
		return "", d.array(dec, in, start)
	}
	if _, err := dec.ReadToken(); err != nil {
		return "", err
	}
	found := false
	others := map[string]json.RawMessage{}
	for dec.PeekKind() != '}' {
		in.allow(maxValue)
		tok, err := dec.ReadToken()
		if err != nil {
			return "", err
		}
		switch key := tok.String(); key {
		case "Nodes":
			found = true
			kind := dec.PeekKind()
			d.at = in.position(start + ahead(dec))
			switch kind {
			case 'n': // null: no nodes
				err = dec.SkipValue()
			case '[':
				err = d.array(dec, in, start)
			default:
				if err = dec.SkipValue(); err == nil {
					err = d.fail(`JSON of another kind: its "Nodes" is no list`, hintRead)
				}
			}
		case "Items": // may be long; that it is there says enough
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
		next = "" // no token, or none that is text
	}
	return next, nil
}

// ahead is where the value is that dec has peeked at.
func ahead(dec *jsontext.Decoder) int64 {
	rest := dec.UnreadBuffer()
	return dec.InputOffset() + int64(len(rest)-len(bytes.TrimLeft(rest, " \t\r\n,:")))
}

// array reads a list of records.
func (d *decoder) array(dec *jsontext.Decoder, in *counter, start int64) error {
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	d.reader.dec, d.reader.depth = dec, dec.StackDepth()
	for dec.PeekKind() != ']' {
		in.allow(maxValue)
		at := ahead(dec)
		node, problem, err := d.reader.next()
		if err != nil {
			return err
		}
		if d.records++; problem != "" {
			if d.skipped == 0 {
				d.at = in.position(start + at)
			}
			d.skip(problem)
		} else {
			d.add(node)
		}
		if d.progress != nil && d.records%256 == 0 {
			d.progress(in.n, d.records)
		}
	}
	_, err := dec.ReadToken()
	return err
}

func (d *decoder) skip(problem string) {
	problem = fmt.Sprintf("record %d: %s", d.records, problem)
	if d.skipped++; d.skipped == 1 {
		d.firstBad = problem
	}
	if d.skipped <= maxTold {
		d.warn(problem + "; skipped")
	}
}

// add keeps one record for each NodeID, whatever order they come in.
func (d *decoder) add(n cluster.Node) {
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
		return
	}
	if d.repeated++; d.repeated <= maxTold {
		d.warn(fmt.Sprintf("record %d: node %s is listed already; the record heard from last is kept", d.records, quote(n.ID)))
	}
	if compareRecords(&n, known) < 0 {
		*known = n
	}
}

// compareRecords puts the record to keep first: the one with the later
// heartbeat, then the connected one, then any, as long as it is the same one
// each time.
func compareRecords(a, b *cluster.Node) int {
	s, t := &a.Sightings[0], &b.Sightings[0]
	return cmp.Or(
		t.LastHeartbeat.Compare(s.LastHeartbeat),
		cmp.Compare(s.Connection, t.Connection), // CONNECTED sorts before DISCONNECTED
		strings.Compare(fmt.Sprintf("%#v", *a), fmt.Sprintf("%#v", *b)),
	)
}

// finish returns the nodes in ID order.
func (d *decoder) finish() ([]cluster.Node, error) {
	switch {
	case d.records == 0:
		return nil, d.failPlain(d.place()+"lists no nodes", hintEmpty)
	case len(d.index) == 0:
		return nil, d.failPlain(fmt.Sprintf("%snone of the %s is a node (%s)", d.place(), plural(d.records, "record"), d.firstBad), hintRead)
	}
	if n := d.skipped - maxTold; n > 0 {
		d.warn(fmt.Sprintf("%s more skipped, %d of %d in all", plural(n, "record"), d.skipped, d.records))
	}
	if n := d.repeated - maxTold; n > 0 {
		d.warn(fmt.Sprintf("%s more of nodes that are listed already", plural(n, "record")))
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

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func (d *decoder) warn(message string) {
	d.warnings = append(d.warnings, Warning{Source: d.source, Message: message})
}

// fail says what came instead of a node list, which would be at d.at.
func (d *decoder) fail(message, hint string) *Error {
	return d.failPlain(d.place()+d.answered+message, hint)
}

// failSaying is fail for what may have come from anywhere, and for what of the message it said.
func (d *decoder) failSaying(message, said string) *Error {
	e := d.fail(message, hintRead)
	e.Said = []string{said}
	return e
}

// place is how a message about a file begins. An answer is nothing to look into.
func (d *decoder) place() string {
	if d.answered != "" {
		return ""
	}
	return d.at + ": "
}

func (d *decoder) failPlain(message, hint string) *Error {
	return &Error{Op: d.op, Source: d.source, Message: message, Hint: hint}
}

// A readError is a failure of what the decoder reads from.
type readError struct{ err error }

func (e *readError) Error() string { return e.err.Error() }
func (e *readError) Unwrap() error { return e.err }

// broken explains an error that ended the reading of JSON that begins at the
// byte start.
func (d *decoder) broken(err error, in *counter, start int64) error {
	where := ""
	if d.records > 0 {
		where = fmt.Sprintf(" after record %d", d.records)
	}
	e := d.failPlain("", "")
	e.Err = err
	var syntax *jsontext.SyntacticError
	switch {
	case in.err != nil && !errors.Is(in.err, io.EOF):
		var tooLarge *tooLargeError
		if !errors.As(in.err, &tooLarge) {
			e.Message, e.Err = clean(innermost(in.err).Error()), &readError{in.err}
			if errors.Is(in.err, context.Canceled) || errors.Is(in.err, context.DeadlineExceeded) {
				e.Message = ended(in.err)
			}
			return e
		}
		e.Message = tooLarge.Error()
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		e.Err = errCutOff
		e.Message = fmt.Sprintf("cut off after %s (%s)%s", plural(int(in.n), "byte"), in.position(in.n), where)
		e.Hint = "the list is incomplete: fetch or save it again"
	case errors.As(err, &syntax) && strings.Contains(syntax.Error(), "exceeded max depth"):
		e.Message = fmt.Sprintf("nested too deeply at %s%s", in.position(start+syntax.ByteOffset), where)
		e.Hint = hintRead
	case errors.As(err, &syntax):
		e.Message = fmt.Sprintf("not valid JSON at %s%s: %s", in.position(start+syntax.ByteOffset), where, clean(syntax.Err.Error()))
		e.Hint = hintRead
	default:
		e.Message = fmt.Sprintf("not valid JSON%s: %s", where, clean(err.Error()))
		e.Hint = hintRead
	}
	return e
}

// otherKind explains an object that is no node list.
func (d *decoder) otherKind(fields map[string]json.RawMessage) *Error {
	body, err := json.Marshal(fields)
	if err != nil {
		body = nil // cannot be: each value has been decoded
	}
	var agent wireAgent
	_ = json.Unmarshal(body, &agent) // what has another type stays empty
	switch answer, isError := parseErrorAnswer(body); {
	case agent.info().NodeID != "":
		return d.fail("the description of one node, "+quote(agent.info().NodeID)+", not a list of nodes", hintRead)
	case fields["Node"] != nil:
		return d.fail("the description of one node, not a list of nodes", hintRead)
	case has(fields, "Items"):
		return d.fail("a list of jobs, executions or the like, not of nodes", hintRead)
	case isError:
		said := answer.text(answer.Status)
		return d.failSaying(join("an error message, not a list of nodes", statusText(answer.Status), said), said)
	}
	return d.fail("JSON of another kind, without a list of nodes", hintRead)
}

// errCutOff is the cause when a text ends too early, though what it came through
// was whole.
var errCutOff = errors.New("cut off")

func has(fields map[string]json.RawMessage, key string) bool {
	_, ok := fields[key]
	return ok
}

// findJSON moves br to the first line that begins like a node list. Without
// logLines that must be the first line that is not blank.
func (d *decoder) findJSON(br *bufio.Reader, in *counter, logLines bool) error {
	var first, object []byte
	var at string // where first begins
	var objectAt int64
	for {
		c, err := skipSpace(br)
		var logged []byte
		if err == nil && c == '{' && logLines {
			logged = logObject(br)
		}
		switch {
		case errors.Is(err, io.EOF) && object != nil: // it was no log, then
			d.at = in.position(objectAt)
			_, err := d.top(newDecoder(bytes.NewReader(object)), in, objectAt)
			return err
		case errors.Is(err, io.EOF) && first == nil:
			d.at = in.position(in.n)
			return d.fail("nothing at all", hintRead)
		case errors.Is(err, io.EOF):
			return d.notJSON(first, at)
		case err != nil:
			return err
		case logged == nil && beginsList(br, c):
			return nil
		}
		begin := in.n - int64(br.Buffered())
		if first == nil {
			at = in.position(begin)
		}
		line, err := readLine(br)
		if err != nil {
			return err
		}
		if logged != nil {
			if object == nil {
				object, objectAt = logged, begin
			}
			continue
		}
		if first == nil {
			first = line
		}
		if !logLines || isHTML(first) || isBinary(first) {
			return d.notJSON(first, at)
		}
	}
}

// notJSON explains a text by its first line, which begins at a place.
func (d *decoder) notJSON(first []byte, at string) *Error {
	d.at = at
	switch text := bytes.TrimSpace(first); {
	case isHTML(text):
		return d.fail("an HTML page, not JSON", hintHTML)
	case json.Valid(text):
		said := clean(string(text))
		return d.failSaying("JSON of another kind, not a list of nodes: "+said, said)
	case isBinary(text) || !utf8.Valid(text):
		return d.fail("binary data, not JSON", hintRead)
	default:
		return d.fail("text that is not JSON: "+quote(firstLine(text)), hintRead)
	}
}

// isBinary reports whether a line is of no text, be it of a log: in a program, some
// later line looks like a list.
func isBinary(line []byte) bool { return bytes.IndexByte(line, 0) >= 0 }

// skipSpace returns the next byte that is no white space, and leaves it.
func skipSpace(br *bufio.Reader) (byte, error) {
	for {
		c, err := br.ReadByte()
		if err != nil {
			return 0, err
		}
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			return c, br.UnreadByte()
		}
	}
}

// beginsList reports whether br, at the byte c, begins like an object or a list
// of objects, which a log line such as "[INFO] starting" does not.
func beginsList(br *bufio.Reader, c byte) bool {
	if c != '{' && c != '[' {
		return false
	}
	for i := 2; ; i++ {
		b, err := br.Peek(i)
		if err != nil {
			return true // let the JSON decoder tell
		}
		switch b[i-1] {
		case ' ', '\t', '\r', '\n':
		case '"', '}':
			return c == '{'
		case '{', ']':
			return c == '['
		default:
			return false
		}
	}
}

// logObject returns the line that br is at, and leaves it, if it is an object that
// is no node list, as programs log them.
func logObject(br *bufio.Reader) []byte {
	for n := 512; ; n *= 2 {
		text, err := br.Peek(min(n, br.Size()))
		line, _, whole := bytes.Cut(text, []byte("\n"))
		if !whole && err == nil && n < br.Size() {
			continue
		}
		var fields map[string]json.RawMessage
		if !whole || json.Unmarshal(line, &fields) != nil || has(fields, "Nodes") {
			return nil
		}
		return bytes.Clone(line)
	}
}

// readLine consumes a line and returns as much of it as messages need.
func readLine(br *bufio.Reader) ([]byte, error) {
	var start []byte
	for {
		chunk, err := br.ReadSlice('\n')
		if room := 4096 - len(start); room > 0 {
			start = append(start, chunk[:min(room, len(chunk))]...)
		}
		switch {
		case err == nil, errors.Is(err, io.EOF):
			return start, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		}
	}
}

// utf8Reader reads text that may begin with a byte order mark, as PowerShell
// writes it, in UTF-8 or UTF-16.
func utf8Reader(r io.Reader) (*bufio.Reader, error) {
	br := bufio.NewReaderSize(r, 64<<10)
	mark, err := br.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(mark, []byte{0xFE, 0xFF}), bytes.HasPrefix(mark, []byte{0xFF, 0xFE}):
		return bufio.NewReaderSize(unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Reader(br), 64<<10), nil
	case bytes.Equal(mark, []byte{0xEF, 0xBB, 0xBF}):
		_, err := br.Discard(3)
		return br, err
	}
	return br, nil
}

// A counter counts what is read through it, remembers how that ended, and can
// bound what comes next.
type counter struct {
	r     io.Reader
	n     int64
	lines int    // line ends so far
	tail  []byte // the last of what was read, for position
	end   int64  // if not 0, where reading fails
	err   error
}

// maxTail is two of the pieces in which a text is read: whoever finds a fault in it
// is no further behind.
const maxTail = 128 << 10

// position tells where the byte at an offset is, in lines and columns, which count
// from 1. Of UTF-16 it tells the line that is about there.
func (c *counter) position(offset int64) string {
	behind := c.n - offset
	if behind < 0 || behind > int64(len(c.tail)) {
		return fmt.Sprintf("byte %d", offset)
	}
	before, after := c.tail[:len(c.tail)-int(behind)], c.tail[len(c.tail)-int(behind):]
	line := c.lines - bytes.Count(after, []byte("\n")) + 1
	begin := bytes.LastIndexByte(before, '\n') + 1
	if begin == 0 && c.n > int64(len(c.tail)) {
		return fmt.Sprintf("line %d, byte %d", line, offset)
	}
	return fmt.Sprintf("line %d, column %d", line, utf8.RuneCount(before[begin:])+1)
}

// allow bounds what comes next.
func (c *counter) allow(bytes int64) { c.end = c.n + bytes }

func (c *counter) Read(p []byte) (int, error) {
	if c.end > 0 && c.n >= c.end {
		c.err = &tooLargeError{what: "one value of it is ", limit: maxValue}
		return 0, c.err
	}
	n, err := c.r.Read(p)
	c.n += int64(n)
	c.lines += bytes.Count(p[:n], []byte("\n"))
	if len(c.tail)+n > maxTail {
		c.tail = append(c.tail[:0], c.tail[max(0, len(c.tail)-maxTail/2):]...)
	}
	c.tail = append(c.tail, p[:n]...)
	if err != nil {
		c.err = err
	}
	return n, err
}
