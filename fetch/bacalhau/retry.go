package bacalhau

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/bacviz/bacviz/fetch/bacalhau/internal/wire"
	"github.com/bacviz/bacviz/fetch/internal/address"
	"github.com/bacviz/bacviz/internal/display"
)

const (
	maxRetryWait = 5 * time.Second // between two attempts, unless the server asks for more
	maxPatience  = 5 * time.Minute // the longest wait that a server may ask for, where no timeout ends it
)

// connect builds the client that sends a visit's requests. The retries of a request
// and those of the reading of its answer are both counted in v.left.
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
		own := v.newTransport(ctx)
		base, v.close = own, own.CloseIdleConnections
	}
	v.transport = &originTransport{base: base, origin: address.Origin(v.base), header: v.auth.header()}
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

// again reports whether a GET is worth another attempt: after an answer that says so,
// and after a connection that was dropped.
func (v *visit) again(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if errors.As(err, new(*unsentError)) {
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
		v.last = wire.StatusText(resp.StatusCode)
		// A wait that the timeout would end is not worth it.
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

// wait returns how long to wait before the next attempt.
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

// retrying calls do, which sends one or more requests and reads their answers, and
// calls it again when a connection is dropped midway through an answer. The warnings
// of the last attempt are kept.
func (v *visit) retrying(ctx context.Context, do func() *Error) *Error {
	v.left, v.last, v.asked = v.retries(), "", 0
	before := len(v.warnings)
	for {
		v.warnings = v.warnings[:before]
		err := do()
		if err == nil || err.Status != 0 || v.left <= 0 || !dropped(err.Err) || ctx.Err() != nil {
			return v.countAttempts(err)
		}
		v.last = "the connection was dropped"
		timer := time.NewTimer(v.wait(nil))
		v.left--
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return v.countAttempts(v.transportError(ctx, ctx.Err(), "answer"))
		}
	}
}

// countAttempts adds to an error how many attempts there were.
func (v *visit) countAttempts(err *Error) *Error {
	if err == nil {
		return nil
	}
	switch tries := v.retries() - v.left + 1; {
	case errors.Is(err.Err, context.DeadlineExceeded) && v.last != "":
		err.Message += fmt.Sprintf(", after %s (%s)", display.Count(tries-1, "attempt"), v.last)
	case v.asked > 0 && transient(err.Status):
		err.Hint = "the server asks to try again after " + v.asked.Round(time.Second).String()
	case tries > 1 && (transient(err.Status) || dropped(err.Err)):
		err.Message = strings.TrimSpace(fmt.Sprintf("%s (tried %d times)", err.Message, tries))
	}
	return err
}

// transient reports whether a status is about the moment and not about the request.
func transient(status int) bool {
	switch status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// dropped reports whether err is that of a connection that was there and ended early.
// A refused connection is not worth another attempt, and neither is a timeout.
func dropped(err error) bool {
	for _, e := range []error{io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.ECONNABORTED, syscall.EPIPE, windowsConnReset, windowsConnAborted} {
		if errors.Is(err, e) {
			return true
		}
	}
	return err != nil && (strings.Contains(err.Error(), "http2: server sent GOAWAY") ||
		strings.Contains(err.Error(), "server closed idle connection") || strings.Contains(err.Error(), "stream error: "))
}

// Windows has its own numbers for the errors that syscall names after POSIX.
const (
	windowsConnRefused syscall.Errno = 10061
	windowsConnReset   syscall.Errno = 10054
	windowsConnAborted syscall.Errno = 10053
)
