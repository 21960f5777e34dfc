// Package events keeps what happened, and streams it to clients as Server-Sent Events.
//
// Events come in with sequence numbers that grow by one. A stream has no queue of its own:
// it knows the number that it has sent, and takes what is after that from a ring that all
// streams share. So nothing is sent twice or left out, and a slow client costs no memory;
// one that is too far behind is told to load everything again.
package events

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Limits of a [Hub].
const (
	maxEvents = 1024     // kept for clients that come back
	maxBytes  = 16 << 20 // of these
)

// Retry is how long a browser waits before it connects again.
const Retry = 2 * time.Second

// A Hub keeps the latest events. Its methods may be called by several goroutines at once.
type Hub struct {
	epoch string // different for each start of the server

	mu     sync.Mutex
	ring   []event // oldest first, with consecutive numbers
	bytes  int
	last   uint64        // the number of the newest event, whether it is kept or not
	status []byte        // the newest status, as it is sent; nil if there is none yet
	states uint64        // how many there were
	wake   chan struct{} // closed with the next event or status
	ended  bool
}

// An event is a change, as it is sent.
type event struct {
	seq   uint64
	frame []byte
}

// NewHub returns a hub without events. Its epoch, which names the start of the server, must not contain a dash.
func NewHub(epoch string) *Hub {
	return &Hub{epoch: epoch, wake: make(chan struct{})}
}

// ID returns the ID of the event with that number.
func (h *Hub) ID(seq uint64) string { return h.epoch + "-" + strconv.FormatUint(seq, 10) }

// seqOf returns the number in an ID of this epoch.
func (h *Hub) seqOf(id string) (seq uint64, ok bool) {
	epoch, number, found := strings.Cut(id, "-")
	if !found || epoch != h.epoch {
		return 0, false
	}
	seq, err := strconv.ParseUint(number, 10, 64)
	return seq, err == nil
}

// Change adds the event of a change. Its number must follow that of the one before.
func (h *Hub) Change(seq uint64, data any) error {
	text, err := json.Marshal(data) // on one line, and with every < escaped
	if err != nil {
		return err
	}
	e := event{seq, frame("change", h.ID(seq), text)}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ring, h.bytes, h.last = append(h.ring, e), h.bytes+len(e.frame), seq
	drop := 0
	for len(h.ring)-drop > maxEvents || h.bytes > maxBytes {
		h.bytes -= len(h.ring[drop].frame)
		drop++
	}
	h.ring = slices.Delete(h.ring, 0, drop)
	h.wakeAll()
	return nil
}

// Status replaces the status, which every stream sends.
func (h *Hub) Status(data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.status, h.states = frame("status", "", text), h.states+1
	h.wakeAll()
	return nil
}

// End makes all streams say goodbye and end.
func (h *Hub) End() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.ended {
		h.ended = true
		h.wakeAll()
	}
}

func (h *Hub) wakeAll() {
	close(h.wake)
	h.wake = make(chan struct{})
}

// frame returns an event as it is sent. The data has no line breaks.
func frame(name, id string, data []byte) []byte {
	var b []byte
	if id != "" {
		b = fmt.Appendf(b, "id: %s\n", id)
	}
	return fmt.Appendf(b, "event: %s\ndata: %s\n\n", name, data)
}

// A place is how far a stream is.
type place struct {
	seq    uint64
	states uint64
}

// start returns where a client begins that has seen the event of that ID, or now if the ID
// is empty. It reports false if the events after that are not known any more.
func (h *Hub) start(id string) (place, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if id == "" {
		return place{seq: h.last}, true
	}
	seq, ok := h.seqOf(id)
	if !ok || seq > h.last || !h.keeps(seq) {
		return place{seq: h.last}, false
	}
	return place{seq: seq}, true
}

// keeps reports whether all events after that number are in the ring.
func (h *Hub) keeps(seq uint64) bool {
	return seq >= h.last || len(h.ring) > 0 && h.ring[0].seq <= seq+1
}

// next returns what a stream at p has to send, and moves p on. If that is nothing, wake is
// closed when there may be something.
func (h *Hub) next(p *place) (frames [][]byte, wake <-chan struct{}, ended bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case !h.keeps(p.seq):
		frames = append(frames, h.reload())
	case p.seq < h.last:
		for _, e := range h.ring[p.seq+1-h.ring[0].seq:] {
			frames = append(frames, e.frame)
		}
	}
	p.seq = h.last
	if p.states != h.states {
		frames, p.states = append(frames, h.status), h.states
	}
	return frames, h.wake, h.ended
}

// reload is the event of a client that has missed something. Its ID is that of the newest
// event, so that the client does not miss it again.
func (h *Hub) reload() []byte {
	return frame("reload", h.ID(h.last), fmt.Appendf(nil, `{"seq":%d}`, h.last))
}

// follow sends what happens after the event of that ID, until ctx or the hub ends or a send fails.
// Pings are sent that often, so that a connection that is lost is noticed.
func (h *Hub) follow(ctx context.Context, id string, ping time.Duration, send func(...[]byte) error) error {
	p, known := h.start(id)
	first := [][]byte{fmt.Appendf(nil, "retry: %d\n\n", Retry.Milliseconds())}
	if !known {
		h.mu.Lock()
		first = append(first, h.reload())
		p.seq = h.last
		h.mu.Unlock()
	}
	if err := send(first...); err != nil {
		return err
	}
	tick := time.NewTicker(ping)
	defer tick.Stop()
	for {
		frames, wake, ended := h.next(&p)
		if ended {
			frames = append(frames, frame("bye", "", []byte("{}")))
		}
		if len(frames) > 0 {
			if err := send(frames...); err != nil || ended {
				return err
			}
			continue
		}
		select {
		case <-wake:
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
			if err := send([]byte(": still here\n\n")); err != nil {
				return err
			}
		}
	}
}
