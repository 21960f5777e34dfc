package fetch_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/internal/clustertest"
)

const secretKey = "s3cret-bearer-key"

// grace is how much longer than its time-out anything may take.
const grace = 100 * time.Millisecond

// everyWord is all that a run says.
func everyWord(warnings []fetch.Warning, err error) string {
	text := fmt.Sprint(warnings)
	var e *fetch.Error
	if errors.As(err, &e) {
		text += "\n" + e.Error() + "\n" + e.Hint + "\n" + e.Source
	}
	return text
}

func wantNoSecret(t *testing.T, text string) {
	t.Helper()
	for _, secret := range []string{"s3cret", "czNjcmV0"} { // the second begins its base64
		if strings.Contains(text, secret) {
			t.Errorf("a secret shows: %s", text)
		}
	}
}

func TestFaults(t *testing.T) {
	const timeout = 400 * time.Millisecond
	for _, c := range []struct {
		fault   clustertest.Fault
		times   int // 0: for good
		message string
		hint    string
	}{
		{clustertest.FaultNone, 0, "", ""},
		{clustertest.FaultGzip, 0, "", ""},
		{clustertest.FaultReset, 0, "the server closed the connection before its complete answer, 5 times", ""},
		{clustertest.FaultReset, 2, "", ""},
		{clustertest.FaultHangUp, 0, "the server closed the connection before its answer, 5 times", ""},
		{clustertest.FaultHangUp, 4, "", ""},
		{clustertest.FaultStall, 0, "no complete answer within 400ms", "is the orchestrator reachable"},
		{clustertest.FaultSilence, 0, "no answer within 400ms", "is the orchestrator reachable"},
		{clustertest.FaultTruncate, 0, "cut off after 3694 bytes (line 1, column 3695) after record 3", "the list is incomplete"},
		{clustertest.FaultLong, 0, "", ""}, // the list is whole, whatever was announced
		{clustertest.FaultShort, 0, "cut off after 3694 bytes (line 1, column 3695) after record 3", "the list is incomplete"},
		{clustertest.FaultBadGzip, 0, "the server closed the connection before its complete answer, 5 times", ""},
		{clustertest.FaultBadGzip, 1, "", ""},
		{clustertest.FaultBomb, 0, "larger than the limit of 1 MiB", ""},
		{clustertest.FaultEndless, 0, "larger than the limit of 1 MiB", ""},
		{clustertest.FaultHugeValue, 0, "larger than the limit of 1 MiB", ""},
		{clustertest.FaultLoop, 0, "the server keeps pointing elsewhere (stopped after 10 redirects)", "check the address"},
		{clustertest.FaultBadRedirect, 0, "the server points elsewhere, to what is no URL", ""},
		{clustertest.FaultHTML, 0, "answered with an HTML page, not JSON", "a proxy, a login page"},
		{clustertest.FaultDrip, 0, "no complete answer within 400ms", "is the orchestrator reachable"},
		{clustertest.Fault429, 0, "429 Too Many Requests: 429 from the proxy; you sent Bearer ***, 5 times", ""},
		{clustertest.Fault429, 1, "", ""},
		{clustertest.Fault500, 0, "500 Internal Server Error: 500 from the proxy; you sent Bearer ***", ""},
		{clustertest.Fault500, 1, "500 Internal Server Error: 500 from the proxy; you sent Bearer ***", ""}, // not said to be of the moment
		{clustertest.Fault502, 1, "", ""},
		{clustertest.Fault503, 0, "503 Service Unavailable: 503 from the proxy; you sent Bearer ***, 5 times", ""},
		{clustertest.Fault503, 3, "", ""},
		{clustertest.Fault504, 1, "", ""},
	} {
		t.Run(fmt.Sprintf("%s, %d times", c.fault, c.times), func(t *testing.T) {
			leaks := goleak.IgnoreCurrent()
			orchestrator := clustertest.Serve(t, "v1.9.3", nil)
			proxy := clustertest.ServeFault(t, c.fault, orchestrator.Config.Handler)
			proxy.Times, proxy.Path = c.times, clustertest.PathNodes
			client := &fetch.Client{
				BaseURL: proxy.URL, Auth: fetch.Auth{Key: secretKey},
				Timeout: timeout, RetryWait: time.Millisecond, MaxBytes: 1 << 20,
			}
			var took time.Duration
			for range 3 { // a loaded machine may be late, but not each time
				proxy.Times = c.times
				start := time.Now()
				list, warnings, err := client.List(t.Context())
				took = time.Since(start)
				wantNoSecret(t, everyWord(warnings, err))
				if c.message == "" && (err != nil || len(list.Nodes) != 7 || len(warnings) > 0) {
					t.Errorf("%d nodes, warnings %v, error %v; want 7 and none", len(list.Nodes), warnings, err)
				}
				if c.message != "" {
					var e *fetch.Error
					if !errors.As(err, &e) || !strings.HasSuffix(err.Error(), proxy.URL+": "+c.message) ||
						!strings.HasPrefix(e.Hint, c.hint) || (c.hint == "") != (e.Hint == "") {
						t.Errorf("error %v, hint in %q; want %s, %q", err, everyWord(nil, err), c.message, c.hint)
					}
					if len(list.Nodes) > 0 {
						t.Error("nodes besides an error")
					}
				}
				if took < timeout+grace {
					break
				}
			}
			if took > timeout+grace {
				t.Errorf("took %s, with a time-out of %s", took, timeout)
			}
			proxy.Close()
			orchestrator.Close()
			goleak.VerifyNone(t, leaks)
		})
	}
}

