package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/yuin/goldmark/ast"
)

var (
	// commandLine matches a call of bacviz in a block of code or a code span.
	commandLine = regexp.MustCompile(`(?:^|[\s|(&$])bacviz ((?:[a-z]+ ?)+)([^|&;)\n]*)`)
	longFlag    = regexp.MustCompile(`(?:^|\s)--([a-z][a-z-]+)`)
	flagSpan    = regexp.MustCompile(`^--([a-z][a-z-]+)(?:[ =].*)?$`)
)

// Each flag that a page gives to a command is one of its flags, hidden ones left out, and
// each flag in a code span is one of some command.
func TestFlagsInDocumentsExist(t *testing.T) {
	root := newRoot(stdio{})
	flags := map[string]map[string]bool{"": {"wide": true, "show": true}} // which are Bacalhau's own
	documented(root, func(cmd *cobra.Command) {
		cmd.InitDefaultHelpFlag()
		cmd.InitDefaultVersionFlag()
		own := map[string]bool{}
		note := func(f *pflag.Flag) {
			if !f.Hidden {
				own[f.Name], flags[""][f.Name] = true, true
			}
		}
		cmd.Flags().VisitAll(note)
		cmd.InheritedFlags().VisitAll(note)
		flags[cmd.CommandPath()] = own
	})
	found := 0
	check := func(file, text string) {
		for _, call := range commandLine.FindAllStringSubmatch(text, -1) {
			cmd, _, err := root.Find(strings.Fields(call[1]))
			if err != nil {
				t.Errorf("%s: %q: %v", file, call[0], err)
				continue
			}
			for _, flag := range longFlag.FindAllStringSubmatch(call[2], -1) {
				if found++; !flags[cmd.CommandPath()][flag[1]] {
					t.Errorf("%s: %q: %s has no --%s", file, call[0], cmd.CommandPath(), flag[1])
				}
			}
		}
	}
	for file, p := range pages(t) {
		if !strings.HasPrefix(file, "docs/") && file != "README.md" {
			continue
		}
		p.walk(func(n ast.Node) {
			switch n := n.(type) {
			case *ast.FencedCodeBlock:
				check(file, p.lines(n))
			case *ast.CodeSpan:
				words := p.words(n)
				check(file, words)
				if flag := flagSpan.FindStringSubmatch(words); flag != nil {
					if found++; !flags[""][flag[1]] {
						t.Errorf("%s: no command has --%s", file, flag[1])
					}
				}
			}
		})
	}
	if found < 200 {
		t.Errorf("found %d flags", found)
	}
}

// walk calls do with each node of the page.
func (p page) walk(do func(ast.Node)) {
	// An error would be one of do, which has none.
	_ = ast.Walk(p.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			do(n)
		}
		return ast.WalkContinue, nil
	})
}

// lines returns the lines of a block of code.
func (p page) lines(n ast.Node) string {
	var b strings.Builder
	for i := range n.Lines().Len() {
		segment := n.Lines().At(i)
		b.Write(segment.Value(p.source))
	}
	return b.String()
}
