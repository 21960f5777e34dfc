package bacalhau

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/bacviz/bacviz/fetch/bacalhau/internal/wire"
	"github.com/bacviz/bacviz/fetch/internal/address"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/infile"
	"github.com/bacviz/bacviz/internal/parallel"
)

// newTransport returns Go's default transport with the client's settings of TLS.
func (v *visit) newTransport(ctx context.Context) *ownTransport {
	plain := http.DefaultTransport.(*http.Transport).Clone()
	t := &ownTransport{Transport: plain, origin: address.Origin(v.base)}
	if runtime.GOOS == "wasip1" {
		t.absent = v.fail("this build of bacviz is WebAssembly and has no network", "give it files, or run a build for your system")
	}
	plain.TLSClientConfig = &tls.Config{InsecureSkipVerify: v.client.Insecure, GetClientCertificate: t.noCertificate}
	// net/http logs to standard error what a server sends on an idle connection. A visit
	// is two requests, so closing each connection costs little.
	plain.DisableKeepAlives = true
	t.trusting = t.once(func() (*http.Transport, *Error) {
		if v.client.CAFile == "" {
			return plain, nil
		}
		roots, err := v.authorities(ctx)
		if err != nil {
			return nil, err
		}
		trusting := plain.Clone()
		trusting.TLSClientConfig.RootCAs = roots
		return trusting, nil
	})
	t.identified = t.once(func() (*http.Transport, *Error) {
		trusting, err := t.trusting()
		if err != nil || v.client.CertFile == "" {
			return trusting, err
		}
		own, err := v.certificate(ctx)
		if err != nil {
			return nil, err
		}
		identified := trusting.Clone()
		// Certificates would be kept back where the server names other authorities, and
		// the error would be that there is none.
		identified.TLSClientConfig.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return own, nil }
		return identified, nil
	})
	return t
}

// An ownTransport reads the files of certificates before the first request over https:
// plain http does not need them, unless a redirect leads to https. The client's own
// certificate is for one origin.
type ownTransport struct {
	*http.Transport // without the files
	origin          string
	absent          *Error // why no request is sent at all; nil where there is a network

	trusting   func() (*http.Transport, *Error) // with authorities, for any origin
	identified func() (*http.Transport, *Error) // with a certificate too, for the origin

	missed atomic.Bool // whether a server asked for a certificate and got none

	mu     sync.Mutex
	opened []*http.Transport // to close
}

// once returns a function that makes a transport when it is first called.
func (t *ownTransport) once(open func() (*http.Transport, *Error)) func() (*http.Transport, *Error) {
	return sync.OnceValues(func() (*http.Transport, *Error) {
		opened, err := open()
		if err == nil {
			t.mu.Lock()
			defer t.mu.Unlock()
			t.opened = append(t.opened, opened)
		}
		return opened, err
	})
}

// noCertificate answers a server that asks for a certificate: there is none for it.
func (t *ownTransport) noCertificate(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
	t.missed.Store(true)
	return new(tls.Certificate), nil
}

func (t *ownTransport) CloseIdleConnections() {
	t.Transport.CloseIdleConnections()
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, opened := range t.opened {
		opened.CloseIdleConnections()
	}
}

func (t *ownTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if t.absent != nil {
		return nil, &unsentError{t.absent}
	}
	if req.URL.Scheme != "https" {
		return t.Transport.RoundTrip(req)
	}
	open := t.trusting
	if address.Origin(req.URL) == t.origin {
		open = t.identified
	}
	secure, err := open()
	if err != nil {
		return nil, &unsentError{err}
	}
	return secure.RoundTrip(req)
}

// An unsentError is the reason why a request was not sent: a file of certificates could not be
// used, or there is no network.
type unsentError struct{ reason *Error }

func (e *unsentError) Error() string { return e.reason.Error() }

// maxCAFile is several times the size of a file with all authorities of the web.
const maxCAFile = 16 << 20

