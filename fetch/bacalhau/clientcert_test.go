package bacalhau_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// A clientIdentity is a certificate of a client in files.
type clientIdentity struct {
	certificate           tls.Certificate
	certFile, keyFile     string
	certBlocks, keyBlocks []byte // what the files hold
}

// newIdentity makes a certificate that was valid until a time.
func newIdentity(t *testing.T, until time.Time) clientIdentity {
	t.Helper()
	dir := t.TempDir()
	id := clientIdentity{
		certificate: newCertificate(t, nil, until.Add(-48*time.Hour), until),
		certFile:    filepath.Join(dir, "me.pem"), keyFile: filepath.Join(dir, "me.key"),
	}
	der, err := x509.MarshalPKCS8PrivateKey(id.certificate.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	id.certBlocks = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: id.certificate.Certificate[0]})
	id.keyBlocks = pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	writeFile(t, id.certFile, id.certBlocks)
	writeFile(t, id.keyFile, id.keyBlocks)
	return id
}

func writeFile(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// requiring makes a server accept the certificate of a client and no other.
func requiring(t *testing.T, id clientIdentity, version uint16) func(*tls.Config) {
	t.Helper()
	leaf, err := x509.ParseCertificate(id.certificate.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	known := x509.NewCertPool()
	known.AddCert(leaf)
	return func(c *tls.Config) {
		c.ClientAuth, c.ClientCAs, c.MaxVersion = tls.RequireAndVerifyClientCert, known, version
	}
}

func TestClientCertificateIsShownToAServerThatRequiresOne(t *testing.T) {
	now := time.Now()
	me, other, old := newIdentity(t, now.Add(time.Hour)), newIdentity(t, now.Add(time.Hour)), newIdentity(t, now.Add(-time.Hour))
	both := filepath.Join(t.TempDir(), "both.pem")
	writeFile(t, both, slices.Concat(me.keyBlocks, me.certBlocks))
	const rejected = "is it valid now, and signed by an authority that the server trusts?"
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		url, ca := serveTLS(t, []string{"127.0.0.1"}, now.Add(-time.Hour), now.Add(time.Hour), requiring(t, me, version))
		oldURL, oldCA := serveTLS(t, []string{"127.0.0.1"}, now.Add(-time.Hour), now.Add(time.Hour), requiring(t, old, version))
		for _, c := range []struct {
			url, ca, cert, key string
			message, hint      string
		}{
			{url, ca, me.certFile, me.keyFile, "", ""},
			{url, ca, both, "", "", ""},
			{url, ca, "", "", "the server requires a client certificate", "pass one with --client-cert and --client-key"},
			{url, ca, other.certFile, other.keyFile, "the server does not accept the client certificate: ", rejected},
			{oldURL, oldCA, old.certFile, old.keyFile, "the server does not accept the client certificate: ", rejected},
		} {
			list, _, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: c.url, CAFile: c.ca, CertFile: c.cert, KeyFile: c.key})
			if c.message == "" {
				if err != nil || len(list.Nodes) != 7 {
					t.Errorf("%d nodes, %v", len(list.Nodes), err)
				}
				continue
			}
			var e *bacalhau.Error
			if !errors.As(err, &e) || !strings.HasPrefix(e.Message, c.message) || e.Hint != c.hint {
				t.Errorf("%s: %v, %+v", c.cert, err, e)
			}
		}
	}
}

// Executions of many jobs share their connections, which show the certificate too.
func TestClientCertificateIsShownForJobs(t *testing.T) {
	now := time.Now()
	me := newIdentity(t, now.Add(time.Hour))
	url, ca := serveTLS(t, []string{"127.0.0.1"}, now.Add(-time.Hour), now.Add(time.Hour), requiring(t, me, 0))
	c := &bacalhau.Client{BaseURL: url, CAFile: ca, CertFile: me.certFile, KeyFile: me.keyFile}
	if _, err := c.ExecutionsOf(t.Context(), []string{"a", "b"}); err == nil || !strings.HasSuffix(err.Error(), "404 Not Found: The requested resource/URL was not found") {
		t.Error(err)
	}
}

