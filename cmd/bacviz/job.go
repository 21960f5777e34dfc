package main

// This file holds what the job commands share, and those that look at jobs.

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/fetch/config"
	"github.com/bacviz/bacviz/internal/display"
)

// jobFlags are the flags of every job command.
type jobFlags struct {
	source  sourceFlags
	format  string
	timeout time.Duration
	client  *fetch.Client // that the flags mean
}

func newJob(std stdio) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "job",
		Short: "Run a job and see where it ran",
		Long: `Job submits jobs to the orchestrator that "bacviz config" shows, and tells what
became of them. A job is named by its ID or the beginning of it.`,
		Example: `  bacviz job submit examples/hello.yaml --wait
  bacviz job list
  bacviz job executions j-0d2d943b --logs
  bacviz job results j-0d2d943b`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return &usageError{fmt.Errorf("unknown command %q", "job "+args[0]), "bacviz job --help lists the commands"}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newJobSubmit(std), newJobList(std), newJobGet(std), newJobExecutions(std), newJobResults(std), newJobHistory(std), newJobStop(std))
	return cmd
}

var jobFormats = []string{"table", "json", "yaml"}

// command fills in what the job commands have in common, and runs do with
// the arguments. There has to be one if Use names one.
func (o *jobFlags) command(std stdio, cmd *cobra.Command, do func(context.Context, []string) error) *cobra.Command {
	wanted := len(strings.Fields(cmd.Use)) - 1
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) != wanted {
			return &usageError{fmt.Errorf("%s takes %s, got %d", cmd.CommandPath(), []string{"no arguments", "one argument"}[wanted], len(args)), "usage: bacviz job " + cmd.Use}
		}
		return nil
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := oneOf("format", o.format, jobFormats...); err != nil {
			return err
		}
		if o.timeout < 0 {
			return usagef("--timeout %s is negative", o.timeout)
		}
		return do(cmd.Context(), args)
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVarP(&o.format, "output", "o", "table", "`format`: "+strings.Join(jobFormats, ", "))
	f.DurationVar(&o.timeout, "timeout", 30*time.Second, "`time` to wait for an answer, 0 for no limit")
	o.source.addConnection(cmd)
	f.Lookup(config.Host).Usage = "`host` of the orchestrator, or its URL"
	// An error here would be a flag that is not defined above.
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(jobFormats, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// connect finds the orchestrator.
func (o *jobFlags) connect(std stdio) error {
	if err := o.source.settle(nil, &o.timeout); err != nil {
		return err
	}
	sources, err := o.source.sources(nil, std)
	if err != nil {
		return err
	}
	for _, w := range o.source.settings.Warnings {
		std.warn("%s", oneLine(w))
	}
	client, ok := sources[0].(*fetch.Client)
	if !ok {
		return &hintError{fmt.Errorf("%s is no orchestrator's address", sources[0].Name()), "bacviz config tells where it comes from"}
	}
	client.Timeout = o.timeout
	if o.timeout == 0 {
		client.Timeout = -1
	}
	o.client = client
	return nil
}

// ask calls a method of the client, and tells its warnings.
func ask[T any](std stdio, told map[string]bool, do func() (T, []fetch.Warning, error)) (T, error) {
	value, warnings, err := do()
	var fresh []fetch.Warning
	for _, w := range warnings {
		if !told[w.String()] { // each request may give the same
			told[w.String()] = true
			fresh = append(fresh, w)
		}
	}
	tell(std, fresh)
	if errors.Is(err, context.Canceled) {
		err = &hintError{errors.New("interrupted"), hintOf(err)}
	}
	return value, err
}

// job finds the job that an argument names.
func (o *jobFlags) job(ctx context.Context, std stdio, told map[string]bool, id string) (fetch.JobDetail, error) {
	if err := o.connect(std); err != nil {
		return fetch.JobDetail{}, err
	}
	return ask(std, told, func() (fetch.JobDetail, []fetch.Warning, error) { return o.client.Job(ctx, id) })
}

// executions lists the executions of a job that is known to be there: v1.5 says
// that there is no bucket of them before the first.
func (o *jobFlags) executions(ctx context.Context, std stdio, told map[string]bool, id string) ([]cluster.Execution, error) {
	list, err := ask(std, told, func() ([]cluster.Execution, []fetch.Warning, error) { return o.client.Executions(ctx, id) })
	if errors.Is(err, fetch.ErrNoJob) {
		return nil, nil
	}
	return list, err
}

// print writes rows for programs, or the table for people.
func (o *jobFlags) print(std stdio, rows any, table func() string) error {
	var b bytes.Buffer
	if o.format != "table" {
		if err := encode(&b, o.format, rows); err != nil {
			return err
		}
	} else {
		b.WriteString(table())
	}
	return std.print(b.Bytes())
}

// A jobRow is one job as it is listed.
type jobRow struct {
	ID         string     `json:"id" yaml:"id"`
	Name       string     `json:"name" yaml:"name"`
	Namespace  string     `json:"namespace" yaml:"namespace"`
	Type       string     `json:"type" yaml:"type"`
	Count      int        `json:"count" yaml:"count"`
	State      string     `json:"state" yaml:"state"`
	Message    string     `json:"message" yaml:"message"`
	Engines    []string   `json:"engines" yaml:"engines"`
	Publishers []string   `json:"publishers" yaml:"publishers"`
	Created    *time.Time `json:"created" yaml:"created"`
	Modified   *time.Time `json:"modified" yaml:"modified"`
}

func newJobList(std stdio) *cobra.Command {
	var opt jobFlags
	var limit int
	var states []string
	cmd := opt.command(std, &cobra.Command{
		Use:   "list",
		Short: "List the jobs, newest first",
		Example: `  bacviz job list
  bacviz job list --state running -o json`,
	}, func(ctx context.Context, _ []string) error {
		if limit < 0 {
			return usagef("--limit %d is negative", limit)
		}
		for _, state := range states {
			if err := oneOf("state", strings.ToLower(state), jobStates...); err != nil {
				return err
			}
		}
		if err := opt.connect(std); err != nil {
			return err
		}
		jobs, err := ask(std, map[string]bool{}, func() ([]cluster.Job, []fetch.Warning, error) { return opt.client.Jobs(ctx) })
		if err != nil {
			return err
		}
		rows, lines := []jobRow{}, [][]string{}
		for i := range jobs {
			j := &jobs[i]
			if len(states) > 0 && !containsFold(states, string(j.State)) || limit > 0 && len(rows) == limit {
				continue
			}
			rows = append(rows, jobRow{
				j.ID, j.Name, j.Namespace, j.Type, j.Count, string(j.State), j.Message,
				list(j.Engines), list(j.Publishers), when(j.Created), when(j.Modified),
			})
			lines = append(lines, printable(j.Short(), j.Name, j.Type, string(j.State), moment(j.Created), strings.Join(j.Engines, ",")))
		}
		return opt.print(std, rows, func() string {
			return table([]string{"id", "name", "type", "state", "created", "engine"}, lines, 0)
		})
	})
	cmd.Flags().IntVar(&limit, "limit", 0, "list no more than the newest `n` jobs")
	cmd.Flags().StringSliceVar(&states, "state", nil, "only jobs in this `state`: "+strings.Join(jobStates, ", "))
	// An error here would be a flag that is not defined above.
	_ = cmd.RegisterFlagCompletionFunc("state", cobra.FixedCompletions(jobStates, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

var jobStates = []string{"pending", "queued", "running", "completed", "failed", "stopped"}

func newJobGet(std stdio) *cobra.Command {
	var opt jobFlags
	var wait bool
	cmd := opt.command(std, &cobra.Command{
		Use:   "get ID",
		Short: "Describe a job",
		Example: `  bacviz job get j-0d2d943b
  bacviz job get j-0d2d943b --wait
  bacviz job get j-0d2d943b -o yaml`,
	}, func(ctx context.Context, args []string) error {
		told := map[string]bool{}
		j, err := opt.job(ctx, std, told, args[0])
		if err != nil {
			return err
		}
		var failed error
		if wait {
			if j, failed = opt.follow(ctx, std, told, j.ID); !j.State.Ended() {
				return failed
			}
		}
		err = opt.printJSON(std, j.Text, func() string {
			lines := [][]string{}
			for _, field := range [][2]string{
				{"id", j.ID}, {"name", j.Name}, {"namespace", j.Namespace}, {"type", j.Type}, {"count", strconv.Itoa(j.Count)},
				{"state", string(j.State)}, {"message", j.Message}, {"engine", strings.Join(j.Engines, ", ")},
				{"publisher", cmp.Or(strings.Join(j.Publishers, ", "), "none")}, {"created", moment(j.Created)}, {"modified", moment(j.Modified)},
			} {
				for i, part := range strings.Split(field[1], "\n") {
					name := field[0]
					if i > 0 {
						name = ""
					}
					lines = append(lines, printable(name, part))
				}
			}
			return table([]string{"field", "value"}, lines, 0)
		})
		return cmp.Or(err, failed)
	})
	cmd.Flags().BoolVar(&wait, "wait", false, "follow the job until it ends, as job submit --wait does")
	return cmd
}

// printJSON writes JSON that is there already, or the table for people.
func (o *jobFlags) printJSON(std stdio, text json.RawMessage, table func() string) error {
	if o.format != "yaml" {
		return o.print(std, text, table)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return err
	}
	var plain func(any) any
	plain = func(v any) any {
		switch v := v.(type) {
		case map[string]any:
			for key := range v {
				v[key] = plain(v[key])
			}
		case []any:
			for i := range v {
				v[i] = plain(v[i])
			}
		case json.Number: // with all its digits
			return &yaml.Node{Kind: yaml.ScalarNode, Value: v.String()}
		}
		return v
	}
	return o.print(std, plain(v), table)
}

// A resultRow is something that a job published.
type resultRow struct {
	Type   string            `json:"type" yaml:"type"`
	URL    string            `json:"url" yaml:"url"`
	Params map[string]string `json:"params" yaml:"params"`
}

func newJobResults(std stdio) *cobra.Command {
	var opt jobFlags
	return opt.command(std, &cobra.Command{
		Use:     "results ID",
		Short:   "Tell where what a job published lies",
		Example: `  bacviz job results j-0d2d943b`,
	}, func(ctx context.Context, args []string) error {
		told := map[string]bool{}
		j, err := opt.job(ctx, std, told, args[0])
		if err != nil {
			return err
		}
		results, err := ask(std, told, func() ([]cluster.Result, []fetch.Warning, error) { return opt.client.Results(ctx, j.ID) })
		if err != nil {
			return err
		}
		rows, lines := []resultRow{}, [][]string{}
		for _, r := range results {
			rows = append(rows, resultRow{r.Type, r.URL, r.Info})
			lines = append(lines, printable(r.Type, r.URL))
		}
		if len(results) == 0 {
			why := "published nothing"
			switch {
			case len(j.Publishers) == 0:
				why = "has no publisher, so it published nothing"
			case !j.State.Ended():
				why = "has published nothing yet; it is " + strings.ToLower(string(j.State))
			}
			fmt.Fprintf(std.err, "bacviz: job %s %s\n", oneLine(display.Printable(j.Short())), oneLine(why))
			fmt.Fprintf(std.err, "bacviz: hint: what it wrote is with its executions: bacviz job executions %s --logs\n", oneLine(display.Printable(j.Short())))
			if opt.format == "table" {
				return nil
			}
		}
		return opt.print(std, rows, func() string { return table([]string{"type", "url"}, lines, 0) })
	})
}

// An eventRow is one entry of a job's history.
type eventRow struct {
	Time      *time.Time `json:"time" yaml:"time"`
	Level     string     `json:"level" yaml:"level"`
	Execution string     `json:"execution,omitempty" yaml:"execution,omitempty"`
	Node      string     `json:"node,omitempty" yaml:"node,omitempty"`
	Topic     string     `json:"topic" yaml:"topic"`
	State     string     `json:"state,omitempty" yaml:"state,omitempty"`
	Message   string     `json:"message" yaml:"message"`
}

func newJobHistory(std stdio) *cobra.Command {
	var opt jobFlags
	return opt.command(std, &cobra.Command{
		Use:     "history ID",
		Short:   "Tell what happened to a job, oldest first",
		Example: `  bacviz job history j-0d2d943b`,
	}, func(ctx context.Context, args []string) error {
		told := map[string]bool{}
		j, err := opt.job(ctx, std, told, args[0])
		if err != nil {
			return err
		}
		events, err := ask(std, told, func() ([]cluster.Event, []fetch.Warning, error) { return opt.client.History(ctx, j.ID) })
		if err != nil {
			return err
		}
		rows, lines := []eventRow{}, [][]string{}
		for _, e := range events {
			rows = append(rows, eventRow{when(e.Time), e.Level, e.ExecutionID, e.NodeID, e.Topic, e.State, e.Message})
			of := "job"
			if e.ExecutionID != "" {
				of = cluster.ShortID(e.ExecutionID)
			}
			what, _, _ := strings.Cut(e.Message, "\n")
			lines = append(lines, printable(moment(e.Time), of, cluster.ShortID(e.NodeID), e.State, cut(what, 72)))
		}
		return opt.print(std, rows, func() string {
			return table([]string{"time", "of", "node", "state", "what"}, lines, 0)
		})
	})
}

func newJobStop(std stdio) *cobra.Command {
	var opt jobFlags
	var reason string
	cmd := opt.command(std, &cobra.Command{
		Use:     "stop ID",
		Short:   "Stop a job",
		Example: `  bacviz job stop j-0d2d943b --reason "wrong input"`,
	}, func(ctx context.Context, args []string) error {
		told := map[string]bool{}
		j, err := opt.job(ctx, std, told, args[0])
		if err != nil {
			return err
		}
		if j.State.Ended() {
			return &hintError{fmt.Errorf("job %s is over: %s", j.Short(), j.State), "bacviz job history " + j.Short() + " tells what happened"}
		}
		evaluation, err := ask(std, told, func() (string, []fetch.Warning, error) { return opt.client.Stop(ctx, j.ID, reason) })
		if err != nil {
			return err
		}
		return opt.print(std, map[string]string{"id": j.ID, "evaluation": evaluation}, func() string {
			return table([]string{"id", "evaluation"}, [][]string{printable(j.ID, evaluation)}, 0)
		})
	})
	cmd.Flags().StringVar(&reason, "reason", "", "`reason` to keep in the job's history")
	return cmd
}

// printable makes cells fit for a table, whoever wrote them.
func printable(cells ...string) []string {
	for i, c := range cells {
		cells[i] = cmp.Or(display.Printable(c), "-")
	}
	return cells
}

// cut shortens a text to n characters.
func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// when is a time for programs; none if it is not known.
func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// moment is a time for people.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05Z")
}
