package diff

// This file puts changes into words that people read.

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
)

// printable is a text that cannot steer a terminal.
func printable(s string) string { return display.Printable(s) }

// fieldTitle is how a reader knows the field of a change.
func (c *Change) fieldTitle(several bool) string {
	name := c.Field
	switch c.Field {
	case "labels":
		return "label " + printable(c.Key)
	case "seen":
		return "listed by " + printable(c.Key)
	case "load-known":
		return "load is known"
	}
	name = strings.NewReplacer("-", " ", "cpu", "CPU", "gpu", "GPU").Replace(name)
	if several && keyed(c.Field) {
		name += " at " + printable(c.Key)
	}
	return name
}

// values are the words for what was and what is.
func (c *Change) values() (before, after string) {
	before, after = valueText(c.Field, c.Before), valueText(c.Field, c.After)
	if before == after { // too close to tell apart when rounded
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
		if v == "" {
			switch field {
			case "labels":
				return `""`
			case "version", "state", "membership", "role":
				return "unknown"
			}
		}
		if field == "state" || field == "membership" || field == "role" {
			v = strings.ToLower(v)
		}
		return printable(v)
	case []string:
		if len(v) == 0 {
			return "none"
		}
		return printable(strings.Join(v, ", "))
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
		words := []string{strings.ToLower(printable(string(v.Connection)))}
		if m := v.Membership; m != "" && m != cluster.Approved {
			words = append(words, strings.ToLower(printable(string(m))))
		}
		return strings.Trim("as "+strings.Join(words, ", "), " ")
	}
	return fmt.Sprint(v)
}

// lines are the changes of a node in words, one each. Several says that there
// are several orchestrators, which are named then.
func lines(changes []Change, several bool) [][3]string {
	out := make([][3]string, len(changes))
	for i := range changes {
		c := &changes[i]
		before, after := c.values()
		out[i] = [3]string{c.fieldTitle(several), before, after}
	}
	return out
}

// about describes a node that came or went.
func about(n *cluster.Node) string {
	words := []string{strings.ToLower(printable(string(n.Type)))}
	if n.Type == "" {
		words[0] = "of no type"
	}
	if n.Version != "" {
		words = append(words, printable(n.Version))
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
		words = append(words, strings.ToLower(printable(string(c))))
	}
	if m := n.Membership(); m == cluster.Pending || m == cluster.Rejected {
		words = append(words, strings.ToLower(string(m)))
	}
	return strings.Join(words, ", ")
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// Summary says in one line what changed, with the verdict first.
func (d *Diff) Summary() string {
	nodes := plural(d.NewNodes, "node", "nodes")
	if d.Empty() && d.NewNodes == d.OldNodes {
		return "no difference: " + nodes
	}
	nodes += " now"
	if d.NewNodes != d.OldNodes {
		nodes += ", " + strconv.Itoa(d.OldNodes) + " before"
	}
	if d.Empty() {
		return "no difference in what counts: " + nodes
	}
	var parts []string
	add := func(n int, what string) {
		if n == 0 {
			return
		}
		if len(parts) == 0 {
			parts = append(parts, plural(n, "node", "nodes")+" "+what)
		} else {
			parts = append(parts, strconv.Itoa(n)+" "+what)
		}
	}
	add(len(d.Added), "came")
	add(len(d.Removed), "went")
	add(len(d.Changed), "changed")
	add(len(d.Renamed), "renamed (a guess)")
	if n := len(d.AddedOrchestrators) + len(d.RemovedOrchestrators) + len(d.RenamedOrchestrators); n > 0 {
		parts = append(parts, plural(n, "orchestrator", "orchestrators")+" changed")
	}
	if len(parts) == 0 {
		return "nothing but the time changed"
	}
	return strings.Join(parts, ", ") + "; " + nodes
}

// several reports whether the diff speaks of more than one orchestrator, so that
// they have to be named.
func (d *Diff) several() bool {
	first, seen := "", false
	for i := range d.Changed {
		for _, c := range d.Changed[i].Changes {
			if !keyed(c.Field) || c.Field == "labels" {
				continue
			}
			if seen && c.Key != first {
				return true
			}
			first, seen = c.Key, true
		}
	}
	return false
}
