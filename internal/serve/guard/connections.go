package guard

import (
	"container/list"
	"net"
	"net/http"
	"sync"
)

// Connections bounds the connections of a server. Its Track is the server's ConnState.
// Where there are too many, the one that has been idle, or silent since it was opened, for
// longest is closed; one that is at work never is. If all are at work, the new one is.
type Connections struct {
	Most int

	mu   sync.Mutex
	all  map[net.Conn]*list.Element // nil for those at work
	idle *list.List                 // of net.Conn, the longest first
}

// Track notes that a connection has another state.
func (c *Connections) Track(conn net.Conn, state http.ConnState) {
	if over := c.note(conn, state); over != nil {
		over.Close() // its client has to come again
	}
}

// note returns the connection to close, if there is one too many.
func (c *Connections) note(conn net.Conn, state http.ConnState) (over net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all == nil {
		c.all, c.idle = map[net.Conn]*list.Element{}, list.New()
	}
	if had := c.all[conn]; had != nil {
		c.idle.Remove(had)
	}
	switch state {
	case http.StateNew, http.StateIdle:
		c.all[conn] = c.idle.PushBack(conn)
	case http.StateActive:
		c.all[conn] = nil
	case http.StateHijacked, http.StateClosed:
		delete(c.all, conn)
	}
	if state != http.StateNew || len(c.all) <= c.Most {
		return nil
	}
	first := c.idle.Front() // there is one: conn itself
	over, _ = c.idle.Remove(first).(net.Conn)
	delete(c.all, over)
	return over
}

// Len returns the number of open connections.
func (c *Connections) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.all)
}

// Streams bounds the streams that are open at a time.
type Streams struct {
	Most    int // of all clients
	PerPeer int // of one address

	mu    sync.Mutex
	total int
	peers map[string]int
}

// Bound lets a request pass as long as neither limit is reached.
func (s *Streams) Bound(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		peer := Client(r)
		if !s.enter(peer) {
			w.Header().Set("Retry-After", "10")
			Refuse(w, http.StatusTooManyRequests, "too many streams are open", "close some pages, or ask again later")
			return
		}
		defer s.leave(peer)
		next.ServeHTTP(w, r)
	})
}

func (s *Streams) enter(peer string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.peers == nil {
		s.peers = map[string]int{}
	}
	if s.total >= s.Most || s.peers[peer] >= s.PerPeer {
		return false
	}
	s.total++
	s.peers[peer]++
	return true
}

func (s *Streams) leave(peer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total--
	if s.peers[peer]--; s.peers[peer] == 0 {
		delete(s.peers, peer)
	}
}

// Len returns the number of open streams.
func (s *Streams) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.total
}
