package site

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
)

// markdown reads pages as GitHub does. The pages are the repository's own, so their HTML is
// let through. Cells are aligned by attributes, because the website allows no style in a page.
var markdown = goldmark.New(
	goldmark.WithExtensions(extension.Linkify, extension.Strikethrough,
		extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute))),
	goldmark.WithRendererOptions(html.WithUnsafe()),
)

// A page is one page of the website.
type page struct {
	file    string // in the repository
	source  []byte
	root    ast.Node
	title   string
	summary string // its first paragraph
	anchors map[string]bool
	heads   []head
}

// A head is a heading below the title, with the text that follows it.
type head struct {
	Level     int
	ID, Title string
	text      strings.Builder
}

// parse reads a page. Headings get the fragments that GitHub gives them.
func parse(file string, source []byte) *page {
	p := &page{file: file, source: source, root: markdown.Parser().Parse(text.NewReader(source)), anchors: map[string]bool{}}
	p.heads = append(p.heads, head{})
	p.walk(func(n ast.Node) {
		last := &p.heads[len(p.heads)-1]
		switch n := n.(type) {
		case *ast.Heading:
			title := p.words(n)
			if n.Level == 1 && p.title == "" {
				p.title = title
				return
			}
			id := p.fragment(title)
			n.SetAttributeString("id", []byte(id))
			p.heads = append(p.heads, head{Level: n.Level, ID: id, Title: title})
		case *ast.Paragraph:
			words := p.words(n)
			if p.summary == "" {
				p.summary = words
			}
			last.text.WriteString(" " + words)
		case *ast.TextBlock, *extast.TableCell:
			last.text.WriteString(" " + p.words(n))
		case *ast.FencedCodeBlock:
			last.text.WriteString(" " + lines(n, source))
		}
	})
	return p
}

// walk calls do with each node of the page, from top to bottom.
func (p *page) walk(do func(ast.Node)) {
	// An error would be one of do, which has none.
	_ = ast.Walk(p.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			do(n)
		}
		return ast.WalkContinue, nil
	})
}

// fragment returns a fragment for a heading, which no heading before it has.
func (p *page) fragment(title string) string {
	base := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_':
			return unicode.ToLower(r)
		case r == ' ':
			return '-'
		}
		return -1
	}, title)
	id := base
	for i := 1; p.anchors[id]; i++ {
		id = fmt.Sprintf("%s-%d", base, i)
	}
	p.anchors[id] = true
	return id
}

// words returns the text below a node.
func (p *page) words(n ast.Node) string {
	var b strings.Builder
	// An error would be one of the function, which has none.
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Text:
			if entering {
				b.Write(n.Segment.Value(p.source))
				if n.SoftLineBreak() || n.HardLineBreak() {
					b.WriteByte(' ')
				}
			}
		case *ast.String:
			if entering {
				b.Write(n.Value)
			}
		case *ast.Image: // its text is what it shows
			return ast.WalkSkipChildren, nil
		}
		return ast.WalkContinue, nil
	})
	return strings.TrimSpace(b.String())
}

// html returns the body of the page. What is wider than the window scrolls by itself, also
// by keys.
func (p *page) html() (string, error) {
	var b bytes.Buffer
	if err := markdown.Renderer().Render(&b, p.source, p.root); err != nil {
		return "", fmt.Errorf("%s: %w", p.file, err)
	}
	return strings.NewReplacer(
		"<pre>", `<pre tabindex="0">`,
		"<table>", `<div class="wide" tabindex="0" role="group" aria-label="Table"><table>`,
		"</table>", "</table></div>",
		"<img ", `<img loading="lazy" `,
	).Replace(b.String()), nil
}
