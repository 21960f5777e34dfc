package graph

// This file makes labels of IDs whose beginning tells them from all others.

import (
	"strings"

	"github.com/bacviz/bacviz/cluster"
)

// hashLabel returns the label of an ID whose beginning tells it from all others, as long as no
// other ID has the same label; "" for any other ID.
func hashLabel(text string) string {
	label, _, found := uuidLabel(text)
	if !found {
		label, _, found = peerLabel(text)
	}
	if !found {
		return ""
	}
	return text[label.start:label.end]
}

// hashName returns the name of an ID whose beginning tells it from all others.
func hashName(text string) (name, bool) {
	if n, ok := uuidName(text); ok {
		return n, true
	}
	return peerName(text)
}

// newHashName returns the name of an ID whose hash begins at start. It has the label, and if the
// name of a cluster comes first, a longer one with all before the hash: two clusters may have the
// same hash.
func newHashName(text string, label span, start int) name {
	n := name{text: text, spans: append(make([]span, 0, 5), label)}
	n.pattern = n.label()
	if strings.Contains(text[:start], "/") {
		n.widen(0, 0)
	}
	return n
}

// uuidLength is the length of a UUID in its usual form.
const uuidLength = 36

// isUUID reports whether s is a UUID in its usual form.
func isUUID(s string) bool { return len(s) == uuidLength && cluster.ShortID(s) != s }

// uuidLabel returns the label of an ID that ends with a UUID, with or without a domain: the
// first eight digits, and the part before the UUID if that is a letter, such as n-, or the first
// part, as Bacalhau shortens IDs. The UUID begins at start.
func uuidLabel(text string) (label span, start int, ok bool) {
	end := len(text)
	if !isUUID(text[max(0, end-uuidLength):]) {
		if end = strings.IndexByte(text, '.'); end < uuidLength || !isUUID(text[end-uuidLength:end]) {
			return span{}, 0, false
		}
	}
	start = end - uuidLength
	label = span{start, start + 8}
	if start > 0 {
		if !strings.ContainsRune(separators, rune(text[start-1])) {
			return span{}, 0, false
		}
		if before := strings.LastIndexAny(text[:start-1], separators) + 1; before == 0 || start-before == 2 {
			label.start = before
		}
	}
	return label, start, true
}

// uuidName returns the name of an ID that ends with a UUID.
func uuidName(text string) (name, bool) {
	label, start, ok := uuidLabel(text)
	if !ok {
		return name{}, false
	}
	n := newHashName(text, label, start)
	for _, more := range []int{13, 18, 23, uuidLength} {
		n.widen(start, start+more)
	}
	n.widen(0, 0)
	n.widen(0, len(text))
	return n, true
}

// peerIDs are the beginnings of the IDs that libp2p makes of a key, by its kind, and their
// lengths: base58 of a hash, or of the key itself. Bacalhau used them up to v1.2.
// https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md
var peerIDs = []struct {
	prefix string
	length int
}{{"Qm", 46}, {"12D3KooW", 52}}

// base58 is Bitcoin's alphabet, without digits and letters that look alike.
const base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// peerLabel returns the label of an ID that libp2p made: what all of them begin with and the
// next six characters, as Bacalhau shortened them. What all begin with ends at prefix.
func peerLabel(text string) (label span, prefix int, ok bool) {
	start := strings.LastIndexByte(text, '/') + 1
	for _, kind := range peerIDs {
		if id := text[start:]; len(id) == kind.length && strings.HasPrefix(id, kind.prefix) && strings.Trim(id, base58) == "" {
			prefix = start + len(kind.prefix)
			return span{start, prefix + 6}, prefix, true
		}
	}
	return span{}, 0, false
}

// peerName returns the name of an ID that libp2p made.
func peerName(text string) (name, bool) {
	label, prefix, ok := peerLabel(text)
	if !ok {
		return name{}, false
	}
	n := newHashName(text, label, label.start)
	for _, more := range []int{10, 14} {
		n.widen(label.start, prefix+more)
	}
	n.widen(0, len(text))
	return n, true
}
