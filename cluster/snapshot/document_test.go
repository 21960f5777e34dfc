package snapshot_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/snapshot"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/clustertest/snapshots"
	"github.com/bacviz/bacviz/internal/interrupt/interrupttest"
)

func document(t testing.TB, s cluster.Snapshot, load bool) string {
	t.Helper()
	var b bytes.Buffer
	if err := snapshot.Write(t.Context(), &b, s, snapshot.WriteOptions{Load: load}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// unwritten ignores the fields of executions that documents do not have.
var unwritten = cmpopts.IgnoreFields(cluster.Execution{}, "Created", "Modified", "Partition")

func TestReadReturnsWhatWriteWrote(t *testing.T) {
	snapshots.Each(t, func(t *testing.T, s cluster.Snapshot) {
		s.Taken = clustertest.Epoch.Add(time.Nanosecond)
		text := document(t, s, true)
		got, err := snapshot.Read(strings.NewReader(text), snapshot.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(s, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(cluster.Sighting{}, "LastError"), unwritten); d != "" {
			t.Error(d)
		}
		if document(t, got, true) != text {
			t.Error("written again it is another text")
		}

		shape := document(t, s, false)
		if got, err = snapshot.Read(strings.NewReader(shape), snapshot.ReadOptions{}); err != nil {
			t.Fatal(err)
		}
		for _, n := range got.Nodes {
			if !n.LoadUnknown {
				t.Fatalf("the load of %s counts as known", n.ID)
			}
		}
		// A snapshot without load is written without load.
		if again := document(t, got, true); again != shape {
			t.Errorf("the shape became\n%s\nwas\n%s", again, shape)
		}
	})
}

func TestDocumentWithoutLoadDoesNotChangeByItself(t *testing.T) {
	lists := clustertest.Cluster(1, clustertest.Options{Nodes: 40, Hubs: 2, Shared: 0.5, Disconnected: 0.2})
	want := document(t, cluster.Merge(lists...), false)
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		for i := range lists {
			rng.Shuffle(len(lists[i].Nodes), func(a, b int) {
				lists[i].Nodes[a], lists[i].Nodes[b] = lists[i].Nodes[b], lists[i].Nodes[a]
			})
			for j := range lists[i].Nodes {
				n := &lists[i].Nodes[j]
				n.Max.Disk += uint64(rng.IntN(1 << 30))
				n.Available = cluster.Resources{CPU: rng.Float64(), Memory: rng.Uint64(), Disk: rng.Uint64()}
				n.Queued = n.Available
				n.Running, n.Enqueued = rng.IntN(10), rng.IntN(10)
				s := &n.Sightings[0]
				s.LastHeartbeat = clustertest.Epoch.Add(time.Duration(rng.IntN(1e9)))
				s.LastError = fmt.Sprint(rng.IntN(10))
			}
		}
		s := cluster.Merge(lists...)
		s.Taken = time.Now()
		if d := cmp.Diff(want, document(t, s, false)); d != "" {
			t.Fatal(d)
		}
	}
}

func TestDocumentKeepsHostileTexts(t *testing.T) {
	for _, text := range []string{
		"\"\\\b\n\x00\x7f\u0085", "\u202eright to left\u2066", "\u2028\ufeff\u200b", "\U000e0041\U0001f600", "<script>&amp;", "日本語", strings.Repeat("x", cluster.MaxID),
	} {
		s := cluster.Merge(cluster.List{Orchestrator: text, Nodes: []cluster.Node{{
			ID: text, Type: cluster.Type(text), Version: text, Labels: map[string]string{text: text, "": ""},
			Engines: []string{text}, Sightings: []cluster.Sighting{{Connection: cluster.Connection(text)}},
		}}})
		doc := document(t, s, true)
		got, err := snapshot.Read(strings.NewReader(doc), snapshot.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(s, got, cmpopts.EquateEmpty()); d != "" {
			t.Error(d)
		}
		if i := strings.IndexAny(doc, "\x00\x1b\x7f\u0085\u202e\u2066\u2028\ufeff\u200b\U000e0041"); i >= 0 {
			t.Errorf("%q is in the document", doc[i:i+4])
		}
		var standard any
		if err := json.Unmarshal([]byte(doc), &standard); err != nil {
			t.Error(err)
		}
	}
}

func TestWriteRefusesAnAmountThatIsNotANumber(t *testing.T) {
	s := cluster.Snapshot{Nodes: []cluster.Node{{ID: "n-1", Max: cluster.Resources{CPU: math.NaN()}}}}
	if err := snapshot.Write(t.Context(), io.Discard, s, snapshot.WriteOptions{}); err == nil || !strings.Contains(err.Error(), `"n-1"`) {
		t.Errorf("%v", err)
	}
}

const minimal = `{"bacviz": "snapshot", "version": 1, "orchestrators": ["o"], "nodes": []}`

// part is a minimal document of the part of a network that meets a condition.
func part(condition string) string {
	return strings.Replace(minimal, `"nodes"`, `"selection": {"of": 1, "by": [`+condition+`]}, "nodes"`, 1)
}

// jobs is a minimal document with jobs.
func jobs(s string) string {
	return strings.NewReplacer("1", "2", "[]", `[], "jobs": [`+s+`]`).Replace(minimal)
}

func TestReadSaysWhatIsWrongAndWhere(t *testing.T) {
	node := func(s string) string { return strings.Replace(minimal, "[]", "[\n "+s+"]", 1) }
	for _, c := range []struct{ name, text, want string }{
		{"an empty file", "", "line 1, column 1: the file is empty"},
		{"text", "hello", "line 1, column 1: not valid JSON: "},
		{"a list", "[1]", "line 1, column 1: not a snapshot: "},
		{"another object", " {\n \"Nodes\": []}", "line 1, column 2: not a snapshot of bacviz"},
		{"another kind", `{"bacviz": "diff", "version": 1}`, `line 1, column 12: this document is a "diff", not a snapshot`},
		{"a kind that is a number", "{\n  \"bacviz\":  5}", "line 2, column 14: not a snapshot of bacviz"},
		{"no version", `{"bacviz": "snapshot", "nodes": []}`, `line 1, column 1: a snapshot without "version"`},
		{"a version that is a string", "{\"bacviz\": \"snapshot\",\n  \"version\": \"1\"}", "line 2, column 14: version must be a number from 1, found \"1\""},
		{"version 0", `{"bacviz": "snapshot", "version": 0}`, "line 1, column 35: version must be a number from 1, found 0"},
		{"a later version", `{"bacviz": "snapshot", "version": 3, "nodes": {"all": "other"}}`, "line 1, column 35: snapshot version 3 is newer than this bacviz, which reads up to version 2"},
		{"a later version and its release", `{"bacviz": "snapshot", "version": 3, "needs": "3.1", "planes": []}`, "reads up to version 2; it needs bacviz 3.1 or later"},
		{"a later version, fields sorted", `{"bacviz": "snapshot", "needs": "3.1", "nodes": 1, "version": 3}`, "it needs bacviz 3.1 or later"},
		{"jobs in version 1", strings.Replace(minimal, `[]`, `[], "jobs": []`, 1), `unknown field "jobs"`},
		{"no jobs in version 2", strings.Replace(minimal, "1", "2", 1), `a snapshot of version 2 without "jobs"`},
		{"a job without an orchestrator", jobs(`{"id": "j"}`), `a job without "id" or "by"`},
		{"a job of an unlisted orchestrator", jobs(`{"id": "j", "by": "x"}`), `a job is of "x", which is not in "orchestrators"`},
		{"a job twice", jobs(`{"id": "j", "by": "o"}, {"id": "j", "by": "o"}`), `job "j" occurs twice`},
		{"a name of an unlisted orchestrator", strings.Replace(minimal, `"nodes"`, `"clusters": {"x": "eu"}, "nodes"`, 1), `"clusters" has "x", which is not in "orchestrators"`},
		{"a part of less than nothing", strings.Replace(minimal, `"nodes"`, `"selection": {"of": -1}, "nodes"`, 1), `"of" in "selection" is negative`},
		{"an unknown operator", part(`{"field": "a", "operator": "~"}`), `unknown operator "~" in "selection"`},
		{"a condition on nothing", part(`{"operator": "exists"}`), `a condition without "field" in "selection"`},
		{"a condition without values", part(`{"field": "a", "operator": "in"}`), `a wrong number of values for the operator "in"`},
		{"a condition with a value too many", part(`{"field": "a", "operator": "!", "values": ["b"]}`), `a wrong number of values for the operator "!"`},
		{"an execution without a node", jobs(`{"id": "j", "by": "o", "executions": [{"id": "e", "state": "New"}]}`), `an execution without "id", "node" or "state"`},
		{"attempt 0", jobs(`{"id": "j", "by": "o", "executions": [{"attempt": 0}]}`), `column 134: expected a whole number from 1 to 2^63-1, found 0`},
		{"truncated", minimal[:60], "line 1, column 61: unexpected end of the file"},
		{"truncated in a later line", "{\n\"bacviz\": \"snapshot\",\n\"version\": 1,\n\"nodes", "line 4, column 7: unexpected end of the file"},
		{"text after the document", minimal + "\n{}", "line 2, column 1: unexpected text after the document"},
		{"an empty list of orchestrators", `{"bacviz": "snapshot", "version": 1, "orchestrators": [], "nodes": []}`, `"orchestrators" is empty`},
		{"no orchestrators", `{"bacviz": "snapshot", "version": 1, "nodes": []}`, `without "orchestrators"`},
		{"no nodes", `{"bacviz": "snapshot", "version": 1, "orchestrators": ["o"]}`, `without "nodes"`},
		{"an unknown field", strings.Replace(minimal, `"nodes"`, "\n  \"é\": 1, \"knots\"", 1), `line 2, column 3: unknown field "é"`},
		{"an unknown field of a node", node(`{"id": "a", "laebls": {}}`), `line 2, column 14: unknown field "laebls"`},
		{"a disk in the capacity", node(`{"id": "a", "capacity": {"disk": 1}}`), `line 2, column 27: unknown field "disk"`},
		{"a field twice", node(`{"id": "a", "id": "b"}`), `line 2, column 14: "id" occurs twice`},
		{"a long label", node(`{"id": "a", "labels": {"k": "` + strings.Repeat("v", cluster.MaxText+1) + `"}}`), `line 2, column 2: a label of node "a" is longer than 64 KiB`},
		{"a long version", node(`{"id": "a", "version": "` + strings.Repeat("1", cluster.MaxText+1) + `"}`), `line 2, column 2: a text of node "a" is longer than 64 KiB`},
		{"a long engine", node(`{"id": "a", "engines": ["` + strings.Repeat("e", cluster.MaxText+1) + `"]}`), `line 2, column 2: a text of node "a" is longer than 64 KiB`},
		{"a node twice", node(`{"id": "a"}, {"id": "a"}`), `line 2, column 15: node "a" occurs twice`},
		{"a node without an ID", node(`{"type": "Compute"}`), `line 2, column 2: a node without "id"`},
		{"a number in place of a node", node(`7`), `line 2, column 2: expected an object, found 7`},
		{"a label that is a number", node(`{"id": "a", "labels": {"x": 1}}`), `line 2, column 30: expected a string, found 1`},
		{"a string in place of a list", node(`{"id": "a", "engines": "wasm"}`), `line 2, column 25: expected a list, found "wasm"`},
		{"a negative amount", node(`{"id": "a", "capacity": {"memory": -1}}`), `line 2, column 37: expected a whole number from 0 to 2^64-1, found -1`},
		{"a negative amount of CPU", node(`{"id": "a", "capacity": {"cpu": -0.5}}`), `line 2, column 34: expected a number from 0 to 1000000000, found -0.5`},
		{"a negative count", node(`{"id": "a", "load": {"running": -1}}`), `line 2, column 34: expected a whole number from 0 to 1000000000, found -1`},
		{"a number too large", node(`{"id": "a", "capacity": {"cpu": 1e999}}`), `line 2, column 34: expected a number from 0 to 1000000000, found 1e999`},
		{"a word in place of a time", node(`{"id": "a", "seen": [{"by": "o", "heartbeat": "now"}]}`), `line 2, column 48: expected a time such as 2026-01-15T12:00:00Z, found "now"`},
		{"seen by an unlisted orchestrator", node(`{"id": "a", "seen": [{"by": "x"}]}`), `line 2, column 2: a node is seen by "x", which is not in "orchestrators"`},
		{"a sighting without an orchestrator", node(`{"id": "a", "seen": [{}]}`), `line 2, column 23: a sighting without "by"`},
		{"seen by one orchestrator twice", node(`{"id": "a", "seen": [{"by": "o"}, {"by": "o"}]}`), `line 2, column 2: node "a" is seen by "o" twice`},
		{"not UTF-8", node("{\"id\": \"\xff\"}"), "line 2, column 10: not valid JSON: "},
		{"a comma before the end of a list", node(`{"id": "a"},`), "not valid JSON: "},
		{"a field with a very long name", node(`{"id": "a", "` + strings.Repeat("x", 1e6) + `": 1}`), `unknown field "xxxxxxx`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := snapshot.Read(strings.NewReader(c.text), snapshot.ReadOptions{})
			var e *snapshot.Error
			if !errors.As(err, &e) || !strings.Contains(err.Error(), c.want) || e.Hint == "" || len(err.Error()) > 400 {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
	broken := errors.New("broken")
	if _, err := snapshot.Read(iotest.ErrReader(broken), snapshot.ReadOptions{}); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}

// People, and merges of git, may change the order of nodes.
func TestReadSortsNodesAndSightings(t *testing.T) {
	got, err := snapshot.Read(strings.NewReader("\ufeff"+`{"version": 1, "nodes": [
		{"seen": [{"membership": "PENDING", "by": "o2"}, {"by": "o1"}], "id": "b", "engines": ["w", "d", "w"]}, {"id": "a"}
	], "orchestrators": ["o2", "o1", "o2"], "bacviz": "snapshot"}`), snapshot.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want := cluster.Snapshot{Orchestrators: []string{"o1", "o2"}, Nodes: []cluster.Node{
		{ID: "a", LoadUnknown: true},
		{ID: "b", LoadUnknown: true, Engines: []string{"d", "w"}, Sightings: []cluster.Sighting{{Orchestrator: "o1"}, {Orchestrator: "o2", Membership: cluster.Pending}}},
	}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// The list of an orchestrator has the load that a snapshot without load lacks.
func TestMergePrefersRecordsWithLoad(t *testing.T) {
	list := cluster.List{Orchestrator: "o", Nodes: []cluster.Node{{ID: "a", Type: cluster.Compute, Running: 3}}}
	live := cluster.Merge(list)
	shape, err := snapshot.Read(strings.NewReader(document(t, live, false)), snapshot.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range []cluster.Snapshot{cluster.Merge(shape.List(), list), cluster.Merge(list, shape.List())} {
		if d := cmp.Diff(live, got); d != "" {
			t.Error(d)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(minimal))
	f.Add([]byte(`{"bacviz"`))
	for _, load := range []bool{false, true} {
		f.Add([]byte(document(f, clustertest.Snapshot(1, clustertest.Options{Nodes: 2, Hubs: 2, Shared: 1, Disconnected: 0.5}), load)))
	}
	f.Add([]byte(`{"bacviz": "snapshot", "version": 2, "needs": "x"}`))
	f.Add([]byte(document(f, snapshots.WithJobs(), false)))
	f.Add([]byte(jobs(`{"id": "j", "by": "o", "executions": [{"id": "e", "node": "n", "state": "Failed", "exit": 0}]}`)))
	f.Add([]byte("{\"bacviz\": \"snapshot\", \"version\": 1, \"orchestrators\": [\"\"], \"nodes\": [{\"id\": \"\xff\"}]}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := snapshot.Read(bytes.NewReader(text), snapshot.ReadOptions{})
		if err != nil {
			var e *snapshot.Error
			if !errors.As(err, &e) || e.Line < 1 || e.Column < 1 || e.Line > 1+bytes.Count(text, []byte("\n")) {
				t.Fatalf("%#v", err)
			}
			return
		}
		doc := document(t, s, true)
		again, err := snapshot.Read(strings.NewReader(doc), snapshot.ReadOptions{})
		if err != nil {
			t.Fatalf("%v in what was written:\n%s", err, doc)
		}
		if d := cmp.Diff(s, again, cmpopts.EquateEmpty()); d != "" {
			t.Fatal(d)
		}
	})
}

func BenchmarkDocument(b *testing.B) {
	s := clustertest.Snapshot(1, clustertest.Options{Nodes: 10000, Hubs: 3})
	text := document(b, s, false)
	b.Run("write", func(b *testing.B) {
		for b.Loop() {
			document(b, s, false)
		}
	})
	b.Run("read", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			if _, err := snapshot.Read(strings.NewReader(text), snapshot.ReadOptions{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func TestWriteEndsWithItsContext(t *testing.T) {
	s := clustertest.Snapshot(1, clustertest.Options{Nodes: 6})
	s.Jobs = clustertest.Jobs(1, s, clustertest.JobOptions{Jobs: 3})
	whole := document(t, s, false)
	interrupttest.EachLook(t, 2, func(ctx context.Context) error {
		var b bytes.Buffer
		err := snapshot.Write(ctx, &b, s, snapshot.WriteOptions{})
		if err != nil && (b.Len() == len(whole) || !strings.HasPrefix(whole, b.String())) {
			t.Errorf("%d bytes, and then %v", b.Len(), err)
		}
		return err
	})
}
