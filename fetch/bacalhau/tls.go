package bacalhau

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/bacviz/bacviz/fetch/internal/parallel"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/infile"
)

// ownTransport returns Go's default transport with the client's settings of TLS.
func (v *visit) ownTransport(ctx context.Context) *caTransport {
	plain := http.DefaultTransport.(*http.Transport).Clone()
	plain.TLSClientConfig = &tls.Config{InsecureSkipVerify: v.client.Insecure}
	// net/http logs to standard error what a server sends on an idle connection. A visit
	// is two requests, so closing each connection costs little.
	plain.DisableKeepAlives = true
	t := &caTransport{Transport: plain, trusting: func() (*http.Transport, *Error) { return plain, nil }}
	if v.client.CAFile != "" {
		t.trusting = sync.OnceValues(func() (*http.Transport, *Error) {
			roots, err := v.authorities(ctx)
			if err != nil {
				return nil, err
			}
			trusting := plain.Clone()
			trusting.TLSClientConfig.RootCAs = roots
			t.opened.Store(trusting)
			return trusting, nil
		})
	}
	return t
}

// A caTransport reads the file of authorities before the first request over https:
// plain http does not need it, unless a redirect leads to https.
type caTransport struct {
	*http.Transport // without the file
	trusting        func() (*http.Transport, *Error)
	opened          atomic.Pointer[http.Transport] // what trusting returned, if it was called
}

func (t *caTransport) CloseIdleConnections() {
	t.Transport.CloseIdleConnections()
	if opened := t.opened.Load(); opened != nil {
		opened.CloseIdleConnections()
	}
}

func (t *caTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Scheme != "https" {
		return t.Transport.RoundTrip(req)
	}
	trusting, err := t.trusting()
	if err != nil {
		return nil, &caError{err}
	}
	return trusting.RoundTrip(req)
}

// A caError is the reason why the file of authorities could not be used.
type caError struct{ reason *Error }

func (e *caError) Error() string { return e.reason.Error() }

// maxCAFile is several times the size of a file with all authorities of the web.
const maxCAFile = 16 << 20

// authorities returns the system's authorities and those of the CA file.
func (v *visit) authorities(ctx context.Context) (*x509.CertPool, *Error) {
	file := v.client.CAFile
	hint := "--cacert names a file with the certificate of the server's authority, in PEM"
	pem, err := infile.Read(ctx, file, maxCAFile)
	if err != nil {
		e := v.fail("CA file "+display.Excerpt(file)+": "+display.Excerpt(infile.Reason(err)), hint)
		e.Err = err
		return nil, e
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool() // a system without any
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, v.fail("CA file "+display.Excerpt(file)+": holds no certificate", hint)
	}
	return roots, nil
}

// keepingAlive returns the client with connections that many requests share.
func (c *Client) keepingAlive(ctx context.Context) (_ *Client, closeAll func()) {
	if c.HTTP != nil {
		return c, func() {}
	}
	v := visit{client: c, op: "listing executions", name: c.Name()}
	transport := v.ownTransport(ctx)
	transport.DisableKeepAlives = false
	transport.MaxIdleConnsPerHost = parallel.Max
	shared := *c
	shared.HTTP = &http.Client{Transport: transport}
	return &shared, transport.CloseIdleConnections
}
