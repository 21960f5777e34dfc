package main

// This file holds the columns of a list of nodes, and the texts of their cells.

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/lazy"
)

// A column is a name, and the texts of its cells.
type column[R any] struct {
	name string
	head string                      // what stands above it; "" for its name
	cell func(b []byte, r *R) []byte // appends the text of its cell

	rank int             // where it stands in importance: the least has room first
	text bool            // its cells may be cut
	tone func(*R) string // the tone of its cells; nil for none

	middle bool // its cells may lose their middle
}

// people are all columns for people, in their order. A list has those of its format.
var people = []column[nodeRow]{
	{name: "id", middle: true, cell: func(b []byte, r *nodeRow) []byte { return append(b, r.ShortID...) }},
	{name: "cluster", rank: 2, text: true, cell: func(b []byte, r *nodeRow) []byte { return appendWords(b, r.Clusters) }},
	{name: "role", rank: 13, cell: func(b []byte, r *nodeRow) []byte { return append(b, r.Role...) }},
	{name: "state", rank: 1, tone: stateTone, cell: func(b []byte, r *nodeRow) []byte { return append(b, orUnknown(r.State)...) }},
	{name: "membership", rank: 8, tone: membershipTone, cell: func(b []byte, r *nodeRow) []byte { return append(b, orUnknown(r.Membership)...) }},
	{name: "labels", rank: 9, text: true, cell: func(b []byte, r *nodeRow) []byte { return appendLabels(b, r.Labels, false) }},
	{name: "engines", rank: 12, text: true, cell: func(b []byte, r *nodeRow) []byte { return appendWords(b, r.Engines) }},
	{name: "cpu", rank: 3, cell: func(b []byte, r *nodeRow) []byte { return appendFree(b, r, r.CPU, appendCores) }},
	{name: "memory", rank: 4, cell: func(b []byte, r *nodeRow) []byte { return appendFree(b, r, r.Memory, appendBytes) }},
	{name: "disk", rank: 14, cell: func(b []byte, r *nodeRow) []byte { return appendFree(b, r, r.Disk, appendBytes) }},
	{name: "gpu", rank: 5, cell: func(b []byte, r *nodeRow) []byte {
		if r.GPU != nil && r.GPU.Total == 0 {
			return append(b, none...)
		}
		return appendFree(b, r, r.GPU, appendDevices)
	}},
	{name: "running", rank: 6, cell: func(b []byte, r *nodeRow) []byte { return appendCount(b, r, r.Running) }},
	{name: "queued", rank: 7, cell: func(b []byte, r *nodeRow) []byte { return appendCount(b, r, r.Queued) }},
	{name: "version", rank: 10, text: true, cell: func(b []byte, r *nodeRow) []byte { return append(b, orUnknown(r.Version)...) }},
	{name: "last seen", rank: 11, cell: appendLastSeen},
	{name: "publishers", rank: 16, text: true, cell: func(b []byte, r *nodeRow) []byte { return appendWords(b, r.Publishers) }},
	{name: "storage", rank: 17, text: true, cell: func(b []byte, r *nodeRow) []byte { return appendWords(b, r.Storage) }},
	{name: "orchestrators", rank: 18, text: true, cell: func(b []byte, r *nodeRow) []byte { return appendWords(b, r.Orchestrators) }},
	{name: "last error", rank: 15, text: true, tone: func(*nodeRow) string { return toneBad }, cell: func(b []byte, r *nodeRow) []byte { return append(b, r.LastError...) }},
}

// wideOnly are the columns that -o wide has and -o table does not.
var wideOnly = []string{"disk", "gpu", "publishers", "storage", "orchestrators", "last error"}

// choice returns the column's name as --columns takes it.
func (c *column[R]) choice() string { return strings.ReplaceAll(c.name, " ", "-") }

// columnChoices returns the names of columns as --columns takes them.
func columnChoices[R any](all []column[R]) choices {
	out := make(choices, len(all))
	for i := range all {
		out[i] = all[i].choice()
	}
	return out
}

