package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Each schema can be used alone, in the strict mode of ajv, which is what most programs
// in JavaScript use, and describes what the commands write.
func TestSchemasWorkInAjv(t *testing.T) {
	const tools = "../../internal/tools/schemas"
	_, missing := os.Stat(tools + "/node_modules/ajv")
	if _, err := exec.LookPath("node"); err != nil {
		missing = err
	}
	if missing != nil {
		skip(t, "needs ajv: npm ci --prefix internal/tools/schemas: "+missing.Error())
	}
	const story = "../../examples/ci/"
	schemas := map[string][][]string{
		"chart": {
			{"chart", "--demo", "-f", "json"}, {"chart", "--demo", "--by", "region", "--top", "2", "-f", "json"}, {"chart", "--demo", "--kind", "histogram", "-f", "json"},
			{"chart", "--demo", "--kind", "states", "-f", "json"}, {"chart", "--kind", "timeline", story, "-f", "json"},
		},
		"check":    {{"check", "--demo", "--rules", t.TempDir() + "/gone.yaml", "-f", "json"}},
		"diff":     {{"diff", story + "0-start.json", story + "4-an-upgrade-rolls.json", "-f", "json"}, {"diff", "gone.json", story + "0-start.json", "-f", "json"}},
		"snapshot": {{"snapshot", "--demo"}, {"snapshot", "--demo", "--with-load"}},
	}
	args := []string{tools + "/ajv.mjs"}
	var documents [][]json.RawMessage
	for name, commands := range schemas {
		args = append(args, "../../docs/"+name+".schema.json")
		var written []json.RawMessage
		for _, c := range commands {
			_, stdout, stderr := bacviz(t, c...)
			if !json.Valid([]byte(stdout)) {
				t.Fatalf("%q: %s%s", c, stdout, stderr)
			}
			written = append(written, json.RawMessage(stdout))
		}
		documents = append(documents, written)
	}
	input, err := json.Marshal(documents)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", args...)
	cmd.Stdin = strings.NewReader(string(input))
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v: %s", err, out)
	}
}
