package serve

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bacviz/bacviz/cluster/history"
	"github.com/bacviz/bacviz/cluster/snapshot"
	"github.com/bacviz/bacviz/diff"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/serve/guard"
	"github.com/bacviz/bacviz/output"
)

// picturePath and chartPath begin the paths of pictures and charts, which end with a format.
const (
	picturePath = "/topology."
	chartPath   = "/chart."
)

// contentTypes are those of the formats of package output. All but the images are text.
var contentTypes = map[string]string{
	"svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg", "pdf": "application/pdf", "eps": "application/postscript",
	"html": "text/html; charset=utf-8", "csv": "text/csv; charset=utf-8", "json": "application/json", "cyjs": "application/json", "gexf": "application/xml", "drawio": "application/xml", PageData: "application/json",
}

func healthz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	_, _ = io.WriteString(w, "ok\n") // the client may have gone
}

// readyz says whether there is a network to show.
func (s *server) readyz(w http.ResponseWriter, r *http.Request) {
	if v := s.keeper.view.Load(); v.Seq == 0 {
		s.refuse(w, r, notReady(v))
		return
	}
	healthz(w, r)
}

func notReady(v *View) *Error {
	return &Error{http.StatusServiceUnavailable, "no source has answered yet", display.OneLine(v.trouble())}
}

// page shows the page, or a page that waits for the first answer.
func (s *server) page(w http.ResponseWriter, r *http.Request) {
	if v := s.keeper.view.Load(); v.Seq == 0 {
		waitingPage(w, v)
		return
	}
	s.draw(w, r, Request{Format: "html"}, true)
}

func (s *server) pageData(w http.ResponseWriter, r *http.Request) {
	s.draw(w, r, Request{Format: PageData}, true)
}

// picture shows a picture in the format that the path names.
func (s *server) picture(w http.ResponseWriter, r *http.Request) {
	if format, isChart := strings.CutPrefix(r.URL.Path, chartPath); isChart && slices.Contains(s.opt.Charts, format) {
		s.draw(w, r, Request{Format: format, Chart: true}, false)
		return
	}
	name, isPicture := strings.CutPrefix(r.URL.Path, picturePath)
	if !isPicture {
		notFound(w, r)
		return
	}
	format, err := output.FormatOf("topology." + name)
	if err != nil {
		s.refuse(w, r, &Error{http.StatusNotFound, err.Error(), ""})
		return
	}
	s.draw(w, r, Request{Format: format}, false)
}

// draw answers with a picture, or with a page or its data.
func (s *server) draw(w http.ResponseWriter, r *http.Request, req Request, isPage bool) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		s.refuse(w, r, &Error{http.StatusBadRequest, "the query of the address is not valid", "write special characters as %XX"})
		return
	}
	v := s.keeper.view.Load()
	at, past, err := s.timeOf(v, query.Get("at"), "at")
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	query.Del("at")
	format := req.Format
	req.Query = query
	if isPage {
		if req.Live = s.live(v); past {
			req.Live.Seq, req.Live.Revision, req.Live.At, req.Live.Past = 0, 0, at.UTC(), true
			req.Live.Events = "api/events" // whose page is open already
		}
	}
	k := key{fmt.Sprint(req.Chart, " ", format, "?", query.Encode()), strconv.FormatUint(v.Revision, 10)}
	if past {
		k = key{request: "at " + stamp(at) + " " + k.request}
	}
	contentType := cmp.Or(contentTypes[format], "text/plain; charset=utf-8")
	isPacked := output.Binary(format) && format != "eps"
	maker := s.pictures
	if isPage {
		maker = s.pages
	}
	d, err := maker.get(r.Context(), order{k, guard.Client(r), !isPacked, func(ctx context.Context) ([]byte, error) {
		if past {
			var err error
			if v, err = s.pastView(ctx, at); err != nil {
				return nil, err
			}
		}
		req.Snapshot, req.Note = &v.Snapshot, v.Note
		return s.opt.Draw(ctx, req)
	}})
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	if format == "svg" { // it has styles of its own, and may be opened as a page
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:")
	}
	s.send(w, r, contentType, d)
}

// live returns what a page needs of the server. Its events are those after the view, so that
// nothing is missed in between.
func (s *server) live(v *View) *output.Live {
	return &output.Live{
		Events: "api/events?from=" + url.QueryEscape(s.hub.ID(v.Seq)), Page: "api/page", History: "api/history", Changes: "api/changes",
		Seq: v.Seq, Revision: v.Revision, At: v.At.UTC(),
	}
}

