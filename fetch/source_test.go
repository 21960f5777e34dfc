package fetch_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/internal/clustertest"
)

func TestNoSecretInAnyMessage(t *testing.T) {
	server := clustertest.Serve(t, "v1.9.3", clustertest.Routes{clustertest.PathNodes: "auth_badkey_nodes"})
	host := strings.TrimPrefix(server.URL, "http://")
	for _, arg := range []string{
		"http://ann:s3cret@" + host,
		"http://ann:s3cret@" + host + "?token=s3cret",
		"http://" + host + "/?api_key=s3cret#s3cret",
		"http://ann:s3cret@127.0.0.1:1",
		"http://ann:s3cret@orchestrator.invalid",
		"http://ann:s3cret@host:port",
		"http://ann:12/s3cret@host:1234",
		"http://ann:x/s3cret@host:1234",
		"http://ann:s3cret %zz@host:1234",
		"http://s3cret@",
		"ftp://ann:s3cret@host",
		"ann:s3cret@host:1234",
		"ann:s3cret@host",
		"http:/ann:s3cret@host",
		"http//ann:s3cret@host",
		`http:\\ann:s3cret@host`,
		"http:ann:s3cret@host",
		"https;//ann:s3cret@host",
		"//ann:s3cret@host",
		"ann:s3/cret@host", "s3cret@host", "x/s3cret@host",
		"http:///ann:s3cret@host",
		" http://ann:s3cret@host:port",
		"http://ann:1#s3cret@host",
		"http://ann:1?s3cret@host",
	} {
		source, err := fetch.Parse(arg, fetch.ParseOptions{})
		text := ""
		if err == nil {
			_, err = source.List(t.Context())
			text = source.Name()
		}
		if err == nil {
			t.Errorf("%s: no error", arg)
			continue
		}
		var e *fetch.Error
		if errors.As(err, &e) {
			text += e.Error() + e.Hint + e.Source
		}
		if strings.Contains(text, "cret") || strings.Contains(text, "ann") {
			t.Errorf("%s: %s", arg, text)
		}
	}
}

func TestParse(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("host:1234", nil, 0o600); err != nil && !errors.Is(err, fs.ErrInvalid) {
		t.Log(err) // no such names on Windows
	}
	for _, c := range []struct{ arg, want, hint string }{
		{"-", "fetch.Stream standard input", ""},
		{"http://10.0.0.5:1234", "*bacalhau.Client http://10.0.0.5:1234", ""},
		{"HTTPS://host/x/", "*bacalhau.Client https://host/x", ""},
		{"nodes.json", "fetch.File nodes.json", ""},
		{`C:\nodes.json`, `fetch.File C:\nodes.json`, ""},
		{"host:1234", "fetch.File host:1234", ""}, // there is such a file
		{"", "source: empty source", "a source is"},
		{"ftp://host/x", "source: ftp://host/x: not an http or https URL", "an orchestrator's URL looks like"},
		{"http://", "source: http://: a URL without a host", "an orchestrator's URL looks like"},
		{"http://host:port", `source: http://host:port: not a valid URL: invalid port ":port" after host`, "an orchestrator's URL looks like"},
		{"10.0.0.5:1234", "source: 10.0.0.5:1234: no such file", "did you mean http://10.0.0.5:1234?"},
		{"localhost", "source: localhost: no such file", "did you mean http://localhost:1234?"},
		{"10.0.0.5", "source: 10.0.0.5: no such file", "did you mean http://10.0.0.5:1234?"},
		{"http:/h:1", "source: http:/h:1: no such file", "did you mean http://h:1?"},
		{"me:key@h", "source: h: no such file", "did you mean http://h?"},
		{"[::1]:1234/x", "source: [::1]:1234/x: no such file", "did you mean http://[::1]:1234/x?"},
	} {
		s, err := fetch.Parse(c.arg, fetch.ParseOptions{})
		got, hint := fmt.Sprint(err), ""
		var e *fetch.Error
		if errors.As(err, &e) {
			hint = e.Hint
		} else {
			got = fmt.Sprintf("%T %s", s, s.Name())
		}
		if got != c.want || !strings.HasPrefix(hint, c.hint) {
			t.Errorf("%q: %s, hint %q; want %s, %q", c.arg, got, hint, c.want, c.hint)
		}
	}
	if _, err := fetch.ParseAll([]string{"-", "a", "-"}, fetch.ParseOptions{}); err == nil || err.Error() != "source: -: standard input can be read only once" {
		t.Error(err)
	}
}

func TestFileFaults(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret.json")
	if err := os.WriteFile(secret, []byte("{}"), 0); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		dir:                                "is a directory",
		filepath.Join(dir, "missing.json"): "no such file",
		secret:                             "permission denied",
	} {
		if path == secret && os.Geteuid() == 0 {
			continue // nothing is forbidden
		}
		_, err := fetch.File{Path: path}.List(t.Context())
		var e *fetch.Error
		if !errors.As(err, &e) || e.Message != want || e.Source != path {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// Reading a pipe that nobody writes to ends with the context.
func TestStreamEndsWithItsContext(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = fetch.Stream{Reader: r, Label: "pipe"}.List(ctx)
	if err == nil || err.Error() != "reading nodes: pipe: could not be read before the timeout" || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}
