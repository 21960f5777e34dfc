package bacalhau_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/internal/clustertest"
)

var smallJob = []byte(`{"Job":{"Tasks":[{"Name":"main","Engine":{"Type":"docker","Params":{"Image":"ubuntu"}}}]}}`)

// A job that is sent twice may run twice, so it is not sent again after a fault.
func TestSubmitIsNeverRepeated(t *testing.T) {
	for _, fault := range []clustertest.Fault{clustertest.Fault503, clustertest.Fault429, clustertest.FaultHangUp, clustertest.FaultReset, clustertest.FaultElsewhere, clustertest.FaultHTML, clustertest.Fault500} {
		o := clustertest.ServeJobs(t, "v1.9.3", clustertest.Cluster(1, clustertest.Options{Nodes: 3})[0], clustertest.Plan{})
		p := clustertest.ServeFault(t, fault, o.Config.Handler)
		p.Elsewhere = o.URL
		_, err := (&bacalhau.Client{BaseURL: p.URL, RetryWait: 1}).Submit(t.Context(), smallJob)
		if err == nil || len(p.Requests()) != 1 || o.Submissions() > 1 {
			t.Errorf("%s: %v after %d requests, %d submissions", fault, err, len(p.Requests()), o.Submissions())
		}
		var e *bacalhau.Error
		if unsure := fault == clustertest.FaultHangUp || fault == clustertest.FaultReset || fault == clustertest.Fault503 || fault == clustertest.Fault500; unsure && (!errors.As(err, &e) || !strings.Contains(e.Hint, "may have been submitted")) {
			t.Errorf("%s: %v does not say that the job may have been submitted", fault, e)
		}
	}
}

func TestSubmitSaysThatAJobWithoutAnIDMayBeThere(t *testing.T) {
	client := serveJSON(t, "v1.9.3", map[string]string{"/orchestrator/jobs": `{}`})
	_, err := client.Submit(t.Context(), smallJob)
	wantError(t, err, bacalhau.Error{Op: "submitting the job", Source: client.BaseURL, Message: "answered without a job ID", Hint: "the job may have been submitted"})
}

func TestServerThatListsNoNodesIsNotTakenForAFile(t *testing.T) {
	for answer, message := range map[string]string{
		`{}`:            "answered with JSON that has no list of nodes",
		`{"Nodes": 1}`:  `answered with JSON that is not a node list: its "Nodes" is not a list`,
		`{"Nodes": [1]`: "",
		`[{"a": 1}]`:    "the only record is not a node",
		`nothing`:       "answered with text that is not JSON",
	} {
		client := serveJSON(t, "v1.9.3", map[string]string{"/orchestrator/nodes": answer, "/agent/node": `{"NodeID":"o","NodeType":"Requester"}`})
		_, err := client.List(t.Context())
		var e *bacalhau.Error
		if !errors.As(err, &e) || !strings.Contains(e.Message, message) || strings.Contains(e.Hint, "save a list") {
			t.Errorf("%s: %v, hint %q", answer, err, e.Hint)
		}
	}
}

func serveJSON(t testing.TB, version string, answers map[string]string) *bacalhau.Client {
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
	return &bacalhau.Client{BaseURL: s.URL, Retries: -1}
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
			list, err := serveJSON(t, said, answers).Executions(t.Context(), "j-1")
			var got []string
			for _, e := range list {
				got = append(got, string(e.State))
			}
			if strings.Join(got, " ") != want || err != nil {
				t.Errorf("%s, header %v: %q, %v, want %q", version, header, got, err, want)
			}
		}
	}
	c := serveJSON(t, "", map[string]string{"/orchestrator/jobs/j-1/executions": items})
	warnings := collect(c)
	_, err := c.Executions(t.Context(), "j-1")
	if err != nil || len(*warnings) != 1 || !strings.Contains((*warnings)[0].Message, "does not report its version") {
		t.Errorf("without a version: %v, %v", *warnings, err)
	}
}

func TestOddExecutionsDoNotLoseTheList(t *testing.T) {
	c := serveJSON(t, "v1.9.3", map[string]string{"/orchestrator/jobs/j-1/executions": `{"Items":[
		{"ID":7},{"NodeID":"a"},3,null,{"ID":"e-1","NodeID":"n","PublishedResult":null,"RunOutput":null,"Job":{"Tasks":3}},
		{"ID":"e-2","NodeID":"n","ComputeState":{"StateType":9},"RunOutput":{"ExitCode":3,"stderr":"oh","Stdout":"hm","StdoutTruncated":true},"CreateTime":1795442128290029517}]}`})
	warnings := collect(c)
	list, err := c.Executions(t.Context(), "j-1")
	if err != nil || len(list) != 2 || len(*warnings) != 4 {
		t.Fatalf("%+v, %v, %v", list, *warnings, err)
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
		jobs, err := c.Jobs(t.Context())
		if err != nil || len(jobs) != 3 {
			t.Errorf("last page %s: %v, %v", last, jobs, err)
		}
	}
}

