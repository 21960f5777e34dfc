package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bacviz/bacviz/internal/clustertest"
)

// render returns what bacviz render writes to standard output, and what it says.
func renderTo(t testing.TB, args ...string) (picture, said string) {
	t.Helper()
	var out, log bytes.Buffer
	run(t.Context(), append([]string{"render"}, args...), stdio{strings.NewReader(""), &out, &log})
	return out.String(), log.String()
}

// A query gives what the flags of render give, byte for byte, and the same errors.
func TestServeDrawsWhatRenderDraws(t *testing.T) {
	network := clustertest.ServeNetwork(t, "v1.9.3", clustertest.Cluster(3, clustertest.Options{Nodes: 12})[0])
	s := startServe(t, network.URL).ready()
	for _, c := range []struct{ format, query string }{
		{"svg", ""},
		{"svg", "engine=rings&include=all&title=a%20%26%20b&width=9&height=6"},
		{"svg", "group-by=region&collapse&theme=dark"},
		{"svg", "renderer=graphviz&link=https%3A%2F%2Fwiki.example%2F%7Bid%7D"},
		{"png", "scale=0.5&select=region%3Deu&capacity=false"},
		{"jpeg", ""}, {"json", "size-by=memory"}, {"mmd", "label=region"}, {"md", ""}, {"txt", ""}, {"txt", "ascii"},
		{"dot", ""}, {"gexf", ""}, {"cyjs", ""}, {"pdf", ""}, {"eps", ""}, {"html", "state=connected&state=disconnected"},
		{"svg", "engine=nope"}, {"svg", "scale=99"}, {"svg", "width=0"}, {"svg", "select=%3D%3D"}, {"svg", "collapse"},
		{"txt", "theme=dark"}, {"svg", "hub=nobody"}, {"svg", "group-by=nolabel"}, {"svg", "include=some"}, {"svg", "color-by=%1b%5b2J"},
	} {
		query, err := url.ParseQuery(c.query)
		if err != nil {
			t.Fatal(err)
		}
		args := []string{network.URL, "-f", c.format, "-o", "-", "--ascii=" + fmt.Sprint(query.Has("ascii"))}
		if c.format != "txt" {
			args = args[:5]
		}
		for name, values := range query {
			for _, v := range values {
				if args = append(args, "--"+name+"="+v); v == "" {
					args[len(args)-1] = "--" + name
				}
			}
		}
		want, said := renderTo(t, args...)
		got := s.get("/topology." + c.format + "?" + c.query)
		if want != "" {
			if got.body != want || got.StatusCode != http.StatusOK {
				t.Errorf("%s?%s: %d, %d bytes, want %d", c.format, c.query, got.StatusCode, len(got.body), len(want))
			}
			continue
		}
		var failed struct{ Error, Hint string }
		if err := json.Unmarshal([]byte(got.body), &failed); err != nil || got.StatusCode != http.StatusBadRequest {
			t.Fatalf("%s?%s: %d %s", c.format, c.query, got.StatusCode, got.body)
		}
		if !strings.Contains(said, "error: "+failed.Error+"\n") || failed.Hint != "" && !strings.Contains(said, failed.Hint) {
			t.Errorf("%s?%s: %q (%q), but render says %s", c.format, c.query, failed.Error, failed.Hint, said)
		}
	}
}