// authorities returns the system's authorities and those of the CA file.
func (v *visit) authorities(ctx context.Context) (*x509.CertPool, *Error) {
	const hint = "--cacert names a file with the certificate of the server's authority, in PEM"
	text, err := v.readPEM(ctx, "CA file", v.client.CAFile, hint)
	if err != nil {
		return nil, err
	}
	roots, rootsErr := x509.SystemCertPool()
	if rootsErr != nil {
		roots = x509.NewCertPool() // a system without any
	}
	if !roots.AppendCertsFromPEM(text) {
		return nil, v.failFile("CA file", v.client.CAFile, "holds no certificate", hint)
	}
	return roots, nil
}

// certificate returns the client's own certificate.
func (v *visit) certificate(ctx context.Context) (*tls.Certificate, *Error) {
	const (
		certificate, hintCertificate = "client certificate", "--client-cert names a file with the certificate and its intermediates, in PEM"
		key, hintKey                 = "client key", "--client-key names a file with the certificate's private key, in PEM"
	)
	certFile, keyFile := v.client.CertFile, cmp.Or(v.client.KeyFile, v.client.CertFile)
	certText, err := v.readPEM(ctx, certificate, certFile, hintCertificate)
	if err != nil {
		return nil, err
	}
	keyText := certText
	if keyFile != certFile {
		if keyText, err = v.readPEM(ctx, key, keyFile, hintKey); err != nil {
			return nil, err
		}
	}
	hasCertificate := func(b *pem.Block) bool { return b.Type == "CERTIFICATE" }
	hasKey := func(b *pem.Block) bool { return strings.HasSuffix(b.Type, "PRIVATE KEY") }
	isEncrypted := func(b *pem.Block) bool {
		return hasKey(b) && (strings.HasPrefix(b.Type, "ENCRYPTED") || strings.Contains(b.Headers["Proc-Type"], "ENCRYPTED"))
	}
	switch {
	case !slices.ContainsFunc(blocks(certText), hasCertificate):
		return nil, v.failFile(certificate, certFile, "holds no certificate", hintCertificate)
	case !slices.ContainsFunc(blocks(keyText), hasKey):
		return nil, v.failFile(key, keyFile, "holds no private key", hintKey)
	case slices.ContainsFunc(blocks(keyText), isEncrypted):
		return nil, v.failFile(key, keyFile, "is encrypted", "bacviz cannot ask for its passphrase; write it without one to a file that only you can read: openssl pkey -in KEY -out FILE")
	}
	own, pairErr := tls.X509KeyPair(certText, keyText)
	if pairErr == nil {
		return &own, nil
	}
	switch text := pairErr.Error(); {
	case strings.Contains(text, "does not match"):
		return nil, v.failFile(key, keyFile, "does not belong to the certificate "+display.Excerpt(certFile), hintKey)
	case strings.Contains(text, "private key"):
		return nil, v.failFile(key, keyFile, "not a private key that bacviz can read", hintKey)
	}
	return nil, v.failFile(certificate, certFile, wire.Reason(pairErr), hintCertificate)
}

// blocks returns the blocks of a PEM file.
func blocks(text []byte) (all []*pem.Block) {
	for {
		block, rest := pem.Decode(text)
		if block == nil {
			return all
		}
		all, text = append(all, block), rest
	}
}

// readPEM reads a file of certificates or keys; kind names it in errors.
func (v *visit) readPEM(ctx context.Context, kind, file, hint string) ([]byte, *Error) {
	text, err := infile.Read(ctx, file, maxCAFile)
	if err != nil {
		e := v.failFile(kind, file, display.Excerpt(infile.Reason(err)), hint)
		e.Err = err
		return nil, e
	}
	return text, nil
}

func (v *visit) failFile(kind, file, what, hint string) *Error {
	return v.fail(kind+" "+display.Excerpt(file)+": "+what, hint)
}

// keepingAlive returns the client with connections that many requests share.
func (c *Client) keepingAlive(ctx context.Context) (_ *Client, closeAll func()) {
	if c.HTTP != nil {
		return c, func() {}
	}
	v, err := c.visit("listing executions")
	if err != nil {
		return c, func() {} // each request says what is wrong
	}
	transport := v.newTransport(ctx)
	transport.DisableKeepAlives = false
	transport.MaxIdleConnsPerHost = parallel.Max
	shared := *c
	shared.HTTP = &http.Client{Transport: transport}
	return &shared, transport.CloseIdleConnections
}
