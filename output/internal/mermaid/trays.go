package mermaid

// This file puts many nodes into trays: in one column they would be too tall to read, and
// their edges would be a fan.

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/bacviz/bacviz/diagram"
)

// A tray is nodes of one group with the same hubs. They stand in rows in a subgraph, which
// each hub has one edge to.
type tray struct {
	nodes []int
	title string // "" if the nodes are all of their group, whose subgraph it is
	near  int    // of its nodes, if they have no hub
	id    string // of the subgraph, once that is written
}

const (
	oneColumn  = 16 // nodes that one column has room for: about 1,500 pixels
	leastTray  = 2  // nodes that make a row
	maxColumns = 6  // as wide as the text of a Markdown page can show in 10 pixels
)

// gather puts nodes into trays if there are too many for one column. A job has an edge to
// each of its nodes, which a tray would hide.
func (f *flowchart) gather() {
	hubs := make([][]flowEdge, len(f.nodes)) // the edges that lead to a node
	for _, e := range f.edges {
		if e.run != nil {
			return
		}
		if !f.nodes[e.to].hub {
			hubs[e.to] = append(hubs[e.to], e)
		}
	}
	buckets := make(map[string][]int)
	var order []string
	members := make(map[string]int) // of a group
	others := 0
	for i := range f.nodes {
		n := &f.nodes[i]
		if n.hub {
			continue
		}
		others++
		group := strings.Join(n.group, "\x00")
		members[group]++
		key := group + "\x01" + trayKey(hubs[i], n.near)
		if buckets[key] == nil {
			order = append(order, key)
		}
		buckets[key] = append(buckets[key], i)
	}
	if others <= oneColumn {
		return
	}
	for _, key := range order {
		nodes := buckets[key]
		group, _, _ := strings.Cut(key, "\x01")
		own := group != "" && members[group] == len(nodes)
		if len(nodes) >= leastTray {
			f.addTray(nodes, hubs[nodes[0]], own)
		}
	}
	f.edges = slices.DeleteFunc(f.edges, func(e flowEdge) bool { return e.tray == 0 && f.nodes[e.to].tray > 0 })
}

// trayKey returns what the nodes of a tray have in common, besides their group: where the
// edges come from that lead to them, or whether they are near a hub.
func trayKey(edges []flowEdge, near int) string {
	if len(edges) == 0 {
		return fmt.Sprint("near ", near)
	}
	var all []string
	for _, e := range edges {
		all = append(all, fmt.Sprint(e.from, e.removed))
	}
	return strings.Join(all, ",")
}

// addTray adds a tray, and an edge to it for each that leads to one of its nodes.
func (f *flowchart) addTray(nodes []int, edges []flowEdge, own bool) {
	t := tray{nodes: nodes, near: f.nodes[nodes[0]].near}
	number := len(f.trays) + 1
	switch {
	case own:
	case len(edges) > 0 && edges[0].removed:
		t.title = strconv.Itoa(len(nodes)) + " " + diagram.Removed.String()
	case len(edges) > 0:
		t.title = diagram.ConnectedOf(len(nodes), 0, len(nodes))
	case t.near > 0:
		t.title = diagram.NotConnected
	default:
		t.title = diagram.OtherRequesters
	}
	for _, i := range nodes {
		n := &f.nodes[i]
		n.tray = number
		if t.title != "" {
			n.group = append(slices.Clone(n.group), fmt.Sprintf("%s\x00%d", t.title, number))
		}
	}
	for _, e := range edges {
		f.edges = append(f.edges, flowEdge{from: e.from, tray: number, removed: e.removed})
	}
	f.trays = append(f.trays, t)
}

// rows returns hidden edges that put the nodes of a tray into rows. Trays stand one below
// the other, and a node is twice as wide as it is high.
func (f *flowchart) rows(t *tray) (hidden []flowEdge) {
	columns := min(maxColumns, max(3, int(math.Ceil(math.Sqrt(float64(len(f.nodes))/2)))))
	for i := range t.nodes[1:] {
		if (i+1)%columns != 0 {
			hidden = append(hidden, flowEdge{from: t.nodes[i], to: t.nodes[i+1], hidden: true})
		}
	}
	return hidden
}

// title returns the title of a subgraph. That of a tray has its number behind it, to tell
// it from others with the same title.
func title(name string) string {
	name, _, _ = strings.Cut(name, "\x00")
	return name
}
