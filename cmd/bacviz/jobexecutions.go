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
	ID        string     `json:"id"`
	Job       string     `json:"job"`
	Node      string     `json:"node"`
	State     string     `json:"state"`
	Failed    bool       `json:"failed"`
	Ran       bool       `json:"ran"`
	ExitCode  *int       `json:"exitCode"`
	Attempt   int        `json:"attempt"`
	Message   string     `json:"message"`
	Created   *time.Time `json:"created"`
	Modified  *time.Time `json:"modified"`
	Stdout    *string    `json:"stdout"`
	Stderr    *string    `json:"stderr"`
	StdoutCut bool       `json:"stdoutTruncated"`
	StderrCut bool       `json:"stderrTruncated"`
	Error     string     `json:"error,omitempty"`
}

// executionsOptions are the flags of job executions.
type executionsOptions struct {
	jobFlags

	logs bool
}

func newJobExecutions(std stdio) *cobra.Command {
	var opt executionsOptions
	cmd := opt.ofJob(&cobra.Command{
		Use:        "executions JOB",
		SuggestFor: []string{"logs", "ps"},
		Short:      "List a job's executions: node, state, exit code",
		Long: `Executions lists every attempt to run a job: the node, the state, the exit code
if it was reported, the number of the attempt (above 1 if it replaces a failed
one) and the first line of the output, or why the execution failed. Reasons that
several executions share are counted below. An execution that completed with an
exit code above 0 counts as failed.

Control characters in the output are shown as escapes such as \x1b, since the
output of a job may come from anybody. -o json has them unchanged.`,
		Example: `  bacviz job executions j-0d2d943b
  bacviz job executions j-0d2d943b --logs
  bacviz job executions j-0d2d943b -o json`,
	}, func(ctx context.Context, id string) error { return opt.run(ctx, id, std) })
	cmd.Flags().BoolVar(&opt.logs, "logs", false, "print the output of each execution instead, as far as the orchestrator keeps it")
	return cmd
}

// run prints the executions of a job.
func (o *executionsOptions) run(ctx context.Context, id string, std stdio) error {
	j, err := o.job(ctx, std, id)
	if err != nil {
		return err
	}
	executions, err := o.executions(ctx, j.ID)
	if err != nil {
		return err
	}
	if len(executions) == 0 {
		noteNoExecutions(&j.Job, std)
		if o.format == "table" {
			return nil
		}
	}
	rows := make([]executionRow, len(executions))
	for i := range executions {
		rows[i] = newExecutionRow(&executions[i])
	}
	if o.format != "table" || o.logs {
		return o.print(std, rows, func() string { return executionLogs(executions) })
	}
	width := 0
	if isTerminal(std.out) {
		width = outputWidth
	}
	err = o.print(std, rows, func() string { return executionTable(executions, width) })
	if err == nil {
		noteReasons(executions, std)
	}
	return err
}

// outputWidth is how many characters of an execution's output its table shows on a
// terminal.
const outputWidth = 48

// noteNoExecutions says that a job has no executions, and why.
func noteNoExecutions(j *cluster.Job, std stdio) {
	message := fmt.Sprintf("job %s has no executions; it is %s", shortID(j), display.Printable(strings.ToLower(string(j.State))))
	if why := firstLine(j.Message); why != "" {
		message += ": " + display.Printable(why)
	}
	std.note("%s", message)
}

func newExecutionRow(e *cluster.Execution) executionRow {
	r := executionRow{
		ID: e.ID, Job: e.JobID, Node: e.NodeID, State: string(e.State), Failed: e.Failed(), Ran: e.Ran(), Attempt: e.Attempt,
		Message: e.Message, Created: timeValue(e.Created), Modified: timeValue(e.Modified),
	}
	if code := e.ExitCode(); code != cluster.NotReported {
		r.ExitCode = &code
	}
	if o := e.Output; o != nil {
		r.Stdout, r.Stderr, r.StdoutCut, r.StderrCut, r.Error = &o.Stdout, &o.Stderr, o.StdoutTruncated, o.StderrTruncated, o.Error
	}
	return r
}

// executionTable lists the executions. A width above 0 cuts their output, but not the
// reason why one failed.
func executionTable(executions []cluster.Execution, width int) string {
	lines := [][]string{}
	for i := range executions {
		e := &executions[i]
		text := oneLine(e.Why())
		if o := e.Output; text == "" && o != nil {
			if text = firstOf(o.Stdout, o.Stderr, o.Error); width > 0 {
				text = display.Cut(text, width)
			}
		}
		lines = append(lines, []string{
			cluster.ShortID(e.ID), cluster.ShortID(e.NodeID), stateText(e), exitText(e), strconv.Itoa(e.Attempt),
			timeText(e.Created), tookText(e), text,
		})
	}
	return table([]string{"id", "node", "state", "exit", "attempt", "created", "took", "output"}, lines)
}

// tookText is how long an execution took, or empty if it never began or has not ended.
func tookText(e *cluster.Execution) string {
	d := e.Modified.Sub(e.Created)
	if !e.Ran() || e.Active || e.Created.IsZero() || d < time.Millisecond {
		return ""
	}
	if d < 10*time.Millisecond {
		return d.Round(time.Millisecond).String()
	}
	return d.Round(10 * time.Millisecond).String()
}

// stateText is the state, and that a completed execution failed.
func stateText(e *cluster.Execution) string {
	if e.Failed() && e.State != cluster.StateFailed {
		return string(e.State) + ", failed"
	}
	return string(e.State)
}

// exitText is the exit code, or empty if none was reported.
func exitText(e *cluster.Execution) string {
	if code := e.ExitCode(); code != cluster.NotReported {
		return strconv.Itoa(code)
	}
	return ""
}

// firstOf returns the first line that is not blank of the first text that has one,
// with an ellipsis if more lines follow.
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

// executionLogs returns the output of the executions, which anybody may have written:
// it cannot steer the terminal. With -o json it is as it was.
func executionLogs(executions []cluster.Execution) string {
	var b bytes.Buffer
	for i := range executions {
		if i > 0 {
			b.WriteByte('\n')
		}
		writeLog(&b, &executions[i])
	}
	return b.String()
}

// writeLog writes a heading for one execution, and its output.
func writeLog(b *bytes.Buffer, e *cluster.Execution) {
	head := []string{display.Printable(cluster.ShortID(e.ID)), "on " + display.Printable(e.NodeID), display.Printable(stateText(e))}
	if code := exitText(e); code != "" {
		head = append(head, "exit code "+code)
	}
	fmt.Fprintf(b, "== %s\n", strings.Join(head, ", "))
	none := "none"
	if e.Active {
		none = "none so far"
	}
	switch o := e.Output; {
	case e.Rejected():
		b.WriteString("-- did not run here: no output\n")
	case !e.Ran():
		b.WriteString("-- has not started\n")
	case o == nil && e.Active:
		b.WriteString("-- output: none so far\n")
	case o == nil:
		b.WriteString("-- the orchestrator has no output of this execution\n")
	default:
		writeStream(b, "stdout", o.Stdout, none, o.StdoutTruncated)
		writeStream(b, "stderr", o.Stderr, none, o.StderrTruncated)
		if o.Error != "" {
			writeStream(b, "error", o.Error, "", false)
		}
	}
	if why := e.Why(); why != "" {
		writeStream(b, "reason", why, "", false)
	}
}

// writeStream writes a text below its name, line by line, or none if it is empty.
func writeStream(b *bytes.Buffer, name, text, none string, truncated bool) {
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
		fmt.Fprintf(b, "-- %s is cut off: the orchestrator keeps only its beginning\n", name)
	}
}
