package main

// This file fetches what the jobs of fleet run publish.

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fleet/remote"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/interrupt"
)

// fetch fetches the results of jobs into files of facts in a folder: one of each shard.
func (o *fleetRunOptions) fetch(ctx context.Context, ids []string, folder string, std stdio) (facts []string, err error) {
	results, err := o.results(ctx, ids)
	if err != nil {
		return nil, err
	}
	from := downloads{tries: downloadTries, pause: downloadPause, silence: downloadSilence, maxBytes: int64(o.maxBytes)}
	said := time.Now()
	for i, r := range results {
		file := filepath.Join(folder, fmt.Sprintf("%d.jsonl", i))
		if err := from.fetch(ctx, r, file); err != nil {
			return nil, o.resumable(ids, fmt.Errorf("fetching result %d of %d: %w", i+1, len(results), err))
		}
		facts = append(facts, file)
		if time.Since(said) > downloadNews {
			said = time.Now()
			std.note("fetched %d of %s", i+1, display.Count(len(results), "result"))
		}
	}
	std.note("fetched %s", display.Count(len(results), "result"))
	return facts, nil
}

// results returns a result of each shard of jobs that ended.
func (o *fleetRunOptions) results(ctx context.Context, ids []string) (results []cluster.Result, err error) {
	var missing []string
	shards := 0
	for _, id := range ids {
		job, err := request(o.client.Job(ctx, id))
		if err != nil {
			return nil, o.resumable(ids, err)
		}
		executions, err := o.executions(ctx, id)
		if err != nil {
			return nil, o.resumable(ids, err)
		}
		published, err := request(o.client.Results(ctx, id))
		if err != nil {
			return nil, o.resumable(ids, err)
		}
		count := max(job.Count, 1)
		found, without := resultsOf(executions, published, count)
		results = append(results, found...)
		for _, i := range without {
			missing = append(missing, fmt.Sprintf("shard %d%s", shards+i, executionOf(executions, i, count)))
		}
		shards += count
	}
	if len(missing) == 0 {
		return results, nil
	}
	return nil, &hintError{
		fmt.Errorf("%d of %d shards published no results: %s", len(missing), shards, strings.Join(missing[:min(len(missing), 5)], ", ")),
		"they completed, and waiting brings none: look at the publisher of their nodes, and run it again without --resume, perhaps with another --publisher",
	}
}

// resultsOf returns a result of each of count partitions, in their order, and the partitions without
// one. A result is that of the execution whose ID is in its address or its parameters. One that names
// none, such as a CID, counts once, for a partition that has no other.
func resultsOf(executions []cluster.Execution, published []cluster.Result, count int) (results []cluster.Result, missing []int) {
	partition := make(map[string]int, len(executions))
	for i := range executions {
		if e := &executions[i]; completed(e, count) {
			partition[e.ID] = e.Partition
		}
	}
	found := make(map[int]cluster.Result, count)
	known := make(map[string]bool, len(published))
	var others []cluster.Result
	for _, r := range published {
		text := resultKey(r)
		if known[text] {
			continue
		}
		known[text] = true
		if i, ok := partitionIn(text, partition); !ok {
			others = append(others, r)
		} else if _, had := found[i]; !had {
			found[i] = r
		}
	}
	for i := range count {
		if r, ok := found[i]; ok {
			results = append(results, r)
		} else {
			missing = append(missing, i)
		}
	}
	if len(others) >= len(missing) {
		return append(results, others...), nil
	}
	return results, missing
}

// resultKey returns what tells a result from others.
func resultKey(r cluster.Result) string {
	text := r.Type + "\n" + r.URL
	for _, name := range slices.Sorted(maps.Keys(r.Info)) {
		text += "\n" + r.Info[name]
	}
	return text
}

// partitionIn returns the partition of the first execution whose ID is in a text.
func partitionIn(text string, partition map[string]int) (int, bool) {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if i, ok := partition[word]; ok {
			return i, true
		}
	}
	return 0, false
}

