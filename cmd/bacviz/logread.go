package main

// This file reads what log lists: a history, a folder of snapshots, or the versions of a
// file in git.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/history"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/fetch/versions"
	"github.com/bacviz/bacviz/internal/display"
)

// open opens the history that an argument means. That of a folder or a repository is made
// in memory.
func (o *logOptions) open(ctx context.Context, arg string, std stdio) (*history.Store, error) {
	opt := versions.Options{MaxBytes: int64(o.maxBytes)}
	var warnings []string
	opt.Warn = func(text string) { warnings = append(warnings, text) }
	info, err := os.Stat(arg)
	repository, file, isGit := cutRepository(arg)
	var all iter.Seq2[versions.Version, error]
	switch {
	case err == nil && info.IsDir():
		all = versions.Folder(ctx, arg, opt)
	case err == nil && isDatabase(arg):
		return history.View(ctx, arg)
	case err == nil:
		return nil, &usageError{
			fmt.Errorf("%s: %w", display.Printable(arg), errNoHistory),
			"bacviz snapshot --history FILE makes a history; the versions of a file in git are .:" + display.Printable(arg),
		}
	case isURL(arg):
		return nil, &usageError{fmt.Errorf("%s: %w", shown(arg), errNoHistory), "an orchestrator keeps none; bacviz snapshot --history FILE makes one"}
	case isGit:
		all = versions.Git(ctx, repository, file, opt)
	default:
		return nil, &usageError{fmt.Errorf("%s: no such file or folder", shown(arg)), "bacviz snapshot --history FILE makes a history"}
	}
	store, err := history.Memory(ctx, history.Options{})
	if err != nil {
		return nil, err
	}
	read, err := o.fill(ctx, store, all, opt)
	if len(warnings) > 10 {
		warnings = append(warnings[:10], fmt.Sprintf("%d more warnings like these", len(warnings)-10))
	}
	for _, w := range warnings {
		std.warn("%s", w)
	}
	if err == nil && read == 0 {
		err = fmt.Errorf("%s: no version describes a network", display.Printable(arg))
	}
	if err != nil {
		store.Close() // the error says more
		return nil, err
	}
	return store, nil
}

// cutRepository splits REPOSITORY:FILE at the first colon behind the name of a folder.
func cutRepository(arg string) (repository, file string, is bool) {
	for i := range len(arg) {
		if arg[i] != ':' || i == 0 {
			continue
		}
		if info, err := os.Stat(arg[:i]); err == nil && info.IsDir() && i+1 < len(arg) {
			return arg[:i], arg[i+1:], true
		}
	}
	return "", "", false
}

// fill adds the versions to a history, and returns how many. Those that do not describe a
// network are left out.
func (o *logOptions) fill(ctx context.Context, store *history.Store, all iter.Seq2[versions.Version, error], opt versions.Options) (read int, err error) {
	for v, err := range all {
		if err != nil {
			return read, err
		}
		source := fetch.Stream{Reader: bytes.NewReader(v.Text), Label: v.Name, Warn: func(w fetch.Warning) { opt.Warn(o.shown(w).String()) }}
		list, err := source.List(ctx)
		snap := cluster.Merge(list)
		if err == nil {
			_, err = store.Append(ctx, v.At, snap)
		}
		switch {
		case ctx.Err() != nil:
			return read, ctx.Err()
		case err != nil:
			opt.Warn(o.leftOut(v, err))
		default:
			read++
			if o.version != nil {
				o.version(v.At, snap)
			}
		}
	}
	return read, nil
}

// shown returns a warning without what is to be redacted.
func (o *logOptions) shown(w fetch.Warning) fetch.Warning {
	if o.redact.on {
		return w.Redacted()
	}
	return w
}

// leftOut says why a version is left out.
func (o *logOptions) leftOut(v versions.Version, err error) string {
	reason := err.Error()
	var past *history.Error
	var failed *fetch.Error
	switch {
	case errors.As(err, &past) && o.redact.on && errors.Is(err, history.ErrPart):
		reason = history.ErrPart.Error() // the conditions have names in them
	case errors.As(err, &past):
		reason = past.Message
	case errors.As(err, &failed) && o.redact.on:
		reason = failed.Redacted().Error()
	}
	return v.Name + ": left out: " + strings.TrimPrefix(reason, "reading nodes: "+v.Name+": ")
}
