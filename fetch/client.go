package fetch

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/bacviz/bacviz/cluster"
)

// The defaults of a [Client].
const (
	DefaultTimeout  = 30 * time.Second
	DefaultMaxBytes = 1 << 30
)

const (
	pathNodes = "/api/v1/orchestrator/nodes"
	pathAgent = "/api/v1/agent/node"
)

// A Client asks one orchestrator over HTTP. Its zero value with a BaseURL
// works. A Client is not changed by its methods and may be used by several
// goroutines at once.
type Client struct {
	// BaseURL is the orchestrator's address: http or https, with a path when
	// the API lies behind one. The address of an endpoint, as in
	// http://10.0.0.5:1234/api/v1/orchestrator/nodes, serves as well.
	BaseURL string

	// Auth is sent to the BaseURL's host and port, and to no other place that a
	// redirect leads to. User-info in the BaseURL takes its place.
	Auth Auth

	// CAFile names a PEM file of authorities to trust besides the system's.
	CAFile string

	// Insecure trusts any server, and with it whoever is on the way there.
	Insecure bool

	// HTTP sends the requests; nil means a client that follows CAFile and
	// Insecure.
	HTTP *http.Client

	// Timeout bounds one call of a method. Zero means the context's deadline, or
	// DefaultTimeout when it has none; below zero, no limit but the context's.
	Timeout time.Duration

	// MaxBytes bounds an answer, unpacked, with all its pages. Zero means
	// DefaultMaxBytes.
	MaxBytes int64

	// Retries is how often a request is repeated after 429, 502, 503, 504 and a
	// dropped connection, as long as time is left. Zero means DefaultRetries,
	// below zero none.
	Retries int

	// RetryWait comes before the first repetition, and doubles with each; a
	// Retry-After header counts for more. Zero means DefaultRetryWait.
	RetryWait time.Duration
}

// Name returns the base URL without user-info and query.
func (c *Client) Name() string {
	base, err := parseBase(c.BaseURL)
	if err != nil {
		return err.Source
	}
	return redact(base.String())
}

// List asks the orchestrator for its name and for its nodes. An orchestrator
// that does not tell its name gives a warning, and a list without it.
func (c *Client) List(ctx context.Context) (cluster.List, []Warning, error) {
	ctx, v, done, err := c.begin(ctx, opList)
	if err != nil {
		return cluster.List{}, nil, err
	}
	defer done()
	list, warnings, err := v.list(ctx)
	warnings, failed := v.scrubbed(warnings, err)
	if failed != nil {
		return cluster.List{}, warnings, failed
	}
	return list, warnings, nil
}

// begin prepares a call of one of the client's methods. Unless it fails, done
// has to be called at its end.
func (c *Client) begin(ctx context.Context, op string) (_ context.Context, v *visit, done func(), err *Error) {
	base, err := parseBase(c.BaseURL)
	if err != nil {
		err.Op = op
		return ctx, nil, nil, err
	}
	start := time.Now()
	ctx, cancel := c.withTimeout(ctx)
	v = &visit{client: c, op: op, base: base, name: redact(base.String()), auth: c.Auth, start: start, close: func() {}}
	if u := base.User; u != nil {
		password, _ := u.Password()
		v.auth = Auth{Username: u.Username(), Password: password}
		base.User = nil
	}
	v.connect(ctx)
	return ctx, v, func() { v.close(); cancel() }, nil
}

// scrubbed takes the secrets out of what a call ends with. It returns a nil
// error for a nil *Error.
func (v *visit) scrubbed(warnings []Warning, err *Error) ([]Warning, error) {
	for i := range warnings {
		w := &warnings[i]
		w.Message, w.Said = v.auth.scrub(w.Message), v.auth.scrub(w.Said)
	}
	if err == nil {
		return warnings, nil
	}
	err.Message, err.Hint = v.auth.scrub(err.Message), v.auth.scrub(err.Hint)
	for i, said := range err.Said {
		err.Said[i] = v.auth.scrub(said)
	}
	return warnings, err
}

