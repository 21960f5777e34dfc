package fetch_test

import (
	"context"
	"io"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch"
)

// read reads a stream called x.json, and returns the warnings with its list.
func read(ctx context.Context, r io.Reader) (cluster.List, []fetch.Warning, error) {
	var warnings []fetch.Warning
	list, err := fetch.Stream{Reader: r, Label: "x.json", Warn: func(w fetch.Warning) { warnings = append(warnings, w) }}.List(ctx)
	return list, warnings, err
}

// readSnapshot reads a snapshot, and returns the warnings with it.
func readSnapshot(ctx context.Context, sources []fetch.Source, opt fetch.Options) (cluster.Snapshot, []fetch.Warning, error) {
	var warnings []fetch.Warning
	opt.Warn = func(w fetch.Warning) { warnings = append(warnings, w) }
	snap, err := fetch.Snapshot(ctx, sources, opt)
	return snap, warnings, err
}
