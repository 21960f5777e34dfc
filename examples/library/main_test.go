package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func Example() {
	file := filepath.Join(os.TempDir(), "bacviz-example.svg")
	defer os.Remove(file)
	os.Args = []string{"library", "../demo.json", file}
	main()
	// Output: 13 nodes, 11 edges, placed by twopi
}

func TestDrawsAnSVG(t *testing.T) {
	file := filepath.Join(t.TempDir(), "topology.svg")
	if err := draw(context.Background(), "../demo.json", file); err != nil {
		t.Fatal(err)
	}
	svg, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<svg ", "Staging", "n-ca4eaf72", "</svg>"} {
		if !strings.Contains(string(svg), want) {
			t.Errorf("the picture lacks %q", want)
		}
	}
}

func TestLibraryPageShowsThisProgram(t *testing.T) {
	page, err := os.ReadFile("../../docs/library.md")
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	_, body, ok := strings.Cut(string(program), "\nfunc draw(")
	if !ok {
		t.Fatal("main.go has no func draw")
	}
	if shown := "```go\nfunc draw(" + body + "```\n"; !strings.Contains(string(page), shown) {
		t.Errorf("docs/library.md does not show func draw as main.go has it")
	}
}
