package fleet

// This file writes and reads the figures of a snapshot.

import (
	"slices"

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
	Rule    string       `json:"rule"`
	Status  check.Status `json:"status"`
	Found   string       `json:"found"`
	Message string       `json:"message"` // the rule's advice; may be missing
}

// newFigures returns the figures of a snapshot. Without rules, the results are nil.
func newFigures(listed int, s *capacity.Sum, results []check.Result) *figures {
	f := figures{Listed: listed, Sum: sums{
		Nodes: s.Nodes, Connected: s.Connected, Awaiting: s.Awaiting, Loads: s.Loads, Running: s.Running, Queued: s.Queued,
		Capacity: resources(s.Capacity), Silent: resources(s.Silent), Reporting: s.Load.Nodes, Used: resources(s.InUse), Free: resources(s.Free),
	}}
	if s.Untold != [len(s.Untold)]int{} {
		f.Sum.Untold = slices.Clone(s.Untold[:])
	}
	if results != nil {
		f.Rules = &ruling{Of: len(results)}
	}
	for i := range results {
		if r := &results[i]; r.Status != check.Holds {
			f.Rules.Open = append(f.Rules.Open, open{display.Printable(r.Rule.Name), r.Status, r.Found, r.Rule.Message})
		}
	}
	return &f
}

// text returns the members of the figures as JSON.
func (f *figures) text() string {
	w := figuresWriter{}
	w.Text = make([]byte, 0, 512)
	w.Raw(`"listed":`)
	w.Int(f.Listed)
	s := &f.Sum
	w.Raw(`,"sum":{"nodes":`)
	w.Int(s.Nodes)
	w.count("connected", s.Connected)
	w.count("awaiting", s.Awaiting)
	w.count("loads", s.Loads)
	w.count("running", s.Running)
	w.count("queued", s.Queued)
	w.resources("capacity", s.Capacity)
	w.resources("silent", s.Silent)
	if s.Untold != nil {
		w.Raw(`,"untold":[`)
		for i, n := range s.Untold {
			if i > 0 {
				w.Raw(",")
			}
			w.Int(n)
		}
		w.Raw("]")
	}
	w.count("reporting", s.Reporting)
	w.resources("used", s.Used)
	w.resources("free", s.Free)
	w.Raw("}")
	if f.Rules != nil {
		w.rules(f.Rules)
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

func (w *figuresWriter) resources(name string, r resources) {
	if r == (resources{}) {
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

func (w *figuresWriter) rules(r *ruling) {
	w.Raw(`,"rules":{"of":`)
	w.Int(r.Of)
	for i, o := range r.Open {
		if i == 0 {
			w.Raw(`,"open":[`)
		} else {
			w.Raw(",")
		}
		w.Raw(`{"rule":`)
		w.String(o.Rule)
		w.Raw(`,"status":`)
		w.String(string(o.Status))
		w.Raw(`,"found":`)
		w.String(o.Found)
		if o.Message != "" {
			w.Raw(`,"message":`)
			w.String(o.Message)
		}
		w.Raw("}")
	}
	if len(r.Open) > 0 {
		w.Raw("]")
	}
	w.Raw("}")
}

// figuresOf returns the figures that a line has.
func figuresOf(l *Line) (*figures, error) {
	if f := l.made.figures; f != nil {
		return f, nil
	}
	f, err := readFigures(l.rest)
	return &f, err
}

// readFigures reads what text wrote.
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
