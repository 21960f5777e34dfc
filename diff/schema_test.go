package diff_test

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diff"
)

func diffSchema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	const base = "https://github.com/bacviz/bacviz/blob/main/docs/"
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	for _, name := range []string{"snapshot.schema.json", "diff.schema.json"} {
		text, err := os.ReadFile("../docs/" + name)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.AddResource(base+name, doc); err != nil {
			t.Fatal(err)
		}
	}
	return c.MustCompile(base + "diff.schema.json")
}

func TestDiffsAreAsTheSchemaSays(t *testing.T) {
	schema := diffSchema(t)
	changed := map[string]bool{}
	for seed := range uint64(150) {
		a, b := pair(seed)
		d := diff.Compare(cluster.Merge(a...), cluster.Merge(b...), diff.Options{WithLoad: seed%2 == 0})
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
		if _, err := diff.Read(&text); err == nil || !strings.Contains(err.Error(), "the networks could not be compared, so there is no diff: ") {
			t.Errorf("read as a diff: %v", err)
		}
	}
}
