package main

// This file holds the flags that choose a time of the past.

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"github.com/bacviz/bacviz/cluster/history"
)

// timeFlags say from when to when.
type timeFlags struct {
	since, until string

	from, to time.Time // after check; zero is no limit
}

// add defines the flags.
func (o *timeFlags) add(f *pflag.FlagSet) {
	f.StringVar(&o.since, "since", "", "only what happened at or after this `time`: 24h, 7d, 2026-11-01")
	f.StringVar(&o.until, "until", "", "only what happened at or before this `time`")
}

// check reads the times. An age is counted back from now.
func (o *timeFlags) check(f *pflag.FlagSet, now time.Time) (err error) {
	for _, t := range []struct {
		flag, text string
		into       *time.Time
	}{{"since", o.since, &o.from}, {"until", o.until, &o.to}} {
		if !isSet(f, t.flag) {
			continue
		}
		if *t.into, err = history.ParseTime(t.text, now); err != nil {
			return &usageError{err: fmt.Errorf("--%s %w", t.flag, err)}
		}
	}
	if !o.from.IsZero() && !o.to.IsZero() && o.to.Before(o.from) {
		return usagef("--until %s is before --since %s", o.until, o.since)
	}
	return nil
}

// within returns the part of a history, from its beginning to when the network was last seen,
// that the flags choose. It has nothing of that time if the part is not ok.
func (o *timeFlags) within(first, last time.Time) (from, to time.Time, ok bool) {
	if o.from.After(first) {
		first = o.from
	}
	if !o.to.IsZero() && o.to.Before(last) {
		last = o.to
	}
	return first, last, !last.Before(first)
}

// part returns the part of a history that the flags choose. It is an error if the history has
// nothing of that time.
func (o *timeFlags) part(ctx context.Context, store *history.Store) (from, to time.Time, err error) {
	first, last, err := store.Range(ctx)
	if err != nil {
		return from, to, err
	}
	from, to, ok := o.within(first, last)
	if !ok {
		err = &hintError{errors.New("the history has nothing of that time"), "bacviz log without --since and --until shows when it begins and ends"}
	}
	return from, to, err
}
