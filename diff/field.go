package diff

import (
	"slices"
	"strconv"
	"time"

	"github.com/bacviz/bacviz/cluster"
)

// A field is a part of a node that can change. Changes are in the order of the
// table below.
type field struct {
	name string
	kind kind
	load bool // part of the load, which changes all the time

	// get and set are for a field of a node. If the values cannot be compared with
	// ==, or if that is slow, equal compares those of two nodes.
	get   func(*cluster.Node) any
	set   func(*cluster.Node, any)
	equal func(a, b *cluster.Node) bool

	// getSeen and setSeen are for a field of a sighting. The role, labels and whole
	// sightings are compared in another way.
	getSeen func(*cluster.Sighting) any
	same    func(id string, a, b *cluster.Sighting) bool // of the node, values that differ but mean no change; nil if there are none
	setSeen func(*cluster.Sighting, any)
}

// kind is the type of a field's values.
type kind int

const (
	kindText   kind = iota // string
	kindTexts              // []string
	kindFloat              // float64
	kindAmount             // uint64
	kindInt                // int
	kindTime               // time.Time
	kindSeen               // Seen
)

func fieldNamed(name string) *field {
	if i, ok := fieldIndex[name]; ok {
		return &fields[i]
	}
	return nil
}

// groups returns the names of the groups that the field is in.
func (f *field) groups() []string {
	switch {
	case f.load:
		return []string{fieldLoad}
	case f.name == "type":
		return []string{"role"}
	case f.name == "cpu", f.name == "memory", f.name == "gpu":
		return []string{fieldCapacity}
	}
	return nil
}

var fields = []field{
	{
		name: "state", getSeen: func(s *cluster.Sighting) any { return string(s.Connection) },
		setSeen: func(s *cluster.Sighting, v any) { s.Connection = cluster.Connection(v.(string)) },
		same: func(id string, a, b *cluster.Sighting) bool {
			return awaits(b) || present(a) && present(b) || a.Orchestrator == id // it answered, whatever v1.4 says of itself
		},
	},
	{
		name: "membership", getSeen: func(s *cluster.Sighting) any { return string(s.Membership) },
		setSeen: func(s *cluster.Sighting, v any) { s.Membership = cluster.Membership(v.(string)) },
	},
	{name: "seen", kind: kindSeen},
	{
		// It follows from the type, the engines and the orchestrators, which are
		// compared too.
		name: "role", set: func(*cluster.Node, any) {},
	},
	{
		name: "type", get: func(n *cluster.Node) any { return string(n.Type) },
		equal: func(a, b *cluster.Node) bool { return a.Type == b.Type },
		set:   func(n *cluster.Node, v any) { n.Type = cluster.Type(v.(string)) },
	},
	{
		name: "version", get: func(n *cluster.Node) any { return n.Version },
		equal: func(a, b *cluster.Node) bool { return a.Version == b.Version },
		set:   func(n *cluster.Node, v any) { n.Version = v.(string) },
	},
	{name: "labels"},
	texts("engines", func(n *cluster.Node) *[]string { return &n.Engines }),
	texts("publishers", func(n *cluster.Node) *[]string { return &n.Publishers }),
	texts("storage", func(n *cluster.Node) *[]string { return &n.Storage }),
	cores("cpu", false, func(n *cluster.Node) *float64 { return &n.Max.CPU }),
	amount("memory", false, func(n *cluster.Node) *uint64 { return &n.Max.Memory }),
	amount("gpu", false, func(n *cluster.Node) *uint64 { return &n.Max.GPU }),

	// The load.
	{
		name: "load-known", load: true, get: func(n *cluster.Node) any { return strconv.FormatBool(!n.LoadUnknown) },
		set: func(n *cluster.Node, v any) { n.LoadUnknown = v.(string) != "true" },
	},
	count("running", func(n *cluster.Node) *int { return &n.Running }),
	count("enqueued", func(n *cluster.Node) *int { return &n.Enqueued }),
	amount("disk", true, func(n *cluster.Node) *uint64 { return &n.Max.Disk }),
	cores("free-cpu", true, func(n *cluster.Node) *float64 { return &n.Available.CPU }),
	amount("free-memory", true, func(n *cluster.Node) *uint64 { return &n.Available.Memory }),
	amount("free-disk", true, func(n *cluster.Node) *uint64 { return &n.Available.Disk }),
	amount("free-gpu", true, func(n *cluster.Node) *uint64 { return &n.Available.GPU }),
	cores("queued-cpu", true, func(n *cluster.Node) *float64 { return &n.Queued.CPU }),
	amount("queued-memory", true, func(n *cluster.Node) *uint64 { return &n.Queued.Memory }),
	amount("queued-disk", true, func(n *cluster.Node) *uint64 { return &n.Queued.Disk }),
	amount("queued-gpu", true, func(n *cluster.Node) *uint64 { return &n.Queued.GPU }),
	instant("heartbeat", func(s *cluster.Sighting) *time.Time { return &s.LastHeartbeat }),
	instant("connected", func(s *cluster.Sighting) *time.Time { return &s.ConnectedSince }),
	instant("disconnected", func(s *cluster.Sighting) *time.Time { return &s.DisconnectedSince }),
}

// awaits reports whether the node awaits reconnection. That a node does so now is news about
// its orchestrator, which has restarted: the node may have been gone before. That it is gone
// after that is news about the node.
func awaits(s *cluster.Sighting) bool { return s.Connection == cluster.AwaitingReconnection }

// present reports whether the node is connected, or awaits reconnection.
func present(s *cluster.Sighting) bool {
	return s.Connection == cluster.Connected || s.Connection == cluster.AwaitingReconnection
}

// fieldIndex holds the index of each field in the table, by name.
var fieldIndex = func() map[string]int {
	index := make(map[string]int, len(fields))
	for i := range fields {
		index[fields[i].name] = i
	}
	return index
}()

func texts(name string, at func(*cluster.Node) *[]string) field {
	return field{
		name: name, kind: kindTexts, get: func(n *cluster.Node) any { return *at(n) },
		equal: func(a, b *cluster.Node) bool { return slices.Equal(*at(a), *at(b)) },
		set:   func(n *cluster.Node, v any) { *at(n) = v.([]string) },
	}
}

func cores(name string, load bool, at func(*cluster.Node) *float64) field {
	return field{
		name: name, kind: kindFloat, load: load, get: func(n *cluster.Node) any { return *at(n) },
		equal: func(a, b *cluster.Node) bool { return *at(a) == *at(b) },
		set:   func(n *cluster.Node, v any) { *at(n) = v.(float64) },
	}
}

func amount(name string, load bool, at func(*cluster.Node) *uint64) field {
	return field{
		name: name, kind: kindAmount, load: load, get: func(n *cluster.Node) any { return *at(n) },
		equal: func(a, b *cluster.Node) bool { return *at(a) == *at(b) },
		set:   func(n *cluster.Node, v any) { *at(n) = v.(uint64) },
	}
}

func count(name string, at func(*cluster.Node) *int) field {
	return field{
		name: name, kind: kindInt, load: true, get: func(n *cluster.Node) any { return *at(n) },
		equal: func(a, b *cluster.Node) bool { return *at(a) == *at(b) },
		set:   func(n *cluster.Node, v any) { *at(n) = v.(int) },
	}
}

func instant(name string, at func(*cluster.Sighting) *time.Time) field {
	return field{
		name: name, kind: kindTime, load: true, getSeen: func(s *cluster.Sighting) any { return (*at(s)).UTC() },
		setSeen: func(s *cluster.Sighting, v any) { *at(s) = v.(time.Time) },
	}
}
