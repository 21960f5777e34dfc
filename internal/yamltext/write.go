package yamltext

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// FromJSON returns the YAML that says the same as a JSON text, with its members in the
// same order, one to a line. A text in it reads back as it was. Several lines are a
// block. A text is between double quotes where it would be read as something else, and
// where a character is not printable: that has an escape, so that it neither steers a
// terminal nor changes how its neighbours show.
func FromJSON(text []byte) ([]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if list := bytes.TrimLeft(text, " \t\r\n"); len(list) == 0 || list[0] != '[' {
		var b bytes.Buffer
		node, err := yamlNode(dec)
		if err == nil {
			err = encode(&b, node)
		}
		return b.Bytes(), err
	}
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	return listFromJSON(dec)
}

// piece is how many items of a list are encoded at once. The nodes of YAML take some 40 times
// the memory of their text.
const piece = 256

// listFromJSON returns the YAML of a list, of which the bracket was read.
func listFromJSON(dec *json.Decoder) ([]byte, error) {
	var b bytes.Buffer
	for dec.More() {
		node := &yaml.Node{Kind: yaml.SequenceNode}
		for len(node.Content) < piece && dec.More() {
			item, err := yamlNode(dec)
			if err != nil {
				return nil, err
			}
			node.Content = append(node.Content, item)
		}
		if err := encode(&b, node); err != nil {
			return nil, err
		}
	}
	if b.Len() == 0 {
		b.WriteString("[]\n")
	}
	_, err := dec.Token() // the other bracket
	return b.Bytes(), err
}

// encode appends a node to a text.
func encode(b *bytes.Buffer, node *yaml.Node) error {
	var text bytes.Buffer
	e := yaml.NewEncoder(&text)
	e.SetIndent(2)
	if err := e.Encode(node); err != nil {
		return err
	}
	if err := e.Close(); err != nil {
		return err
	}
	b.Write(escape(text.Bytes()))
	return nil
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
		node := scalar("!!str", token)
		if strings.ContainsFunc(token, unprintable) && !isBlock(token) || otherYAML.MatchString(token) {
			node.Style = yaml.DoubleQuotedStyle
		}
		return node, nil
	case json.Number:
		return scalar("", token.String()), nil // with all its digits
	case bool:
		return scalar("!!bool", fmt.Sprint(token)), nil
	}
	return scalar("!!null", "null"), nil
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
var otherYAML = regexp.MustCompile(`^(?i:y|n|yes|no|on|off|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?)$`)

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