func (v *visit) list(ctx context.Context) (list cluster.List, warnings []Warning, err *Error) {
	warnings = v.exposed()
	// The short answer comes first: it tells a compute node from an
	// orchestrator, and whether anybody is there at all.
	var agent wireAgentInfo
	agentErr := v.retrying(ctx, func() (err *Error) {
		agent, err = v.agent(ctx)
		return err
	})
	if agentErr != nil && (agentErr.Status == 0 && agentErr.Err != nil || agentErr.Status == http.StatusUnauthorized || transient(agentErr.Status)) {
		return list, warnings, agentErr
	}
	var told []Warning
	err = v.retrying(ctx, func() (err *Error) {
		list.Nodes, told, err = v.nodes(ctx)
		return err
	})
	if err != nil {
		if err.Status == http.StatusNotFound {
			v.explainNotFound(err, agent, agentErr)
		}
		return list, append(warnings, told...), err
	}
	if agentErr != nil {
		warnings = append(warnings, because(v.client, "the orchestrator does not tell its name", agentErr))
	}
	list.Orchestrator = agent.NodeID
	return list, append(warnings, told...), nil
}

// exposed warns of credentials that everybody on the way can read.
func (v *visit) exposed() []Warning {
	if v.auth.header() != "" && v.base.Scheme == "http" && !isLoopback(v.base.Hostname()) {
		return []Warning{{Source: v.name, Message: "credentials are sent without encryption; use https"}}
	}
	return nil
}

func (c *Client) withTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	timeout := c.Timeout
	if _, has := ctx.Deadline(); timeout == 0 && !has {
		timeout = DefaultTimeout
	}
	if timeout <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, timeout)
}

// parseBase checks a base URL, and cuts it down to what comes before /api/v1.
// Its errors have no Op and name the URL without secrets.
func parseBase(raw string) (*url.URL, *Error) {
	fail := func(message, hint string) (*url.URL, *Error) {
		return nil, &Error{Source: redact(raw), Message: message, Hint: hint}
	}
	u, err := url.Parse(strings.TrimSpace(raw))
	switch {
	case err != nil && strings.Contains(raw, "@"):
		return fail("not a valid URL", "write special characters of a password as %XX") // err may show it
	case err != nil:
		return fail("not a valid URL: "+clean(innermost(err).Error()), "an orchestrator's URL looks like http://10.0.0.5:1234")
	case u.Scheme != "http" && u.Scheme != "https":
		return fail("not an http or https URL", "an orchestrator's URL looks like http://10.0.0.5:1234")
	case u.Hostname() == "":
		return fail("a URL without a host", "an orchestrator's URL looks like http://10.0.0.5:1234")
	case strings.Contains(u.Path, "@"):
		return fail("not a valid URL", "write special characters of a password as %XX")
	}
	path := u.EscapedPath()
	if i := strings.LastIndex(path+"/", "/api/v1/"); i >= 0 {
		path = path[:i]
	}
	base := &url.URL{Scheme: u.Scheme, User: u.User, Host: u.Host}
	if path = strings.Trim(path, "/"); path != "" {
		base.Path = "/"
		base = base.JoinPath(path)
	}
	return base, nil
}

// A visit is one call of a method of [Client].
type visit struct {
	client *Client
	op     string   // for messages
	base   *url.URL // without user-info
	name   string   // of the source
	auth   Auth
	start  time.Time

	sender    *retryablehttp.Client
	transport *originTransport
	close     func()
	version   string // of the server, as its last answer says; may be empty
	answered  bool   // whether it ever spoke HTTP

	left  int           // attempts, of the request under way
	last  string        // what came of the attempt before
	asked time.Duration // how long the server asks to wait, if that is too long
}

