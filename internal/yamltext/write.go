package yamltext

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"

	"github.com/bacviz/bacviz/internal/lazy"
)

// FromJSON writes the YAML that says the same as a JSON text, with its members in the
// same order, one to a line. A text in it reads back as it was. Several lines are a
// block. A text is between double quotes where it would be read as something else, and
// where a character is not printable: that has an escape, so that it neither steers a
// terminal nor changes how its neighbours show. A list is read and written item by item.
func FromJSON(w io.Writer, r io.Reader) error {
	dec := jsontext.NewDecoder(r)
	if dec.PeekKind() != '[' {
		value, err := dec.ReadValue()
		if err != nil {
			return err
		}
		var y writer
		if err := y.document(value, false); err != nil {
			return err
		}
		_, err = w.Write(y.out)
		return err
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	var y writer
	empty := true
	for ; dec.PeekKind() != ']'; empty = false {
		item, err := dec.ReadValue()
		if err != nil {
			return err
		}
		if err := y.document(item, true); err != nil {
			return err
		}
		if len(y.out) >= piece {
			if _, err := w.Write(y.out); err != nil {
				return err
			}
			y.out = y.out[:0]
		}
	}
	if _, err := dec.ReadToken(); err != nil { // the other bracket
		return err
	}
	if empty {
		y.out = append(y.out, "[]\n"...)
	}
	_, err := w.Write(y.out)
	return err
}

// piece is how many bytes are collected before they are written.
const piece = 64 << 10

// A writer appends YAML to out. It writes collections and most texts by itself, which is
// ten times as fast as the encoder of the YAML library.
type writer struct {
	out     []byte
	scalars map[string]string // texts that the library has encoded, up to maxScalars
}

const (
	maxScalars = 10_000

	// maxKey is the length in bytes up to which a member is written as "key: value". YAML
	// allows that up to 1024 characters, and the library's encoder uses it up to 128.
	maxKey = 128
)

// errBlock is the error of a value with a text that the library has to encode where it is.
var errBlock = errors.New("a text of several lines")

// document appends a JSON value, or an item of a list.
func (y *writer) document(value jsontext.Value, item bool) error {
	from := len(y.out)
	if item {
		y.out = append(y.out, "- "...)
	}
	dec := jsontext.NewDecoder(bytes.NewBuffer(value))
	indent := 0
	if item {
		indent = 2
	}
	err := y.value(dec, indent)
	if !errors.Is(err, errBlock) {
		return err
	}
	y.out = y.out[:from]
	tokens := json.NewDecoder(bytes.NewReader(value))
	tokens.UseNumber()
	node, err := yamlNode(tokens)
	if err != nil {
		return err
	}
	if item {
		node = &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{node}}
	}
	text, err := encode(node)
	y.out = append(y.out, text...)
	return err
}

// value appends the next value, which begins on the present line. Its further lines have
// the indentation. It ends with the end of a line.
func (y *writer) value(dec *jsontext.Decoder, indent int) error {
	token, err := dec.ReadToken()
	if err != nil {
		return err
	}
	switch token.Kind() {
	case '{':
		return y.object(dec, indent)
	case '[':
		return y.array(dec, indent)
	case '"':
		if err := y.text(token.String()); err != nil {
			return err
		}
	default:
		y.out = append(y.out, token.String()...) // numbers with all their digits
	}
	y.out = append(y.out, '\n')
	return nil
}

