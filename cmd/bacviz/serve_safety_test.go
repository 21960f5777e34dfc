package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// allPaths are what a server answers.
var allPaths = []string{"/", "/api/page", "/api/snapshot", "/api/history", "/topology.svg", "/topology.json", "/topology.txt", "/metrics"}

// The network is shown to this machine only, unless somebody says who else may see it.
func TestServeListensOnThisMachineUnlessToldOtherwise(t *testing.T) {
	short := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(short, []byte("short\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		want string
		args []string
	}{
		{"nothing says who may see it", []string{"--listen", ":0"}},
		{"nothing says who may see it", []string{"--listen", "0.0.0.0:0"}},
		{"nothing says who may see it", []string{"--listen", "[::]:0"}},
		{"nothing says who may see it", []string{"--listen", "example.org:0"}},
		{"cannot be combined", []string{"--token-file", short, "--no-auth"}},
		{"has 5 bytes, and at least 16 are needed", []string{"--token-file", short}},
		{"no such file", []string{"--token-file", short + "x"}},
		{"need each other", []string{"--tls-cert", short}},
		{"is not an address and a port", []string{"--listen", "8080"}},
		{"an address, not a file", []string{"--token-file", "https://example.org/token"}},
		{"standard input can be read only once", []string{"-"}},
		{"has no effect on serve", []string{"--strict"}},
		{"is less than 100ms", []string{"--every", "1ms"}},
		{"needs a time limit", []string{"--timeout", "0"}},
		{"has no effect without --history", []string{"--keep", "30d"}},
	} {
		args := append([]string{"serve"}, c.args...)
		if c.args[0] != "-" {
			args = append(args, "http://127.0.0.1:1")
		}
		var log syncBuffer
		if status := run(t.Context(), args, stdio{strings.NewReader(""), io.Discard, &log}); status == exitOK || !strings.Contains(log.String(), c.want) || strings.Contains(log.String(), "short\"") {
			t.Errorf("%v: %d %s, want %s", c.args, status, &log, c.want)
		}
	}
}

// A page whose name an attacker points here, or that asks from another origin, gets nothing.
func TestServeKnowsItsHostsAndOrigin(t *testing.T) {
	s := startServe(t, "--demo", "--host", "network.example").ready()
	own := strings.TrimPrefix(s.url, "http://")
	for _, path := range append(allPaths, "/api/events", "/healthz", "/api/changes?since=2026-01-01T00:00:00Z") {
		for _, host := range []string{"evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example", "[evil]", "network.example.", ""} {
			if host == "" {
				continue
			}
			if got := s.ask(http.MethodHead, path, "Host", host); got.StatusCode != http.StatusMisdirectedRequest {
				t.Errorf("%s for %s: %d", path, host, got.StatusCode)
			}
		}
		for _, host := range []string{"localhost", "localhost:1", "LOCALHOST", "[::1]:9", "10.0.0.5", "network.example:443"} {
			if got := s.ask(http.MethodHead, path, "Host", host); got.StatusCode == http.StatusMisdirectedRequest {
				t.Errorf("%s for %s is refused", path, host)
			}
		}
		got := s.ask(http.MethodHead, path, "Origin", "http://evil.example")
		if embeds := strings.HasPrefix(path, "/topology."); (got.StatusCode == http.StatusForbidden) == embeds {
			t.Errorf("%s from another origin: %d", path, got.StatusCode)
		}
		if s.ask(http.MethodHead, path, "Origin", s.url).StatusCode == http.StatusForbidden || s.ask(http.MethodHead, path, "Sec-Fetch-Site", "same-origin").StatusCode == http.StatusForbidden {
			t.Errorf("%s from the own origin is refused", path)
		}
		for key := range got.Header {
			if strings.HasPrefix(key, "Access-Control-") {
				t.Errorf("%s: %s", path, key)
			}
		}
	}
	for _, c := range []struct {
		site, mode string
		want       int
	}{{"cross-site", "no-cors", 403}, {"same-site", "cors", 403}, {"cross-site", "navigate", 200}, {"none", "navigate", 200}} {
		if got := s.get("/api/snapshot", "Sec-Fetch-Site", c.site, "Sec-Fetch-Mode", c.mode); got.StatusCode != c.want {
			t.Errorf("%+v: %d", c, got.StatusCode)
		}
	}
	if got := s.get("/", "Host", own); !strings.Contains(got.Header.Get("Content-Security-Policy"), "frame-ancestors 'self'") || got.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%v", got.Header)
	}
}