// send answers with bytes, or with nothing if the client has them.
func (s *server) send(w http.ResponseWriter, r *http.Request, contentType string, d *drawn) {
	h := w.Header()
	h.Set("ETag", d.tag)
	h.Set("Cache-Control", "no-cache") // which is: ask whether there is a newer one
	if s.opt.Token != nil {
		h.Set("Cache-Control", "private, no-cache")
	}
	h.Set("Vary", "Accept-Encoding")
	if matches(r.Header.Get("If-None-Match"), d.tag) {
		h.Del("Last-Modified")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := d.data
	if d.packed != nil && acceptsGzip(r.Header.Get("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		body = d.packed
	}
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client may have gone
	}
}

// matches reports whether a header If-None-Match has a tag.
func matches(header, tag string) bool {
	for one := range strings.SplitSeq(header, ",") {
		if one = strings.TrimSpace(one); one == "*" || strings.TrimPrefix(one, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}

// acceptsGzip reports whether a header Accept-Encoding allows gzip.
func acceptsGzip(header string) bool {
	for one := range strings.SplitSeq(header, ",") {
		name, weight, weighed := strings.Cut(one, ";")
		if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
			continue
		}
		q, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(weight), "q="), 64)
		return !weighed || err != nil || q > 0
	}
	return false
}

// timeOf reads the time that a parameter names, and reports whether that is before the newest
// view. It returns an error if there is no view of that time.
func (s *server) timeOf(v *View, text, parameter string) (at time.Time, past bool, err error) {
	if text != "" {
		if at, err = time.Parse(time.RFC3339, text); err != nil {
			return at, false, &Error{http.StatusBadRequest, fmt.Sprintf("%s=%s is not a time", parameter, display.Excerpt(text)), "write it like 2026-11-30T09:30:00Z"}
		}
	}
	switch past = text != "" && (v.Seq == 0 || at.Before(v.At)); {
	case past && s.opt.History == nil:
		return at, past, &Error{http.StatusNotFound, "this server keeps no history", "start it with --history FILE"}
	case !past && v.Seq == 0:
		return at, past, notReady(v)
	}
	return at, past, nil
}

// pastView returns the view of an earlier time.
func (s *server) pastView(ctx context.Context, at time.Time) (*View, error) {
	snap, err := s.opt.History.Snapshot(ctx, at)
	switch {
	case errors.Is(err, history.ErrEarlier), errors.Is(err, history.ErrEmpty):
		return nil, &Error{http.StatusNotFound, "nothing is known of the network at " + stamp(at), "api/history lists the times that are known"}
	case err != nil:
		return nil, fmt.Errorf("reading the history: %w", err)
	}
	if s.opt.Redact != nil {
		if snap, err = s.opt.Redact(ctx, snap); err != nil {
			return nil, err
		}
	}
	return &View{At: at, Changed: at, Snapshot: snap}, nil
}

// viewAt returns the view of the time that a parameter names, or the newest one if it is empty.
func (s *server) viewAt(ctx context.Context, text, parameter string) (*View, error) {
	v := s.keeper.view.Load()
	at, past, err := s.timeOf(v, text, parameter)
	if err != nil || !past {
		return v, err
	}
	return s.pastView(ctx, at)
}

// snapshot answers with the network as a document.
func (s *server) snapshot(w http.ResponseWriter, r *http.Request) {
	taken := stamp(s.keeper.view.Load().At) // which the document has
	s.document(w, r, taken, []string{"at"}, func(ctx context.Context, query url.Values, b *bytes.Buffer) error {
		v, err := s.viewAt(ctx, query.Get("at"), "at")
		if err != nil {
			return err
		}
		snap := v.Snapshot
		snap.Taken = v.At.UTC().Truncate(time.Second)
		return snapshot.Write(ctx, b, snap, snapshot.WriteOptions{Load: true})
	})
}

// changes answers with what has changed between two times.
func (s *server) changes(w http.ResponseWriter, r *http.Request) {
	s.document(w, r, s.revision(), []string{"since", "until"}, func(ctx context.Context, query url.Values, b *bytes.Buffer) error {
		if query.Get("since") == "" {
			return &Error{http.StatusBadRequest, "api/changes needs since=TIME", "write it like since=2026-11-30T09:30:00Z"}
		}
		before, err := s.viewAt(ctx, query.Get("since"), "since")
		if err != nil {
			return err
		}
		after, err := s.viewAt(ctx, query.Get("until"), "until")
		if err != nil {
			return err
		}
		d, err := diff.Compare(ctx, before.Snapshot, after.Snapshot, diff.Options{})
		if err != nil {
			return err
		}
		return d.WriteJSON(ctx, b)
	})
}

