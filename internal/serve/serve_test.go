package serve_test

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/history"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/serve"
)

// A one is a source with one node.
type one struct{}

func (one) Name() string { return "one" }

func (one) List(context.Context) (cluster.List, error) {
	return cluster.List{Nodes: []cluster.Node{{ID: "n-1"}}}, nil
}

// A flipping source has one node more in every other list.
type flipping struct{ lists *atomic.Int64 }

func (flipping) Name() string { return "flipping" }

func (f flipping) List(ctx context.Context) (cluster.List, error) {
	list, err := one{}.List(ctx)
	if f.lists.Add(1)%2 == 0 {
		list.Nodes = append(list.Nodes, cluster.Node{ID: "n-2"})
	}
	return list, err
}

// A run is a server whose log is kept.
type run struct {
	t   *testing.T
	url string
	end func() error

	mu  sync.Mutex
	log strings.Builder
}

func start(t *testing.T, opt serve.Options) *run {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	r := &run{t: t, url: "http://" + listener.Addr().String()}
	opt.Timeout, opt.Epoch, opt.Random = time.Minute, "e", func() float64 { return 0.5 }
	opt.Log = func(format string, args ...any) {
		r.mu.Lock()
		defer r.mu.Unlock()
		fmt.Fprintf(&r.log, format+"\n", args...)
	}
	ended := make(chan error, 1)
	go func() { ended <- serve.Serve(ctx, listener, opt) }()
	r.end = func() error {
		cancel()
		return <-ended
	}
	for status := 0; status != http.StatusOK; time.Sleep(time.Millisecond) {
		status, _ = r.get("/readyz")
	}
	return r
}

func (r *run) get(path string) (int, string) {
	r.t.Helper()
	resp, err := http.Get(r.url + path)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(body)
}

func (r *run) logged() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.log.String()
}

// A mistake of the program costs the picture that it is in, and one line of the log.
func TestAPanicOfADrawingEndsNoServer(t *testing.T) {
	s := start(t, serve.Options{Sources: []fetch.Source{one{}}, Every: time.Minute, Draw: func(ctx context.Context, r serve.Request) ([]byte, error) {
		if r.Query.Has("title") {
			return interrupt.Call(ctx, func() ([]byte, error) { panic("no place\nfor a node") }) // as layouts do
		}
		return []byte("a picture"), nil
	}})
	for range 20 { // more than there are turns
		if status, body := s.get("/topology.svg?title=a%0ab"); status != http.StatusInternalServerError || strings.Contains(body, "no place") {
			t.Fatalf("%d %s", status, body)
		}
	}
	if status, body := s.get("/topology.svg"); status != http.StatusOK || body != "a picture" {
		t.Errorf("%d %s", status, body)
	}
	if err := s.end(); err != nil {
		t.Error(err)
	}
	const want = "/topology.svg?title=a%0ab: panic: no place, in serve_test.TestAPanicOfADrawingEndsNoServer"
	if lines := strings.Split(strings.TrimSpace(s.logged()), "\n"); len(lines) != 21 || !strings.HasPrefix(lines[1], want) || !strings.Contains(lines[1], "(serve_test.go:") {
		t.Errorf("%q", lines)
	}
}

// Who looks after a server learns that its history misses something, and when it no longer does.
func TestAHistoryThatCannotBeWrittenIsSaid(t *testing.T) {
	file := filepath.Join(t.TempDir(), "h.db")
	store, err := history.Open(t.Context(), file, history.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s := start(t, serve.Options{Sources: []fetch.Source{flipping{new(atomic.Int64)}}, Every: 100 * time.Millisecond, History: store})
	for _, step := range []struct{ statement, line string }{
		{"CREATE TRIGGER full BEFORE INSERT ON moment BEGIN SELECT RAISE(ABORT, 'no room'); END", "the history misses what happens"},
		{"DROP TRIGGER full", "the history is written again\n"},
	} {
		if _, err := db.Exec("PRAGMA busy_timeout = 5000; " + step.statement); err != nil {
			t.Fatal(err)
		}
		for end := time.Now().Add(time.Minute); !strings.Contains(s.logged(), step.line); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%s: %s", step.line, s.logged())
			}
		}
	}
	if _, metrics := s.get("/metrics"); !strings.Contains(metrics, "\nbacviz_history_failures_total ") || strings.Contains(metrics, "\nbacviz_history_failures_total 0\n") {
		t.Error("the metrics know of no failure")
	}
	if err := s.end(); err != nil {
		t.Error(err)
	}
}
