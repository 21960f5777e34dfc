package main

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/bacviz/bacviz/internal/display"
)

// This file holds the columns of a list of nodes, and the texts of their cells.

// A column is a name and what stands below it.
type column struct {
	name string
	cell func(*nodeRow) string
}

// Columns for people.
var (
	tableColumns = []column{
		{"id", func(r *nodeRow) string { return r.ShortID }},
		{"type", func(r *nodeRow) string { return r.Role }},
		{"state", func(r *nodeRow) string { return orUnknown(r.State) }},
		{"membership", func(r *nodeRow) string { return orUnknown(r.Membership) }},
		{"labels", func(r *nodeRow) string { return labelText(r.Labels, false) }},
		{"engines", func(r *nodeRow) string { return dash(strings.Join(r.Engines, ",")) }},
		{"cpu", func(r *nodeRow) string { return freeOf(r, r.CPU, cores) }},
		{"memory", func(r *nodeRow) string { return freeOf(r, r.Memory, size) }},
		{"running", func(r *nodeRow) string { return count(r, r.Running) }},
		{"queued", func(r *nodeRow) string { return count(r, r.Queued) }},
		{"version", func(r *nodeRow) string { return orUnknown(r.Version) }},
		{"last seen", func(r *nodeRow) string { return lastSeen(r) }},
	}
	wideColumns = slices.Concat(
		[]column{{"id", func(r *nodeRow) string { return r.ID }}}, tableColumns[1:4],
		[]column{{"labels", func(r *nodeRow) string { return labelText(r.Labels, true) }}}, tableColumns[5:8],
		[]column{
			{"disk", func(r *nodeRow) string { return freeOf(r, r.Disk, size) }},
			{"gpu", func(r *nodeRow) string {
				if r.GPU != nil && r.GPU.Total == 0 {
					return "-"
				}
				return freeOf(r, r.GPU, cores)
			}},
		}, tableColumns[8:],
		[]column{
			{"publishers", func(r *nodeRow) string { return dash(strings.Join(r.Publishers, ",")) }},
			{"storage", func(r *nodeRow) string { return dash(strings.Join(r.Storage, ",")) }},
			{"orchestrators", func(r *nodeRow) string { return dash(strings.Join(r.Orchestrators, ",")) }},
			{"last error", func(r *nodeRow) string { return dash(r.LastError) }},
		})
)

// Columns for spreadsheets: plain numbers, and nothing where nothing is known.
var csvColumns = []column{
	{"id", func(r *nodeRow) string { return r.ID }},
	{"short_id", func(r *nodeRow) string { return r.ShortID }},
	{"role", func(r *nodeRow) string { return r.Role }},
	{"type", func(r *nodeRow) string { return r.Type }},
	{"state", func(r *nodeRow) string { return orEmpty(r.State) }},
	{"membership", func(r *nodeRow) string { return orEmpty(r.Membership) }},
	{"labels", func(r *nodeRow) string { return pairs(r.Labels, true) }},
	{"engines", func(r *nodeRow) string { return strings.Join(r.Engines, ",") }},
	{"cpu_free", func(r *nodeRow) string { return free(r.CPU) }},
	{"cpu_total", func(r *nodeRow) string { return total(r.CPU) }},
	{"memory_free", func(r *nodeRow) string { return free(r.Memory) }},
	{"memory_total", func(r *nodeRow) string { return total(r.Memory) }},
	{"disk_free", func(r *nodeRow) string { return free(r.Disk) }},
	{"disk_total", func(r *nodeRow) string { return total(r.Disk) }},
	{"gpu_free", func(r *nodeRow) string { return free(r.GPU) }},
	{"gpu_total", func(r *nodeRow) string { return total(r.GPU) }},
	{"running", func(r *nodeRow) string { return number(r.Running) }},
	{"queued", func(r *nodeRow) string { return number(r.Queued) }},
	{"version", func(r *nodeRow) string { return orEmpty(r.Version) }},
	{"last_seen", func(r *nodeRow) string {
		if r.LastSeen == nil {
			return ""
		}
		return r.LastSeen.Format(time.RFC3339Nano)
	}},
	{"orchestrators", func(r *nodeRow) string { return strings.Join(r.Orchestrators, ",") }},
}

func names(columns []column) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = c.name
	}
	return out
}

func cells(columns []column, r *nodeRow, clean func(string) string) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = clean(c.cell(r))
	}
	return out
}

// harmless keeps a spreadsheet from taking a cell for a formula, and a terminal
// from obeying it.
func harmless(s string) string {
	s = display.Printable(s)
	if s != "" && strings.ContainsRune("=+-@|%", rune(s[0])) {
		if _, err := strconv.ParseFloat(s, 64); err != nil {
			return "'" + s
		}
	}
	return s
}

const unknown = "?"

func orUnknown(s *string) string { return cmp.Or(orEmpty(s), unknown) }

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func dash(s string) string { return cmp.Or(s, "-") }

// freeOf writes an amount as people read it: free of total.
func freeOf(r *nodeRow, a *amount, unit func(quantity) string) string {
	switch {
	case !r.computes:
		return "-"
	case a == nil:
		return unknown
	case a.Free == nil:
		return unknown + "/" + unit(a.Total)
	}
	return unit(*a.Free) + "/" + unit(a.Total)
}

func cores(n quantity) string { return humanize.FtoaWithDigits(float64(n), 2) }

func size(n quantity) string {
	if n >= 1<<63 || n < 0 {
		return unknown // no machine has that
	}
	return strings.ReplaceAll(humanize.IBytes(uint64(n)), " ", "")
}

func count(r *nodeRow, n *int) string {
	switch {
	case !r.computes:
		return "-"
	case n == nil:
		return unknown
	}
	return strconv.Itoa(*n)
}

func number(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

func free(a *amount) string {
	if a == nil || a.Free == nil {
		return ""
	}
	return strconv.FormatFloat(float64(*a.Free), 'f', -1, 64)
}

func total(a *amount) string {
	if a == nil {
		return ""
	}
	return strconv.FormatFloat(float64(a.Total), 'f', -1, 64)
}

func lastSeen(r *nodeRow) string {
	if r.LastSeen == nil {
		return unknown
	}
	return duration.HumanDuration(r.age) + " ago"
}

// autoLabels are those that Bacalhau sets by itself.
var autoLabels = []string{"Architecture", "Operating-System", "name", "os_arch", "os_type"}

// labelText writes labels in the order of their keys; of Bacalhau's own only
// with all.
func labelText(labels map[string]string, all bool) string { return dash(pairs(labels, all)) }

func pairs(labels map[string]string, all bool) string {
	var out []string
	for key, value := range labels {
		if all || !slices.Contains(autoLabels, key) {
			out = append(out, key+"="+value)
		}
	}
	slices.Sort(out)
	return strings.Join(out, ",")
}
