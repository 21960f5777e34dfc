package main

// This file wires --redact and its key.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/infile"
)

// redactKeyVar is the variable of the environment that may hold the key.
const redactKeyVar = "BACVIZ_REDACT_KEY"

// redactOptions are the flags of commands whose output may be redacted.
type redactOptions struct {
	on      bool
	keyFile string
	given   func() bool // whether --redact-key was
	key     []byte      // once load has read it
	fields  [][]string  // lists that name fields of a difference, which apply redacts
}

// add defines the flags of a command that reads from source.
func (o *redactOptions) add(cmd *cobra.Command, source *sourceFlags) {
	source.discreet = &o.on
	f := cmd.Flags()
	defer heading(f, "Sharing")()
	f.BoolVar(&o.on, "redact", false, "put pseudonyms in the place of IDs, names and label values, the same for the same key")
	f.StringVar(&o.keyFile, "redact-key", "", "`file` that holds the key of the pseudonyms, at least 16 random bytes (default: what "+redactKeyVar+" holds)")
	o.given = func() bool { return f.Changed("redact-key") }
}

// check finds what is wrong with the flags before any work is done. A key
// without --redact is refused, not ignored: the picture would show what its
// owner wanted hidden. The variable alone means nothing; it may be set for all.
func (o *redactOptions) check() error {
	given := o.given()
	switch {
	case given && !o.on:
		return &usageError{err: errors.New("--redact-key without --redact"), hint: "add --redact"}
	case given && o.keyFile == "-":
		return &usageError{err: errors.New("--redact-key names a file, not standard input"), hint: hintRedactKey}
	case given && o.keyFile == "":
		return &usageError{err: errors.New("--redact-key names no file"), hint: hintRedactKey}
	case o.on && !given && strings.TrimSpace(os.Getenv(redactKeyVar)) == "":
		return &usageError{err: errors.New("--redact needs a key: without one a pseudonym could be guessed back"), hint: hintRedactKey}
	}
	return nil
}

const hintRedactKey = "make one with: head -c 32 /dev/urandom | base64 > redact.key, then pass --redact-key redact.key or set " + redactKeyVar

// load reads the key, if there is one to read. What the flag was given shows in
// no error, for somebody may have taken it for the place of the key itself.
func (o *redactOptions) load(ctx context.Context) error {
	if !o.on {
		return nil
	}
	key, from := []byte(os.Getenv(redactKeyVar)), redactKeyVar
	if o.given() {
		from = "the file of --redact-key"
		var err error
		if key, err = infile.Read(ctx, o.keyFile, maxKey); ctx.Err() != nil {
			return ctx.Err()
		} else if err != nil {
			return &hintError{fmt.Errorf("reading %s: %s", from, infile.Reason(err)), hintRedactKey}
		}
	}
	// A file ends with a line end, a variable does not: they are the same key.
	key = bytes.TrimSpace(key)
	if len(key) < cluster.MinRedactKey {
		return &hintError{fmt.Errorf("the key in %s has %d bytes; it needs at least %d", from, len(key), cluster.MinRedactKey), hintRedactKey}
	}
	distinct := slices.Clone(key)
	slices.Sort(distinct)
	if len(slices.Compact(distinct)) < 6 { // 32 random hex digits have more, but for 3 keys in 10^13
		return &hintError{fmt.Errorf("the key in %s repeats itself and is soon guessed", from), hintRedactKey}
	}
	o.key = key
	return nil
}

// maxKey is the most bytes of a key's file: a larger one was meant for something
// else, or is a device that never ends.
const maxKey = 4096

// apply replaces, from here on, what tells whose network it is: in the snapshot,
// in the options that name a node or a label in it (o.fields too), and in the title.
// What is in further snapshots must not survive either. Without --redact it does nothing.
func (o *redactOptions) apply(snap *cluster.Snapshot, shape *graph.Options, title *string, std stdio, further ...cluster.Snapshot) error {
	if !o.on {
		return nil
	}
	r, err := cluster.Redact(*snap, o.key, append(further, cluster.Snapshot{Orchestrators: []string{shape.Hub}})...)
	if err != nil {
		return fmt.Errorf("redacting: %w", err)
	}
	*snap = r.Snapshot
	shape.Hub, shape.ColorBy, shape.Label = r.ID(shape.Hub), r.Key(shape.ColorBy), r.Key(shape.Label)
	shape.GroupBy = slices.Clone(shape.GroupBy)
	for i, f := range shape.GroupBy {
		shape.GroupBy[i] = r.Key(f)
	}
	for _, list := range o.fields {
		for i, f := range list {
			if key, ok := strings.CutPrefix(f, "labels."); ok {
				list[i] = "labels." + r.Key(key)
			}
		}
	}
	if clean := r.Text(*title); clean != *title {
		std.warn("the title has a name of the network in it; a pseudonym takes its place")
		*title = clean
	}
	return nil
}
