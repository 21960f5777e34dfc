package fetch_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/golden"
)

const anyJob = "j-00000000-0000-0000-0000-000000000000"

// aboutJobs matches the names of captures that this file is about.
var aboutJobs = regexp.MustCompile(`^(executions|history|job|jobs|put|results)(_|$)|_jobs_`)

// TestJobCaptures holds what every recorded answer about jobs is taken for against
// testdata/jobs.txt: states, exit codes, who failed and was retried, messages.
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
			if unknown := strings.HasSuffix(name, "404") || name == "job_byname" && err != nil; unknown != errors.Is(err, fetch.ErrNoJob) {
				t.Errorf("%s %s: ErrNoJob is told wrong: %v", version, name, err)
			}
			if sent := strings.Contains(name, "put") || name == "job_stop"; sent && requests.Load() != 1 {
				t.Errorf("%s %s: %d requests", version, name, requests.Load())
			}
		}
	}
	golden.Check(t, "testdata/jobs.txt", b.Bytes())
}

// readCapture asks for what the capture of that name answers, and says in a line
// each what came.
func readCapture(t *testing.T, c *fetch.Client, name string) (lines []string, warnings []fetch.Warning, err error) {
	ctx := t.Context()
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
		var s fetch.Submission
		s, warnings, err = c.Submit(ctx, readSpec(t, smallJob))
		if err == nil {
			add("job %s, evaluation %s, version %d, warnings %v", s.JobID, s.EvaluationID, s.JobVersion, s.Warnings)
		}
	case name == "job_stop":
		var evaluation string
		evaluation, warnings, err = c.Stop(ctx, anyJob, "no need")
		add("evaluation %s", evaluation)
	case kind == "job":
		var j fetch.JobDetail
		j, warnings, err = c.Job(ctx, anyJob)
		if err == nil {
			add("%s: %s of %d, engines %v, publishers %v: %s %s", j.Name, j.Type, j.Count, j.Engines, j.Publishers, j.State, first(j.Message))
		}
	case kind == "executions":
		var list []cluster.Execution
		list, warnings, err = c.Executions(ctx, anyJob)
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
		list, warnings, err = c.History(ctx, anyJob)
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
		list, warnings, err = c.Results(ctx, anyJob)
		for _, r := range list {
			add("%s %s", r.Type, r.URL)
		}
	default: // lists of jobs
		var list []cluster.Job
		list, warnings, err = c.Jobs(ctx)
		for _, j := range list {
			add("%s %s: %s %s", cluster.ShortID(j.ID), j.Name, j.Type, j.State)
		}
	}
	if len(lines) == 0 && err == nil {
		add("none")
	}
	return lines, warnings, err
}

// counted puts equal lines together, where the first of them is.
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
func respond(t *testing.T, version, name string) (*fetch.Client, *atomic.Int32) {
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
	return &fetch.Client{BaseURL: s.URL}, count
}

const smallJob = "Name: a\nTasks:\n  - Name: main\n    Engine: {Type: docker, Params: {Image: ubuntu}}\n"

func readSpec(t testing.TB, text string) *fetch.JobSpec {
	t.Helper()
	spec, err := fetch.ReadJobSpec(strings.NewReader(text), "job.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return spec
}

// A job that is sent twice may run twice: after no fault is it sent again.
func TestSubmitIsNeverRepeated(t *testing.T) {
	for _, fault := range []clustertest.Fault{clustertest.Fault503, clustertest.Fault429, clustertest.FaultHangUp, clustertest.FaultReset, clustertest.FaultElsewhere, clustertest.FaultHTML} {
		o := clustertest.ServeJobs(t, "v1.9.3", clustertest.Cluster(1, clustertest.Options{Nodes: 3})[0], clustertest.Plan{})
		p := clustertest.ServeFault(t, fault, o.Config.Handler)
		p.Elsewhere = o.URL
		_, _, err := (&fetch.Client{BaseURL: p.URL, RetryWait: 1}).Submit(t.Context(), readSpec(t, smallJob))
		if err == nil || len(p.Requests()) != 1 || o.Submissions() > 1 {
			t.Errorf("%s: %v after %d requests, %d submissions", fault, err, len(p.Requests()), o.Submissions())
		}
		var e *fetch.Error
		if unsure := fault == clustertest.FaultHangUp || fault == clustertest.FaultReset || fault == clustertest.Fault503; unsure && (!errors.As(err, &e) || !strings.Contains(e.Hint, "may have arrived")) {
			t.Errorf("%s: %v does not say that the job may have arrived", fault, e)
		}
	}
}

func serveJSON(t testing.TB, version string, answers map[string]string) *fetch.Client {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if version != "" {
			w.Header().Set("X-Bacalhau-Git-Version", version)
		}
		text, ok := answers[strings.TrimPrefix(r.URL.RequestURI(), "/api/v1")]
		if !ok {
			text, ok = answers[strings.TrimPrefix(r.URL.Path, "/api/v1")]
		}
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			text = `{"Status":404,"Message":"job not found: it"}`
		}
		_, _ = io.WriteString(w, text) // the client may have gone
	}))
	t.Cleanup(s.Close)
	return &fetch.Client{BaseURL: s.URL, Retries: -1}
}