func (y *writer) object(dec *jsontext.Decoder, indent int) error {
	if dec.PeekKind() == '}' {
		y.out = append(y.out, "{}\n"...)
	}
	for first := true; dec.PeekKind() != '}'; first = false {
		if !first {
			y.indent(indent)
		}
		name, err := dec.ReadToken()
		if err != nil {
			return err
		}
		key := name.String()
		if len(key) > maxKey {
			return errBlock
		}
		if err := y.text(key); err != nil {
			return err
		}
		y.out = append(y.out, ':')
		if err := y.member(dec, indent+2); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}

// member appends the value of a member: on the line of its name, or below it.
func (y *writer) member(dec *jsontext.Decoder, indent int) error {
	kind := dec.PeekKind()
	if kind != '{' && kind != '[' {
		y.out = append(y.out, ' ')
		return y.value(dec, indent)
	}
	at := len(y.out)
	y.out = append(y.out, '\n')
	y.indent(indent)
	from := len(y.out)
	if err := y.value(dec, indent); err != nil {
		return err
	}
	if text := string(y.out[from:]); text == "{}\n" || text == "[]\n" {
		y.out = append(append(y.out[:at], ' '), text...)
	}
	return nil
}

func (y *writer) array(dec *jsontext.Decoder, indent int) error {
	if dec.PeekKind() == ']' {
		y.out = append(y.out, "[]\n"...)
	}
	for first := true; dec.PeekKind() != ']'; first = false {
		if !first {
			y.indent(indent)
		}
		y.out = append(y.out, "- "...)
		if err := y.value(dec, indent+2); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}

func (y *writer) indent(n int) {
	for range n {
		y.out = append(y.out, ' ')
	}
}

// text appends a text of one line, as it is or between quotes.
func (y *writer) text(s string) error {
	if isPlain(s) {
		y.out = append(y.out, s...)
		return nil
	}
	encoded, known := y.scalars[s]
	if !known {
		text, err := encode(textNode(s))
		if err != nil {
			return err
		}
		encoded = strings.TrimSuffix(string(text), "\n")
		if strings.Contains(encoded, "\n") {
			return errBlock
		}
		if y.scalars == nil || len(y.scalars) == maxScalars {
			y.scalars = make(map[string]string)
		}
		y.scalars[s] = encoded
	}
	y.out = append(y.out, encoded...)
	return nil
}

// isPlain reports whether a text is one that needs no quotes, as most are: a letter, and
// then letters, digits, dots, dashes, slashes and underscores, but no constant.
func isPlain(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || (c < '0' || c > '9') && c != '.' && c != '-' && c != '/' && c != '_') {
			return false
		}
	}
	switch strings.ToLower(s[:min(len(s), 6)]) {
	case "", "true", "false", "null", "y", "n", "yes", "no", "on", "off":
		return false
	}
	return true
}

// encode returns the YAML of a node.
func encode(node *yaml.Node) ([]byte, error) {
	var text bytes.Buffer
	e := yaml.NewEncoder(&text)
	e.SetIndent(2)
	if err := e.Encode(node); err != nil {
		return nil, err
	}
	if err := e.Close(); err != nil {
		return nil, err
	}
	return escape(text.Bytes()), nil
}

// yamlNode returns the next value of a JSON text.
func yamlNode(dec *json.Decoder) (*yaml.Node, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	scalar := func(tag, value string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value} }
	switch token := token.(type) {
	case json.Delim:
		return yamlCollection(dec, token)
	case string:
		return textNode(token), nil
	case json.Number:
		return scalar("", token.String()), nil // with all its digits
	case bool:
		return scalar("!!bool", fmt.Sprint(token)), nil
	}
	return scalar("!!null", "null"), nil
}

// textNode returns the node of a text.
func textNode(s string) *yaml.Node {
	node := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	if strings.ContainsFunc(s, unprintable) && !isBlock(s) || otherYAML().MatchString(s) {
		node.Style = yaml.DoubleQuotedStyle
	}
	return node
}

// yamlCollection returns the array or the object that began with a bracket.
func yamlCollection(dec *json.Decoder, bracket json.Delim) (*yaml.Node, error) {
	node := &yaml.Node{Kind: yaml.SequenceNode}
	if bracket == '{' {
		node.Kind = yaml.MappingNode
	}
	for dec.More() {
		value, err := yamlNode(dec) // or the name of a member
		if err != nil {
			return nil, err
		}
		node.Content = append(node.Content, value)
	}
	if len(node.Content) == 0 {
		node.Style = yaml.FlowStyle // [] or {}
	}
	_, err := dec.Token() // the other bracket
	return node, err
}

// isBlock reports whether a text is several lines of printable characters and tabs. It
// may not begin with a blank: the parser takes a tab there for a mistake.
func isBlock(s string) bool {
	odd := func(r rune) bool { return unprintable(r) && r != '\t' && r != '\n' }
	return strings.Contains(s, "\n") && !strings.ContainsAny(s[:1], " \t\n") && !strings.ContainsFunc(s, odd)
}

// unprintable reports whether a character needs an escape.
func unprintable(r rune) bool { return !unicode.IsPrint(r) }

// otherYAML matches texts that YAML 1.1 reads as a truth value or as a number in base 60.
// The encoder knows those that YAML 1.2 reads as something else.
var otherYAML = lazy.Regexp(`^(?i:y|n|yes|no|on|off|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?)$`)

// escape writes the characters of a YAML text that are not printable as numbers. All but
// line ends, and tabs in a block, are between double quotes.
func escape(text []byte) []byte {
	var b bytes.Buffer
	for _, r := range string(text) {
		switch {
		case r == '\n' || r == '\t' || !unprintable(r):
			b.WriteRune(r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	return b.Bytes()
}
