package graph

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/interrupt"
)

// shortLabels returns a label for each ID. The label of an ID with more than three
// parts between dashes is its first two parts, or as many more as distinguish it from
// every other label. The label of any other ID is the ID. IDs are distinct. The time
// is that of sorting them, whatever their lengths.
func shortLabels(ctx context.Context, ids []string) []string {
	texts := make([]string, len(ids)) // the printable IDs
	var long []int                    // indexes of those with more than three parts
	short := make(map[string]bool)    // the other texts
	for i := range interrupt.Range(ctx, len(ids)) {
		texts[i] = display.Printable(ids[i])
		if strings.Count(texts[i], "-") > 2 {
			long = append(long, i)
		} else {
			short[texts[i]] = true
		}
	}
	labels := slices.Clone(texts)
	sortByParts(long, texts)
	for n := range interrupt.Range(ctx, len(long)) {
		i := long[n]
		text, shared := texts[i], 0
		if n > 0 {
			shared = sharedParts(text, texts[long[n-1]])
		}
		if n+1 < len(long) {
			shared = max(shared, sharedParts(text, texts[long[n+1]]))
		}
		end := nextDash(text, nextDash(text, 0)+1) // of the first two parts
		if shared >= end {
			end = nextDash(text, min(len(text), shared+1))
		}
		for end < len(text) && short[text[:end]] {
			end = nextDash(text, end+1)
		}
		labels[i] = text[:end]
	}
	makeUnique(ctx, labels) // one ID may contain the escapes of another
	return labels
}

// sortByParts sorts indexes of texts so that texts with the same first parts are
// together: a dash sorts before every other character.
func sortByParts(indexes []int, texts []string) {
	slices.SortFunc(indexes, func(i, j int) int {
		a, b := texts[i], texts[j]
		n := sharedBytes(a, b)
		switch {
		case n == len(a) || n == len(b):
			return len(a) - len(b)
		case a[n] == '-':
			return -1
		case b[n] == '-':
			return 1
		}
		return int(a[n]) - int(b[n])
	})
}

// sharedBytes returns the length of the longest beginning of a that b has too.
func sharedBytes(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// sharedParts returns the length of the longest beginning of a that b has too, and
// that ends where a part ends in both.
func sharedParts(a, b string) int {
	n := sharedBytes(a, b)
	ends := func(s string) bool { return n == len(s) || s[n] == '-' }
	if ends(a) && ends(b) {
		return n
	}
	return max(0, strings.LastIndexByte(a[:n], '-'))
}

// makeUnique numbers equal labels: the second one becomes "label (2)".
func makeUnique(ctx context.Context, labels []string) {
	taken := make(map[string]bool, len(labels))
	for _, l := range labels {
		taken[l] = true
	}
	shown := make(map[string]int, len(labels)) // how many equal ones there were so far
	for i := range interrupt.Range(ctx, len(labels)) {
		l := labels[i]
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

// relabel labels compute nodes with a field in place of their short IDs. If two nodes
// have the same value, the short ID follows it in both labels.
func (t *Topology) relabel(ctx context.Context, field string) {
	if field == "" || field == FieldShort {
		return
	}
	texts := make([]string, len(t.vertices))
	owners := make(map[string]int)
	for i := range interrupt.Range(ctx, len(t.vertices)) {
		v := &t.vertices[i]
		switch {
		case field == FieldFull && v.Job == nil:
			texts[i] = display.Printable(v.NodeID())
		case v.Hub || v.Job != nil || v.Node.Labels[field] == "":
			texts[i] = v.Label
		default:
			texts[i] = display.Printable(v.Node.Labels[field])
		}
		owners[texts[i]]++
	}
	for i := range t.vertices {
		if v := &t.vertices[i]; owners[texts[i]] > 1 && texts[i] != v.Label {
			texts[i] += " " + v.Label
		}
	}
	t.setLabels(ctx, texts)
}

// setLabels sets the label of each vertex, with a number if it would be equal to
// another one.
func (t *Topology) setLabels(ctx context.Context, labels []string) {
	makeUnique(ctx, labels)
	for i := range t.vertices {
		t.vertices[i].Label = labels[i]
	}
}

// nextDash returns the index of the first dash of s from n on, or the length of s.
func nextDash(s string, n int) int {
	if i := strings.IndexByte(s[n:], '-'); i >= 0 {
		return n + i
	}
	return len(s)
}
