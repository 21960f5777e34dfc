package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// serveRestart starts an orchestrator that does not list a node as often as asked, or says that
// it awaits reconnection, and then lists it as connected.
func serveRestart(t *testing.T, times int32, awaits bool) (url string, looks *atomic.Int32) {
	t.Helper()
	whole := clustertest.Cluster(1, clustertest.Options{Nodes: 3})[0]
	for i := range whole.Nodes {
		whole.Nodes[i].Sightings = slices.Clone(whole.Nodes[i].Sightings)
		whole.Nodes[i].Sightings[0].Connection = cluster.Connected
	}
	broken := whole
	broken.Nodes = slices.Clone(whole.Nodes)
	at := slices.IndexFunc(broken.Nodes, func(n cluster.Node) bool { return n.Computes() })
	if awaits {
		broken.Nodes[at].Sightings = slices.Clone(broken.Nodes[at].Sightings)
		broken.Nodes[at].Sightings[0].Connection = cluster.Disconnected
	} else {
		broken.Nodes = slices.Delete(broken.Nodes, at, at+1)
	}
	first, then := clustertest.ServeCluster(t, "v1.9.3", broken), clustertest.ServeCluster(t, "v1.9.3", whole)
	looks = &atomic.Int32{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == clustertest.PathNodes {
			looks.Add(1)
		}
		if looks.Load() <= times {
			first.Config.Handler.ServeHTTP(w, r)
		} else {
			then.Config.Handler.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL, looks
}

// shapeOf saves what an orchestrator lists, and rules that it keeps now.
func shapeOf(t *testing.T, url string) (snapshot, rules string) {
	t.Helper()
	dir := t.TempDir()
	snapshot, rules = filepath.Join(dir, "old.json"), filepath.Join(dir, "shape.yaml")
	if status, _, stderr := bacviz(t, "snapshot", url, "-o", snapshot); status != 0 {
		t.Fatal(stderr)
	}
	_, stdout, stderr := bacviz(t, "check", url, "--init")
	if stdout == "" {
		t.Fatal(stderr)
	}
	if err := os.WriteFile(rules, []byte(stdout), 0o644); err != nil {
		t.Fatal(err)
	}
	return snapshot, rules
}

func TestCheckAndDiffWaitUntilTheNetworkIsWholeAgain(t *testing.T) {
	t.Parallel()
	snapshot, rules := shapeOf(t, first(serveRestart(t, 0, false)))
	for name, c := range map[string]struct {
		args   []string
		says   string
		awaits bool
	}{
		"check":                {[]string{"check", "URL", "--rules", rules}, " hold, after waiting ", false},
		"check as JSON":        {[]string{"check", "URL", "--rules", rules, "-f", "json"}, `"waited": `, true},
		"diff":                 {[]string{"diff", snapshot, "URL", "--exit-code"}, "no difference: 4 nodes, after waiting ", false},
		"diff in Markdown":     {[]string{"diff", snapshot, "URL", "--exit-code", "-f", "md"}, ", after waiting ", false},
		"diff as JSON":         {[]string{"diff", snapshot, "URL", "--exit-code", "-f", "json"}, `"waited": `, false},
		"diff, after restarts": {[]string{"diff", snapshot, "URL", "--exit-code"}, "no difference: 4 nodes, after waiting ", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, looks := serveRestart(t, 1, c.awaits)
			args := slices.Clone(c.args)
			args[slices.Index(args, "URL")] = url
			status, stdout, stderr := bacviz(t, append(args, "--wait", "60s")...)
			if status != 0 || looks.Load() != 2 || !strings.Contains(stdout, c.says) || !strings.Contains(stderr, "bacviz: waited ") {
				t.Errorf("status %d after %d looks: %s%s", status, looks.Load(), stdout, stderr)
			}
		})
	}
}

func TestTheTimeOfWaitEndsWithTheLastAnswer(t *testing.T) {
	t.Parallel()
	snapshot, rules := shapeOf(t, first(serveRestart(t, 0, false)))
	for name, args := range map[string][]string{
		"check": {"check", "URL", "--rules", rules},
		"diff":  {"diff", snapshot, "URL", "--exit-code"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, looks := serveRestart(t, 1000, false)
			args := slices.Clone(args)
			args[slices.Index(args, "URL")] = url
			status, stdout, stderr := bacviz(t, append(args, "--wait", "1s")...)
			if status != exitFailed || looks.Load() < 2 || !strings.Contains(stdout, "after waiting 1") {
				t.Errorf("status %d after %d looks: %s%s", status, looks.Load(), stdout, stderr)
			}
			if n := strings.Count(stderr, "\n"); n > 3 {
				t.Errorf("%d lines of messages, as if those of every look were printed:\n%s", n, stderr)
			}
		})
	}
}

func TestAnOrchestratorThatIsAwayIsWaitedFor(t *testing.T) {
	t.Parallel()
	_, rules := shapeOf(t, first(serveRestart(t, 0, false)))
	status, _, stderr := bacviz(t, "check", refused(t), "--rules", rules, "--wait", "600ms")
	if status != exitNoAnswer || !strings.Contains(stderr, "connection refused") {
		t.Errorf("status %d: %s", status, stderr)
	}
}

func TestAMistakeIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }))
	t.Cleanup(refusing.Close)
	_, rules := shapeOf(t, first(serveRestart(t, 0, false)))
	for _, args := range [][]string{
		{"check", refusing.URL, "--rules", rules},
		{"check", refusing.URL, "--rules", "none.yaml"},
		{"diff", "none.json", refusing.URL},
		{"diff", refusing.URL, "none.json"},
	} {
		began := time.Now()
		if status, _, stderr := bacviz(t, append(args, "--wait", "60s")...); status == 0 || clustertest.Late(time.Since(began), 20*time.Second) {
			t.Errorf("%q: status %d after %s: %s", args, status, time.Since(began), stderr)
		}
	}
}

func TestWaitIsRefusedWhereNothingChanges(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"check", "--demo", "--rules", "x.yaml", "--wait", "1s"}, "no SOURCE is one"},
		{[]string{"check", "x.json", "--rules", "x.yaml", "--wait", "1s"}, "no SOURCE is one"},
		{[]string{"check", "-", "http://127.0.0.1:1", "--rules", "x.yaml", "--wait", "1s"}, "cannot read standard input more than once"},
		{[]string{"check", "http://127.0.0.1:1", "--init", "--wait", "1s"}, "--init and --wait cannot be combined"},
		{[]string{"diff", "a.json", "b.json", "--wait", "1s"}, "no SOURCE is one"},
		{[]string{"diff", "a.json", "http://127.0.0.1:1", "--wait", "-1s"}, "--wait -1s is negative"},
	} {
		if status, _, stderr := bacviz(t, c.args...); status != exitUsage || !strings.Contains(stderr, c.want) {
			t.Errorf("%q: status %d, %s", c.args, status, stderr)
		}
	}
}

func first(url string, _ *atomic.Int32) string { return url }
