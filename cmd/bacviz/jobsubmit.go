package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/fetch/jobspec"
	"github.com/bacviz/bacviz/internal/display"
)

// submitOptions are the flags of job submit.
type submitOptions struct {
	jobFlags

	wait, dryRun, force bool
}

// A submissionRow is the answer to a submission.
type submissionRow struct {
	ID         string   `json:"id"`
	Evaluation string   `json:"evaluation"`
	Warnings   []string `json:"warnings"`
	State      string   `json:"state,omitempty"` // with --wait
}

func newJobSubmit(std stdio) *cobra.Command {
	var opt submitOptions
	cmd := opt.command(&cobra.Command{
		Use:        "submit FILE|-",
		SuggestFor: []string{"run", "create"},
		Short:      "Submit a job",
		Long: `Submit checks the job in FILE and sends it to the orchestrator. FILE is YAML or
JSON, with or without an outer "Job" key; - stands for standard input. The job
is sent once: a failed request is not repeated.

From Bacalhau v1.9 on, a job with a Name updates the job of that name, if there
is one: a warning says so before. If nothing has changed, the orchestrator
refuses it without --force. A job without a Name is always a new one.

With --wait, the exit status is 1 if the job fails or is stopped. A job that no
node suits stays queued, and --wait goes on waiting. --timeout and Ctrl-C end
the waiting; the job goes on.`,
		Example: `  bacviz job submit examples/hello.yaml --wait
  bacviz job submit - --dry-run < job.json`,
	}, func(ctx context.Context, args []string) error { return opt.run(ctx, args[0], std) })
	addWait(cmd, &opt.wait)
	cmd.Flags().BoolVar(&opt.dryRun, "dry-run", false, "check the job and print the request instead of sending it")
	cmd.Flags().BoolVar(&opt.force, "force", false, "submit the job even if it is the same as the last one of its name")
	return cmd
}

func (o *submitOptions) run(ctx context.Context, file string, std stdio) error {
	if o.wait && o.dryRun && !yields(o.source.cmd.Flags(), "wait") && !yields(o.source.cmd.Flags(), "dry-run") {
		return usagef("--wait and --dry-run cannot be combined: a dry run submits nothing")
	}
	if o.wait {
		var cancel context.CancelFunc
		ctx, cancel = o.limited(ctx)
		defer cancel()
	}
	spec, err := o.read(ctx, file, std)
	if err != nil {
		return err
	}
	spec.Force = o.force
	if o.dryRun {
		return o.preview(spec, std)
	}
	row, err := o.submit(ctx, spec, std)
	if err != nil {
		return err
	}
	if !o.wait {
		return o.printRow(row, std)
	}
	if o.format == "table" { // the ID is of use while waiting
		if err := o.printRow(row, std); err != nil {
			return err
		}
	}
	if kind := strings.ToLower(spec.Type); kind == "service" || kind == "daemon" {
		std.warn("a %s job does not end by itself; Ctrl-C ends the waiting; the job goes on", spec.Type)
	}
	job, failed := o.follow(ctx, std, row.ID)
	if row.State = string(job.State); o.format != "table" {
		if err := o.printRow(row, std); err != nil {
			return err
		}
	}
	return failed
}

// read reads the job. The time limit holds for a file, which may be a FIFO that nobody
// writes to, and not for standard input, which a person may be typing.
func (o *submitOptions) read(ctx context.Context, file string, std stdio) (*jobspec.Spec, error) {
	if err := refuseAddress("reading the job: ", file, false); err != nil {
		return nil, err
	}
	if file != "-" {
		var cancel context.CancelFunc
		ctx, cancel = o.source.limit(ctx, o.timeout)
		defer cancel()
	}
	return jobspec.ReadFile(ctx, file, std.in)
}

// submit sends the job, once, and returns the answer.
func (o *submitOptions) submit(ctx context.Context, spec *jobspec.Spec, std stdio) (submissionRow, error) {
	if err := o.connect(std); err != nil {
		return submissionRow{}, err
	}
	if err := o.warnOfUpdate(ctx, spec, std); err != nil {
		return submissionRow{}, err
	}
	s, err := request(o.client.Submit(ctx, spec.Request()))
	if err != nil {
		return submissionRow{}, err
	}
	for _, w := range s.Warnings {
		std.warn("%s", display.Printable(w))
	}
	return submissionRow{ID: s.JobID, Evaluation: s.EvaluationID, Warnings: list(s.Warnings)}, nil
}

// warnOfUpdate warns of a submission that updates a job of the same name. A server that
// does not know such a job, or refuses to tell, is no obstacle to the submission.
func (o *submitOptions) warnOfUpdate(ctx context.Context, spec *jobspec.Spec, std stdio) error {
	if spec.Name == "" {
		return nil
	}
	there := *o.client
	there.Namespace = cmp.Or(spec.Namespace, defaultNamespace)
	j, err := request(there.Job(ctx, spec.Name))
	var refusal *bacalhau.Error
	switch {
	case errors.Is(err, bacalhau.ErrNoJob), errors.As(err, &refusal) && refusal.Status != 0:
		return nil
	case err != nil && !errors.Is(err, errInterrupted):
		return fmt.Errorf("submitting the job: %w", err)
	case err != nil:
		return err
	}
	if j.Name == spec.Name && j.Namespace == there.Namespace { // and not found by the beginning of its ID
		std.warn("a job named %s exists in the namespace %s, and this updates it: %s, version %d, %s",
			display.Quote(j.Name), display.Printable(j.Namespace), shortID(&j.Job), j.Version, display.Printable(strings.ToLower(string(j.State))))
	}
	return nil
}

func (o *submitOptions) printRow(row submissionRow, std stdio) error {
	return o.print(std, row, func() string {
		return table([]string{"id", "evaluation"}, [][]string{{row.ID, row.Evaluation}})
	})
}

// preview prints the request that would be sent.
func (o *submitOptions) preview(spec *jobspec.Spec, std stdio) error {
	request := json.RawMessage(spec.Request())
	return o.print(std, request, func() string {
		var b bytes.Buffer
		_ = encode(&b, "json", request) // valid JSON into a Buffer
		return "PUT /api/v1/orchestrator/jobs\n" + b.String()
	})
}
