package jobspec

// This file parses YAML and JSON into YAML nodes, which have line and column.

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"

	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/lazy"
	"github.com/bacviz/bacviz/internal/yamltext"
)

func (s *reader) parse(text []byte) (*yaml.Node, *bacalhau.Error) {
	p := places{text: text, dec: jsontext.NewDecoder(bytes.NewReader(text))}
	if !bytes.HasPrefix(text, []byte("\xFF\xFE")) && !bytes.HasPrefix(text, []byte("\xFE\xFF")) { // UTF-16, which YAML may be in
		for i := 0; i < len(text); {
			r, size := utf8.DecodeRune(text[i:])
			switch {
			case r == utf8.RuneError && size == 1:
				return nil, s.fail(p.at(i), "not text in UTF-8", "save the file as UTF-8")
			case r < ' ' && r != '\t' && r != '\n' && r != '\r':
				return nil, s.fail(p.at(i), fmt.Sprintf("control character %U", r), "")
			}
			i += size
		}
	}
	if !looksLikeJSON().Match(text) {
		return s.parseYAML(text)
	}
	// The reader of YAML accepts most of JSON, but neither tabs nor all escapes.
	doc, err := p.document()
	if err == nil {
		return doc, nil
	}
	if doc, failed := s.parseYAML(text); failed == nil {
		return doc, nil // with comments, or commas too many
	}
	at, message := p.at(p.next()), err.Error()
	var syntax *jsontext.SyntacticError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		at, message = p.at(len(text)), "unexpected end"
	case errors.As(err, &syntax):
		at, message = p.at(int(syntax.ByteOffset)), syntax.Err.Error()
	}
	return nil, s.fail(at, "not valid JSON: "+display.Excerpt(strings.TrimPrefix(message, "jsontext: ")), "")
}

// looksLikeJSON matches JSON, but not {Name: hello, …}, which is YAML.
var looksLikeJSON = lazy.Regexp(`^\s*\{\s*(["}]|$)`)

func (s *reader) parseYAML(text []byte) (*yaml.Node, *bacalhau.Error) {
	dec := yaml.NewDecoder(bytes.NewReader(text))
	var doc, more yaml.Node
	err := dec.Decode(&doc)
	if errors.Is(err, io.EOF) {
		return nil, s.fail(nil, "is empty", hintSpec)
	}
	if err == nil {
		if err = dec.Decode(&more); errors.Is(err, io.EOF) {
			return doc.Content[0], nil
		}
	}
	if err == nil {
		return nil, s.fail(more.Content[0], "a second document begins here", "a file holds one job")
	}
	if e := yamltext.Check(text); e != nil {
		return nil, s.fail(&yaml.Node{Line: e.Line, Column: e.Column}, "not valid YAML: "+display.Excerpt(e.Message), "")
	}
	return nil, s.fail(nil, "not valid YAML: "+display.Excerpt(err.Error()), "")
}

// places finds line and column in a text, and builds YAML nodes from JSON, so that both
// are checked alike.
type places struct {
	text         []byte
	dec          *jsontext.Decoder
	offset       int // how far lines and columns have been counted
	line, column int // of that offset, counted from 0
}

// at returns a node without contents at an offset. Like the reader of YAML, it counts
// columns in characters.
func (p *places) at(offset int) *yaml.Node {
	if offset < p.offset {
		p.offset, p.line, p.column = 0, 0, 0
	}
	for p.offset < min(offset, len(p.text)) {
		r, size := utf8.DecodeRune(p.text[p.offset:])
		p.offset += size
		if p.column++; r == '\n' {
			p.line, p.column = p.line+1, 0
		}
	}
	return &yaml.Node{Line: p.line + 1, Column: p.column + 1}
}

func (p *places) document() (*yaml.Node, error) {
	doc, err := p.value()
	if err != nil {
		return nil, err
	}
	if p.next() < len(p.text) {
		return nil, errors.New("unexpected text after the job")
	}
	return doc, nil
}

// next returns the offset of the next value, or the end of the text.
func (p *places) next() int {
	behind := p.text[p.dec.InputOffset():]
	return len(p.text) - len(bytes.TrimLeft(behind, " \t\r\n,:"))
}

func (p *places) value() (*yaml.Node, error) {
	n := p.at(p.next())
	tok, err := p.dec.ReadToken()
	if err != nil {
		return nil, err
	}
	switch kind := tok.Kind(); kind {
	case '{', '[':
		n.Kind = map[jsontext.Kind]yaml.Kind{'{': yaml.MappingNode, '[': yaml.SequenceNode}[kind]
		for p.dec.PeekKind() != '}' && p.dec.PeekKind() != ']' {
			c, err := p.value()
			if err != nil {
				return nil, err
			}
			n.Content = append(n.Content, c)
		}
		_, err = p.dec.ReadToken()
		return n, err
	case '"':
		n.Tag = "!!str"
	case '0':
		n.Tag = "!!float"
		if _, err := strconv.ParseInt(tok.String(), 10, 64); err == nil {
			n.Tag = "!!int"
		}
	case 'n':
		n.Tag = "!!null"
	default:
		n.Tag = "!!bool"
	}
	n.Kind, n.Value = yaml.ScalarNode, tok.String()
	return n, nil
}

// child returns the value of a field of a mapping, or nil.
func child(n *yaml.Node, name string) *yaml.Node {
	if n = followed(n); n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if strings.EqualFold(n.Content[i].Value, name) {
			return followed(n.Content[i+1])
		}
	}
	return nil
}

// followed returns the node that an alias stands for.
func followed(n *yaml.Node) *yaml.Node {
	if n != nil && n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}