// A query reads no file, asks nobody, and is not drawn if it is too large.
func TestServeRefusesQueriesThatDoMoreThanDraw(t *testing.T) {
	s := startServe(t, "--demo").ready()
	for query, want := range map[string]string{
		"theme=%2Fetc%2Fpasswd":              `unknown --theme "/etc/passwd" (have auto, `,
		"output=x.svg":                       "--output cannot be part of a query",
		"format=png":                         "--format cannot be part of a query",
		"o=x.svg":                            `unknown parameter "o"`,
		"api-key-file=%2Fetc%2Fpasswd":       "--api-key-file cannot be part of a query",
		"redact-key=x":                       "--redact-key cannot be part of a query",
		"host=10.0.0.1":                      `unknown parameter "host"`,
		"job=j-1":                            "--job cannot be part of a query",
		"timeout=1ms":                        "--timeout cannot be part of a query",
		"explain":                            "--explain cannot be part of a query",
		"width=100&height=100&scale=20":      "million pixels are more than a server draws",
		"engin=dot":                          "did you mean engine?",
		"foo=1":                              "a query takes ",
		"port=1":                             `unknown parameter "port"`,
		"at=yesterday":                       "at=yesterday is not a time",
		"at=1999-01-01T00:00:00Z":            "nothing is known of the network at 1999-01-01T00:00:00Z",
		"title=" + strings.Repeat("x", 5000): "longer than 4 KiB",
		"title=%zz":                          "not valid",
		"--engine=dot":                       "unknown parameter ",
		"engine%00=dot":                      "unknown parameter ",
	} {
		got := s.get("/topology.svg?" + query)
		if got.StatusCode < 400 || got.StatusCode >= 500 || !strings.Contains(got.body, strings.ReplaceAll(want, `"`, `\"`)) {
			t.Errorf("%.40s: %d %s, want %s", query, got.StatusCode, got.body, want)
		}
	}
	for path, want := range map[string]int{
		"/topology.exe": 404, "/topology.": 404, "/../../etc/passwd": 404, "/..%2f..%2fetc/passwd": 404, "/topology.svg/../../x": 404, "/x": 404,
		"/api/snapshot?x=1": 400, "/api/changes": 400, "/api/changes?since=now": 400, "/api/history?from=x": 400, "/api/history?to=" + url.QueryEscape("\x00"): 400,
	} {
		got := s.get(path)
		if got.StatusCode >= 300 && got.StatusCode < 400 { // to the clean path
			got = s.get(got.Header.Get("Location"))
		}
		if got.StatusCode != want || !strings.Contains(got.body, `"error"`) {
			t.Errorf("%s: %d %s", path, got.StatusCode, got.body)
		}
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions, "NONSENSE"} {
		if got := s.ask(method, "/topology.svg"); got.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d", method, got.StatusCode)
		}
	}
}

// A picture has a tag of its content. Who has it gets nothing, HEAD no body, and who takes
// gzip less.
func TestServeSendsOnlyWhatAClientLacks(t *testing.T) {
	network := clustertest.ServeNetwork(t, "v1.9.3", clustertest.Cluster(3, clustertest.Options{Nodes: 12})[0])
	s := startServe(t, network.URL).ready()
	for _, path := range []string{"/topology.svg", "/topology.png", "/api/page", "/api/snapshot", "/"} {
		full := s.get(path)
		tag := full.Header.Get("ETag")
		if tag == "" || full.Header.Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: %v", path, full.Header)
		}
		for _, match := range []string{tag, strings.TrimPrefix(tag, "W/"), `"x", ` + tag, "*"} {
			if got := s.get(path, "If-None-Match", match); got.StatusCode != http.StatusNotModified || got.body != "" {
				t.Errorf("%s, If-None-Match: %s: %d", path, match, got.StatusCode)
			}
		}
		if got := s.get(path, "If-None-Match", `"x"`); got.StatusCode != http.StatusOK {
			t.Errorf("%s with another tag: %d", path, got.StatusCode)
		}
		head := s.ask(http.MethodHead, path)
		if head.body != "" || head.Header.Get("Content-Length") != fmt.Sprint(len(full.body)) || head.Header.Get("ETag") != tag {
			t.Errorf("HEAD %s: %v", path, head.Header)
		}
		packed := s.get(path, "Accept-Encoding", "br, gzip;q=0.5")
		if packed.Header.Get("Content-Encoding") != "gzip" {
			if path != "/topology.png" {
				t.Errorf("%s is not packed", path)
			}
			continue
		}
		z, err := gzip.NewReader(strings.NewReader(packed.body))
		if err != nil {
			t.Fatal(err)
		}
		if body, err := io.ReadAll(z); err != nil || string(body) != full.body || packed.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s packed: %v, %v", path, err, packed.Header)
		}
		if got := s.get(path, "Accept-Encoding", "gzip;q=0"); got.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s is packed for who takes no gzip", path)
		}
	}
	tag := s.get("/topology.svg").Header.Get("ETag")
	network.Join("n-new")
	s.until("new picture", func() bool { return s.get("/topology.svg", "If-None-Match", tag).StatusCode == http.StatusOK })
}

