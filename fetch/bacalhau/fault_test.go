package bacalhau_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/internal/clustertest"
)

func TestFaults(t *testing.T) {
	for _, c := range []struct {
		fault   clustertest.Fault
		times   int // 0: for good
		message string
		hint    string
	}{
		{clustertest.FaultNone, 0, "", ""},
		{clustertest.FaultGzip, 0, "", ""},
		{clustertest.FaultReset, 0, "the server closed the connection without a complete answer (tried 5 times)", ""},
		{clustertest.FaultReset, 2, "", ""},
		{clustertest.FaultHangUp, 0, "the server closed the connection without an answer (tried 5 times)", ""},
		{clustertest.FaultHangUp, 4, "", ""},
		{clustertest.FaultStall, 0, "no complete answer within 400ms", "is the orchestrator reachable"},
		{clustertest.FaultSilence, 0, "no answer within 400ms", "is the orchestrator reachable"},
		{clustertest.FaultTruncate, 0, "cut off after 3694 bytes (line 1, column 3695) after record 3", "the list is incomplete"},
		{clustertest.FaultLong, 0, "", ""}, // the list is complete, although more was announced
		{clustertest.FaultShort, 0, "cut off after 3694 bytes (line 1, column 3695) after record 3", "the list is incomplete"},
		{clustertest.FaultBadGzip, 0, "the server closed the connection without a complete answer (tried 5 times)", ""},
		{clustertest.FaultBadGzip, 1, "", ""},
		{clustertest.FaultBomb, 0, "the answer is larger than the limit of 1 MiB", "--max-size sets a larger limit"},
		{clustertest.FaultEndless, 0, "the answer is larger than the limit of 1 MiB", "--max-size sets a larger limit"},
		{clustertest.FaultHugeValue, 0, "the answer is larger than the limit of 1 MiB", "--max-size sets a larger limit"},
		{clustertest.FaultLoop, 0, "the server keeps redirecting (stopped after 10 redirects)", "check the address"},
		{clustertest.FaultBadRedirect, 0, "the server redirects to something that is not a URL", ""},
		{clustertest.FaultHTML, 0, "answered with an HTML page, not JSON", "this may be a proxy, a login page"},
		{clustertest.FaultDrip, 0, "no complete answer within 400ms", "is the orchestrator reachable"},
		{clustertest.Fault429, 0, "429 Too Many Requests: 429 from the proxy; you sent Bearer *** (tried 5 times)", ""},
		{clustertest.Fault429, 1, "", ""},
		{clustertest.Fault500, 0, "500 Internal Server Error: 500 from the proxy; you sent Bearer ***", ""},
		{clustertest.Fault500, 1, "500 Internal Server Error: 500 from the proxy; you sent Bearer ***", ""}, // not said to be of the moment
		{clustertest.Fault502, 1, "", ""},
		{clustertest.Fault503, 0, "503 Service Unavailable: 503 from the proxy; you sent Bearer *** (tried 5 times)", ""},
		{clustertest.Fault503, 3, "", ""},
		{clustertest.Fault504, 1, "", ""},
	} {
		t.Run(fmt.Sprintf("%s, %d times", c.fault, c.times), func(t *testing.T) {
			leaks := goleak.IgnoreCurrent()
			orchestrator := clustertest.Serve(t, "v1.9.3", nil)
			proxy := clustertest.ServeFault(t, c.fault, orchestrator.Config.Handler)
			proxy.Times, proxy.Path = c.times, clustertest.PathNodes
			timeout := 20 * time.Second // a busy machine needs some time for an answer of 1 MiB
			if strings.Contains(c.message, "within 400ms") {
				timeout = 400 * time.Millisecond
			}
			client := &bacalhau.Client{
				BaseURL: proxy.URL, Auth: bacalhau.Auth{Key: secretKey},
				Timeout: timeout, RetryWait: time.Millisecond, MaxBytes: 1 << 20,
			}
			var took time.Duration
			for range 3 { // a loaded machine may be late, but not each time
				proxy.Times = c.times
				start := time.Now()
				list, warnings, err := listNodes(t.Context(), client)
				took = time.Since(start)
				wantNoSecret(t, everyWord(warnings, err))
				if c.message == "" && (err != nil || len(list.Nodes) != 7 || len(warnings) > 0) {
					t.Errorf("%d nodes, warnings %v, error %v; want 7 and none", len(list.Nodes), warnings, err)
				}
				if c.message != "" {
					var e *bacalhau.Error
					if !errors.As(err, &e) || !strings.HasSuffix(err.Error(), proxy.URL+": "+c.message) ||
						!strings.HasPrefix(e.Hint, c.hint) || (c.hint == "") != (e.Hint == "") {
						t.Errorf("error %v, hint in %q; want %s, %q", err, everyWord(nil, err), c.message, c.hint)
					}
					if len(list.Nodes) > 0 {
						t.Error("nodes besides an error")
					}
				}
				if !clustertest.Late(took, timeout+grace) {
					break
				}
			}
			if clustertest.Late(took, timeout+grace) {
				t.Errorf("took %s, with a timeout of %s", took, timeout)
			}
			proxy.Close()
			orchestrator.Close()
			goleak.VerifyNone(t, leaks)
		})
	}
}

