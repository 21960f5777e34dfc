package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// A served is a run of bacviz serve.
type served struct {
	t    testing.TB
	url  string // without a slash at the end
	log  *syncBuffer
	stop func() int // ends it and returns its exit status
}

// A syncBuffer is a buffer for several goroutines.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// startServe runs bacviz serve on a free port until the test ends.
func startServe(t testing.TB, args ...string) *served {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out, in := io.Pipe()
	s := &served{t: t, log: &syncBuffer{}}
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, append([]string{"serve", "--listen", "127.0.0.1:0", "--every", "100ms"}, args...), stdio{strings.NewReader(""), in, s.log})
		in.Close()
	}()
	line, _ := bufio.NewReader(out).ReadString('\n')
	s.url = strings.TrimSuffix(strings.TrimSpace(line), "/")
	s.stop = sync.OnceValue(func() int {
		cancel()
		return <-ended
	})
	t.Cleanup(func() { s.stop() })
	if s.url == "" {
		t.Fatalf("no address; %s", s.log)
	}
	return s
}

// ready waits until there is a network to show.
func (s *served) ready() *served {
	s.t.Helper()
	s.until("a network", func() bool { return s.get("/readyz").StatusCode == http.StatusOK })
	return s
}

// until waits until something is the case.
func (s *served) until(what string, is func() bool) {
	s.t.Helper()
	for end := time.Now().Add(time.Minute); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatalf("no %s after a minute; log: %s", what, s.log)
		}
	}
}

// A reply is the answer of the server, with its body.
type reply struct {
	*http.Response
	body string
}

// get asks for a path, with headers as pairs of key and value.
func (s *served) get(path string, header ...string) reply {
	s.t.Helper()
	return s.ask(http.MethodGet, path, header...)
}

func (s *served) ask(method, path string, header ...string) reply {
	s.t.Helper()
	req, err := http.NewRequest(method, s.url+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		if req.Header.Set(header[i], header[i+1]); header[i] == "Host" {
			req.Host = header[i+1]
		}
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DisableCompression: true}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		s.t.Fatalf("%s: %v; log: %s", path, err, s.log)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return reply{resp, string(body)}
}

// A happening is one event of a stream.
type happening struct {
	id, name string
	data     struct {
		Seq                   uint64
		Joined, Left, Changed int
		Changes               json.RawMessage
		Revision              uint64
		Sources               []struct {
			Name, Error string
			OK          bool
			Age         *float64
		}
	}
}

// stream follows the events until the test or ctx ends.
func (s *served) stream(ctx context.Context, query string, header ...string) <-chan happening {
	s.t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/api/events"+query, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	events := make(chan happening, 1000)
	go func() {
		defer close(events)
		defer resp.Body.Close()
		lines := bufio.NewScanner(resp.Body)
		lines.Buffer(nil, 1<<20)
		for h := (happening{}); lines.Scan(); {
			field, value, _ := strings.Cut(lines.Text(), ": ")
			switch field {
			case "id":
				h.id = value
			case "event":
				h.name = value
			case "data":
				if err := json.Unmarshal([]byte(value), &h.data); err != nil {
					s.t.Errorf("%s: %v", value, err)
				}
			case "":
				if h.name != "" {
					events <- h
				}
				h = happening{}
			}
		}
	}()
	return events
}

// next returns the next event that is wanted.
func (s *served) next(events <-chan happening, wanted func(*happening) bool) happening {
	s.t.Helper()
	for limit := time.After(time.Minute); ; {
		select {
		case h, open := <-events:
			if !open || wanted(&h) {
				return h
			}
		case <-limit:
			s.t.Fatalf("no such event after a minute; log: %s", s.log)
		}
	}
}

func named(name string) func(*happening) bool {
	return func(h *happening) bool { return h.name == name }
}

// troubled reports whether an event says that the first source fails, and why.
func troubled(reason string) func(*happening) bool {
	return func(h *happening) bool {
		return h.name == "status" && !h.data.Sources[0].OK && strings.Contains(h.data.Sources[0].Error, reason)
	}
}

func well(h *happening) bool { return h.name == "status" && h.data.Sources[0].OK }

