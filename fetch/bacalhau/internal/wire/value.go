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
// is nil for null and for any other value.
func (r *recordReader) value(want jsontext.Kind) []byte {
	switch kind := r.in.peek(); kind {
	case want:
		return r.in.value()
	case 'n':
		r.in.value()
	default:
		r.wrongType(kind)
	}
	return nil
}

func readText[S ~string](r *recordReader, to *S) {
	switch raw := r.value('"'); {
	case len(raw) > maxText:
		r.tooLong(maxText)
	case raw != nil:
		*to = S(r.text(raw))
	}
}

// id reads the ID of a node.
func (r *recordReader) id(to *string) {
	switch raw := r.value('"'); {
	case len(raw)-2 > cluster.MaxID:
		r.tooLong(cluster.MaxID)
	case raw != nil:
		*to = r.newText(raw)
	}
}

// tooLong notes that the value that was read last is longer than it may be.
func (r *recordReader) tooLong(most int64) { r.wrong("is longer than " + display.Bytes(most)) }

// tooMuch notes that an object has a name that is too long, or too many members.
func (r *recordReader) tooMuch(members int) {
	if members >= maxMembers {
		r.problem = fmt.Sprintf("an object with more than %d members", maxMembers)
	} else {
		r.problem = "a name longer than " + display.Bytes(maxText)
	}
}

// text returns the text of a JSON string that may be repeated.
func (r *recordReader) text(raw []byte) string {
	if isPlain(raw) {
		return r.words.of(raw[1 : len(raw)-1])
	}
	return r.newText(raw)
}

// isPlain reports whether the JSON of a string is its text.
func isPlain(raw []byte) bool { return bytes.IndexByte(raw, '\\') < 0 && utf8.Valid(raw) }

// newText returns the text of a JSON string.
func (r *recordReader) newText(raw []byte) string {
	if isPlain(raw) {
		return string(raw[1 : len(raw)-1])
	}
	// The only error is invalid UTF-8, which has been replaced.
	r.scratch, _ = jsontext.AppendUnquote(r.scratch[:0], raw)
	return string(bytes.ToValidUTF8(r.scratch, []byte("\uFFFD")))
}

// float reads an amount. The server computes differences of floats, which may be
// slightly below zero.
func (r *recordReader) float(to *float64) {
	raw := r.value('0')
	if raw == nil {
		return
	}
	n, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || n < -0.001 || n > cluster.MaxCPU {
		r.wrongNumber(raw)
		return
	}
	*to = max(0, n)
}

func (r *recordReader) uint(to *uint64) {
	raw := r.value('0')
	if raw == nil {
		return
	}
	n, err := strconv.ParseUint(string(raw), 10, 64)
	if err != nil {
		r.wrongNumber(raw)
		return
	}
	*to = n
}

// devices reads a number of devices.
func (r *recordReader) devices(to *uint64) {
	var n int
	r.count(&n)
	*to = uint64(n)
}

func (r *recordReader) count(to *int) {
	raw := r.value('0')
	if raw == nil {
		return
	}
	n, err := strconv.Atoi(string(raw))
	if err != nil || n < 0 || n > cluster.MaxCount {
		r.wrongNumber(raw)
		return
	}
	*to = n
}

func (r *recordReader) wrongNumber(raw []byte) {
	r.wrong("cannot be the number " + display.Excerpt(string(raw)))
}

func (r *recordReader) labels(n *cluster.Node) {
	r.object(func(name []byte) {
		key := r.text(name)
		raw := r.value('"')
		value := ""
		switch {
		case raw == nil: // null
		case len(raw) > maxText:
			r.tooLong(maxText)
			return
		case len(n.ID) == len(raw)-2 && n.ID == string(raw[1:len(raw)-1]):
			value = n.ID // the label called name; it shares the memory of the ID
		default:
			value = r.text(raw)
		}
		if n.Labels == nil {
			n.Labels = make(map[string]string, 5)
		}
		n.Labels[key] = value
	})
}

// list reads a list of words and sorts it: the server sends it in another order
// each time. Nodes with the same JSON share a list.
func (r *recordReader) list(to *[]string) {
	raw := r.value('[')
	if raw == nil {
		return
	}
	if len(raw) > maxText {
		r.tooLong(maxText)
		return
	}
	if known, ok := r.lists[string(raw)]; ok {
		*to = known
		return
	}
	var list []string
	for in := (cursor{text: raw, at: 1}); in.peek() != ']'; {
		kind := in.peek()
		switch word := in.value(); kind {
		case '"':
			list = append(list, r.text(word))
		case 'n':
			list = append(list, "")
		default:
			r.wrong("cannot be a list with " + kindName(kind) + " in it")
			return
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
}

// A network has few lists of engines, in a few orders each; a hostile answer gets no
// more memory than this.
const (
	maxLists    = 1024
	maxListText = 256
)

// time reads a time. The zero time, which means never, is written as null, as "" or
// as 0001-01-01T00:00:00Z.
func (r *recordReader) time(to *time.Time) {
	raw := r.value('"')
	switch string(raw) {
	case "", `""`, `"0001-01-01T00:00:00Z"`:
		return
	}
	var t time.Time
	if t.UnmarshalText(raw[1:len(raw)-1]) != nil {
		r.wrong("is not a time")
		return
	}
	*to = t.UTC()
}

// wrongType notes that the next value has a type that it should not have.
func (r *recordReader) wrongType(kind jsontext.Kind) {
	if len(r.path) == 0 {
		r.problem = kindName(kind) + " where an object should be"
		return
	}
	r.wrong("cannot be " + kindName(kind))
}

// wrong notes what is wrong with the value that is being read.
func (r *recordReader) wrong(what string) {
	var path strings.Builder
	label := false // whether the next name is the key of a label
	for _, name := range r.path {
		text := r.newText(name)
		if label {
			text = display.Quote(text) // the only name that is not a field of the API
		}
		if label = text == "Labels"; path.Len() > 0 {
			path.WriteByte('.')
		}
		path.WriteString(text)
	}
	r.problem = path.String() + " " + what
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
