package main

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
)

// An executionRow is one execution as it is listed. An exit code that was not
// reported is nil, and null in JSON.
type executionRow struct {
	ID        string     `json:"id" yaml:"id"`
	Job       string     `json:"job" yaml:"job"`
	Node      string     `json:"node" yaml:"node"`
	State     string     `json:"state" yaml:"state"`
	Failed    bool       `json:"failed" yaml:"failed"`
	Ran       bool       `json:"ran" yaml:"ran"`
	ExitCode  *int       `json:"exitCode" yaml:"exitCode"`
	Attempt   int        `json:"attempt" yaml:"attempt"`
	Message   string     `json:"message" yaml:"message"`
	Created   *time.Time `json:"created" yaml:"created"`
	Modified  *time.Time `json:"modified" yaml:"modified"`
	Stdout    *string    `json:"stdout" yaml:"stdout"`
	Stderr    *string    `json:"stderr" yaml:"stderr"`
	StdoutCut bool       `json:"stdoutTruncated" yaml:"stdoutTruncated"`
	StderrCut bool       `json:"stderrTruncated" yaml:"stderrTruncated"`
	Error     string     `json:"error,omitempty" yaml:"error,omitempty"`
}

func newJobExecutions(std stdio) *cobra.Command {
	var opt jobFlags
	var logs bool
	cmd := opt.command(std, &cobra.Command{
		Use:   "executions ID",
		Short: "Tell where a job ran, and how it went there",
		Long: `Executions lists every attempt at running a job: the node, the state, the exit
code if it was reported, the attempt (above 1 for one in the place of an
execution that failed), and the beginning of what it wrote. An execution that
completed with an exit code above 0 has failed.

What jobs wrote may be anybody's: characters that would steer the terminal are
shown as escapes, as \x1b. With -o json it is as it was.`,
		Example: `  bacviz job executions j-0d2d943b
  bacviz job executions j-0d2d943b --logs
  bacviz job executions j-0d2d943b -o json`,
	}, func(ctx context.Context, args []string) error {
		told := map[string]bool{}
		j, err := opt.job(ctx, std, told, args[0])
		if err != nil {
			return err
		}
		executions, err := opt.executions(ctx, std, told, j.ID)
		if err != nil {
			return err
		}
		if len(executions) == 0 {
			fmt.Fprintf(std.err, "bacviz: job %s has no executions\n", oneLine(display.Printable(j.Short())))
			if reason, _, _ := strings.Cut(j.Message, "\n"); reason != "" {
				fmt.Fprintf(std.err, "bacviz: it is %s: %s\n", oneLine(display.Printable(strings.ToLower(string(j.State)))), oneLine(display.Printable(reason)))
			}
			if opt.format == "table" {
				return nil
			}
		}
		rows := make([]executionRow, len(executions))
		for i := range executions {
			rows[i] = newExecutionRow(&executions[i])
		}
		return opt.print(std, rows, func() string {
			if logs {
				return executionLogs(executions)
			}
			return executionTable(executions)
		})
	})
	cmd.Flags().BoolVar(&logs, "logs", false, "print what each execution wrote instead, as far as the orchestrator keeps it")
	return cmd
}

func newExecutionRow(e *cluster.Execution) executionRow {
	r := executionRow{
		ID: e.ID, Job: e.JobID, Node: e.NodeID, State: string(e.State), Failed: e.Failed(), Ran: e.Ran(), Attempt: e.Attempt,
		Message: e.Message, Created: when(e.Created), Modified: when(e.Modified),
	}
	if code := e.ExitCode(); code != cluster.NotReported {
		r.ExitCode = &code
	}
	if o := e.Output; o != nil {
		r.Stdout, r.Stderr, r.StdoutCut, r.StderrCut, r.Error = &o.Stdout, &o.Stderr, o.StdoutTruncated, o.StderrTruncated, o.Error
	}
	return r
}

func executionTable(executions []cluster.Execution) string {
	lines := [][]string{}
	for i := range executions {
		e := &executions[i]
		took := ""
		if d := e.Modified.Sub(e.Created); !e.Created.IsZero() && d >= 0 && !e.Active {
			took = d.Round(10 * time.Millisecond).String()
		}
		wrote := ""
		if o := e.Output; o != nil {
			wrote = firstOf(o.Stdout, o.Stderr, o.Error)
		}
		if wrote == "" {
			wrote = firstOf(e.Why())
		}
		lines = append(lines, printable(cluster.ShortID(e.ID), cluster.ShortID(e.NodeID), stateText(e), exitText(e), strconv.Itoa(e.Attempt), moment(e.Created), took, cut(wrote, 48)))
	}
	return table([]string{"id", "node", "state", "exit", "attempt", "created", "took", "output"}, lines, 0)
}

// stateText is the state, and why a completed execution is a failure all the same.
func stateText(e *cluster.Execution) string {
	if e.Failed() && e.State != cluster.StateFailed {
		return string(e.State) + ", failed"
	}
	return string(e.State)
}

func exitText(e *cluster.Execution) string {
	if code := e.ExitCode(); code != cluster.NotReported {
		return strconv.Itoa(code)
	}
	return ""
}

// firstOf is the first line that is not blank of the first text that has one, and
// a mark if more follow.
func firstOf(texts ...string) string {
	for _, t := range texts {
		line, more, _ := strings.Cut(strings.TrimSpace(t), "\n")
		if line = strings.TrimSpace(line); more != "" {
			line += " …"
		}
		if line != "" {
			return line
		}
	}
	return ""
}

// executionLogs prints what the executions wrote. It may be anybody's, so it is
// kept from steering the terminal; -o json has it as it was.
func executionLogs(executions []cluster.Execution) string {
	var b bytes.Buffer
	for i := range executions {
		e := &executions[i]
		if i > 0 {
			b.WriteByte('\n')
		}
		head := []string{display.Printable(cluster.ShortID(e.ID)), "on " + display.Printable(e.NodeID), display.Printable(stateText(e))}
		if code := exitText(e); code != "" {
			head = append(head, "exit code "+code)
		}
		fmt.Fprintf(&b, "== %s\n", strings.Join(head, ", "))
		none := "none"
		if e.Active {
			none = "none so far"
		}
		switch o := e.Output; {
		case e.Rejected():
			b.WriteString("-- did not run here, so it wrote nothing\n")
		case !e.Ran():
			b.WriteString("-- has not begun to run\n")
		case o == nil && e.Active:
			b.WriteString("-- output: none so far\n")
		case o == nil:
			b.WriteString("-- the orchestrator has no output of it\n")
		default:
			stream(&b, "stdout", o.Stdout, none, o.StdoutTruncated)
			stream(&b, "stderr", o.Stderr, none, o.StderrTruncated)
			if o.Error != "" {
				stream(&b, "error", o.Error, "", false)
			}
		}
		if why := e.Why(); why != "" {
			stream(&b, "why", why, "", false)
		}
	}
	return b.String()
}

func stream(b *bytes.Buffer, name, text, none string, truncated bool) {
	if text == "" {
		fmt.Fprintf(b, "-- %s: %s\n", name, none)
	} else {
		fmt.Fprintf(b, "-- %s:\n", name)
	}
	for line := range strings.Lines(text) {
		parts := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		for i := range parts {
			parts[i] = display.Printable(parts[i])
		}
		b.WriteString(strings.Join(parts, "\t") + "\n")
	}
	if truncated {
		fmt.Fprintf(b, "-- %s was cut: there is more than the orchestrator keeps\n", name)
	}
}
