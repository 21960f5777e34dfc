package clustertest

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// A Fault is something that goes wrong between an orchestrator and its client.
type Fault string

// The faults that a [Proxy] can inject.
const (
	FaultNone        Fault = "none"
	FaultReset       Fault = "reset mid-body"           // a TCP reset after half of the answer
	FaultHangUp      Fault = "hang up"                  // the connection is closed before an answer
	FaultStall       Fault = "stall"                    // nothing more after half of the answer
	FaultSilence     Fault = "silence"                  // no answer at all
	FaultTruncate    Fault = "truncate"                 // half of the answer, as if it were whole
	FaultLong        Fault = "wrong Content-Length"     // more announced than comes
	FaultShort       Fault = "short Content-Length"     // less announced than there is
	FaultBadGzip     Fault = "gzip cut off"             // half of a packed answer
	FaultGzip        Fault = "gzip"                     // a packed answer, which is no fault
	FaultBomb        Fault = "gzip bomb"                // a small answer that unpacks without end
	FaultEndless     Fault = "endless body"             // records without end
	FaultHugeValue   Fault = "endless value"            // one string without end
	FaultLoop        Fault = "redirect loop"            // to itself
	FaultElsewhere   Fault = "redirect to another host" // to Proxy.Elsewhere
	FaultBadRedirect Fault = "redirect to no URL"
	FaultHTML        Fault = "HTML" // a login page, with status 200
	FaultDrip        Fault = "slow drip"
	Fault429         Fault = "429"
	Fault500         Fault = "500"
	Fault502         Fault = "502"
	Fault503         Fault = "503"
	Fault504         Fault = "504"
)

// Faults lists all of them but those that are none.
func Faults() []Fault {
	return []Fault{
		FaultReset, FaultHangUp, FaultStall, FaultSilence, FaultTruncate, FaultLong, FaultShort, FaultBadGzip, FaultBomb,
		FaultEndless, FaultHugeValue, FaultLoop, FaultElsewhere, FaultBadRedirect, FaultHTML, FaultDrip,
		Fault429, Fault500, Fault502, Fault503, Fault504,
	}
}

// A Proxy stands before a handler and injects a fault. Set its fields before
// the first request.
type Proxy struct {
	*httptest.Server

	Fault      Fault
	Path       string // that the fault is for; empty for all
	Times      int    // how many requests it is for, after which all is well; 0 for all
	RetryAfter string // the header, with a status
	Elsewhere  string // the base URL of FaultElsewhere

	behind http.Handler
	mu     sync.Mutex
	faults int
	seen   []*http.Request
}

// ServeFault starts a proxy before a handler, until the test ends.
func ServeFault(t testing.TB, fault Fault, behind http.Handler) *Proxy {
	t.Helper()
	p := &Proxy{Fault: fault, behind: behind}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

// Only has the fault on some requests alone: those for a path, and the first few
// of them; see Path and Times. It is for clients in another process, whose
// requests nothing orders after a plain assignment.
func (p *Proxy) Only(path string, times int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.Path, p.Times = path, times
}

// Requests returns the requests so far, without their bodies.
func (p *Proxy) Requests() []*http.Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]*http.Request{}, p.seen...)
}