const token = "correct-horse-battery-staple"

// With a token, only those see the network who know it.
func TestServeAsksForItsToken(t *testing.T) {
	network := clustertest.ServeNetwork(t, "v1.9.3", clustertest.Cluster(3, clustertest.Options{Nodes: 5})[0])
	s := startServe(t, network.URL, "--token-file", writeText(t, "token", token+"\n")).ready()
	for _, path := range append(allPaths, "/api/events", "/nothing") {
		for _, header := range [][]string{
			nil, {"Authorization", "Bearer wrong"}, {"Authorization", "Bearer "}, {"Authorization", token}, {"Authorization", "Basic " + token},
			{"Authorization", "Bearer " + token + "x"}, {"Cookie", "bacviz=" + token}, {"Cookie", "bacviz="},
		} {
			got := s.get(path, header...)
			if got.StatusCode != http.StatusUnauthorized || strings.Contains(got.body, "n-") || strings.Contains(got.body, token) {
				t.Errorf("%s with %v: %d %s", path, header, got.StatusCode, got.body)
			}
		}
		if path == "/api/events" || path == "/nothing" {
			continue
		}
		if got := s.get(path, "Authorization", "Bearer "+token); got.StatusCode != http.StatusOK || path != "/metrics" && !strings.Contains(got.Header.Get("Cache-Control"), "private") {
			t.Errorf("%s with the token: %d %v", path, got.StatusCode, got.Header)
		}
	}
	if strings.Contains(s.log.String(), token) {
		t.Errorf("the log: %s", s.log)
	}
}

