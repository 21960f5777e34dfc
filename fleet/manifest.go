package fleet

// This file reads manifests.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/infile"
)

// maxManifest is the size of the largest manifest, in bytes.
const maxManifest = 16 << 20

const hintManifest = "a manifest says where the snapshots of each cluster are: clusters: {eu-west: snapshots/eu-west}"

// readManifest returns the places that a manifest names: under clusters, for each name a path
// or an address, or a list of them. Paths begin at the folder of the manifest.
func readManifest(ctx context.Context, path string, opt *Options) (places []place, err error) {
	text, err := infile.Read(ctx, path, maxManifest)
	if err != nil {
		return nil, named(path, err, infile.Reason(err))
	}
	m := manifest{path: path, dir: filepath.Dir(path), opt: opt}
	dec := yaml.NewDecoder(bytes.NewReader(text))
	var doc yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return nil, m.fault(nil, "the manifest is empty")
	case err != nil:
		return nil, &Error{Message: fmt.Sprintf("%s: not a manifest in YAML: %s", display.Printable(path), display.OneLine(err.Error())), Hint: hintManifest, Err: err}
	}
	var more yaml.Node
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, m.fault(nil, "a manifest is one YAML document, and there is another")
	}
	return m.places(doc.Content[0])
}

// meant returns the node that an alias stands for, or the node itself.
func meant(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// isAddress reports whether a manifest means an orchestrator, and not a file.
func isAddress(text string) bool { return strings.Contains(text, "://") }

// A manifest is one that is being read.
type manifest struct {
	path, dir string
	opt       *Options
}

func (m *manifest) places(top *yaml.Node) (places []place, err error) {
	if top.Kind != yaml.MappingNode || len(top.Content) != 2 || top.Content[0].Value != "clusters" {
		return nil, m.fault(top, `a manifest has "clusters", and nothing else`)
	}
	clusters := top.Content[1]
	if clusters.Kind != yaml.MappingNode || len(clusters.Content) == 0 {
		return nil, m.fault(clusters, `"clusters" has the name of each cluster, and where its snapshots are`)
	}
	taken := make(map[string]bool)
	for i := 0; i < len(clusters.Content); i += 2 {
		name, value := clusters.Content[i], meant(clusters.Content[i+1])
		p := place{cluster: name.Value}
		switch {
		case name.Kind != yaml.ScalarNode || name.Value == "":
			return nil, m.fault(name, "not the name of a cluster")
		case taken[name.Value]:
			return nil, m.fault(name, "cluster "+display.Quote(name.Value)+" is there twice")
		case value.Kind == yaml.ScalarNode:
			value = &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{value}, Line: value.Line, Column: value.Column}
		case value.Kind != yaml.SequenceNode || len(value.Content) == 0:
			return nil, m.fault(value, "expected a path or an address, or a list of them")
		}
		taken[name.Value] = true
		for _, item := range value.Content {
			item = meant(item)
			if item.Kind != yaml.ScalarNode || item.Value == "" || item.Tag == "!!null" {
				return nil, m.fault(item, "expected a path or an address")
			}
			if isAddress(item.Value) {
				p.addresses = append(p.addresses, item.Value)
				continue
			}
			path, err := m.file(p.cluster, item)
			if err != nil {
				return nil, err
			}
			p.paths = append(p.paths, path)
		}
		places = append(places, p)
	}
	return places, nil
}

// file returns the path of a file or a folder that is there.
func (m *manifest) file(cluster string, item *yaml.Node) (string, error) {
	path := filepath.FromSlash(item.Value)
	if !filepath.IsAbs(path) {
		path = filepath.Join(m.dir, path)
	}
	info, err := os.Stat(path)
	reason := notRegular
	switch {
	case err != nil:
		reason = infile.Reason(err)
	case info.IsDir(), info.Mode().IsRegular():
		return path, nil
	}
	said := fmt.Sprintf("cluster %s: reading %s: %s", display.Quote(cluster), display.Printable(path), reason)
	if m.opt.Redact != nil {
		said = fmt.Sprintf("cluster %s: reading its snapshots: %s", m.opt.clusterName(cluster), reason)
	}
	wrong := m.fault(item, said)
	wrong.Hint, wrong.Err = "paths begin at the folder of the manifest; an address has :// in it", err
	return "", wrong
}

func (m *manifest) fault(at *yaml.Node, message string) *Error {
	where := display.Printable(m.path)
	if at != nil {
		where = fmt.Sprintf("%s:%d:%d", where, at.Line, at.Column)
	}
	return &Error{Message: where + ": " + message, Hint: hintManifest}
}
