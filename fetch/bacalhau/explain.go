package bacalhau

// This file says in words why a request failed.

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch/bacalhau/internal/wire"
	"github.com/bacviz/bacviz/fetch/internal/address"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/lazy"
)

// explain explains an error of package wire.
func (v *visit) explain(ctx context.Context, err error) *Error {
	var problem *wire.Error
	if ctx.Err() != nil || !errors.As(err, &problem) {
		return v.transportError(ctx, err, "complete answer")
	}
	return v.located(&Error{Op: v.op, Source: v.name, Message: problem.Message, Hint: problem.Hint, Quoted: problem.Quoted, Err: problem.Err})
}

// located returns an error that says where a redirect led, if it did.
func (v *visit) located(e *Error) *Error {
	if to := v.transport.elsewhere(); to != "" {
		e.Message = wire.Join("redirected to "+to, e.Message)
		e.Quoted = append(e.Quoted, to, display.Excerpt(v.transport.last.Load().Hostname()))
	}
	return e
}

// reached returns the base URL, or the other one that a redirect led to, with a scheme
// in place of its own.
func (v *visit) reached(scheme string) string {
	if to := v.transport.elsewhere(); to != "" {
		_, host, _ := strings.Cut(to, "://")
		return scheme + "://" + host
	}
	return address.Public(scheme + "://" + v.base.Host + v.base.EscapedPath())
}

// refusal explains an answer that is not 200.
func (v *visit) refusal(resp *http.Response, text []byte) *Error {
	return v.located(v.explainRefusal(resp, text))
}

func (v *visit) explainRefusal(resp *http.Response, text []byte) *Error {
	e := v.fail("", "")
	e.Status = resp.StatusCode
	text = []byte(v.auth.scrub(string(text))) // before anything is cut
	switch refusal, ok := wire.ParseRefusal(text); {
	case ok:
		e.Message, e.Hint = refusal.Text(e.Status), wire.Sentence(refusal.Hint)
		e.Quoted = []string{e.Message, e.Hint}
	case wire.IsHTML(text):
		e.Message, e.Hint = "answered with an HTML page", wire.HintHTML
	case len(bytes.TrimSpace(text)) > 0 && text[0] != '{':
		e.Message = display.Excerpt(wire.FirstLine(text))
		e.Quoted = []string{e.Message}
	}
	switch {
	case v.auth.header() != "" && v.transport.elsewhere() != "" && (e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden):
		e.Hint = "credentials are not sent on to " + v.transport.elsewhere() + ", where the server points; use that address if you trust it"
	case e.Status == http.StatusUnauthorized && v.auth.header() != "":
		e.Hint = "the credentials were not accepted; bacviz config shows where they come from"
	case e.Status == http.StatusUnauthorized:
		e.Hint = "this orchestrator requires credentials: set BACALHAU_API_KEY, or pass --api-key-file"
	case e.Status == http.StatusForbidden && e.Hint == "" && v.auth.header() != "":
		e.Hint = "the credentials do not allow this; bacviz config shows where they come from"
	case e.Status == http.StatusForbidden && e.Hint == "":
		e.Hint = "does this orchestrator require credentials? set BACALHAU_API_KEY, or pass --api-key-file"
	case e.Status == http.StatusBadRequest && wantsTLS().Match(text):
		e.Message, e.Hint = "the server expects https", v.hintTLS()
	case e.Status == http.StatusBadRequest && missesCertificate().Match(text):
		v.explainMissing(e)
	case e.Status == http.StatusBadRequest && refusesCertificate().Match(text):
		e.Message, e.Hint = "the server does not accept the client certificate", hintRefusedCertificate
	case e.Status >= 300 && e.Status < 400:
		e.Hint = "the server redirects, but does not say where"
		if to, err := resp.Location(); err == nil {
			to.RawQuery, to.Fragment = "", ""
			target := address.Public(to.String())
			e.Hint = "the server redirects to " + target + "; use that address if you trust it"
			e.Quoted = append(e.Quoted, target)
		}
	}
	return e
}

// wantsTLS matches what servers answer to plain HTTP on a TLS port: Go's, nginx,
// Apache, and those built on them.
var wantsTLS = lazy.Regexp(`(?i)http request to an https server|http request was sent to https port|plain http to an? (ssl|tls)`)