// agent asks who answers. An answer that does not say is an error without a
// Status and without a cause.
func (v *visit) agent(ctx context.Context) (wireAgentInfo, *Error) {
	body, err := v.get(ctx, pathAgent, nil)
	if err != nil {
		return wireAgentInfo{}, err
	}
	defer body.Close() // only read from
	text, readErr := io.ReadAll(io.LimitReader(body, 1<<20))
	if readErr != nil {
		return wireAgentInfo{}, v.transportError(ctx, readErr, "complete answer")
	}
	var answer wireAgent
	_ = json.Unmarshal(text, &answer) // what has another type stays empty
	switch info := answer.info(); {
	case json.Valid(text) && info.NodeID != "":
		return info, nil
	case json.Valid(text):
		return wireAgentInfo{}, v.fail("answered without a NodeID", "")
	case isHTML(text):
		return wireAgentInfo{}, v.fail("answered with an HTML page", hintHTML)
	}
	return wireAgentInfo{}, v.fail("answered with text that is not JSON: "+quote(firstLine(text)), "")
}

// nodes asks for the list, without a limit and without filters: paging is not
// real in the versions known, and v1.4 would filter out its own requester.
func (v *visit) nodes(ctx context.Context) ([]cluster.Node, []Warning, *Error) {
	d := decoder{op: opList, source: v.name, answered: "answered with ", progress: progressOf(ctx, v.name)}
	limit := v.client.MaxBytes
	if limit <= 0 {
		limit = DefaultMaxBytes
	}
	left := limit
	query := url.Values{}
	seen := map[string]bool{}
	for {
		body, err := v.get(ctx, pathNodes, query)
		if err != nil {
			return nil, d.warnings, err
		}
		known, records := len(d.index), d.records
		in := &limitReader{r: contextReader{ctx, body}, left: left, limit: limit}
		next, pageErr := d.page(in, false)
		body.Close() // only read from
		left = in.left
		if pageErr != nil {
			return nil, d.warnings, v.pageError(ctx, pageErr)
		}
		// An empty page may be the last one, but not one of many.
		stuck := records > 0 && len(d.index) == known
		switch {
		case stuck && d.records > records, next != "" && (stuck || seen[next]):
			return nil, d.warnings, v.fail("the orchestrator sends the same page of nodes again", "a proxy may drop the query from the address")
		case next == "":
			nodes, err := d.finish()
			var e *Error
			errors.As(err, &e)
			return nodes, d.warnings, e
		}
		seen[next] = true
		query.Set("next_token", next)
	}
}

func (v *visit) pageError(ctx context.Context, err error) *Error {
	var read *readError
	if errors.As(err, &read) || ctx.Err() != nil {
		return v.transportError(ctx, err, "complete answer")
	}
	var e *Error
	errors.As(err, &e)
	return e
}

// get asks for a path and returns the body of a 200 answer.
func (v *visit) get(ctx context.Context, path string, query url.Values) (io.ReadCloser, *Error) {
	return v.send(ctx, http.MethodGet, path, query, nil)
}

// send is get for any method. What is no GET is sent once, whatever comes of it,
// and to nowhere else.
func (v *visit) send(ctx context.Context, method, path string, query url.Values, body []byte) (io.ReadCloser, *Error) {
	target := v.base.JoinPath(path)
	target.RawQuery = query.Encode()
	var content any
	if body != nil {
		content = body
	}
	req, err := retryablehttp.NewRequestWithContext(ctx, method, target.String(), content)
	if err != nil {
		return nil, v.fail("not a valid URL", "")
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "bacviz")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if method != http.MethodGet {
		v.left = 0
		v.sender.HTTPClient.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
	v.sender.RetryMax = v.left
	resp, err := v.sender.Do(req)
	if err != nil {
		return nil, v.transportError(ctx, err, "answer")
	}
	v.version, v.answered = resp.Header.Get("X-Bacalhau-Git-Version"), true
	if resp.StatusCode == http.StatusOK {
		return resp.Body, nil
	}
	defer resp.Body.Close()                                  // only read from
	text, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10)) // what there is of it
	return nil, v.refusal(resp, text)
}

