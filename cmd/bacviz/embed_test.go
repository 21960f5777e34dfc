package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
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

// Whoever proposes a change to a repository writes its markers. None of them reads a file
// outside of it, standard input or an address, also through a link, and no error quotes what is
// in a file.
func TestMarkersReadNothingOutsideOfTheRepository(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"secret.json": `[{"Info": {"NodeID": "s3cret", "NodeType": "Compute"}}]`, "repo/.git/HEAD": "", "repo/.env": "TOKEN=s3cret\n",
		"repo/old.json": `[{"Info": {"NodeID": "n-1", "NodeType": "Compute"}}]`, "repo/docs/x": "",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(filepath.Join(dir, "repo"))
	for link, to := range map[string]string{"docs/link.json": filepath.Join(dir, "secret.json"), "docs/up": filepath.Join("..", "..")} {
		if err := os.Symlink(to, link); err != nil {
			t.Skip(err)
		}
	}
	for place, want := range map[string]string{
		"../../secret.json":    "docs/m.md:1:19: diff leads out of the repository",
		"../../../etc/passwd":  "docs/m.md:1:19: diff leads out of the repository",
		"link.json":            "docs/m.md:1:19: diff leads out of the repository",
		"up/secret.json":       "docs/m.md:1:19: diff leads out of the repository",
		"/etc/passwd":          "diff takes the path of a file",
		"-":                    "diff takes the path of a file",
		"n=-":                  "docs/m.md:1:19: reading: docs/n=-: no such file",
		"n=../../secret.json":  "docs/secret.json: no such file",
		"n=/etc/passwd":        "no such file",
		"n=http://127.0.0.1/x": "diff takes the path of a file",
		"../.env":              "docs/m.md:1:19: reading: .env: not a snapshot or list of nodes",
		"../old.json":          "",
		"../docs/../old.json":  "",
	} {
		if err := os.WriteFile("docs/m.md", []byte("<!-- bacviz:start diff="+place+" -->\n<!-- bacviz:end -->\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		status, _, stderr := bacviz(t, "embed", "docs/m.md", "--demo")
		text, err := os.ReadFile("docs/m.md")
		if err != nil {
			t.Fatal(err)
		}
		isWanted := want == "" && status == 0 || want != "" && status == exitNoAnswer && strings.Contains(filepath.ToSlash(stderr), want)
		if !isWanted || strings.Contains(stderr+string(text), "s3cret") || strings.Contains(stderr, "root:") {
			t.Errorf("diff=%s: status %d: %s%s", place, status, stderr, text)
		}
	}
}

// The page on documents has every option of a marker.
func TestMarkerOptionsAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/embed.md")
	if err != nil {
		t.Fatal(err)
	}
	for name := range markerFlags() {
		if !regexp.MustCompile("`" + name + "[=`]").Match(page) {
			t.Errorf("docs/embed.md has no %s", name)
		}
	}
}
