// Package bacalhau is a client of the HTTP API of a Bacalhau orchestrator, of any
// version from v1.4 on: it lists nodes and jobs, says where jobs ran, and submits and
// stops them. It reads saved node lists too.
//
// What comes in is an address, with credentials; what goes out are values of package
// cluster, unchanged: package fetch makes a snapshot of them. Records that had to be
// left out are reported as a [Warning]. Every error is, or wraps, an [*Error], and shows no
// secret. This package neither draws nor prints.
package bacalhau

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/bacviz/bacviz/fetch/bacalhau/internal/wire"
	"github.com/bacviz/bacviz/fetch/internal/address"
	"github.com/bacviz/bacviz/fetch/internal/input"
)

// The defaults of a [Client].
const (
	DefaultTimeout  = 30 * time.Second
	DefaultMaxBytes = 1 << 30

	// DefaultMaxRecords is how many records a list may have, whatever their size. A list
	// of more than 20 MB may have one for each 400 bytes: a real record has 700 and more.
	DefaultMaxRecords = input.FreeRecords

	DefaultRetries   = 4
	DefaultRetryWait = 200 * time.Millisecond
)

// A Client asks one orchestrator over HTTP. Its zero value with a BaseURL works. A
// Client is not changed by its methods and may be used by several goroutines at once.
type Client struct {
	// BaseURL is the orchestrator's address: http or https, with a path when the API
	// lies behind one. The address of an endpoint, as in
	// http://10.0.0.5:1234/api/v1/orchestrator/nodes, works as well.
	BaseURL string

	// Auth is sent to the BaseURL's host and port, and to no other place that a
	// redirect leads to. User-info in the BaseURL takes its place.
	Auth Auth

	// CAFile names a PEM file of authorities to trust besides the system's.
	CAFile string

	// CertFile names a PEM file with the client's own certificate, which is shown to the
	// BaseURL's host and port alone, and KeyFile one with its private key. An empty
	// KeyFile means that the CertFile holds both. The key must not be encrypted.
	CertFile, KeyFile string

	// Insecure accepts any certificate of the server. The traffic can then be read and
	// altered on the way.
	Insecure bool

	// HTTP sends the requests; nil means a client that follows
	// CAFile, CertFile, KeyFile and Insecure.
	HTTP *http.Client

	// Timeout bounds one call of a method. Zero means the context's deadline, or
	// DefaultTimeout when it has none; below zero, no limit but the context's.
	Timeout time.Duration

	// MaxBytes bounds an answer, unpacked, with all its pages. Zero means
	// DefaultMaxBytes.
	MaxBytes int64

	// MaxRecords bounds how many records a list of nodes, jobs, executions or other
	// things may have. Zero means a limit that depends on what is read, as
	// DefaultMaxRecords says.
	MaxRecords int

	// Namespace is where jobs are named and listed. Empty means the namespace "default"
	// for a job's name, and every namespace for the list.
	Namespace string

	// Retries is how often a request is repeated after 429, 502, 503, 504 and a dropped
	// connection, as long as time is left. Zero means DefaultRetries, below zero none.
	Retries int

	// RetryWait is the wait before the first repetition; it doubles with each. A
	// Retry-After header takes precedence. Zero means DefaultRetryWait.
	RetryWait time.Duration

	// Warn receives the warnings of a call, one after the other, when the call ends.
	// Calls by several goroutines may use it at the same time. Nil drops warnings.
	Warn func(Warning)

	// Progress is called now and then while nodes are read; nil means not at all.
	Progress func(Progress)
}

// Name returns the base URL without user-info and query.
func (c *Client) Name() string {
	base, err := parseBase(c.BaseURL)
	if err != nil {
		return err.Source
	}
	return address.Public(base.String())
}

// Check returns an error if the BaseURL cannot be that of an orchestrator. Nothing
// is sent.
func (c *Client) Check() error {
	if _, err := parseBase(c.BaseURL); err != nil {
		err.Op = "source"
		return err
	}
	return nil
}

func (c *Client) maxBytes() int64 {
	if c.MaxBytes > 0 {
		return c.MaxBytes
	}
	return DefaultMaxBytes
}

// isPort reports whether the digits are those of a port.
func isPort(digits string) bool {
	n, err := strconv.ParseUint(digits, 10, 16)
	return err == nil && n > 0
}

// parseBase checks a base URL, and cuts off /api/v1 with the endpoint of the list of nodes.
// What asks for something else, such as a query or another endpoint, is refused and not
// cut off: the answer would be that of another question. Its errors have no Op and name the
// URL without secrets.
func parseBase(raw string) (*url.URL, *Error) {
	fail := func(message, hint string) (*url.URL, *Error) {
		return nil, &Error{Source: address.Public(raw), Message: message, Hint: hint}
	}
	const apiRoot = "/api/v1/"
	const likeThis = "an orchestrator's URL looks like http://10.0.0.5:1234"
	u, err := url.Parse(strings.TrimSpace(raw))
	switch {
	case err != nil && strings.Contains(raw, "@"):
		return fail("not a valid URL", "write special characters in a password as %XX") // err may show it
	case err != nil:
		return fail("not a valid URL: "+wire.Reason(err), likeThis)
	case u.Scheme != "http" && u.Scheme != "https":
		return fail("not an http or https URL", likeThis)
	case u.Hostname() == "":
		return fail("a URL without a host", likeThis)
	case u.Port() != "" && !isPort(u.Port()):
		return fail("not a valid URL: port "+u.Port(), "a port is a number from 1 to 65535")
	case strings.Contains(u.Path+u.RawQuery+u.Fragment, "@"):
		return fail("not a valid URL", "write special characters in a password as %XX")
	}
	if what, hint := address.Unused(strings.TrimSpace(raw), u); what != "" {
		return fail(what, hint)
	}
	path, endpoint := u.EscapedPath()+"/", ""
	if i := strings.LastIndex(path, apiRoot); i >= 0 {
		path, endpoint = path[:i], path[i+len(apiRoot):]
	}
	switch strings.Trim(endpoint, "/") {
	case "", "orchestrator", "orchestrator/nodes":
	default: // such as orchestrator/jobs, orchestrator/nodes/n-1 and agent/version
		return fail("the address asks for something else than the list of nodes", "end it before /api/v1; --select picks nodes by their labels, --job draws one job")
	}
	base := &url.URL{Scheme: u.Scheme, User: u.User, Host: u.Host}
	if path = strings.Trim(path, "/"); path != "" {
		base.Path = "/"
		base = base.JoinPath(path)
	}
	return base, nil
}
