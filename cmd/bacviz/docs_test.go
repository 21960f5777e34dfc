package main

import (
	"bytes"
	"go/parser"
	gotoken "go/token"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// docs/jobs.md shows job commands with their output. The commands run as they stand,
// one after the other, and must print that output.
func TestJobsPageShowsWhatTheCommandsPrint(t *testing.T) {
	t.Chdir("../..")
	page, err := os.ReadFile("docs/jobs.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile("(?s)```text\n(\\$ bacviz job .*?)```").FindSubmatch(page)
	if shown == nil {
		t.Fatal("docs/jobs.md shows no job commands")
	}
	o := clustertest.ServeJobs(t, "v1.9.3", clustertest.Cluster(1, clustertest.Options{Nodes: 3})[0], clustertest.Plan{Stdout: "hello, world\n"})
	t.Setenv("BACALHAU_API_HOST", o.URL)
	t.Setenv("BACALHAU_DIR", t.TempDir())
	var got bytes.Buffer
	for line := range strings.Lines(string(shown[1])) {
		command, ok := strings.CutPrefix(line, "$ bacviz ")
		if !ok {
			continue
		}
		got.WriteString(line)
		if status := run(t.Context(), strings.Fields(command), stdio{strings.NewReader(""), &got, &got}); status != exitOK {
			t.Errorf("%s: exit status %d", line, status)
		}
	}
	if diff := cmp.Diff(string(shown[1]), got.String()); diff != "" {
		t.Errorf("docs/jobs.md (-shown +printed):\n%s", diff)
	}
	if !strings.Contains(got.String(), "hello, world") {
		t.Error("no hello")
	}
}

// docs/formats.md passes node-link JSON to networkx, whose versions from 3.4 on expect
// the edges under another name. The command must work with every version installed.
func TestFormatsPageReadsJSONWithNetworkx(t *testing.T) {
	skipUnderRace(t, repeats)
	page, err := os.ReadFile("../../docs/formats.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile("-f json -o - \\| python3 -c '([^']*)'\n").FindSubmatch(page)
	if shown == nil {
		t.Fatal("docs/formats.md shows no networkx")
	}
	_, network, _ := bacviz(t, "render", "--demo", "-f", "json")
	ran := false
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		version, err := exec.Command(python, "-c", "import networkx; print(networkx.__version__)").Output()
		if err != nil {
			continue
		}
		ran = true
		cmd := exec.Command(python, "-c", string(shown[1]))
		cmd.Stdin = strings.NewReader(network)
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "with 12 nodes and 11 edges") {
			t.Errorf("networkx %s: %v: %s", version, err, out)
		}
	}
	if !ran {
		if os.Getenv("CI") == "true" {
			t.Fatal("no networkx: install python3-networkx")
		}
		t.Skip("no networkx")
	}
}

// A page is a parsed Markdown document.
type page struct {
	source []byte
	root   ast.Node
}

// pages returns the module's Markdown documents by path from the module's root. It
// leaves out golden files, and the template of docs/gallery.md.
func pages(t *testing.T) map[string]page {
	t.Helper()
	all := map[string]page{}
	err := fs.WalkDir(os.DirFS("../.."), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == ".git" || entry.Name() == "testdata" || entry.Name() == "node_modules") {
			return fs.SkipDir
		}
		if filepath.Ext(path) != ".md" || path == "internal/gallery/words.md" {
			return nil
		}
		source, err := os.ReadFile(filepath.Join("../..", path))
		if err != nil {
			return err
		}
		markdown := goldmark.New(goldmark.WithExtensions(extension.GFM))
		all[path] = page{source, markdown.Parser().Parse(text.NewReader(source))}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// words returns the text of a node, without the contents of code blocks and tables.
func (p page) words(n ast.Node) string {
	var b strings.Builder
	ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.FencedCodeBlock, *ast.CodeBlock, *extast.Table:
			return ast.WalkSkipChildren, nil
		case *ast.Text:
			if entering {
				b.Write(n.Segment.Value(p.source))
				if n.SoftLineBreak() {
					b.WriteByte(' ')
				}
			}
		default:
			if n.Type() == ast.TypeBlock {
				b.WriteByte(' ')
			}
		}
		return ast.WalkContinue, nil
	})
	return strings.TrimSpace(b.String())
}

// anchors returns the fragments of the page's headings, as GitHub makes them.
func (p page) anchors() map[string]bool {
	all := map[string]bool{}
	ast.Walk(p.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if heading, ok := n.(*ast.Heading); ok && entering {
			all[strings.Map(func(r rune) rune {
				switch {
				case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_':
					return unicode.ToLower(r)
				case r == ' ':
					return '-'
				}
				return -1
			}, p.words(heading))] = true
		}
		return ast.WalkContinue, nil
	})
	return all
}

