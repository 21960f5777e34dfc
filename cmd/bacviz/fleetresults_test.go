package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// resultsArchive returns what an execution publishes whose facts are given.
func resultsArchive(t *testing.T, facts string) []byte {
	t.Helper()
	var b bytes.Buffer
	packed := gzip.NewWriter(&b)
	entries := tar.NewWriter(packed)
	err := entries.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "outputs/facts.jsonl", Mode: 0o644, Size: int64(len(facts))})
	if err == nil {
		_, err = entries.Write([]byte(facts))
	}
	if err == nil {
		err = entries.Close()
	}
	if err == nil {
		err = packed.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// runShards runs two shards that come to what work says, and returns the exit status and the messages.
func runShards(t *testing.T, work func(clustertest.Work) clustertest.Done, more ...string) (status int, stderr string) {
	t.Helper()
	o := clustertest.ServeJobs(t, "v1.9.3", clustertest.Cluster(1, clustertest.Options{Nodes: 3})[0], clustertest.Plan{Work: work, Tries: 1})
	args := []string{"fleet", "run", "--on", o.URL, "--input", "/data", "--module", "/m.wasm", "--shards", "2", "-o", filepath.Join(t.TempDir(), "facts.jsonl")}
	status, _, stderr = bacviz(t, append(args, more...)...)
	return status, stderr
}

func TestFleetRunPrintsWhatShardsWarnOf(t *testing.T) {
	facts := resultsArchive(t, "")
	said := "bacviz-fleet: warning: left out eu/\x1b[31m1.json: cut\n" + strings.Repeat("bacviz-fleet: warning: more\n", 14)
	_, stderr := runShards(t, func(w clustertest.Work) clustertest.Done {
		if w.Part == 0 {
			return clustertest.Done{Archive: facts}
		}
		return clustertest.Done{Archive: facts, Stderr: said}
	})
	if !strings.Contains(stderr, "bacviz: warning: shard 1: left out eu/") || strings.Contains(stderr, "\x1b") ||
		strings.Count(stderr, "warning: shard 1: more\n") != 9 || !strings.Contains(stderr, "warning: 5 more warnings of shards: bacviz job executions --api-host http:") {
		t.Error(stderr)
	}
}

func TestFleetRunSaysTheErrorOfAShardAndNotItsHint(t *testing.T) {
	status, stderr := runShards(t, func(clustertest.Work) clustertest.Done {
		return clustertest.Done{ExitCode: 1, Stderr: "bacviz-fleet: error: eu is broken\nbacviz-fleet: hint: try this\n"}
	})
	if status != 1 || !strings.Contains(stderr, "exit code 1: bacviz-fleet: error: eu is broken)") || strings.Contains(stderr, "try this") {
		t.Errorf("exit status %d: %s", status, stderr)
	}
}

func TestFleetRunNamesAShardWithoutResults(t *testing.T) {
	facts := resultsArchive(t, "")
	status, stderr := runShards(t, func(w clustertest.Work) clustertest.Done {
		if w.Part == 1 {
			return clustertest.Done{}
		}
		return clustertest.Done{Archive: facts}
	})
	if want := regexp.MustCompile(`error: 1 of 2 shards published no results: shard 1 \(e-\w+ on n-\w+\)\n`); status != 1 || !want.MatchString(stderr) || strings.Contains(stderr, "hint: to go on") {
		t.Errorf("exit status %d: %s", status, stderr)
	}
}

func TestAPartitionThatPublishesTwiceHidesNoOther(t *testing.T) {
	done := func(id string, partition int) cluster.Execution {
		return cluster.Execution{ID: id, Partition: partition, State: cluster.StateCompleted}
	}
	at := func(text string) cluster.Result { return cluster.Result{Type: "urlDownload", URL: "http://n/" + text} }
	executions := []cluster.Execution{done("e-1", 0), done("e-2", 0), done("e-3", 1), done("e-4", 2)}
	for name, c := range map[string]struct {
		published []cluster.Result
		results   int
		missing   string
	}{
		"one each":      {[]cluster.Result{at("e-4.tar.gz"), at("e-1.tar.gz"), at("x/e-3")}, 3, "[]"},
		"twice":         {[]cluster.Result{at("e-1.tar.gz"), at("e-2.tar.gz"), at("e-3.tar.gz")}, 2, "[2]"},
		"the same":      {[]cluster.Result{at("e-1.tar.gz"), at("e-1.tar.gz"), at("e-4.tar.gz")}, 2, "[1]"},
		"without names": {[]cluster.Result{at("a"), at("b"), at("c")}, 3, "[]"},
		"same CID":      {[]cluster.Result{at("a"), at("a"), at("b")}, 0, "[0 1 2]"},
	} {
		results, missing := resultsOf(executions, c.published, 3)
		if len(results) != c.results || fmt.Sprint(missing) != c.missing {
			t.Errorf("%s: %d results, missing %v", name, len(results), missing)
		}
	}
}

func TestDownloadsTryAgainAndDoNotHang(t *testing.T) {
	facts := resultsArchive(t, "{}\n")
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch n := asked.Add(1); {
		case r.URL.Path == "/stalls":
			_, _ = w.Write(facts[:20])
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		case r.URL.Path == "/none":
			http.NotFound(w, r)
		case n == 1:
			w.WriteHeader(http.StatusServiceUnavailable)
		case n == 2:
			w.Header().Set("Content-Length", fmt.Sprint(len(facts)))
			_, _ = w.Write(facts[:20])
		default:
			_, _ = w.Write(facts)
		}
	}))
	defer server.Close()
	d := downloads{tries: 3, silence: time.Minute, maxBytes: 1 << 20}
	file := filepath.Join(t.TempDir(), "facts")
	fetch := func(path string) error { return d.fetch(t.Context(), cluster.Result{URL: server.URL + path}, file) }
	if err := fetch("/third"); err != nil || asked.Load() != 3 {
		t.Errorf("%v after %d requests", err, asked.Load())
	}
	if text, err := os.ReadFile(file); string(text) != "{}\n" {
		t.Errorf("%q, %v", text, err)
	}
	if err := fetch("/none"); err == nil || asked.Load() != 4 {
		t.Errorf("%v after %d requests", err, asked.Load())
	}
	d.silence = 20 * time.Millisecond
	if err := fetch("/stalls"); err == nil || !strings.Contains(err.Error(), "nothing came for 20ms") || asked.Load() != 7 {
		t.Errorf("%v after %d requests", err, asked.Load())
	}
}

