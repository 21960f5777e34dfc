package main

// This file builds documents that embed has written with the programs that make pages of
// such documents, and looks for the pictures in the pages.

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A siteGenerator is a program that makes pages of documents.
type siteGenerator struct {
	name     string // as docs/embed.md has it
	document string // the path of the document
	start    string // its marker
	files    map[string]string
	program  string
	args     []string
	page     string   // that it makes, or prints if this is empty
	formats  []string // that are seen in the page
	alt      string   // a text in place of the image that the program shows as it is
}

const siteDocuments = "internal/tools/documents"

const hostileAlt = "All {of} <them> [a](b) & *c* | `d` $e$ #1 &lt;"

var siteGenerators = []siteGenerator{
	{
		name: "MkDocs", document: "pages/network.md", start: "<!-- bacviz:start -->",
		files:   map[string]string{"mkdocs.yml": "site_name: Site\ndocs_dir: pages\nmarkdown_extensions: [tables, fenced_code]\n", "pages/index.md": "# Site\n"},
		program: "mkdocs", args: []string{"build", "--quiet", "--strict"}, page: "site/network/index.html", formats: []string{"image", "mermaid", "table"}, alt: hostileAlt,
	},
	{
		name: "Hugo", document: "content/network/index.md", start: "<!-- bacviz:start -->",
		files:   map[string]string{"config.toml": "baseURL = \"/\"\n", "layouts/_default/single.html": "<!doctype html>\n{{ .Content }}\n"},
		program: "hugo", args: []string{"--quiet"}, page: "public/network/index.html", formats: []string{"image", "mermaid", "table"}, alt: "All of them", // its goldmark of 2023 shows backslashes
	},
	{
		name: "MDX: Docusaurus", document: "network.mdx", start: "{/* bacviz:start */}",
		program: "node", args: []string{siteDocuments + "/build.mjs", "network.mdx"}, formats: []string{"image", "picture", "mermaid", "table"}, alt: hostileAlt,
	},
	{
		name: "Asciidoctor", document: "network.adoc", start: "// bacviz:start",
		program: "asciidoctor", args: []string{"--failure-level", "WARN", "network.adoc"}, page: "network.html", formats: []string{"image", "mermaid", "table"}, alt: hostileAlt,
	},
	{
		name: "Docutils: Sphinx", document: "network.rst", start: ".. bacviz:start",
		program: "rst2html5", args: []string{"--halt=warning", "--quiet", "network.rst"}, formats: []string{"image", "table"}, alt: hostileAlt,
	},
}