func TestExecutionStatesByVersion(t *testing.T) {
	const items = `{"Items":[{"ID":"e-1","ComputeState":{"StateType":6}},{"ID":"e-2","ComputeState":{"StateType":7}},{"ID":"e-3","ComputeState":{"StateType":17}},{"ID":"e-4","ComputeState":{"StateType":"Paused"}}]}`
	for version, want := range map[string]string{
		"v1.4.0":      "BidRejected Completed unknown(17) Paused",
		"v1.5.1":      "BidRejected Completed unknown(17) Paused",
		"1.5.1+dirty": "BidRejected Completed unknown(17) Paused",
		"v1.5":        "BidRejected Completed unknown(17) Paused",
		"v1.5.2-rc1":  "BidRejected Completed unknown(17) Paused",
		"v1.5.2+more": "Running Publishing unknown(17) Paused",
		"v1.5.x":      "Running Publishing unknown(17) Paused",
		"v1.5.2":      "Running Publishing unknown(17) Paused",
		"v1.10.0":     "Running Publishing unknown(17) Paused",
		"v0.0.0-dev":  "Running Publishing unknown(17) Paused",
		"development": "Running Publishing unknown(17) Paused",
	} {
		for _, header := range []bool{true, false} {
			answers := map[string]string{"/orchestrator/jobs/j-1/executions": items, "/agent/version": `{"GitVersion":"` + version + `"}`}
			said := version
			if !header {
				said = ""
			}
			list, _, err := serveJSON(t, said, answers).Executions(t.Context(), "j-1")
			var got []string
			for _, e := range list {
				got = append(got, string(e.State))
			}
			if strings.Join(got, " ") != want || err != nil {
				t.Errorf("%s, header %v: %q, %v, want %q", version, header, got, err, want)
			}
		}
	}
	_, warnings, err := serveJSON(t, "", map[string]string{"/orchestrator/jobs/j-1/executions": items}).Executions(t.Context(), "j-1")
	if err != nil || len(warnings) != 1 || !strings.Contains(warnings[0].Message, "does not tell its version") {
		t.Errorf("without a version: %v, %v", warnings, err)
	}
}

func TestOddExecutionsDoNotLoseTheList(t *testing.T) {
	c := serveJSON(t, "v1.9.3", map[string]string{"/orchestrator/jobs/j-1/executions": `{"Items":[
		{"ID":7},{"NodeID":"a"},3,null,{"ID":"e-1","NodeID":"n","PublishedResult":null,"RunOutput":null,"Job":{"Tasks":3}},
		{"ID":"e-2","NodeID":"n","ComputeState":{"StateType":9},"RunOutput":{"ExitCode":3,"stderr":"oh","Stdout":"hm","StdoutTruncated":true},"CreateTime":1795442128290029517}]}`})
	list, warnings, err := c.Executions(t.Context(), "j-1")
	if err != nil || len(list) != 2 || len(warnings) != 4 {
		t.Fatalf("%+v, %v, %v", list, warnings, err)
	}
	e := list[1]
	if !e.Failed() || e.Outcome() != cluster.StateFailed || e.ExitCode() != 3 || e.Output.Stderr != "oh" || !e.Output.StdoutTruncated || e.Created.Year() != 2026 {
		t.Errorf("%+v %+v", e, e.Output)
	}
}

