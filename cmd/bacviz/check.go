package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/check"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/infile"
)

// exitTrouble says that check has no answer: that is neither 0 nor 1.
const exitTrouble = 2

// A statusError is an error that ends the program with a status of its own.
type statusError struct {
	err    error
	status int
}

func (e *statusError) Error() string { return e.err.Error() }
func (e *statusError) Unwrap() error { return e.err }

// A doneStatus ends the program with a status when all there is to say was said.
type doneStatus int

func (s doneStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// checkOptions are the flags of check.
type checkOptions struct {
	rules   string
	format  string
	given   func() bool // whether --format was
	init    bool
	network networkFlags
}

func newCheck(std stdio) *cobra.Command {
	var opt checkOptions
	cmd := &cobra.Command{
		Use:   "check [SOURCE...] --rules FILE",
		Short: "Hold the network's shape against rules",
		Long: `Check holds the network that the SOURCEs tell of against the rules of a file,
such as "at least 3 connected nodes with region=eu-west-1", and ends with 0 when
they hold, with 1 when one is broken, and with 2 when there is no telling: the
rules are wrong or contradict one another, a source cannot be read, or it lacks
what a rule asks for, such as the load of a snapshot without it. It ends with 2
also where one rule is broken and there is no telling of another. With --init it
prints rules to begin with, which the present shape passes and the loss of a
node breaks.`,
		Example: `  bacviz check http://10.0.0.5:1234 --init > shape.yaml
  bacviz check http://10.0.0.5:1234 --rules shape.yaml
  bacviz check cluster.json --rules shape.yaml -f junit > check.xml`,
		RunE: func(cmd *cobra.Command, args []string) error {
			err := opt.run(cmd.Context(), args, std)
			if err == nil || errors.As(err, new(doneStatus)) {
				return err
			}
			return &statusError{err, exitTrouble}
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&opt.rules, "rules", "", "`file` of rules, in YAML")
	names := check.Formats()
	f.StringVarP(&opt.format, "format", "f", "text", "`format` of the report: "+strings.Join(names, ", "))
	opt.given = func() bool { return f.Changed("format") }
	f.BoolVar(&opt.init, "init", false, "print rules made from the present shape")
	opt.network.add(cmd)
	// An error here would be a flag that is not defined above.
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (o *checkOptions) run(ctx context.Context, args []string, std stdio) error {
	switch {
	case o.init && o.rules != "":
		return usagef("--init makes rules; it does not go with --rules")
	case o.init && o.given():
		return usagef("--init prints rules in YAML; -f is for a report")
	case !o.init && o.rules == "":
		return &usageError{err: errors.New("no rules to check by"), hint: hintRules}
	}
	if err := o.network.check(args); err != nil {
		return err
	}
	if err := check.CheckFormat(o.format); err != nil {
		return &usageError{err: err}
	}
	ctx, done := o.network.limit(ctx)
	defer done()
	var rules check.Rules
	if !o.init {
		var err error
		if rules, err = readRules(ctx, o.rules); err != nil {
			return err
		}
	}

	snap, err := o.network.snapshot(ctx, args, std)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if o.init {
		if err := check.Init(&out, snap); err != nil {
			return err
		}
		return std.print(out.Bytes())
	}
	report := check.Evaluate(snap, rules, time.Now())
	if err := check.Write(&out, report, o.format); err != nil {
		return err
	}
	if err := std.print(out.Bytes()); err != nil {
		return err
	}
	switch report.Status() {
	case check.Unknown:
		return fmt.Errorf("%d of %d rules cannot be evaluated from this source", report.Count(check.Unknown), len(report.Results))
	case check.Broken:
		return doneStatus(exitFailed)
	}
	return nil
}

const hintRules = "name a file with --rules; bacviz check --init prints one to begin with"

// plainPath matches what a shell takes for the name of a file as it stands.
var plainPath = regexp.MustCompile(`^[\pL\pN./_][\pL\pN./_-]*$`)

// maxRulesFile is above what check.Read takes, which says so better.
const maxRulesFile = 2 << 20

func readRules(ctx context.Context, path string) (check.Rules, error) {
	text, err := infile.Read(ctx, path, maxRulesFile)
	if errors.Is(err, fs.ErrNotExist) {
		hint := hintRules
		if plainPath.MatchString(path) {
			hint = "bacviz check --init > " + path + " makes one"
		}
		return check.Rules{}, &hintError{fmt.Errorf("reading the rules %s: no such file", display.Printable(path)), hint}
	} else if err != nil {
		return check.Rules{}, fmt.Errorf("reading the rules %s: %s", display.Printable(path), infile.Reason(err))
	}
	return check.Read(bytes.NewReader(text), path)
}