// siteNodes are names that a document's language could take for its own, and wide ones.
var siteNodes = []string{"plain-1", "a|b", "{x}", "{{< x >}}", "<b>", "`c`", "**d**", "_e_", "漢字-1", "e\u0301", "👍🏽", "a--b", "...", "http://x.y", "|", `\`, "[link](x)", "image::x[]", ".. note::", "::", "&amp;", "fa:fa-x", "#h", "+p+", "$x$"}

// siteSource writes a snapshot with these nodes, and returns its path.
func siteSource(t *testing.T, dir string) string {
	t.Helper()
	nodes := []map[string]any{{"id": "hub", "type": "Requester"}}
	for i, id := range siteNodes {
		nodes = append(nodes, map[string]any{
			"id": id, "type": "Compute", "version": "v1.9.3", "labels": map[string]string{"group": siteNodes[(i+3)%len(siteNodes)]},
			"seen": []any{map[string]string{"by": "hub", "connection": "CONNECTED", "membership": "APPROVED"}},
		})
	}
	text, err := json.Marshal(map[string]any{"bacviz": "snapshot", "version": 1, "orchestrators": []string{"hub"}, "nodes": nodes})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "network.json")
	writeSite(t, file, string(text))
	return file
}

func writeSite(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// siteTool returns the path of a program, which CI has. Node is of use only with the
// modules of the documents' tools.
func siteTool(t *testing.T, name string) string {
	t.Helper()
	missing := "needs " + name + " on the PATH"
	// A version manager of Python leaves a stand-in on the PATH that runs nothing.
	for _, dir := range append([]string{"/usr/bin"}, filepath.SplitList(os.Getenv("PATH"))...) {
		file, err := exec.LookPath(filepath.Join(dir, name))
		if err != nil {
			continue
		}
		if name != "node" {
			return file
		}
		if _, err := os.Stat(filepath.Join("../..", siteDocuments, "node_modules")); err == nil {
			return file
		}
		missing = "needs npm ci --prefix " + siteDocuments
	}
	if os.Getenv("CI") == "true" {
		t.Fatal(missing)
	}
	t.Skip(missing)
	return ""
}

// embedSite writes a document with a block of each format, as a marker of the given form, and
// draws into it.
func embedSite(t *testing.T, file, start string, formats []string, alt string) {
	t.Helper()
	text := "Network\n\n" // Hugo drops a comment at the beginning of a file

	for _, format := range formats {
		begin := strings.Replace(start, "bacviz:start", "bacviz:start group-by=group format="+format, 1)
		if format == "image" || format == "picture" {
			begin = strings.Replace(begin, "format="+format, "name=img/"+format+" alt='"+alt+"' format="+format, 1)
		}
		text += begin + "\n" + strings.Replace(start, "start", "end", 1) + "\n\n"
	}
	writeSite(t, file, strings.TrimSuffix(text, "\n"))
	source := siteSource(t, t.TempDir())
	var stderr bytes.Buffer
	for _, args := range [][]string{{"embed", file, source}, {"embed", file, source, "--check"}} {
		if code := run(t.Context(), args, stdio{strings.NewReader(""), &stderr, &stderr}); code != 0 {
			t.Fatalf("%q: exit status %d: %s", args, code, &stderr)
		}
	}
}

// build returns the page that a generator makes in a folder, and its path there.
func (g *siteGenerator) build(t *testing.T, dir string) (text, at string) {
	t.Helper()
	args := slices.Clone(g.args)
	if g.program == "node" {
		args[0], args[1] = mustAbs(t, filepath.Join("../..", args[0])), filepath.Join(dir, args[1])
	}
	cmd := exec.Command(siteTool(t, g.program), args...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s%s", err, &stderr, out)
	}
	switch {
	case g.program == "node":
		var built struct{ HTML map[string]string }
		if err := json.Unmarshal(out, &built); err != nil {
			t.Fatal(err)
		}
		return built.HTML[args[1]], g.document
	case g.page == "":
		return string(out), g.document
	}
	page, err := os.ReadFile(filepath.Join(dir, g.page))
	if err != nil {
		t.Fatal(err)
	}
	return string(page), g.page
}

func mustAbs(t *testing.T, file string) string {
	t.Helper()
	abs, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	return abs
}

var (
	siteImage  = regexp.MustCompile(`<img[^>]*>`)
	siteSrc    = regexp.MustCompile(`\bsrc="([^"]*)"`)
	siteAlt    = regexp.MustCompile(`\balt="([^"]*)"`)
	siteTags   = regexp.MustCompile(`<[^>]*>`)
	siteSrcset = regexp.MustCompile(`\bsrcset="([^"]*)"`)
)

