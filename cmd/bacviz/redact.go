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

	"github.com/bacviz/bacviz/check"
	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/redact"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/infile"
)

// redactKeyVar is the environment variable that may hold the key.
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
	source.redacted = &o.on
	f := cmd.Flags()
	defer heading(f, "Sharing")()
	f.BoolVar(&o.on, "redact", false, "replace IDs, names and label values with pseudonyms, the same for the same key")
	f.StringVar(&o.keyFile, "redact-key", "", "`file` that holds the key for the pseudonyms, at least 16 random bytes (default: $"+redactKeyVar+")")
	o.given = func() bool { return f.Changed("redact-key") }
}

// check finds mistakes in the flags before any work is done. A key without --redact
// is refused: the picture would show what its owner wanted hidden. The variable alone
// is no mistake, since it may be set for every command.
func (o *redactOptions) check() error {
	given := o.given()
	switch {
	case given && !o.on:
		return &usageError{err: errors.New("--redact-key is given without --redact"), hint: "add --redact, or leave out --redact-key"}
	case given && o.keyFile == "-":
		return &usageError{err: errors.New("--redact-key cannot be standard input"), hint: hintRedactKey}
	case given && o.keyFile == "":
		return &usageError{err: errors.New("--redact-key is empty"), hint: hintRedactKey}
	case o.on && o.keyFile == "" && strings.TrimSpace(os.Getenv(redactKeyVar)) == "":
		return &usageError{err: errors.New("--redact needs a key: without one, pseudonyms could be traced back to the originals"), hint: hintRedactKey}
	}
	return nil
}

const hintRedactKey = "make one with: head -c 32 /dev/urandom | base64 > redact.key, then pass --redact-key redact.key or set " + redactKeyVar

// load reads the key, with --redact. No error shows the flag's value, since somebody
// may have passed the key itself.
func (o *redactOptions) load(ctx context.Context) error {
	if !o.on {
		return nil
	}
	key, from := []byte(os.Getenv(redactKeyVar)), redactKeyVar
	if o.keyFile != "" {
		from = "the file of --redact-key"
		var err error
		key, err = infile.Read(ctx, o.keyFile, maxKey)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case infile.IsMissing(err):
			return &usageError{fmt.Errorf("%s: no such file", from), hintRedactKey}
		case err != nil:
			return &hintError{fmt.Errorf("reading %s: %s", from, infile.Reason(err)), hintRedactKey}
		}
	}
	// A file ends with a line break, a variable does not: they are the same key.
	key = bytes.TrimSpace(key)
	if len(key) < redact.MinKey {
		return &usageError{fmt.Errorf("the key in %s has %s, and at least %d are needed", from, display.Count(len(key), "byte"), redact.MinKey), hintRedactKey}
	}
	distinct := slices.Clone(key)
	slices.Sort(distinct)
	if len(slices.Compact(distinct)) < 6 { // 32 random hex digits have more, but for 3 keys in 10^13
		return &usageError{fmt.Errorf("the key in %s is too repetitive, so it could be guessed", from), hintRedactKey}
	}
	o.key = key
	return nil
}

// maxKey is the size of the largest file of a key, in bytes. A larger file is not one,
// or is a device that never ends.
const maxKey = 4096

// apply replaces, with --redact, whatever identifies the network: in the snapshot, in
// the options that name a node or a label in it (o.fields too), and in the title. The
// names in further snapshots are replaced too, wherever they occur.
func (o *redactOptions) apply(ctx context.Context, snap *cluster.Snapshot, build *graph.Options, title *string, std stdio, further ...cluster.Snapshot) error {
	if !o.on {
		return nil
	}
	r, err := redact.New(ctx, *snap, o.key, append(further, cluster.Snapshot{Orchestrators: []string{build.Hub}})...)
	if err != nil {
		return fmt.Errorf("redacting: %w", err)
	}
	if r.Kept {
		std.warn("the network has pseudonyms already, and they stay as they are: for those of another key, redact the original")
	}
	*snap = r.Snapshot
	build.Hub, build.ColorBy, build.Label = r.ID(build.Hub), r.Key(build.ColorBy), r.Key(build.Label)
	build.GroupBy = slices.Clone(build.GroupBy)
	for i, f := range build.GroupBy {
		build.GroupBy[i] = r.Key(f)
	}
	for _, list := range o.fields {
		for i, f := range list {
			if key, ok := strings.CutPrefix(f, "labels."); ok {
				list[i] = "labels." + r.Key(key)
			}
		}
	}
	if clean := r.Title(*title); clean != *title {
		std.warn("the title contains a name from the network, which is replaced with a pseudonym")
		*title = clean
	}
	return nil
}

// applyToReport replaces, with --redact, the names of the network in a report about it.
// Rules are evaluated on the originals, which they select by. What their file says stays:
// its author knows who reads it.
func (o *redactOptions) applyToReport(ctx context.Context, report *check.Report, snap cluster.Snapshot) error {
	if !o.on {
		return nil
	}
	r, err := redact.New(ctx, snap, o.key)
	if err != nil {
		return fmt.Errorf("redacting: %w", err)
	}
	pseudonyms := map[string]string{} // by printable ID
	for i := range snap.Nodes {
		pseudonyms[display.Printable(snap.Nodes[i].ID)] = r.ID(snap.Nodes[i].ID)
	}
	for _, id := range snap.Orchestrators {
		pseudonyms[display.Printable(id)] = r.ID(id)
	}
	for i := range report.Results {
		result := &report.Results[i]
		result.Found = r.Text(result.Found)
		result.Rule.Name, result.Rule.Message = r.Text(result.Rule.Name), r.Text(result.Rule.Message)
		for k, id := range result.Nodes {
			result.Nodes[k] = pseudonyms[id]
		}
		slices.Sort(result.Nodes)
	}
	return nil
}