// Whoever follows the events learns what happens to the network, in order and once.
func TestServeTellsWhatHappens(t *testing.T) {
	network := clustertest.ServeNetwork(t, "v1.9.3", clustertest.Cluster(1, clustertest.Options{Nodes: 8})[0])
	s := startServe(t, network.URL).ready()
	events := s.stream(t.Context(), "")
	seq := s.next(events, well).data.Seq
	for _, step := range []struct {
		what                  string
		do                    func()
		joined, left, changed int
	}{
		{"joins", func() { network.Join("n-new") }, 1, 0, 0},
		{"leaves", func() { network.Leave("n-new") }, 0, 1, 0},
		{"is rejected", func() { network.Reject("n-new") }, 0, 0, 1},
		{"is forgotten", func() {
			network.Change(func(nodes []cluster.Node) []cluster.Node {
				return slices.DeleteFunc(nodes, func(n cluster.Node) bool { return n.ID == "n-new" })
			})
		}, 0, 0, 1},
	} {
		step.do()
		h := s.next(events, named("change"))
		if seq++; h.data.Seq != seq || h.data.Joined != step.joined || h.data.Left != step.left || h.data.Changed != step.changed || !strings.Contains(string(h.data.Changes), "n-new") {
			t.Errorf("a node %s: %+v, want number %d", step.what, h, seq)
		}
	}
	if s.stop() != exitOK {
		t.Error("the end was no success")
	}
	if h := s.next(events, named("bye")); h.name != "bye" {
		t.Error("the stream ended without a word")
	}
}

// Whoever follows the events learns how the orchestrator is. What was shown stays while that
// fails, and says how old it is.
func TestServeKeepsThePictureInAnOutage(t *testing.T) {
	network := clustertest.ServeNetwork(t, "v1.9.3", clustertest.Cluster(1, clustertest.Options{Nodes: 8})[0])
	s := startServe(t, network.URL).ready()
	events := s.stream(t.Context(), "")
	seq := s.next(events, well).data.Seq
	nodes := func() int { return strings.Count(s.get("/topology.json").body, `"id": `) }
	before := nodes()
	if strings.Contains(s.get("/topology.svg").body, "No answer") {
		t.Error("a picture complains while all is well")
	}
	for _, step := range []struct {
		reason     string
		fail, mend func()
	}{
		{"connection refused", network.Die, func() {
			if err := network.Return(); err != nil {
				t.Error(err)
			}
		}},
		{"no answer yet", func() { network.Slow(time.Minute) }, func() { network.Slow(0); network.Die(); _ = network.Return() }},
		{"HTML", func() { network.Rubbish(true) }, func() { network.Rubbish(false) }},
	} {
		step.fail()
		if h := s.next(events, troubled(step.reason)); h.data.Sources[0].Age == nil || h.data.Seq != seq {
			t.Errorf("%s: %+v", step.reason, h)
		}
		if nodes() != before || before != 9 {
			t.Errorf("%s: the picture has %d nodes instead of %d", step.reason, nodes(), before)
		}
		if late := step.reason == "no answer yet"; strings.Contains(s.get("/topology.svg").body, "No answer since 20") == late {
			t.Errorf("%s: the picture does not say how old it is", step.reason)
		}
		step.mend()
		s.next(events, well)
	}
	if !strings.Contains(s.log.String(), "answers again") || strings.Contains(s.log.String(), "\x1b") {
		t.Errorf("the log: %s", s.log)
	}
}

// Before there is a network, the page waits for it and says why there is none.
func TestServeWaitsForTheFirstAnswer(t *testing.T) {
	network := clustertest.ServeNetwork(t, "v1.9.3", clustertest.Cluster(1, clustertest.Options{Nodes: 8})[0])
	network.Die()
	s := startServe(t, network.URL)
	s.until("reason", func() bool { return strings.Contains(s.get("/").body, "connection refused") })
	for _, path := range []string{"/", "/readyz", "/api/page", "/api/snapshot", "/topology.svg"} {
		if got := s.get(path); got.StatusCode != http.StatusServiceUnavailable || got.Header.Get("Retry-After") == "" || !strings.Contains(got.body, "connection refused") {
			t.Errorf("%s: %d %s", path, got.StatusCode, got.body)
		}
	}
	if got := s.get("/healthz"); got.StatusCode != http.StatusOK {
		t.Errorf("/healthz: %d", got.StatusCode)
	}
	events := s.stream(t.Context(), "")
	s.next(events, troubled("connection refused"))
	if err := network.Return(); err != nil {
		t.Fatal(err)
	}
	if h := s.next(events, named("change")); h.data.Seq != 1 || h.data.Joined != 9 {
		t.Errorf("%+v", h)
	}
	s.ready()
}