// The last page of v1.9 may name a next one.
func TestJobsOfAllPages(t *testing.T) {
	for _, version := range clustertest.Versions() {
		o := clustertest.ServeJobs(t, version, clustertest.Cluster(1, clustertest.Options{Nodes: 3})[0], clustertest.Plan{})
		c := &bacalhau.Client{BaseURL: o.URL}
		warnings := collect(c)
		for n := range 21 { // 10 make a page
			jobs, err := c.Jobs(t.Context())
			if err != nil || len(*warnings) > 0 || len(jobs) != n || n > 1 && jobs[0].Created.Before(jobs[1].Created) {
				t.Fatalf("%s: %d of %d jobs, %v, %v", version, len(jobs), n, *warnings, err)
			}
			if _, err := c.Submit(t.Context(), smallJob); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestResultsOfAPageThatComesAgain(t *testing.T) {
	c := serveJSON(t, "v1.9.3", map[string]string{"/orchestrator/jobs/j-1/results": `{"NextToken":"t","Items":[{"Type":"s3","Params":{"Key":"a"}},{"Type":"s3","Params":{"Key":"b"}},{"Type":"s3"}]}`})
	warnings := collect(c)
	results, err := c.Results(t.Context(), "j-1")
	if err != nil || len(results) != 3 || len(*warnings) != 1 {
		t.Errorf("%v, %v, %v", results, *warnings, err)
	}
}

func TestJobIDErrors(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		want   error
	}{
		{500, `{"error":"Job not found. ID: x","message":"Internal Server Error"}`, bacalhau.ErrNoJob},
		{500, `{"error":"bucket not found","message":"Internal Server Error"}`, bacalhau.ErrNoJob},
		{404, `{"Status":404,"Message":"bucket not found","Code":"BoltDBBucketNotFound"}`, bacalhau.ErrNoJob},
		{404, `{"Status":404,"Message":"job not found: x","Code":"NotFound"}`, bacalhau.ErrNoJob},
		{500, `{"error":"multiple jobs found for id x","message":"Internal Server Error"}`, bacalhau.ErrManyJobs},
		{409, `{"Status":409,"Message":"multiple jobs found for id x","Code":"MultipleJobsFound"}`, bacalhau.ErrManyJobs},
		{500, `{"error":"Multiple jobs found for jobID prefix: x, matching jobIDs: [x1 x2]","message":"Internal Server Error"}`, bacalhau.ErrManyJobs},
		{500, `{"Status":500,"Message":"multiple job IDs found for same job name id x","Code":"MultipleJobIDsForSameNameFound"}`, bacalhau.ErrManyJobs},
		{409, `{"Status":409,"Message":"job x is in terminal state Completed and cannot transition to Stopped","Code":"ConflictJobState"}`, nil},
		{500, `{"error":"disk full","message":"Internal Server Error"}`, nil},
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(c.status)
			_, _ = w.Write([]byte(c.body))
		}))
		_, err := (&bacalhau.Client{BaseURL: s.URL, Retries: -1}).Job(t.Context(), "x")
		s.Close()
		if err == nil || c.want != nil && !errors.Is(err, c.want) || c.want == nil && (errors.Is(err, bacalhau.ErrNoJob) || errors.Is(err, bacalhau.ErrManyJobs)) {
			t.Errorf("%s: %v, want %v", c.body, err, c.want)
		}
	}
	for _, id := range []string{"", ".", ".."} {
		if _, err := (&bacalhau.Client{BaseURL: "http://127.0.0.1:1"}).Job(t.Context(), id); !errors.Is(err, bacalhau.ErrNoJob) {
			t.Errorf("ID %q: %v", id, err)
		}
	}
}

// A server may repeat what it was sent.
func TestNoSecretInAnswersAboutJobs(t *testing.T) {
	const key = "s3cr3t-key-of-somebody"
	for _, answer := range []string{`{"JobID":"j-1","Warnings":["you sent ` + key + `"]}`, `{"JobID":"` + key, key, `{"Items":3,"` + key + `":4}`} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, answer) }))
		c := &bacalhau.Client{BaseURL: s.URL, Auth: bacalhau.Auth{Key: key}, Retries: -1}
		warnings := collect(c)
		submission, putErr := c.Submit(t.Context(), smallJob)
		_, getErr := c.Job(t.Context(), "j-1")
		_, listErr := c.Executions(t.Context(), "j-1")
		for _, v := range []any{submission, putErr, *warnings, getErr, listErr} {
			if text := fmt.Sprint(v); strings.Contains(text, key) {
				t.Errorf("%s: %s", answer, text)
			}
		}
		s.Close()
	}
}

// Servers complete short IDs and shorter ones, and nothing longer.
func TestJobByMoreThanItsShortID(t *testing.T) {
	const id = "j-0d2d943b-1111-4111-8111-111111111111"
	c := serveJSON(t, "v1.9.3", map[string]string{"/orchestrator/jobs/j-0d2d943b": `{"Job":{"ID":"` + id + `"}}`})
	for given, found := range map[string]bool{"j-0d2d943b": true, "j-0d2d943b-": true, "j-0d2d943b-1111-4": true, "j-0d2d943b-2": false, "j-0d2d943bff": false} {
		job, err := c.Job(t.Context(), given)
		if found && (err != nil || job.ID != id) || !found && !errors.Is(err, bacalhau.ErrNoJob) {
			t.Errorf("%s: %q, %v", given, job.ID, err)
		}
	}
}

func TestJobsOfANodeThatIsNotAnOrchestrator(t *testing.T) {
	for _, c := range []struct{ agent, want string }{
		{`{"NodeID":"c6","NodeType":"Compute"}`, `node "c6" is a compute node; only an orchestrator knows jobs`},
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
		client := &bacalhau.Client{BaseURL: s.URL}
		_, listErr := client.Jobs(t.Context())
		_, getErr := client.Job(t.Context(), "j-1")
		_, putErr := client.Submit(t.Context(), smallJob)
		for _, err := range []error{listErr, getErr, putErr} {
			if err == nil || !strings.Contains(err.Error(), c.want) || errors.Is(err, bacalhau.ErrNoJob) {
				t.Errorf("%v, want %q", err, c.want)
			}
		}
		s.Close()
	}
}
