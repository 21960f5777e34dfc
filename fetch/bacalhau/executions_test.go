package bacalhau_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/internal/clustertest"
)

func TestExecutionsOfSurviveOneThatFails(t *testing.T) {
	one := `{"Items":[{"ID":"e-1","NodeID":"n","ComputeState":{"StateType":9}}]}`
	c := serveJSON(t, "v1.9.3", map[string]string{"/orchestrator/jobs/a/executions": one, "/orchestrator/jobs/b/executions": "[]", "/orchestrator/jobs/c/executions": one})
	warnings := collect(c)
	all, err := c.ExecutionsOf(t.Context(), []string{"a", "b", "c"})
	if err != nil || len(all) != 3 || len(all[0]) != 1 || all[1] != nil || len(all[2]) != 1 || len(*warnings) != 1 ||
		!strings.HasPrefix((*warnings)[0].Message, "1 of 3 jobs left out: their executions could not be listed: ") {
		t.Errorf("%v, %v, %v", all, *warnings, err)
	}
	if _, err := c.ExecutionsOf(t.Context(), []string{"b", "b"}); err == nil {
		t.Error("all failed: no error")
	}
	// A job whose executions the server does not know has none.
	*warnings = nil
	if all, err := c.ExecutionsOf(t.Context(), []string{"a", "new"}); err != nil || len(*warnings) > 0 || all[1] == nil || len(all[1]) > 0 {
		t.Errorf("none yet: %v, %v, %v", all, *warnings, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.ExecutionsOf(ctx, []string{"a"}); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
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
	list, err := c.Executions(t.Context(), "a")
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

// A context may end because another request failed, just after the answer was read.
func TestExecutionsThatEndWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := &bacalhau.Client{BaseURL: "http://127.0.0.1:1", HTTP: &http.Client{Transport: endsWith{answerWith(`{"Items":[]}`), cancel}}, Retries: -1}
	if all, err := c.ExecutionsOf(ctx, []string{"a"}); ctx.Err() == nil || err == nil && (len(all) != 1 || all[0] == nil) {
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

func (c closer) Close() error {
	c.done()
	return c.ReadCloser.Close()
}

// An answer may break off before its first byte.
func TestJobsWithoutAByte(t *testing.T) {
	c := &bacalhau.Client{BaseURL: "http://127.0.0.1:1", HTTP: &http.Client{Transport: broken{}}, Retries: -1}
	if _, err := c.Jobs(t.Context()); !errors.Is(err, io.ErrClosedPipe) {
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
		c := &bacalhau.Client{BaseURL: "http://127.0.0.1:1", HTTP: &http.Client{Transport: answerWith(text)}, Retries: -1}
		_, list := c.Jobs(t.Context())
		_, get := c.Job(t.Context(), "a")
		executions, err := c.Executions(t.Context(), "a")
		_, results := c.Results(t.Context(), "a")
		_, history := c.History(t.Context(), "a")
		for _, err := range []error{list, get, err, results, history} {
			var e *bacalhau.Error
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

// The executions of many jobs are asked for up to 16 jobs at a time.
func TestExecutionsAreAskedForWithBounds(t *testing.T) {
	var now, most atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n := now.Add(1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		time.Sleep(2 * time.Millisecond)
		now.Add(-1)
		w.Header().Set("X-Bacalhau-Git-Version", "v1.9.3")
		_, _ = io.WriteString(w, `{"Items":[]}`)
	}))
	t.Cleanup(s.Close)
	ids := make([]string, 100)
	for i := range ids {
		ids[i] = fmt.Sprint("j-", i)
	}
	if _, err := (&bacalhau.Client{BaseURL: s.URL}).ExecutionsOf(t.Context(), ids); err != nil {
		t.Fatal(err)
	}
	if m := most.Load(); m < 2 || m > 16 {
		t.Errorf("%d at once", m)
	}
}
