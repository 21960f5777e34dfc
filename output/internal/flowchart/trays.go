package flowchart

// This file puts many nodes into trays: in one column they would be too tall to read, and
// their edges would be a fan.

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bacviz/bacviz/diagram"
)

// A Tray is nodes of one group with the same hubs. They stand in rows in a subgraph, which
// each hub has one edge to.
type Tray struct {
	Nodes []int
	Title string // "" if the nodes are all of their group, whose subgraph it is
	Near  int    // of its nodes, if they have no hub
}

// leastTray is the least number of nodes that make a row.
const leastTray = 2

// gather puts nodes into trays if there are too many for one column. A job has an edge to
// each of its nodes, which a tray would hide.
func (f *Chart) gather(column int) {
	hubs := make([][]Edge, len(f.Nodes)) // the edges that lead to a node
	for _, e := range f.Edges {
		if e.Run != nil {
			return
		}
		if !f.Nodes[e.To].Hub {
			hubs[e.To] = append(hubs[e.To], e)
		}
	}
	buckets := make(map[string][]int)
	var order []string
	members := make(map[string]int) // of a group
	others := 0
	for i := range f.Nodes {
		n := &f.Nodes[i]
		if n.Hub {
			continue
		}
		others++
		group := strings.Join(n.Group, "\x00")
		members[group]++
		key := group + "\x01" + trayKey(hubs[i], n.Near)
		if buckets[key] == nil {
			order = append(order, key)
		}
		buckets[key] = append(buckets[key], i)
	}
	if others <= column {
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
	f.Edges = slices.DeleteFunc(f.Edges, func(e Edge) bool { return e.Tray == 0 && f.Nodes[e.To].Tray > 0 })
}

// trayKey returns what the nodes of a tray have in common, besides their group: where the
// edges come from that lead to them, or whether they are near a hub.
func trayKey(edges []Edge, near int) string {
	if len(edges) == 0 {
		return fmt.Sprint("near ", near)
	}
	var all []string
	for _, e := range edges {
		all = append(all, fmt.Sprint(e.From, e.Removed))
	}
	return strings.Join(all, ",")
}

// addTray adds a tray, and an edge to it for each that leads to one of its nodes.
func (f *Chart) addTray(nodes []int, edges []Edge, own bool) {
	t := Tray{Nodes: nodes, Near: f.Nodes[nodes[0]].Near}
	number := len(f.Trays) + 1
	switch {
	case own:
	case len(edges) > 0 && edges[0].Removed:
		t.Title = strconv.Itoa(len(nodes)) + " " + diagram.Removed.String()
	case len(edges) > 0:
		t.Title = diagram.ConnectedOf(len(nodes), 0, len(nodes))
	case t.Near > 0:
		t.Title = diagram.NotConnected
	default:
		t.Title = diagram.OtherRequesters
	}
	for _, i := range nodes {
		n := &f.Nodes[i]
		n.Tray = number
		if t.Title != "" {
			n.Group = append(slices.Clone(n.Group), fmt.Sprintf("%s\x00%d", t.Title, number))
		}
	}
	for _, e := range edges {
		f.Edges = append(f.Edges, Edge{From: e.From, Tray: number, Removed: e.Removed})
	}
	f.Trays = append(f.Trays, t)
}

// GroupTitle returns the title of a group. That of a tray has its number behind it, to tell
// it from others with the same title.
func GroupTitle(name string) string {
	name, _, _ = strings.Cut(name, "\x00")
	return name
}
