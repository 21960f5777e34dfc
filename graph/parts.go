package graph

// This file divides IDs into parts.

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"unicode"

	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/parallel"
)

// separators stand between the parts of an ID.
const separators = "-_/."

// A kind says what a part of an ID looks like.
type kind int

const (
	number kind = iota // digits
	letter             // a single one
	word
	coded  // letters and digits, such as node7 or x2x7k
	region // several parts, such as eu-west-1: the value of a label, or a cloud provider's region
)

// names reports whether a label may begin with such a part: the others say nothing
// without what is before them.
func (k kind) names() bool { return k >= word }

// A part is a piece of an ID between separators.
type part struct {
	span
	kind kind
}

// A cutter makes names of IDs.
type cutter struct {
	values  map[string]bool // of labels, which are no names of nodes
	longest int             // of the values, in bytes

	// hostFirst says that IDs with a digit after their last dot begin with a host name
	// too, as gpu7.dc3 does, and rack3.node7 does not.
	hostFirst bool

	buffer []part // of one ID
}

// names returns names of some of the printable IDs, given by their indexes. If ctx ends first,
// some are missing.
func (c *cutter) names(ctx context.Context, texts []string, of []int32) []name {
	c.hostFirst = moreFirstParts(texts)
	for v := range c.values {
		c.longest = max(c.longest, len(v))
	}
	names := make([]name, len(of))
	none := &endings{words: c.sharedWords(ctx, texts)}
	if found := c.nameAll(ctx, names, texts, of, none); found.mixed() {
		c.nameAll(ctx, names, texts, of, found)
	}
	return names
}

// nameAll makes the names of some of the printable IDs, in which the last parts have the kinds
// that the endings say. It returns the endings that the names would have without that.
func (c *cutter) nameAll(ctx context.Context, names []name, texts []string, of []int32, known *endings) *endings {
	parts, _ := parallel.Chunks(ctx, len(names), parallel.ChunkSize, func(from, to int) *endings {
		own := *c // with a buffer of its own
		own.buffer = nil
		found := &endings{words: known.words, kinds: make(map[endForm]*[region + 1]int)}
		var spans []span // of one name, before they are kept
		for i := from; i < to; i++ {
			text := texts[of[i]]
			if n, ok := hashName(text); ok {
				names[i] = n
				continue
			}
			host := own.parts(text)
			found.count(text, host)
			known.unify(text, host)
			n := newName(text, host, known.words, spans)
			spans, n.spans = n.spans[:0], slices.Clone(n.spans)
			names[i] = n
		}
		return found
	})
	return joinEndings(parts)
}

// domainAt returns the index of the dot before the domain of an ID, or the length of an
// ID without one. No top-level domain has a digit in it.
func (c *cutter) domainAt(text string) int {
	first := strings.IndexByte(text, '.')
	if first <= 0 || !c.hostFirst && strings.ContainsFunc(lastPart(text), unicode.IsDigit) {
		return len(text)
	}
	return first
}

// lastPart returns what follows the last dot, unless that is at the end.
func lastPart(text string) string {
	text = strings.TrimRight(text, ".")
	return text[strings.LastIndexByte(text, '.')+1:]
}

// moreFirstParts reports whether IDs with a digit after the last dot differ more in what
// is before the first dot than in what follows the last, as host names do.
func moreFirstParts(texts []string) bool {
	first, last := make(map[string]bool), make(map[string]bool)
	for _, text := range texts {
		host, _, dotted := strings.Cut(text, ".")
		if !dotted {
			continue
		}
		if end := lastPart(text); strings.ContainsFunc(end, unicode.IsDigit) && divisible(text) {
			first[host], last[end] = true, true
		}
	}
	return len(first) > len(last)
}

// divisible reports whether an ID is made of letters, digits and separators. Other IDs,
// such as URLs, words with spaces between them, or addresses with a port, are known as a
// whole, and so are IP addresses.
func divisible(text string) bool {
	for _, r := range text {
		switch {
		case r >= 'a' && r <= 'z', r >= '-' && r <= '9', r >= 'A' && r <= 'Z', r == '_': // ., / and digits
		case r > unicode.MaxASCII && unicode.In(r, unicode.L, unicode.M, unicode.N):
		default:
			return false
		}
	}
	_, err := netip.ParseAddr(text)
	return err != nil
}

// maxParts is the number of parts that an ID is divided into at most. Names of hosts have a
// dozen. An ID may have 1,024 bytes, and hundreds of parts.
const maxParts = 24