// hintTLS says how to use TLS with a server that expects it.
func (v *visit) hintTLS() string {
	if v.transport.elsewhere() != "" {
		return "use " + v.reached("https")
	}
	return "use " + v.reached("https") + ", or --tls"
}

// explainNotFound explains a missing path by what the node says about itself.
func (v *visit) explainNotFound(ctx context.Context, e *Error) {
	switch agent, err := v.identify(ctx); {
	case err != nil && err.Status == http.StatusNotFound:
		e.Message = "this does not look like a Bacalhau API"
		e.Hint = "check the address and the port; Bacalhau's API is on port 1234 by default"
		if v.base.Path != "" {
			e.Hint = "check the address and its path " + display.Quote(v.base.Path)
		}
	case agent.NodeType == cluster.Compute:
		does := "knows jobs"
		if e.Op == opNodes {
			does = "lists nodes"
		}
		e.Message = "node " + display.Quote(agent.NodeID) + " is a compute node; only an orchestrator " + does
		e.Hint = "use the address of its orchestrator instead"
	}
}

// transportError explains an exchange that failed before the wanted part arrived: the
// "answer", or the "complete answer".
func (v *visit) transportError(ctx context.Context, err error, wanted string) *Error {
	var file *unsentError
	if errors.As(err, &file) {
		return file.reason
	}
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err // without the URL, which may hold secrets
	}
	return v.located(v.explainTransport(ctx, err, wanted))
}

func (v *visit) explainTransport(ctx context.Context, err error, wanted string) *Error {
	e := v.fail("", "")
	e.Err = err
	switch ctxErr := ctx.Err(); {
	case errors.Is(ctxErr, context.DeadlineExceeded):
		e.Err = ctxErr
		e.Message = "no " + wanted + " within " + v.allowed(ctx)
		e.Hint = "is the orchestrator reachable from here? if it is slow, allow more time with --timeout"
		return e
	case ctxErr != nil:
		e.Err = ctxErr
		e.Message = "interrupted"
		return e
	}
	if !explainNetwork(e, err, wanted) && !v.explainTLS(e, err) && !v.explainHTTP(e, err, wanted) {
		e.Message = wire.Reason(err)
		e.Quoted = []string{e.Message}
	}
	if op := (*net.OpError)(nil); errors.As(err, &op) && op.Op == "proxyconnect" {
		e.Message = "the proxy does not answer: " + e.Message
		e.Hint = "HTTP_PROXY and HTTPS_PROXY set the proxy; NO_PROXY lists the hosts to reach without it"
	}
	return e
}

// explainNetwork explains why a server could not be reached, and reports whether err
// is about that.
func explainNetwork(e *Error, err error, wanted string) bool {
	var (
		dns     *net.DNSError
		timeout net.Error
		errno   syscall.Errno
	)
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		e.Message = "no such host: " + display.Excerpt(dns.Name)
		e.Hint = "check the name in the address"
	case errors.As(err, &dns):
		e.Message = "looking up " + display.Excerpt(dns.Name) + ": " + display.Excerpt(dns.Err)
	case errors.As(err, &errno) && (errno == syscall.ECONNREFUSED || errno == windowsConnRefused):
		e.Message = "connection refused"
		e.Hint = "is the orchestrator running, and is this the port of its API (1234 by default)?"
	case errors.As(err, &timeout) && timeout.Timeout():
		e.Message = "no " + wanted + ": timed out"
		e.Hint = "is the orchestrator reachable from here?"
	default:
		return false
	}
	return true
}

// explainTLS explains a fault of TLS or of a certificate, and reports whether err is
// one.
func (v *visit) explainTLS(e *Error, err error) bool {
	var (
		noTLS      tls.RecordHeaderError
		unverified *tls.CertificateVerificationError
		authority  x509.UnknownAuthorityError
		wrongName  x509.HostnameError
		invalid    x509.CertificateInvalidError
		remote     *net.OpError
	)
	switch {
	case errors.As(err, &remote) && remote.Op == "remote error": // a TLS alert
		v.explainAlert(e, strings.TrimPrefix(remote.Err.Error(), "tls: "))
	case strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"), errors.As(err, &noTLS):
		e.Message = "the server does not speak https"
		e.Hint = "use " + v.reached("http")
	case strings.Contains(err.Error(), `malformed HTTP response "\x15\x03`): // a TLS alert
		e.Message, e.Hint = "the server expects https", v.hintTLS()
	case errors.As(err, &authority):
		e.Message = "the server's certificate is signed by an unknown authority"
		e.Hint = "pass the authority's certificate with --cacert, or skip verification with --insecure"
	case errors.As(err, &wrongName):
		e.Message = "the server's certificate is not for " + display.Quote(wrongName.Host)
		e.Hint = "it is for " + certificateNames(wrongName.Certificate)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && time.Now().Before(invalid.Cert.NotBefore):
		e.Message = "the server's certificate is not valid before " + invalid.Cert.NotBefore.UTC().Format(time.RFC3339)
		e.Hint = "is the clock of this machine right?"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		e.Message = "the server's certificate expired on " + invalid.Cert.NotAfter.UTC().Format(time.RFC3339)
		e.Hint = "it has to be renewed, unless the clock of this machine is wrong"
	case errors.As(err, &unverified):
		e.Message = "the server's certificate is not valid: " + wire.Reason(err)
	default:
		return false
	}
	return true
}

