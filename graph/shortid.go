package graph

// This file makes labels of IDs.
//
// A label is a piece of its ID. Parts of an ID stand between dashes, dots, underscores
// or slashes. Where an ID is a host name with a domain, the piece comes from the host
// name. It holds the last part, and the word before that: "node-0002" of
// eu-west-1-compute-rack02-node-0002. IDs of one pattern, which differ in numbers or in
// the last word alone, get pieces of the same form: if two of these would be equal, all
// grow by a part to the left until none are, and then to the right, into the domain.
//
// The name of a region, such as eu-west-1, is never divided, and no label is one.

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"github.com/bacviz/bacviz/internal/interrupt"
)

// A span is a piece of a text, in bytes.
type span struct{ start, end int }

// A name is an ID with the pieces of it that may be its label.
type name struct {
	text string // the printable ID

	// pattern is the same for names whose labels are to have the same form.
	pattern string

	// spans are pieces of the text. Each is the one before it and some more at one of its
	// ends, and the last is the whole text.
	spans []span

	shown int // index of the label in spans
}

func (n *name) label() string { return n.text[n.spans[n.shown].start:n.spans[n.shown].end] }

// whole reports whether the label is the whole ID.
func (n *name) whole() bool { return n.shown == len(n.spans)-1 }

// wholeName returns a name whose only label is the text.
func wholeName(text string) name {
	return name{text: text, pattern: text, spans: []span{{0, len(text)}}}
}

// widen appends spans that begin further left or end further right than the last.
func (n *name) widen(start, end int) {
	last := n.spans[len(n.spans)-1]
	if start < last.start {
		last.start = start
		n.spans = append(n.spans, last)
	}
	if end > last.end {
		last.end = end
		n.spans = append(n.spans, last)
	}
}

// added returns what span i has in addition to the one before it, and whether that is on
// its right.
func (n *name) added(i int) (text string, right bool) {
	s := n.spans[i]
	if i == 0 {
		return n.text[s.start:s.end], false
	}
	before := n.spans[i-1]
	if s.end > before.end {
		return n.text[before.end:s.end], true
	}
	return n.text[s.start:before.start], false
}

// sharedSpans returns how many spans, from the first on, have the same text in both names.
func sharedSpans(a, b *name) int {
	i := 0
	for i < len(a.spans) && i < len(b.spans) {
		s, right := a.added(i)
		if t, r := b.added(i); s != t || right != r {
			break
		}
		i++
	}
	return i
}

// compareSpans orders names so that those with the same first spans are together.
func compareSpans(a, b *name) int {
	i := sharedSpans(a, b)
	if i == len(a.spans) || i == len(b.spans) {
		return len(a.spans) - len(b.spans)
	}
	s, right := a.added(i)
	t, r := b.added(i)
	switch {
	case right == r:
		return strings.Compare(s, t)
	case right:
		return 1
	}
	return -1
}

// chooseLabels chooses the label of each name: the shortest that tells it from the others of
// its pattern and is not one of the values, in the form that its pattern has. The time is that
// of sorting the names, whatever their lengths.
func chooseLabels(ctx context.Context, names []name, values map[string]bool) {
	// Names of one pattern stand together, and those with the same first spans in them.
	order := make([]*name, 0, len(names))
	for i := range interrupt.Range(ctx, len(names)) {
		order = append(order, &names[i])
	}
	interrupt.SortFunc(ctx, order, func(a, b *name) int {
		if c := strings.Compare(a.pattern, b.pattern); c != 0 {
			return c
		}
		return compareSpans(a, b)
	})
	for from, to := 0, 0; from < len(order); from = to {
		least := 0
		for to = from + 1; to < len(order) && order[to].pattern == order[from].pattern; to++ {
			least = max(least, sharedSpans(order[to-1], order[to]))
		}
		for _, n := range order[from:to] {
			n.shown = min(least, len(n.spans)-1)
		}
	}
	for i := range interrupt.Range(ctx, len(names)) {
		n := &names[i]
		for !n.whole() && values[n.label()] {
			n.shown++
		}
	}
}

// newName returns a name with the labels that it may have. The last parts of its host
// name are words that all IDs end with. The spans are appended to an empty slice.
func newName(text string, host []part, ending int, spans []span) name {
	if len(host) == 0 {
		return wholeName(text)
	}
	last := lastOf(host, ending)
	first := firstOf(host[:last+1])
	n := name{text: text, spans: append(spans, span{host[first].start, host[last].end})}
	if first == 0 {
		n.spans[0].start = 0
	}
	if end := host[last].end; strings.Trim(text[end:], separators) == "" {
		n.spans[0].end = len(text)
	}
	n.pattern = patternOf(n.label(), host[last])
	for i := first - 1; i >= 0; i-- {
		switch {
		case i == 0:
			n.widen(0, 0)
		case host[i].kind.names():
			n.widen(host[i].start, 0)
		}
	}
	for _, p := range host[last+1:] {
		n.widen(0, p.end)
	}
	end := host[len(host)-1].end
	for range maxParts {
		if end == len(text) {
			return n
		}
		domain, _, _ := strings.Cut(text[end+1:], ".")
		end += 1 + len(domain)
		n.widen(0, end)
	}
	n.widen(0, len(text))
	return n
}

