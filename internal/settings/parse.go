package settings

// This file makes a File of YAML, and finds the mistakes in its form.

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/lazy"
	"github.com/bacviz/bacviz/internal/natural"
	"github.com/bacviz/bacviz/internal/yamltext"
)

// clusters is the key of the clusters, beside those of commands.
const clusters = "clusters"

type parser struct {
	file string
	own  bool
}

func (p parser) at(n *yaml.Node) Place { return Place{p.file, max(n.Line, 1), max(n.Column, 1)} }

func (p parser) fail(n *yaml.Node, hint string, message ...string) error {
	return &Error{p.at(n), strings.Join(message, ""), hint}
}

// parse makes a File of a text. An empty text says nothing.
func parse(text []byte, file string, own bool) (*File, error) {
	p, f := parser{file, own}, &File{Own: own}
	documents := yaml.NewDecoder(bytes.NewReader(text))
	var doc, next yaml.Node
	switch err := documents.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return f, nil
	case err != nil:
		return nil, p.syntax(text, err)
	}
	switch err := documents.Decode(&next); {
	case err == nil:
		return nil, p.fail(&next, "", "a second document; settings are one")
	case !errors.Is(err, io.EOF):
		return nil, p.syntax(text, err)
	}
	root := doc.Content[0]
	if isNothing(root) {
		return f, nil
	}
	return f, p.mapping(root, "the file", func(key, value *yaml.Node) error {
		if key.Value == clusters {
			return p.clusters(f, value)
		}
		return p.section(f, key.Value, key, value)
	})
}

// syntax returns an error at the place where a text is no longer valid YAML.
func (p parser) syntax(text []byte, err error) error {
	place, message := Place{p.file, 1, 1}, err.Error()
	if e := yamltext.Check(text); e != nil {
		place, message = Place{p.file, e.Line, e.Column}, e.Message
	}
	return &Error{place, "invalid YAML: " + display.Printable(message), ""}
}

// mapping calls each for the keys of a mapping and their values, and finds keys that are not
// text or given twice.
func (p parser) mapping(n *yaml.Node, what string, each func(key, value *yaml.Node) error) error {
	n = meant(n)
	if isNothing(n) {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		return p.fail(n, "a key is a command, all or clusters, and has flags below it, such as render: {engine: rings}", what, " is not a mapping, but ", describe(n))
	}
	seen := make(map[string]bool)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], meant(n.Content[i+1])
		switch {
		case key.Kind != yaml.ScalarNode || key.Tag == "!!null":
			return p.fail(key, "", "a key is a name, not ", describe(key))
		case key.Tag == "!!merge":
			return p.fail(key, "", "<< is not known here")
		case value != n.Content[i+1] && value.Kind != yaml.ScalarNode: // many of many would be too much
			return p.fail(n.Content[i+1], "", "an alias stands for one value here, not for ", describe(value))
		case seen[key.Value]:
			return p.fail(key, "", display.Quote(display.Excerpt(key.Value)), " is given twice")
		}
		seen[key.Value] = true
		if err := each(key, value); err != nil {
			return err
		}
	}
	return nil
}

// section reads the defaults of a command. A mapping in it is about a command below that.
func (p parser) section(f *File, command string, key, n *yaml.Node) error {
	s := Section{Command: command, Place: p.at(key)}
	at := len(f.Sections)
	f.Sections = append(f.Sections, s)
	return p.mapping(n, display.Quote(display.Excerpt(command)), func(key, value *yaml.Node) error {
		if value.Kind == yaml.MappingNode {
			if strings.Count(command, " ") > 3 {
				return p.fail(key, "", "no command has so many others in it")
			}
			return p.section(f, command+" "+key.Value, key, value)
		}
		v, err := p.value(key, value)
		f.Sections[at].Flags = append(f.Sections[at].Flags, v)
		return err
	})
}

// value reads a value, or a list of them.
func (p parser) value(key, n *yaml.Node) (Value, error) {
	v := Value{Name: key.Value, Key: p.at(key), Place: p.at(n)}
	items := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		v.IsList, items = true, n.Content
	}
	for _, item := range items {
		item = meant(item)
		if item.Kind != yaml.ScalarNode || item.Tag == "!!null" {
			return v, p.fail(item, "a list is [a, b]", display.Quote(display.Excerpt(key.Value)), " needs a value, and has ", describe(item))
		}
		v.Texts = append(v.Texts, item.Value)
	}
	return v, nil
}

// clusterName is a name that is neither a path nor an address, nor anything to a shell.
var clusterName = lazy.Regexp(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// clusters reads the clusters, which come out by name.
func (p parser) clusters(f *File, n *yaml.Node) error {
	err := p.mapping(n, display.Quote(clusters), func(key, value *yaml.Node) error {
		if !clusterName().MatchString(key.Value) || len(key.Value) > cluster.MaxClusterName {
			return p.fail(key, "a name has letters, digits, dots, dashes and underscores, and begins with a letter or a digit",
				display.Quote(display.Excerpt(key.Value)), " is not a name for a cluster")
		}
		c, err := p.cluster(key, value)
		f.Clusters = append(f.Clusters, c)
		return err
	})
	slices.SortStableFunc(f.Clusters, func(a, b Cluster) int { return natural.Compare(a.Name, b.Name) })
	return err
}

func (p parser) cluster(key, n *yaml.Node) (Cluster, error) {
	c := Cluster{Name: key.Value, Place: p.at(key), Own: p.own, Values: make(map[string]Value)}
	if n.Kind == yaml.ScalarNode && !isNothing(n) {
		return c, p.fail(n, "write "+c.Name+": {url: …}", "a cluster is a mapping, not ", describe(n))
	}
	err := p.mapping(n, c.Name, func(key, value *yaml.Node) error {
		if !slices.Contains(Fields, key.Value) {
			return p.fail(key, nearest(key.Value), "unknown field ", display.Quote(display.Excerpt(key.Value)), " of a cluster (have ", strings.Join(Fields, ", "), ")")
		}
		v, err := p.value(key, value)
		if err == nil && v.IsList {
			err = p.fail(value, "", key.Value, " takes one value, not a list")
		}
		c.Values[v.Name] = v
		return err
	})
	if err != nil {
		return c, err
	}
	for _, name := range []string{"url", "profile", "history"} {
		if c.Values[name].Text() != "" {
			return c, nil
		}
	}
	return c, p.fail(key, "write "+c.Name+": {url: http://10.0.0.5:1234}", "cluster ", c.Name, " has no url, profile or history")
}

// nearest returns a hint about a field that has another name as a flag, or "".
func nearest(field string) string {
	for _, f := range Fields {
		if field == "api-"+f || strings.EqualFold(strings.ReplaceAll(field, "_", "-"), f) {
			return "did you mean " + f + "?"
		}
	}
	if field == "api-host" || field == "host" || field == "address" {
		return "did you mean url?"
	}
	return ""
}

// meant returns the value that an alias stands for.
func meant(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

func isNothing(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// describe returns the words for a value in an error.
func describe(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case isNothing(n):
		return "nothing"
	}
	return display.Quote(display.Excerpt(n.Value))
}
