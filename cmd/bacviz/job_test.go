package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/clustertest"
)

const serviceJob = "Name: spin\nType: Service\nTasks: [{Name: main, Engine: {Type: docker}}]"

// runJob runs a job command against a server. After each write to standard error it
// calls heard with all that has been written.
func runJob(ctx context.Context, t *testing.T, url string, heard func(string), args ...string) (status int, out, err string) {
	t.Helper()
	t.Setenv("BACALHAU_DIR", t.TempDir())
	t.Setenv("BACALHAU_API_HOST", url)
	var stdout bytes.Buffer
	stderr := &listener{heard: heard}
	status = run(ctx, append([]string{"job"}, args...), stdio{strings.NewReader(serviceJob), &stdout, stderr})
	return status, stdout.String(), stderr.text.String()
}

type listener struct {
	text  strings.Builder
	heard func(string)
}

func (l *listener) Write(p []byte) (int, error) {
	l.text.Write(p)
	if l.heard != nil {
		l.heard(l.text.String())
	}
	return len(p), nil
}

// When waiting ends before the job does, the job is left as it is, and the message
// says how to go on.
func TestWaitThatEndsLeavesTheJob(t *testing.T) {
	for _, c := range []struct {
		version, what, why string
		status             int
	}{
		{"v1.4.0", "Ctrl-C", "interrupted\n", exitInterrupted},
		{"v1.9.3", "Ctrl-C", "interrupted\n", exitInterrupted},
		{"v1.9.3", "the server goes", "looking up job j-abc00000-0000-4000-8000-000000000000: http://", exitFailed},
	} {
		o := clustertest.ServeJobs(t, c.version, clustertest.Cluster(1, clustertest.Options{Nodes: 3})[0], clustertest.Plan{Never: true})
		ctx, cancel := context.WithCancel(t.Context())
		status, out, err := runJob(ctx, t, o.URL, func(said string) {
			switch {
			case !strings.Contains(said, "Accepted 1"):
			case c.what == "Ctrl-C":
				cancel()
			default:
				o.Close()
			}
		}, "submit", "-", "--wait")
		cancel()
		if status != c.status || o.Submissions() != 1 || !strings.Contains(out, "j-abc00000-") {
			t.Errorf("%s, %s: status %d after %d submissions: %s", c.version, c.what, status, o.Submissions(), out)
		}
		for _, want := range []string{
			"bacviz: warning: a Service job does not end by itself",
			"bacviz: error: waiting for job j-abc00000: " + c.why,
			"bacviz: hint: the job itself goes on: bacviz job get j-abc00000 --wait waits for it again, bacviz job stop j-abc00000 stops it\n",
		} {
			if !strings.Contains(err, want) {
				t.Errorf("%s, %s: %q is not in\n%s", c.version, c.what, want, err)
			}
		}
	}
}

// v1.5.0 and v1.5.1 have the API of later versions, and the numbers of states of v1.4.
func TestWaitInEveryNumbering(t *testing.T) {
	for _, version := range []string{"v1.4.0", "v1.5.1", "v1.5.2", "v1.9.3"} {
		o := clustertest.ServeJobs(t, version, clustertest.Cluster(1, clustertest.Options{Nodes: 3})[0], clustertest.Plan{})
		status, _, err := runJob(t.Context(), t, o.URL, nil, "submit", "-", "--wait")
		var states []string
		for line := range strings.Lines(err) {
			if _, executions, ok := strings.Cut(strings.TrimSpace(line), "executions: "); ok {
				states = append(states, strings.Trim(executions, ")"))
			}
		}
		want := "AskForBid 1; BidAccepted 1; Running 1; Completed 1"
		if version < "v1.5.2" {
			want = "AskForBid 1; BidAccepted 1; Completed 1"
		}
		if got := strings.Join(states, "; "); status != exitOK || got != want {
			t.Errorf("%s: status %d after\n%s, want\n%s", version, status, got, want)
		}
	}
}

// The job may have arrived when Ctrl-C is pressed, although its ID has not.
func TestInterruptedSubmitSaysThatTheJobMayHaveArrived(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet { // for a job of that name
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = io.Copy(io.Discard, r.Body) // else the server does not see the client go
		cancel()
		<-r.Context().Done()
	}))
	defer s.Close()
	status, _, err := runJob(ctx, t, s.URL, nil, "submit", "-")
	if want := "bacviz: error: interrupted\nbacviz: hint: the job may have been submitted: check with bacviz job list\n"; status != exitInterrupted || err != want {
		t.Errorf("status %d: %s", status, err)
	}
}

