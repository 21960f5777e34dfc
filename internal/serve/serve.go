// Package serve shows a network to whoever opens its page, and tells them what happens.
//
// Sources come in, and are read again and again; each reading that brings news gives a
// [View]. HTTP requests come in, too, and are answered from the newest view: pages, pictures, documents,
// a stream of events, metrics. docs/design/live.md says what the URLs answer. How a picture
// is drawn is left to [Options]. This package prints nothing and parses no flags.
package serve

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/history"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/internal/serve/events"
	"github.com/bacviz/bacviz/internal/serve/guard"
	"github.com/bacviz/bacviz/internal/serve/poll"
	"github.com/bacviz/bacviz/output"
)

// Options say what is served and to whom.
type Options struct {
	Sources  []fetch.Source // at least one; each can be read many times
	Every    time.Duration  // between two readings of a source
	Timeout  time.Duration  // of a reading
	Separate bool           // as fetch.Options have it

	// Redact returns a snapshot with pseudonyms. Nil shows the network as it is.
	Redact func(context.Context, cluster.Snapshot) (cluster.Snapshot, error)

	// Draw makes a picture or a page. It is called by several goroutines at once.
	Draw func(context.Context, Request) ([]byte, error)

	// Charts are the formats of charts.
	Charts []string

	// Seen is told of each view, one after the other, with the network as it is. Nil is told nothing.
	Seen func(ctx context.Context, snap cluster.Snapshot, at time.Time)

	// History gets each view, with the network as it is, and shows earlier ones. Nil keeps none.
	History *history.Store

	Token []byte   // that requests need; nil if they need none
	Hosts []string // names that the server is reached by, besides localhost and addresses

	Version string // of the program, for metrics
	Epoch   string // names this start of the server in the IDs of events; without a dash
	Random  func() float64
	Log     func(format string, args ...any) // receives lines about changes and failures
}

func (o *Options) log(format string, args ...any) {
	if o.Log != nil {
		o.Log(format, args...)
	}
}

// A Request is a picture or a page that somebody asked for.
type Request struct {
	Format   string     // of package output, or of a chart; the data of a page is [PageData]
	Chart    bool       // a chart, and no picture of the network
	Query    url.Values // the flags of the picture
	Snapshot *cluster.Snapshot
	Note     string       // a sentence to show about the network; "" for none
	Live     *output.Live // of a page; nil for a picture
}

// PageData is the format of the data that a page embeds.
const PageData = "page data"

// An Error is a request that cannot be served.
type Error struct {
	Status        int // of the HTTP answer
	Message, Hint string
}

func (e *Error) Error() string { return e.Message }

// The limits of a server.
const (
	maxHeader      = 16 << 10 // bytes
	maxConnections = 2048
	maxStreams     = 1024
	maxPerPeer     = 512 // streams; behind a proxy, all clients have one address
	headerLimit    = 5 * time.Second
	idleLimit      = time.Minute
	answerLimit    = time.Minute      // for a client to take an answer
	drawLimit      = 20 * time.Second // for a picture, with the wait for its turn
	endLimit       = 4 * time.Second  // for requests that are under way at the end
	statusEvery    = 5 * time.Second  // at least
)

// A server is one call of [Serve].
type server struct {
	opt         *Options
	hub         *events.Hub
	keeper      *keeper
	pages       *pictures // pages, their data and documents, which no picture holds up
	pictures    *pictures
	connections guard.Connections
	streams     guard.Streams
	metrics     http.Handler
}