// A browser gets a cookie for the token, which is of no use elsewhere.
func TestServeGivesABrowserACookieForItsToken(t *testing.T) {
	s := startServe(t, "--demo", "--token-file", writeText(t, "token", token)).ready()
	if got := s.get("/", "Accept", "text/html"); !strings.Contains(got.body, `action="login"`) {
		t.Errorf("no form: %s", got.body)
	}
	login := func(with string, header ...string) *http.Response {
		req, err := http.NewRequest(http.MethodPost, s.url+"/login", strings.NewReader(url.Values{"token": {with}}.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for i := 0; i < len(header); i += 2 {
			req.Header.Set(header[i], header[i+1])
		}
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp
	}
	if resp := login("wrong"); resp.StatusCode != http.StatusUnauthorized || len(resp.Cookies()) > 0 {
		t.Errorf("login with a wrong token: %d", resp.StatusCode)
	}
	if resp := login(token, "Origin", "http://evil.example"); resp.StatusCode != http.StatusForbidden {
		t.Errorf("login from another origin: %d", resp.StatusCode)
	}
	if resp := login(strings.Repeat("x", 10000)); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("login with a large form: %d", resp.StatusCode)
	}
	resp := login(token)
	cookies := resp.Cookies()
	if resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != "./" || len(cookies) != 1 {
		t.Fatalf("login: %d %v", resp.StatusCode, resp.Header)
	}
	if c := cookies[0]; !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || strings.Contains(c.Value, token) || c.Path != "" {
		t.Errorf("%+v", c)
	}
	if got := s.get("/api/page", "Cookie", cookies[0].Name+"="+cookies[0].Value); got.StatusCode != http.StatusOK {
		t.Errorf("with the cookie: %d", got.StatusCode)
	}
	if got := s.get("/topology.svg", "Origin", "http://wiki.example", "Cookie", cookies[0].Name+"="+cookies[0].Value); got.StatusCode != http.StatusForbidden {
		t.Errorf("a picture elsewhere, with the cookie: %d", got.StatusCode)
	}
	first := cookies[0].Name // which a browser would send to every port of the host
	s = startServe(t, "--demo", "--token-file", writeText(t, "token", token+"2"))
	if cookies := login(token + "2").Cookies(); len(cookies) != 1 || cookies[0].Name == first {
		t.Errorf("the cookie of another server: %v, the first is %s", cookies, first)
	}
}

// With --redact nothing that the server sends or says has a name of the network in it.
func TestServeHidesNamesEverywhere(t *testing.T) {
	t.Setenv(redactKeyVar, "0123456789abcdefghijklmnopqrstuv")
	list := clustertest.Cluster(3, clustertest.Options{Nodes: 6})[0]
	list.Nodes[1].Labels = map[string]string{"secretkey": "secretvalue"}
	network := clustertest.ServeNetwork(t, "v1.9.3", list)
	s := startServe(t, "secretcluster="+network.URL, "--redact").ready()
	names := []string{"secretvalue", "secretcluster", "secretnode", strings.TrimPrefix(network.URL, "http://")}
	for _, n := range list.Nodes {
		names = append(names, n.ID)
	}
	events := s.stream(t.Context(), "")
	s.next(events, well)
	network.Join("secretnode")
	said := s.next(events, named("change"))
	network.Die()
	trouble := s.next(events, troubled("refused"))
	var moments struct{ Moments []struct{ At string } }
	if err := json.Unmarshal([]byte(s.get("/api/history").body), &moments); err != nil || len(moments.Moments) != 2 {
		t.Fatalf("%+v, %v", moments, err)
	}
	then := url.QueryEscape(moments.Moments[0].At)
	sent := map[string]string{"the change": string(said.data.Changes), "the log": s.log.String(), "the status": trouble.data.Sources[0].Name + trouble.data.Sources[0].Error}
	for _, path := range append(allPaths, "/topology.svg?at="+then, "/api/page?at="+then, "/api/snapshot?at="+then, "/api/changes?since="+then, "/topology.html?hub=secretnode", "/topology.svg?select=secretkey%3Dsecretvalue&title=x", "/readyz") {
		sent[path] = strings.ReplaceAll(s.get(path).body, "hub=secretnode", "")
	}
	for what, text := range sent {
		if len(text) == 0 {
			t.Errorf("%s is empty", what)
		}
		for _, name := range names {
			if strings.Contains(what, "secret") && strings.Contains(what, name) {
				continue // the query said it
			}
			if strings.Contains(text, name) {
				t.Errorf("%s has %s", what, name)
			}
		}
	}
}

// What nodes call themselves cannot end an event, a line of metrics, a string of JSON or an
// element, nor make more metrics than there is room for.
func TestServeIsNotFooledByHostileNames(t *testing.T) {
	const evil = "x\"\\\n\nevent: evil\ndata: {}\n\n</script><script>alert(1)</script>\r\x1b[2J\u2028\u202e\x00"
	list := clustertest.Cluster(3, clustertest.Options{Nodes: 60})[0]
	for i := range list.Nodes {
		list.Nodes[i].Version = evil + strings.Repeat("v", i)
		list.Nodes[i].Labels = map[string]string{evil: evil}
	}
	network := clustertest.ServeNetwork(t, "v1.9.3", list)
	s := startServe(t, network.URL).ready()
	events := s.stream(t.Context(), "")
	s.next(events, well)
	network.Change(func(nodes []cluster.Node) []cluster.Node {
		nodes[5].Labels = map[string]string{evil: evil + "2"}
		return nodes
	})
	h := s.next(events, func(h *happening) bool { return h.name != "status" })
	if h.name != "change" || !json.Valid(h.data.Changes) || h.data.Changed != 1 {
		t.Errorf("%+v", h)
	}
	for _, path := range allPaths {
		got := s.get(path)
		markup := strings.Contains(got.Header.Get("Content-Type"), "html") || strings.Contains(got.Header.Get("Content-Type"), "svg")
		if markup && strings.Contains(got.body, "<script>alert") || got.Header.Get("X-Content-Type-Options") != "nosniff" || strings.ContainsAny(got.body, "\x1b\u2028\u202e\x00") && path != "/api/snapshot" {
			i := max(0, strings.IndexAny(got.body, "\x1b\u2028\u202e\x00"))
			t.Errorf("%s is fooled: %q", path, got.body[max(0, i-20):min(len(got.body), i+20)])
		}
		if strings.HasPrefix(got.Header.Get("Content-Type"), "application/json") && !json.Valid([]byte(got.body)) {
			t.Errorf("%s is no JSON", path)
		}
	}
	metrics := s.get("/metrics").body
	if n := strings.Count(metrics, "\nbacviz_nodes{"); n == 0 || n > 100 || strings.Contains(metrics, "\nevent") {
		t.Errorf("%d lines about nodes", n)
	}
}

// Clients that send slowly, or hold connections for nothing, do not keep others away.
func TestServeGoesOnWhileOthersHoldConnections(t *testing.T) {
	t.Parallel()
	s := startServe(t, "--demo").ready()
	address := strings.TrimPrefix(s.url, "http://")
	idle := 10_000
	if testing.Short() {
		idle = 300
	}
	var open []net.Conn
	defer func() {
		for _, c := range open {
			c.Close()
		}
	}()
	for i := range idle {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Skipf("this machine allows %d connections: %v", i, err)
		}
		open = append(open, c)
		if i%2 == 0 {
			_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ") // and no more
		}
	}
	begin := time.Now()
	if got := s.get("/topology.svg"); got.StatusCode != http.StatusOK || clustertest.Late(time.Since(begin), 3*time.Second) {
		t.Errorf("%d after %s", got.StatusCode, time.Since(begin))
	}
	// Whoever does not end a header is cut off.
	if err := open[len(open)-2].SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(open[len(open)-2]); err != nil {
		t.Errorf("a header without an end: %v", err)
	}
	large, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer large.Close()
	_, _ = io.WriteString(large, "GET / HTTP/1.1\r\nHost: localhost\r\nX-Large: "+strings.Repeat("x", 30<<10)+"\r\n\r\n")
	if answer, _ := io.ReadAll(large); !strings.HasPrefix(string(answer), "HTTP/1.1 431") {
		t.Errorf("a large header: %.80s", answer)
	}
}

