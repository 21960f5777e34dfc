package embed

// This file finds the comments that are markers.

import (
	"bytes"
	"regexp"
	"slices"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// A marker is a comment in the document that is for bacviz. Offsets are in bytes.
type marker struct {
	begin, end int    // of the comment
	word       string // after bacviz:, such as start
	options    string // the text after the word
	optionsAt  int    // offset of options
}

var (
	opening = regexp.MustCompile(`<!--[ \t]*bacviz:`)
	comment = regexp.MustCompile(`^<!--[ \t]*bacviz:([^ \t>]*?)(|[ \t].*?)-->`)
)

// markers returns the markers of the document, in their order. Each is an HTML
// comment alone on its line; the same text within code is not a comment, which only
// a Markdown parser finds out.
func (s *scanner) markers() ([]marker, error) {
	skip := 0
	if bytes.HasPrefix(s.text, byteOrderMark) {
		skip = len(byteOrderMark)
	}
	source := s.text[skip:]
	html, err := htmlOf(source)
	if err != nil {
		return nil, s.errorAt(0, "%v", err)
	}
	var found []marker
	for _, h := range html {
		for at := h.Start; at < h.Stop; {
			where := opening.FindIndex(source[at:h.Stop])
			if where == nil {
				break
			}
			begin := at + where[0]
			m := comment.FindSubmatchIndex(source[begin:h.Stop])
			if m == nil {
				return nil, s.errorAt(begin+skip, "a marker must end with --> on its line")
			}
			at = begin + m[1]
			if !aloneOnLine(source, begin, at) {
				return nil, s.errorAt(begin+skip, "a marker must be alone on its line")
			}
			found = append(found, marker{
				begin: begin + skip, end: at + skip,
				word: string(source[begin+m[2] : begin+m[3]]), options: string(source[begin+m[4] : begin+m[5]]), optionsAt: begin + m[4] + skip,
			})
		}
	}
	return found, nil
}

// htmlOf returns the parts of a Markdown document that are HTML, in their order.
func htmlOf(source []byte) ([]text.Segment, error) {
	var html []text.Segment
	err := ast.Walk(goldmark.DefaultParser().Parse(text.NewReader(source)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.HTMLBlock:
			html = append(html, n.Lines().Sliced(0, n.Lines().Len())...)
			if n.HasClosure() {
				html = append(html, n.ClosureLine)
			}
		case *ast.RawHTML:
			html = append(html, n.Segments.Sliced(0, n.Segments.Len())...)
		}
		return ast.WalkContinue, nil
	})
	slices.SortFunc(html, func(a, b text.Segment) int { return a.Start - b.Start })
	return html, err
}

// aloneOnLine reports whether a part of the source begins its line and nothing but
// space follows it there.
func aloneOnLine(source []byte, begin, end int) bool {
	rest := source[end:]
	if n := bytes.IndexByte(rest, '\n'); n >= 0 {
		rest = rest[:n]
	}
	return (begin == 0 || source[begin-1] == '\n') && len(bytes.TrimSpace(rest)) == 0
}
