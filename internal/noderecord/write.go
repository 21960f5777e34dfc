package noderecord

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/jsondoc"
)

// Append appends a node as a block of lines that are indented as an item of a list
// in the document's top object. It adds what changes by itself if withLoad is true
// and the node has it. Errors that orchestrators reported are left out, as they may
// hold addresses.
func Append(b *jsondoc.Builder, n *cluster.Node, withLoad bool) error {
	w := writer{b, withLoad && !n.LoadUnknown}
	for _, r := range []cluster.Resources{n.Max, n.Available, n.Queued} {
		if math.IsNaN(r.CPU) || math.IsInf(r.CPU, 0) || r.CPU < 0 || r.CPU > cluster.MaxCPU {
			return fmt.Errorf("writing node %s: %v is not a number of CPUs", display.Quote(n.ID), r.CPU)
		}
	}
	w.node(n)
	return nil
}

type writer struct {
	*jsondoc.Builder
	load bool
}

func (w *writer) node(n *cluster.Node) {
	w.Raw("{\n      \"id\": ")
	w.String(n.ID)
	w.Word("type", string(n.Type))
	w.Word("version", n.Version)
	if len(n.Labels) > 0 {
		keys := make([]string, 0, 16) // on the stack, as most nodes have fewer
		for key := range n.Labels {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		w.Field("labels")
		w.Object(len(keys), "        ", func(i int) {
			w.String(keys[i])
			w.Raw(": ")
			w.String(n.Labels[keys[i]])
		})
	}
	w.Words("engines", n.Engines)
	w.Words("publishers", n.Publishers)
	w.Words("storage", n.Storage)
	capacity := n.Max
	capacity.Disk = 0 // it drifts on an idle node
	if capacity != (cluster.Resources{}) {
		w.Field("capacity")
		w.resources(capacity)
	}
	if w.load {
		w.loadOf(n)
	}
	if len(n.Sightings) > 0 {
		w.Field("seen")
		w.List(len(n.Sightings), "        ", func(i int) { w.sighting(&n.Sightings[i]) })
	}
	w.Raw("\n    }")
}

func (w *writer) loadOf(n *cluster.Node) {
	w.Field("load")
	w.Raw("{\"running\": ")
	w.Int(n.Running)
	w.Raw(", \"enqueued\": ")
	w.Int(n.Enqueued)
	w.Raw(", \"disk\": ")
	w.Uint(n.Max.Disk)
	w.Raw(", \"free\": ")
	w.resources(n.Available)
	w.Raw(", \"queued\": ")
	w.resources(n.Queued)
	w.Raw("}")
}

// resources writes the amounts that are above 0.
func (w *writer) resources(r cluster.Resources) {
	separator := ""
	amount := func(name string) {
		w.Raw(separator)
		w.Name(name)
		separator = ", "
	}
	w.Raw("{")
	if r.CPU != 0 {
		amount("cpu")
		w.Float(r.CPU)
	}
	for _, a := range []struct {
		name  string
		value uint64
	}{{"memory", r.Memory}, {"disk", r.Disk}, {"gpu", r.GPU}} {
		if a.value != 0 {
			amount(a.name)
			w.Uint(a.value)
		}
	}
	w.Raw("}")
}

func (w *writer) sighting(s *cluster.Sighting) {
	w.Raw("{\"by\": ")
	w.String(s.Orchestrator)
	for _, word := range [][2]string{{"connection", string(s.Connection)}, {"membership", string(s.Membership)}} {
		if word[1] != "" {
			w.Raw(", ")
			w.Name(word[0])
			w.String(word[1])
		}
	}
	if w.load {
		for _, t := range []struct {
			name string
			time.Time
		}{{"heartbeat", s.LastHeartbeat}, {"connected", s.ConnectedSince}, {"disconnected", s.DisconnectedSince}} {
			if !t.IsZero() {
				w.Raw(", ")
				w.Name(t.name)
				w.Time(t.Time)
			}
		}
	}
	w.Raw("}")
}