func TestJobsFollowPages(t *testing.T) {
	page := func(next string, ids ...string) string {
		var items []string
		for _, id := range ids {
			items = append(items, `{"ID":"`+id+`"}`)
		}
		return `{"NextToken":"` + next + `","Items":[` + strings.Join(items, ",") + `]}`
	}
	const path = "/orchestrator/jobs?limit=200&namespace=%2A"
	for _, last := range []string{page("t3"), page("t3", "c"), page("")} {
		c := serveJSON(t, "v1.9.3", map[string]string{
			path: page("t1", "a"), "/orchestrator/jobs?limit=200&namespace=%2A&next_token=t1": page("t2", "b", "c"), "/orchestrator/jobs?limit=200&namespace=%2A&next_token=t2": last,
		})
		jobs, _, err := c.Jobs(t.Context())
		if err != nil || len(jobs) != 3 {
			t.Errorf("last page %s: %v, %v", last, jobs, err)
		}
	}
}

// The last page of v1.9 may name a next one.
func TestJobsOfAllPages(t *testing.T) {
	for _, version := range clustertest.Versions() {
		o := clustertest.ServeJobs(t, version, clustertest.Cluster(1, clustertest.Options{Nodes: 3})[0], clustertest.Plan{})
		c := &fetch.Client{BaseURL: o.URL}
		for n := range 21 { // 10 make a page
			jobs, warnings, err := c.Jobs(t.Context())
			if err != nil || len(warnings) > 0 || len(jobs) != n || n > 1 && jobs[0].Created.Before(jobs[1].Created) {
				t.Fatalf("%s: %d of %d jobs, %v, %v", version, len(jobs), n, warnings, err)
			}
			if _, _, err := c.Submit(t.Context(), readSpec(t, smallJob)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestResultsOfAPageThatComesAgain(t *testing.T) {
	c := serveJSON(t, "v1.9.3", map[string]string{"/orchestrator/jobs/j-1/results": `{"NextToken":"t","Items":[{"Type":"s3","Params":{"Key":"a"}},{"Type":"s3","Params":{"Key":"b"}},{"Type":"s3"}]}`})
	results, warnings, err := c.Results(t.Context(), "j-1")
	if err != nil || len(results) != 3 || len(warnings) != 1 {
		t.Errorf("%v, %v, %v", results, warnings, err)
	}
}

func TestJobIDErrors(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		want   error
	}{
		{500, `{"error":"Job not found. ID: x","message":"Internal Server Error"}`, fetch.ErrNoJob},
		{500, `{"error":"bucket not found","message":"Internal Server Error"}`, fetch.ErrNoJob},
		{404, `{"Status":404,"Message":"bucket not found","Code":"BoltDBBucketNotFound"}`, fetch.ErrNoJob},
		{404, `{"Status":404,"Message":"job not found: x","Code":"NotFound"}`, fetch.ErrNoJob},
		{500, `{"error":"multiple jobs found for id x","message":"Internal Server Error"}`, fetch.ErrManyJobs},
		{409, `{"Status":409,"Message":"multiple jobs found for id x","Code":"MultipleJobsFound"}`, fetch.ErrManyJobs},
		{500, `{"error":"Multiple jobs found for jobID prefix: x, matching jobIDs: [x1 x2]","message":"Internal Server Error"}`, fetch.ErrManyJobs},
		{500, `{"Status":500,"Message":"multiple job IDs found for same job name id x","Code":"MultipleJobIDsForSameNameFound"}`, fetch.ErrManyJobs},
		{409, `{"Status":409,"Message":"job x is in terminal state Completed and cannot transition to Stopped","Code":"ConflictJobState"}`, nil},
		{500, `{"error":"disk full","message":"Internal Server Error"}`, nil},
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(c.status)
			_, _ = w.Write([]byte(c.body))
		}))
		_, _, err := (&fetch.Client{BaseURL: s.URL, Retries: -1}).Job(t.Context(), "x")
		s.Close()
		if err == nil || c.want != nil && !errors.Is(err, c.want) || c.want == nil && (errors.Is(err, fetch.ErrNoJob) || errors.Is(err, fetch.ErrManyJobs)) {
			t.Errorf("%s: %v, want %v", c.body, err, c.want)
		}
	}
	for _, id := range []string{"", ".", ".."} {
		if _, _, err := (&fetch.Client{BaseURL: "http://127.0.0.1:1"}).Job(t.Context(), id); !errors.Is(err, fetch.ErrNoJob) {
			t.Errorf("ID %q: %v", id, err)
		}
	}
}

