package bacalhau

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch/bacalhau/internal/wire"
	"github.com/bacviz/bacviz/fetch/internal/address"
	"github.com/bacviz/bacviz/fetch/internal/input"
	"github.com/bacviz/bacviz/internal/display"
)

// A visit is one call of a method of [Client].
type visit struct {
	client   *Client
	op       string   // for messages
	base     *url.URL // without user-info
	name     string   // of the source
	auth     Auth
	start    time.Time
	warnings []Warning

	sender    *retryablehttp.Client
	transport *originTransport
	close     func()
	version   string // of the server, as its last answer says; may be empty
	answered  bool   // whether it ever spoke HTTP

	identified bool // whether the node that answers was asked who it is
	agent      wire.AgentInfo
	agentErr   *Error // why it did not say

	left  int           // attempts that are left for the request under way
	last  string        // what failed in the attempt before
	asked time.Duration // how long the server asks to wait, if that is too long
}

// call does what every method of a Client does around its requests.
func call[T any](ctx context.Context, c *Client, op string, do func(context.Context, *visit) (T, *Error)) (T, error) {
	var zero T
	v, err := c.visit(op)
	if err != nil {
		return zero, err
	}
	ctx, cancel := c.withTimeout(ctx)
	defer cancel()
	v.connect(ctx)
	defer v.close()
	v.warnIfExposed()
	value, err := do(ctx, v)
	if err != nil && err.Status == http.StatusNotFound && !errors.Is(err, ErrNoJob) {
		v.explainNotFound(ctx, err)
	}
	v.warnAll()
	if err != nil {
		v.scrub(err)
		return zero, err
	}
	return value, nil
}

// visit prepares a call.
func (c *Client) visit(op string) (*visit, *Error) {
	base, err := parseBase(c.BaseURL)
	if err != nil {
		err.Op = op
		return nil, err
	}
	v := &visit{client: c, op: op, base: base, name: address.Public(base.String()), auth: c.Auth, start: time.Now(), close: func() {}}
	if u := base.User; u != nil {
		password, _ := u.Password()
		v.auth = Auth{Username: u.Username(), Password: password}
		base.User = nil
	}
	return v, nil
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

func (v *visit) warn(message string) {
	v.warnings = append(v.warnings, Warning{Source: v.name, Message: message})
}

// warnIfExposed warns of credentials that can be read on the way to the server.
func (v *visit) warnIfExposed() {
	if v.auth.header() != "" && v.base.Scheme == "http" && !address.IsLoopback(v.base.Hostname()) {
		v.warn("credentials are sent without encryption; use https")
	}
}

// warnAll gives the warnings to the client's Warn, without secrets.
func (v *visit) warnAll() {
	if v.client.Warn == nil {
		return
	}
	for _, w := range v.warnings {
		w.Message, w.Quoted = v.auth.scrubQuoted(w.Message), v.auth.scrubQuoted(w.Quoted)
		v.client.Warn(w)
	}
}

// scrub takes the secrets out of an error.
func (v *visit) scrub(err *Error) {
	err.Message, err.Hint = v.auth.scrubQuoted(err.Message, err.Quoted...), v.auth.scrubQuoted(err.Hint, err.Quoted...)
	for i, quoted := range err.Quoted {
		err.Quoted[i] = v.auth.scrub(quoted)
	}
}

func (v *visit) fail(message, hint string) *Error {
	return &Error{Op: v.op, Source: v.name, Message: message, Hint: hint}
}

// get asks for a path and returns the body of a 200 answer.
func (v *visit) get(ctx context.Context, path string, query url.Values) (io.ReadCloser, *Error) {
	return v.send(ctx, http.MethodGet, path, query, nil)
}

// send sends a request and returns the body of a 200 answer. A request other
// than GET is sent once, and follows no redirect.
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
	text, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10)) // as much of it as there is
	return nil, v.refusal(resp, text)
}

// getJSON asks for a path, and reads the answer, which is small, into what to points
// to.
func (v *visit) getJSON(ctx context.Context, path string, query url.Values, to any) *Error {
	return v.retrying(ctx, func() *Error {
		body, err := v.get(ctx, path, query)
		if err != nil {
			return err
		}
		return v.readJSON(ctx, body, to)
	})
}

// readJSON reads a small answer into what to points to, and closes body.
func (v *visit) readJSON(ctx context.Context, body io.ReadCloser, to any) *Error {
	defer body.Close() // only read from
	text, readErr := io.ReadAll(input.Limit(ctx, body, wire.MaxValue))
	var tooLarge *input.TooLargeError
	switch {
	case errors.As(readErr, &tooLarge):
		e := v.fail("the answer is "+tooLarge.Error(), "")
		e.Err = readErr
		return e
	case readErr != nil:
		return v.transportError(ctx, readErr, "complete answer")
	}
	if err := json.Unmarshal(text, to); err != nil {
		return v.explain(ctx, wire.NotItems(text, err))
	}
	return nil
}

// identify asks, once, which node answers. An answer that does not say is an error
// without a Status and without a cause.
func (v *visit) identify(ctx context.Context) (wire.AgentInfo, *Error) {
	if !v.identified {
		v.identified = true
		v.agentErr = v.retrying(ctx, func() (err *Error) {
			v.agent, err = v.askAgent(ctx)
			return err
		})
		if v.agentErr != nil {
			v.scrub(v.agentErr) // it may become a warning
		}
	}
	return v.agent, v.agentErr
}

func (v *visit) askAgent(ctx context.Context) (wire.AgentInfo, *Error) {
	body, err := v.get(ctx, "/api/v1/agent/node", nil)
	if err != nil {
		return wire.AgentInfo{}, err
	}
	defer body.Close() // only read from
	text, readErr := io.ReadAll(io.LimitReader(body, 1<<20))
	if readErr != nil {
		return wire.AgentInfo{}, v.transportError(ctx, readErr, "complete answer")
	}
	var answer wire.Agent
	_ = json.Unmarshal(text, &answer) // fields of another type stay empty
	switch node := answer.Node(); {
	case len(node.NodeID) > cluster.MaxID:
		return wire.AgentInfo{}, v.fail("answered with a NodeID longer than "+display.Bytes(cluster.MaxID), "")
	case json.Valid(text) && node.NodeID != "":
		return node, nil
	case json.Valid(text):
		return wire.AgentInfo{}, v.fail("answered without a NodeID", "")
	case wire.IsHTML(text):
		return wire.AgentInfo{}, v.fail("answered with an HTML page", wire.HintHTML)
	}
	return wire.AgentInfo{}, v.fail("answered with text that is not JSON: "+display.Quote(wire.FirstLine(text)), "")
}
