// Package noderecord reads and writes a node as it is in the documents of bacviz:
// a snapshot lists all nodes in this form, a diff those that were added or removed.
package noderecord

import (
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/jsondoc"
)

// record is a node in a document.
type record struct {
	ID         string            `json:"id"`
	Type       string            `json:"type"`
	Version    string            `json:"version"`
	Labels     map[string]string `json:"labels"`
	Engines    []string          `json:"engines"`
	Publishers []string          `json:"publishers"`
	Storage    []string          `json:"storage"`
	Capacity   resources         `json:"capacity"`
	Load       *load             `json:"load"`
	Seen       sightings         `json:"seen"`
}

// resources are amounts that do not change by themselves.
type resources struct {
	CPU    jsondoc.Amount `json:"cpu"`
	Memory uint64         `json:"memory"`
	GPU    jsondoc.Count  `json:"gpu"`
}

func (r *resources) model() cluster.Resources {
	return cluster.Resources{CPU: float64(r.CPU), Memory: r.Memory, GPU: uint64(r.GPU)}
}

// load is what changes by itself.
type load struct {
	Running  jsondoc.Count `json:"running"`
	Enqueued jsondoc.Count `json:"enqueued"`
	Disk     uint64        `json:"disk"`
	Free     loadResources `json:"free"`
	Queued   loadResources `json:"queued"`
}

type loadResources struct {
	resources
	Disk uint64 `json:"disk"`
}

func (r *loadResources) model() cluster.Resources {
	all := r.resources.model()
	all.Disk = r.Disk
	return all
}

// sighting is what one orchestrator says of the node.
type sighting struct {
	By           *string            `json:"by"`
	Connection   cluster.Connection `json:"connection"`
	Membership   cluster.Membership `json:"membership"`
	Heartbeat    time.Time          `json:"heartbeat"`
	Connected    time.Time          `json:"connected"`
	Disconnected time.Time          `json:"disconnected"`
}

type sightings []cluster.Sighting

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (all *sightings) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	var s sighting
	return jsondoc.ReadList(dec, func(offset int64) error {
		s = sighting{}
		if err := json.UnmarshalDecode(dec, &s); err != nil {
			return err
		}
		if s.By == nil {
			return jsondoc.Errorf(offset, `a sighting without "by"`)
		}
		*all = append(*all, cluster.Sighting{
			Orchestrator: *s.By, Connection: s.Connection, Membership: s.Membership,
			LastHeartbeat: s.Heartbeat.UTC(), ConnectedSince: s.Connected.UTC(), DisconnectedSince: s.Disconnected.UTC(),
		})
		return nil
	})
}

// Nodes is the field of a document that lists nodes. Each has an ID, and at most
// one sighting by each orchestrator, in their order.
type Nodes struct {
	Most    int  // how many there may be; 0 means any number
	Given   bool // whether the document has the field
	TooMany bool // whether reading ended because there are more

	All     []cluster.Node
	Offsets []int64 // of each in the document
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (n *Nodes) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	var r record
	shared := wordLists{}
	n.Given = true
	return jsondoc.ReadList(dec, func(offset int64) error {
		if n.Most > 0 && len(n.All) >= n.Most {
			n.TooMany = true
			return jsondoc.Errorf(offset, "more than %d nodes", n.Most)
		}
		// The lists of the node before are read over: the model has others.
		r = record{Engines: r.Engines[:0], Publishers: r.Publishers[:0], Storage: r.Storage[:0], Seen: r.Seen[:0]}
		if err := json.UnmarshalDecode(dec, &r); err != nil {
			return err
		}
		node := r.model(shared)
		if err := check(&node, offset); err != nil {
			return err
		}
		n.All, n.Offsets = append(n.All, node), append(n.Offsets, offset)
		return nil
	})
}

// model returns the node with its lists sorted.
func (r *record) model(shared wordLists) cluster.Node {
	n := cluster.Node{
		ID: r.ID, Type: cluster.Type(r.Type), Version: r.Version, Labels: r.Labels,
		Engines: shared.sorted(r.Engines), Publishers: shared.sorted(r.Publishers), Storage: shared.sorted(r.Storage),
		Max: r.Capacity.model(), LoadUnknown: r.Load == nil, Sightings: append([]cluster.Sighting(nil), r.Seen...),
	}
	if l := r.Load; l != nil {
		n.Running, n.Enqueued = int(l.Running), int(l.Enqueued)
		n.Max.Disk, n.Available, n.Queued = l.Disk, l.Free.model(), l.Queued.model()
	}
	slices.SortFunc(n.Sightings, func(a, b cluster.Sighting) int { return strings.Compare(a.Orchestrator, b.Orchestrator) })
	return n
}

// wordLists holds one copy of each list of words, as most nodes have the same.
type wordLists map[string][]string

// sorted returns the words in order, each once, in a slice of their own.
func (all wordLists) sorted(words []string) []string {
	if len(words) == 0 {
		return nil
	}
	slices.Sort(words)
	words = slices.Compact(words)
	var key [128]byte
	joined := key[:0]
	for _, w := range words {
		joined = append(append(joined, w...), 0xff) // which is not in UTF-8
	}
	list, ok := all[string(joined)]
	if !ok {
		const most = 1024
		list = slices.Clone(words)
		if len(all) < most {
			all[string(joined)] = list
		}
	}
	return list
}

// check returns an error for a node at an offset that no other program would write.
func check(n *cluster.Node, offset int64) error {
	if n.ID == "" {
		return jsondoc.Errorf(offset, `a node without "id"`)
	}
	if len(n.ID) > cluster.MaxID {
		return jsondoc.Errorf(offset, "the ID of a node is longer than %s", display.Bytes(cluster.MaxID))
	}
	for key, value := range n.Labels {
		if len(key) > cluster.MaxText || len(value) > cluster.MaxText {
			return jsondoc.Errorf(offset, "a label of node %s is longer than %s", display.Quote(n.ID), display.Bytes(cluster.MaxText))
		}
	}
	for _, words := range [][]string{{string(n.Type), n.Version}, n.Engines, n.Publishers, n.Storage} {
		for _, word := range words {
			if len(word) > cluster.MaxText {
				return jsondoc.Errorf(offset, "a text of node %s is longer than %s", display.Quote(n.ID), display.Bytes(cluster.MaxText))
			}
		}
	}
	for i := 1; i < len(n.Sightings); i++ {
		if by := n.Sightings[i].Orchestrator; by == n.Sightings[i-1].Orchestrator {
			return jsondoc.Errorf(offset, "node %s is seen by %s twice", display.Quote(n.ID), display.Quote(by))
		}
	}
	return nil
}
