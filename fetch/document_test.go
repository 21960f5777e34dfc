package fetch_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/unicode"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/snapshot"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/internal/clustertest"
)

func TestReadTakesSnapshots(t *testing.T) {
	var b bytes.Buffer
	want := clustertest.Snapshot(1, clustertest.Options{Nodes: 30, Hubs: 3, Shared: 0.5})
	if err := snapshot.Write(t.Context(), &b, want, snapshot.WriteOptions{Load: true}); err != nil {
		t.Fatal(err)
	}
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	// Other programs write keys in an order of their own.
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(b.Bytes(), &keys); err != nil {
		t.Fatal(err)
	}
	reordered := "{\"nodes\": " + string(keys["nodes"])
	for _, key := range []string{"version", "taken", "orchestrators", "bacviz"} {
		if keys[key] != nil {
			reordered += ", \"" + key + "\": " + string(keys[key])
		}
	}
	for name, text := range map[string]string{
		"as written":            b.String(),
		"in another order":      reordered + "}",
		"after 60 blanks":       "{" + strings.Repeat(" ", 60) + b.String()[1:],
		"as PowerShell has it":  string(utf16),
		"with a mark":           "\ufeff" + b.String(),
		"after white space":     strings.Repeat(" \r\n", 10000) + b.String(),
		"with white space in":   "{" + strings.Repeat("\n", 100) + b.String()[1:],
		"with keys in one line": strings.ReplaceAll(b.String(), "\n", ""),
	} {
		t.Run(name, func(t *testing.T) {
			list, warnings, err := read(t.Context(), strings.NewReader(text))
			if err != nil || len(warnings) > 0 {
				t.Fatal(err, warnings)
			}
			if d := cmp.Diff(want, cluster.Merge(list)); d != "" {
				t.Error(d)
			}
		})
	}
}

// A text that only begins like a snapshot is read from its beginning.
func TestReadTakesNoOtherDocumentsForSnapshots(t *testing.T) {
	list, _, err := read(t.Context(), strings.NewReader("{\"version\": 1, \"level\": \"info\"}\n"+`{"Nodes":[{"Info":{"NodeID":"a"}}]}`))
	if err != nil || len(list.Nodes) != 1 {
		t.Errorf("after a log line: %v, %v", list.Nodes, err)
	}
	for text, want := range map[string]string{
		`{"nodes": [], "links": []}`:          "reading nodes: x.json: line 1, column 1: a picture that bacviz render -f json wrote, not a node list",
		`{"nodes": [{"id": "bacviz"`:          "reading nodes: x.json: cut off after 26 bytes",
		`{"nodes": [], "bacviz": "diff"}`:     `reading nodes: x.json: line 1, column 25: this document is a "diff", not a snapshot`,
		`{"nodes": [], "bacviz": "snapshot"}`: `reading nodes: x.json: line 1, column 1: a snapshot without "version"`,
		`{"version": 1, "x": 7, "bacviz": "snapshot", "orchestrators": ["o"], "nodes": []}`: `reading nodes: x.json: line 1, column 16: unknown field "x"`,
	} {
		if _, _, err := read(t.Context(), strings.NewReader(text)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
	broken := io.MultiReader(strings.NewReader(`{"nodes": [`), iotest.ErrReader(errors.New("no disk")))
	if _, _, err := read(t.Context(), broken); err == nil || !strings.Contains(err.Error(), "no disk") {
		t.Errorf("of a source that fails: %v", err)
	}
}

func TestReadSaysWhereASnapshotIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		`{"bacviz": "snapshot", "version": 7}`:  "reading nodes: x.json: line 1, column 35: snapshot version 7 is newer than this bacviz, which reads up to version 2",
		"\n\n {\"bacviz\": 1}":                  "reading nodes: x.json: line 3, column 13: not a snapshot of bacviz",
		"{\"bacviz\": \"snapshot\",\n\"ver":     "reading nodes: x.json: line 2, column 5: unexpected end of the file",
		"{\"bacviz\": \"\x1b[31m\", \"v\": []}": `reading nodes: x.json: line 1, column 13: not valid JSON`,
	} {
		list, _, err := read(t.Context(), strings.NewReader(text))
		var e *fetch.Error
		var document *snapshot.Error
		if !errors.As(err, &e) || !errors.As(err, &document) || e.Hint == "" || strings.Contains(want, "end of the file") != strings.Contains(e.Hint, "take the snapshot again") || !strings.HasPrefix(err.Error(), want) || list.Nodes != nil {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

func TestSnapshotMergesSnapshotsWithLists(t *testing.T) {
	lists := clustertest.Cluster(1, clustertest.Options{Nodes: 20, Hubs: 3, Shared: 0.5})
	want := cluster.Merge(lists...)
	file := filepath.Join(t.TempDir(), "two.json")
	var b bytes.Buffer
	if err := snapshot.Write(t.Context(), &b, cluster.Merge(lists[:2]...), snapshot.WriteOptions{Load: true}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	live := clustertest.ServeCluster(t, "v1.9.3", lists[2])
	for range 3 {
		got, warnings, err := readSnapshot(t.Context(), []fetch.Source{fetch.File{Path: file}, &bacalhau.Client{BaseURL: live.URL}}, fetch.Options{})
		if err != nil {
			t.Fatal(err, warnings)
		}
		if fmt.Sprint(got.Orchestrators) != fmt.Sprint(want.Orchestrators) || len(got.Nodes) != len(want.Nodes) {
			t.Errorf("%v, %d nodes", got.Orchestrators, len(got.Nodes))
		}
		for i := range got.Nodes {
			if a, b := got.Nodes[i], want.Nodes[i]; len(a.Sightings) != len(b.Sightings) || a.Connection() != b.Connection() {
				t.Errorf("%s has %d sightings, want %d", a.ID, len(a.Sightings), len(b.Sightings))
			}
		}
	}
}
