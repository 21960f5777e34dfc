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
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/internal/display"
)

// submitOptions are the flags of job submit.
type submitOptions struct {
	jobFlags

	wait, dryRun bool
	told         map[string]bool // warnings
}

// A submissionRow is what became of a submission.
type submissionRow struct {
	ID         string   `json:"id" yaml:"id"`
	Evaluation string   `json:"evaluation" yaml:"evaluation"`
	Warnings   []string `json:"warnings" yaml:"warnings"`
	State      string   `json:"state,omitempty" yaml:"state,omitempty"` // with --wait
}

func newJobSubmit(std stdio) *cobra.Command {
	opt := submitOptions{told: map[string]bool{}}
	cmd := opt.command(std, &cobra.Command{
		Use:   "submit FILE|-",
		Short: "Submit a job",
		Long: `Submit sends the job in FILE, or - for standard input: YAML or JSON, with or
without an outer Job. It is checked first, and sent once, whatever comes of it.

With --wait the exit status is 1 if the job fails or is stopped. To stop waiting
leaves the job as it is.`,
		Example: `  bacviz job submit examples/hello.yaml --wait
  bacviz job submit - --dry-run < job.json`,
	}, func(ctx context.Context, args []string) error { return opt.run(ctx, args[0], std) })
	cmd.Flags().BoolVar(&opt.wait, "wait", false, "follow the job until it ends")
	cmd.Flags().BoolVar(&opt.dryRun, "dry-run", false, "check the job and print the request instead of sending it")
	return cmd
}

func (o *submitOptions) run(ctx context.Context, file string, std stdio) error {
	if o.wait && o.dryRun {
		return usagef("--wait and --dry-run do not go together")
	}
	spec, err := fetch.JobFile(ctx, file, std.in)
	if err != nil {
		return err
	}
	if o.dryRun {
		return o.preview(spec, std)
	}
	if err := o.connect(std); err != nil {
		return err
	}
	s, err := ask(std, o.told, func() (fetch.Submission, []fetch.Warning, error) { return o.client.Submit(ctx, spec) })
	if err != nil {
		return err
	}
	row := submissionRow{ID: s.JobID, Evaluation: s.EvaluationID, Warnings: list(s.Warnings)}
	for _, w := range s.Warnings {
		std.warn("%s", oneLine(display.Printable(w)))
	}
	if s.JobVersion > 1 {
		std.warn("a job named %q was there; this is version %d of it", display.Printable(spec.Name), s.JobVersion)
	}
	show := func() error {
		return o.print(std, row, func() string {
			return table([]string{"id", "evaluation"}, [][]string{printable(row.ID, row.Evaluation)}, 0)
		})
	}
	if !o.wait {
		return show()
	}
	if o.format == "table" { // the ID is of use while waiting
		if err := show(); err != nil {
			return err
		}
	}
	if containsFold([]string{"service", "daemon"}, spec.Type) {
		std.warn("a %s job does not end by itself; Ctrl-C stops waiting, and leaves the job", spec.Type)
	}
	job, failed := o.follow(ctx, std, o.told, s.JobID)
	if row.State = string(job.State); o.format != "table" {
		if err := show(); err != nil {
			return err
		}
	}
	return failed
}

// preview prints the request that would be sent.
func (o *submitOptions) preview(spec *fetch.JobSpec, std stdio) error {
	request := json.RawMessage(spec.Request())
	return o.printJSON(std, request, func() string {
		var b bytes.Buffer
		_ = encode(&b, "json", request) // valid JSON into a Buffer
		return "PUT /api/v1/orchestrator/jobs\n" + b.String()
	})
}

// How often a job that is waited for is looked at.
const (
	firstLook = 100 * time.Millisecond
	lastLook  = 2 * time.Second
)

// follow looks at a job until it ends, and tells each change. It fails if the job
// did, and when it cannot go on; the job has not ended then.
func (o *jobFlags) follow(ctx context.Context, std stdio, told map[string]bool, id string) (job fetch.JobDetail, err error) {
	said := ""
	for wait := firstLook; ; wait = min(wait*3/2, lastLook) {
		now, err := ask(std, told, func() (fetch.JobDetail, []fetch.Warning, error) { return o.client.Job(ctx, id) })
		if err != nil {
			return job, stopped(ctx, id, err)
		}
		executions, err := o.executions(ctx, std, told, id)
		if err != nil {
			return job, stopped(ctx, id, err)
		}
		job = now
		if line := job.Short() + ": " + string(job.State) + tallied(executions); line != said {
			said = line
			fmt.Fprintf(std.err, "bacviz: job %s\n", oneLine(display.Printable(line)))
		}
		if job.State.Ended() {
			return job, verdict(&job.Job, executions)
		}
		select {
		case <-ctx.Done():
			return job, stopped(ctx, id, ctx.Err())
		case <-time.After(wait):
		}
	}
}

// stopped says that the job goes on although the waiting does not.
func stopped(ctx context.Context, id string, err error) error {
	short := display.Printable(cluster.ShortID(id))
	if ctx.Err() != nil {
		err = errors.New("interrupted")
	}
	return &hintError{fmt.Errorf("waiting for job %s: %w", short, err), "the job goes on without bacviz: bacviz job get " + short + " --wait follows it again, bacviz job stop " + short + " stops it"}
}

// tallied counts the executions by state.
func tallied(executions []cluster.Execution) string {
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

// verdict is an error if a job that ended failed. One that completed has failed
// too where its program ended with an exit code above zero.
func verdict(j *cluster.Job, executions []cluster.Execution) error {
	why, _, _ := strings.Cut(j.Message, "\n")
	bad := 0
	for i := range executions {
		if e := &executions[i]; e.State == cluster.StateCompleted && e.Failed() {
			bad++
			why = fmt.Sprintf("an execution ended with exit code %d", e.ExitCode())
		}
	}
	word := "failed"
	switch {
	case j.State == cluster.JobStopped:
		word = "was stopped"
	case j.State == cluster.JobCompleted && bad == 0:
		return nil
	}
	message := "job " + display.Printable(j.Short()) + " " + word
	if why != "" {
		message += ": " + display.Printable(why)
	}
	return &hintError{errors.New(message), "bacviz job executions " + display.Printable(j.Short()) + " --logs tells more"}
}
