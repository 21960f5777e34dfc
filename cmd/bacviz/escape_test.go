package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/bacviz/bacviz/check"
	"github.com/bacviz/bacviz/diff"
	"github.com/bacviz/bacviz/output"
)

// unseen has characters that do not show, that change the direction of a text, or that
// end a line.
const unseen = "a\u202eb\u2066c\u2028d\u2029e\u0085f\u00adg\ufeffh\U000e0001i"

// writeUnseen writes two node lists and rules with such texts.
func writeUnseen(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	type record = map[string]any
	list := func(region string) []record {
		return []record{
			{"Info": record{"NodeID": "hub " + unseen, "NodeType": "Requester"}, "Connection": "CONNECTED"},
			{"Info": record{
				"NodeID": "n " + unseen, "NodeType": "Compute", "Labels": record{"region": region, "k" + unseen: "v"},
				"ComputeNodeInfo": record{"ExecutionEngines": []string{"docker" + unseen}, "MaxCapacity": record{"CPU": 4}},
				"BacalhauVersion": record{"GitVersion": "v1" + unseen},
			}, "Connection": "CONNECTED", "Membership": "PENDING" + unseen, "ConnectionState": record{"LastError": unseen}},
		}
	}
	for name, value := range map[string]any{
		"old.json": list(unseen), "new.json": list("b" + unseen),
		"rules.json": record{"rules": []record{{"name": unseen, "nodes": record{"atLeast": 100}, "select": "region", "message": unseen}}},
	} {
		text, err := json.Marshal(value)
		if err == nil {
			err = os.WriteFile(name, text, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestNoFormatPrintsCharactersThatDoNotShow(t *testing.T) {
	writeUnseen(t)
	var commands [][]string
	for _, f := range output.Formats() {
		if !output.Binary(f.Name) {
			commands = append(commands, []string{"render", "old.json", "--include", "all", "--group-by", "region", "--title", unseen, "-f", f.Name})
		}
	}
	for _, f := range nodesFormats {
		commands = append(commands, []string{"nodes", "old.json", "-o", f})
	}
	for _, f := range diff.Formats() {
		commands = append(commands, []string{"diff", "old.json", "new.json", "-f", f.Name})
	}
	for _, f := range check.Formats() {
		commands = append(commands, []string{"check", "old.json", "--rules", "rules.json", "-f", f})
	}
	commands = append(commands, []string{"check", "old.json", "--init"}, []string{"snapshot", "old.json"})
	for _, args := range commands {
		var stdout, stderr bytes.Buffer
		run(t.Context(), args, stdio{strings.NewReader(""), &stdout, &stderr})
		if stdout.Len() == 0 {
			t.Errorf("%q prints nothing: %s", args, stderr.String())
		}
		for _, text := range []string{stdout.String(), stderr.String()} {
			if i := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPrint(r) && r != '\n' && r != '\t' }); i >= 0 {
				t.Errorf("%q prints %q", args, text[max(0, i-20):min(i+20, len(text))])
			}
		}
	}
}

func TestProgramsReadTheTextsAsTheyAre(t *testing.T) {
	writeUnseen(t)
	for format, unmarshal := range map[string]func([]byte, any) error{"json": json.Unmarshal, "yaml": yaml.Unmarshal} {
		var stdout, stderr bytes.Buffer
		run(t.Context(), []string{"nodes", "old.json", "-o", format}, stdio{strings.NewReader(""), &stdout, &stderr})
		var rows []struct {
			ID     string
			Labels map[string]string
		}
		if err := unmarshal(stdout.Bytes(), &rows); err != nil {
			t.Fatal(format, err)
		}
		if len(rows) != 2 || rows[1].ID != "n "+unseen || rows[1].Labels["region"] != unseen || rows[1].Labels["k"+unseen] != "v" {
			t.Errorf("%s: %q", format, rows)
		}
	}
}