// A server may repeat what it was sent.
func TestNoSecretInWhatJobsBringBack(t *testing.T) {
	const key = "s3cr3t-key-of-somebody"
	for _, answer := range []string{`{"JobID":"j-1","Warnings":["you sent ` + key + `"]}`, `{"JobID":"` + key, key, `{"Items":3,"` + key + `":4}`} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, answer) }))
		c := &fetch.Client{BaseURL: s.URL, Auth: fetch.Auth{Key: key}, Retries: -1}
		submission, _, putErr := c.Submit(t.Context(), readSpec(t, smallJob))
		_, warnings, getErr := c.Job(t.Context(), "j-1")
		_, _, listErr := c.Executions(t.Context(), "j-1")
		for _, told := range []any{submission, putErr, warnings, getErr, listErr} {
			if text := fmt.Sprint(told); strings.Contains(text, key) {
				t.Errorf("%s: %s", answer, text)
			}
		}
		s.Close()
	}
}

// Servers complete short IDs and what is shorter, and nothing longer.
func TestJobByMoreThanItsShortID(t *testing.T) {
	const id = "j-0d2d943b-1111-4111-8111-111111111111"
	c := serveJSON(t, "v1.9.3", map[string]string{"/orchestrator/jobs/j-0d2d943b": `{"Job":{"ID":"` + id + `"}}`})
	for given, found := range map[string]bool{"j-0d2d943b": true, "j-0d2d943b-": true, "j-0d2d943b-1111-4": true, "j-0d2d943b-2": false, "j-0d2d943bff": false} {
		job, _, err := c.Job(t.Context(), given)
		if found && (err != nil || job.ID != id) || !found && !errors.Is(err, fetch.ErrNoJob) {
			t.Errorf("%s: %q, %v", given, job.ID, err)
		}
	}
}

func TestExecutionsOfSurviveOneThatFails(t *testing.T) {
	one := `{"Items":[{"ID":"e-1","NodeID":"n","ComputeState":{"StateType":9}}]}`
	c := serveJSON(t, "v1.9.3", map[string]string{"/orchestrator/jobs/a/executions": one, "/orchestrator/jobs/b/executions": "[]", "/orchestrator/jobs/c/executions": one})
	all, warnings, err := c.ExecutionsOf(t.Context(), []string{"a", "b", "c"})
	if err != nil || len(all) != 3 || len(all[0]) != 1 || all[1] != nil || len(all[2]) != 1 || len(warnings) != 1 ||
		!strings.HasPrefix(warnings[0].Message, "1 of 3 jobs left out, for their executions could not be listed: ") {
		t.Errorf("%v, %v, %v", all, warnings, err)
	}
	if _, _, err := c.ExecutionsOf(t.Context(), []string{"b", "b"}); err == nil {
		t.Error("all failed: no error")
	}
	// A job that the server knows no executions of has none.
	if all, warnings, err := c.ExecutionsOf(t.Context(), []string{"a", "new"}); err != nil || len(warnings) > 0 || all[1] == nil || len(all[1]) > 0 {
		t.Errorf("none yet: %v, %v, %v", all, warnings, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := c.ExecutionsOf(ctx, []string{"a"}); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}

func TestJobsOfWhatIsNoOrchestrator(t *testing.T) {
	for _, c := range []struct{ agent, want string }{
		{`{"NodeID":"c6","NodeType":"Compute"}`, `node "c6" is a compute node, and only an orchestrator knows jobs`},
		{"", "this does not look like a Bacalhau API"},
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == clustertest.PathAgent && c.agent != "" {
				_, _ = io.WriteString(w, c.agent)
				return
			}
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, `{"Status":404,"Message":"Not Found"}`)
		}))
		client := &fetch.Client{BaseURL: s.URL}
		_, _, listErr := client.Jobs(t.Context())
		_, _, getErr := client.Job(t.Context(), "j-1")
		_, _, putErr := client.Submit(t.Context(), readSpec(t, smallJob))
		for _, err := range []error{listErr, getErr, putErr} {
			if err == nil || !strings.Contains(err.Error(), c.want) || errors.Is(err, fetch.ErrNoJob) {
				t.Errorf("%v, want %q", err, c.want)
			}
		}
		s.Close()
	}
}