// ServeHTTP answers from behind the proxy, with the fault.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	fault := p.next(r)
	answer := httptest.NewRecorder()
	p.behind.ServeHTTP(answer, r)
	body := answer.Body.Bytes()
	half := body[:len(body)/2]
	for key, values := range answer.Header() {
		w.Header()[key] = values
	}
	// Errors of writing are the client's going away, here and below.
	length := func(n int) { w.Header().Set("Content-Length", strconv.Itoa(n)) }

	switch fault {
	case FaultNone:
		w.WriteHeader(answer.Code)
		_, _ = w.Write(body)
	case FaultReset, FaultHangUp, FaultLong, FaultShort:
		p.breakOff(w, fault, body)
	case FaultStall:
		length(len(body))
		_, _ = w.Write(half)
		flush(w)
		<-r.Context().Done()
	case FaultSilence:
		<-r.Context().Done()
	case FaultTruncate:
		length(len(half))
		_, _ = w.Write(half)
	case FaultGzip, FaultBadGzip:
		packed := pack(body)
		if fault == FaultBadGzip {
			packed = packed[:len(packed)/2]
		}
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(packed)
	case FaultBomb:
		bomb(w)
	case FaultEndless:
		endless(w, `{"Nodes":[{"Info":{"NodeID":"a"}}`, `,{"Info":{"NodeID":"","More":"`+strings.Repeat("x", 4000)+`"}}`)
	case FaultHugeValue:
		endless(w, `{"Nodes":[{"Info":{"NodeID":"`, strings.Repeat("a", 1<<16))
	case FaultLoop:
		n, _ := strconv.Atoi(r.URL.Query().Get("n")) // 0 at first
		http.Redirect(w, r, fmt.Sprintf("%s?n=%d", r.URL.Path, n+1), http.StatusFound)
	case FaultElsewhere:
		http.Redirect(w, r, p.Elsewhere+r.URL.RequestURI(), http.StatusTemporaryRedirect)
	case FaultBadRedirect:
		w.Header().Set("Location", "http://ann:s3cret@[::1")
		w.WriteHeader(http.StatusFound)
	case FaultHTML:
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<!DOCTYPE html>\n<title>Log in</title>\n")
	case FaultDrip:
		length(len(body))
		drip(r.Context(), w, body)
	default:
		p.refuse(w, r, fault)
	}
}

// next records a request, and returns the fault for it.
func (p *Proxy) next(r *http.Request) Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen = append(p.seen, r.Clone(r.Context()))
	if p.Path != "" && p.Path != r.URL.Path || p.Times > 0 && p.faults >= p.Times {
		return FaultNone
	}
	p.faults++
	return p.Fault
}

// refuse answers with the status that the fault names.
func (p *Proxy) refuse(w http.ResponseWriter, r *http.Request, fault Fault) {
	status, err := strconv.Atoi(string(fault))
	if err != nil {
		panic("clustertest: unknown fault " + string(fault))
	}
	if p.RetryAfter != "" {
		w.Header().Set("Retry-After", p.RetryAfter)
	}
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "%d from the proxy; you sent %s\n", status, r.Header.Get("Authorization"))
}

func flush(w http.ResponseWriter) { _ = http.NewResponseController(w).Flush() }

// drip writes the body byte by byte.
func drip(ctx context.Context, w http.ResponseWriter, body []byte) {
	for i := range body {
		if _, err := w.Write(body[i : i+1]); err != nil || ctx.Err() != nil {
			return
		}
		flush(w)
		time.Sleep(2 * time.Millisecond)
	}
}

// bomb writes a little that unpacks to an endless list of nodes.
func bomb(w http.ResponseWriter) {
	w.Header().Set("Content-Encoding", "gzip")
	z := gzip.NewWriter(w)
	endless(writerFunc(func(b []byte) (int, error) {
		n, err := z.Write(b)
		_ = z.Flush()
		flush(w)
		return n, err
	}), `{"Nodes":[{}`, strings.Repeat(`,{"x":"`+strings.Repeat("x", 4000)+`"}`, 100))
}

// breakOff ends the connection early.
func (p *Proxy) breakOff(w http.ResponseWriter, fault Fault, body []byte) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err) // a server that cannot be hijacked
	}
	defer conn.Close()
	head := "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
	switch fault {
	case FaultReset:
		_, _ = fmt.Fprintf(conn, head+"%s", len(body), body[:len(body)/2])
		time.Sleep(5 * time.Millisecond) // for what was sent to arrive before the reset
		_ = conn.(*net.TCPConn).SetLinger(0)
	case FaultLong:
		_, _ = fmt.Fprintf(conn, head+"%s", len(body)+100, body)
	case FaultShort:
		_, _ = fmt.Fprintf(conn, head+"%s", len(body)/2, body)
	}
}

// endless writes until the client has gone.
func endless(w io.Writer, head, more string) {
	_, err := io.WriteString(w, head)
	for err == nil {
		_, err = io.WriteString(w, more)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

func pack(body []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(body) // a Buffer takes all
	_ = z.Close()
	return b.Bytes()
}