// allColumns are the names of the columns of nodes, and of those that groups have besides.
func allColumns() choices {
	out := columnChoices(people)
	for _, name := range columnChoices(groupColumns("")) {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// chosenColumns returns the columns that are named, in that order and the first the most important.
func chosenColumns[R any](all []column[R], named []string) []column[R] {
	choices, out := columnChoices(all), make([]column[R], len(named))
	for i, name := range named {
		out[i] = all[slices.Index(choices, name)]
		out[i].rank = i
	}
	return out
}

// columnsOf returns the columns of a table: those that are named, in that order and the
// first the most important, or else those of the format. A wide one has whole IDs and all
// labels.
func columnsOf(named []string, wide bool, rows *nodeRows) []column[nodeRow] {
	var out []column[nodeRow]
	for _, c := range people {
		switch {
		case c.name == "cluster" && !rows.named():
			continue
		case !wide && slices.Contains(wideOnly, c.name):
			continue
		}
		out = append(out, c)
	}
	if len(named) > 0 {
		out = chosenColumns(people, named)
	}
	for i := range out {
		switch c := &out[i]; {
		case wide && c.name == "id":
			c.cell, c.middle = func(b []byte, r *nodeRow) []byte { return append(b, r.ID...) }, false
		case wide && c.name == "labels":
			c.cell = func(b []byte, r *nodeRow) []byte { return appendLabels(b, r.Labels, true) }
		}
	}
	return out
}

func stateTone(r *nodeRow) string {
	switch orEmpty(r.State) {
	case "disconnected":
		return toneBad
	case "awaiting-reconnection":
		return toneWait
	}
	return ""
}

func membershipTone(r *nodeRow) string {
	switch orEmpty(r.Membership) {
	case "rejected":
		return toneBad
	case "pending":
		return toneWait
	}
	return ""
}

// columnNames are the names of columns as they stand above a list.
func columnNames[R any](columns []column[R]) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = cmp.Or(c.head, c.name)
	}
	return out
}

// cells are the texts of a row, printable, and a dash in place of an empty one.
func cells[R any](columns []column[R], r *R) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = cmp.Or(display.Printable(string(c.cell(nil, r))), "-")
	}
	return out
}

// unknown stands in a table for what is not known; none, for what a node does not have.
const (
	unknown = "?"
	none    = "-"
)

func orUnknown(s *string) string { return cmp.Or(orEmpty(s), unknown) }

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// appendFree appends an amount as people read it: free of total.
func appendFree[Q quantity](b []byte, r *nodeRow, a *amount[Q], unit func([]byte, Q) []byte) []byte {
	switch {
	case !r.computes:
		return append(b, none...)
	case a == nil:
		return append(b, unknown...)
	case a.Free == nil:
		b = append(b, unknown...)
	default:
		b = unit(b, *a.Free)
	}
	return unit(append(b, '/'), a.Total)
}

// appendCores appends a number with two decimals at most, the others cut off.
func appendCores(b []byte, n float64) []byte {
	if n >= 0 && n < 100 && n == math.Trunc(n) {
		return strconv.AppendInt(b, int64(n), 10) // the same, but sooner
	}
	begin := len(b)
	b = strconv.AppendFloat(b, n, 'f', 6, 64)
	point := bytes.IndexByte(b[begin:], '.')
	if point < 0 { // it is no number
		return b
	}
	b = bytes.TrimRight(b[:begin+point+3], "0")
	return bytes.TrimSuffix(b, []byte("."))
}

func appendDevices(b []byte, n uint64) []byte { return strconv.AppendUint(b, n, 10) }

