package settings

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRepositoryFileIsTheNearestBelowTheRoot(t *testing.T) {
	top := t.TempDir()
	at := func(parts ...string) string { return filepath.Join(append([]string{top}, parts...)...) }
	for _, dir := range []string{at("repo", ".git"), at("repo", "a", "b"), at("outside", "a")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	put := func(path string) {
		t.Helper()
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put(at(Name)) // above the root, as in a folder that all users write to
	for _, dir := range []string{at("repo", "a", "b"), at("outside", "a")} {
		if got := Repository(dir); got != "" {
			t.Errorf("%s: %s", dir, got)
		}
	}
	put(at("repo", Name))
	if got := Repository(at("repo", "a", "b")); got != at("repo", Name) {
		t.Errorf("from below: %s", got)
	}
	put(at("repo", "a", Name))
	if got := Repository(at("repo", "a", "b")); got != at("repo", "a", Name) {
		t.Errorf("nearer: %s", got)
	}
	if got := Repository(top); got != at(Name) {
		t.Errorf("the directory itself: %s", got)
	}
}

func TestReadKeepsPlaces(t *testing.T) {
	f, err := parse([]byte("all: {engine: &e trays}\nrender:\n  engine: *e\n  group-by: [région, b]\njob: {list: {limit: 5}}\nclusters:\n  b: {url: u}\n  a: {history: h}\n"), "f", true)
	if err != nil {
		t.Fatal(err)
	}
	at := func(line, column int) Place { return Place{"f", line, column} }
	want := []Section{
		{"render", at(2, 1), []Value{{"engine", at(3, 3), at(1, 15), []string{"trays"}, false}, {"group-by", at(4, 3), at(4, 13), []string{"région", "b"}, true}}},
		{"job", at(5, 1), nil},
		{"job list", at(5, 7), []Value{{"limit", at(5, 14), at(5, 21), []string{"5"}, false}}},
	}
	if diff := cmp.Diff(want, f.Sections[1:]); diff != "" {
		t.Error(diff)
	}
	if len(f.Clusters) != 2 || f.Clusters[0].Name != "a" || !f.Clusters[0].Own || f.Clusters[1].Values["url"].Text() != "u" {
		t.Errorf("%+v", f.Clusters)
	}
}

func TestMistakesHaveTheirPlace(t *testing.T) {
	for text, want := range map[string]string{
		"- a":                              "f:1:1: the file is not a mapping, but a list",
		"a: {b: c}\n---\n":                 "f:2:1: a second document; settings are one",
		"render: 5":                        `f:1:9: "render" is not a mapping, but "5"`,
		"render: {a: }":                    `f:1:13: "a" needs a value, and has nothing`,
		"render: {a: [[b]]}":               `f:1:14: "a" needs a value, and has a list`,
		"render: {a: b, a: c}":             `f:1:16: "a" is given twice`,
		"? [a]\n: b":                       "f:1:3: a key is a name, not a list",
		"a: &a {b: c}\nd: *a":              "f:2:4: an alias stands for one value here, not for a mapping",
		"a: &a {<<: *a}":                   "f:1:8: << is not known here",
		"a: {b: {c: {d: {e: {f: {}}}}}}":   "f:1:21: no command has so many others in it",
		"clusters: {a: http://e}":          `f:1:15: a cluster is a mapping, not "http://e"`,
		"clusters: {a: {}}":                "f:1:12: cluster a has no url, profile or history",
		"clusters: {a: {url: [b]}}":        "f:1:21: url takes one value, not a list",
		"clusters: {a: {api-key-file: b}}": "f:1:16: unknown field \"api-key-file\" of a cluster",
		"clusters: {a=b: {url: c}}":        `f:1:12: "a=b" is not a name for a cluster`,
		"clusters: {\"-\": {url: c}}":      `f:1:12: "-" is not a name for a cluster`,
		"a: {b: 'c":                        "f:1:",
	} {
		_, err := parse([]byte(text), "f", false)
		if wrong := (*Error)(nil); !errors.As(err, &wrong) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestReadTellsAMissingFileFromAnother(t *testing.T) {
	dir := t.TempDir()
	if _, err := Read(t.Context(), filepath.Join(dir, "gone"), true); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
	if _, err := Read(t.Context(), dir, true); err == nil || !strings.HasSuffix(err.Error(), ": not a file") {
		t.Errorf("%v", err)
	}
	large := filepath.Join(dir, "large")
	if err := os.WriteFile(large, make([]byte, MaxBytes+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(t.Context(), large, true); err == nil {
		t.Error("a file of more than 1 MiB is read")
	}
}

func FuzzParse(f *testing.F) {
	f.Add("render: {engine: trays, group-by: [a, b]}\nall: {theme: dark}\nclusters: {a: {url: 'http://e:1', insecure: true}}\n")
	f.Add("a: &a [b]\nc: *a\n")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := parse([]byte(text), "f", false)
		if wrong := (*Error)(nil); err != nil && (!errors.As(err, &wrong) || wrong.Place.Line < 1 || wrong.Place.Column < 1) {
			t.Fatalf("%v", err)
		}
		if err != nil {
			return
		}
		values := 0
		for _, s := range file.Sections {
			for _, v := range s.Flags {
				values += len(v.Texts)
			}
		}
		if values > len(text) {
			t.Errorf("%d values in %d bytes", values, len(text))
		}
	})
}
