package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/fetch/jobspec"
	"github.com/bacviz/bacviz/internal/display"
)

// submitOptions are the flags of job submit.
type submitOptions struct {
	jobFlags

	wait, dryRun bool
}

// A submissionRow is the answer to a submission.
type submissionRow struct {
	ID         string   `json:"id" yaml:"id"`
	Evaluation string   `json:"evaluation" yaml:"evaluation"`
	Warnings   []string `json:"warnings" yaml:"warnings"`
	State      string   `json:"state,omitempty" yaml:"state,omitempty"` // with --wait
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

With --wait, the exit status is 1 if the job fails or is stopped. Ctrl-C stops
waiting, not the job.`,
		Example: `  bacviz job submit examples/hello.yaml --wait
  bacviz job submit - --dry-run < job.json`,
	}, func(ctx context.Context, args []string) error { return opt.run(ctx, args[0], std) })
	cmd.Flags().BoolVar(&opt.wait, "wait", false, "follow the job until it ends")
	cmd.Flags().BoolVar(&opt.dryRun, "dry-run", false, "check the job and print the request instead of sending it")
	return cmd
}

func (o *submitOptions) run(ctx context.Context, file string, std stdio) error {
	if o.wait && o.dryRun {
		return usagef("--wait and --dry-run cannot be combined: a dry run submits nothing")
	}
	spec, err := o.read(ctx, file, std)
	if err != nil {
		return err
	}
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
		std.warn("a %s job does not end by itself; Ctrl-C stops waiting, not the job", spec.Type)
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
	s, err := request(o.client.Submit(ctx, spec.Request()))
	if err != nil {
		return submissionRow{}, err
	}
	for _, w := range s.Warnings {
		std.warn("%s", display.Printable(w))
	}
	if s.JobVersion > 1 {
		std.warn("a job named %q already existed; this is version %d of it", display.Printable(spec.Name), s.JobVersion)
	}
	return submissionRow{ID: s.JobID, Evaluation: s.EvaluationID, Warnings: list(s.Warnings)}, nil
}

func (o *submitOptions) printRow(row submissionRow, std stdio) error {
	return o.print(std, row, func() string {
		return table([]string{"id", "evaluation"}, [][]string{{row.ID, row.Evaluation}}, 0)
	})
}

// preview prints the request that would be sent.
func (o *submitOptions) preview(spec *jobspec.Spec, std stdio) error {
	request := json.RawMessage(spec.Request())
	return o.printJSON(std, request, func() string {
		var b bytes.Buffer
		_ = encode(&b, "json", request) // valid JSON into a Buffer
		return "PUT /api/v1/orchestrator/jobs\n" + b.String()
	})
}

// The pauses between two looks at a job that is followed; each is longer than the
// one before.
const (
	firstPause = 100 * time.Millisecond
	lastPause  = 2 * time.Second
)

// follow looks at a job until it ends, and prints each change. It fails if the job
// failed, and if it cannot go on before the job ends.
func (o *jobFlags) follow(ctx context.Context, std stdio, id string) (job bacalhau.JobDetail, err error) {
	printed := ""
	for pause := firstPause; ; pause = min(pause*3/2, lastPause) {
		now, err := request(o.client.Job(ctx, id))
		if err != nil {
			return job, waitError(ctx, id, err)
		}
		executions, err := o.executions(ctx, id)
		if err != nil {
			return job, waitError(ctx, id, err)
		}
		job = now
		if line := job.Short() + ": " + string(job.State) + executionCounts(executions); line != printed {
			printed = line
			std.note("job %s", display.Printable(line))
		}
		if job.State.Ended() {
			return job, outcome(&job.Job, executions)
		}
		select {
		case <-ctx.Done():
			return job, waitError(ctx, id, ctx.Err())
		case <-time.After(pause):
		}
	}
}

// waitError says that the waiting ended, and the job did not.
func waitError(ctx context.Context, id string, err error) error {
	short := display.Printable(cluster.ShortID(id))
	if ctx.Err() != nil {
		err = errInterrupted
	}
	return &hintError{
		fmt.Errorf("waiting for job %s: %w", short, err),
		fmt.Sprintf("the job itself goes on: bacviz job get %[1]s --wait waits for it again, bacviz job stop %[1]s stops it", short),
	}
}

// executionCounts counts the executions by state, for a message.
func executionCounts(executions []cluster.Execution) string {
	counts := map[cluster.ExecutionState]int{}
	for i := range executions {
		counts[executions[i].Outcome()]++
	}
	var parts []string
	for state, n := range counts {
		parts = append(parts, fmt.Sprintf("%s %d", state, n))
	}
	slices.Sort(parts)
	if len(parts) == 0 {
		return ""
	}
	return " (executions: " + strings.Join(parts, ", ") + ")"
}

// outcome returns an error if a job that ended failed. One that completed failed too
// if its program ended with an exit code above zero.
func outcome(j *cluster.Job, executions []cluster.Execution) error {
	why := firstLine(j.Message)
	bad := false
	for i := range executions {
		if e := &executions[i]; e.State == cluster.StateCompleted && e.Failed() {
			bad = true
			why = fmt.Sprintf("an execution ended with exit code %d", e.ExitCode())
		}
	}
	word := "failed"
	switch {
	case j.State == cluster.JobStopped:
		word = "was stopped"
	case j.State == cluster.JobCompleted && !bad:
		return nil
	}
	message := "job " + shortID(j) + " " + word
	if why != "" {
		message += ": " + display.Printable(why)
	}
	return &hintError{errors.New(message), "bacviz job executions " + shortID(j) + " --logs shows what it printed"}
}