// The server ends within seconds, whatever its clients do.
func TestServeEndsSoon(t *testing.T) {
	before := goleak.IgnoreCurrent()
	s := startServe(t, "--demo").ready()
	for range 20 {
		s.stream(t.Context(), "")
	}
	c, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_, _ = io.WriteString(c, "GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n") // and reads nothing
	begin := time.Now()
	if status := s.stop(); status != exitOK || clustertest.Late(time.Since(begin), 5*time.Second) {
		t.Errorf("status %d after %s", status, time.Since(begin))
	}
	c.Close()
	http.DefaultClient.CloseIdleConnections()
	if err := goleak.Find(before); err != nil {
		t.Error(err)
	}
}

// A certificate that is replaced is used from the next connection on; one that is broken is not.
func TestServeReadsItsCertificateAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	writeCertificate(t, cert, key, 1)
	s := startServe(t, "--demo", "--tls-cert", cert, "--tls-key", key)
	if !strings.HasPrefix(s.url, "https://") {
		t.Fatal(s.url)
	}
	serial := func() int64 {
		c, err := tls.Dial("tcp", strings.TrimPrefix(s.url, "https://"), &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		return c.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
	}
	if n := serial(); n != 1 {
		t.Errorf("certificate %d", n)
	}
	writeCertificate(t, cert, key, 2)
	s.until("new certificate", func() bool { return serial() == 2 })
	if err := os.WriteFile(cert, []byte("broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.until("word about the broken certificate", func() bool { return serial() == 2 && strings.Contains(s.log.String(), "the one before stays") })
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true}}
	resp, err := client.Get(s.url + "/healthz")
	if err != nil || resp.StatusCode != http.StatusOK || resp.ProtoMajor != 2 {
		t.Fatalf("%+v, %v", resp, err)
	}
	resp.Body.Close()
}

// writeCertificate writes a certificate with that serial number.
func writeCertificate(t *testing.T, certFile, keyFile string, serial int64) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "localhost"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
