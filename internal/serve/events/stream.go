package events

import (
	"net/http"
	"time"
)

const (
	pingEvery = 15 * time.Second
	sendLimit = 10 * time.Second // for a client to take what it is sent
)

// ServeHTTP streams events until the client leaves or the hub ends. They begin after the
// one that the header Last-Event-ID names, or else the parameter from.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	out := http.NewResponseController(w)
	id := r.Header.Get("Last-Event-ID")
	if id == "" {
		id = r.URL.Query().Get("from")
	}
	header := w.Header()
	header.Set("Content-Type", "text/event-stream; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no") // nginx would keep events back
	if r.Method == http.MethodHead {
		return
	}
	// The deadline for reading the request would end the stream.
	if err := out.SetReadDeadline(time.Time{}); err != nil {
		http.Error(w, "streams are not possible here", http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusOK)
	// An error is that of a client that has gone, or of one that took too long.
	_ = h.follow(r.Context(), id, pingEvery, func(frames ...[]byte) error {
		if err := out.SetWriteDeadline(time.Now().Add(sendLimit)); err != nil {
			return err
		}
		for _, f := range frames {
			if _, err := w.Write(f); err != nil {
				return err
			}
		}
		return out.Flush()
	})
}