// The same faults before the orchestrator has told its name.
func TestFaultsOfTheFirstAnswer(t *testing.T) {
	for _, c := range []struct {
		fault   clustertest.Fault
		times   int
		message string
	}{
		{clustertest.FaultReset, 1, ""},
		{clustertest.FaultReset, 0, "closed the connection before its complete answer, 5 times"},
		{clustertest.FaultHangUp, 1, ""},
		{clustertest.Fault503, 1, ""},
		{clustertest.Fault503, 0, "503 Service Unavailable"},
		{clustertest.FaultStall, 0, "no complete answer within 200ms"},
		{clustertest.FaultLoop, 0, "keeps pointing elsewhere"},
	} {
		leaks := goleak.IgnoreCurrent()
		orchestrator := clustertest.Serve(t, "v1.9.3", nil)
		proxy := clustertest.ServeFault(t, c.fault, orchestrator.Config.Handler)
		proxy.Times, proxy.Path = c.times, clustertest.PathAgent
		client := &fetch.Client{BaseURL: proxy.URL, Timeout: 200 * time.Millisecond, RetryWait: time.Millisecond}
		list, warnings, err := client.List(t.Context())
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
		_, _, err := (&fetch.Client{BaseURL: proxy.URL, Timeout: c.timeout, RetryWait: time.Millisecond}).List(t.Context())
		took := time.Since(start)
		var e *fetch.Error
		if errors.As(err, &e) != (c.hint != "") || e != nil && e.Hint != c.hint || took < c.min || took > c.max {
			t.Errorf("Retry-After %s: error %v, %+v after %s", c.after, err, e, took)
		}
	}
}

func TestTimeoutDuringRetriesNamesTheirCause(t *testing.T) {
	proxy := clustertest.ServeFault(t, clustertest.Fault503, http.NotFoundHandler())
	_, _, err := (&fetch.Client{BaseURL: proxy.URL, Timeout: time.Second, RetryWait: 700 * time.Millisecond}).List(t.Context())
	if err == nil || !strings.Contains(err.Error(), "503 Service Unavailable") {
		t.Error(err)
	}
	proxy = clustertest.ServeFault(t, clustertest.FaultHangUp, http.NotFoundHandler())
	_, _, err = (&fetch.Client{BaseURL: proxy.URL, Timeout: time.Second, RetryWait: 700 * time.Millisecond}).List(t.Context())
	if err == nil || !strings.HasSuffix(err.Error(), ": no answer within 1s, after 2 attempts (the connection was dropped)") {
		t.Error(err)
	}
}

func TestRefusedConnectionFailsAtOnce(t *testing.T) {
	proxy := clustertest.ServeFault(t, clustertest.FaultNone, http.NotFoundHandler())
	proxy.Close()
	start := time.Now()
	_, _, err := (&fetch.Client{BaseURL: proxy.URL, RetryWait: 10 * time.Second}).List(t.Context())
	if err == nil || !strings.HasSuffix(err.Error(), ": connection refused") || time.Since(start) > 5*time.Second {
		t.Errorf("%v after %s", err, time.Since(start))
	}
}

