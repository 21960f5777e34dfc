package graph

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/internal/display"
)

func TestShortLabels(t *testing.T) {
	for _, c := range []struct {
		name      string
		ids, want []string
	}{
		{"Bacalhau's own", []string{"n-0d2d943b-1111-2222-3333-444444444444"}, []string{"n-0d2d943b"}},
		{"bare UUID", []string{"0d2d943b-1111-2222-3333-444444444444"}, []string{"0d2d943b-1111"}},
		{"up to three parts stay", []string{"c6", "gpu-host", "gpu-host-example"}, []string{"c6", "gpu-host", "gpu-host-example"}},
		{"legacy", []string{"QmXaXu9N5GNetatsvwnTfQqNtSeKAD6uCmarbh3LMRYAcF"}, []string{"QmXaXu9N5GNetatsvwnTfQqNtSeKAD6uCmarbh3LMRYAcF"}},
		{"grow until they differ", []string{"eu-west-1-rack1-a", "eu-west-1-rack2-a", "eu-west-2-rack1-a"}, []string{"eu-west-1-rack1", "eu-west-1-rack2", "eu-west-2"}},
		{"only those that are equal grow", []string{"eu-west-1-a", "eu-west-1-b", "us-east-1-a"}, []string{"eu-west-1-a", "eu-west-1-b", "us-east"}},
		{"one is the other's short form", []string{"a-b", "a-b-c-d"}, []string{"a-b", "a-b-c"}},
		{"and the grown one's too", []string{"a-b", "a-b-c", "a-b-c-d"}, []string{"a-b", "a-b-c", "a-b-c-d"}},
		{"dash at the start", []string{"-a-b-c", "-a-b-d"}, []string{"-a-b-c", "-a-b-d"}},
		{"dashes alone", []string{"---", "----"}, []string{"---", "----"}},
		{"nothing between dashes", []string{"a--b-c", "a--b-d"}, []string{"a--b-c", "a--b-d"}},
		{"not printable", []string{"a\x1b[2J", "b\u202ec", "\xff"}, []string{`a\x1b[2J`, `b\u202ec`, `\xff`}},
		{"an escape and its spelling", []string{"\x00", `\x00`, `\x00 (2)`}, []string{`\x00`, `\x00 (3)`, `\x00 (2)`}},
		{"letters of the world", []string{"nœud-é", "节点"}, []string{"nœud-é", "节点"}},
	} {
		if d := cmp.Diff(c.want, shortLabels(context.Background(), c.ids)); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}

// labelsByRounds returns the labels of shortLabels by their definition: equal labels
// grow by a part until all are different.
func labelsByRounds(ids []string) []string {
	labels := make([]string, len(ids))
	for i, id := range ids {
		labels[i] = display.Printable(id)
		if strings.Count(labels[i], "-") > 2 {
			labels[i] = strings.Join(strings.SplitN(labels[i], "-", 3)[:2], "-")
		}
	}
	for grown := true; grown; {
		grown = false
		owners := map[string]int{}
		for _, l := range labels {
			owners[l]++
		}
		for i, l := range labels {
			if text := display.Printable(ids[i]); owners[l] > 1 && len(l) < len(text) {
				labels[i] = text[:nextDash(text, len(l)+1)]
				grown = true
			}
		}
	}
	makeUnique(context.Background(), labels)
	return labels
}

func TestShortLabelsGrowByTheFewestParts(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		ids := make([]string, 1+rng.IntN(12))
		for i := range ids {
			b := make([]byte, rng.IntN(10))
			for k := range b {
				b[k] = "---ab!~"[rng.IntN(7)]
			}
			ids[i] = string(b)
		}
		slices.Sort(ids)
		ids = slices.Compact(ids)
		if d := cmp.Diff(labelsByRounds(ids), shortLabels(context.Background(), ids)); d != "" {
			t.Fatalf("%q: %s", ids, d)
		}
	}
}

// IDs of a million parts that differ in their last one take a moment, not a round for each part.
func TestShortLabelsOfEndlessIDs(t *testing.T) {
	ids := make([]string, 8)
	for i := range ids {
		ids[i] = strings.Repeat("a-", 600_000) + string(rune('0'+i))
	}
	if labels := shortLabels(context.Background(), ids); labels[7] != ids[7] {
		t.Errorf("a label of %d characters, want all %d", len(labels[7]), len(ids[7]))
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
		for i, label := range shortLabels(context.Background(), ids) {
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
