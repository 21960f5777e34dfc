package fetch

import (
	"bytes"
	"hash/maphash"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bacviz/bacviz/cluster"
)

// A recordReader reads the records of a node list one after the other, straight
// from the tokens of the text: reflection would take twice as long. Fields that
// it does not know are passed over; a field of a wrong type makes the record a
// bad one, and the rest of it is passed over.
//
// The structures are the API's, as far as bacviz reads them, and not those of
// the official client, which decodes a disconnected node of v1.4 as connected
// and loses a whole list on one odd record.
type recordReader struct {
	dec     *jsontext.Decoder
	depth   int    // of the list that the records are in
	problem string // the first thing wrong in the record

	words     words
	lists     map[string][]string // lists of words, by their text
	sightings []cluster.Sighting  // room for the next nodes
	scratch   []byte
}

// next reads one record. Without an error, problem says what is wrong with it,
// or is empty.
func (r *recordReader) next() (n cluster.Node, problem string, err error) {
	r.problem = ""
	var s cluster.Sighting
	err = r.object(func(name []byte) error {
		switch string(name) {
		case `"Info"`:
			return r.info(&n)
		case `"Membership"`:
			return readText(r, &s.Membership)
		case `"Connection"`:
			return readText(r, &s.Connection)
		case `"ConnectionState"`: // from v1.6 on
			return r.state(&s)
		}
		return r.dec.SkipValue()
	})
	if r.problem == "" && n.ID == "" {
		r.problem = "no NodeID"
	}
	if len(r.sightings) == 0 {
		r.sightings = make([]cluster.Sighting, 64)
	}
	r.sightings[0] = s
	n.Sightings, r.sightings = r.sightings[:1:1], r.sightings[1:]
	return n, r.problem, err
}

func (r *recordReader) info(n *cluster.Node) error {
	return r.object(func(name []byte) error {
		switch string(name) {
		case `"NodeID"`:
			return readText(r, &n.ID)
		case `"NodeType"`:
			return readText(r, &n.Type)
		case `"Labels"`:
			return r.labels(n)
		case `"ComputeNodeInfo"`:
			return r.compute(n)
		case `"BacalhauVersion"`:
			return r.object(func(name []byte) error {
				if string(name) == `"GitVersion"` {
					return readText(r, &n.Version)
				}
				return r.dec.SkipValue()
			})
		}
		return r.dec.SkipValue()
	})
}

func (r *recordReader) compute(n *cluster.Node) error {
	return r.object(func(name []byte) error {
		switch string(name) {
		case `"ExecutionEngines"`:
			return r.list(&n.Engines)
		case `"Publishers"`:
			return r.list(&n.Publishers)
		case `"StorageSources"`:
			return r.list(&n.Storage)
		case `"MaxCapacity"`:
			return r.resources(&n.Max)
		case `"AvailableCapacity"`:
			return r.resources(&n.Available)
		case `"QueueCapacity"`: // queued, not room in the queue
			return r.resources(&n.Queued)
		case `"RunningExecutions"`:
			return r.count(&n.Running)
		case `"EnqueuedExecutions"`:
			return r.count(&n.Enqueued)
		}
		return r.dec.SkipValue()
	})
}

func (r *recordReader) resources(to *cluster.Resources) error {
	return r.object(func(name []byte) error {
		switch string(name) {
		case `"CPU"`:
			return r.float(&to.CPU)
		case `"Memory"`:
			return r.uint(&to.Memory)
		case `"Disk"`:
			return r.uint(&to.Disk)
		case `"GPU"`:
			return r.uint(&to.GPU)
		}
		return r.dec.SkipValue()
	})
}

func (r *recordReader) state(s *cluster.Sighting) error {
	return r.object(func(name []byte) error {
		switch string(name) {
		case `"LastHeartbeat"`:
			return r.time(&s.LastHeartbeat)
		case `"ConnectedSince"`:
			return r.time(&s.ConnectedSince)
		case `"DisconnectedSince"`:
			return r.time(&s.DisconnectedSince)
		case `"LastError"`:
			return readText(r, &s.LastError)
		}
		return r.dec.SkipValue()
	})
}

// object calls member for each member of the object that comes next, with its
// name as it is written; member reads the value. A null is an object without
// members.
func (r *recordReader) object(member func(name []byte) error) error {
	if r.problem != "" {
		return r.dec.SkipValue()
	}
	switch kind := r.dec.PeekKind(); kind {
	case '{':
	case 'n':
		return r.dec.SkipValue()
	default:
		return r.wrongType(kind)
	}
	if _, err := r.dec.ReadToken(); err != nil {
		return err
	}
	for r.dec.PeekKind() != '}' {
		name, err := r.dec.ReadValue()
		if err != nil {
			return err
		}
		if err := member(name); err != nil {
			return err
		}
	}
	_, err := r.dec.ReadToken()
	return err
}

// value reads a scalar of the wanted kind. Its text is nil for null and for
// what is no such scalar, and good until the next read.
func (r *recordReader) value(want jsontext.Kind) ([]byte, error) {
	switch kind := r.dec.PeekKind(); {
	case kind == want && r.problem == "":
		return r.dec.ReadValue()
	case kind == 'n', r.problem != "":
		return nil, r.dec.SkipValue()
	default:
		return nil, r.wrongType(kind)
	}
}

func readText[S ~string](r *recordReader, to *S) error {
	raw, err := r.value('"')
	if err != nil || raw == nil {
		return err
	}
	*to = S(r.text(raw))
	return nil
}