// explainAlert explains why a server refused a handshake. The alert of one that misses a
// certificate depends on its library and on the version of TLS, but it has asked for one.
func (v *visit) explainAlert(e *Error, alert string) {
	own, isOwn := v.transport.base.(*ownTransport)
	switch {
	case isOwn && own.missed.Load(), alert == "certificate required":
		v.explainMissing(e)
	case v.client.CertFile != "":
		e.Message, e.Hint = "the server does not accept the client certificate: "+display.Excerpt(alert), hintRefusedCertificate
	default:
		e.Message = "the server refused the TLS handshake: " + display.Excerpt(alert)
	}
}

// explainMissing explains that a client certificate is missing.
func (v *visit) explainMissing(e *Error) {
	e.Message, e.Hint = "the server requires a client certificate", "pass one with --client-cert and --client-key"
	if to := v.transport.elsewhere(); to != "" {
		e.Hint = "a client certificate is not sent on to " + to + ", where the server points; use that address if you trust it"
	}
}

const hintRefusedCertificate = "is it valid now, and signed by an authority that the server trusts?"

// nginx answers with a page where other servers send a TLS alert.
var (
	missesCertificate  = lazy.Regexp(`(?i)no required ssl certificate was sent`)
	refusesCertificate = lazy.Regexp(`(?i)the ssl certificate error`)
)

// explainHTTP explains an answer that breaks the rules of HTTP, and reports whether err
// is about one.
func (v *visit) explainHTTP(e *Error, err error, wanted string) bool {
	switch {
	case strings.Contains(err.Error(), "malformed HTTP"):
		e.Message = "the server does not speak HTTP"
		e.Hint = "is this the port of the API (1234 by default)?"
	case strings.Contains(err.Error(), "failed to parse Location header"):
		e.Message = "the server redirects to something that is not a URL"
	case strings.HasPrefix(err.Error(), "stopped after "):
		e.Message = "the server keeps redirecting (" + display.Excerpt(err.Error()) + ")"
		e.Hint = "check the address; is a proxy in the way?"
	case dropped(err):
		e.Message = "the server closed the connection without " + withArticle(wanted)
		if last := v.transport.last.Load(); !v.answered && last != nil && last.Scheme == "http" { // as OpenSSL does with plain HTTP on a TLS port
			e.Hint = "does it expect https? if so, " + v.hintTLS()
		}
	default:
		return false
	}
	return true
}

// withArticle returns a noun with "a" or "an".
func withArticle(noun string) string {
	if strings.HasPrefix(noun, "a") {
		return "an " + noun
	}
	return "a " + noun
}

// certificateNames lists the hosts that a certificate is for, up to five.
func certificateNames(cert *x509.Certificate) string {
	var names []string
	for _, name := range cert.DNSNames {
		names = append(names, display.Quote(name))
	}
	for _, ip := range cert.IPAddresses {
		names = append(names, ip.String())
	}
	switch {
	case len(names) == 0:
		return "no host"
	case len(names) > 5:
		names = append(names[:5], "…")
	}
	return strings.Join(names, ", ")
}

// allowed returns the time that the visit had, as people write it.
func (v *visit) allowed(ctx context.Context) string {
	deadline, _ := ctx.Deadline() // it has passed, so there is one
	d := deadline.Sub(v.start)
	if own := v.client.Timeout; own > 0 {
		d = min(d, own) // the machine may have paused between the two
	}
	return display.Limit(d)
}
