package main

// This file follows the jobs of fleet run, and fetches what they publish.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/fleet/remote"
	"github.com/bacviz/bacviz/internal/display"
)

// wait waits until all jobs have ended, and returns an error that names the shards that failed.
func (o *fleetRunOptions) wait(ctx context.Context, ids []string, std stdio) error {
	var failed []string
	shards := 0
	for _, id := range ids {
		job, err := o.follow(ctx, std, id)
		if errors.Is(err, bacalhau.ErrNoJob) {
			return &hintError{err, "bacviz job list shows the jobs of the orchestrator"}
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
		if job.State == cluster.JobStopped && err != nil {
			return err
		}
		for i, why := range reasons {
			if why != "" {
				failed = append(failed, fmt.Sprintf("shard %d (%s)", shards+i, why))
			}
		}
		shards += count
	}
	if len(failed) == 0 {
		return nil
	}
	return &hintError{
		fmt.Errorf("%d of %d shards failed: %s", len(failed), shards, strings.Join(failed[:min(len(failed), 5)], ", ")),
		"bacviz job executions " + display.Printable(cluster.ShortID(ids[0])) + " --logs shows what they printed",
	}
}

// failures says why each partition of a job did not complete; empty for one that did.
func failures(executions []cluster.Execution, count int) []string {
	why, tries, done := make([]string, count), make([]int, count), make([]bool, count)
	for i := range executions {
		e := &executions[i]
		if e.Partition < 0 || e.Partition >= count || e.Rejected() {
			continue
		}
		tries[e.Partition]++
		if e.State == cluster.StateCompleted && !e.Failed() {
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
			why[i] = "it did not run"
		case tries[i] > 1:
			why[i] = fmt.Sprintf("tried %d times, the last time %s", tries[i], why[i])
		}
	}
	return why
}

// whyFailed says in a few words why an execution failed: the last line that its program printed, or
// what Bacalhau says.
func whyFailed(e *cluster.Execution) string {
	if e.Output != nil && e.ExitCode() > 0 {
		said := strings.TrimSpace(e.Output.Stderr)
		said = said[strings.LastIndexByte(said, '\n')+1:]
		return display.Excerpt(strings.TrimSpace(fmt.Sprintf("exit code %d: %s", e.ExitCode(), said)))
	}
	if why := firstLine(e.Message); why != "" {
		return display.Excerpt(why)
	}
	return "no reason is given"
}

// fetch fetches the results of jobs into files of facts in a folder.
func (o *fleetRunOptions) fetch(ctx context.Context, ids []string, folder string, std stdio) (facts []string, err error) {
	wanted := 0
	var results []cluster.Result
	for _, id := range ids {
		job, err := request(o.client.Job(ctx, id))
		if err != nil {
			return nil, err
		}
		wanted += max(job.Count, 1)
		published, err := request(o.client.Results(ctx, id))
		if err != nil {
			return nil, err
		}
		results = append(results, published...)
	}
	if len(results) < wanted {
		return nil, fmt.Errorf("%d shards published %d results", wanted, len(results))
	}
	for i, r := range results {
		file := filepath.Join(folder, fmt.Sprintf("%d.jsonl", i))
		if err := o.fetchOne(ctx, r, file); err != nil {
			return nil, fmt.Errorf("fetching result %d of %d: %w", i+1, len(results), err)
		}
		facts = append(facts, file)
	}
	std.note("fetched %d results", len(results))
	return facts, nil
}

// fetchOne fetches the facts of a result into a file.
func (o *fleetRunOptions) fetchOne(ctx context.Context, r cluster.Result, file string) (err error) {
	archive, err := openResult(ctx, r)
	if err != nil {
		return err
	}
	defer archive.Close() // only read from
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	if err := remote.Unpack(out, io.LimitReader(archive, int64(o.maxBytes)), int64(o.maxBytes)); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("%s: %w", publishedAt(r), err)
	}
	return nil
}

// openResult opens the archive of a result: at an address, or a file on this machine.
func openResult(ctx context.Context, r cluster.Result) (io.ReadCloser, error) {
	if path := r.Info["SourcePath"]; r.URL == "" && path != "" {
		return os.Open(path)
	}
	address := r.URL
	if address == "" {
		address = r.Info["PreSignedURL"]
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return nil, &hintError{
			fmt.Errorf("a result of type %s has no address to fetch it from: %s", display.Quote(r.Type), publishedAt(r)),
			"fetch it with Bacalhau's own command, and give the facts in it to bacviz fleet report",
		}
	}
	// No credentials: the address is the node's that ran the job, or the bucket's.
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err // without the query, which may hold a signature
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", publishedAt(r), err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, errors.Join(fmt.Errorf("%s: %s", publishedAt(r), resp.Status), resp.Body.Close())
	}
	return resp.Body, nil
}

// publishedAt names a result for messages, without what may be secret.
func publishedAt(r cluster.Result) string {
	if u, err := url.Parse(r.URL); err == nil && r.URL != "" {
		u.RawQuery, u.User, u.Fragment = "", nil, ""
		return display.Excerpt(u.String())
	}
	for _, name := range []string{"SourcePath", "CID", "Key"} {
		if text := r.Info[name]; text != "" {
			return display.Excerpt(text)
		}
	}
	return display.Excerpt(r.Type)
}