// One reading is asked for and one picture drawn, whoever watches.
func TestServeAsksAndDrawsOnceForAll(t *testing.T) {
	network := clustertest.ServeNetwork(t, "v1.9.3", clustertest.Cluster(3, clustertest.Options{Nodes: 300})[0])
	s := startServe(t, network.URL, "--every", "10s").ready()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var clients sync.WaitGroup
	tags := make([]string, 40)
	for i := range tags {
		s.stream(ctx, "")
		clients.Go(func() { tags[i] = s.get("/topology.svg?engine=neato").Header.Get("ETag") })
	}
	clients.Wait()
	for _, tag := range tags {
		if tag != tags[0] || tag == "" {
			t.Errorf("tag %q, want %q", tag, tags[0])
		}
	}
	if n := network.Lists(); n != 1 {
		t.Errorf("%d lists were asked for", n)
	}
	if metrics := s.get("/metrics").body; !strings.Contains(metrics, "\nbacviz_pictures_total 1\n") || !strings.Contains(metrics, "\nbacviz_streams 40\n") {
		t.Errorf("%s", metrics)
	}
}

// Who asks for many costly pictures at a time gets some of them, and neither the page nor the
// documents wait for these.
func TestServeDrawsAFewPicturesAtATime(t *testing.T) {
	t.Parallel()
	network := clustertest.ServeNetwork(t, "v1.9.3", clustertest.Cluster(3, clustertest.Options{Nodes: 400})[0])
	s := startServe(t, network.URL, "--every", "1m").ready()
	replies, begin := make(chan reply, 30), time.Now()
	for i := range cap(replies) {
		go func() { replies <- s.get(fmt.Sprintf("/topology.svg?engine=neato&title=%d", i)) }()
	}
	refused := <-replies // while the others wait
	if refused.StatusCode != http.StatusTooManyRequests || refused.Header.Get("Retry-After") == "" || !strings.Contains(refused.body, `"hint"`) {
		t.Errorf("the first reply: %d %v %.300s", refused.StatusCode, refused.Header, refused.body)
	}
	for _, path := range []string{"/", "/api/page", "/api/snapshot", "/api/history"} {
		if got := s.get(path); got.StatusCode != http.StatusOK {
			t.Errorf("%s: %d %.300s", path, got.StatusCode, got.body)
		}
	}
	counts := map[int]int{refused.StatusCode: 1}
	for len(replies) > 0 { // what was done before the pages and documents
		counts[(<-replies).StatusCode]++
	}
	if counts[http.StatusOK] > 6 {
		t.Errorf("the pages came after the pictures: %v", counts)
	}
	seen := 0
	for _, n := range counts {
		seen += n
	}
	for ; seen < cap(replies); seen++ {
		counts[(<-replies).StatusCode]++
	}
	if time.Since(begin) > 20*time.Second { // on a busy machine: longer than a picture may take
		counts[http.StatusTooManyRequests] += counts[http.StatusServiceUnavailable]
	}
	if counts[http.StatusOK] == 0 || counts[http.StatusTooManyRequests] == 0 || counts[http.StatusOK]+counts[http.StatusTooManyRequests] != cap(replies) || strings.Contains(s.get("/metrics").body, "\nbacviz_pictures_refused_total 0\n") {
		t.Errorf("%v", counts)
	}
	if s.get("/topology.svg").StatusCode != http.StatusOK {
		t.Error("no picture afterwards")
	}
}