// appendBytes appends a number of bytes with two digits and their unit.
func appendBytes(b []byte, n uint64) []byte {
	if n >= 1<<63 {
		return append(b, unknown...) // no machine has this much
	}
	if n < 10 {
		return append(strconv.AppendUint(b, n, 10), 'B')
	}
	// As humanize.IBytes has it, but a list of a large network takes half as long.
	unit, value := 0, float64(n)
	for ; value >= 1024; value /= 1024 {
		unit++
	}
	digits, factor := 0, 1.0
	if value < 10 {
		digits, factor = 1, 10
	}
	if value = math.Floor(value*factor+.5) / factor; value >= 10 {
		digits = 0
	}
	return append(strconv.AppendFloat(b, value, 'f', digits, 64), byteUnits[unit]...)
}

var byteUnits = []string{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"}

func appendCount(b []byte, r *nodeRow, n *int) []byte {
	switch {
	case !r.computes:
		return append(b, none...)
	case n == nil:
		return append(b, unknown...)
	}
	return strconv.AppendInt(b, int64(*n), 10)
}

func appendLastSeen(b []byte, r *nodeRow) []byte {
	switch {
	case !r.computes:
		return append(b, none...)
	case r.LastSeen == nil:
		return append(b, unknown...)
	}
	return append(appendAge(b, r.age), " ago"...)
}

// ages tell how to write the ages that are below a limit: in which unit, and with which other one
// behind it for the rest.
var ages = []struct {
	below, unit, rest time.Duration
	name, restName    byte
}{
	{2 * time.Minute, time.Second, 0, 's', 0},
	{10 * time.Minute, time.Minute, time.Second, 'm', 's'},
	{3 * time.Hour, time.Minute, 0, 'm', 0},
	{8 * time.Hour, time.Hour, time.Minute, 'h', 'm'},
	{2 * day, time.Hour, 0, 'h', 0},
	{8 * day, day, time.Hour, 'd', 'h'},
	{2 * year, day, 0, 'd', 0},
	{8 * year, year, day, 'y', 'd'},
	{math.MaxInt64, year, 0, 'y', 0},
}

const (
	day  = 24 * time.Hour
	year = 365 * day
)

// appendAge appends an age as kubectl has it, whose own function makes garbage.
func appendAge(b []byte, age time.Duration) []byte {
	a := &ages[0]
	for i := range ages {
		if a = &ages[i]; age < a.below {
			break
		}
	}
	b = append(strconv.AppendInt(b, int64(age/a.unit), 10), a.name)
	if a.rest > 0 && age%a.unit >= a.rest {
		b = append(strconv.AppendInt(b, int64(age%a.unit/a.rest), 10), a.restName)
	}
	return b
}

// isAutoLabel reports whether a key is that of a label that Bacalhau sets by itself.
func isAutoLabel(key string) bool {
	switch key {
	case "Architecture", "Operating-System", "name", "os_arch", "os_type":
		return true
	}
	return strings.HasPrefix(key, "GPU-") && gpuLabel().MatchString(key)
}

// gpuLabel matches the labels with the name and the memory of each GPU.
var gpuLabel = lazy.Regexp(`^GPU-\d+(-Memory)?$`)

// appendLabels appends labels as "key=value", sorted; those that Bacalhau sets by itself only with all.
func appendLabels(b []byte, labels map[string]string, all bool) []byte {
	type label struct{ key, value string }
	shown := make([]label, 0, 16) // on the stack, as most nodes have fewer
	for key, value := range labels {
		if all || !isAutoLabel(key) {
			shown = append(shown, label{key, value})
		}
	}
	slices.SortFunc(shown, func(l, m label) int {
		if n := min(len(l.key), len(m.key)); l.key[:n] != m.key[:n] {
			return strings.Compare(l.key, m.key)
		}
		return strings.Compare(l.key+"="+l.value, m.key+"="+m.value)
	})
	for i, l := range shown {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(append(b, l.key...), '='), l.value...)
	}
	return b
}

// appendWords appends words with commas between them.
func appendWords(b []byte, words []string) []byte {
	for i, word := range words {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, word...)
	}
	return b
}
