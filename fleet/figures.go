package fleet

// This file writes and reads the figures of a snapshot.

import (
	"github.com/go-json-experiment/json"

	"github.com/bacviz/bacviz/capacity"
	"github.com/bacviz/bacviz/check"
	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/jsondoc"
)

// A figures is the content of the line of a snapshot. Fields that are 0 are left out.
type figures struct {
	Listed int     `json:"listed"` // nodes in the lists
	Sum    sums    `json:"sum"`
	Rules  *ruling `json:"rules"` // null or missing: none were checked
}

// sums are those of the compute nodes; see [capacity.Sum].
type sums struct {
	Nodes     int       `json:"nodes"`
	Connected int       `json:"connected"`
	Awaiting  int       `json:"awaiting"`
	Loads     int       `json:"loads"`
	Running   int       `json:"running"`
	Queued    int       `json:"queued"`
	Capacity  resources `json:"capacity"`
	Silent    resources `json:"silent"`
	Untold    []int     `json:"untold"`
	Reporting int       `json:"reporting"`
	Used      resources `json:"used"`
	Free      resources `json:"free"`
}

type resources struct {
	CPU    float64 `json:"cpu"`
	Memory uint64  `json:"memory"`
	Disk   uint64  `json:"disk"`
	GPU    uint64  `json:"gpu"`
}

// A ruling says which rules do not hold.
type ruling struct {
	Of   int    `json:"of"` // how many there are
	Open []open `json:"open"`
}

// An open is a rule that does not hold.
type open struct {
	Rule   string       `json:"rule"`
	Status check.Status `json:"status"`
	Found  string       `json:"found"`
}

// figuresText returns the members of a [figures] as JSON.
func figuresText(listed int, s *capacity.Sum, results []check.Result) string {
	w := figuresWriter{}
	w.Text = make([]byte, 0, 512)
	w.Raw(`"listed":`)
	w.Int(listed)
	w.Raw(`,"sum":{"nodes":`)
	w.Int(s.Nodes)
	w.count("connected", s.Connected)
	w.count("awaiting", s.Awaiting)
	w.count("loads", s.Loads)
	w.count("running", s.Running)
	w.count("queued", s.Queued)
	w.resources("capacity", s.Capacity)
	w.resources("silent", s.Silent)
	if s.Untold != [len(s.Untold)]int{} {
		w.Raw(`,"untold":[`)
		for i, n := range s.Untold {
			if i > 0 {
				w.Raw(",")
			}
			w.Int(n)
		}
		w.Raw("]")
	}
	w.count("reporting", s.Load.Nodes)
	w.resources("used", s.InUse)
	w.resources("free", s.Free)
	w.Raw("}")
	if results != nil {
		w.rules(results)
	}
	return string(w.Text)
}

type figuresWriter struct{ jsondoc.Builder }

func (w *figuresWriter) name(name string) { w.Raw(`,"` + name + `":`) }

func (w *figuresWriter) count(name string, n int) {
	if n != 0 {
		w.name(name)
		w.Int(n)
	}
}

func (w *figuresWriter) resources(name string, r cluster.Resources) {
	if r == (cluster.Resources{}) {
		return
	}
	w.name(name)
	open := "{"
	amount := func(name string, given bool, write func()) {
		if given {
			w.Raw(open + `"` + name + `":`)
			write()
			open = ","
		}
	}
	amount("cpu", r.CPU != 0, func() { w.Float(r.CPU) })
	amount("memory", r.Memory != 0, func() { w.Uint(r.Memory) })
	amount("disk", r.Disk != 0, func() { w.Uint(r.Disk) })
	amount("gpu", r.GPU != 0, func() { w.Uint(r.GPU) })
	w.Raw("}")
}

func (w *figuresWriter) rules(results []check.Result) {
	w.Raw(`,"rules":{"of":`)
	w.Int(len(results))
	separator := `,"open":[`
	for i := range results {
		r := &results[i]
		if r.Status == check.Holds {
			continue
		}
		w.Raw(separator + `{"rule":`)
		w.String(display.Printable(r.Rule.Name))
		w.Raw(`,"status":`)
		w.String(string(r.Status))
		w.Raw(`,"found":`)
		w.String(r.Found)
		w.Raw("}")
		separator = ","
	}
	if separator == "," {
		w.Raw("]")
	}
	w.Raw("}")
}

// readFigures reads what figuresText wrote.
func readFigures(text string) (f figures, err error) {
	err = json.Unmarshal([]byte("{"+text+"}"), &f, json.RejectUnknownMembers(true))
	return f, err
}

// sum returns the figures as package capacity has them.
func (s *sums) sum() capacity.Sum {
	out := capacity.Sum{
		Nodes: s.Nodes, Connected: s.Connected, Awaiting: s.Awaiting, Loads: s.Loads, Running: s.Running, Queued: s.Queued,
		Capacity: cluster.Resources(s.Capacity), Silent: cluster.Resources(s.Silent),
		Load: graph.Load{InUse: cluster.Resources(s.Used), Free: cluster.Resources(s.Free), Nodes: s.Reporting},
	}
	copy(out.Untold[:], s.Untold)
	return out
}
