// Package fetch reads networks: from the HTTP API of Bacalhau orchestrators, from
// files, and from standard input.
//
// What comes in are addresses and file names, of which [ParseAll] makes sources: a
// [*bacalhau.Client], a [File] or a [Stream]. What goes out is the [cluster.Snapshot]
// of all of them, with jobs if they are asked for; package graph builds the topology
// from it. Nodes and jobs are passed on unchanged, and those that had to be left out are
// reported as a [Warning]. Every error is, or wraps, an [*Error], and shows no secret.
// This package neither draws nor prints.
package fetch

import (
	"context"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch/bacalhau"
)

// Sources of every kind report alike.
type (
	// An Error says what failed, where and why, and what to try.
	Error = bacalhau.Error

	// A Warning is about something in a source that was left out or is in doubt.
	Warning = bacalhau.Warning

	// Progress is how far the reading of a source is.
	Progress = bacalhau.Progress
)

// What an [Error] was doing.
const (
	opRead   = "reading nodes"
	opSource = "source"
)

// A Source is where a list of nodes is read from: a [*bacalhau.Client], a [File] or
// a [Stream], or one of these that is [Named].
type Source interface {
	// Name returns the source as messages show it, without secrets.
	Name() string

	// List reads the list once. It returns an error that matches ctx.Err() as soon as
	// ctx ends, even while a read blocks.
	List(ctx context.Context) (cluster.List, error)
}

// reporting returns the source with functions that receive its warnings and its
// progress. A source of a type that is not of this module keeps its own.
func reporting(s Source, warn func(Warning), progress func(Progress)) Source {
	switch s := s.(type) {
	case *bacalhau.Client:
		c := *s
		c.Warn, c.Progress = warn, progress
		return &c
	case File:
		s.Warn, s.Progress = warn, progress
		return s
	case Stream:
		s.Warn, s.Progress = warn, progress
		return s
	}
	return s
}