func TestCancelReturnsAtOnce(t *testing.T) {
	for _, fault := range []clustertest.Fault{clustertest.FaultSilence, clustertest.FaultStall, clustertest.FaultDrip, clustertest.Fault503} {
		leaks := goleak.IgnoreCurrent()
		orchestrator := clustertest.Serve(t, "v1.9.3", nil)
		proxy := clustertest.ServeFault(t, fault, orchestrator.Config.Handler)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(50*time.Millisecond, cancel)
		start := time.Now()
		_, _, err := (&fetch.Client{BaseURL: proxy.URL, RetryWait: 10 * time.Second}).List(ctx)
		if !errors.Is(err, context.Canceled) || !strings.HasSuffix(err.Error(), ": interrupted") || time.Since(start) > 50*time.Millisecond+2*grace {
			t.Errorf("%s: %v after %s", fault, err, time.Since(start))
		}
		proxy.Close()
		orchestrator.Close()
		goleak.VerifyNone(t, leaks)
	}
}

func TestKeyGoesToTheFirstHostOnly(t *testing.T) {
	orchestrator := clustertest.Serve(t, "v1.9.3", nil)
	second := clustertest.ServeFault(t, clustertest.FaultNone, orchestrator.Config.Handler)
	first := clustertest.ServeFault(t, clustertest.FaultElsewhere, orchestrator.Config.Handler)
	first.Elsewhere, first.Path = second.URL, clustertest.PathNodes
	basic := "Basic YW5uOnMzY3JldA==" // ann:s3cret
	for _, c := range []struct {
		client fetch.Client
		want   string
	}{
		{fetch.Client{BaseURL: first.URL, Auth: fetch.Auth{Key: secretKey}}, "Bearer " + secretKey},
		{fetch.Client{BaseURL: first.URL, Auth: fetch.Auth{Username: "ann", Password: "s3cret"}}, basic},
		{fetch.Client{BaseURL: strings.Replace(first.URL, "http://", "http://ann:s3cret@", 1)}, basic},
		{fetch.Client{BaseURL: first.URL, Auth: fetch.Auth{Key: secretKey}, HTTP: &http.Client{}}, "Bearer " + secretKey},
	} {
		seen, there := len(first.Requests()), len(second.Requests())
		list, warnings, err := c.client.List(t.Context())
		if err != nil || len(list.Nodes) != 7 || len(warnings) > 0 {
			t.Error(len(list.Nodes), warnings, err)
		}
		if got := first.Requests()[seen:]; len(got) != 2 {
			t.Errorf("%d requests", len(got))
		} else {
			for _, r := range got {
				if r.Header.Get("Authorization") != c.want {
					t.Errorf("the first host got %q, want %q", r.Header.Get("Authorization"), c.want)
				}
			}
		}
		if got := second.Requests()[there:]; len(got) != 1 {
			t.Errorf("%d requests elsewhere", len(got))
		} else if len(got[0].Header.Values("Authorization")) > 0 || strings.Contains(fmt.Sprint(got[0].Header, got[0].URL), "s3cret") {
			t.Errorf("the second host got %v", got[0].Header)
		}
	}

	// If the other host asks for a key, the hint says why it got none.
	second.Fault = "401"
	_, _, err := (&fetch.Client{BaseURL: first.URL, Auth: fetch.Auth{Key: secretKey}}).List(t.Context())
	var e *fetch.Error
	if !errors.As(err, &e) || !strings.HasPrefix(e.Hint, "credentials are not sent on to "+second.URL) {
		t.Errorf("%v, %+v", err, e)
	}
}

