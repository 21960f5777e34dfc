package yamltext_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/bacviz/bacviz/internal/yamltext"
)

func fromJSON(source []byte) ([]byte, error) {
	var b bytes.Buffer
	err := yamltext.FromJSON(&b, bytes.NewReader(source))
	return b.Bytes(), err
}

func TestYAMLReadsBackWithEveryCharacterThatDoesNotShowEscaped(t *testing.T) {
	parts := []string{
		"", "a", "\u202e", "\u2066", "\u2028", "\u2029", "\u0085", "\n", "\r", "\t", "\x1b", "\x7f", "\u00a0", "\u00ad", "\u200b", "\ufeff",
		"\U000e0001", " ", "#", ": ", "- ", "'", `"`, `\`, "é", "漢", "\U0001f600", "{", "%", "0", "~",
	}
	texts := []string{"yes", "No", "y", "null", "true", "12:30:45", "1_000", "0x1f", "1e3", ".inf", "2026-01-02", "<<", "=", "---", "..."}
	for _, a := range parts {
		for _, b := range parts {
			texts = append(texts, a+b, a+"b\n"+b)
		}
	}
	values := map[string][]string{}
	for _, s := range texts {
		values[s] = []string{s}
	}
	source, err := json.Marshal(values)
	if err != nil {
		t.Fatal(err)
	}
	text, err := fromJSON(source)
	if err != nil {
		t.Fatal(err)
	}
	if i := strings.IndexFunc(string(text), func(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) }); i >= 0 {
		t.Errorf("%q is in the text", text[i:min(i+8, len(text))])
	}
	var got map[string][]string
	if err := yaml.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, values) {
		for s := range values {
			if !reflect.DeepEqual(got[s], values[s]) {
				t.Errorf("%q reads back as %q", s, got[s])
			}
		}
	}
}

func TestYAMLHasTheMembersOfJSONInTheirOrder(t *testing.T) {
	got, err := fromJSON([]byte(`[{"b":1,"a":{"x":null,"w":[],"v":{}},"c":[true,2.5,20000000000],"d":"yes","e":"plain text","f":"set -e\n\tsleep 1\n"}]`))
	const want = "- b: 1\n  a:\n    x: null\n    w: []\n    v: {}\n  c:\n    - true\n    - 2.5\n    - 20000000000\n  d: \"yes\"\n  e: plain text\n  f: |\n    set -e\n    \tsleep 1\n"
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v", got, err)
	}
}

// A long list is encoded in pieces.
func TestYAMLHasEveryItemOfALongList(t *testing.T) {
	for _, n := range []int{0, 1, 255, 256, 257, 600} {
		want := make([]map[string]int, n)
		for i := range want {
			want[i] = map[string]int{"i": i}
		}
		source, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		text, err := fromJSON(source)
		if err != nil {
			t.Fatal(err)
		}
		got := []map[string]int{}
		if err := yaml.Unmarshal(text, &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%d items are read as %d: %v", n, len(got), err)
		}
	}
}