// text is what a JSON string says.
func (r *recordReader) text(raw []byte) string {
	if bytes.IndexByte(raw, '\\') < 0 && utf8.Valid(raw) {
		return r.words.of(raw[1 : len(raw)-1])
	}
	// An error would be of what is no valid UTF-8, which has been replaced.
	r.scratch, _ = jsontext.AppendUnquote(r.scratch[:0], raw)
	return string(bytes.ToValidUTF8(r.scratch, []byte("\uFFFD")))
}

// float reads an amount. One that is a difference of floats may be a hair below nothing.
func (r *recordReader) float(to *float64) error {
	raw, err := r.value('0')
	if err != nil || raw == nil {
		return err
	}
	n, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || n < -0.001 {
		return r.wrongNumber(raw)
	}
	*to = max(0, n)
	return nil
}

func (r *recordReader) uint(to *uint64) error {
	raw, err := r.value('0')
	if err != nil || raw == nil {
		return err
	}
	n, err := strconv.ParseUint(string(raw), 10, 64)
	if err != nil {
		return r.wrongNumber(raw)
	}
	*to = n
	return nil
}

func (r *recordReader) count(to *int) error {
	raw, err := r.value('0')
	if err != nil || raw == nil {
		return err
	}
	n, err := strconv.Atoi(string(raw))
	if err != nil || n < 0 {
		return r.wrongNumber(raw)
	}
	*to = n
	return nil
}

func (r *recordReader) wrongNumber(raw []byte) error {
	r.wrong("cannot be number " + clean(string(raw)))
	return nil
}

func (r *recordReader) labels(n *cluster.Node) error {
	return r.object(func(name []byte) error {
		key := r.text(name)
		raw, err := r.value('"')
		if err != nil {
			return err
		}
		value := ""
		switch {
		case raw == nil: // null
		case len(n.ID) == len(raw)-2 && n.ID == string(raw[1:len(raw)-1]):
			value = n.ID // the label called name; it needs no memory of its own
		default:
			value = r.text(raw)
		}
		if n.Labels == nil {
			n.Labels = make(map[string]string, 5)
		}
		n.Labels[key] = value
		return nil
	})
}

// list reads a list of words, and sorts them: their order changes from call to
// call. Nodes with the same text share a list.
func (r *recordReader) list(to *[]string) error {
	switch kind := r.dec.PeekKind(); {
	case kind == '[' && r.problem == "":
	case kind == 'n', r.problem != "":
		return r.dec.SkipValue()
	default:
		return r.wrongType(kind)
	}
	raw, err := r.dec.ReadValue()
	if err != nil {
		return err
	}
	if known, ok := r.lists[string(raw)]; ok {
		*to = known
		return nil
	}
	var list []string
	// The text is valid, so reading it again cannot fail.
	in := newDecoder(bytes.NewReader(raw))
	for _, err := in.ReadToken(); in.PeekKind() != ']' && err == nil; {
		var word []byte
		kind := in.PeekKind()
		switch word, err = in.ReadValue(); {
		case kind == '"':
			list = append(list, r.text(word))
		case kind == 'n':
			list = append(list, "")
		default:
			r.wrong("cannot be a list with a " + kindName(kind) + " in it")
			return nil
		}
	}
	slices.Sort(list)
	list = slices.Clip(slices.Compact(list))
	if len(r.lists) < maxLists && len(raw) <= maxListText {
		if r.lists == nil {
			r.lists = map[string][]string{}
		}
		r.lists[string(raw)] = list
	}
	*to = list
	return nil
}

// There are few lists of engines in a network, in a few orders each; a hostile
// list gets no more memory than this.
const (
	maxLists    = 1024
	maxListText = 256
)

// time reads a time. Zero, which means never, is also written as
// 0001-01-01T00:00:00Z, null and "".
func (r *recordReader) time(to *time.Time) error {
	raw, err := r.value('"')
	if err != nil || raw == nil {
		return err
	}
	switch string(raw) {
	case `""`, `"0001-01-01T00:00:00Z"`:
		return nil
	}
	var t time.Time
	if t.UnmarshalText(raw[1:len(raw)-1]) != nil {
		r.wrong("is no time")
		return nil
	}
	*to = t.UTC()
	return nil
}

// wrongType passes over a value that is not of the type it should have.
func (r *recordReader) wrongType(kind jsontext.Kind) error {
	if err := r.dec.SkipValue(); err != nil {
		return err
	}
	if r.dec.StackDepth() == r.depth {
		r.problem = "a " + kindName(kind) + " where an object should be"
		return nil
	}
	r.wrong("cannot be a " + kindName(kind))
	return nil
}

// wrong notes what is wrong with the value that was just read.
func (r *recordReader) wrong(what string) {
	path := strings.Split(string(r.dec.StackPointer()), "/") // "", then a part for each level
	if len(path) > r.depth+1 {
		path = path[r.depth+1:]
	}
	if i := slices.Index(path, "Labels") + 1; i > 0 && i < len(path) {
		path[i] = quote(path[i]) // the only name that is no field's
	}
	r.problem = strings.Join(path, ".") + " " + what
}

func kindName(kind jsontext.Kind) string {
	switch kind {
	case '{':
		return "object"
	case '[':
		return "array"
	case '"':
		return "string"
	case '0':
		return "number"
	case 'n':
		return "null"
	}
	return "bool"
}

// words keeps one copy of words that come again and again, such as versions and
// the keys of labels. It forgets them at any time.
type words [1024]string

var wordSeed = maphash.MakeSeed()

func (w *words) of(b []byte) string {
	slot := &w[maphash.Bytes(wordSeed, b)%uint64(len(w))]
	if *slot != string(b) {
		*slot = string(b)
	}
	return *slot
}

// newDecoder lets pass what encoding/json lets pass: a repeated name, whose last
// value counts, and text that is no UTF-8, which is replaced.
func newDecoder(r io.Reader) *jsontext.Decoder {
	return jsontext.NewDecoder(r, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}