func TestKeyOverPlainHTTPIsWarnedOf(t *testing.T) {
	_, warnings, _ := (&fetch.Client{BaseURL: "http://orchestrator.invalid:1234", Auth: fetch.Auth{Key: secretKey}, Timeout: time.Second}).List(t.Context())
	if len(warnings) != 1 || warnings[0].String() != "http://orchestrator.invalid:1234: credentials are sent without encryption; use https" {
		t.Error(warnings)
	}
	for _, c := range []fetch.Client{
		{BaseURL: "http://orchestrator.invalid:1234"},
		{BaseURL: "https://orchestrator.invalid:1234", Auth: fetch.Auth{Key: secretKey}},
		{BaseURL: "http://localhost:1", Auth: fetch.Auth{Key: secretKey}},
		{BaseURL: "http://[::1]:1", Auth: fetch.Auth{Key: secretKey}},
	} {
		c.Timeout = time.Second
		if _, warnings, _ := c.List(t.Context()); len(warnings) > 0 {
			t.Error(c.BaseURL, warnings)
		}
	}
}

func TestAuthShowsNoSecret(t *testing.T) {
	for _, auth := range []fetch.Auth{{Key: secretKey}, {Username: "ann", Password: "s3cret"}} {
		client := fetch.Client{BaseURL: "http://localhost:1", Auth: auth}
		wantNoSecret(t, fmt.Sprintf("%v %+v %#v %s %q %d %v %+v %#v", auth, auth, auth, auth, auth, auth, client, client, &client))
	}
}

func TestCAFile(t *testing.T) {
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty.pem")
	if err := os.WriteFile(empty, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		filepath.Join(dir, "none.pem"): "no such file",
		empty:                          "holds no certificate",
		dir:                            "directory",
	} {
		_, _, err := (&fetch.Client{BaseURL: "https://localhost:1", CAFile: file}).List(t.Context())
		if err == nil || !strings.Contains(err.Error(), "CA file "+file+": ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// A source that stalls does not take the others' picture with it.
func TestSnapshotLeavesOutWhatStalls(t *testing.T) {
	good := clustertest.Serve(t, "v1.9.3", nil)
	stalls := clustertest.ServeFault(t, clustertest.FaultStall, good.Config.Handler)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	snap, warnings, err := fetch.Snapshot(ctx, []fetch.Source{
		&fetch.Client{BaseURL: stalls.URL}, &fetch.Client{BaseURL: good.URL},
	})
	if err != nil || len(snap.Nodes) != 7 || len(warnings) != 1 ||
		!strings.HasPrefix(warnings[0].String(), stalls.URL+": left out: no complete answer within 2.") || ctx.Err() != nil {
		t.Errorf("%v, %d nodes, %v, context %v", err, len(snap.Nodes), warnings, ctx.Err())
	}
	start := time.Now()
	_, _, err = fetch.StrictSnapshot(t.Context(), []fetch.Source{
		&fetch.Client{BaseURL: stalls.URL}, fetch.File{Path: "missing"},
	})
	if err == nil || err.Error() != "reading nodes: missing: no such file" || time.Since(start) > time.Second {
		t.Errorf("%v after %s", err, time.Since(start))
	}
}

func TestProgressIsTold(t *testing.T) {
	list := clustertest.Cluster(1, clustertest.Options{Nodes: 1000})[0]
	server := clustertest.ServeCluster(t, "v1.9.3", list)
	var last fetch.Progress
	ctx := fetch.WithProgress(t.Context(), func(p fetch.Progress) {
		if p.Records < last.Records || p.Bytes < last.Bytes {
			t.Errorf("%+v after %+v", p, last)
		}
		last = p
	})
	if _, _, err := (&fetch.Client{BaseURL: server.URL}).List(ctx); err != nil {
		t.Fatal(err)
	}
	if last.Records != 768 || last.Bytes < 100_000 || last.Source != server.URL {
		t.Errorf("%+v", last)
	}
}

// No answer that was ever recorded brings a secret into a message.
func TestNoSecretInMessagesOfCaptures(t *testing.T) {
	for _, version := range clustertest.Versions() {
		for _, name := range clustertest.Names(version) {
			server := clustertest.Serve(t, version, clustertest.Routes{clustertest.PathNodes: name})
			for _, client := range []fetch.Client{
				{BaseURL: server.URL, Auth: fetch.Auth{Key: secretKey}},
				{BaseURL: strings.Replace(server.URL, "http://", "http://ann:s3cret@", 1) + "/?token=s3cret"},
			} {
				_, warnings, err := client.List(t.Context())
				wantNoSecret(t, everyWord(warnings, err)+client.Name())
			}
		}
	}
}
