package embed

// This file finds the comments that are markers.

import (
	"bytes"
	"regexp"
	"slices"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"

	"github.com/bacviz/bacviz/internal/lazy"
)

// A marker is a comment in the document that is for bacviz. Offsets are in bytes.
type marker struct {
	begin, end int    // of the comment
	word       string // after bacviz:, such as start
	options    string // the text after the word
	optionsAt  int    // offset of options
}

// opening matches the beginning of a marker in any language.
var opening = lazy.Regexp(`(?m)(?:<!--|\{/\*|^\[//\]:[ \t]*#[ \t]*\(|^[ \t]*//|^[ \t]*\.\.)[ \t]*bacviz:`)

// A comment is a way to write a marker: how it begins, what it is from there on, and how it
// ends.
type comment struct {
	opening, whole func() *regexp.Regexp
	end            string
}

var (
	htmlComment = comment{lazy.Regexp(`<!--[ \t]*bacviz:`), lazy.Regexp(`^<!--[ \t]*bacviz:([^ \t>]*?)(|[ \t].*?)-->`), "-->"}
	mdxComment  = comment{lazy.Regexp(`\{/\*[ \t]*bacviz:`), lazy.Regexp(`^\{/\*[ \t]*bacviz:([^ \t\r\n}]*?)(|[ \t].*?)\*/\}`), "*/}"}

	// A link that nothing refers to is not shown. Bitbucket shows comments, but not this.
	linkComment = comment{lazy.Regexp(`(?m)^\[//\]:[ \t]*#[ \t]*\([ \t]*bacviz:`), lazy.Regexp(`^\[//\]:[ \t]*#[ \t]*\([ \t]*bacviz:([^ \t\r\n)]*)(.*)\)`), ")"}
)

// markers returns the markers of the document, in their order. Each is a comment alone on
// its line; the same text within code is not a comment.
func (s *scanner) markers() ([]marker, error) {
	skip := 0
	if bytes.HasPrefix(s.text, byteOrderMark) {
		skip = len(byteOrderMark)
	}
	source := s.text[skip:]
	var found []marker
	var err error
	switch s.syntax {
	case AsciiDoc, ReStructuredText:
		found = s.syntax.lineMarkers(source)
	default:
		found, err = s.markdownMarkers(source, skip)
	}
	if err != nil {
		return nil, err
	}
	for i := range found {
		m := &found[i]
		m.begin, m.end, m.optionsAt = m.begin+skip, m.end+skip, m.optionsAt+skip
	}
	slices.SortFunc(found, func(a, b marker) int { return a.begin - b.begin })
	return found, nil
}

// markdownMarkers returns the markers of a document in Markdown or MDX, which only a
// Markdown parser can tell from code. Errors are at offsets of the document, which begins
// skip bytes before the source.
func (s *scanner) markdownMarkers(source []byte, skip int) ([]marker, error) {
	p, err := partsOf(source)
	if err != nil {
		return nil, s.errorAt(0, "%v", err)
	}
	var found []marker
	add := func(c comment, within text.Segment) error {
		for at := within.Start; at < within.Stop; {
			where := c.opening().FindIndex(source[at:within.Stop])
			if where == nil {
				return nil
			}
			begin := at + where[0]
			if at = at + where[1]; c.end != "-->" && p.code.holds(begin) {
				continue
			}
			m := c.whole().FindSubmatchIndex(source[begin:within.Stop])
			switch {
			case m == nil:
				return s.errorAt(begin+skip, "a marker must end with %s on its line", c.end)
			case !aloneOnLine(source, begin, begin+m[1]):
				if begin > 0 && source[begin-1] != '\n' {
					return s.errorAt(begin+skip, "a marker must be alone on its line and begin it, outside of lists and quotes")
				}
				return s.errorAt(begin+skip, "a marker must be alone on its line")
			case c.end == ")" && p.paragraphs.holds(begin) && bytes.ContainsAny(source[begin+m[4]:begin+m[5]], "()"):
				return s.errorAt(begin+skip, "a marker of this form ends at a parenthesis; leave those out of its options")
			case c.end == ")" && p.paragraphs.holds(begin):
				return s.errorAt(begin+skip, "a marker of this form needs a blank line before it")
			case c.end == "-->" && s.syntax == MDX:
				return s.errorAt(begin+skip, "MDX has no such comments; write {/* bacviz:%s */}", source[begin+m[2]:begin+m[3]])
			}
			at = begin + m[1]
			found = append(found, marker{
				begin: begin, end: at,
				word: string(source[begin+m[2] : begin+m[3]]), options: string(source[begin+m[4] : begin+m[5]]), optionsAt: begin + m[4],
			})
		}
		return nil
	}
	for _, h := range p.html {
		if err := add(htmlComment, h); err != nil {
			return nil, err
		}
	}
	all := text.NewSegment(0, len(source))
	if err := add(mdxComment, all); err != nil {
		return nil, err
	}
	return found, add(linkComment, all)
}

