//go:build unix

package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// advice returns what a summary says is to be done, and the command after it.
func advice(summary string) (text, command string) {
	_, text, _ = strings.Cut(summary, "### What to do\n\n")
	text, command, _ = strings.Cut(text, "\n\n```sh\n")
	command, _, _ = strings.Cut(command, "\n```\n")
	return text, command
}

// Whatever keeps an orchestrator or a file from being read, the summary says what to do.
func TestActionAdvisesOnEveryKindOfFailure(t *testing.T) {
	t.Parallel()
	const html, list = "<!doctype html><title>Log in</title>", `{"Nodes": [{"Info`
	answer := func(status int, body string) string {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body)) // the client may have gone
		}))
		t.Cleanup(server.Close)
		return server.URL
	}
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(secure.Close)
	const take = "Take a snapshot of the network, and commit it:"
	for name, c := range map[string]struct{ source, snapshot, text, command string }{
		"overloaded":        {answer(500, html), "", "The server at this address is there, and has no answer at the moment: ", "bacviz nodes URL"},
		"a login page":      {answer(200, html), "", "Something other than the API of an orchestrator answers at this address.", "bacviz nodes URL"},
		"other JSON":        {answer(200, `{"a": 1}`), "", "Something other than the API", "bacviz nodes URL"},
		"not found":         {answer(404, ""), "", "Something other than the API", "bacviz nodes URL"},
		"a list cut off":    {answer(200, list), "", "The answer ended early.", "bacviz nodes URL"},
		"a redirect":        {answer(307, ""), "", "This shows whether the orchestrator answers another machine.", "bacviz nodes URL"},
		"http":              {strings.Replace(answer(200, html), "http:", "https:", 1), "", "The server at this address speaks http. ", "bacviz nodes URL"},
		"a certificate":     {secure.URL, "", "The runner does not trust the certificate of the server.", "bacviz nodes URL --cacert FILE"},
		"one byte":          {"", "byte.json", take, "bacviz snapshot URL -o byte.json"},
		"an empty file":     {"", "empty.json", take, "bacviz snapshot URL -o empty.json"},
		"a page as a file":  {"page.html", "", take, "bacviz snapshot URL -o page.html"},
		"a later release":   {"", "later.json", "A later release of bacviz wrote the file.", ""},
		"a folder":          {"", "sub/", "The input `snapshot` names a folder.", "bacviz snapshot URL -o sub/cluster.json"},
		"a folder's name":   {"sub", "", "The input `source` names a folder.", "bacviz snapshot URL -o sub/cluster.json"},
		"a missing folder":  {"", "gone/", "If the file is committed, set the input `directory`", "bacviz snapshot URL -o gone/cluster.json"},
		"the old, cut off":  {"nodes.json", "byte.json", take, "bacviz snapshot URL -o byte.json"},
		"the old, a folder": {"nodes.json", "sub", "The input `snapshot` names a folder.", "bacviz snapshot URL -o sub/cluster.json"},
	} {
		s := newStep(t)
		demoAndRules(t, s, 5)
		for file, text := range map[string]string{"byte.json": "{", "empty.json": "", "page.html": html, "later.json": `{"bacviz": "snapshot", "version": 99}`} {
			s.put(t, file, text)
		}
		if err := os.Mkdir(filepath.Join(s.dir, "sub"), 0o755); err != nil {
			t.Fatal(err)
		}
		env := []string{"BACVIZ_SOURCE=" + c.source}
		if c.snapshot != "" {
			env = append(env, "BACVIZ_SNAPSHOT="+c.snapshot)
		}
		status, _ := s.run(t, "run.sh", filepath.Dir(program(t)), env...)
		text, command := advice(readAll(t, s.summary))
		if status != 2 || !strings.HasPrefix(text, c.text) || command != c.command {
			t.Errorf("%s: status %d: %s\n%s\nwant\n%s\n%s", name, status, text, command, c.text, c.command)
		}
	}
}

// A snapshot of the base branch that cannot be read is replaced there.
func TestActionSaysThatTheSnapshotOfTheBaseBranchIsSpoiled(t *testing.T) {
	t.Parallel()
	for _, redact := range []string{"false", "true"} {
		s := newStep(t)
		demoAndRules(t, s, 5)
		s.put(t, "cluster.json", `{"bacviz": "snapshot", "version"`)
		git(t, s.dir, "init", "-q", "-b", "main")
		git(t, s.dir, "add", "cluster.json")
		git(t, s.dir, "commit", "-q", "-m", "half of it")
		git(t, s.dir, "update-ref", "refs/remotes/origin/main", "main")
		status, _ := s.run(t, "run.sh", filepath.Dir(program(t)), "BACVIZ_SOURCE=nodes.json", "BACVIZ_BASE=main", "BACVIZ_REDACT="+redact, "BACVIZ_KEY="+map[string]string{"true": "0123456789abcdefghij"}[redact])
		text, command := advice(readAll(t, s.summary))
		if status != 2 || text != "Take a snapshot of the network, and commit it to the base branch:" || command != "bacviz snapshot URL -o cluster.json" {
			t.Errorf("redact=%s: status %d: %s", redact, status, readAll(t, s.summary))
		}
	}
}