// v1.5 has no bucket of executions before the first execution.
func TestExecutionsOfAJobWithoutAny(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Bacalhau-Git-Version", "v1.5.1")
		if strings.HasSuffix(r.URL.Path, "/executions") {
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"Status":404,"Message":"bucket not found","Code":"BoltDBBucketNotFound"}`)
			return
		}
		fmt.Fprint(w, `{"Job":{"ID":"j-1","State":{"StateType":"Pending","Message":"no nodes yet\nfor it"}}}`)
	}))
	defer s.Close()
	status, out, err := runJob(t.Context(), t, s.URL, nil, "executions", "j-1")
	if status != exitOK || out != "" || err != "bacviz: job j-1 has no executions; it is pending: no nodes yet\n" {
		t.Errorf("status %d: %s%s", status, out, err)
	}
}

// Nothing that a server or a job says can steer the terminal, in tables or messages.
func TestHostileJobsDoNotSteerTheTerminal(t *testing.T) {
	const (
		evil = `\u001b[31m\u0007\u009b2J\u202e\r\nx`
		job  = `{"ID":"j` + evil + `","Name":"` + evil + `","Namespace":"` + evil + `","Type":"` + evil + `","State":{"StateType":"Failed` + evil + `","Message":"` + evil +
			`"},"Tasks":[{"Engine":{"Type":"` + evil + `"},"Publisher":{"Type":"` + evil + `"}}]}`
		output = `"RunOutput":{"Stdout":"` + evil + `","stderr":"\t` + evil + `","ErrorMsg":"` + evil + `","StderrTruncated":true}`
	)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		of := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
		switch {
		case r.Method == http.MethodPut:
			fmt.Fprint(w, `{"JobID":"j`+evil+`","EvaluationID":"`+evil+`","Warnings":["`+evil+`"]}`)
		case r.Method == http.MethodDelete:
			fmt.Fprint(w, `{"EvaluationID":"`+evil+`"}`)
		case of == "executions":
			fmt.Fprint(w, `{"Items":[{"ID":"e`+evil+`","NodeID":"`+evil+`","ComputeState":{"StateType":"`+evil+`"},`+output+`},{"ID":"f","NodeID":"`+evil+`","ComputeState":{"StateType":10,"Message":"`+evil+`"}},{"ID":3}]}`)
		case of == "history":
			fmt.Fprint(w, `{"Items":[{"SeqNum":1,"Type":"`+evil+`","ExecutionID":"`+evil+`","Event":{"Message":"`+evil+`","Topic":"`+evil+`","Details":{"NewState":"`+evil+`","NodeID":"`+evil+`"}}}]}`)
		case of == "results":
			fmt.Fprint(w, `{"Items":[{"Type":"`+evil+`","Params":{"URL":"`+evil+`"}}]}`)
		case of == "spin": // which the job to submit is named, too
			fmt.Fprint(w, `{"Job":{"ID":"j`+evil+`","Name":"spin","Namespace":"default","State":{"StateType":"`+evil+`"}}}`)
		case of == "jobs":
			fmt.Fprint(w, `{"Items":[`+job+`]}`)
		case of == "refused":
			w.WriteHeader(http.StatusTeapot)
			fmt.Fprint(w, `{"Message":"`+evil+`","Hint":"`+evil+`"}`)
		default:
			fmt.Fprint(w, `{"Job":`+job+`}`)
		}
	}))
	defer s.Close()
	for _, args := range [][]string{
		{"list"}, {"list", "-o", "json"}, {"get", "x"}, {"get", "x", "-o", "json"}, {"executions", "x"}, {"executions", "x", "--logs"}, {"executions", "x", "-o", "json"},
		{"history", "x"}, {"history", "x", "-o", "json"}, {"results", "x"}, {"submit", "-"}, {"stop", "x"}, {"get", "refused"}, {"get", "\x1b[31m"},
		{"submit", "-", "--wait"}, // which goes on until the test ends it
	} {
		ctx, cancel := context.WithCancel(t.Context())
		_, out, err := runJob(ctx, t, s.URL, func(said string) {
			if strings.Contains(said, "executions: ") {
				cancel()
			}
		}, args...)
		cancel()
		if i := strings.IndexFunc(out+err, func(r rune) bool {
			return r != '\n' && r != '\t' && !unicode.IsPrint(r) && r != unicode.ReplacementChar
		}); i >= 0 {
			t.Errorf("%q: %q", args, (out + err)[max(0, i-20):])
		}
		if out == "" && args[1] != "refused" && args[1] != "\x1b[31m" {
			t.Errorf("%q wrote nothing: %s", args, err)
		}
	}
}

// The reason why a server refuses a job is shown in its words, with its hint.
func TestRefusedJob(t *testing.T) {
	for answer, want := range map[string]string{
		`{"error":"code=400, message=missing job type","message":"missing job type"}`:                                                 "400 Bad Request: missing job type\n",
		`{"Status":400,"Message":"job has no type","Code":"BadRequest","Component":"JobStore"}`:                                       "400 Bad Request: job has no type\n",
		`{"Status":400,"Message":"Invalid job.","Hint":"Set its Type.","Details":{"reason":"missing type"},"Code":"ValidationError"}`: "400 Bad Request: Invalid job: missing type\nbacviz: hint: Set its Type\n",
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, answer)
		}))
		status, out, err := runJob(t.Context(), t, s.URL, nil, "submit", "-", "--wait")
		if want = "bacviz: error: submitting the job: " + s.URL + ": " + want; status != exitFailed || out != "" || err != want {
			t.Errorf("status %d: %s%s, want %s", status, out, err, want)
		}
		s.Close()
	}
}

// A terminal shows the beginning of an output, and all of a reason.
func TestTerminalShowsReasonsWhole(t *testing.T) {
	long := strings.Repeat("why ", 30)
	got := executionTable([]cluster.Execution{
		{ID: "e-1", State: cluster.StateFailed, Message: long, Output: &cluster.RunOutput{Stdout: "out"}},
		{ID: "e-2", State: cluster.StateCompleted, Output: &cluster.RunOutput{Stdout: long}},
	}, outputWidth)
	if lines := strings.Split(got, "\n"); !strings.HasSuffix(lines[1], strings.TrimSpace(long)) || !strings.HasSuffix(lines[2], "why…") {
		t.Error(got)
	}
}