func (v *visit) fail(message, hint string) *Error {
	return &Error{Op: v.op, Source: v.name, Message: message, Hint: hint}
}

// refusal explains an answer that is not 200.
func (v *visit) refusal(resp *http.Response, text []byte) *Error {
	e := v.fail("", "")
	e.Status = resp.StatusCode
	text = []byte(v.auth.scrub(string(text))) // before anything is cut
	switch answer, ok := parseErrorAnswer(text); {
	case ok:
		e.Message, e.Hint = answer.text(e.Status), sentence(answer.Hint)
		e.Said = []string{e.Message, e.Hint}
	case isHTML(text):
		e.Message, e.Hint = "answered with an HTML page", hintHTML
	case len(bytes.TrimSpace(text)) > 0 && text[0] != '{':
		e.Message = firstLine(text)
		e.Said = []string{e.Message}
	}
	switch {
	case v.transport.withheld.Load() != nil && (e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden):
		elsewhere := v.transport.withheld.Load()
		e.Hint = "credentials are not sent on to " + redact(elsewhere.Scheme+"://"+elsewhere.Host) + ", where the server points; give that address if you trust it"
	case e.Status == http.StatusUnauthorized && v.auth.header() != "":
		e.Hint = "the credentials were not accepted; bacviz config tells where they come from"
	case e.Status == http.StatusUnauthorized:
		e.Hint = "this orchestrator asks for credentials: set BACALHAU_API_KEY, or pass --api-key-file"
	case e.Status == http.StatusBadRequest && wantsTLS.Match(text):
		e.Message, e.Hint = "the server expects https", v.hintTLS()
	case e.Status >= 300 && e.Status < 400:
		e.Hint = "the server points elsewhere, but does not say where"
		if to, err := resp.Location(); err == nil {
			e.Hint = "the server points to " + redact(to.String()) + "; give that address if you trust it"
		}
	}
	return e
}

// wantsTLS matches what servers say to plain HTTP on a TLS port: Go's, nginx,
// Apache, and what is built on them.
var wantsTLS = regexp.MustCompile(`(?i)http request to an https server|http request was sent to https port|plain http to an? (ssl|tls)`)

// hintTLS says how to speak TLS to a server that expects it.
func (v *visit) hintTLS() string {
	return "use " + redact("https://"+v.base.Host+v.base.EscapedPath()) + ", or --tls"
}

// explainNotFound makes sense of a path that is not there, by what the
// other endpoint said.
func (v *visit) explainNotFound(e *Error, agent wireAgentInfo, agentErr *Error) {
	switch {
	case agentErr != nil && agentErr.Status == http.StatusNotFound:
		e.Message = "this does not look like a Bacalhau API"
		e.Hint = "check the address and the port; Bacalhau's API is on port 1234 unless set otherwise"
		if v.base.Path != "" {
			e.Hint = "check the address and its path " + quote(v.base.Path)
		}
	case agent.NodeType == cluster.Compute:
		does := "lists nodes"
		if e.Op != opList {
			does = "knows jobs"
		}
		e.Message = "node " + quote(agent.NodeID) + " is a compute node, and only an orchestrator " + does
		e.Hint = "give the address of its orchestrator instead"
	}
}

