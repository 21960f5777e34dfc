// Package embed finds the parts of a Markdown document that bacviz keeps up to
// date, and replaces them.
//
// [Scan] reads the document and returns a [Block] for each part between two
// markers, each alone on its line:
//
//	<!-- bacviz:start format=mermaid title="Our network" -->
//	<!-- bacviz:end -->
//
// [Replace] puts new contents there and touches nothing else. This package opens
// no files and draws nothing.
package embed

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// Formats of a block.
const (
	Mermaid = "mermaid" // a diagram that GitHub and GitLab draw; the default
	Table   = "table"   // of the nodes
	Picture = "picture" // SVG for light and for dark pages, in files of their own
)

// Options are what a start marker asks for.
type Options struct {
	Format  string   // never empty
	Title   string   // empty for the default one
	GroupBy []string // fields, outermost first
	Include string   // "connected", the default, or "all"
	Engine  string   // of a picture; "auto" by default
	Name    string   // of a picture's files, without folder and extensions; "topology" by default
}

// A Block is a part of a document between two markers.
type Block struct {
	Line, Column int // of its start marker, from 1
	Options      Options

	begin, end int            // of what is between the lines of the markers, in bytes
	eol        string         // of the start marker's line
	columns    map[string]int // of the options that it gives
}

// ColumnOf returns the column of one of the start marker's options; of the marker,
// if it does not give that one.
func (b Block) ColumnOf(option string) int {
	if column, given := b.columns[option]; given {
		return column
	}
	return b.Column
}

// An Error is a mistake in a document's markers.
type Error struct {
	File         string
	Line, Column int // from 1; columns count characters
	Message      string
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

// A marker is one comment of bacviz's.
type marker struct {
	at, end int // of the comment, in bytes
	word    string
	options string
	rest    int // where options begin
}

var (
	opening = regexp.MustCompile(`<!--[ \t]*bacviz:`)
	comment = regexp.MustCompile(`^<!--[ \t]*bacviz:([^ \t>]*?)(|[ \t].*?)-->`)
)

type scanner struct {
	file string
	text []byte
}

func (s *scanner) fail(at int, format string, args ...any) error {
	line, column := s.place(at)
	return &Error{s.file, line, column, fmt.Sprintf(format, args...)}
}

func (s *scanner) place(at int) (line, column int) {
	line = 1 + bytes.Count(s.text[:at], []byte("\n"))
	return line, 1 + utf8.RuneCount(bytes.TrimPrefix(s.text[bytes.LastIndexByte(s.text[:at], '\n')+1:at], bom))
}

var bom = []byte("\ufeff")

// Scan finds the blocks of a document, in their order. What looks like a marker
// in code is none. Every error is an [*Error], which names the file.
func Scan(file string, doc []byte) ([]Block, error) {
	s := &scanner{file, doc}
	if bytes.HasPrefix(doc, []byte("\xff\xfe")) || bytes.HasPrefix(doc, []byte("\xfe\xff")) {
		return nil, s.fail(0, "the file is in UTF-16; save it as UTF-8")
	}
	markers, err := s.markers()
	if err != nil {
		return nil, err
	}
	var blocks []Block
	open := -1 // the marker that begins the present block
	names := make(map[string]int)
	for i, m := range markers {
		switch m.word {
		case "start":
			if open >= 0 {
				return nil, s.fail(m.at, "a bacviz:start marker inside the block that begins in line %d", blocks[len(blocks)-1].Line)
			}
			opt, given, err := s.options(m)
			if err != nil {
				return nil, err
			}
			next := bytes.IndexByte(doc[m.end:], '\n')
			if next < 0 {
				return nil, s.fail(m.at, "no bacviz:end marker after this bacviz:start")
			}
			b := Block{Options: opt, begin: m.end + next + 1, eol: "\n", columns: make(map[string]int)}
			b.Line, b.Column = s.place(m.at)
			for key, at := range given {
				_, b.columns[key] = s.place(at)
			}
			if doc[b.begin-2] == '\r' {
				b.eol = "\r\n"
			}
			if opt.Format == Picture {
				// Some systems do not tell A.svg from a.svg.
				if line, twice := names[strings.ToLower(opt.Name)]; twice {
					return nil, s.fail(m.at, "a second picture named %q (the first is in line %d); give this one another name=", opt.Name, line)
				}
				names[strings.ToLower(opt.Name)] = b.Line
			}
			blocks = append(blocks, b)
			open = i
		case "end":
			if open < 0 {
				return nil, s.fail(m.at, "a bacviz:end marker without a bacviz:start before it")
			}
			if strings.TrimSpace(m.options) != "" {
				return nil, s.fail(m.rest, "a bacviz:end marker takes no options")
			}
			blocks[len(blocks)-1].end = m.at
			open = -1
		default:
			return nil, s.fail(m.at, "unknown marker bacviz:%s (have bacviz:start, bacviz:end)", clean(m.word))
		}
	}
	if open >= 0 {
		return nil, s.fail(markers[open].at, "no bacviz:end marker after this bacviz:start")
	}
	if len(blocks) == 0 {
		return nil, s.fail(0, "no bacviz:start marker: write <!-- bacviz:start --> and <!-- bacviz:end -->, each on a line of its own, where the picture belongs")
	}
	return blocks, nil
}

// markers returns the comments of the document that are bacviz's. Those in code
// are no comments, which only a Markdown parser can tell.
func (s *scanner) markers() ([]marker, error) {
	skip := 0
	if bytes.HasPrefix(s.text, bom) {
		skip = len(bom)
	}
	source := s.text[skip:]
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
	if err != nil {
		return nil, s.fail(0, "%v", err)
	}
	slices.SortFunc(html, func(a, b text.Segment) int { return a.Start - b.Start })
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
				return nil, s.fail(begin+skip, "a marker must end with --> on its line")
			}
			at = begin + m[1]
			lineBegin := bytes.LastIndexByte(source[:begin], '\n') + 1
			lineEnd := len(source)
			if n := bytes.IndexByte(source[at:], '\n'); n >= 0 {
				lineEnd = at + n
			}
			if begin != lineBegin || len(bytes.TrimSpace(source[at:lineEnd])) > 0 {
				return nil, s.fail(begin+skip, "a marker must be alone on its line")
			}
			found = append(found, marker{
				at: begin + skip, end: at + skip,
				word: string(source[begin+m[2] : begin+m[3]]), options: string(source[begin+m[4] : begin+m[5]]), rest: begin + m[4] + skip,
			})
		}
	}
	return found, nil
}

