package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/internal/browsertest"
	"github.com/bacviz/bacviz/internal/manual"
	"github.com/bacviz/bacviz/internal/site"
)

// website is the website of the repository as it stands. It is made once, and not changed.
var website = sync.OnceValues(func() (map[string][]byte, error) {
	reference := map[string][]byte{}
	documented(newRoot(stdio{}), func(cmd *cobra.Command) {
		reference[manual.FileName(cmd.CommandPath())+".md"] = manual.Markdown(manualPage(cmd))
	})
	return site.Build(site.Options{Files: os.DirFS("../.."), Reference: reference, Source: "https://source.example/", Version: "v1.2.3"})
})

// Every page of the documentation and every command is on the website, and each link
// between them leads somewhere.
func TestWebsiteHasEveryPageAndCommand(t *testing.T) {
	t.Parallel()
	files, err := website()
	if err != nil {
		t.Fatal(err)
	}
	for file := range pages(t) {
		if !strings.HasPrefix(file, "docs/") || files[strings.NewReplacer("README.md", "index.html", ".md", ".html").Replace(file)] != nil {
			continue
		}
		t.Errorf("nothing on the website leads to %s: list it in docs/README.md", file)
	}
	for _, cmd := range newRoot(stdio{}).Commands() {
		if file := "docs/commands/bacviz-" + cmd.Name() + ".html"; cmd.IsAvailableCommand() && files[file] == nil {
			t.Errorf("no %s", file)
		}
	}
	if page := files["docs/commands/bacviz-job-get.html"]; !bytes.Contains(page, []byte(`<a href="bacviz-job.html">`)) {
		t.Error("the page of job get has no link to that of job")
	}
	elsewhere := regexp.MustCompile(`(?:src|srcset)="(?:https?:)?//|<link[^>]+href="https?:|@import|url\(`)
	for file, data := range files {
		if !strings.HasSuffix(file, ".html") && !strings.HasSuffix(file, ".css") {
			continue
		}
		if found := elsewhere.Find(data); found != nil {
			t.Errorf("%s asks another server: %s", file, found)
		}
	}
}

// A link that leads nowhere has the website refused, with the page that has it.
func TestWebsiteRefusesLinksToNowhere(t *testing.T) {
	t.Parallel()
	_, err := site.Build(site.Options{Files: fstest.MapFS{
		"README.md":      {Data: []byte("# A\n\n## One\n[a](docs/gone.md) [b](docs/README.md#two) [c](#one) ![d](d.png)\n[e](https://nohost/x) [f](ftp://a.example)\n")},
		"docs/README.md": {Data: []byte("# B\n\n[up](../README.md#one) [g](../main.go)\n")},
	}, Source: "https://source.example/"})
	want := []string{
		"docs/gone.md: open docs/gone.md: file does not exist",
		"README.md: docs/README.md has no heading #two",
		"README.md: open d.png: file does not exist",
		"README.md: the link https://nohost/x names no host",
		"README.md: the link ftp://a.example is not an address of the web",
		"docs/README.md: the link ../main.go leads to no file",
	}
	for _, fault := range want {
		if !strings.Contains(fmt.Sprint(err), fault) {
			t.Errorf("no %q in %v", fault, err)
		}
	}
	if n := strings.Count(fmt.Sprint(err), "\n") + 1; n != len(want) {
		t.Errorf("%d faults, want %d: %v", n, len(want), err)
	}
}

// The website can be read on a phone and on a desk, in light and in dark, and its search
// finds sections.
func TestWebsiteInABrowser(t *testing.T) {
	t.Parallel()
	browsertest.NeedAxe(t)
	files, err := website()
	if err != nil {
		t.Fatal(err)
	}
	served := fstest.MapFS{}
	for file, data := range files {
		served[file] = &fstest.MapFile{Data: data}
	}
	server := httptest.NewServer(http.FileServerFS(served))
	t.Cleanup(server.Close)
	for _, file := range []string{"", "docs/commands/bacviz-render.html"} {
		for _, scheme := range []string{"light", "dark"} {
			p := browsertest.Open(t, browsertest.Screen{Scheme: scheme, Width: 1280, Height: 800}, server.URL+"/"+file)
			if barriers := p.Barriers(); len(barriers) > 0 {
				t.Errorf("%s, %s: %s", file, scheme, strings.Join(barriers, "\n"))
			}
			p.Phone(390, 844)
			if wide := browsertest.Eval[int](p, "document.documentElement.scrollWidth"); wide > 390 {
				t.Errorf("%s is %d pixels wide on a phone", file, wide)
			}
			p.Quiet()
		}
	}
	p := browsertest.Open(t, browsertest.Laptop, server.URL+"/")
	p.Press("/")
	p.Press("pseudonyms")
	p.Becomes(`document.querySelector('#found a').getAttribute('href') === 'docs/pictures.html#pseudonyms'`)
	p.Quiet()
}
