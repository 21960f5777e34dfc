package bacalhau_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch/bacalhau"
)

// wantError compares the parts of an error. A hint is compared by its beginning.
func wantError(t *testing.T, err error, want bacalhau.Error) {
	t.Helper()
	var got *bacalhau.Error
	if !errors.As(err, &got) {
		t.Fatalf("got %v, want %+v", err, want)
	}
	if !strings.HasPrefix(got.Hint, want.Hint) || (want.Hint == "") != (got.Hint == "") {
		t.Errorf("hint %q, want %q", got.Hint, want.Hint)
	}
	if d := cmp.Diff(&want, got, cmpopts.IgnoreFields(bacalhau.Error{}, "Hint", "Quoted", "Err")); d != "" {
		t.Error(d)
	}
	if s := got.Error() + got.Hint; strings.ContainsAny(s, "\n\r\x1b\x00") || strings.HasSuffix(s, ".") {
		t.Errorf("not fit for one line: %q", s)
	}
}

func serve(t *testing.T, routes map[string]http.Handler) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	for path, h := range routes {
		mux.Handle(path, h)
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

// listen answers every connection with the same text and closes it.
func listen(t *testing.T, answer string) (base string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 4096)) // the request
			_, _ = conn.Write([]byte(answer))
			conn.Close()
		}
	}()
	return "http://" + l.Addr().String()
}

const secretKey = "s3cret-bearer-key"

// grace is how much longer than its timeout a call may take. See [clustertest.Late].
const grace = 100 * time.Millisecond

// everyWord returns all texts of warnings and an error.
func everyWord(warnings []bacalhau.Warning, err error) string {
	text := fmt.Sprint(warnings)
	var e *bacalhau.Error
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

func refusing(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(nil)
	server.Close()
	return server.URL
}

// listNodes lists the nodes of an orchestrator, and returns the warnings with them.
func listNodes(ctx context.Context, c *bacalhau.Client) (cluster.List, []bacalhau.Warning, error) {
	own := *c
	warnings := collect(&own)
	list, err := own.List(ctx)
	return list, *warnings, err
}

// collect collects the warnings of a client.
func collect(c *bacalhau.Client) *[]bacalhau.Warning {
	warnings := new([]bacalhau.Warning)
	c.Warn = func(w bacalhau.Warning) { *warnings = append(*warnings, w) }
	return warnings
}

// readNodes reads a saved list, and returns the warnings with its nodes.
func readNodes(text string) ([]cluster.Node, []bacalhau.Warning, error) {
	var warnings []bacalhau.Warning
	nodes, err := bacalhau.ReadNodes(strings.NewReader(text), bacalhau.ReadOptions{
		Name: "saved", Warn: func(w bacalhau.Warning) { warnings = append(warnings, w) },
	})
	return nodes, warnings, err
}
