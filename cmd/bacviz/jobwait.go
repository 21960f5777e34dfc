package main

// This file waits for jobs.

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/internal/display"
)

// addWait adds the flag --wait. With it, --timeout limits more than requests.
func addWait(cmd *cobra.Command, wait *bool) {
	cmd.Flags().BoolVar(wait, "wait", false, "follow the job until it ends")
	cmd.Flags().Lookup("timeout").Usage += "; if it is given with --wait, it limits the whole command"
}

// limited returns the context of a command that waits for a job. It ends with --timeout
// if that was given. The default, like the timeout of a profile, is for one request.
func (o *jobFlags) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	if o.timeout <= 0 || !isSet(o.source.cmd.Flags(), "timeout") {
		return context.WithCancel(ctx)
	}
	o.limit = o.timeout
	return context.WithTimeout(ctx, o.limit)
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
	until := "; --timeout sets a time limit"
	if o.limit > 0 {
		until = fmt.Sprintf(", for at most %s", o.limit)
	}
	std.note("waiting until job %s ends%s", display.Printable(cluster.ShortID(id)), until)
	w := waiting{jobFlags: o, std: std, id: id, heard: time.Now()}
	for pause := firstPause; ; pause = min(pause*3/2, lastPause) {
		ended, err := w.look(ctx)
		switch {
		case err != nil && !w.bears(ctx, err):
			return w.job, o.waitError(ctx, id, &w.job.Job, w.executions, err)
		case ended:
			return w.job, o.outcome(&w.job.Job, w.executions)
		}
		select {
		case <-ctx.Done():
			return w.job, o.waitError(ctx, id, &w.job.Job, w.executions, ctx.Err())
		case <-time.After(pause):
		}
	}
}

// A waiting is what is known of a job that is followed.
type waiting struct {
	*jobFlags
	std stdio
	id  string

	job        bacalhau.JobDetail
	executions []cluster.Execution
	printed    string    // the last line about it
	heard      time.Time // when the orchestrator answered last
	silent     bool      // it did not answer the last time
}

// look looks at the job once, prints what is new, and reports whether the job has ended.
func (w *waiting) look(ctx context.Context) (ended bool, err error) {
	job, err := request(w.client.Job(ctx, w.id))
	if err != nil {
		return false, err
	}
	w.job = job
	executions, err := w.jobFlags.executions(ctx, w.id)
	if err != nil {
		return false, err
	}
	w.executions = executions
	if w.silent {
		w.std.note("the orchestrator answers again")
	}
	w.heard, w.silent = time.Now(), false
	if line := job.Short() + ": " + progressOf(&job.Job, executions) + executionCounts(executions); line != w.printed {
		w.printed = line
		w.std.note("job %s", line)
	}
	return job.State.Ended(), nil
}

// bears reports whether an orchestrator that does not answer may come back in time.
func (w *waiting) bears(ctx context.Context, err error) bool {
	var refusal *bacalhau.Error
	if ctx.Err() != nil || !errors.As(err, &refusal) || time.Since(w.heard) > w.silence {
		return false
	}
	away := refusal.Status == 0 || refusal.Status == http.StatusBadGateway || refusal.Status == http.StatusServiceUnavailable || refusal.Status == http.StatusGatewayTimeout
	if away && !w.silent {
		w.silent = true
		w.std.warn("%s; asking again for %s", err, w.silence)
	}
	return away
}

// progressOf is the state of a job, with what a job waits for that does not run: in the
// orchestrator's words, and in those of most of its executions.
func progressOf(j *cluster.Job, executions []cluster.Execution) string {
	if j.State == cluster.JobRunning || j.State.Ended() {
		return string(j.State)
	}
	return withReason(string(j.State), verdict(j, executions, 0))
}

// waitError says that the waiting ended, and the job did not, as far as is known.
func (o *jobFlags) waitError(ctx context.Context, id string, j *cluster.Job, executions []cluster.Execution, err error) error {
	short := display.Printable(cluster.ShortID(id))
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		err = fmt.Errorf("%w after %s", errTimedOut, o.limit)
		if j.ID != "" {
			err = fmt.Errorf("%w; it is %s", err, withReason(string(j.State), verdict(j, executions, 0)))
		}
	case ctx.Err() != nil:
		err = errInterrupted
	}
	return &hintError{
		fmt.Errorf("waiting for job %s: %w", short, err),
		fmt.Sprintf("the job itself goes on: %s waits for it again, %s stops it", o.again("get", short, "--wait"), o.again("stop", short)),
	}
}

// withReason adds a reason, if there is one, to a state that the server sent.
func withReason(state, why string) string {
	if state = display.Printable(state); why != "" {
		state += ": " + why
	}
	return state
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
func (o *jobFlags) outcome(j *cluster.Job, executions []cluster.Execution) error {
	code := 0
	for i := range executions {
		if e := &executions[i]; e.State == cluster.StateCompleted && e.Failed() {
			code = e.ExitCode()
		}
	}
	id := shortID(j)
	if j.State == cluster.JobCompleted && code == 0 {
		return nil
	}
	word := "failed"
	if j.State == cluster.JobStopped {
		word = "was stopped"
	}
	message, hint := "job "+id+" "+word, o.again("executions", id, "--logs")+" shows what it printed"
	if why := verdict(j, executions, code); why != "" {
		message += ": " + why
	}
	if len(executions) == 0 {
		hint = o.again("get", id) + " shows the whole message"
	}
	return &hintError{errors.New(message), hint}
}

// verdict says why a job failed, was stopped or waits: in the orchestrator's words, and in those
// of most of its executions, which may know more.
func verdict(j *cluster.Job, executions []cluster.Execution, code int) string {
	if code > 0 {
		return fmt.Sprintf("an execution ended with exit code %d", code)
	}
	var parts []string
	if why := strings.TrimRight(firstLine(j.Message), "."); why != "" {
		parts = append(parts, display.Printable(why))
	}
	if all := reasons(executions); len(all) > 0 && j.State != cluster.JobStopped {
		parts = append(parts, all[0].String())
	}
	return strings.Join(parts, "; ")
}