// The same faults in the answer with the name of the orchestrator.
func TestFaultsOfTheFirstAnswer(t *testing.T) {
	for _, c := range []struct {
		fault   clustertest.Fault
		times   int
		message string
	}{
		{clustertest.FaultReset, 1, ""},
		{clustertest.FaultReset, 0, "closed the connection without a complete answer (tried 5 times)"},
		{clustertest.FaultHangUp, 1, ""},
		{clustertest.Fault503, 1, ""},
		{clustertest.Fault503, 0, "503 Service Unavailable"},
		{clustertest.FaultStall, 0, "no complete answer within 200ms"},
		{clustertest.FaultLoop, 0, "keeps redirecting"},
	} {
		leaks := goleak.IgnoreCurrent()
		orchestrator := clustertest.Serve(t, "v1.9.3", nil)
		proxy := clustertest.ServeFault(t, c.fault, orchestrator.Config.Handler)
		proxy.Times, proxy.Path = c.times, clustertest.PathAgent
		client := &bacalhau.Client{BaseURL: proxy.URL, Timeout: 20 * time.Second, RetryWait: time.Millisecond}
		if c.fault == clustertest.FaultStall {
			client.Timeout = 200 * time.Millisecond
		}
		list, warnings, err := listNodes(t.Context(), client)
		if (c.message == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.message) || len(warnings) > 0 ||
			err == nil && list.Orchestrator != hub19 {
			t.Errorf("%s, %d times: %v %v", c.fault, c.times, warnings, err)
		}
		proxy.Close()
		orchestrator.Close()
		goleak.VerifyNone(t, leaks)
	}
}

func TestRetryAfterIsHonoured(t *testing.T) {
	t.Parallel() // it waits
	for _, c := range []struct {
		after    string
		timeout  time.Duration
		min, max time.Duration
		hint     string
	}{
		{"1", 5 * time.Second, time.Second, 3 * time.Second, ""},
		{"60", 2 * time.Second, 0, time.Second, "the server asks to try again after 1m0s"},
		{"86400", -1, 0, time.Second, "the server asks to try again after 24h0m0s"}, // nobody would wait for that
	} {
		proxy := clustertest.ServeFault(t, clustertest.Fault503, clustertest.Serve(t, "v1.9.3", nil).Config.Handler)
		proxy.Times, proxy.RetryAfter = 1, c.after
		start := time.Now()
		_, _, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: proxy.URL, Timeout: c.timeout, RetryWait: time.Millisecond})
		took := time.Since(start)
		var e *bacalhau.Error
		if errors.As(err, &e) != (c.hint != "") || e != nil && e.Hint != c.hint || took < c.min || clustertest.Late(took, c.max) {
			t.Errorf("Retry-After %s: error %v, %+v after %s", c.after, err, e, took)
		}
	}
}

func TestTimeoutDuringRetriesNamesTheirCause(t *testing.T) {
	t.Parallel() // it waits
	proxy := clustertest.ServeFault(t, clustertest.Fault503, http.NotFoundHandler())
	_, _, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: proxy.URL, Timeout: time.Second, RetryWait: 700 * time.Millisecond})
	if err == nil || !strings.Contains(err.Error(), "503 Service Unavailable") {
		t.Error(err)
	}
	proxy = clustertest.ServeFault(t, clustertest.FaultHangUp, http.NotFoundHandler())
	_, _, err = listNodes(t.Context(), &bacalhau.Client{BaseURL: proxy.URL, Timeout: time.Second, RetryWait: 700 * time.Millisecond})
	if err == nil || !strings.HasSuffix(err.Error(), ": no answer within 1s, after 2 attempts (the connection was dropped)") {
		t.Error(err)
	}
}
