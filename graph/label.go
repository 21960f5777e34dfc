package graph

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// shortLabels returns a label for each ID: with more than three parts between
// dashes the first two, else the whole ID. Labels that would be equal grow by a
// part at a time until they differ. IDs are distinct.
func shortLabels(ids []string) []string {
	texts := make([]string, len(ids)) // what a label may show of an ID
	ends := make([]int, len(ids))     // how much of it the label shows
	for i, id := range ids {
		texts[i] = Printable(id)
		ends[i] = len(texts[i])
		if strings.Count(texts[i], "-") > 2 {
			ends[i] = nextDash(texts[i], nextDash(texts[i], 0)+1)
		}
	}

	crowded := make([]int, len(ids)) // the IDs whose label is not yet known to be their own
	for i := range ids {
		crowded[i] = i
	}
	for len(crowded) > 0 {
		owners := make(map[string]int, len(ids))
		for i := range ids {
			owners[texts[i][:ends[i]]]++
		}
		var still []int
		for _, i := range crowded {
			if owners[texts[i][:ends[i]]] > 1 && ends[i] < len(texts[i]) {
				ends[i] = nextDash(texts[i], ends[i]+1) // past the dash it ends at
				still = append(still, i)
			}
		}
		crowded = still
	}

	labels := make([]string, len(ids))
	for i := range ids {
		labels[i] = texts[i][:ends[i]]
	}
	numberTwins(labels) // where one ID spells out what another escapes
	return labels
}

// numberTwins makes each label unlike the others: the second of a kind becomes
// "label (2)".
func numberTwins(labels []string) {
	taken := make(map[string]bool, len(labels))
	for _, l := range labels {
		taken[l] = true
	}
	shown := make(map[string]int, len(labels)) // how many of a kind came so far
	for i, l := range labels {
		if shown[l]++; shown[l] == 1 {
			continue
		}
		for taken[labels[i]] {
			labels[i] = l + " (" + strconv.Itoa(shown[l]) + ")"
			if taken[labels[i]] {
				shown[l]++
			}
		}
		taken[labels[i]] = true
	}
}

// relabel labels compute nodes with a field in place of their short IDs. Where
// two nodes have the same for it, both add their short ID.
func (t *Topology) relabel(field string) {
	if field == "" || field == FieldShort {
		return
	}
	texts := make([]string, len(t.vertices))
	owners := make(map[string]int)
	for i := range t.vertices {
		v := &t.vertices[i]
		switch {
		case field == FieldFull && v.Job == nil:
			texts[i] = Printable(v.NodeID())
		case v.Hub || v.Job != nil || v.Node.Labels[field] == "":
			texts[i] = v.Label
		default:
			texts[i] = Printable(v.Node.Labels[field])
		}
		owners[texts[i]]++
	}
	for i := range t.vertices {
		if v := &t.vertices[i]; owners[texts[i]] > 1 && texts[i] != v.Label {
			texts[i] += " " + v.Label
		}
	}
	t.setLabels(texts)
}

// setLabels gives each vertex its label, or one like it where another has that.
func (t *Topology) setLabels(labels []string) {
	numberTwins(labels)
	for i := range t.vertices {
		t.vertices[i].Label = labels[i]
	}
}

// nextDash returns where the first dash is at or after byte n of s, or the end.
func nextDash(s string, n int) int {
	if i := strings.IndexByte(s[n:], '-'); i >= 0 {
		return n + i
	}
	return len(s)
}

// Printable writes characters that would not show, or would change how their
// neighbours show, as escapes: control characters, bidirectional overrides,
// and bytes that are no UTF-8. A joiner stays where it ties or parts letters, or
// makes one picture of several.
func Printable(s string) string {
	clean := func(r rune) bool { return r == ' ' || unicode.IsGraphic(r) && r != unicode.ReplacementChar }
	if strings.IndexFunc(s, func(r rune) bool { return !clean(r) }) < 0 {
		return s
	}
	var b strings.Builder
	escaped := false
	before := rune(0)
	for i, r := range s {
		_, n := utf8.DecodeRuneInString(s[i:])
		after, _ := utf8.DecodeRuneInString(s[i+n:])
		if joins(before, r, after) {
			b.WriteRune(r)
		} else {
			quoted := strconv.QuoteToGraphic(s[i : i+n])
			b.WriteString(strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`))
			escaped = escaped || !clean(r)
		}
		before = r
	}
	if !escaped { // nor need a backslash be
		return s
	}
	return b.String()
}

// joined are the scripts whose letters take another shape beside a joiner (Unicode
// Standard Annex 31, section 2.3).
var joined = []*unicode.RangeTable{
	unicode.Arabic, unicode.Syriac, unicode.Mongolian, unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati,
	unicode.Oriya, unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Khmer,
}

// joins reports whether r is a joiner that shows in how its neighbours look.
func joins(before, r, after rune) bool {
	const nonJoiner, joiner = 0x200c, 0x200d
	switch {
	case r != nonJoiner && r != joiner:
		return false
	case unicode.In(before, joined...) && unicode.In(after, joined...):
		return true
	}
	picture := func(r rune) bool { return r >= 0x2000 && unicode.In(r, unicode.So, unicode.Sk) }
	return r == joiner && (picture(before) || before == 0xfe0f) && picture(after)
}
