// Command bacviz-fleet makes the facts of a fleet in a job of Bacalhau. It takes the arguments of
// "bacviz fleet", and has no more of bacviz than facts and merge need, since Bacalhau compiles all
// of a WebAssembly module each time that it runs one.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/bacviz/bacviz/check"
	"github.com/bacviz/bacviz/fleet"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/infile"
	"github.com/bacviz/bacviz/internal/outfile"
)

const usage = `usage: bacviz-fleet facts DIR|MANIFEST... [--shard I/N] [--rules FILE] [--max-size BYTES] [-o FILE]
       bacviz-fleet merge FACTS.jsonl... [-o FILE]

Without --shard, BACALHAU_PARTITION_INDEX and BACALHAU_PARTITION_COUNT say which part to
read. Without -o, the facts are printed.
`

func main() {
	if err := run(context.Background(), os.Args[1:], os.Getenv, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintf(os.Stderr, "bacviz-fleet: error: %s\n", display.OneLine(err.Error()))
		var failed *fleet.Error
		if errors.As(err, &failed) && failed.Hint != "" {
			fmt.Fprintf(os.Stderr, "bacviz-fleet: hint: %s\n", display.OneLine(failed.Hint))
		}
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	shard, rules, output string
	maxBytes             int64
}

func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	if len(args) == 0 || args[0] != "facts" && args[0] != "merge" {
		_, _ = io.WriteString(stderr, usage) // the error says the same
		return errors.New("the first argument is facts or merge")
	}
	opt, files, err := parse(args[0], args[1:])
	if err != nil {
		return err
	}
	open := fleet.Options{MaxBytes: opt.maxBytes, Warn: func(text string) {
		fmt.Fprintf(stderr, "bacviz-fleet: warning: %s\n", display.OneLine(text))
	}}
	if args[0] == "facts" {
		if err := opt.facts(ctx, getenv, &open); err != nil {
			return err
		}
	}
	return outfile.Stream(ctx, opt.output, stdout, func(w io.Writer) error {
		return fleet.Write(ctx, w, fleet.Open(ctx, files, open))
	})
}

// parse reads flags, which may stand before, between and behind the files.
func parse(command string, args []string) (opt options, files []string, err error) {
	f := flag.NewFlagSet(command, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.StringVar(&opt.output, "o", outfile.Stdout, "")
	f.StringVar(&opt.output, "output", outfile.Stdout, "")
	if command == "facts" {
		f.StringVar(&opt.shard, "shard", "", "")
		f.StringVar(&opt.rules, "rules", "", "")
		f.Int64Var(&opt.maxBytes, "max-size", 0, "")
	}
	for {
		if err := f.Parse(args); err != nil {
			return opt, nil, err
		}
		if f.NArg() == 0 {
			break
		}
		files, args = append(files, f.Arg(0)), f.Args()[1:]
	}
	for _, file := range files {
		if command == "merge" && !fleet.IsFacts(file) {
			return opt, nil, fmt.Errorf("%s is no file of facts: its name does not end in %s", file, fleet.Extension)
		}
	}
	if len(files) == 0 {
		return opt, nil, fmt.Errorf("%s needs something to read", command)
	}
	return opt, files, nil
}

// facts reads what only facts needs: the shard, and the rules.
func (o *options) facts(ctx context.Context, getenv func(string) string, open *fleet.Options) (err error) {
	if open.Shard, err = fleet.ShardOf(getenv); err == nil && o.shard != "" {
		open.Shard, err = fleet.ParseShard(o.shard)
	}
	if err != nil || o.rules == "" {
		return err
	}
	const maxRules = 2 << 20 // larger than what check.Read accepts, whose error says more
	text, err := infile.Read(ctx, o.rules, maxRules)
	if err != nil {
		return fmt.Errorf("reading %s: %s", o.rules, infile.Reason(err))
	}
	rules, err := check.Read(bytes.NewReader(text), o.rules)
	open.Rules = &rules
	return err
}
