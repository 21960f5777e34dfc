package diff_test

import (
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diff"
)

func TestAListSaysForHowLongItWasWaited(t *testing.T) {
	d := compare(cluster.Snapshot{}, cluster.Snapshot{}, diff.Options{})
	for name, want := range map[string]string{"txt": ", after waiting 1m30s\n", "md": ", after waiting 1m30s**", "json": `"waited": 90,`} {
		f, _ := diff.FormatNamed(name)
		var b strings.Builder
		if err := f.Write(t.Context(), &b, d, diff.WriteOptions{Waited: 90 * time.Second}); err != nil || !strings.Contains(b.String(), want) {
			t.Errorf("%s: %v, %s", name, err, b.String())
		}
		if name != "json" {
			continue
		}
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(b.String()))
		if err == nil {
			err = diffSchema(t).Validate(doc)
		}
		if err != nil {
			t.Error(err)
		}
		if _, err := diff.Read(strings.NewReader(b.String()), diff.ReadOptions{}); err != nil {
			t.Errorf("it cannot be read again: %v", err)
		}
	}
}
