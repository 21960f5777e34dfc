package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// The name of a document cannot steer the terminal either.
func TestEmbedPrintsTheDocumentsName(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct{ options, want string }{
		{"format=picture engine=nope", `a\u202e.md:1:34: unknown engine`},
		{"group-by=@nope", `a\u202e.md:1:19: cannot group by`},
		{"format=nope", `a\u202e.md:1:19: unknown format`},
		{"", `not up to date: a\u202e.md`},
	} {
		if err := os.WriteFile("a\u202e.md", []byte("<!-- bacviz:start "+c.options+" -->\n<!-- bacviz:end -->\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		var stderr bytes.Buffer
		run(t.Context(), []string{"embed", "a\u202e.md", "--demo", "--check"}, stdio{strings.NewReader(""), &stderr, &stderr})
		if !strings.Contains(stderr.String(), "bacviz: error: "+c.want) {
			t.Errorf("%s, want %s", &stderr, c.want)
		}
	}
}

// Names that would end a block, a table's cell or a comment are escaped, so that the
// document can be brought up to date again.
func TestEmbedHostileNames(t *testing.T) {
	dir := t.TempDir()
	lists := clustertest.Cluster(1, clustertest.Options{Nodes: 4})
	for i, evil := range []string{"<!-- bacviz:end -->", "a`|b\n<!-- bacviz:end -->\n```", "```\n<script>", "--> ]]> \"><img src=x>"} {
		n := &lists[0].Nodes[i+1]
		n.ID, n.Labels = evil, map[string]string{"region": evil}
		n.Sightings[0].Connection = cluster.Connected
	}
	source := filepath.Join(dir, "nodes.json")
	var list bytes.Buffer
	if err := clustertest.WriteList(&list, lists[0], "v1.9.3"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(source, list.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	doc := filepath.Join(dir, "a.md")
	const before = "# A\r\n<!-- bacviz:start group-by=region -->\r\n<!-- bacviz:end -->\r\n<!-- bacviz:start format=table -->\r\n<!-- bacviz:end -->\r\n<!-- bacviz:start format=picture group-by=region -->\r\n<!-- bacviz:end -->\r\nB"
	if err := os.WriteFile(doc, []byte(before), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"embed", doc, source}, {"embed", doc, source, "--check"}} {
		var stderr bytes.Buffer
		if code := run(t.Context(), args, stdio{strings.NewReader(""), &stderr, &stderr}); code != 0 {
			t.Fatalf("%q: exit status %d: %s", args, code, &stderr)
		}
	}
	got, err := os.ReadFile(doc)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(got, []byte("# A\r\n<!-- bacviz:start group-by=region -->\r\n\r\n```mermaid\r\n")) || !bytes.HasSuffix(got, []byte("\r\n\r\n<!-- bacviz:end -->\r\nB")) {
		t.Errorf("%q", got)
	}
	if bytes.Count(got, []byte("\n")) != bytes.Count(got, []byte("\r\n")) {
		t.Error("line ends are mixed")
	}
	if bytes.Contains(got, []byte("<script>")) && !bytes.Contains(got, []byte("`<script>")) || bytes.Contains(got, []byte("<img src=x>")) && !bytes.Contains(got, []byte("`--> ]]>")) {
		t.Errorf("%s", got)
	}
}
