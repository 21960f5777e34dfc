package wire

// This file reads the values in a record: texts, numbers, times and lists.

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
)

// value returns the JSON of the next value, which has to be a scalar of a kind. It
// is nil for null and for any other value, and valid until the next read.
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
	if len(raw) > maxText {
		r.tooLong(maxText)
		return nil
	}
	*to = S(r.text(raw))
	return nil
}

// id reads the ID of a node.
func (r *recordReader) id(to *string) error {
	raw, err := r.value('"')
	if err != nil || raw == nil {
		return err
	}
	if len(raw)-2 > cluster.MaxID {
		r.tooLong(cluster.MaxID)
		return nil
	}
	*to = r.text(raw)
	return nil
}

// tooLong notes that the value that was read last is longer than it may be.
func (r *recordReader) tooLong(most int64) { r.wrong("is longer than " + display.Bytes(most)) }

// tooMuch notes that an object has a name that is too long, or too many members.
func (r *recordReader) tooMuch(members int) {
	if r.problem != "" {
		return
	}
	if members >= maxMembers {
		r.problem = fmt.Sprintf("an object with more than %d members", maxMembers)
	} else {
		r.problem = "a name longer than " + display.Bytes(maxText)
	}
}

// text returns the text of a JSON string.
func (r *recordReader) text(raw []byte) string {
	if bytes.IndexByte(raw, '\\') < 0 && utf8.Valid(raw) {
		return r.words.of(raw[1 : len(raw)-1])
	}
	// The only error is invalid UTF-8, which has been replaced.
	r.scratch, _ = jsontext.AppendUnquote(r.scratch[:0], raw)
	return string(bytes.ToValidUTF8(r.scratch, []byte("\uFFFD")))
}

// float reads an amount. The server computes differences of floats, which may be
// slightly below zero.
func (r *recordReader) float(to *float64) error {
	raw, err := r.value('0')
	if err != nil || raw == nil {
		return err
	}
	n, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || n < -0.001 || n > cluster.MaxCPU {
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

// devices reads a number of devices.
func (r *recordReader) devices(to *uint64) error {
	var n int
	err := r.count(&n)
	*to = uint64(n)
	return err
}

func (r *recordReader) count(to *int) error {
	raw, err := r.value('0')
	if err != nil || raw == nil {
		return err
	}
	n, err := strconv.Atoi(string(raw))
	if err != nil || n < 0 || n > cluster.MaxCount {
		return r.wrongNumber(raw)
	}
	*to = n
	return nil
}

func (r *recordReader) wrongNumber(raw []byte) error {
	r.wrong("cannot be the number " + display.Excerpt(string(raw)))
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
		case len(raw) > maxText:
			r.tooLong(maxText)
			return nil
		case len(n.ID) == len(raw)-2 && n.ID == string(raw[1:len(raw)-1]):
			value = n.ID // the label called name; it shares the memory of the ID
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

// list reads a list of words and sorts it: the server sends it in another order
// each time. Nodes with the same JSON share a list.
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
	if len(raw) > maxText {
		r.tooLong(maxText)
		return nil
	}
	if known, ok := r.lists[string(raw)]; ok {
		*to = known
		return nil
	}
	var list []string
	// The JSON is valid, so reading it again cannot fail.
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
			r.wrong("cannot be a list with " + kindName(kind) + " in it")
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

// A network has few lists of engines, in a few orders each; a hostile answer gets no
// more memory than this.
const (
	maxLists    = 1024
	maxListText = 256
)

// time reads a time. The zero time, which means never, is written as null, as "" or
// as 0001-01-01T00:00:00Z.
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
		r.wrong("is not a time")
		return nil
	}
	*to = t.UTC()
	return nil
}

// wrongType skips a value of a type that it should not have.
func (r *recordReader) wrongType(kind jsontext.Kind) error {
	if err := r.dec.SkipValue(); err != nil {
		return err
	}
	if r.dec.StackDepth() == 0 {
		r.problem = kindName(kind) + " where an object should be"
		return nil
	}
	r.wrong("cannot be " + kindName(kind))
	return nil
}

// wrong notes what is wrong with the value that was read last.
func (r *recordReader) wrong(what string) {
	path := strings.Split(string(r.dec.StackPointer()), "/") // "", then a part for each level
	if len(path) > 1 {
		path = path[1:]
	}
	if i := slices.Index(path, "Labels") + 1; i > 0 && i < len(path) {
		path[i] = display.Quote(path[i]) // the only name that is not a field of the API
	}
	r.problem = strings.Join(path, ".") + " " + what
}

// kindName returns the name of a kind of JSON value, with its article.
func kindName(kind jsontext.Kind) string {
	switch kind {
	case '{':
		return "an object"
	case '[':
		return "an array"
	case '"':
		return "a string"
	case '0':
		return "a number"
	case 'n':
		return "null"
	}
	return "a bool"
}

// words keeps one copy of words that are repeated in a list, such as versions and
// the keys of labels. It may forget any of them.
type words [1024]string

var wordSeed = maphash.MakeSeed()

func (w *words) of(b []byte) string {
	slot := &w[maphash.Bytes(wordSeed, b)%uint64(len(w))]
	if *slot != string(b) {
		*slot = string(b)
	}
	return *slot
}