// A client that comes back gets what it missed, once. One that was away for too long, or
// followed another run, is told to load everything again.
func TestServeReplaysWhatAClientMissed(t *testing.T) {
	network := clustertest.ServeNetwork(t, "v1.9.3", clustertest.Cluster(1, clustertest.Options{Nodes: 4})[0])
	s := startServe(t, network.URL).ready()
	events := s.stream(t.Context(), "")
	var ids []string
	for _, id := range []string{"n-a", "n-b", "n-c"} {
		network.Join(id)
		ids = append(ids, s.next(events, named("change")).id)
	}
	again := s.stream(t.Context(), "?from=nonsense", "Last-Event-ID", ids[0])
	for _, want := range ids[1:] {
		if h := s.next(again, func(h *happening) bool { return h.name != "status" }); h.name != "change" || h.id != want {
			t.Errorf("replayed %+v, want %s", h, want)
		}
	}
	if h := s.next(s.stream(t.Context(), "?from="+ids[1]), named("change")); h.id != ids[2] {
		t.Errorf("from %s: %+v", ids[1], h)
	}
	for _, id := range []string{"other-2", "nonsense", ids[0] + "9", "-", ids[0][:len(ids[0])-1] + "18446744073709551616"} {
		if h := s.next(s.stream(t.Context(), "", "Last-Event-ID", id), func(h *happening) bool { return h.name != "status" }); h.name != "reload" || h.id != ids[2] {
			t.Errorf("after %q: %+v", id, h)
		}
	}
}

// A source that does not answer holds up no other: neither the first view nor later ones.
func TestServeReadsEachSourceAtItsOwnPace(t *testing.T) {
	t.Parallel()
	lists := clustertest.Cluster(1, clustertest.Options{Nodes: 8, Hubs: 2})
	slow, quick := clustertest.ServeNetwork(t, "v1.9.3", lists[0]), clustertest.ServeNetwork(t, "v1.9.3", lists[1])
	slow.Slow(time.Minute)
	s := startServe(t, "slow="+slow.URL, "quick="+quick.URL).ready()
	events := s.stream(t.Context(), "")
	h := s.next(events, troubled("no answer yet"))
	if one := h.data.Sources; len(one) != 2 || one[0].Age != nil || !strings.HasPrefix(one[0].Name, "slow (") || !one[1].OK {
		t.Errorf("%+v", one)
	}
	if picture := s.get("/topology.svg").body; !strings.Contains(picture, "1 of 2 sources could not be read") {
		t.Error("the picture does not say that nodes are missing")
	}
	for _, id := range []string{"n-a", "n-b", "n-c"} {
		quick.Join(id)
		if h := s.next(events, named("change")); h.data.Joined != 1 {
			t.Errorf("%+v", h)
		}
	}
	slow.Slow(0)
	slow.Die() // who waits now has waited for nothing
	if err := slow.Return(); err != nil {
		t.Fatal(err)
	}
	if h := s.next(events, named("change")); h.data.Joined == 0 || h.data.Left > 0 {
		t.Errorf("when the slow one answers: %+v", h)
	}
	quick.Die()
	s.until("a picture that says which source is silent", func() bool {
		return strings.Contains(s.get("/topology.svg").body, "1 of 2 sources without an answer since 20")
	})
}

// However many follow, each gets each event once, in order. bench/soak does this for long.
func TestServeSendsEachEventOnceToEveryClient(t *testing.T) {
	t.Parallel()
	network := clustertest.ServeNetwork(t, "v1.9.3", clustertest.Cluster(1, clustertest.Options{Nodes: 100})[0])
	s := startServe(t, network.URL).ready()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	streams := make([]<-chan happening, 200)
	for i := range streams {
		streams[i] = s.stream(ctx, "")
		s.next(streams[i], well)
	}
	const changes = 12
	first := s.stream(ctx, "")
	last := s.next(first, well).data.Seq
	for range changes {
		network.Join("n-a")
		s.next(first, named("change"))
		network.Leave("n-a")
		s.next(first, named("change"))
	}
	for i, events := range streams {
		for want := last + 1; want <= last+2*changes; want++ {
			if h := s.next(events, func(h *happening) bool { return h.name != "status" }); h.name != "change" || h.data.Seq != want {
				t.Fatalf("client %d: %+v, want change %d", i, h, want)
			}
		}
	}
}

// The snapshot has the time of the newest answer, though nothing has changed.
func TestServeSaysWhenItsSnapshotWasTaken(t *testing.T) {
	t.Parallel() // it waits for another second
	s := startServe(t, "--demo").ready()
	first := s.get("/api/snapshot").body
	s.until("newer snapshot", func() bool { return s.get("/api/snapshot").body != first })
}
