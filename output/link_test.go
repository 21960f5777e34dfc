package output_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
)

func TestLinksLeadToEachNode(t *testing.T) {
	opt := output.Options{Link: "https://nodes.example/at/{id}?of={id}#x"}
	d := draw(t, everyState(), layout.Options{})
	root := parseSVG(t, write(t, d, "svg", opt))
	links := root.find(func(e *element) bool { return e.XMLName.Local == "a" })
	if len(links) != len(d.Diagram.Nodes) {
		t.Fatalf("%d links, want %d", len(links), len(d.Diagram.Nodes))
	}
	// The name tries to leave the attribute, the path and the query.
	if want := "https://nodes.example/at/%3Cscript%3E%22%26%27?of=%3Cscript%3E%22%26%27#x"; links[0].attr("href") != want {
		t.Errorf("href %q, want %q", links[0].attr("href"), want)
	}
	if inner := links[0].Inner[0]; !classIs("node")(&inner) || inner.Inner[0].XMLName.Local != "title" {
		t.Errorf("the link is around %v", inner)
	}
	// The parts of an img are hidden from assistive technology.
	if role := root.attr("role"); role != "graphics-document document" {
		t.Errorf("role %q", role)
	}
	if dot := write(t, d, "dot", opt); !bytes.Contains(dot, []byte(`URL="https://nodes.example/at/old%20hub?of=old%20hub#x"`)) {
		t.Errorf("no URL in\n%s", dot)
	}
	if graphviz := parseSVG(t, write(t, d, "svg", output.Options{Link: opt.Link, Graphviz: true})); len(graphviz.find(func(e *element) bool { return e.XMLName.Local == "a" })) != len(links) {
		t.Error("Graphviz's own SVG has other links")
	}
}

func TestLinkIsRefused(t *testing.T) {
	for link, want := range map[string]string{
		"javascript:alert({id})":               "is not a URL that begins",
		"data:text/html,{id}":                  "is not a URL that begins",
		"//example.org/{id}":                   "is not a URL that begins",
		"{id}":                                 "is not a URL that begins",
		"https:{id}":                           "is not a URL that begins",
		"mailto:{id}@example.org":              "is not a URL that begins",
		" javascript:alert(1)//https://x/{id}": "is not a URL that begins",
		"https://example.org/":                 "has no {id} after its host",
		"https://{id}/":                        "has no {id} after its host",
		"https://a.{id}.org/{id}":              "has no {id} after its host",
		"https://me:secret@example.org/{id}":   "a user name or a password",
		"ftp://me:secret@example.org/{id}":     "is not a URL that begins",
	} {
		err := output.Check("svg", output.Options{Link: link})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", link, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error tells the password: %v", link, err)
		}
	}
	for _, link := range []string{"http://localhost:8080/nodes?id={id}", "HTTPS://example.org/#{id}", "https://[::1]/{id}/{id}", "https://h?{id}"} {
		if err := output.Check("svg", output.Options{Link: link}); err != nil {
			t.Errorf("%s: %v", link, err)
		}
	}
	d := draw(t, clustertest.Snapshot(1, clustertest.Options{Nodes: 3}), layout.Options{})
	if err := output.Write(context.Background(), new(bytes.Buffer), d, "svg", output.Options{Link: "javascript:{id}"}); err == nil {
		t.Error("written all the same")
	}
}
