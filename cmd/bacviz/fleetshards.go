package main

// This file follows the jobs of fleet run, and says what became of their shards.

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/internal/display"
)

// wait waits until all jobs have ended, and returns an error that names the shards that failed.
func (o *fleetRunOptions) wait(ctx context.Context, ids []string, std stdio) error {
	var failed []string
	printed := o.again("executions", display.Printable(cluster.ShortID(ids[0])), "--logs")
	shards, said, ran := 0, shardWarnings{std: std}, false
	defer said.end(printed)
	for _, id := range ids {
		job, err := o.follow(ctx, std, id)
		if errors.Is(err, bacalhau.ErrNoJob) {
			return &hintError{err, o.again("list") + " shows the jobs of the orchestrator"}
		}
		if !job.State.Ended() {
			return o.resumable(ids, err)
		}
		executions, listErr := o.executions(ctx, id)
		if listErr != nil {
			return o.resumable(ids, listErr)
		}
		count := max(job.Count, 1)
		reasons := failures(executions, count)
		ran = ran || slices.ContainsFunc(executions, func(e cluster.Execution) bool { return !e.Rejected() })
		if job.State == cluster.JobStopped && err != nil {
			return err
		}
		for i, why := range reasons {
			if why != "" {
				failed = append(failed, fmt.Sprintf("shard %d (%s)", shards+i, why))
			}
		}
		said.print(executions, shards, count)
		shards += count
	}
	if len(failed) == 0 {
		return nil
	}
	hint := printed + " shows what they printed"
	if !ran {
		hint = o.again("executions", display.Printable(cluster.ShortID(ids[0]))) + " shows what the nodes said"
	}
	return &hintError{fmt.Errorf("%d of %d shards failed: %s", len(failed), shards, strings.Join(failed[:min(len(failed), 5)], ", ")), hint}
}

// failures says why each partition of a job did not complete; empty for one that did.
func failures(executions []cluster.Execution, count int) []string {
	why, tries, done, refused := make([]string, count), make([]int, count), make([]bool, count), make([]string, count)
	for i := range executions {
		e := &executions[i]
		if e.Partition < 0 || e.Partition >= count {
			continue
		}
		if e.Rejected() {
			refused[e.Partition] = ": " + display.Printable(cluster.ShortID(e.NodeID)) + " rejected it: " + whyFailed(e)
			continue
		}
		tries[e.Partition]++
		if completed(e, count) {
			done[e.Partition] = true
		} else if e.Failed() {
			why[e.Partition] = "on " + display.Printable(cluster.ShortID(e.NodeID)) + ": " + whyFailed(e)
		}
	}
	for i := range why {
		switch {
		case done[i]:
			why[i] = ""
		case why[i] == "":
			why[i] = "it did not run" + refused[i]
		case tries[i] > 1:
			why[i] = fmt.Sprintf("tried %d times, the last time %s", tries[i], why[i])
		}
	}
	return why
}

// whyFailed says in a few words why an execution failed: the error that its program printed, or what
// Bacalhau says.
func whyFailed(e *cluster.Execution) string {
	if e.Output != nil && e.ExitCode() > 0 {
		return display.Excerpt(strings.TrimSpace(fmt.Sprintf("exit code %d: %s", e.ExitCode(), lastError(e.Output.Stderr))))
	}
	if why := firstLine(e.Message); why != "" {
		return display.Excerpt(why)
	}
	return "no reason is given"
}

// lastError returns the last line of a text that says that it is an error, or else the last line: a
// program that ends prints a hint behind its error.
func lastError(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for _, line := range slices.Backward(lines) {
		if strings.Contains(line, "error: ") {
			return strings.TrimSpace(line)
		}
	}
	return lines[len(lines)-1]
}

// maxShardWarnings is how many warnings of all shards are printed.
const maxShardWarnings = 10

// shardWarnings print what the programs of shards warned of, such as snapshots that were left out.
type shardWarnings struct {
	std           stdio
	printed, more int
	cut           bool // the end of what a program printed is not known
}

// print prints the warnings of a job's executions that completed. Its first shard has the number first.
func (w *shardWarnings) print(executions []cluster.Execution, first, count int) {
	seen := make([]bool, count)
	for i := range executions {
		e := &executions[i]
		if !completed(e, count) || e.Output == nil || seen[e.Partition] {
			continue
		}
		seen[e.Partition] = true
		w.cut = w.cut || e.Output.StderrTruncated
		for line := range strings.Lines(e.Output.Stderr) {
			_, text, is := strings.Cut(line, "warning: ")
			switch {
			case !is:
			case w.printed == maxShardWarnings:
				w.more++
			default:
				w.printed++
				w.std.warn("shard %d: %s", first+e.Partition, display.Excerpt(strings.TrimSpace(text)))
			}
		}
	}
}

// end says where the warnings are that were not printed: a command shows them.
func (w *shardWarnings) end(command string) {
	if w.more > 0 {
		w.std.warn("%s of shards: %s shows what they printed", display.Count(w.more, "more warning"), command)
	} else if w.cut {
		w.std.warn("shards printed more than Bacalhau kept, perhaps warnings: %s shows what there is", command)
	}
}

// completed reports whether an execution did the work of one of count partitions.
func completed(e *cluster.Execution, count int) bool {
	return e.State == cluster.StateCompleted && !e.Failed() && e.Partition >= 0 && e.Partition < count
}
