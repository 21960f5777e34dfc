package bacalhau_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/internal/clustertest"
)

func TestConnectionFaults(t *testing.T) {
	closed := httptest.NewServer(nil)
	closed.Close()
	tls := httptest.NewUnstartedServer(clustertest.Answer{Status: 200})
	tls.Config.ErrorLog = log.New(io.Discard, "", 0) // handshakes fail on purpose
	tls.StartTLS()
	t.Cleanup(tls.Close)
	plain := serve(t, nil)
	nats := listen(t, "INFO {\"server_id\":\"x\"}\r\n")
	hangup := listen(t, "")
	cut := listen(t, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"NodeID\":\"x\"")
	for _, c := range []struct{ name, base, message, hint string }{
		{"refused", closed.URL, "connection refused", "is the orchestrator running"},
		{"no such host", "http://orchestrator.invalid:1234", "no such host: orchestrator.invalid", "check the name"},
		{"unknown authority", tls.URL, "the server's certificate is signed by an unknown authority", "pass the authority's certificate with --cacert"},
		{"https to http", strings.Replace(plain.URL, "http", "https", 1), "the server does not speak https", "use " + plain.URL},
		{"no HTTP", nats, "the server does not speak HTTP", "is this the port of the API"},
		{"hangs up", hangup, "the server closed the connection without an answer (tried 5 times)", "does it expect https? if so, use "},
		{"cut off", cut, "the server closed the connection without a complete answer (tried 5 times)", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: c.base, RetryWait: time.Millisecond})
			if c.name == "no such host" && err != nil && strings.Contains(err.Error(), "looking up") {
				t.Skip("no DNS here: ", err)
			}
			wantError(t, err, bacalhau.Error{Op: "listing nodes", Source: c.base, Message: c.message, Hint: c.hint})
		})
	}

	t.Run("http to https", func(t *testing.T) {
		base := strings.Replace(tls.URL, "https", "http", 1)
		_, _, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: base + "/x"})
		wantError(t, err, bacalhau.Error{Op: "listing nodes", Source: base + "/x", Status: 400, Message: "the server expects https", Hint: "use " + tls.URL + "/x"})
	})
	t.Run("no Bacalhau", func(t *testing.T) {
		_, _, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: plain.URL})
		wantError(t, err, bacalhau.Error{Op: "listing nodes", Source: plain.URL, Status: 404, Message: "this does not look like a Bacalhau API", Hint: "check the address and the port"})
	})
	t.Run("HTML", func(t *testing.T) {
		proxy := serve(t, map[string]http.Handler{"/": clustertest.Answer{Status: 200, Body: []byte("\n<!doctype html><title>Log in")}})
		_, _, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: proxy.URL})
		wantError(t, err, bacalhau.Error{Op: "listing nodes", Source: proxy.URL, Message: "answered with an HTML page, not JSON", Hint: "this may be a proxy, a login page"})
	})
	t.Run("bad gateway", func(t *testing.T) {
		proxy := serve(t, map[string]http.Handler{"/": clustertest.Answer{Status: 502, Body: []byte("<html>")}})
		_, _, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: proxy.URL, RetryWait: time.Millisecond})
		wantError(t, err, bacalhau.Error{Op: "listing nodes", Source: proxy.URL, Status: 502, Message: "answered with an HTML page (tried 5 times)", Hint: "this may be a proxy, a login page"})
	})
	t.Run("hostile text", func(t *testing.T) {
		server := serve(t, map[string]http.Handler{"/": clustertest.Answer{Status: 500, Body: []byte("\x1b[31mred\u202e" + strings.Repeat("x", 300) + "\nmore")}})
		_, _, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: server.URL})
		wantError(t, err, bacalhau.Error{Op: "listing nodes", Source: server.URL, Status: 500, Message: `\x1b[31mred\u202e` + strings.Repeat("x", 183) + "…"})
	})
}

func TestTimeOutAndCancel(t *testing.T) {
	release := make(chan struct{})
	stalls := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `{"Nodes":[{"Info":{"NodeID":"a"}},`)
		_ = http.NewResponseController(w).Flush()
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	silent := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release })
	agent := clustertest.Answer{Status: 200, Body: []byte(`{"NodeID":"hub"}`)}
	server := serve(t, map[string]http.Handler{
		clustertest.PathAgent: agent, clustertest.PathNodes: stalls, "/silent/": silent,
	})
	t.Cleanup(func() { close(release) }) // runs before the server closes

	client := &bacalhau.Client{BaseURL: server.URL, Timeout: 60 * time.Millisecond}
	_, _, err := listNodes(t.Context(), client)
	wantError(t, err, bacalhau.Error{Op: "listing nodes", Source: server.URL, Message: "no complete answer within 60ms", Hint: "is the orchestrator reachable"})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Error("not a timeout:", err)
	}

	client.BaseURL += "/silent"
	_, _, err = listNodes(t.Context(), client)
	wantError(t, err, bacalhau.Error{Op: "listing nodes", Source: client.BaseURL, Message: "no answer within 60ms", Hint: "is the orchestrator reachable"})

	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(30*time.Millisecond, cancel)
	_, _, err = listNodes(ctx, &bacalhau.Client{BaseURL: server.URL})
	wantError(t, err, bacalhau.Error{Op: "listing nodes", Source: server.URL, Message: "interrupted"})
	if !errors.Is(err, context.Canceled) {
		t.Error("not cancelled:", err)
	}

	// The message names the time that was left until the deadline of a context, too.
	ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, _, err = listNodes(ctx, &bacalhau.Client{BaseURL: server.URL})
	if failure := (*bacalhau.Error)(nil); !errors.As(err, &failure) || !regexp.MustCompile(`^no (complete )?answer within [1-5]?\dms$`).MatchString(failure.Message) || failure.Source != server.URL {
		t.Errorf("got %v", err)
	}
}

func TestRefusedConnectionFailsAtOnce(t *testing.T) {
	proxy := clustertest.ServeFault(t, clustertest.FaultNone, http.NotFoundHandler())
	proxy.Close()
	start := time.Now()
	_, _, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: proxy.URL, RetryWait: 10 * time.Second})
	if err == nil || !strings.HasSuffix(err.Error(), ": connection refused") || clustertest.Late(time.Since(start), 5*time.Second) {
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
		_, _, err := listNodes(ctx, &bacalhau.Client{BaseURL: proxy.URL, RetryWait: 10 * time.Second})
		if !errors.Is(err, context.Canceled) || !strings.HasSuffix(err.Error(), ": interrupted") || clustertest.Late(time.Since(start), 50*time.Millisecond+2*grace) {
			t.Errorf("%s: %v after %s", fault, err, time.Since(start))
		}
		proxy.Close()
		orchestrator.Close()
		goleak.VerifyNone(t, leaks)
	}
}