// option matches key=value, with the value in quotes or without blanks.
var option = regexp.MustCompile(`^([^\s=]+)=("[^"]*"|'[^']*'|[^\s"']+)(?:\s|$)`)

var plainName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// options returns what a start marker asks for, and where in bytes it gives that.
func (s *scanner) options(m marker) (Options, map[string]int, error) {
	opt := Options{Format: Mermaid, Include: "connected", Engine: "auto", Name: "topology"}
	set := map[string]*string{
		"format": &opt.Format, "title": &opt.Title, "include": &opt.Include,
		"engine": &opt.Engine, "name": &opt.Name, "group-by": new(string),
	}
	known := strings.Join(slices.Sorted(maps.Keys(set)), ", ")
	seen := make(map[string]int)
	at := m.rest
	for rest := m.options; ; {
		trimmed := strings.TrimLeftFunc(rest, unicode.IsSpace)
		at += len(rest) - len(trimmed)
		if trimmed == "" {
			break
		}
		kv := option.FindStringSubmatch(trimmed)
		if kv == nil {
			return opt, nil, s.fail(at, "not an option such as format=picture or title=\"Our network\": %s", clean(trimmed))
		}
		key, value := kv[1], kv[2]
		if len(value) > 1 && (value[0] == '"' || value[0] == '\'') {
			value = value[1 : len(value)-1]
		}
		switch _, twice := seen[key]; {
		case set[key] == nil:
			return opt, nil, s.fail(at, "unknown option %s (have %s)", clean(key), known)
		case twice:
			return opt, nil, s.fail(at, "option %s is given twice", key)
		case value == "":
			return opt, nil, s.fail(at, "option %s is empty", key)
		}
		seen[key] = at
		*set[key] = value
		at += len(kv[0])
		rest = trimmed[len(kv[0]):]
	}
	if fields := *set["group-by"]; fields != "" {
		opt.GroupBy = strings.Split(fields, ",")
	}
	switch {
	case !slices.Contains([]string{Mermaid, Picture, Table}, opt.Format):
		return opt, nil, s.fail(seen["format"], "unknown format %s (have %s, %s, %s)", clean(opt.Format), Mermaid, Picture, Table)
	case opt.Include != "connected" && opt.Include != "all":
		return opt, nil, s.fail(seen["include"], "unknown include %s (have connected, all)", clean(opt.Include))
	case !plainName.MatchString(opt.Name):
		return opt, nil, s.fail(seen["name"], "name %s must consist of letters, digits, dots, dashes and underscores, and begin with a letter or a digit", clean(opt.Name))
	}
	for _, key := range []string{"engine", "name"} {
		if at, given := seen[key]; given && opt.Format != Picture {
			return opt, nil, s.fail(at, "option %s works only with format=picture", key)
		}
	}
	if at, given := seen["title"]; given && opt.Format == Table {
		return opt, nil, s.fail(at, "option title does not work with format=table, which has no title")
	}
	return opt, seen, nil
}

// clean keeps what a document says on one line of a message.
func clean(s string) string {
	q := fmt.Sprintf("%q", s)
	if r := []rune(q); len(r) > 80 {
		q = string(r[:79]) + `…"`
	}
	return q
}

// Replace returns the document with the contents between the markers of its
// blocks, one for each, in the line ends of the document. Everything else stays.
func Replace(doc []byte, blocks []Block, contents []string) []byte {
	var out bytes.Buffer
	from := 0
	for i, b := range blocks {
		out.Write(doc[from:b.begin])
		lines := "\n" + strings.Trim(contents[i], "\n") + "\n\n"
		out.WriteString(strings.ReplaceAll(lines, "\n", b.eol))
		from = b.end
	}
	out.Write(doc[from:])
	return out.Bytes()
}

// Fence puts a diagram's source into a fenced code block that it cannot end.
func Fence(language, source string) string {
	longest, run := 2, 0
	for _, r := range source {
		if run++; r != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	return fence + language + "\n" + strings.TrimRight(source, "\n") + "\n" + fence
}
