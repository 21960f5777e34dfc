package main

// This file holds job results, job history and job stop.

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/cluster"
)

// A resultRow is something that a job published.
type resultRow struct {
	Type   string            `json:"type"`
	URL    string            `json:"url"`
	Params map[string]string `json:"params"`
}

func newJobResults(std stdio) *cobra.Command {
	var opt jobFlags
	return opt.ofJob(&cobra.Command{
		Use:     "results JOB",
		Short:   "Show where a job's results are stored",
		Example: `  bacviz job results j-0d2d943b`,
	}, func(ctx context.Context, id string) error { return opt.results(ctx, id, std) })
}

// results prints the results of a job.
func (o *jobFlags) results(ctx context.Context, id string, std stdio) error {
	j, err := o.job(ctx, std, id)
	if err != nil {
		return err
	}
	results, err := request(o.client.Results(ctx, j.ID))
	if err != nil {
		return err
	}
	if len(results) == 0 {
		o.noteNoResults(&j.Job, std)
		if o.format == "table" {
			return nil
		}
	}
	rows, lines := []resultRow{}, [][]string{}
	for _, r := range results {
		rows = append(rows, resultRow{r.Type, r.URL, r.Info})
		lines = append(lines, []string{r.Type, r.URL})
	}
	return o.print(std, rows, func() string { return table([]string{"type", "url"}, lines) })
}

// noteNoResults says why a job has no results.
func (o *jobFlags) noteNoResults(j *cluster.Job, std stdio) {
	why := "published nothing"
	switch {
	case len(j.Publishers) == 0:
		why = "has no publisher, so it published nothing"
	case !j.State.Ended():
		why = "has published nothing so far; it is " + strings.ToLower(string(j.State))
	}
	std.note("job %s %s", shortID(j), why)
	std.hint("%s shows what it printed", o.again("executions", shortID(j), "--logs"))
}

// An eventRow is one entry of a job's history.
type eventRow struct {
	Time      *time.Time `json:"time"`
	Level     string     `json:"level"`
	Execution string     `json:"execution,omitempty"`
	Node      string     `json:"node,omitempty"`
	Topic     string     `json:"topic"`
	State     string     `json:"state,omitempty"`
	Message   string     `json:"message"`
}

func newJobHistory(std stdio) *cobra.Command {
	var opt jobFlags
	return opt.ofJob(&cobra.Command{
		Use:     "history JOB",
		Short:   "List a job's events, oldest first",
		Example: `  bacviz job history j-0d2d943b`,
	}, func(ctx context.Context, id string) error { return opt.history(ctx, id, std) })
}

// history prints the events of a job.
func (o *jobFlags) history(ctx context.Context, id string, std stdio) error {
	j, err := o.job(ctx, std, id)
	if err != nil {
		return err
	}
	events, err := request(o.client.History(ctx, j.ID))
	if err != nil {
		return err
	}
	rows, lines := []eventRow{}, [][]string{}
	for _, e := range events {
		rows = append(rows, eventRow{timeValue(e.Time), e.Level, e.ExecutionID, e.NodeID, e.Topic, e.State, e.Message})
		subject := "job"
		if e.ExecutionID != "" {
			subject = cluster.ShortID(e.ExecutionID)
		}
		lines = append(lines, []string{timeText(e.Time), subject, cluster.ShortID(e.NodeID), e.State, oneLine(e.Message)})
	}
	return o.print(std, rows, func() string {
		return table([]string{"time", "subject", "node", "state", "message"}, lines)
	})
}

// stopOptions are the flags of job stop.
type stopOptions struct {
	jobFlags

	reason string
}

func newJobStop(std stdio) *cobra.Command {
	var opt stopOptions
	cmd := opt.ofJob(&cobra.Command{
		Use:        "stop JOB",
		SuggestFor: []string{"cancel", "delete", "rm", "kill"},
		Short:      "Stop a job",
		Example:    `  bacviz job stop j-0d2d943b --reason "wrong input"`,
	}, func(ctx context.Context, id string) error { return opt.run(ctx, id, std) })
	cmd.Flags().StringVar(&opt.reason, "reason", "", "`reason` to record in the job's history")
	return cmd
}

// run stops a job, unless it has ended.
func (o *stopOptions) run(ctx context.Context, id string, std stdio) error {
	j, err := o.job(ctx, std, id)
	if err != nil {
		return err
	}
	if j.State.Ended() {
		return &hintError{fmt.Errorf("job %s has already ended: %s", shortID(&j.Job), j.State), o.again("history", shortID(&j.Job)) + " shows what happened"}
	}
	evaluation, err := request(o.client.Stop(ctx, j.ID, o.reason))
	if err != nil {
		return err
	}
	return o.print(std, map[string]string{"id": j.ID, "evaluation": evaluation}, func() string {
		return table([]string{"id", "evaluation"}, [][]string{{j.ID, evaluation}})
	})
}