// segments are parts of a document, sorted and apart.
type segments []text.Segment

// holds reports whether an offset is in one of the segments.
func (all segments) holds(at int) bool {
	i, _ := slices.BinarySearchFunc(all, at, func(s text.Segment, at int) int { return s.Stop - 1 - at })
	return i < len(all) && all[i].Start <= at
}

// parts are the parts of a Markdown document of some kinds.
type parts struct{ html, code, paragraphs segments }

// partsOf returns the parts of a Markdown document.
func partsOf(source []byte) (p parts, err error) {
	err = ast.Walk(goldmark.DefaultParser().Parse(text.NewReader(source)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.HTMLBlock:
			p.html = append(p.html, linesOf(n)...)
			if n.HasClosure() {
				p.html = append(p.html, n.ClosureLine)
			}
		case *ast.RawHTML:
			p.html = append(p.html, n.Segments.Sliced(0, n.Segments.Len())...)
		case *ast.FencedCodeBlock, *ast.CodeBlock:
			p.code = append(p.code, linesOf(n)...)
		case *ast.CodeSpan:
			for c := n.FirstChild(); c != nil; c = c.NextSibling() {
				if t, ok := c.(*ast.Text); ok {
					p.code = append(p.code, t.Segment)
				}
			}
		case *ast.Paragraph, *ast.TextBlock:
			p.paragraphs = append(p.paragraphs, linesOf(n)...)
		}
		return ast.WalkContinue, nil
	})
	for _, all := range []segments{p.html, p.code, p.paragraphs} {
		slices.SortFunc(all, func(a, b text.Segment) int { return a.Start - b.Start })
	}
	return p, err
}

// linesOf returns the lines of a block.
func linesOf(n ast.Node) []text.Segment { return n.Lines().Sliced(0, n.Lines().Len()) }

// aloneOnLine reports whether a part of the source begins its line and nothing but
// space follows it there.
func aloneOnLine(source []byte, begin, end int) bool {
	rest := source[end:]
	if n := bytes.IndexByte(rest, '\n'); n >= 0 {
		rest = rest[:n]
	}
	return (begin == 0 || source[begin-1] == '\n') && len(bytes.TrimSpace(rest)) == 0
}

var (
	asciidocMarker = lazy.Regexp(`^//[ \t]*bacviz:([^ \t\r]*)(.*?)[ \t\r]*$`)
	restMarker     = lazy.Regexp(`^\.\.[ \t]+bacviz:([^ \t\r]*)(.*?)[ \t\r]*$`)

	// verbatim matches the line that begins a block of AsciiDoc whose text is shown as it is,
	// and the one that ends it.
	verbatim = lazy.Regexp("^(?:-{4,}|\\.{4,}|\\+{4,}|/{4,}|```.*)$")
)

// lineMarkers returns the markers of a document in AsciiDoc or reStructuredText, where
// each line that begins as a comment is one, but in a verbatim block of AsciiDoc. Code in
// reStructuredText is indented.
func (s Syntax) lineMarkers(source []byte) (found []marker) {
	pattern := restMarker
	if s == AsciiDoc {
		pattern = asciidocMarker
	}
	open := "" // the line that ends the verbatim block
	at := 0
	for line := range bytes.Lines(source) {
		trimmed := string(bytes.TrimRight(line, " \t\r\n"))
		switch {
		case s == AsciiDoc && open != "":
			if trimmed == open {
				open = ""
			}
		case s == AsciiDoc && verbatim().MatchString(trimmed) && !asciidocMarker().MatchString(trimmed):
			if open = trimmed; bytes.HasPrefix(line, []byte("```")) {
				open = "```"
			}
		default:
			if m := pattern().FindSubmatchIndex(bytes.TrimRight(line, "\n")); m != nil {
				found = append(found, marker{
					begin: at, end: at + len(trimmed),
					word: string(line[m[2]:m[3]]), options: string(line[m[4]:m[5]]), optionsAt: at + m[4],
				})
			}
		}
		at += len(line)
	}
	return found
}