// Every relative link in a document leads to a file of the repository, and its
// fragment to a heading.
func TestLinksInDocumentsResolve(t *testing.T) {
	all := pages(t)
	if len(all) < 10 {
		t.Fatalf("found %d documents", len(all))
	}
	for path, p := range all {
		check := func(link string) {
			u, err := url.Parse(link)
			if err != nil {
				t.Errorf("%s: %v", path, err)
				return
			}
			if u.IsAbs() {
				return
			}
			target := path
			if u.Path != "" {
				target = filepath.ToSlash(filepath.Join(filepath.Dir(path), u.Path))
			}
			if _, err := os.Stat(filepath.Join("../..", target)); err != nil {
				t.Errorf("%s links to %s: %v", path, link, err)
			} else if u.Fragment != "" && !all[target].anchors()[u.Fragment] {
				t.Errorf("%s links to %s, but %s has no such heading", path, link, target)
			}
		}
		ast.Walk(p.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
			switch n := n.(type) {
			case *ast.Link:
				if entering {
					check(string(n.Destination))
				}
			case *ast.Image:
				if entering {
					check(string(n.Destination))
				}
			}
			return ast.WalkContinue, nil
		})
	}
}

// A path in a document's code span, such as layout/text.go, names a file or a folder
// of the repository.
func TestPathsInDocumentsExist(t *testing.T) {
	path := regexp.MustCompile(`^(\.ci|bench|check|cluster|cmd|diagram|diff|docs|examples|fetch|graph|internal|layout|output)(/[\w.-]+)*$`)
	found := 0
	for name, p := range pages(t) {
		ast.Walk(p.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
			if span, ok := n.(*ast.CodeSpan); ok && entering && path.MatchString(p.words(span)) {
				found++
				if _, err := os.Stat(filepath.Join("../..", p.words(span))); err != nil {
					t.Errorf("%s names %s: %v", name, p.words(span), err)
				}
			}
			return ast.WalkContinue, nil
		})
	}
	if found < 40 {
		t.Errorf("found %d paths", found)
	}
}

// docs/versions.md says of each package that others can import how stable it is, and so do those
// that are not.
func TestVersionsPageNamesEveryPackage(t *testing.T) {
	page := string(pages(t)["docs/versions.md"].source)
	comments := map[string]string{}
	sources, err := fs.Glob(os.DirFS("../.."), "*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	nested, err := fs.Glob(os.DirFS("../.."), "*/*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(sources, nested...) {
		top, _, _ := strings.Cut(file, "/")
		if folder := path.Dir(file); !slices.Contains([]string{"cmd", "bench", "examples", "internal"}, top) && path.Base(folder) != "internal" {
			parsed, err := parser.ParseFile(gotoken.NewFileSet(), filepath.Join("../..", file), nil, parser.PackageClauseOnly|parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			comments[folder] += parsed.Doc.Text()
		}
	}
	if len(comments) < 15 {
		t.Fatalf("found %v", comments)
	}
	for name, comment := range comments {
		if !strings.HasPrefix(comment, "Package "+path.Base(name)+" ") {
			t.Errorf("package %s does not say what it is", name)
		}
		row := regexp.MustCompile("(?m)^.*`" + name + "`.*$").FindString(page)
		if says := strings.Contains(comment, "may change with a minor version"); says == strings.HasSuffix(row, "| stable |") {
			t.Errorf("package %s says of itself what docs/versions.md does not: %s", name, row)
		}
		if n := strings.Count(page, "`"+name+"`"); n != 1 {
			t.Errorf("docs/versions.md names the package %s %d times", name, n)
		}
	}
}

// docs/pictures.md lists the classes and the outcomes that a theme file can colour.
func TestPicturesPageNamesWhatAThemeColours(t *testing.T) {
	page := string(pages(t)["docs/pictures.md"].source)
	var names []string
	for _, c := range diagram.Classes() {
		names = append(names, c.CSS())
	}
	for _, o := range diagram.Outcomes() {
		names = append(names, o.Name())
	}
	for _, name := range names {
		if !strings.Contains(page, "`"+name+"`") {
			t.Errorf("docs/pictures.md does not name %s", name)
		}
	}
}

// The README fits on one screen and a half. Longer explanations belong in docs.
func TestReadmeIsShort(t *testing.T) {
	const maxLines, maxWords = 150, 600
	readme := pages(t)["README.md"]
	if lines := bytes.Count(readme.source, []byte("\n")); lines > maxLines {
		t.Errorf("README.md has %d lines, more than %d", lines, maxLines)
	}
	words := len(strings.Fields(readme.words(readme.root)))
	if words > maxWords {
		t.Errorf("README.md has %d words of prose, more than %d", words, maxWords)
	}
	t.Logf("%d words of prose", words)
}