// Each generator makes a page of the document that shows the picture, with a src at which
// there is one, and the names of all nodes in the table as they are.
func TestEmbedInEachSiteGenerator(t *testing.T) {
	skipUnderRace(t, repeats)
	for _, g := range siteGenerators {
		t.Run(g.name, func(t *testing.T) {
			t.Parallel()
			siteTool(t, g.program)
			dir := t.TempDir()
			for file, text := range g.files {
				writeSite(t, filepath.Join(dir, file), text)
			}
			embedSite(t, filepath.Join(dir, g.document), g.start, g.formats, g.alt)
			page, at := g.build(t, dir)
			g.checkImages(t, page, dir, at)
			// Hyphens and the like may have other forms in running text, and cells no space around.
			text := html.UnescapeString(siteTags.ReplaceAllString(page, " "))
			for _, id := range siteNodes {
				if !strings.Contains(text, id) {
					t.Errorf("no %q in the table:\n%s", id, text)
				}
			}
			if strings.Contains(page, "bacviz:") && g.program == "node" {
				t.Error("a marker is shown")
			}
			if slices.Contains(g.formats, "mermaid") && !strings.Contains(text, "flowchart LR") {
				t.Error("no diagram")
			}
		})
	}
}

// checkImages checks that each image of a page is there, with its text.
func (g *siteGenerator) checkImages(t *testing.T, page, dir, at string) {
	t.Helper()
	want := []string{"image.svg"}
	if slices.Contains(g.formats, "picture") {
		want = append(want, "picture.light.svg", "picture.dark.svg")
	}
	var found []string
	for _, tag := range siteImage.FindAllString(page, -1) {
		if alt := siteAlt.FindStringSubmatch(tag); alt == nil || html.UnescapeString(alt[1]) != g.alt {
			t.Errorf("the text of %s is another", tag)
		}
		found = append(found, siteSrc.FindStringSubmatch(tag)[1])
	}
	for _, m := range siteSrcset.FindAllStringSubmatch(page, -1) {
		found = append(found, m[1])
	}
	for i, src := range found {
		place, err := url.PathUnescape(src)
		if err != nil {
			t.Fatal(err)
		}
		svg, err := os.ReadFile(filepath.Join(dir, path.Dir(at), place))
		if err != nil || !bytes.HasPrefix(svg, []byte("<svg")) {
			t.Errorf("no picture at %s: %v", src, err)
		}
		found[i] = path.Base(src)
	}
	slices.Sort(found)
	slices.Sort(want)
	if !slices.Equal(found, want) {
		t.Errorf("images %q, want %q", found, want)
	}
}

// Prettier would not change what is between the markers, so that a formatter and embed do
// not write the document in turn.
func TestPrettierLeavesEmbeddedDocumentsAlone(t *testing.T) {
	t.Parallel()
	node, dir := siteTool(t, "node"), t.TempDir()
	args := []string{mustAbs(t, "../../"+siteDocuments+"/build.mjs")}
	for name, start := range map[string]string{"a.md": "<!-- bacviz:start -->", "b.mdx": "{/* bacviz:start */}"} {
		embedSite(t, filepath.Join(dir, name), start, []string{"image", "picture", "mermaid", "table"}, "All")
		args = append(args, filepath.Join(dir, name))
	}
	out, err := exec.Command(node, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var built struct{ Changed map[string]bool }
	if err := json.Unmarshal(out, &built); err != nil {
		t.Fatal(err)
	}
	for file, changed := range built.Changed {
		if changed {
			t.Errorf("Prettier would change %s", filepath.Base(file))
		}
	}
	if len(built.Changed) != 2 {
		t.Errorf("%d documents were looked at", len(built.Changed))
	}
}

// The table of generators is what the test above has built.
func TestEmbedPageListsTheGenerators(t *testing.T) {
	page, err := os.ReadFile("../../docs/embed.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "\n| generator |")
	table, _, _ := strings.Cut(rest, "\n\n")
	var got, want []string
	for _, line := range strings.Split(table, "\n")[2:] {
		got = append(got, strings.Join(strings.Fields(line), " "))
	}
	for _, g := range siteGenerators {
		want = append(want, fmt.Sprintf("| %s | `%s` | `%s` | %s |", g.name, g.document, g.start, strings.Join(g.formats, ", ")))
	}
	if !slices.Equal(got, want) {
		t.Errorf("the table is\n%s\nand should be\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
