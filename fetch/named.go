package fetch

// This file reads NAME=SOURCE, which names the cluster that a source describes.

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch/internal/address"
	"github.com/bacviz/bacviz/internal/display"
)

// A Named source describes a cluster that has a name.
type Named struct {
	Source
	Cluster string
}

// Name returns the name, and the source behind it.
func (n Named) Name() string { return named(n.Cluster, n.Source.Name()) }

// named returns what messages call a source whose cluster may have a name.
func named(cluster, source string) string {
	if cluster == "" {
		return source
	}
	return cluster + " (" + source + ")"
}

// List returns the list, with the name.
func (n Named) List(ctx context.Context) (cluster.List, error) {
	list, err := n.Source.List(ctx)
	list.Origin.Cluster = n.Cluster
	return list, err
}

// Unnamed returns the source without its name, and the name; "" if it has none.
func Unnamed(s Source) (Source, string) {
	if n, ok := s.(Named); ok {
		return n.Source, n.Cluster
	}
	return s, ""
}

// SplitName splits an argument into the name of a cluster and its source:
// eu=http://10.0.0.5:1234. An argument without a name, such as a URL with = in its query,
// a path with a slash before the =, or any file that exists, is a source.
func SplitName(arg string) (name, source string) {
	name, source, found := strings.Cut(arg, "=")
	if !found || name == "" || strings.ContainsAny(name, `/\:@?#[]`) || address.Exists(arg) {
		return "", arg
	}
	return name, source
}

// checkName returns an error for a name that would not show as one.
func checkName(name string) error {
	switch {
	case len(name) > cluster.MaxClusterName:
		return &Error{
			Op: opSource, Source: display.Shorten(display.Printable(name)),
			Message: fmt.Sprintf("a name of %d bytes, and at most %d are allowed", len(name), cluster.MaxClusterName), Hint: hintName,
		}
	case name != display.Printable(name), name != strings.TrimSpace(name), strings.Contains(name, "+"):
		return &Error{Op: opSource, Source: display.Quote(name), Message: "not a name for a source", Hint: hintName}
	}
	return nil
}

const hintName = "NAME=SOURCE names what the source describes: letters, digits, dots, dashes and spaces"

// as returns an error about a source under the name of its cluster.
func as(name string, err error) error {
	var failed *Error
	if name == "" || !errors.As(err, &failed) || failed != err {
		return err
	}
	renamed := *failed
	renamed.Source = named(name, failed.Source)
	return &renamed
}