// history answers with the moments at which the network changed.
func (s *server) history(w http.ResponseWriter, r *http.Request) {
	s.document(w, r, s.revision(), []string{"from", "to"}, func(ctx context.Context, query url.Values, b *bytes.Buffer) error {
		bounds := [2]time.Time{}
		for i, name := range []string{"from", "to"} {
			text := query.Get(name)
			if text == "" {
				continue
			}
			var err error
			if bounds[i], err = time.Parse(time.RFC3339, text); err != nil {
				return &Error{http.StatusBadRequest, fmt.Sprintf("%s=%s is not a time", name, display.Excerpt(text)), "write it like 2026-11-30T09:30:00Z"}
			}
		}
		return s.writeMoments(ctx, bounds[0], bounds[1], b)
	})
}

// maxMoments is how many moments an answer has: the newest. A page could not show more.
const maxMoments = 10_000

func (s *server) writeMoments(ctx context.Context, from, to time.Time, b *bytes.Buffer) error {
	type moment struct {
		At  string `json:"at"`
		Seq uint64 `json:"seq"`
		count
	}
	all := struct {
		From    string   `json:"from,omitempty"`
		To      string   `json:"to,omitempty"`
		Moments []moment `json:"moments"`
	}{Moments: []moment{}}
	if s.opt.History != nil {
		found, err := s.opt.History.Moments(ctx, from, to)
		if err != nil {
			return fmt.Errorf("reading the history: %w", err)
		}
		for _, m := range found[max(0, len(found)-maxMoments):] {
			all.Moments = append(all.Moments, moment{stamp(m.At), m.Seq, count{m.Joined, m.Left, m.Changed}})
		}
	}
	if n := len(all.Moments); n > 0 {
		all.From, all.To = all.Moments[0].At, all.Moments[n-1].At
	}
	return json.NewEncoder(b).Encode(all)
}

// revision names the newest view, whose documents stay the same until there is another one.
func (s *server) revision() string { return strconv.FormatUint(s.keeper.view.Load().Revision, 10) }

// document answers with a JSON document that takes these parameters. It is the same as long
// as the state is.
func (s *server) document(w http.ResponseWriter, r *http.Request, state string, parameters []string, write func(context.Context, url.Values, *bytes.Buffer) error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err == nil {
		err = onlyKnown(query, parameters)
	}
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	// What is asked for once is made once: documents are drawn as pictures are.
	k := key{r.URL.Path + "?" + query.Encode(), state}
	d, err := s.pages.get(r.Context(), order{k, guard.Client(r), true, func(ctx context.Context) ([]byte, error) {
		var b bytes.Buffer
		err := write(ctx, query, &b)
		return b.Bytes(), err
	}})
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	s.send(w, r, "application/json", d)
}

// onlyKnown refuses a query with other parameters.
func onlyKnown(query url.Values, parameters []string) error {
	for name := range query {
		known := false
		for _, p := range parameters {
			known = known || p == name
		}
		if !known {
			return &Error{http.StatusBadRequest, "unknown parameter " + display.Quote(display.Excerpt(name)), "it takes " + strings.Join(parameters, ", ")}
		}
	}
	return nil
}

// refuse answers with an error. What is none of the client's business is logged, not told.
func (s *server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	var known *Error
	switch {
	case errors.As(err, &known):
		if known.Status == http.StatusServiceUnavailable {
			w.Header().Set("Retry-After", "2")
		}
		guard.Refuse(w, known.Status, known.Message, known.Hint)
	case r.Context().Err() != nil: // nobody waits for the answer
	case errors.Is(err, errBusy), errors.Is(err, context.Canceled):
		w.Header().Set("Retry-After", "2")
		guard.Refuse(w, http.StatusServiceUnavailable, "too much is being drawn", "ask again in a few seconds")
	case errors.Is(err, errGreedy):
		w.Header().Set("Retry-After", "2")
		guard.Refuse(w, http.StatusTooManyRequests, fmt.Sprintf("%d pictures are being drawn for this address", maxPerClient), "ask again when they are done")
	case errors.Is(err, context.DeadlineExceeded):
		w.Header().Set("Retry-After", "30") // the server may be less busy then
		guard.Refuse(w, http.StatusServiceUnavailable, fmt.Sprintf("the picture takes longer than %s", display.Limit(drawLimit)), "choose fewer nodes with select, or engine=rings")
	default:
		s.opt.log("%s: %s", display.Excerpt(r.URL.RequestURI()), display.Excerpt(err.Error()))
		guard.Refuse(w, http.StatusInternalServerError, "the answer could not be made", "the server's log says why")
	}
}

// waitingPage is shown until a source has answered. It looks again by itself.
func waitingPage(w http.ResponseWriter, v *View) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'self'")
	h.Set("Retry-After", "2")
	w.WriteHeader(http.StatusServiceUnavailable)
	// The client may have gone.
	_, _ = fmt.Fprintf(w, `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="2"><title>bacviz</title></head>
<body><main><h1>Waiting for the first answer</h1><p>%s</p></main></body></html>
`, html.EscapeString(display.OneLine(v.trouble())))
}
