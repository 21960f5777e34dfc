package serve_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bacviz/bacviz/cluster"
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

// A mistake of the program costs the picture that it is in, and one line of the log.
func TestAPanicOfADrawingEndsNoServer(t *testing.T) {
	var mu sync.Mutex
	var log strings.Builder
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- serve.Serve(ctx, listener, serve.Options{
			Sources: []fetch.Source{one{}}, Every: time.Minute, Timeout: time.Minute, Epoch: "e", Random: func() float64 { return 0.5 },
			Draw: func(ctx context.Context, r serve.Request) ([]byte, error) {
				if r.Query.Has("title") {
					return interrupt.Call(ctx, func() ([]byte, error) { panic("no place\nfor a node") }) // as layouts do
				}
				return []byte("a picture"), nil
			},
			Log: func(format string, args ...any) {
				mu.Lock()
				defer mu.Unlock()
				fmt.Fprintf(&log, format+"\n", args...)
			},
		})
	}()
	get := func(path string) (int, string) {
		resp, err := http.Get("http://" + listener.Addr().String() + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, string(body)
	}
	for status := 0; status != http.StatusOK; time.Sleep(time.Millisecond) {
		status, _ = get("/readyz")
	}
	for range 20 { // more than there are turns
		if status, body := get("/topology.svg?title=a%0ab"); status != http.StatusInternalServerError || strings.Contains(body, "no place") {
			t.Fatalf("%d %s", status, body)
		}
	}
	if status, body := get("/topology.svg"); status != http.StatusOK || body != "a picture" {
		t.Errorf("%d %s", status, body)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	mu.Lock()
	defer mu.Unlock()
	const want = "/topology.svg?title=a%0ab: panic: no place, in serve_test.TestAPanicOfADrawingEndsNoServer"
	if lines := strings.Split(strings.TrimSpace(log.String()), "\n"); len(lines) != 21 || !strings.HasPrefix(lines[1], want) || !strings.Contains(lines[1], "(serve_test.go:") {
		t.Errorf("%q", lines)
	}
}
