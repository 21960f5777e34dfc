package bacalhau_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// newCertificate returns a certificate for the names, signed by itself.
func newCertificate(t *testing.T, names []string, from, to time.Time) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: from, NotAfter: to,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// serveTLS starts an orchestrator with a certificate for the names, and writes
// that certificate to a file.
func serveTLS(t *testing.T, names []string, from, to time.Time, options ...func(*tls.Config)) (url, caFile string) {
	t.Helper()
	own := newCertificate(t, names, from, to)
	server := httptest.NewUnstartedServer(clustertest.Serve(t, "v1.9.3", nil).Config.Handler)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{own}}
	for _, option := range options {
		option(server.TLS)
	}
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // handshakes fail on purpose
	server.StartTLS()
	t.Cleanup(server.Close)
	caFile = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(caFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: own.Certificate[0]}), 0o600); err != nil {
		t.Fatal(err)
	}
	return server.URL, caFile
}

func TestTLS(t *testing.T) {
	day := 24 * time.Hour
	now := time.Now()
	for _, c := range []struct {
		name          string
		names         []string
		from, to      time.Duration // from now
		ca, insecure  bool
		message, hint string
	}{
		{"trusted", []string{"127.0.0.1"}, -day, day, true, false, "", ""},
		{"insecure", []string{"elsewhere"}, -2 * day, -day, false, true, "", ""},
		{"unknown", []string{"127.0.0.1"}, -day, day, false, false, "the server's certificate is signed by an unknown authority", "pass the authority's certificate with --cacert"},
		{"wrong name", []string{"orchestrator.example", "10.0.0.5"}, -day, day, true, false, `the server's certificate is not for "127.0.0.1"`, `it is for "orchestrator.example", 10.0.0.5`},
		{"no name", nil, -day, day, true, false, `the server's certificate is not for "127.0.0.1"`, "it is for no host"},
		{"expired", []string{"127.0.0.1"}, -2 * day, -day, true, false, "the server's certificate expired on " + now.Add(-day).UTC().Format(time.RFC3339), "it has to be renewed"},
		{"early", []string{"127.0.0.1"}, day, 2 * day, true, false, "the server's certificate is not valid before " + now.Add(day).UTC().Format(time.RFC3339), "is the clock of this machine right"},
	} {
		t.Run(c.name, func(t *testing.T) {
			url, ca := serveTLS(t, c.names, now.Add(c.from), now.Add(c.to))
			client := &bacalhau.Client{BaseURL: url, Insecure: c.insecure}
			if c.ca {
				client.CAFile = ca
			}
			list, warnings, err := listNodes(t.Context(), client)
			if c.message == "" {
				if err != nil || len(list.Nodes) != 7 || len(warnings) > 0 {
					t.Error(len(list.Nodes), warnings, err)
				}
				return
			}
			wantError(t, err, bacalhau.Error{Op: "listing nodes", Source: url, Message: c.message, Hint: c.hint})
		})
	}
	t.Run("HTTP to a TLS port", func(t *testing.T) {
		url, _ := serveTLS(t, []string{"127.0.0.1"}, now.Add(-day), now.Add(day))
		plain := strings.Replace(url, "https", "http", 1)
		_, _, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: plain})
		wantError(t, err, bacalhau.Error{Op: "listing nodes", Source: plain, Status: 400, Message: "the server expects https", Hint: "use " + url + ", or --tls"})
	})
}

// Servers with TLS are recognized by their answer to plain HTTP, if they give one.
func TestHTTPToTheTLSPortsOfOthers(t *testing.T) {
	const ours = "the server expects https"
	for name, c := range map[string]struct{ answer, message, hint string }{
		"nginx":                            {"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html>\r\n<head><title>400 The plain HTTP request was sent to HTTPS port</title></head>\r\n", ours, "use "},
		"Apache":                           {"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n<!DOCTYPE HTML>\n<title>400 Bad Request</title>\n<p>Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />\n", ours, "use "},
		"Go, without TLS in front of HTTP": {"\x15\x03\x01\x00\x02\x02\x16", ours, "use "},
		"an alert that is no failure":      {"\x15\x03\x03\x00\x02\x01\x00", ours, "use "},
		"OpenSSL, which hangs up":          {"", "the server closed the connection without an answer (tried 5 times)", "does it expect https? if so, use "},
	} {
		at := listen(t, c.answer)
		_, _, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: at, RetryWait: time.Millisecond})
		var e *bacalhau.Error
		if !errors.As(err, &e) || e.Message != c.message || e.Hint != c.hint+strings.Replace(at, "http", "https", 1)+", or --tls" {
			t.Errorf("%s: %v, %+v", name, err, e)
		}
	}
}

// A port that answers https in plain text, HTTP or not, is recognized too.
func TestHTTPSToAPortWithoutTLS(t *testing.T) {
	for _, answer := range []string{"<!DOCTYPE HTML>\n<p>Bad request syntax\n", "HTTP/1.1 400 Bad Request\r\n\r\n"} {
		at := strings.Replace(listen(t, answer), "http", "https", 1)
		_, _, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: at})
		wantError(t, err, bacalhau.Error{
			Op: "listing nodes", Source: at, Message: "the server does not speak https",
			Hint: "use " + strings.Replace(at, "https", "http", 1),
		})
	}
}

// An error of the proxy is not blamed on the orchestrator.
func TestProxyThatDoesNotAnswer(t *testing.T) {
	proxy, err := url.Parse(strings.Replace(refusing(t), "http://", "http://ann:s3cret@", 1))
	if err != nil {
		t.Fatal(err)
	}
	through := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(proxy)}}
	for _, scheme := range []string{"http", "https"} {
		_, _, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: scheme + "://orchestrator.invalid:1234", HTTP: through})
		if err == nil || !strings.HasSuffix(err.Error(), "invalid:1234: the proxy does not answer: connection refused") {
			t.Error(err)
		}
		wantNoSecret(t, everyWord(nil, err))
	}
}

// The file of authorities is not read for plain http, but it is when a redirect leads
// to https.
func TestCAFileIsReadForHTTPSAlone(t *testing.T) {
	plain := clustertest.Serve(t, "v1.9.3", nil)
	missing := filepath.Join(t.TempDir(), "missing.pem")
	if _, _, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: plain.URL, CAFile: missing}); err != nil {
		t.Error(err)
	}
	url, ca := serveTLS(t, []string{"127.0.0.1"}, time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	proxy := clustertest.ServeFault(t, clustertest.FaultElsewhere, plain.Config.Handler)
	proxy.Elsewhere = url
	if _, _, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: proxy.URL, CAFile: ca}); err != nil {
		t.Error(err)
	}
	_, _, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: proxy.URL, CAFile: missing})
	if err == nil || !strings.HasSuffix(err.Error(), "CA file "+missing+": no such file") {
		t.Error(err)
	}
}

func TestCAFile(t *testing.T) {
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty.pem")
	if err := os.WriteFile(empty, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		filepath.Join(dir, "none.pem"): "no such file",
		empty:                          "holds no certificate",
		dir:                            "directory",
	} {
		_, _, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: "https://localhost:1", CAFile: file})
		if err == nil || !strings.Contains(err.Error(), "CA file "+file+": ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", file, err)
		}
	}
}
