package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/check"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/infile"
	"github.com/bacviz/bacviz/internal/lazy"
)

// checkOptions are the flags of check.
type checkOptions struct {
	rules   string
	format  string
	given   func() bool // whether --format was
	init    bool
	wait    waitFlag
	redact  redactOptions
	network networkFlags
}

func newCheck(std stdio) *cobra.Command {
	var opt checkOptions
	cmd := &cobra.Command{
		Use:        "check [SOURCE...] (--rules FILE | --init)",
		SuggestFor: []string{"test", "verify", "validate"},
		Short:      "Check the network against rules",
		Long: `Check evaluates the rules of a file, such as "at least 3 connected nodes with
region=eu-west-1", on the network that the SOURCEs describe. --init prints rules
to start with: the network passes them now, and fails them if it loses a node.

The exit status is 0 if every rule holds, 1 if a rule is broken, and 2 if there
is no answer for at least one: the rules are wrong or contradict each other, a
source cannot be read, or it lacks what a rule needs, such as the load in a
snapshot taken without --with-load.

After an orchestrator restarts, it lists every node as disconnected for some 20
seconds. --wait 90s gives the network time to become whole, and fails only if it
does not.`,
		Example: `  bacviz check http://10.0.0.5:1234 --init > shape.yaml
  bacviz check http://10.0.0.5:1234 --rules shape.yaml --wait 90s
  bacviz check cluster.json --rules shape.yaml -f junit > check.xml`,
		RunE: func(cmd *cobra.Command, args []string) error {
			err := opt.run(cmd.Context(), args, std)
			if err == nil || errors.As(err, new(doneStatus)) {
				return err
			}
			return &statusError{err, exitNoAnswer}
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&opt.rules, "rules", "", "`file` of rules, in YAML")
	choiceVar(cmd, &opt.format, "format", "f", "txt", "`format` of the report", check.Formats())
	opt.given = func() bool { return f.Changed("format") }
	f.BoolVar(&opt.init, "init", false, "print rules that the present network passes")
	opt.wait.add(cmd)
	opt.redact.add(cmd, &opt.network.source)
	opt.network.addStrict(cmd)
	return cmd
}

// run evaluates the rules and prints the report, or why there is none.
func (o *checkOptions) run(ctx context.Context, args []string, std stdio) error {
	if err := o.check(args); err != nil {
		return err
	}
	if o.init {
		limited, cancel := o.network.limit(ctx)
		defer cancel()
		rules, err := within(limited, func() ([]byte, error) { return o.makeRules(limited, args, std) })
		if err != nil {
			return o.network.explain(limited, err)
		}
		return std.print(ctx, rules)
	}
	report, waited, err := lookAgain(ctx, o.wait, std, func(std stdio, _ time.Duration) (look[*check.Report], error) {
		limited, cancel := o.network.limit(ctx)
		defer cancel()
		report, err := within(limited, func() (*check.Report, error) { return o.evaluate(limited, args, std) })
		if err != nil {
			return look[*check.Report]{}, o.network.explain(limited, err)
		}
		return look[*check.Report]{report, openRules(report)}, nil
	})
	if err == nil {
		report.Waited = waited
	}
	if err := o.report(ctx, args, std, report, err); err != nil {
		return err
	}
	switch report.Status() {
	case check.Unknown:
		return unanswered(report)
	case check.Broken:
		return doneStatus(exitFailed)
	}
	return nil
}

// openRules says how many rules do not hold, or nothing if all do.
func openRules(r *check.Report) string {
	if n := len(r.Results) - r.Count(check.Holds); n > 0 {
		return fmt.Sprintf("%s of %s", display.Plural(n, "does not hold", "do not hold"), display.Count(len(r.Results), "rule"))
	}
	return ""
}

// evaluate reads the rules and the network, and checks one against the other.
func (o *checkOptions) evaluate(ctx context.Context, args []string, std stdio) (*check.Report, error) {
	if err := o.redact.load(ctx); err != nil {
		return nil, err
	}
	rules, err := readRules(ctx, o.rules)
	if err != nil {
		return nil, &fileError{err: err, file: o.rules}
	}
	snap, err := o.network.snapshot(ctx, args, std)
	if err != nil {
		return nil, err
	}
	warnAwaited(&snap, std)
	if text := partial(&snap); text != "" && !o.redact.on {
		std.warn("rules are evaluated on a part of the network: %s", text)
	}
	report, err := check.Evaluate(ctx, snap, rules, time.Now())
	if err != nil {
		return nil, err
	}
	census := snap.Census(snap.Orchestrators)
	report.Warning = reconnection(census, census)
	return &report, o.redact.applyToReport(ctx, &report, snap)
}

// report prints the report, or the error if there is none. It returns the error that
// the command ends with. An interrupted command reports nothing, as nobody waits for it,
// and nor does one that was called in a wrong way.
func (o *checkOptions) report(ctx context.Context, args []string, std stdio, report *check.Report, failed error) error {
	if failed != nil && (o.init || ctx.Err() != nil || isUsage(failed)) {
		return failed
	}
	if o.format == "github" { // whose commands are bacviz's own, and escape all else
		std = std.unguarded()
	}
	place := func(file string) string { return file }
	if o.format == "github" || o.format == "sarif" {
		place = repositoryPath
	}
	var out bytes.Buffer
	var err error
	if failed != nil {
		t := o.trouble(args, failed)
		t.File = place(t.File)
		err = check.WriteTrouble(&out, t, o.format)
	} else {
		shown := *report
		shown.File = place(shown.File)
		err = check.Write(&out, shown, o.format)
	}
	if err == nil {
		err = std.print(ctx, out.Bytes())
	}
	if failed != nil && err != nil { // the first error says more
		std.warn("%s", err)
		err = nil
	}
	return cmp.Or(failed, err)
}

// trouble returns what a report says about an error.
func (o *checkOptions) trouble(args []string, err error) check.Trouble {
	t := check.NewTrouble(err, hintOf(err), o.rules)
	if t.File == "" {
		t.File, t.Line, t.Column = placeOf(args, err)
	}
	return t
}

// unanswered returns an error that names the first rule without an answer, and why it has
// none.
func unanswered(r *check.Report) error {
	i := slices.IndexFunc(r.Results, func(res check.Result) bool { return res.Status == check.Unknown })
	rule := &r.Results[i].Rule
	what := fmt.Sprintf("rule %s cannot be evaluated", display.Quote(rule.Name))
	if n := r.Count(check.Unknown) - 1; n > 0 {
		what = fmt.Sprintf("rule %s and %s cannot be evaluated", display.Quote(rule.Name), display.Count(n, "other"))
	}
	err := fmt.Errorf("%s:%d:%d: %s: %s", display.Printable(r.File), rule.Line, rule.Column, what, r.Results[i].Found)
	if rule.Subject == check.Requesters {
		return &hintError{err, "read the orchestrator itself, or a file of bacviz snapshot, which keeps the name of the one that answered"}
	}
	needsLoad := rule.Subject == check.Free || rule.Subject == check.Silence
	if needsLoad && r.NoLoad {
		return &hintError{err, "the snapshot has no load; bacviz snapshot --with-load takes one that has it"}
	}
	return err
}

// check finds mistakes in the flags before any work is done.
func (o *checkOptions) check(args []string) error {
	f := o.network.source.cmd.Flags()
	switch {
	case o.init && o.rules != "" && !yields(f, "rules"):
		return usagef("--init and --rules cannot be combined: --init prints rules, --rules reads them")
	case o.init && o.redact.on && !yields(f, "redact"):
		return usagef("--init and --redact cannot be combined: rules have no names of nodes in them")
	case o.init && o.given():
		return usagef("--init and -f cannot be combined: --init prints YAML, -f is the format of a report")
	case o.init && o.wait.limit != 0 && !yields(f, "wait"):
		return usagef("--init and --wait cannot be combined: there are no rules yet to wait for")
	case !o.init && o.rules == "":
		return &usageError{errors.New("no rules given"), hintRules}
	}
	if err := o.redact.check(); err != nil {
		return err
	}
	if o.wait.limit > 0 && slices.Contains(places(args), "-") {
		return usagef("--wait cannot read standard input more than once")
	}
	if err := o.wait.check(args, len(args) == 0 && !o.network.demo); err != nil {
		return err
	}
	return o.network.check(args)
}

// makeRules returns rules that the network passes.
func (o *checkOptions) makeRules(ctx context.Context, args []string, std stdio) ([]byte, error) {
	snap, err := o.network.snapshot(ctx, args, std)
	if err != nil {
		return nil, err
	}
	warnAwaited(&snap, std)
	var out bytes.Buffer
	err = check.Init(&out, snap)
	return out.Bytes(), err
}

const hintRules = "name a file with --rules; bacviz check --init prints one to start with"

// plainPath matches file names that need no quotes in a shell.
var plainPath = lazy.Regexp(`^[\pL\pN./_][\pL\pN./_-]*$`)

// maxRulesFile is larger than what check.Read accepts, whose error says more.
const maxRulesFile = 2 << 20

// readRules reads the rules in a file.
func readRules(ctx context.Context, path string) (check.Rules, error) {
	text, err := readRulesText(ctx, path)
	if err != nil {
		return check.Rules{}, err
	}
	return check.Read(bytes.NewReader(text), path)
}

// readRulesText reads a file of rules, and leaves it to others what they mean.
func readRulesText(ctx context.Context, path string) ([]byte, error) {
	text, err := infile.Read(ctx, path, maxRulesFile)
	if errors.Is(err, fs.ErrNotExist) {
		hint := hintRules
		if plainPath().MatchString(path) {
			hint = "bacviz check --init > " + path + " writes one"
		}
		return nil, &hintError{fmt.Errorf("reading the rules %s: no such file", display.Printable(path)), hint}
	} else if err != nil {
		return nil, fmt.Errorf("reading the rules %s: %s", display.Printable(path), infile.Reason(err))
	}
	return text, nil
}
