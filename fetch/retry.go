package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/bacviz/bacviz/internal/infile"
)

// How a [Client] asks again, unless told otherwise.
const (
	DefaultRetries   = 4
	DefaultRetryWait = 200 * time.Millisecond
)

const (
	maxRetryWait = 5 * time.Second // between two attempts, unless the server asks for more
	maxPatience  = 5 * time.Minute // with what it asks for, where no time-out ends it
)

// connect builds what sends a visit's requests. The retries of one
// request and of the reading of its answer come out of v.left.
func (v *visit) connect(ctx context.Context) {
	client := http.Client{}
	if v.client.HTTP != nil {
		client = *v.client.HTTP
	}
	base := client.Transport
	switch {
	case base != nil:
	case v.client.HTTP != nil:
		base = http.DefaultTransport
	default:
		own := v.ownTransport(ctx)
		base, v.close = own, own.CloseIdleConnections
	}
	v.transport = &originTransport{base: base, origin: origin(v.base), header: v.auth.header()}
	client.Transport = v.transport
	v.sender = &retryablehttp.Client{
		HTTPClient:   &client,
		RetryWaitMin: v.client.RetryWait,
		RetryWaitMax: max(maxRetryWait, v.client.RetryWait),
		CheckRetry:   v.again,
		Backoff:      retryablehttp.DefaultBackoff,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	if v.sender.RetryWaitMin <= 0 {
		v.sender.RetryWaitMin = DefaultRetryWait
	}
}

// ownTransport is Go's default one with what the client says of TLS.
func (v *visit) ownTransport(ctx context.Context) *caTransport {
	plain := http.DefaultTransport.(*http.Transport).Clone()
	plain.TLSClientConfig = &tls.Config{InsecureSkipVerify: v.client.Insecure}
	// What a server sends on an idle connection net/http writes to the log, which
	// is standard error. A visit is two requests, so there is little to keep.
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

// A caTransport reads the file of authorities when https first has a use for it:
// plain http has none, unless a redirect leads to https.
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

// A caError is why the file of authorities could not be used.
type caError struct{ told *Error }

func (e *caError) Error() string { return e.told.Error() }

// maxCAFile is several times what all the authorities of the web take.
const maxCAFile = 16 << 20

// authorities are the system's and those of the CA file.
func (v *visit) authorities(ctx context.Context) (*x509.CertPool, *Error) {
	file := v.client.CAFile
	hint := "--cacert names a file with the certificate of the server's authority, in PEM"
	pem, err := infile.Read(ctx, file, maxCAFile)
	if err != nil {
		e := v.fail("CA file "+clean(file)+": "+clean(infile.Reason(err)), hint)
		e.Err = err
		return nil, e
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool() // a system without any
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, v.fail("CA file "+clean(file)+": holds no certificate", hint)
	}
	return roots, nil
}

// again decides whether a request is worth another attempt: after an answer that
// says so, and after a connection that was dropped. It is for GET only.
func (v *visit) again(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if errors.As(err, new(*caError)) {
		return false, err
	}
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	switch {
	case v.left <= 0:
		return false, nil
	case err != nil:
		if !dropped(err) {
			return false, nil
		}
		v.last = "the connection was dropped"
	case !transient(resp.StatusCode):
		return false, nil
	default:
		v.last = statusText(resp.StatusCode)
		// A wait that the time-out would end is not worth it.
		if wait := v.wait(resp); wait > maxPatience || !within(ctx, wait) {
			if resp.Header.Get("Retry-After") != "" {
				v.asked = wait
			}
			return false, nil
		}
	}
	v.left--
	return true, nil
}

// wait is how long to wait before the next attempt.
func (v *visit) wait(resp *http.Response) time.Duration {
	return v.sender.Backoff(v.sender.RetryWaitMin, v.sender.RetryWaitMax, v.retries()-v.left, resp)
}

func within(ctx context.Context, wait time.Duration) bool {
	deadline, has := ctx.Deadline()
	return !has || time.Until(deadline) > wait
}

func (v *visit) retries() int {
	switch n := v.client.Retries; {
	case n < 0:
		return 0
	case n == 0:
		return DefaultRetries
	default:
		return n
	}
}

// retrying repeats do, which sends one or more requests and reads their answers,
// when a connection is dropped midway through an answer.
func (v *visit) retrying(ctx context.Context, do func() *Error) *Error {
	v.left, v.last, v.asked = v.retries(), "", 0
	for {
		err := do()
		if err == nil || err.Status != 0 || v.left <= 0 || !dropped(err.Err) || ctx.Err() != nil {
			return v.tell(err)
		}
		v.last = "the connection was dropped"
		timer := time.NewTimer(v.wait(nil))
		v.left--
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return v.tell(v.transportError(ctx, ctx.Err(), "answer"))
		}
	}
}

// tell adds to an error how often it was tried.
func (v *visit) tell(err *Error) *Error {
	if err == nil {
		return nil
	}
	switch tries := v.retries() - v.left + 1; {
	case errors.Is(err.Err, context.DeadlineExceeded) && v.last != "":
		err.Message += fmt.Sprintf(", after %s (%s)", plural(tries-1, "attempt"), v.last)
	case v.asked > 0 && transient(err.Status):
		err.Hint = "the server asks to try again after " + v.asked.Round(time.Second).String()
	case tries > 1 && (transient(err.Status) || dropped(err.Err)):
		err.Message = strings.TrimPrefix(fmt.Sprintf("%s, %d times", err.Message, tries), ", ")
	}
	return err
}

// transient reports whether a status speaks of a moment and not of the request.
func transient(status int) bool {
	switch status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// dropped reports whether err tells of a connection that was there and ended
// early. A refused one is not worth asking again, and neither is a time-out.
func dropped(err error) bool {
	for _, e := range []error{io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.ECONNABORTED, syscall.EPIPE, windowsConnReset, windowsConnAborted} {
		if errors.Is(err, e) {
			return true
		}
	}
	return err != nil && (strings.Contains(err.Error(), "http2: server sent GOAWAY") ||
		strings.Contains(err.Error(), "server closed idle connection") || strings.Contains(err.Error(), "stream error: "))
}

// Windows has numbers of its own for what syscall names after POSIX.
const (
	windowsConnRefused syscall.Errno = 10061
	windowsConnReset   syscall.Errno = 10054
	windowsConnAborted syscall.Errno = 10053
)
