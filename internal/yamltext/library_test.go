package yamltext

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// value returns a made-up value.
func value(r *rand.Rand, depth int) any {
	words := []string{
		"", "a", "region", "n-0d2d943b", "us-east-1", "True", "no", "null", "1.5", "12:30", "2026-01-02", "a b", "a: b", "a #b", "- a", "#", "é", "漢",
		"\u202e", "a\nb", "a\n", "\ta", "'", `"`, "{x}", "<<", "=", "~", "e5", "NaN", "inf", ".inf", "v1.9.3", "a/b", "*a", "&a", "!a", "%a", "@a", "`a",
		strings.Repeat("k", 127), strings.Repeat("k", 128), strings.Repeat("k", 129), strings.Repeat("é", 70), strings.Repeat("long text ", 40),
	}
	word := func() string { return words[r.IntN(len(words))] }
	kind := r.IntN(9)
	if depth > 4 {
		kind = r.IntN(6)
	}
	switch kind {
	case 0:
		return nil
	case 1:
		return r.IntN(2) == 0
	case 2:
		return json.Number([]string{"0", "-1", "1.50", "1e9", "123456789012345678901234567890"}[r.IntN(5)])
	case 6:
		all := make([]any, r.IntN(4))
		for i := range all {
			all[i] = value(r, depth+1)
		}
		return all
	case 7, 8:
		all := make(map[string]any)
		for range r.IntN(5) {
			all[word()] = value(r, depth+1)
		}
		return all
	}
	return word()
}

func TestYAMLIsThatOfTheLibrary(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		source, err := json.Marshal(value(r, 0))
		if err != nil {
			t.Fatal(err)
		}
		tokens := json.NewDecoder(bytes.NewReader(source))
		tokens.UseNumber()
		node, err := yamlNode(tokens)
		if err != nil {
			t.Fatal(err)
		}
		want, err := encode(node)
		if err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		if err := FromJSON(&got, bytes.NewReader(source)); err != nil {
			t.Fatal(err)
		}
		if got.String() != string(want) {
			t.Fatalf("%s\nis\n%s, and not\n%s", source, got.String(), want)
		}
	}
}

func BenchmarkFromJSON(b *testing.B) {
	var rows []any
	for i := range 10_000 {
		rows = append(rows, map[string]any{
			"id": fmt.Sprintf("n-%08x-1111-2222-3333-444444444444", i), "role": "compute", "state": "connected",
			"labels": map[string]string{"region": "eu", "rack": fmt.Sprint(i % 100)}, "engines": []string{"docker", "wasm"},
			"cpu": map[string]any{"free": 1.5, "total": 8}, "version": "v1.9.3", "lastSeen": fmt.Sprintf("2026-01-02T03:04:05.%06dZ", i),
		})
	}
	source, err := json.Marshal(rows)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := FromJSON(&bytes.Buffer{}, bytes.NewReader(source)); err != nil {
			b.Fatal(err)
		}
	}
}
