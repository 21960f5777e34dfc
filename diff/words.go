package diff

// This file writes changes as words for people.

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
)

// The reasons why a node or an orchestrator was probably renamed.
const (
	guessedNode         = "the same labels and capacity"
	guessedOrchestrator = "it lists the same nodes"
)

// A line is one change in printable words.
type line struct{ field, before, after string }

func (l line) String() string { return l.field + ": " + l.before + " → " + l.after }

// lines returns the changes of a node in words. If the diff is about several
// orchestrators, each line names the one that it is about.
func lines(changes []Change, several bool) []line {
	out := make([]line, 0, len(changes))
	for c := range told(changes) {
		before, after := c.values()
		out = append(out, line{c.title(several), before, after})
	}
	return out
}

// told goes through the changes that have words of their own: a type says the same again as
// a role.
func told(changes []Change) iter.Seq[*Change] {
	role := slices.ContainsFunc(changes, func(c Change) bool { return c.Field == "role" })
	return func(yield func(*Change) bool) {
		for i := range changes {
			if c := &changes[i]; !(c.Field == "type" && role) && !yield(c) {
				return
			}
		}
	}
}

// title returns the words for the field of a change.
func (c *Change) title(several bool) string {
	switch c.Field {
	case "labels":
		return "label " + display.Printable(c.Key)
	case "seen":
		return "listed by " + display.Printable(c.Key)
	case "load-known":
		return "load known"
	}
	name := strings.NewReplacer("-", " ", "cpu", "CPU", "gpu", "GPU").Replace(c.Field)
	if several && hasKey(c.Field) {
		name += " at " + display.Printable(c.Key)
	}
	return name
}

// values returns the words for the old and the new value, which are never equal.
func (c *Change) values() (before, after string) {
	before, after = valueText(c.Field, c.Before), valueText(c.Field, c.After)
	if before == after { // they differ in what rounding takes away
		return exactText(c.Before), exactText(c.After)
	}
	return before, after
}

func exactText(v any) string {
	if n, ok := v.(uint64); ok {
		return strconv.FormatUint(n, 10) + " bytes"
	}
	return fmt.Sprint(v)
}

func valueText(field string, v any) string {
	switch v := v.(type) {
	case nil:
		if field == "seen" {
			return "no"
		}
		return "none"
	case string:
		return stringText(field, v)
	case []string:
		if len(v) == 0 {
			return "none"
		}
		return display.Printable(strings.Join(v, ", "))
	case uint64:
		if strings.HasSuffix(field, "gpu") {
			return strconv.FormatUint(v, 10)
		}
		return humanize.IBytes(v)
	case float64:
		return strconv.FormatFloat(v, 'g', 6, 64)
	case time.Time:
		if v.IsZero() {
			return "never"
		}
		return v.Format(time.RFC3339)
	case Seen:
		words := []string{lower(v.Connection)}
		if m := v.Membership; m != "" && m != cluster.Approved {
			words = append(words, lower(m))
		}
		return strings.Trim("as "+strings.Join(words, ", "), " ")
	}
	return fmt.Sprint(v)
}

// stringText returns the words for a string that is the value of a field.
func stringText(field, v string) string {
	switch field {
	case "state", "membership", "role", "type":
		if v == "" {
			return "unknown"
		}
		return lower(v)
	case "version":
		if v == "" {
			return "unknown"
		}
	case "labels":
		if v == "" {
			return `""`
		}
	}
	return display.Printable(v)
}

// lower returns one of the API's words in printable lower case.
func lower[T ~string](word T) string { return strings.ToLower(display.Printable(string(word))) }

// describe returns the words for an added or a removed node, given the orchestrators
// that were added or removed with it.
func describe(n *cluster.Node, orchestrators []string) string {
	words := []string{string(n.Role(slices.Contains(orchestrators, n.ID)))}
	if n.Version != "" {
		words = append(words, display.Printable(n.Version))
	}
	if n.Max.CPU > 0 {
		words = append(words, strconv.FormatFloat(n.Max.CPU, 'g', 6, 64)+" CPU")
	}
	if n.Max.Memory > 0 {
		words = append(words, humanize.IBytes(n.Max.Memory))
	}
	if n.Max.GPU > 0 {
		words = append(words, strconv.FormatUint(n.Max.GPU, 10)+" GPU")
	}
	if c := n.Connection(); c != cluster.Connected {
		words = append(words, lower(c))
	}
	if m := n.Membership(); m == cluster.Pending || m == cluster.Rejected {
		words = append(words, lower(m))
	}
	return strings.Join(words, ", ")
}

// Summary returns one line that says what changed, such as "2 nodes added, 1 removed;
// 9 nodes now, 8 before".
func (d *Diff) Summary() string {
	nodes := display.Count(d.NewNodes, "node")
	if d.Empty() && d.NewNodes == d.OldNodes {
		return "no difference: " + nodes
	}
	nodes += " now"
	if d.NewNodes != d.OldNodes {
		nodes += ", " + strconv.Itoa(d.OldNodes) + " before"
	}
	if d.Empty() {
		return "no difference in the compared fields: " + nodes
	}
	var parts []string
	add := func(n int, what string) {
		switch {
		case n == 0:
		case len(parts) == 0:
			parts = append(parts, display.Count(n, "node")+" "+what)
		default:
			parts = append(parts, strconv.Itoa(n)+" "+what)
		}
	}
	at := d.renameOf() // what is renamed is nothing else as well
	add(countOthers(d.Added, at, func(n *cluster.Node) string { return n.ID }), "added")
	add(countOthers(d.Removed, at, func(n *cluster.Node) string { return n.ID }), "removed")
	add(countOthers(d.Changed, at, func(n *NodeChange) string { return n.ID }), "changed")
	add(len(d.Renamed), "probably renamed")
	if n := len(d.AddedOrchestrators) + len(d.RemovedOrchestrators) + len(d.RenamedOrchestrators); n > 0 {
		parts = append(parts, display.Count(n, "orchestrator")+" changed")
	}
	if len(parts) == 0 {
		return "no difference but the time of the snapshots"
	}
	return strings.Join(parts, ", ") + "; " + nodes
}

// countOthers returns how many nodes are not among those.
func countOthers[T any](nodes []T, those map[string]int, id func(*T) string) int {
	others := 0
	for i := range nodes {
		if _, is := those[id(&nodes[i])]; !is {
			others++
		}
	}
	return others
}

// severalOrchestrators reports whether the changes are about more than one
// orchestrator, so that each has to name its own.
func (d *Diff) severalOrchestrators() bool {
	first, found := "", false
	for i := range d.Changed {
		for _, c := range d.Changed[i].Changes {
			if !hasKey(c.Field) || c.Field == "labels" {
				continue
			}
			if found && c.Key != first {
				return true
			}
			first, found = c.Key, true
		}
	}
	return false
}
