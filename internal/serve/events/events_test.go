package events

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// follow returns what a client gets that has seen the event of that ID, up to the moment.
func follow(t *testing.T, h *Hub, id string) string {
	t.Helper()
	var got bytes.Buffer
	enough := errors.New("enough")
	sent := 0
	err := h.follow(t.Context(), id, time.Millisecond, func(frames ...[]byte) error {
		got.Write(bytes.Join(frames, nil))
		if sent++; bytes.HasPrefix(frames[0], []byte(":")) {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) {
		t.Fatal(err)
	}
	text, _ := strings.CutPrefix(got.String(), "retry: 2000\n\n")
	return strings.TrimSuffix(text, ": still here\n\n")
}

func fill(t *testing.T, h *Hub, from, to uint64, data any) {
	t.Helper()
	for seq := from; seq <= to; seq++ {
		if err := h.Change(seq, data); err != nil {
			t.Fatal(err)
		}
	}
}

// A client that was away for longer than the ring remembers is told to load everything, and one that
// was not gets each event once.
func TestTheRingReplaysWhatItRemembers(t *testing.T) {
	h := NewHub("r")
	fill(t, h, 1, maxEvents+10, 7)
	for _, c := range []struct {
		id     string
		events int
		first  string
	}{
		{"r-1", 0, "reload"}, {"r-9", 0, "reload"}, {"r-10", maxEvents, "change"}, {"r-1000", maxEvents - 990, "change"},
		{fmt.Sprintf("r-%d", maxEvents+10), 0, ""}, {"", 0, ""}, {fmt.Sprintf("r-%d", maxEvents+11), 0, "reload"}, {"s-1000", 0, "reload"},
	} {
		got := follow(t, h, c.id)
		if n := strings.Count(got, "event: change\n"); n != c.events {
			t.Errorf("after %s: %d events, want %d", c.id, n, c.events)
		}
		if c.first != "" && !strings.HasPrefix(got, "id: ") || c.first == "" && got != "" || !strings.Contains(got, c.first) {
			t.Errorf("after %s: %.80s, want %s", c.id, got, c.first)
		}
	}
}

// Large events take the place of more small ones: the ring's memory is bounded.
func TestTheRingIsBoundedInBytes(t *testing.T) {
	h := NewHub("r")
	fill(t, h, 1, 40, strings.Repeat("x", 1<<20))
	if h.bytes > maxBytes || len(h.ring) > 16 || len(h.ring) < 15 {
		t.Errorf("%d events, %d bytes", len(h.ring), h.bytes)
	}
	fill(t, h, 41, 41, strings.Repeat("x", maxBytes))
	if len(h.ring) != 0 || h.bytes != 0 || !strings.Contains(follow(t, h, "r-40"), "event: reload") {
		t.Errorf("an event that is larger than the ring: %d events, %d bytes", len(h.ring), h.bytes)
	}
	fill(t, h, 42, 42, 7)
	if got := follow(t, h, "r-41"); strings.Count(got, "event: change") != 1 {
		t.Errorf("after it: %s", got)
	}
}

// A client that stops reading misses what the ring forgets, and is told so.
func TestASlowClientIsToldToReload(t *testing.T) {
	h := NewHub("r")
	fill(t, h, 1, 1, 7)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var got bytes.Buffer
	err := h.follow(ctx, "r-1", time.Millisecond, func(frames ...[]byte) error {
		if got.Len() == 0 { // while the first send takes its time
			fill(t, h, 2, maxEvents+100, 7)
		} else {
			cancel()
		}
		got.Write(bytes.Join(frames, nil))
		return ctx.Err()
	})
	if !errors.Is(err, context.Canceled) || strings.Contains(got.String(), "event: change") || !strings.Contains(got.String(), fmt.Sprintf(`event: reload
data: {"seq":%d}`, maxEvents+100)) {
		t.Errorf("%v: %s", err, got.String())
	}
}
