package snapshot_test

import (
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/snapshot"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/clustertest/snapshots"
	"github.com/bacviz/bacviz/internal/golden"
)

// snapshotSchema returns the schema for authors of other programs.
func snapshotSchema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	return golden.Schema(t, "../../docs/snapshot.schema.json")
}

func validate(schema *jsonschema.Schema, text string) error {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return err
	}
	return schema.Validate(doc)
}

func TestDocumentsMatchTheSchema(t *testing.T) {
	schema := snapshotSchema(t)
	snapshots.Each(t, func(t *testing.T, s cluster.Snapshot) {
		s.Taken = clustertest.Epoch
		for _, load := range []bool{false, true} {
			if err := validate(schema, document(t, s, load)); err != nil {
				t.Error(err)
			}
		}
	})
}

// Read and the schema refuse the same documents, except for mistakes that no schema can
// describe.
func TestReadAndTheSchemaAgree(t *testing.T) {
	schema := snapshotSchema(t)
	node := func(s string) string { return strings.Replace(minimal, "[]", "["+s+"]", 1) }
	execution := func(s string) string { return jobs(`{"id": "j", "by": "o", "executions": [` + s + `]}`) }
	for _, text := range []string{
		`{}`, `[]`, `{"bacviz": "diff", "version": 1, "orchestrators": ["o"], "nodes": []}`,
		strings.Replace(minimal, "1", "2", 1), strings.Replace(minimal, `["o"]`, `[]`, 1),
		node(`{}`), node(`{"id": ""}`), node(`{"id": "a", "nope": 1}`), node(`{"id": "a", "labels": {"x": 1}}`), node(`{"id": "a", "engines": "x"}`),
		node(`{"id": "a", "capacity": {"disk": 1}}`), node(`{"id": "a", "capacity": {"memory": -1}}`), node(`{"id": "a", "seen": [{}]}`),
		node(`{"id": "a", "seen": [{"by": "o", "heartbeat": "now"}]}`), node(`{"id": "a", "load": {"running": 1.5}}`),
		node(`{"id": "a", "capacity": {"cpu": -1}}`), node(`{"id": "a", "load": {"running": -1}}`), node(`{"id": "a", "load": {"free": {"cpu": -1}}}`),
		strings.Replace(minimal, `[]`, `[], "jobs": []`, 1), jobs(`{}`), jobs(`{"id": "j"}`), jobs(`{"id": "j", "by": "o", "count": 1.5}`), jobs(`{"id": "j", "by": "o", "nope": 1}`),
		part(`{}`), part(`{"field": "", "operator": "exists"}`), part(`{"field": "a", "operator": "~"}`),
		strings.Replace(minimal, `"nodes"`, `"clusters": {"o": 1}, "nodes"`, 1),
		execution(`{}`), execution(`{"id": "e", "node": "n", "state": ""}`), execution(`{"id": "e", "node": "n", "state": "New", "attempt": 0}`),
		execution(`{"id": "e", "node": "n", "state": "New", "exit": "1"}`),
	} {
		if err := validate(schema, text); err == nil {
			t.Errorf("the schema takes %s", text)
		}
		if _, err := snapshot.Read(strings.NewReader(text), snapshot.ReadOptions{}); err == nil {
			t.Errorf("Read takes %s", text)
		}
	}
	for _, text := range []string{minimal, node(`{"id": "a"}`), node(`{"id": "a", "load": {}}`), node(`{"id": "a", "type": "", "seen": []}`),
		part(`{"field": "a", "operator": "notin", "values": ["b"]}`), strings.Replace(minimal, `"nodes"`, `"clusters": {"o": "eu"}, "nodes"`, 1),
		jobs(``), jobs(`{"id": "j", "by": "o"}`), execution(`{"id": "e", "node": "n", "state": "Completed", "exit": 3, "attempt": 2}`)} {
		if err := validate(schema, text); err != nil {
			t.Error(err)
		}
		if _, err := snapshot.Read(strings.NewReader(text), snapshot.ReadOptions{}); err != nil {
			t.Error(err)
		}
	}
}