// transportError explains an exchange that ended before the wanted thing came.
func (v *visit) transportError(ctx context.Context, err error, wanted string) *Error {
	var ca *caError
	if errors.As(err, &ca) {
		return ca.told
	}
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err // without the URL, which may hold secrets
	}
	e := v.fail("", "")
	e.Err = err
	if ctxErr := ctx.Err(); ctxErr != nil {
		e.Err = ctxErr
		e.Message = "interrupted"
		if errors.Is(ctxErr, context.DeadlineExceeded) {
			e.Message = "no " + wanted + " within " + v.allowed(ctx)
			e.Hint = "is the orchestrator reachable from here? a longer time-out may help"
		}
		return e
	}
	var (
		dns        *net.DNSError
		timeout    net.Error
		errno      syscall.Errno
		noTLS      tls.RecordHeaderError
		unverified *tls.CertificateVerificationError
		authority  x509.UnknownAuthorityError
		wrongName  x509.HostnameError
		invalid    x509.CertificateInvalidError
	)
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		e.Message = "no such host: " + clean(dns.Name)
		e.Hint = "check the name in the address"
	case errors.As(err, &dns):
		e.Message = "looking up " + clean(dns.Name) + ": " + clean(dns.Err)
	case errors.As(err, &errno) && (errno == syscall.ECONNREFUSED || errno == windowsConnRefused):
		e.Message = "connection refused"
		e.Hint = "is the orchestrator running, and is this the port of its API (1234 unless set otherwise)?"
	case errors.As(err, &timeout) && timeout.Timeout():
		e.Message = "no " + wanted + ": timed out"
		e.Hint = "is the orchestrator reachable from here?"
	case strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"), errors.As(err, &noTLS):
		e.Message = "the server does not speak https"
		e.Hint = "use " + redact("http://"+v.base.Host+v.base.EscapedPath()) + ", or --tls=false"
	case strings.Contains(err.Error(), `malformed HTTP response "\x15\x03`): // a TLS alert
		e.Message, e.Hint = "the server expects https", v.hintTLS()
	case strings.Contains(err.Error(), "malformed HTTP"):
		e.Message = "what answers does not speak HTTP"
		e.Hint = "is this the port of the API (1234 unless set otherwise)?"
	case errors.As(err, &authority):
		e.Message = "the server's certificate is signed by an unknown authority"
		e.Hint = "pass the authority's certificate with --cacert, or --insecure to trust any"
	case errors.As(err, &wrongName):
		e.Message = "the server's certificate is not for " + quote(wrongName.Host)
		e.Hint = "it names " + certificateNames(wrongName.Certificate)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && time.Now().Before(invalid.Cert.NotBefore):
		e.Message = "the server's certificate is not valid before " + invalid.Cert.NotBefore.UTC().Format(time.RFC3339)
		e.Hint = "is the clock of this machine right?"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		e.Message = "the server's certificate expired on " + invalid.Cert.NotAfter.UTC().Format(time.RFC3339)
		e.Hint = "it has to be renewed, unless the clock of this machine is wrong"
	case errors.As(err, &unverified):
		e.Message = "the server's certificate is not valid: " + clean(innermost(err).Error())
	case strings.Contains(err.Error(), "failed to parse Location header"):
		e.Message = "the server points elsewhere, to what is no URL"
	case strings.HasPrefix(err.Error(), "stopped after "):
		e.Message = "the server keeps pointing elsewhere (" + clean(err.Error()) + ")"
		e.Hint = "check the address; is a proxy in the way?"
	case dropped(err):
		e.Message = "the server closed the connection before its " + wanted
		if !v.answered && v.base.Scheme == "http" { // as OpenSSL does with plain HTTP on a TLS port
			e.Hint = "does it expect https? if so, " + v.hintTLS()
		}
	default:
		e.Message = clean(innermost(err).Error())
	}
	if op := (*net.OpError)(nil); errors.As(err, &op) && op.Op == "proxyconnect" {
		e.Message = "the proxy does not answer: " + e.Message
		e.Hint = "HTTP_PROXY and HTTPS_PROXY name the proxy; NO_PROXY what is asked without it"
	}
	return e
}

// certificateNames lists whom a certificate is for.
func certificateNames(cert *x509.Certificate) string {
	var names []string
	for _, name := range cert.DNSNames {
		names = append(names, quote(name))
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

// allowed is the time that the visit had, as people write it.
func (v *visit) allowed(ctx context.Context) string {
	deadline, _ := ctx.Deadline() // it has passed, so there is one
	d := deadline.Sub(v.start)
	if own := v.client.Timeout; own > 0 {
		d = min(d, own) // the machine may have paused between the two
	}
	if d > time.Second {
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Millisecond).String()
}
