package diff_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diff"
	"github.com/bacviz/bacviz/internal/golden"
	"github.com/bacviz/bacviz/internal/junit/junittest"
)

func diffSchema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	return golden.Schema(t, "../docs/diff.schema.json")
}

// A schema that can be used alone repeats what it has in common with another.
func TestSchemasDefineANodeAlike(t *testing.T) {
	defs := func(name string) map[string]any {
		return golden.JSON(t, "../docs/"+name+".schema.json").(map[string]any)["$defs"].(map[string]any)
	}
	want := defs("snapshot")
	for name, got := range defs("diff") {
		if def, both := want[name]; both && !cmp.Equal(got, def) {
			t.Errorf("%s: %s", name, cmp.Diff(def, got))
		}
	}
}

func TestDiffsAreAsTheSchemaSays(t *testing.T) {
	schema := diffSchema(t)
	changed := map[string]bool{}
	for seed := range uint64(150) {
		a, b := pair(seed)
		d := compare(cluster.Merge(a...), cluster.Merge(b...), diff.Options{WithLoad: seed%2 == 0})
		text := jsonOf(t, d)
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for _, n := range d.Changed {
			for _, c := range n.Changes {
				changed[c.Field] = true
			}
		}
	}
	groups := []string{"nodes", "orchestrators", "taken", "capacity", "load", "queued-cpu", "queued-memory", "queued-disk", "queued-gpu"}
	for _, f := range diff.Fields(true) {
		if !changed[f] && !slices.Contains(groups, f) {
			t.Errorf("no pair changes %s", f)
		}
	}
}

func TestTroubleIsAsTheSchemaSaysAndIsNoDiff(t *testing.T) {
	schema := diffSchema(t)
	format, _ := diff.FormatNamed("json")
	for _, trouble := range []diff.Trouble{{Message: "a\n\"b\""}, {Message: "refused", Hint: "is it running?"}} {
		var text bytes.Buffer
		if err := format.WriteTrouble(&text, trouble); err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%v: %s", err, &text)
		}
		if _, err := diff.Read(&text, diff.ReadOptions{}); err == nil || !strings.Contains(err.Error(), "the networks could not be compared, so there is no diff: ") {
			t.Errorf("read as a diff: %v", err)
		}
	}
}

func TestJUnitReportsMatchTheSchemas(t *testing.T) {
	format, _ := diff.FormatNamed("junit")
	for seed := range uint64(5) {
		a, b := pair(seed)
		for _, after := range [][]cluster.List{a, b} {
			var text bytes.Buffer
			if err := format.Write(t.Context(), &text, compare(cluster.Merge(a...), cluster.Merge(after...), diff.Options{}), diff.WriteOptions{}); err != nil {
				t.Fatal(err)
			}
			junittest.Check(t, text.Bytes())
		}
	}
	var text bytes.Buffer
	if err := format.WriteTrouble(&text, diff.Trouble{Message: "]]>\x00", Hint: "<&>"}); err != nil {
		t.Fatal(err)
	}
	junittest.Check(t, text.Bytes())
}