// lastOf returns the index of the part that a label ends with: the last one that is not
// a region or one of the words that all IDs end with.
func lastOf(host []part, ending int) int {
	last := len(host) - 1
	for last > 0 && host[last].kind == region {
		last--
	}
	if last < len(host)-1 || ending == 0 {
		return last
	}
	// Two parts stay, so that eu of eu-falcon is no label.
	if i := max(last-ending, min(last, 1)); host[i].kind != region {
		return i
	}
	return last
}

// An endForm is what host names of one form share: the text up to the last word before the
// last part, the number of parts, and the length of the last part.
type endForm struct {
	before        string
	parts, length int
}

// The type endings counts the kinds of the last parts of host names of each form.
type endings struct {
	words int // that all IDs end with, and which are not counted
	kinds map[endForm]*[region + 1]int
}

// count counts the ending of a host name.
func (e *endings) count(text string, host []part) {
	form, last := e.of(text, host)
	if last == nil {
		return
	}
	if e.kinds[form] == nil {
		e.kinds[form] = new([region + 1]int)
	}
	e.kinds[form][last.kind]++
}

// joinEndings returns the endings of all.
func joinEndings(parts []*endings) *endings {
	all := &endings{kinds: make(map[endForm]*[region + 1]int)}
	for _, part := range parts {
		if part == nil { // the context has ended
			continue
		}
		all.words = part.words
		for form, kinds := range part.kinds {
			if all.kinds[form] == nil {
				all.kinds[form] = new([region + 1]int)
			}
			for kind, n := range kinds {
				all.kinds[form][kind] += n
			}
		}
	}
	return all
}

// mixed reports whether [endings.unify] changes any host name.
func (e *endings) mixed() bool {
	for _, n := range e.kinds {
		if n[coded] > 0 && n[word]+n[number] > 0 {
			return true
		}
	}
	return false
}

// of returns the form of a host name and its last part; nil if that is of no form.
func (e *endings) of(text string, host []part) (endForm, *part) {
	if len(host) < 2 {
		return endForm{}, nil
	}
	last := lastOf(host, e.words)
	if k := host[last].kind; k == region || k == letter {
		return endForm{}, nil
	}
	before := last
	for before > 0 && host[before-1].kind != word {
		before--
	}
	form := endForm{parts: last, length: host[last].end - host[last].start}
	if before > 0 {
		form.before = text[:host[before-1].end]
	}
	return form, &host[last]
}

// unify gives the last part of a host name the kind that most of its form have, so that the
// labels of all have one form too. Random endings, such as x7kq, gd91 and uxen, are of several
// kinds by chance.
func (e *endings) unify(text string, host []part) {
	form, last := e.of(text, host)
	if last == nil || e.kinds[form] == nil {
		return
	}
	switch n := e.kinds[form]; {
	case n[coded] == 0: // rack02-node-0002 and rack02-node-head differ in kind
	case n[coded] >= max(n[word], n[number]):
		last.kind = coded
	case n[word] >= n[number]:
		last.kind = word
	default:
		last.kind = number
	}
}

// firstOf returns the index of the part that the shortest label begins with, if it ends
// with the last one.
func firstOf(parts []part) int {
	i := len(parts) - 1
	last := parts[i].kind
	isRegion := func(p part) bool { return p.kind == region }
	switch {
	case last.names() && i > 0 && parts[i-1].kind == region:
		return i
	case last == word && i <= 2 && !slices.ContainsFunc(parts, isRegion): // few words are a name: gpu-host-example
		return 0
	case last == coded && (i == 1 || i > 1 && parts[i-1].kind == letter): // i-0123456789abcdef0
		return i - 1
	case last == coded:
		return i
	}
	for i = max(0, i-1); i > 0 && !parts[i].kind.names(); {
		i--
	}
	return i
}

// patternOf returns the label with # in place of each number, and with * in place of its
// last part if that is a word.
func patternOf(label string, last part) string {
	if last.kind == word {
		label = label[:len(label)-(last.end-last.start)] + "*"
	}
	var b strings.Builder
	digit := false
	for _, r := range label {
		if !unicode.IsDigit(r) {
			b.WriteRune(r)
		} else if !digit {
			b.WriteByte('#')
		}
		digit = unicode.IsDigit(r)
	}
	return b.String()
}