// What was is there still: in memory, or in a file for the next run.
func TestServeKeepsWhatWas(t *testing.T) {
	network := clustertest.ServeNetwork(t, "v1.9.3", clustertest.Cluster(3, clustertest.Options{Nodes: 5})[0])
	file := filepath.Join(t.TempDir(), "network.db")
	s := startServe(t, network.URL, "--history", file).ready()
	old := s.get("/topology.svg").body
	events := s.stream(t.Context(), "")
	s.next(events, well)
	network.Join("n-new")
	s.next(events, named("change"))
	type moments struct {
		Moments []struct {
			At           time.Time
			Seq          uint64
			Joined, Left int
		}
	}
	check := func(s *served) {
		t.Helper()
		var m moments
		s.until("two moments", func() bool {
			return json.Unmarshal([]byte(s.get("/api/history").body), &m) == nil && len(m.Moments) == 2
		})
		if m.Moments[1].Joined != 1 || m.Moments[1].Left != 0 {
			t.Errorf("%+v", m)
		}
		then := url.QueryEscape(m.Moments[0].At.Format(time.RFC3339Nano))
		if got := s.get("/topology.svg?at=" + then); got.body != old {
			t.Errorf("the network as it was: %d, %.300s", got.StatusCode, got.body)
		}
		if got := s.get("/api/page?at=" + then); got.StatusCode != http.StatusOK || strings.Contains(got.body, "n-new") {
			t.Errorf("the page as it was: %d", got.StatusCode)
		}
		if got := s.get("/api/changes?since=" + then); !strings.Contains(got.body, `"bacviz": "diff"`) || strings.Count(got.body, `"id": "n-new"`) != 1 {
			t.Errorf("what has changed: %s", got.body)
		}
		if got := s.get("/api/snapshot?at=" + then); !strings.Contains(got.body, `"bacviz": "snapshot"`) || strings.Contains(got.body, "n-new") {
			t.Errorf("the snapshot: %s", got.body)
		}
	}
	check(s)
	if s.stop() != exitOK {
		t.Error(s.log)
	}
	check(startServe(t, network.URL, "--history", file).ready())
}

func TestServeDrawsTheChartsOfBacvizChart(t *testing.T) {
	network := clustertest.ServeNetwork(t, "v1.9.3", clustertest.Cluster(3, clustertest.Options{Nodes: 12})[0])
	s := startServe(t, network.URL).ready()
	for _, c := range []struct{ format, query, kind string }{
		{"svg", "kind=heatmap&by=region&theme=dark", "image/svg+xml"}, {"csv", "by=region&top=2", "text/csv; charset=utf-8"}, {"png", "kind=states&scale=0.5", "image/png"},
	} {
		args := []string{"chart", network.URL, "-f", c.format, "-o", "-"}
		for part := range strings.SplitSeq(c.query, "&") {
			args = append(args, "--"+part)
		}
		_, want, _ := bacviz(t, args...)
		got := s.get("/chart." + c.format + "?" + c.query)
		if got.StatusCode != http.StatusOK || got.body != want || got.Header.Get("Content-Type") != c.kind {
			t.Errorf("%s?%s: %s, %s, %d bytes, want %d", c.format, c.query, got.Status, got.Header.Get("Content-Type"), len(got.body), len(want))
		}
	}
	for query, want := range map[string]int{
		"/chart.svg?kind=pie": 400, "/chart.svg?kind=timeline": 400, "/chart.svg?by=nope": 400, "/chart.svg?kind=states&kind=versions": 400, "/chart.svg?since=1h": 400, "/chart.svg?state=connected&state=disconnected": 200, "/chart.svg?theme=/etc/passwd": 400, "/chart.svg?output=x": 400, "/chart.svg?width=100&height=100&scale=20": 400, "/chart.exe": 404,
	} {
		if got := s.get(query); got.StatusCode != want {
			t.Errorf("%s: %s, want %d", query, got.Status, want)
		}
	}
}
