package diff_test

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diff"
	"github.com/bacviz/bacviz/internal/clustertest/faults"
)

func TestReadSaysWhatIsWrongAndWhere(t *testing.T) {
	for text, want := range map[string]string{
		"":                                 "line 1, column 1: the file is empty",
		`{"bacviz": "snapshot"}`:           `line 1, column 12: this document is a "snapshot", not a diff`,
		`{"bacviz": "diff", "version": 3}`: "line 1, column 31: diff version 3 is newer than this bacviz",
		"{\"bacviz\": \"diff\", \"version\": 1,\n \"x\": 1}":                                                               `line 2, column 2: unknown field "x"`,
		`{"bacviz": "diff", "version": 1, "changed": [{"id": "a", "changes": [{"field": "vrsion"}]}]}`:                     "line 1, column 80: unknown field \"vrsion\" of a node",
		`{"bacviz": "diff", "version": 1, "changed": [{"id": "a", "changes": [{"before": 1}]}]}`:                           `line 1, column 81: "field" has to come before "before" and "after"`,
		`{"bacviz": "diff", "version": 1, "changed": [{"id": "a", "changes": [{"field": "cpu", "before": "x"}]}]}`:         "line 1, column 97: expected a number from 0 to 1000000000, found \"x\"",
		`{"bacviz": "diff", "version": 1, "changed": [{"id": "a", "changes": [{"field": "version", "before": "x"}]}]}`:     `line 1, column 70: a change without "before" or "after"`,
		`{"bacviz": "diff", "version": 1, "changed": [{"id": "a", "changes": [{"before": 1, "field": "cpu"}]}]}`:           `line 1, column 81: "field" has to come before "before" and "after"`,
		`{"bacviz": "diff", "version": 1, "changed": [{"id": "a", "changes": [{}]}]}`:                                      `line 1, column 70: a change without "field"`,
		`{"bacviz": "diff", "version": 1, "changed": [{"id": "a", "changes": [{"field": "seen", "after": {"by": 1}}]}]}`:   `line 1, column 98: unknown field "by"`,
		`{"bacviz": "diff", "version": 1, "changed": [{"id": "a", "changes": [{"field": "heartbeat", "before": "now"}]}]}`: `line 1, column 103: expected a time such as 2026-01-15T12:00:00Z, found "now"`,
		`{"bacviz": "diff", "version": 1}`:                        `line 1, column 33: a diff without "load"`,
		`{"bacviz": "diff", "version": 1, "added": [{"id": ""}]}`: `a node without "id"`,
	} {
		_, err := diff.Read(strings.NewReader(text), diff.ReadOptions{})
		var e *diff.Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}

func TestReadReportsThePlaceOfEachFault(t *testing.T) {
	good, err := os.ReadFile("testdata/document.json")
	if err != nil {
		t.Fatal(err)
	}
	faults.Check(t, strings.TrimSpace(string(good)), func(text string) error {
		_, err := diff.Read(strings.NewReader(text), diff.ReadOptions{})
		return err
	})
}

func TestReadRefusesMoreNodesThanWanted(t *testing.T) {
	for _, list := range []string{
		`"added": [{"id": "a"}, {"id": "b"}]`, `"removed": [{"id": "a"}, {"id": "b"}]`, `"changed": [{"id": "a", "changes": []}, {"id": "b", "changes": []}]`,
	} {
		_, err := diff.Read(strings.NewReader(`{"bacviz": "diff", "version": 1, `+list+"}"), diff.ReadOptions{MaxRecords: 1})
		if err == nil || !strings.Contains(err.Error(), "more than 1 nodes") {
			t.Errorf("%s: %v", list, err)
		}
	}
}

// In version 1 "role" was the type.
func TestReadTakesVersion1(t *testing.T) {
	const doc = `{"bacviz": "diff", "version": 1, "load": false, "nodes": {"before": 1, "after": 1}, "orchestrators": {"renamed": [], "added": [], "removed": []},
		"renamed": [], "added": [], "removed": [], "changed": [{"id": "a", "changes": [{"field": "role", "before": "Compute", "after": "Requester"}]}]}`
	d, err := diff.Read(strings.NewReader(doc), diff.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := d.Apply(cluster.Snapshot{Nodes: []cluster.Node{{ID: "a", Type: cluster.Compute}}})
	if err != nil || got.Nodes[0].Type != cluster.Requester {
		t.Errorf("%+v, %v", got.Nodes, err)
	}
	want := strings.NewReplacer("version\": 1", "version\": 2", `"role"`, `"type"`).Replace(doc)
	if again, err := diff.Read(strings.NewReader(want), diff.ReadOptions{}); err != nil || jsonOf(t, again) != jsonOf(t, d) {
		t.Errorf("%v: %s", err, jsonOf(t, d))
	}
}

func TestReadPassesOverAByteOrderMark(t *testing.T) {
	a, b := pair(1)
	text := jsonOf(t, compare(cluster.Merge(a...), cluster.Merge(b...), diff.Options{}))
	if got, err := diff.Read(strings.NewReader("\ufeff"+text), diff.ReadOptions{}); err != nil || jsonOf(t, got) != text {
		t.Error(err)
	}
}

func FuzzRead(f *testing.F) {
	for seed := range uint64(4) {
		a, b := pair(seed)
		f.Add([]byte(jsonOf(f, compare(cluster.Merge(a...), cluster.Merge(b...), diff.Options{WithLoad: true}))))
	}
	f.Add([]byte(`{"bacviz": "diff", "version": 1, "load": false, "nodes": {}, "orchestrators": {}, "renamed": [], "added": [], "removed": [], "changed": [{"id": "a", "changes": [{"field": "labels", "key": "x"}, {"field": "seen", "after": {}}]}]}`))
	a, _ := pair(1)
	s := cluster.Merge(a...)
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := diff.Read(bytes.NewReader(text), diff.ReadOptions{})
		if err != nil {
			var e *diff.Error
			if !errors.As(err, &e) {
				t.Fatalf("%#v", err)
			}
			return
		}
		_, _ = d.Apply(s) // which it may not fit
		_, _ = d.Reverse().Apply(s)
		for _, format := range diff.Formats() {
			if err := format.Write(t.Context(), &bytes.Buffer{}, d, diff.WriteOptions{}); err != nil {
				t.Fatal(err)
			}
		}
	})
}
