package main

// This file holds --history, which adds the network to a history, and the flags that say
// how long that keeps what.

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/history"
	"github.com/bacviz/bacviz/diff"
)

// historyFlags are the flags of a command that adds to a history.
type historyFlags struct {
	file           string
	keep, keepLoad age
}

// add defines the flags.
func (o *historyFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	defer heading(f, "History")()
	f.StringVar(&o.file, "history", "", "`file` of a history to add the network to; it is made if there is none")
	f.Var(&o.keep, "keep", "delete changes from the history that are older than this `age`, such as 30d (default: keep them)")
	f.Var(&o.keepLoad, "keep-load", "delete load from the history that is older than this `age`, such as 48h (default: keep it)")
}

// check refuses flags without effect, and a history that the command reads or overwrites.
func (o *historyFlags) check(f *pflag.FlagSet, sources []string, output string, std stdio) error {
	if !isSet(f, "history") {
		for _, name := range []string{"keep", "keep-load"} {
			if f.Changed(name) {
				return usagef("--%s has no effect without --history", name)
			}
		}
		return nil
	}
	if o.file == "" || o.file == "-" {
		return &usageError{fmt.Errorf("--history %q is not a file", o.file), "name a file, such as network.db"}
	}
	if err := refuseAddress("--history ", o.file, true); err != nil {
		return err
	}
	if output == o.file || sameFile(output, o.file) {
		return &usageError{fmt.Errorf("-o %s would overwrite the history", shown(output)), "name another file with -o"}
	}
	for _, source := range places(sources) {
		if sameFile(withoutTime(source), o.file) {
			return usagef("the history %s is a source, too; what it has would be added to it again", shown(source))
		}
	}
	return nil
}

// append adds a snapshot to the history. It is of the time at which it was taken, or of now
// if that is not known.
func (o *historyFlags) append(ctx context.Context, snap cluster.Snapshot, load bool, std stdio) error {
	at := snap.Taken
	if at.IsZero() {
		at = time.Now()
	}
	opt := history.Options{Keep: time.Duration(o.keep), KeepLoad: time.Duration(o.keepLoad)}
	if load || snap.Jobs != nil {
		opt.LoadEvery = loadEvery
	}
	store, err := history.Open(ctx, o.file, opt)
	if err != nil {
		return err
	}
	added, err := store.Append(ctx, at, snap)
	if closeErr := store.Close(); err == nil {
		err = closeErr
	}
	if err == nil && isTerminal(std.err) {
		std.note("%s: %s", o.file, summary(added))
	}
	return err
}

// loadEvery is the time between two steps of the load in a history: a program that adds
// more often than that adds the load of some snapshots only.
const loadEvery = 5 * time.Minute

// summary says in a few words what was added to a history.
func summary(added history.Appended) string {
	switch {
	case added.First:
		return "the history begins"
	case !added.New:
		return "no change since " + added.At.Format(time.RFC3339)
	}
	var parts []string
	for _, p := range []struct {
		n    int
		kind diff.Kind
	}{{added.Joined, diff.Joined}, {added.Left, diff.Left}, {added.Changed, diff.Changed}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.kind))
		}
	}
	return cmp.Or(strings.Join(parts, ", "), "no change that counts")
}

// An age is the value of a flag that takes a duration of days, such as 30d or 48h.
type age time.Duration

func (a *age) String() string {
	if *a == 0 {
		return ""
	}
	return time.Duration(*a).String()
}

func (a *age) Type() string { return "age" }

func (a *age) Set(text string) error {
	d, err := history.ParseAge(text)
	if err != nil || d == 0 {
		return fmt.Errorf("%q is not an age", text)
	}
	*a = age(d)
	return nil
}
