package main

// This file holds job list and job get.

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/cluster"
)

// jobStates are the states that jobs can be listed by.
var jobStates = choices{"pending", "queued", "running", "completed", "failed", "stopped"}

// A jobRow is one job as it is listed.
type jobRow struct {
	ID         string     `json:"id"`
	Name       string     `json:"name"`
	Namespace  string     `json:"namespace"`
	Type       string     `json:"type"`
	Count      int        `json:"count"`
	State      string     `json:"state"`
	Message    string     `json:"message"`
	Engines    []string   `json:"engines"`
	Publishers []string   `json:"publishers"`
	Created    *time.Time `json:"created"`
	Modified   *time.Time `json:"modified"`
}

// listOptions are the flags of job list.
type listOptions struct {
	jobFlags

	limit  int // 0 for none
	states []string
}

func newJobList(std stdio) *cobra.Command {
	var opt listOptions
	cmd := opt.command(&cobra.Command{
		Use:        "list",
		SuggestFor: []string{"ls"},
		Short:      "List the jobs, newest first",
		Example: `  bacviz job list
  bacviz job list --state running -o json
  bacviz job list --namespace staging`,
	}, func(ctx context.Context, _ []string) error { return opt.run(ctx, std) })
	cmd.Flags().IntVar(&opt.limit, "limit", 0, "list only the newest `n` jobs (0: all)")
	opt.addNamespace(cmd)
	choicesVar(cmd, &opt.states, "state", "only jobs in this `state`", jobStates)
	return cmd
}

func (o *listOptions) run(ctx context.Context, std stdio) error {
	if o.limit < 0 {
		return usagef("--limit %d is negative", o.limit)
	}
	if err := o.connect(std); err != nil {
		return err
	}
	jobs, err := request(o.client.Jobs(ctx))
	if err != nil {
		return err
	}
	rows := []jobRow{}
	for i := range jobs {
		j := &jobs[i]
		if len(o.states) > 0 && !slices.Contains(o.states, strings.ToLower(string(j.State))) || o.limit > 0 && len(rows) == o.limit {
			continue
		}
		rows = append(rows, jobRow{
			j.ID, j.Name, j.Namespace, j.Type, j.Count, string(j.State), j.Message,
			list(j.Engines), list(j.Publishers), timeValue(j.Created), timeValue(j.Modified),
		})
	}
	if o.format == "table" && len(rows) == 0 {
		std.note("no jobs")
	}
	return o.print(std, rows, func() string { return jobsTable(rows) })
}

// jobsTable lists jobs. It has a column for the namespace if there are several.
func jobsTable(rows []jobRow) string {
	lines := [][]string{{"id", "name", "namespace", "type", "state", "created", "engine"}}
	several := false
	for _, r := range rows {
		created := time.Time{}
		if r.Created != nil {
			created = *r.Created
		}
		lines = append(lines, []string{cluster.ShortID(r.ID), r.Name, r.Namespace, r.Type, r.State, timeText(created), strings.Join(r.Engines, ",")})
		several = several || r.Namespace != rows[0].Namespace
	}
	if !several {
		for i := range lines {
			lines[i] = slices.Delete(lines[i], 2, 3)
		}
	}
	return table(lines[0], lines[1:])
}

// getOptions are the flags of job get.
type getOptions struct {
	jobFlags

	wait bool
}

func newJobGet(std stdio) *cobra.Command {
	var opt getOptions
	cmd := opt.ofJob(&cobra.Command{
		Use:        "get JOB",
		SuggestFor: []string{"describe", "show", "status"},
		Short:      "Show a job",
		Example: `  bacviz job get j-0d2d943b
  bacviz job get j-0d2d943b --wait
  bacviz job get j-0d2d943b -o yaml`,
	}, func(ctx context.Context, id string) error { return opt.run(ctx, id, std) })
	addWait(cmd, &opt.wait)
	return cmd
}

// run prints the job. With --wait it fails if the job failed.
func (o *getOptions) run(ctx context.Context, id string, std stdio) error {
	if o.wait {
		var cancel context.CancelFunc
		ctx, cancel = o.limited(ctx)
		defer cancel()
	}
	j, err := o.job(ctx, std, id)
	if err != nil {
		return err
	}
	var failed error
	if o.wait {
		if j, failed = o.follow(ctx, std, j.ID); !j.State.Ended() {
			return failed
		}
	}
	err = o.print(std, j.Text, func() string { return jobTable(&j.Job) })
	return cmp.Or(err, failed)
}

// jobTable lists the fields of a job. Further lines of a text have no field name.
func jobTable(j *cluster.Job) string {
	lines := [][]string{}
	for _, field := range [][2]string{
		{"id", j.ID}, {"name", j.Name}, {"namespace", j.Namespace}, {"type", j.Type}, {"count", strconv.Itoa(j.Count)},
		{"state", string(j.State)}, {"message", j.Message}, {"engine", strings.Join(j.Engines, ", ")},
		{"publisher", cmp.Or(strings.Join(j.Publishers, ", "), "none")}, {"created", timeText(j.Created)}, {"modified", timeText(j.Modified)},
	} {
		name := field[0]
		for part := range strings.SplitSeq(field[1], "\n") {
			lines = append(lines, []string{name, part})
			name = ""
		}
	}
	return table([]string{"field", "value"}, lines)
}