// executionOf says which execution did the work of a partition.
func executionOf(executions []cluster.Execution, partition, count int) string {
	for i := range executions {
		if e := &executions[i]; completed(e, count) && e.Partition == partition {
			return fmt.Sprintf(" (%s on %s)", display.Printable(cluster.ShortID(e.ID)), display.Printable(cluster.ShortID(e.NodeID)))
		}
	}
	return ""
}

// What a download may take: a node that says nothing for a minute is not going to, and a third try has
// waited for as long as it takes a node to start again its publisher.
const (
	downloadTries   = 3
	downloadPause   = 2 * time.Second
	downloadSilence = time.Minute
	downloadNews    = 10 * time.Second // between two messages of how far it is
)

// downloads say how results are fetched.
type downloads struct {
	tries    int
	pause    time.Duration // before a try that is not the first
	silence  time.Duration // for which a server may send nothing
	maxBytes int64         // of an archive, and of what is in it
}

// errStalled is the reason why a download that does not go on is cancelled.
var errStalled = errors.New("nothing came")

// fetch fetches the facts of a result into a file.
func (d downloads) fetch(ctx context.Context, r cluster.Result, file string) (err error) {
	for try := range d.tries {
		if try > 0 {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(d.pause):
			}
		}
		err = d.fetchOnce(ctx, r, file)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if passing := (*passingError)(nil); !errors.As(err, &passing) {
			break
		}
	}
	return err
}

// A passingError is one that another try may not meet.
type passingError struct{ error }

func (e *passingError) Unwrap() error { return e.error }

func (d downloads) fetchOnce(ctx context.Context, r cluster.Result, file string) (err error) {
	within, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stalled := time.AfterFunc(d.silence, func() { cancel(errStalled) })
	defer stalled.Stop()
	archive, err := openResult(within, r)
	if err == nil {
		defer archive.Close() // only read from
		err = d.unpack(watched{archive, stalled, d.silence}, file)
	}
	if errors.Is(context.Cause(within), errStalled) && err != nil {
		err = &passingError{fmt.Errorf("%w for %s", errStalled, display.Limit(d.silence))}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", publishedAt(r), err)
	}
	return nil
}

func (d downloads) unpack(archive io.Reader, file string) (err error) {
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	return remote.Unpack(out, &io.LimitedReader{R: archive, N: d.maxBytes}, d.maxBytes)
}

// A watched reader puts off an alarm whenever something comes.
type watched struct {
	from    io.Reader
	alarm   *time.Timer
	silence time.Duration
}

func (h watched) Read(p []byte) (int, error) {
	n, err := h.from.Read(p)
	if n > 0 {
		h.alarm.Reset(h.silence)
	}
	if err != nil && err != io.EOF { // as readers of package io compare it
		err = &passingError{err}
	}
	return n, err
}

// openResult opens the archive of a result: at an address, or a file on this machine.
func openResult(ctx context.Context, r cluster.Result) (io.ReadCloser, error) {
	if path := r.Info["SourcePath"]; r.URL == "" && path != "" {
		return interrupt.Call(ctx, func() (io.ReadCloser, error) { return openArchive(path) })
	}
	address := cmp.Or(r.URL, r.Info["PreSignedURL"])
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return nil, &hintError{
			fmt.Errorf("a result of type %s has no address to fetch it from", display.Quote(r.Type)),
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
		return nil, &passingError{err}
	}
	if resp.StatusCode != http.StatusOK {
		err := errors.Join(errors.New(resp.Status), resp.Body.Close())
		if resp.StatusCode >= http.StatusInternalServerError {
			return nil, &passingError{err}
		}
		return nil, err
	}
	return resp.Body, nil
}

// openArchive opens a regular file: the orchestrator chose the path, which may be that of a device or a FIFO.
func openArchive(path string) (io.ReadCloser, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("is not a regular file")
	}
	if err != nil {
		return nil, err
	}
	return os.Open(path)
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
