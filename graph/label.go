package graph

import (
	"strconv"
	"strings"

	"github.com/bacviz/bacviz/internal/display"
)

// shortLabels returns a label for each ID: with more than three parts between
// dashes the first two, else the whole ID. Labels that would be equal grow by a
// part at a time until they differ. IDs are distinct.
func shortLabels(ids []string) []string {
	texts := make([]string, len(ids)) // what a label may show of an ID
	ends := make([]int, len(ids))     // how much of it the label shows
	for i, id := range ids {
		texts[i] = display.Printable(id)
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