// Serve reads the sources and answers requests on the listener until ctx ends, and a few
// seconds longer for requests that are under way. It closes the listener. It returns nil
// if ctx ended it.
func Serve(ctx context.Context, listener net.Listener, opt Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	hub := events.NewHub(opt.Epoch)
	s := &server{
		opt: &opt, hub: hub, keeper: newKeeper(&opt, hub),
		pages:       newPictures(ctx, runtime.GOMAXPROCS(0), drawLimit),
		pictures:    newPictures(ctx, runtime.GOMAXPROCS(0), drawLimit),
		connections: guard.Connections{Most: maxConnections},
		streams:     guard.Streams{Most: maxStreams, PerPeer: maxPerPeer},
	}
	s.metrics = s.newMetrics()
	var work sync.WaitGroup
	defer work.Wait()
	work.Go(func() {
		poll.Run(ctx, opt.Sources, poll.Options{Every: opt.Every, Timeout: opt.Timeout, Separate: opt.Separate, Random: opt.Random},
			func(r poll.Result) { s.keeper.report(ctx, r) })
	})
	work.Go(func() { s.tick(ctx) })

	h := s.httpServer()
	ended := make(chan error, 1)
	go func() { ended <- h.Serve(listener) }()
	select {
	case err := <-ended:
		cancel()
		return err
	case <-ctx.Done():
	}
	hub.End()
	limited, stop := context.WithTimeout(context.WithoutCancel(ctx), endLimit)
	defer stop()
	if err := h.Shutdown(limited); err != nil {
		_ = h.Close() // whoever is not done by now is cut off
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// tick sends the status now and then, so that its ages are right for who connects late.
func (s *server) tick(ctx context.Context) {
	ticker := time.NewTicker(statusEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			s.keeper.tell()
		}
	}
}

// httpServer returns the server with its limits.
func (s *server) httpServer() *http.Server {
	return &http.Server{
		Handler:           s.handler(),
		ReadHeaderTimeout: headerLimit,
		ReadTimeout:       2 * headerLimit,
		IdleTimeout:       idleLimit,
		MaxHeaderBytes:    maxHeader,
		ConnState:         s.connections.Track,
		ErrorLog:          log.New(io.Discard, "", 0), // what clients do wrong is not worth a line
	}
}

// handler returns the routes, behind what guards them.
func (s *server) handler() http.Handler {
	routes := http.NewServeMux()
	get := func(path string, handler http.Handler) {
		routes.Handle("GET "+path, handler) // and HEAD
	}
	get("/{$}", http.HandlerFunc(s.page))
	get("/api/page", http.HandlerFunc(s.pageData))
	get("/api/events", s.streams.Bound(s.hub))
	get("/api/snapshot", http.HandlerFunc(s.snapshot))
	get("/api/changes", http.HandlerFunc(s.changes))
	get("/api/history", http.HandlerFunc(s.history))
	get("/{picture}", http.HandlerFunc(s.picture))
	get("/healthz", http.HandlerFunc(healthz))
	get("/readyz", http.HandlerFunc(s.readyz))
	get("/metrics", s.metrics)
	routes.HandleFunc("/", notFound)

	open := func(path string) bool { return path == "/healthz" || path == "/readyz" }
	embeddable := func(path string) bool {
		return strings.HasPrefix(path, picturePath) || strings.HasPrefix(path, chartPath)
	}
	var guarded http.Handler = routes
	if s.opt.Token != nil {
		guarded = guard.NewToken(s.opt.Token).Require(open, guarded)
		embeddable = func(string) bool { return false } // elsewhere there is no cookie
	}
	return limits(guard.Headers(embeddable, guard.Hosts(s.opt.Hosts, embeddable, guarded)))
}

// limits bounds the time that a client may take for an answer, and refuses queries that
// are longer than any is.
func limits(next http.Handler) http.Handler {
	const maxQuery = 4 << 10
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// A connection that has no deadlines is one of HTTP/2, which has its own.
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(answerLimit))
		if len(r.URL.RawQuery) > maxQuery {
			guard.Refuse(w, http.StatusRequestURITooLong, "the query is longer than 4 KiB", "leave out what is not needed")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func notFound(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		guard.Refuse(w, http.StatusMethodNotAllowed, "this server only answers GET and HEAD", "")
		return
	}
	guard.Refuse(w, http.StatusNotFound, "there is nothing here", "the page is at /, a picture at "+picturePath+"svg")
}
