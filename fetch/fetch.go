// Package fetch reads the node lists of Bacalhau orchestrators.
//
// What comes in is an HTTP API of any version from v1.4 on, a file, or standard
// input; each is a [Source]. What goes out is a [cluster.List] for each source,
// or the [cluster.Snapshot] of all of them, which package graph builds the
// topology from. What an answer holds is passed on as it came and never
// interpreted; what had to be left out is told in a [Warning]. Every error is,
// or wraps, an [*Error], and shows no secret. This package neither draws nor
// prints.
package fetch

import (
	"context"

	"github.com/bacviz/bacviz/cluster"
)

// A Source is where a node list comes from: a [*Client], a [File] or a
// [Stream].
type Source interface {
	// Name is the source as messages show it, without secrets.
	Name() string

	// List reads the list once. It returns an error that matches ctx.Err() as
	// soon as ctx ends, even while a read blocks.
	List(ctx context.Context) (cluster.List, []Warning, error)
}

// A Warning tells of something in a source that was left out or is in doubt,
// while the rest of it was read.
type Warning struct {
	Source  string // as [Source.Name]
	Message string
}

func (w Warning) String() string { return w.Source + ": " + w.Message }

// Snapshot reads the sources one after the other and merges their lists. It
// fails with the first source that fails. The warnings come in the order of the
// sources.
func Snapshot(ctx context.Context, sources []Source) (cluster.Snapshot, []Warning, error) {
	if len(sources) == 0 {
		return cluster.Snapshot{}, nil, &Error{Op: opList, Message: "no source given", Hint: hintSource}
	}
	var warnings []Warning
	lists := make([]cluster.List, 0, len(sources))
	for _, s := range sources {
		list, w, err := s.List(ctx)
		warnings = append(warnings, w...)
		if err != nil {
			return cluster.Snapshot{}, warnings, err
		}
		lists = append(lists, list)
	}
	return cluster.Merge(lists...), warnings, nil
}