// parts returns the parts of the host name of an ID; nil for an ID that is not divided. The
// first is what is left where there are more than maxParts. The next call overwrites them.
func (c *cutter) parts(text string) []part {
	if !divisible(text) {
		return nil
	}
	parts := c.buffer[:0]
	for end := c.domainAt(text); end > 0; {
		start := strings.LastIndexAny(text[:end], separators) + 1
		switch {
		case len(parts) == maxParts-1:
			start = 0
			parts = append(parts, part{span{0, end}, word})
		case start < end:
			parts = append(parts, part{span{start, end}, kindOf(text[start:end])})
		}
		end = start - 1
	}
	slices.Reverse(parts)
	c.buffer = parts
	return c.joinRegions(text, parts)
}

// consonants are those of the letters that Kubernetes makes random names of, which leave
// out vowels so as to make no words (k8s.io/apimachinery/pkg/util/rand).
const consonants = "bcdfghjklmnpqrstvwxz"

// kindOf returns the kind of a part that is not a region.
func kindOf(s string) kind {
	digits, letters, random := 0, 0, true
	for _, r := range s {
		if unicode.IsDigit(r) {
			digits++
			continue
		}
		letters++
		random = random && strings.ContainsRune(consonants, r)
	}
	switch {
	case letters == 0:
		return number
	case digits == 0 && len(s) == 1:
		return letter
	case digits > 0, random && letters >= 4:
		return coded
	}
	return word
}

// maxRegion is the number of parts that a region has at most.
const maxRegion = 6

// joinRegions makes one part of the parts of each region.
func (c *cutter) joinRegions(text string, parts []part) []part {
	joined := parts[:0]
	for i := 0; i < len(parts); {
		n := max(1, c.regionAt(text, parts[i:min(len(parts), i+maxRegion)]))
		p := parts[i]
		if n > 1 {
			p = part{span{p.start, parts[i+n-1].end}, region}
		}
		joined = append(joined, p)
		i += n
	}
	return joined
}

// regionAt returns how many of the parts, from the first on, are a region; 0 for none.
func (c *cutter) regionAt(text string, parts []part) int {
	for n := len(parts); n > 1; n-- {
		if s := text[parts[0].start:parts[n-1].end]; len(s) <= c.longest && c.values[s] {
			return n
		}
	}
	return providerRegion(text, parts)
}

// continents are how names of regions begin, and directions what follows.
var continents = map[string]bool{
	"us": true, "ca": true, "mx": true, "sa": true, "eu": true, "af": true, "me": true, "il": true, "ap": true, "cn": true,
	"northamerica": true, "southamerica": true, "europe": true, "africa": true, "asia": true, "australia": true,
}

var directions = map[string]bool{
	"north": true, "south": true, "east": true, "west": true, "central": true,
	"northeast": true, "northwest": true, "southeast": true, "southwest": true,
}

// providerRegion returns how many of the parts, from the first on, name a region or a zone as
// Amazon (eu-west-1, us-gov-east-1a) or Google (europe-west1-b) write it; 0 for none.
func providerRegion(text string, parts []part) int {
	of := func(i int) string {
		if i < len(parts) {
			return text[parts[i].start:parts[i].end]
		}
		return ""
	}
	if !continents[of(0)] {
		return 0
	}
	i := 1
	if of(1) == "gov" {
		i = 2
	}
	direction := strings.TrimRight(of(i), "0123456789")
	switch {
	case !directions[direction]:
		return 0
	case direction == of(i): // Amazon's
		if next := of(i + 1); next == "" || strings.TrimRight(strings.TrimRight(next, "abcdef"), "0123456789") != "" {
			return 0
		}
		return i + 2
	}
	if zone := of(i + 1); zone != "" && parts[i+1].kind == letter {
		return i + 2
	}
	return i + 1
}

// sharedWords returns how many words all of the host names end with.
func (c *cutter) sharedWords(ctx context.Context, texts []string) int {
	if len(texts) < 2 {
		return 0
	}
	first := slices.Clone(c.host(texts[0]))
	shared := len(first)
	for i := range interrupt.Range(ctx, len(texts)) {
		parts := c.host(texts[i])
		shared = min(shared, len(parts))
		for k := range shared {
			p, q := parts[len(parts)-1-k], first[len(first)-1-k]
			if p.kind != word || texts[i][p.start:p.end] != texts[0][q.start:q.end] {
				shared = k
				break
			}
		}
		if shared == 0 {
			break
		}
	}
	return shared
}

// host is parts for an ID whose beginning may tell it from all others: that is not divided.
func (c *cutter) host(text string) []part {
	if _, ok := hashName(text); ok {
		return nil
	}
	return c.parts(text)
}
