package bacalhau_test

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/golden"
)

const anyJob = "j-00000000-0000-0000-0000-000000000000"

// aboutJobs matches the names of captures of answers about jobs.
var aboutJobs = regexp.MustCompile(`^(executions|history|job|jobs|put|results)(_|$)|_jobs_`)

// TestJobCaptures compares every recorded answer about jobs, as it was read, with
// testdata/jobs.txt: states, exit codes, failures, retries, messages.
func TestJobCaptures(t *testing.T) {
	var b bytes.Buffer
	for _, version := range clustertest.Versions() {
		for _, name := range clustertest.Names(version) {
			if !aboutJobs.MatchString(name) {
				continue
			}
			c, requests := respond(t, version, name)
			lines, warnings, err := readCapture(t, c, name)
			fmt.Fprintf(&b, "%s %s\n", version, name)
			for _, line := range counted(lines) {
				fmt.Fprintf(&b, "    %s\n", line)
			}
			for _, w := range warnings {
				fmt.Fprintf(&b, "    warning: %s\n", w.Message)
			}
			if err != nil {
				fmt.Fprintf(&b, "    error: %s\n", strings.ReplaceAll(err.Error(), c.BaseURL, "SERVER"))
			}
			if unknown := strings.HasSuffix(name, "404") || name == "job_byname" && err != nil; unknown != errors.Is(err, bacalhau.ErrNoJob) {
				t.Errorf("%s %s: wrong about ErrNoJob: %v", version, name, err)
			}
			if sent := strings.Contains(name, "put") || name == "job_stop"; sent && requests.Load() != 1 {
				t.Errorf("%s %s: %d requests", version, name, requests.Load())
			}
		}
	}
	golden.Check(t, "testdata/jobs.txt", b.Bytes())
}

// readCapture makes the request that the capture of that name answers, and returns a
// line for each entry of the answer.
func readCapture(t *testing.T, c *bacalhau.Client, name string) (lines []string, warnings []bacalhau.Warning, err error) {
	ctx := t.Context()
	collected := collect(c)
	defer func() { warnings = *collected }()
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	first := func(message string) string { // of several lines
		line, more, _ := strings.Cut(message, "\n")
		if more != "" {
			line += " …"
		}
		return strconv.Quote(line)
	}
	kind, _, _ := strings.Cut(name, "_")
	switch {
	case strings.HasPrefix(name, "job_put"), name == "job_rerun", kind == "put":
		var s bacalhau.Submission
		s, err = c.Submit(ctx, smallJob)
		if err == nil {
			add("job %s, evaluation %s, warnings %v", s.JobID, s.EvaluationID, s.Warnings)
		}
	case name == "job_stop":
		var evaluation string
		evaluation, err = c.Stop(ctx, anyJob, "no need")
		add("evaluation %s", evaluation)
	case kind == "job":
		var j bacalhau.JobDetail
		j, err = c.Job(ctx, anyJob)
		if err == nil {
			add("%s: %s of %d, engines %v, publishers %v: %s %s", j.Name, j.Type, j.Count, j.Engines, j.Publishers, j.State, first(j.Message))
		}
	case kind == "executions":
		var list []cluster.Execution
		list, err = c.Executions(ctx, anyJob)
		for _, e := range list {
			is := ""
			for _, s := range []struct {
				word string
				is   bool
			}{{", failed", e.Failed()}, {", ran", e.Ran()}, {", active", e.Active}, {", a retry", e.Attempt > 1}} {
				if s.is {
					is += s.word
				}
			}
			add("%s, exit code %d%s: %s", e.State, e.ExitCode(), is, first(e.Message))
		}
	case kind == "history":
		var list []cluster.Event
		list, err = c.History(ctx, anyJob)
		for _, e := range list {
			of := ""
			if e.NodeID != "" {
				of = " on a node"
			}
			message := first(e.Message)
			if strings.HasPrefix(e.Message, "Requested execution on ") {
				message = `"Requested execution on …"`
			}
			if e.Time.IsZero() || e.Time.Year() != 2026 {
				of += " at no time"
			}
			add("%s%s: %s %s", e.Level, of, cmp.Or(string(e.State), "-"), message)
		}
	case kind == "results":
		var list []cluster.Result
		list, err = c.Results(ctx, anyJob)
		for _, r := range list {
			add("%s %s", r.Type, r.URL)
		}
	default: // lists of jobs
		var list []cluster.Job
		list, err = c.Jobs(ctx)
		for _, j := range list {
			add("%s %s: %s %s", cluster.ShortID(j.ID), j.Name, j.Type, j.State)
		}
	}
	if len(lines) == 0 && err == nil {
		add("none")
	}
	return lines, warnings, err
}

// counted replaces equal lines by the first of them, with their number.
func counted(lines []string) []string {
	var distinct []string
	counts := map[string]int{}
	for _, line := range lines {
		if counts[line]++; counts[line] == 1 {
			distinct = append(distinct, line)
		}
	}
	for i, line := range distinct {
		distinct[i] = fmt.Sprintf("%d × %s", counts[line], line)
	}
	return distinct
}

// respond answers everything with a capture and counts the requests.
func respond(t *testing.T, version, name string) (*bacalhau.Client, *atomic.Int32) {
	answer, err := clustertest.Load(version, name)
	if err != nil {
		t.Fatal(err)
	}
	count := new(atomic.Int32)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		count.Add(1)
		answer.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return &bacalhau.Client{BaseURL: s.URL}, count
}