// v1.9 sends the whole job with each execution, inline inputs included.
func TestEmbeddedJobsAreNotHeld(t *testing.T) {
	input := strings.Repeat("A", 1<<16)
	body := `{"Items":[`
	for i := range 200 {
		body += fmt.Sprintf(`%s{"ID":"e-%d","Job":{"Tasks":[{"Inputs":["%s","%s"]}]},"ComputeState":{"StateType":9}}`, strings.Repeat(",", min(i, 1)), i, input, input)
	}
	c := serveJSON(t, "v1.9.3", map[string]string{"/orchestrator/jobs/a/executions": body + "]}"})
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	list, _, err := c.Executions(t.Context(), "a")
	runtime.ReadMemStats(&after)
	if err != nil || len(list) != 200 {
		t.Fatal(len(list), err)
	}
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > uint64(len(body))/4 {
		t.Errorf("allocated %d bytes for %d bytes of answer", allocated, len(body))
	}
}

type answerWith string

func (text answerWith) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"X-Bacalhau-Git-Version": {"v1.9.3"}}, Body: io.NopCloser(strings.NewReader(string(text))),
	}, nil
}

// A client may be told to give up, for another failed, when it has just read all.
func TestExecutionsThatEndWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := &fetch.Client{BaseURL: "http://127.0.0.1:1", HTTP: &http.Client{Transport: endsWith{answerWith(`{"Items":[]}`), cancel}}, Retries: -1}
	if all, _, err := c.ExecutionsOf(ctx, []string{"a"}); ctx.Err() == nil || err == nil && (len(all) != 1 || all[0] == nil) {
		t.Errorf("%v, %v", all, err)
	}
}

// endsWith calls done when the answer has been read.
type endsWith struct {
	answerWith
	done func()
}

func (e endsWith) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := e.answerWith.RoundTrip(r)
	resp.Body = closer{resp.Body, e.done}
	return resp, err
}

type closer struct {
	io.ReadCloser
	done func()
}

// An answer may break off before its first byte.
func TestJobsWithoutAByte(t *testing.T) {
	c := &fetch.Client{BaseURL: "http://127.0.0.1:1", HTTP: &http.Client{Transport: broken{}}, Retries: -1}
	if _, _, err := c.Jobs(t.Context()); !errors.Is(err, io.ErrClosedPipe) {
		t.Error(err)
	}
}

// broken answers with a body that cannot be read.
type broken struct{}

func (broken) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := answerWith("").RoundTrip(r)
	resp.Body = io.NopCloser(iotest.ErrReader(io.ErrClosedPipe))
	return resp, err
}

func (c closer) Close() error {
	c.done()
	return c.ReadCloser.Close()
}

func FuzzJobAnswers(f *testing.F) {
	for _, name := range []string{"executions_ok", "jobs_list_limit2", "history_nomatch", "results_oklocal", "job_ok"} {
		answer, err := clustertest.Load("v1.9.3", name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(answer.Body))
	}
	f.Add(`{"Items":[{"ID":"a","ComputeState":{"StateType":1e9}},null],"NextToken":"x"}`)
	f.Add("\v{")
	f.Fuzz(func(t *testing.T, text string) {
		c := &fetch.Client{BaseURL: "http://127.0.0.1:1", HTTP: &http.Client{Transport: answerWith(text)}, Retries: -1}
		_, _, list := c.Jobs(t.Context())
		_, _, get := c.Job(t.Context(), "a")
		executions, _, err := c.Executions(t.Context(), "a")
		_, _, results := c.Results(t.Context(), "a")
		_, _, history := c.History(t.Context(), "a")
		for _, err := range []error{list, get, err, results, history} {
			var e *fetch.Error
			if err != nil && (!errors.As(err, &e) || e.Message == "" || strings.ContainsAny(e.Message, "\n\x1b")) {
				t.Errorf("%q: %v", text, err)
			}
		}
		for _, e := range executions {
			if e.ID == "" || e.Attempt < 1 {
				t.Errorf("%q: %+v", text, e)
			}
		}
	})
}
