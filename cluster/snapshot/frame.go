package snapshot

// This file reads and writes what a snapshot says of itself: the names of clusters, and
// which part of the network it is.

import (
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/selection"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/jsondoc"
)

// selectionRecord is a selection in a document.
type selectionRecord struct {
	By   []conditionRecord `json:"by"`
	Of   int               `json:"of"`
	Kept []string          `json:"kept"`
}

// conditionRecord is a condition in a document.
type conditionRecord struct {
	Field    string   `json:"field"`
	Operator string   `json:"operator"`
	Values   []string `json:"values"`
}

// operators are those of label selectors, and the number of values that each takes: 0, 1,
// or -1 for any but none.
var operators = map[selection.Operator]int{
	selection.Equals: 1, selection.DoubleEquals: 1, selection.NotEquals: 1, selection.GreaterThan: 1, selection.LessThan: 1,
	selection.In: -1, selection.NotIn: -1, selection.Exists: 0, selection.DoesNotExist: 0,
}

// checkFrame returns an error for a name of a cluster, or a selection, that does not fit
// the rest of the document.
func (d *documentWithJobs) checkFrame(in *jsondoc.Document, listed func(string) bool) error {
	for _, id := range slices.Sorted(maps.Keys(d.Clusters)) {
		if !listed(id) {
			return in.Errorf(0, `"clusters" has %s, which is not in "orchestrators"`, display.Quote(id))
		}
	}
	if d.Selection == nil {
		return nil
	}
	if d.Selection.Of < 0 {
		return in.Errorf(0, `"of" in "selection" is negative`)
	}
	for _, c := range d.Selection.By {
		takes, known := operators[selection.Operator(c.Operator)]
		switch {
		case !known:
			return in.Errorf(0, "unknown operator %s in \"selection\"", display.Quote(c.Operator))
		case c.Field == "":
			return in.Errorf(0, `a condition without "field" in "selection"`)
		case takes >= 0 && len(c.Values) != takes, takes < 0 && len(c.Values) == 0:
			return in.Errorf(0, "a wrong number of values for the operator %s in \"selection\"", display.Quote(c.Operator))
		}
	}
	return nil
}

func (d *document) origins() cluster.Origins {
	if len(d.Clusters) == 0 {
		return nil
	}
	all := make(cluster.Origins, len(d.Clusters))
	for id, name := range d.Clusters {
		all[id] = cluster.Origin{Cluster: name}
	}
	return all
}

func (d *document) selection() *cluster.Selection {
	if d.Selection == nil {
		return nil
	}
	s := &cluster.Selection{Of: d.Selection.Of, Kept: d.Selection.Kept}
	slices.Sort(s.Kept)
	for _, c := range d.Selection.By {
		slices.Sort(c.Values)
		s.By = append(s.By, cluster.Condition{Field: c.Field, Operator: selection.Operator(c.Operator), Values: c.Values})
	}
	return s
}

// clusters appends the names of clusters, if there are any.
func (w *writer) clusters(origins cluster.Origins) {
	names := maps.Clone(origins)
	maps.DeleteFunc(names, func(_ string, o cluster.Origin) bool { return o.Cluster == "" })
	if len(names) == 0 {
		return
	}
	ids := slices.Sorted(maps.Keys(names))
	w.Raw(",\n  \"clusters\": ")
	w.Object(len(ids), "    ", func(i int) {
		w.String(ids[i])
		w.Raw(": ")
		w.String(names[ids[i]].Cluster)
	})
}

// selection appends which part of the network the document holds, if it is not all of it.
func (w *writer) selection(s *cluster.Selection) {
	if s == nil {
		return
	}
	w.Raw(",\n  \"selection\": {\n    \"of\": ")
	w.Int(s.Of)
	if len(s.By) > 0 {
		w.Raw(",\n    \"by\": ")
		w.List(len(s.By), "      ", func(i int) { w.condition(s.By[i]) })
	}
	if len(s.Kept) > 0 {
		w.Raw(",\n    \"kept\": ")
		w.Strings(s.Kept)
	}
	w.Raw("\n  }")
}

func (w *writer) condition(c cluster.Condition) {
	w.Raw("{\"field\": ")
	w.String(c.Field)
	w.Raw(", \"operator\": ")
	w.String(string(c.Operator))
	if len(c.Values) > 0 {
		w.Raw(", \"values\": ")
		w.Strings(c.Values)
	}
	w.Raw("}")
}
