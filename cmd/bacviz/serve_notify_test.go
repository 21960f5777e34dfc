package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bacviz/bacviz/internal/clustertest"
)

const twoNodes = `rules:
- name: enough <nodes>
  message: call somebody
  nodes: {atLeast: 2}
  state: connected
`

// A hook receives what is posted.
type hook struct {
	*httptest.Server
	posts  chan string
	refuse atomic.Int32 // how many posts are refused first
}

func newHook(t *testing.T) *hook {
	h := &hook{posts: make(chan string, 100)}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Method != http.MethodPost || r.URL.Query().Get("token") != "geheim" {
			t.Errorf("%s %s: %v", r.Method, r.URL, err)
		}
		if h.refuse.Add(-1) >= 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		h.posts <- string(body)
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *hook) next(t *testing.T) string {
	t.Helper()
	select {
	case text := <-h.posts:
		return text
	case <-time.After(time.Minute):
		t.Fatal("nothing was posted")
		return ""
	}
}

func writeText(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// A rule that breaks is told once, and once when it holds again, even where the first
// attempts fail; the URL is a secret.
func TestServeTellsOnceThatARuleBreaks(t *testing.T) {
	t.Parallel()
	list := clustertest.Cluster(3, clustertest.Options{Nodes: 2})[0]
	network := clustertest.ServeNetwork(t, "v1.9.3", list)
	network.Join("n-a")
	h := newHook(t)
	h.refuse.Store(2)
	file := writeText(t, "url", h.URL+"/services?token=geheim\n")
	s := startServe(t, network.URL, "--rules", writeText(t, "rules.yaml", strings.ReplaceAll(twoNodes, "2}", "3}")), "--notify-file", file, "--notify-after", "0s").ready()
	for range 2 {
		network.Leave("n-a")
		var m struct {
			Bacviz, ID, Rule, Status, Found, Message string
			Version                                  int
		}
		text := h.next(t)
		if err := json.Unmarshal([]byte(text), &m); err != nil || m.Status != "broken" || m.Rule != "enough <nodes>" || m.Message != "call somebody" ||
			m.Bacviz != "notification" || m.Version != 1 || !strings.Contains(m.Found, "wanted at least 3") || m.ID == "" {
			t.Errorf("%s: %v", text, err)
		}
		time.Sleep(300 * time.Millisecond) // three more looks, which have nothing new
		network.Join("n-a")
		if text := h.next(t); !strings.Contains(text, `"status":"holds"`) {
			t.Errorf("%s", text)
		}
	}
	if len(h.posts) > 0 {
		t.Errorf("also %s", <-h.posts)
	}
	if s.stop(); strings.Contains(s.log.String(), "geheim") || strings.Contains(s.log.String(), h.URL) || !strings.Contains(s.log.String(), `the rule "enough <nodes>" holds again`) {
		t.Errorf("the log: %s", s.log)
	}
}

// What Slack is sent cannot mention people or make links. A rule that is broken for a short
// time is not worth a word.
func TestServeTellsSlackInItsForm(t *testing.T) {
	network := clustertest.ServeNetwork(t, "v1.9.3", clustertest.Cluster(3, clustertest.Options{Nodes: 1})[0])
	h := newHook(t)
	t.Setenv(notifyVar, h.URL+"/?token=geheim")
	s := startServe(t, network.URL, "--rules", writeText(t, "rules.yaml", twoNodes), "--notify-format", "slack", "--notify-after", "700ms").ready()
	begin := time.Now()
	text := h.next(t)
	if time.Since(begin) < 500*time.Millisecond || !strings.Contains(text, `{"text":"bacviz: the rule`) || strings.ContainsAny(text, "<>") || !strings.Contains(text, `\u0026lt;nodes\u0026gt;`) {
		t.Errorf("%s", text)
	}
	network.Join("n-a")
	h.next(t)
	events := s.stream(t.Context(), "")
	s.next(events, well)
	for short := false; !short; { // a busy machine may make the outage a long one
		left := time.Now()
		network.Leave("n-a")
		s.next(events, named("change"))
		network.Join("n-a")
		s.next(events, named("change"))
		short = time.Since(left) < 600*time.Millisecond
		time.Sleep(time.Second)
		switch {
		case short && len(h.posts) > 0:
			t.Errorf("told of a short outage: %s", <-h.posts)
		case len(h.posts) > 0:
			h.next(t)
			h.next(t) // that the rule holds again
		}
	}
}

// Addresses that cannot be posted to are refused at the start, and are in no message; one
// that refuses for good is asked once.
func TestServeKeepsTheURLOfNotificationsSecret(t *testing.T) {
	rules := writeText(t, "rules.yaml", twoNodes)
	for _, args := range [][]string{
		{"--rules", rules, "--notify", "ftp://x/geheim"}, {"--rules", rules, "--notify", "geheim"},
		{"--rules", rules, "--notify", "http://x/%zz?geheim"}, {"--rules", rules, "--notify-file", writeText(t, "url", "geheim")},
		{"--rules", rules, "--notify", "http://x/geheim", "--notify-file", rules}, {"--notify", "http://x/geheim"},
		{"--rules", writeText(t, "rules.yaml", "rules: 7")}, {"--rules", rules, "--notify-format", "fax"},
	} {
		var log syncBuffer
		if status := run(t.Context(), append([]string{"serve", "--demo", "--listen", "127.0.0.1:0"}, args...), stdio{strings.NewReader(""), io.Discard, &log}); status == exitOK || strings.Contains(log.String(), "geheim") {
			t.Errorf("%v: %d %s", args, status, &log)
		}
	}
	var asked atomic.Int32
	gone := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1); r.URL.Path == "/geheim" {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}
	}))
	defer gone.Close()
	network := clustertest.ServeNetwork(t, "v1.9.3", clustertest.Cluster(3, clustertest.Options{Nodes: 1})[0])
	s := startServe(t, network.URL, "--rules", rules, "--notify", gone.URL+"/geheim", "--notify-after", "0s").ready()
	s.until("word that nobody could be told", func() bool { return strings.Contains(s.log.String(), "307 Temporary Redirect") })
	if strings.Contains(s.log.String(), "geheim") || asked.Load() != 1 {
		t.Errorf("%d posts; the log: %s", asked.Load(), s.log)
	}
}
