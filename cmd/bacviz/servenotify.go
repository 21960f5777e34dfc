//go:build !wasip1

package main

// This file wires the rules of serve, and whom it tells that one broke.

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bacviz/bacviz/check"
	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/infile"
	"github.com/bacviz/bacviz/internal/serve/notify"
)

// notifyFlags say which rules are watched, and who is told.
type notifyFlags struct {
	rules  string
	to     string
	file   string // that holds the URL
	format string
	after  time.Duration

	flags *pflag.FlagSet
}

// add defines the flags.
func (o *notifyFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	defer heading(f, "Rules")()
	o.flags = f
	f.StringVar(&o.rules, "rules", "", "`file` of rules, in YAML")
	f.StringVar(&o.to, "notify", "", "`URL` to post to when a rule breaks, and when it holds again; rules are looked at with each answer, so an outage of all SOURCEs breaks none (see bacviz_source_up in /metrics)")
	f.StringVar(&o.file, "notify-file", "", "`file` that holds that URL, if it is a secret (default: $"+notifyVar+")")
	choiceVar(cmd, &o.format, "notify-format", "", "json", "`form` of what is posted", notify.Formats)
	f.DurationVar(&o.after, "notify-after", 30*time.Second, "`time` that a rule has to be broken before that is told; a restart of an orchestrator takes 20s")
}

// check refuses flags without effect.
func (o *notifyFlags) check() error {
	switch {
	case o.to != "" && o.file != "" && !(o.flags.Changed("notify-file") && yields(o.flags, "notify")) && !yields(o.flags, "notify-file"):
		return usagef("--notify and --notify-file cannot be combined")
	case o.after < 0:
		return usagef("--notify-after %s is negative", o.after)
	case o.rules != "":
		return nil
	}
	for _, name := range []string{"notify", "notify-file", "notify-format", "notify-after"} {
		if o.flags.Changed(name) {
			return &usageError{fmt.Errorf("--%s has no effect without --rules", name), "bacviz check --init prints rules to begin with"}
		}
	}
	return nil
}

// url returns where to post to, or "". No error shows it.
func (o *notifyFlags) url(ctx context.Context) (string, error) {
	to, from := o.to, "--notify"
	switch {
	case o.file != "":
		text, err := infile.Read(ctx, o.file, maxKey)
		if err != nil {
			return "", fmt.Errorf("reading the file of --notify-file: %s", infile.Reason(err))
		}
		to, from = strings.TrimSpace(string(text)), "the content of the file of --notify-file"
	case to == "":
		to, from = strings.TrimSpace(os.Getenv(notifyVar)), notifyVar
	}
	if to == "" && o.file == "" {
		return "", nil
	}
	if err := notify.CheckURL(to); err != nil {
		return "", &usageError{fmt.Errorf("%s: %w", from, err), "it looks like https://hooks.example/services/..."}
	}
	return to, nil
}

// A ruleWatch checks rules on each view.
type ruleWatch struct {
	rules  check.Rules
	redact *redactOptions
	watch  notify.Watch
	sender *notify.Sender // nil if nobody is told
	log    func(format string, args ...any)
	failed string // why the last report is missing
}

// open reads the rules. It returns nil if there are none.
func (o *notifyFlags) open(ctx context.Context, hide *redactOptions, epoch string, log func(string, ...any)) (*ruleWatch, error) {
	if o.rules == "" {
		return nil, nil
	}
	rules, err := readRules(ctx, o.rules)
	if err != nil {
		return nil, err
	}
	w := &ruleWatch{rules: rules, redact: hide, watch: notify.Watch{After: o.after, Epoch: epoch}, log: log}
	to, err := o.url(ctx)
	if err != nil {
		return nil, err
	}
	if to != "" {
		w.sender = notify.NewSender(to, o.format, time.Second, log)
	}
	return w, nil
}

// seen evaluates the rules on the network as it is, and tells what is new.
func (w *ruleWatch) seen(ctx context.Context, snap cluster.Snapshot, at time.Time) {
	report, err := check.Evaluate(ctx, snap, w.rules, at)
	if err == nil {
		err = w.redact.applyToReport(ctx, &report, snap)
	}
	failed := cmp.Or(err, errors.New("")).Error()
	if err != nil && failed != w.failed && ctx.Err() == nil {
		w.log("the rules cannot be evaluated: %s", failed)
	}
	if w.failed = failed; err != nil {
		return
	}
	for _, m := range w.watch.Take(report, at) {
		w.log("%s", m)
		if w.sender != nil {
			w.sender.Send(m)
		}
	}
}
