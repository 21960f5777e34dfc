package main

// This file holds what the job commands share.

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/fetch/config"
	"github.com/bacviz/bacviz/internal/display"
)

// jobFlags are the flags of every job command.
type jobFlags struct {
	source  sourceFlags
	format  string
	space   string        // namespace, or empty
	timeout time.Duration // of each request
	limit   time.Duration // of waiting for a job; 0 for none
	silence time.Duration // for which an orchestrator may not answer while a job is followed; 0 for none

	client *bacalhau.Client // for the orchestrator in use, after connect
}

// defaultNamespace is where a job without a namespace belongs.
const defaultNamespace = "default"

func newJob(std stdio) *cobra.Command {
	cmd := &cobra.Command{
		Use:        "job",
		SuggestFor: []string{"run", "submit"},
		Short:      "Run a job and see where it ran",
		Long: `Job submits jobs to the orchestrator that "bacviz config" shows, and reports on
them. JOB is an ID, the beginning of one, or a name. From Bacalhau v1.9 on, a
name in the namespace default comes before others, unless --namespace is given.`,
		Example: `  bacviz job submit examples/hello.yaml --wait
  bacviz job list
  bacviz job executions j-0d2d943b --logs
  bacviz job results j-0d2d943b`,
	}
	cmd.AddCommand(newJobSubmit(std), newJobList(std), newJobGet(std), newJobExecutions(std), newJobResults(std), newJobHistory(std), newJobStop(std))
	needsCommand(cmd)
	return cmd
}

// command fills in what the job commands have in common, and runs do with
// the arguments. There has to be one if Use names one.
func (o *jobFlags) command(cmd *cobra.Command, do func(context.Context, []string) error) *cobra.Command {
	wanted := len(strings.Fields(cmd.Use)) - 1
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		hint := "usage: bacviz job " + cmd.Use
		if slices.ContainsFunc(args, isURL) {
			hint = "--api-host names the orchestrator"
		}
		switch {
		case len(args) < wanted, wanted == 1 && args[0] == "":
			return &usageError{fmt.Errorf("%s needs %s", cmd.CommandPath(), strings.Fields(cmd.Use)[1]), hint}
		case len(args) > wanted:
			return &usageError{fmt.Errorf("%s takes %s, got %d", cmd.CommandPath(), []string{"no arguments", "one argument"}[wanted], len(args)), hint}
		}
		return nil
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := checkTimeout(o.timeout); err != nil {
			return err
		}
		_, err := within(cmd.Context(), func() (struct{}, error) { return struct{}{}, do(cmd.Context(), args) })
		return o.source.explainDefault(explain(cmd.Context(), 0, err), "bacviz config shows the settings")
	}
	f := cmd.Flags()
	f.SortFlags = false
	choiceVar(cmd, &o.format, "output", "o", "table", "`format`", tableFormats)
	timeoutVar(cmd, &o.timeout, "`time` limit of each request")
	o.source.addConnection(cmd)
	o.source.addMaxRecords(cmd)
	f.Lookup(config.Host).Usage = "`host` or URL of the orchestrator"
	return cmd
}

// addNamespace adds the flag --namespace.
func (o *jobFlags) addNamespace(cmd *cobra.Command) {
	namespaceVar(cmd, &o.space)
}

// namespaceVar defines the flag --namespace.
func namespaceVar(cmd *cobra.Command, to *string) {
	cmd.Flags().StringVar(to, "namespace", "", "`namespace` of the jobs, and of a job that is given by its name")
}

// ofJob is command for one that takes a job.
func (o *jobFlags) ofJob(cmd *cobra.Command, do func(context.Context, string) error) *cobra.Command {
	o.command(cmd, func(ctx context.Context, args []string) error { return do(ctx, args[0]) })
	o.addNamespace(cmd)
	return cmd
}

// connect finds the orchestrator.
func (o *jobFlags) connect(std stdio) error {
	if err := o.source.loadSettings(nil, &o.timeout); err != nil {
		return err
	}
	sources, err := o.source.sources(nil, std)
	if err != nil {
		return err
	}
	for _, w := range o.source.settings.Warnings {
		std.warn("%s", w)
	}
	client, ok := sources[0].(*bacalhau.Client)
	if !ok {
		return &hintError{fmt.Errorf("%s is not an orchestrator's address", sources[0].Name()), "bacviz config shows where it comes from"}
	}
	client.Timeout = o.timeout
	if o.timeout == 0 {
		client.Timeout = -1
	}
	client.Namespace = o.space
	client.Warn = warnOnce(std)
	o.client = client
	return nil
}

// warnOnce returns a function that prints warnings. Several requests may give the same
// warning, which is printed once.
func warnOnce(std stdio) func(bacalhau.Warning) {
	warned := map[bacalhau.Warning]bool{}
	return func(w bacalhau.Warning) {
		if !warned[w] {
			warned[w] = true
			std.warn("%s", w)
		}
	}
}

// request returns what a method of the client returns, with a short error if it was
// interrupted.
func request[T any](value T, err error) (T, error) {
	if errors.Is(err, context.Canceled) {
		err = &hintError{errInterrupted, hintOf(err)}
	}
	return value, err
}

// job connects, and returns the job that an argument gives. With --namespace it must be
// there: an orchestrator finds an ID in any.
func (o *jobFlags) job(ctx context.Context, std stdio, id string) (bacalhau.JobDetail, error) {
	if err := o.connect(std); err != nil {
		return bacalhau.JobDetail{}, err
	}
	return o.found(ctx, id)
}

// found returns a job, which is in the namespace that was given.
func (o *jobFlags) found(ctx context.Context, id string) (bacalhau.JobDetail, error) {
	j, err := request(o.client.FindJob(ctx, id))
	if err == nil && o.space != "" && j.Namespace != o.space {
		err = &hintError{
			fmt.Errorf("job %s is in the namespace %s, not in %s", shortID(&j.Job), display.Quote(j.Namespace), display.Quote(o.space)),
			"leave out --namespace: an ID needs none",
		}
	}
	return j, err
}

// executions returns the executions of a job that exists. Before the first one, v1.5
// answers that it has no bucket for them.
func (o *jobFlags) executions(ctx context.Context, id string) ([]cluster.Execution, error) {
	list, err := request(o.client.Executions(ctx, id))
	if errors.Is(err, bacalhau.ErrNoJob) {
		return nil, nil
	}
	return list, err
}

// print writes rows for programs, or the table for people.
func (o *jobFlags) print(std stdio, rows any, table func() string) error {
	return printRows(std, o.format, rows, table)
}

// shortID is the beginning of a job's ID that names it, for messages.
func shortID(j *cluster.Job) string { return display.Printable(j.Short()) }

// firstLine returns a text up to its first line break.
func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// timeValue is a time for programs; nil if it is not known.
func timeValue(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// timeText is a time for people.
func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05Z")
}