// A client certificate says who asks: a redirect to another host or port does not get
// it.
func TestClientCertificateStaysWithItsOrigin(t *testing.T) {
	now := time.Now()
	me := newIdentity(t, now.Add(time.Hour))
	shown := 0
	asking := func(c *tls.Config) {
		c.ClientAuth = tls.RequestClientCert
		c.VerifyPeerCertificate = func(certificates [][]byte, _ [][]*x509.Certificate) error {
			shown += len(certificates)
			return nil
		}
	}
	target, ca := serveTLS(t, []string{"127.0.0.1"}, now.Add(-time.Hour), now.Add(time.Hour), asking)
	if _, _, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: target, CAFile: ca, CertFile: me.certFile, KeyFile: me.keyFile}); err != nil || shown == 0 {
		t.Fatal("the test's server sees no certificate: ", err)
	}
	shown = 0
	plain := clustertest.ServeFault(t, clustertest.FaultElsewhere, http.NotFoundHandler())
	plain.Elsewhere = target
	list, _, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: plain.URL, CAFile: ca, CertFile: me.certFile, KeyFile: me.keyFile})
	if err != nil || len(list.Nodes) != 7 || shown > 0 {
		t.Errorf("%d nodes, %v, certificates shown: %d", len(list.Nodes), err, shown)
	}
}

func TestClientCertificateFiles(t *testing.T) {
	dir := t.TempDir()
	now := time.Now()
	me, other := newIdentity(t, now), newIdentity(t, now)
	file := func(name string, text []byte) string {
		path := filepath.Join(dir, name)
		writeFile(t, path, text)
		return path
	}
	encrypted := file("encrypted.pem", pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte("s3cret")}))
	older := file("older.pem", pem.EncodeToMemory(&pem.Block{
		Type: "RSA PRIVATE KEY", Bytes: []byte("s3cret"), Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-128-CBC,00"},
	}))
	broken := file("broken.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("s3cret")}))
	empty := file("empty.pem", []byte("s3cret"))
	none := filepath.Join(dir, "none.pem")
	for _, c := range []struct{ cert, key, message, hint string }{
		{none, me.keyFile, "client certificate " + none + ": no such file", "--client-cert names a file"},
		{dir, me.keyFile, "client certificate " + dir + ": is a directory", "--client-cert names a file"},
		{empty, me.keyFile, "client certificate " + empty + ": holds no certificate", "--client-cert names a file"},
		{me.keyFile, me.keyFile, "client certificate " + me.keyFile + ": holds no certificate", "--client-cert names a file"},
		{me.certFile, none, "client key " + none + ": no such file", "--client-key names a file"},
		{me.certFile, empty, "client key " + empty + ": holds no private key", "--client-key names a file"},
		{me.certFile, "", "client key " + me.certFile + ": holds no private key", "--client-key names a file"},
		{me.certFile, encrypted, "client key " + encrypted + ": is encrypted", "bacviz cannot ask for its passphrase"},
		{me.certFile, older, "client key " + older + ": is encrypted", "bacviz cannot ask for its passphrase"},
		{me.certFile, broken, "client key " + broken + ": not a private key that bacviz can read", "--client-key names a file"},
		{me.certFile, other.keyFile, "client key " + other.keyFile + ": does not belong to the certificate " + me.certFile, "--client-key names a file"},
	} {
		_, _, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: "https://localhost:1", CertFile: c.cert, KeyFile: c.key})
		var e *bacalhau.Error
		if !errors.As(err, &e) || e.Message != c.message || !strings.HasPrefix(e.Hint, c.hint) {
			t.Errorf("%v, %+v, want %s", err, e, c.message)
		}
		wantNoSecret(t, everyWord(nil, err))
	}
}

// nginx and those built on it send a page instead of a TLS alert.
func TestClientCertificateThatAProxyMisses(t *testing.T) {
	for title, want := range map[string]string{
		"No required SSL certificate was sent": "the server requires a client certificate",
		"The SSL certificate error":            "the server does not accept the client certificate",
	} {
		at := listen(t, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n<html><head><title>400 "+title+"</title></head>\r\n")
		_, _, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: at})
		if err == nil || !strings.HasSuffix(err.Error(), "400 Bad Request: "+want) {
			t.Error(err)
		}
	}
}
