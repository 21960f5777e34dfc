package graph

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// IDs of many parts that differ in the first one take a moment, not a round for each part.
func TestShortLabelsOfEndlessIDs(t *testing.T) {
	ids := make([]string, 8)
	for i := range ids {
		ids[i] = fmt.Sprint("hub", i, strings.Repeat("-ab", 100_000), "-0")
	}
	if labels := shortLabels(t.Context(), ids, nil); labels[7] != ids[7] {
		t.Errorf("a label of %d characters, want all %d", len(labels[7]), len(ids[7]))
	}
}

// IDs of hundreds of parts have a few labels to choose from, and so take little memory. The
// first parts count as one.
func TestIDsOfManyPartsHaveAFewLabels(t *testing.T) {
	many := strings.Repeat("ab-", 300)
	ids := []string{"x-" + many + "1", "y-" + many + "2", strings.ReplaceAll(many, "-", ".") + "3"}
	c := cutter{}
	for _, n := range c.names(t.Context(), ids, []int32{0, 1, 2}) {
		if len(n.spans) > 2*maxParts || cap(n.spans) > 3*maxParts {
			t.Errorf("%d labels, and room for %d", len(n.spans), cap(n.spans))
		}
	}
	got := shortLabels(t.Context(), []string{ids[0], "y-" + many + "1", "x-" + many + "ab-7"}, nil)
	if got[0] != ids[0] || got[1] != "y-"+many+"1" || got[2] != "x-"+many+"ab-7" {
		t.Errorf("IDs that differ in the first part have the labels %.20q", got)
	}
	if got := shortLabels(t.Context(), ids[:2], nil); got[0] != "ab-1" || got[1] != "ab-2" {
		t.Errorf("labels %.20q, want ab-1 and ab-2", got)
	}
}

func FuzzShortLabels(f *testing.F) {
	f.Add("a-b-c-d\na-b-c-e\na-b")
	f.Add("-a-b-c\n-a-b-d\n---\n----")
	f.Add("\x00\n\\x00\n\\x00 (2)\n\xff\n\u202e")
	f.Fuzz(func(t *testing.T, lines string) {
		ids := strings.Split(lines, "\n")
		slices.Sort(ids)
		ids = slices.Compact(ids)
		owner := map[string]string{}
		for i, label := range shortLabels(t.Context(), ids, nil) {
			if other, taken := owner[label]; taken {
				t.Errorf("%q and %q share the label %q", other, ids[i], label)
			}
			owner[label] = ids[i]
			if label == "" && ids[i] != "" {
				t.Errorf("%q has an empty label", ids[i])
			}
			if !utf8.ValidString(label) || strings.ContainsFunc(label, func(r rune) bool { return !unicode.IsGraphic(r) && r != 0x200c && r != 0x200d }) {
				t.Errorf("%q has the label %q, which is not printable", ids[i], label)
			}
		}
	})
}

// Labels are pieces of their IDs, distinct, in no order, and never the value of a label.
func TestShortLabelsOfAnyIDs(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	words := []string{"eu", "west", "1", "node", "7", "0001", "x2x7k", "a", "rack2", "example", "com", "0d2d943b-1111-4222-8333-444444444444", "", "节点", "dc 1"}
	for range 2000 {
		ids := map[string]bool{}
		for range 1 + rng.IntN(12) {
			id := words[rng.IntN(len(words))]
			for range rng.IntN(6) {
				id += string(separators[rng.IntN(len(separators))]) + words[rng.IntN(len(words))]
			}
			ids[id] = true
		}
		delete(ids, "")
		values := map[string]bool{"eu": true, "eu-west-1": true, "node-7": true, "example.com": true}
		sorted := slices.Sorted(maps.Keys(ids))
		owner := map[string]string{}
		labels := shortLabels(t.Context(), sorted, values)
		for i, label := range labels {
			id := sorted[i]
			if owner[label] != "" || label == "" || !strings.Contains(id, label) || values[label] && label != id {
				t.Errorf("%q: %q has the label %q, and so has %q", sorted, id, label, owner[label])
			}
			owner[label] = id
		}
		slices.Reverse(sorted)
		slices.Reverse(labels)
		if again := shortLabels(t.Context(), sorted, values); !slices.Equal(again, labels) {
			t.Errorf("%q: labels %q depend on the order: %q", sorted, labels, again)
		}
	}
}

// Numbers that are unique in the whole network keep all labels as they are.
func TestLabelsStayWhenANodeGoes(t *testing.T) {
	for _, style := range []clustertest.NameStyle{clustertest.NameUUID, clustertest.NameHost, clustertest.NameMixed} {
		snap := clustertest.Snapshot(1, clustertest.Options{Nodes: 30, Names: style})
		ids, labels := nodeLabels(t.Context(), nil, &snap)
		for gone := range snap.Nodes {
			fewer := snap
			fewer.Nodes = slices.Delete(slices.Clone(snap.Nodes), gone, gone+1)
			left, now := nodeLabels(t.Context(), nil, &fewer)
			for i, id := range left {
				if k, _ := slices.BinarySearch(ids, id); labels[k] != now[i] {
					t.Errorf("%s: without %s, %s has the label %q, not %q", style, snap.Nodes[gone].ID, id, now[i], labels[k])
				}
			}
		}
	}
}

func TestLabelsAreThoseOfVertices(t *testing.T) {
	snap := clustertest.Snapshot(1, clustertest.Options{Nodes: 30, Names: clustertest.NameMixed})
	snap.Orchestrators = append(snap.Orchestrators, "~unlisted") // sorted
	checkLabels(t, &snap)
	slices.Reverse(snap.Nodes)
	checkLabels(t, &snap)
}

// checkLabels holds that [Labels] are those of vertices.
func checkLabels(t *testing.T, snap *cluster.Snapshot) {
	t.Helper()
	labels, err := Labels(t.Context(), snap)
	if err != nil || len(labels) != len(snap.Nodes) {
		t.Fatal(labels, err)
	}
	topo, err := Build(t.Context(), *snap, Options{All: true})
	if err != nil {
		t.Fatal(err)
	}
	for i := range snap.Nodes {
		if v := topo.vertices[topo.find(snap.Nodes[i].ID)]; v.Label != labels[i] {
			t.Errorf("%s: %s, want %s", snap.Nodes[i].ID, labels[i], v.Label)
		}
	}
}

func BenchmarkShortLabels(b *testing.B) {
	for _, style := range []clustertest.NameStyle{clustertest.NameUUID, clustertest.NameHost} {
		snap := clustertest.Snapshot(1, clustertest.Options{Nodes: 10_000, Names: style})
		b.Run(string(style), func(b *testing.B) {
			for b.Loop() {
				nodeLabels(b.Context(), nil, &snap)
			}
		})
	}
}