func TestResultsOnThisMachineAreRegularFiles(t *testing.T) {
	dir := t.TempDir()
	facts := filepath.Join(dir, "e-1.tar.gz")
	if err := os.WriteFile(facts, resultsArchive(t, "{}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	d := downloads{tries: 1, silence: time.Minute, maxBytes: 1 << 20}
	for path, ok := range map[string]bool{facts: true, dir: false, os.DevNull: false} {
		err := d.fetch(ctx, cluster.Result{Info: map[string]string{"SourcePath": path}}, filepath.Join(dir, "out"))
		if ok != (err == nil) || !ok && !strings.Contains(err.Error(), "is not a regular file") {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestFleetRunPrintsAllThatGoingOnNeeds(t *testing.T) {
	o := clustertest.ServeJobs(t, "v1.9.3", clustertest.Cluster(1, clustertest.Options{Nodes: 3})[0], clustertest.Plan{
		Work: func(clustertest.Work) clustertest.Done { return clustertest.Done{ExitCode: 1} }, Tries: 1,
	})
	host := strings.TrimPrefix(o.URL, "http://")
	to := filepath.Join(t.TempDir(), "my report")
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"host":  {[]string{"--api-host", o.URL, "--title", "It's all", "--max-size", "1234567"}, ": bacviz fleet run --api-host " + o.URL + ` --title 'It'\''s all' --max-size 1234567 --resume j-`},
		"login": {[]string{"--on", "http://me:pw@" + host}, " if this ends, with the user name and the password in the address again: bacviz fleet run --on " + o.URL + " --resume j-"},
	} {
		_, _, stderr := bacviz(t, append([]string{"fleet", "run", "--input", "/data", "--module", "/m.wasm", "-o", to}, c.args...)...)
		if !strings.Contains(stderr, c.want) || !strings.Contains(stderr, " -o '"+to+"'\n") || strings.Contains(stderr, "pw") {
			t.Errorf("%s: %s", name, stderr)
		}
	}
}
