package redact

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bacviz/bacviz/cluster"
)

// Text returns a text that somebody wrote, such as a title, in which pseudonyms replace
// NodeIDs, label values, and IDs and names of jobs, in upper or lower case, if they
// have four or more characters. The short forms of a NodeID are replaced, too:
// n-0d2d943b of n-0d2d943b-1234-….
func (r *Redaction) Text(text string) string { return r.replace(text, minSecretLen) }

// Title returns a text as [Redaction.Text] does. In a title that the user gives, shorter
// originals are replaced, too, where they are whole words.
func (r *Redaction) Title(text string) string { return r.replace(text, 1) }

// replace replaces originals of at least so many bytes.
func (r *Redaction) replace(text string, least int) string {
	if text == "" {
		return ""
	}
	words := r.dictionary(least)
	longestFirst := slices.SortedFunc(maps.Keys(words.lengths), func(a, b int) int { return b - a })

	var b strings.Builder
	for i := 0; i < len(text); {
		name, length := text[i:i+1], 1
		for _, n := range longestFirst {
			if i+n > len(text) || n < minSecretLen && !isWord(text, i, i+n) {
				continue
			}
			if o, ok := words.originals[strings.ToLower(text[i:i+n])]; ok {
				name, length = r.names[o], n
				break
			}
		}
		b.WriteString(name)
		i += length
	}
	return b.String()
}

// isWord reports whether a part of a text has no letter or digit beside it.
func isWord(text string, from, to int) bool {
	inWord := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	before, _ := utf8.DecodeLastRuneInString(text[:from])
	after, _ := utf8.DecodeRuneInString(text[to:])
	return !inWord(before) && !inWord(after)
}

// A dictionary holds the originals that [Redaction.Text] replaces.
type dictionary struct {
	originals map[string]original // by their words in lower case
	lengths   map[int]bool        // of the words; the lower case may have another one
}

// add enters the words for an original, in place of one with the same words.
func (d *dictionary) add(words string, o original) {
	lower := strings.ToLower(words)
	d.originals[lower] = o
	d.lengths[len(words)], d.lengths[len(lower)] = true, true
}

// dictionary returns the words for the originals. Of originals with the same words, it
// has the first in order. They have at least so many bytes.
func (r *Redaction) dictionary(least int) dictionary {
	d := dictionary{make(map[string]original), make(map[int]bool)}
	for _, o := range slices.SortedFunc(maps.Keys(r.names), compareDescending) {
		switch {
		case len(o.text) < least || len(o.text) >= minSecretLen && !r.secrets.texts[o.text]:
		case o.kind == kindNode, o.kind == kindValue, o.kind == kindRun, o.kind == kindWord && (o.key == jobName || o.key == clusterName):
			d.add(o.text, o)
		case o.kind == kindJob:
			d.add(o.text, o)
			d.add(cluster.ShortID(o.text), o)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(r.ids)) {
		for _, short := range shortForms(id) {
			if _, ok := d.originals[strings.ToLower(short)]; !ok && len(short) >= minSecretLen {
				d.add(short, original{kindNode, "", id})
			}
		}
	}
	return d
}

func compareDescending(a, b original) int {
	return -cmp.Or(strings.Compare(a.kind, b.kind), strings.Compare(a.key, b.key), strings.Compare(a.text, b.text))
}

// ownID returns the part of a NodeID behind the name of its cluster, which a separate
// cluster has in front of it.
func ownID(id string) string { return id[strings.LastIndex(id, "/")+1:] }

// shortForms returns the texts that are shown in place of a NodeID: its parts up to
// each dash but the first if it has more than three; and as Bacalhau does, the first
// eight characters of an ID that is not a name; of a separate cluster, those of the ID
// behind its name, and that.
func shortForms(id string) []string {
	var all []string
	if own := ownID(id); own != id {
		all = append(all, own)
		id = own
	}
	if parts := strings.Split(id, "-"); len(parts) > 3 {
		for n := 2; n < len(parts); n++ {
			all = append(all, strings.Join(parts[:n], "-"))
		}
	}
	if len(id) > 8 && (strings.HasPrefix(id, "Qm") || strings.Count(id, "-") == 4) {
		all = append(all, id[:8])
	}
	return all
}
