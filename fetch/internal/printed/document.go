package printed

// This file reads lists in JSON and in YAML.

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"strconv"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/bacviz/bacviz/internal/yamltext"
)

// place returns the line and the column of the byte at an offset, both from 1.
func place(text []byte, offset int) (line, column int) {
	before := text[:min(max(offset, 0), len(text))]
	begin := bytes.LastIndexByte(before, '\n') + 1
	return 1 + bytes.Count(before, []byte("\n")), 1 + utf8.RuneCount(before[begin:])
}

// readJSON reads the rows of `bacviz nodes -o json`.
func readJSON(text []byte, lines int, add func(record) error) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	fail := func(err error) error {
		at := int(dec.InputOffset())
		if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
			at = int(syntax.Offset) - 1
		}
		message := "invalid JSON"
		if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
			at, message = len(bytes.TrimRight(text, " \t\r\n")), "unexpected end of the file"
		}
		line, column := place(text, at)
		return &Error{Line: lines + line, Column: column, Message: message}
	}
	if _, err := dec.Token(); err != nil {
		return fail(err)
	}
	line, column, counted := 1, 1, 0 // the place of the byte counted
	for dec.More() {
		at := int(dec.InputOffset())
		at += bytes.IndexFunc(text[at:], func(r rune) bool { return r != ',' && r != ' ' && r != '\t' && r != '\r' && r != '\n' })
		more, col := place(text[counted:at], at-counted)
		if more > 1 {
			column = 0
		} else {
			col--
		}
		line, column, counted = line+more-1, column+col, at
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return fail(err)
		}
		r := record{line: lines + line, column: column}
		if len(raw) > maxRecord {
			return tooLarge(r.line, r.column)
		}
		var row map[string]any
		inner := json.NewDecoder(bytes.NewReader(raw))
		inner.UseNumber()
		if inner.Decode(&row) == nil { // otherwise it is no object
			r.api, r.orchestrators = fromRow(row)
		}
		if err := add(r); err != nil {
			return err
		}
	}
	if _, err := dec.Token(); err != nil {
		return fail(err)
	}
	return nil
}

// readYAML reads the rows of `bacviz nodes -o yaml`, and the records of `bacalhau node list
// --output yaml`. Each begins with a dash at the beginning of a line, and is parsed alone:
// the parser takes many times the memory of what it parses.
func readYAML(text []byte, lines int, add func(record) error) error {
	for len(text) > 0 {
		end := len(text)
		if i := bytes.Index(text, []byte("\n- ")); i >= 0 {
			end = i + 1
		}
		item := text[:end]
		text = text[end:]
		if end > maxRecord {
			return tooLarge(lines+1, 1)
		}
		var doc yaml.Node
		if err := yaml.Unmarshal(item, &doc); err != nil {
			e := &Error{Line: lines + 1, Column: 1, Message: "invalid YAML"}
			if found := yamltext.Check(item); found != nil {
				e.Line, e.Column, e.Message = lines+found.Line, found.Column, found.Message
			}
			return e
		}
		if len(doc.Content) == 1 && doc.Content[0].Kind == yaml.SequenceNode {
			for _, node := range doc.Content[0].Content {
				r := record{line: lines + node.Line, column: node.Column}
				value, err := yamlValue(node, lines)
				if err != nil {
					return err
				}
				if m, ok := value.(map[string]any); ok && m["Info"] != nil {
					r.api = m
				} else if ok {
					r.api, r.orchestrators = fromRow(m)
				}
				if err := add(r); err != nil {
					return err
				}
			}
		}
		lines += bytes.Count(item, []byte("\n"))
	}
	return nil
}

// yamlValue returns a node of YAML as encoding/json would read it.
func yamlValue(n *yaml.Node, lines int) (any, error) {
	switch n.Kind {
	case yaml.MappingNode:
		m := make(map[string]any, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			value, err := yamlValue(n.Content[i+1], lines)
			if err != nil {
				return nil, err
			}
			m[n.Content[i].Value] = value
		}
		return m, nil
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, item := range n.Content {
			value, err := yamlValue(item, lines)
			if err != nil {
				return nil, err
			}
			list[i] = value
		}
		return list, nil
	case yaml.AliasNode:
		return nil, &Error{Line: lines + n.Line, Column: n.Column, Message: "an alias in a node list"}
	}
	switch n.ShortTag() {
	case "!!null":
		return nil, nil
	case "!!bool":
		return n.Value == "true", nil
	case "!!int", "!!float":
		if x, err := strconv.ParseFloat(n.Value, 64); err != nil || math.IsInf(x, 0) || math.IsNaN(x) || !json.Valid([]byte(n.Value)) {
			return n.Value, nil // which is refused as a number
		}
		return json.Number(n.Value), nil
	}
	return n.Value, nil
}
