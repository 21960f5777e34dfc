package clustertest

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bacviz/bacviz/cluster"
)

// A Network is an orchestrator whose nodes come and go, and which may fail itself. Its
// methods may be called at any time, by several goroutines at once.
type Network struct {
	URL string

	version string
	mu      sync.Mutex
	list    cluster.List
	wait    time.Duration // before each answer
	garbage bool          // instead of lists
	lists   int           // that were asked for
	server  *http.Server  // nil while the orchestrator is dead
}

// NewNetwork starts an orchestrator of the given version, which has the nodes of a list.
// The caller closes it with Die.
func NewNetwork(version string, list cluster.List) (*Network, error) {
	n := &Network{version: version, list: list, URL: "http://127.0.0.1:0"}
	return n, n.Return()
}

// ServeNetwork starts an orchestrator of the given version, which has the nodes of a list,
// until the test ends.
func ServeNetwork(t testing.TB, version string, list cluster.List) *Network {
	t.Helper()
	n, err := NewNetwork(version, list)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.Die)
	return n
}

// Change calls change with the nodes, and the orchestrator has those that it returns.
func (n *Network) Change(change func([]cluster.Node) []cluster.Node) {
	n.mu.Lock()
	defer n.mu.Unlock()
	nodes := slices.Clone(n.list.Nodes)
	for i := range nodes {
		nodes[i].Sightings = slices.Clone(nodes[i].Sightings)
	}
	n.list.Nodes = change(nodes)
}

// Join adds a node like the first compute node, under that ID, or connects the one that has it.
func (n *Network) Join(id string) {
	n.Change(func(nodes []cluster.Node) []cluster.Node {
		i := slices.IndexFunc(nodes, func(n cluster.Node) bool { return n.Type == cluster.Compute })
		joined := nodes[i]
		nodes = slices.DeleteFunc(nodes, func(n cluster.Node) bool { return n.ID == id })
		joined.ID, joined.Sightings = id, slices.Clone(joined.Sightings)
		return append(nodes, joined)
	})
}

// Leave makes the orchestrator list a node as disconnected, as it does with one that is gone.
func (n *Network) Leave(id string) {
	n.see(id, func(s *cluster.Sighting) { s.Connection, s.DisconnectedSince = cluster.Disconnected, Epoch })
}

// Reject makes the orchestrator refuse a node.
func (n *Network) Reject(id string) {
	n.see(id, func(s *cluster.Sighting) { s.Membership = cluster.Rejected })
}

func (n *Network) see(id string, change func(*cluster.Sighting)) {
	n.Change(func(nodes []cluster.Node) []cluster.Node {
		for i := range nodes {
			for k := range nodes[i].Sightings {
				if nodes[i].ID == id {
					change(&nodes[i].Sightings[k])
				}
			}
		}
		return nodes
	})
}

// Slow makes the orchestrator wait before each answer.
func (n *Network) Slow(wait time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.wait = wait
}

// Rubbish makes the orchestrator answer with something that is no list, or with lists again.
func (n *Network) Rubbish(on bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.garbage = on
}

// Lists returns how many lists were asked for.
func (n *Network) Lists() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.lists
}

// Die ends the orchestrator: its address refuses connections.
func (n *Network) Die() {
	n.mu.Lock()
	server := n.server
	n.server = nil
	n.mu.Unlock()
	if server != nil {
		_ = server.Close()
	}
}

// Return starts the orchestrator at its address, with what it had.
func (n *Network) Return() error {
	var config net.ListenConfig
	listener, err := config.Listen(context.Background(), "tcp", strings.TrimPrefix(n.URL, "http://"))
	if err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.URL = "http://" + listener.Addr().String()
	server := &http.Server{Handler: http.HandlerFunc(n.answer), ReadHeaderTimeout: time.Minute}
	n.server = server
	go func() { _ = server.Serve(listener) }() // until it is closed
	return nil
}

func (n *Network) answer(w http.ResponseWriter, r *http.Request) {
	n.mu.Lock()
	list, wait, garbage := n.list, n.wait, n.garbage
	if r.URL.Path == PathNodes {
		n.lists++
	}
	n.mu.Unlock()
	select {
	case <-time.After(wait):
	case <-r.Context().Done():
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("X-Bacalhau-Git-Version", n.version)
	var body bytes.Buffer
	var err error
	switch {
	case garbage:
		h.Set("Content-Type", "text/html")
		_, err = io.WriteString(&body, "<html>\x1b[2J<b>rubbish</b></html>")
	case r.URL.Path == PathNodes:
		err = WriteList(&body, list, n.version)
	case r.URL.Path == PathAgent:
		err = WriteAgent(&body, list, n.version)
	case r.URL.Path == PathAlive:
		_, err = io.WriteString(&body, `{"Status":"OK"}`)
	default:
		http.NotFound(w, r)
		return
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_, _ = w.Write(body.Bytes()) // the client may have gone
}
