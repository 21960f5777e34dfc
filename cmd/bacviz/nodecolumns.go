package main

// This file holds the columns of a list of nodes, and the texts of their cells.

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"

	"github.com/dustin/go-humanize"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/bacviz/bacviz/internal/display"
)

// A column is a name, and the texts of its cells.
type column[R any] struct {
	name string
	head string // what stands above it; "" for its name
	cell func(*R) string

	rank int             // where it stands in importance: the least has room first
	text bool            // its cells may be cut
	tone func(*R) string // the tone of its cells; nil for none

	middle bool // its cells may lose their middle
}

// people are all columns for people, in their order. A list has those of its format.
var people = []column[nodeRow]{
	{name: "id", middle: true, cell: func(r *nodeRow) string { return r.ShortID }},
	{name: "cluster", rank: 2, text: true, cell: func(r *nodeRow) string { return strings.Join(r.Clusters, ",") }},
	{name: "role", rank: 13, cell: func(r *nodeRow) string { return r.Role }},
	{name: "state", rank: 1, tone: stateTone, cell: func(r *nodeRow) string { return orUnknown(r.State) }},
	{name: "membership", rank: 8, tone: membershipTone, cell: func(r *nodeRow) string { return orUnknown(r.Membership) }},
	{name: "labels", rank: 9, text: true, cell: func(r *nodeRow) string { return labelText(r.Labels, false) }},
	{name: "engines", rank: 12, text: true, cell: func(r *nodeRow) string { return strings.Join(r.Engines, ",") }},
	{name: "cpu", rank: 3, cell: func(r *nodeRow) string { return freeText(r, r.CPU, coresText) }},
	{name: "memory", rank: 4, cell: func(r *nodeRow) string { return freeText(r, r.Memory, bytesText) }},
	{name: "disk", rank: 14, cell: func(r *nodeRow) string { return freeText(r, r.Disk, bytesText) }},
	{name: "gpu", rank: 5, cell: func(r *nodeRow) string {
		if r.GPU != nil && r.GPU.Total == 0 {
			return none
		}
		return freeText(r, r.GPU, devicesText)
	}},
	{name: "running", rank: 6, cell: func(r *nodeRow) string { return countText(r, r.Running) }},
	{name: "queued", rank: 7, cell: func(r *nodeRow) string { return countText(r, r.Queued) }},
	{name: "version", rank: 10, text: true, cell: func(r *nodeRow) string { return orUnknown(r.Version) }},
	{name: "last seen", rank: 11, cell: func(r *nodeRow) string { return lastSeenText(r) }},
	{name: "publishers", rank: 16, text: true, cell: func(r *nodeRow) string { return strings.Join(r.Publishers, ",") }},
	{name: "storage", rank: 17, text: true, cell: func(r *nodeRow) string { return strings.Join(r.Storage, ",") }},
	{name: "orchestrators", rank: 18, text: true, cell: func(r *nodeRow) string { return strings.Join(r.Orchestrators, ",") }},
	{name: "last error", rank: 15, text: true, tone: func(*nodeRow) string { return toneBad }, cell: func(r *nodeRow) string { return r.LastError }},
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
			c.cell, c.middle = func(r *nodeRow) string { return r.ID }, false
		case wide && c.name == "labels":
			c.cell = func(r *nodeRow) string { return labelText(r.Labels, true) }
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

// Columns for spreadsheets: plain numbers, and nothing where nothing is known. They say
// all that JSON does, so that either is a source of every command.
var csvColumns = []column[nodeRow]{
	{name: "id", middle: true, cell: func(r *nodeRow) string { return textCell(r.ID) }},
	{name: "short_id", cell: func(r *nodeRow) string { return textCell(r.ShortID) }},
	{name: "role", cell: func(r *nodeRow) string { return r.Role }},
	{name: "type", cell: func(r *nodeRow) string { return textCell(r.Type) }},
	{name: "state", cell: func(r *nodeRow) string { return textCell(orEmpty(r.State)) }},
	{name: "membership", cell: func(r *nodeRow) string { return textCell(orEmpty(r.Membership)) }},
	{name: "labels", cell: func(r *nodeRow) string { return labelCell(r.Labels) }},
	{name: "engines", cell: func(r *nodeRow) string { return wordCell(r.Engines) }},
	{name: "cpu_free", cell: func(r *nodeRow) string { return freeNumber(r.CPU) }},
	{name: "cpu_total", cell: func(r *nodeRow) string { return totalNumber(r.CPU) }},
	{name: "memory_free", cell: func(r *nodeRow) string { return freeNumber(r.Memory) }},
	{name: "memory_total", cell: func(r *nodeRow) string { return totalNumber(r.Memory) }},
	{name: "disk_free", cell: func(r *nodeRow) string { return freeNumber(r.Disk) }},
	{name: "disk_total", cell: func(r *nodeRow) string { return totalNumber(r.Disk) }},
	{name: "gpu_free", cell: func(r *nodeRow) string { return freeNumber(r.GPU) }},
	{name: "gpu_total", cell: func(r *nodeRow) string { return totalNumber(r.GPU) }},
	{name: "running", cell: func(r *nodeRow) string { return countNumber(r.Running) }},
	{name: "queued", cell: func(r *nodeRow) string { return countNumber(r.Queued) }},
	{name: "version", cell: func(r *nodeRow) string { return textCell(orEmpty(r.Version)) }},
	{name: "last_seen", cell: func(r *nodeRow) string {
		if r.LastSeen == nil {
			return ""
		}
		return r.LastSeen.Format(time.RFC3339Nano)
	}},
	{name: "last_error", cell: func(r *nodeRow) string { return textCell(r.LastError) }},
	{name: "publishers", cell: func(r *nodeRow) string { return wordCell(r.Publishers) }},
	{name: "storage", cell: func(r *nodeRow) string { return wordCell(r.Storage) }},
	{name: "orchestrators", cell: func(r *nodeRow) string { return wordCell(r.Orchestrators) }},
}

// spreadsheetColumns returns the columns of CSV, with one for the names of clusters if any
// row has such names.
func spreadsheetColumns(rows *nodeRows) []column[nodeRow] {
	if !rows.named() {
		return csvColumns
	}
	clusters := column[nodeRow]{name: "cluster", cell: func(r *nodeRow) string { return strings.Join(r.Clusters, ",") }}
	return append(slices.Clone(csvColumns), clusters)
}

// columnNames are the names of columns as they stand above a list.
func columnNames[R any](columns []column[R]) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = cmp.Or(c.head, c.name)
	}
	return out
}

// cells are the texts of a row.
func cells[R any](columns []column[R], r *R) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = c.cell(r)
	}
	return out
}

// spreadsheetCells makes cells safe for CSV: a spreadsheet does not take one for a
// formula, and none can steer a terminal.
func spreadsheetCells(cells []string) []string {
	for i, s := range cells {
		s = display.Printable(s)
		if formula.MatchString(s) {
			if _, err := strconv.ParseFloat(s, 64); err != nil {
				s = "'" + s
			}
		}
		cells[i] = s
	}
	return cells
}

// formula matches what a spreadsheet takes for a formula, and also what looks like one that
// was made safe, so that each can be told from the other when it is read back.
var formula = regexp.MustCompile(`^'*[=+\-@|%]`)

// textCell writes a text for a cell of CSV as it is, or as JSON if that would be read back
// as another one.
func textCell(s string) string {
	if !strings.HasPrefix(s, `"`) && s == display.Printable(s) {
		return s
	}
	return jsonCell(s)
}

// labelCell writes labels for a cell of CSV as people read them, or as JSON if that would be
// read back as other labels.
func labelCell(labels map[string]string) string {
	text := labelText(labels, true)
	plain := !strings.HasPrefix(text, "{") && text == display.Printable(text)
	for key, value := range labels {
		parts := strings.Split(value, ",")
		plain = plain && key != "" && !strings.ContainsAny(key, ",=") &&
			!slices.ContainsFunc(parts[1:], func(part string) bool { return strings.Contains(part, "=") })
	}
	if plain {
		return text
	}
	return jsonCell(labels)
}

// wordCell writes a list of words in the same way.
func wordCell(words []string) string {
	text := strings.Join(words, ",")
	ambiguous := func(word string) bool { return word == "" || strings.Contains(word, ",") }
	if !strings.HasPrefix(text, "[") && text == display.Printable(text) && !slices.ContainsFunc(words, ambiguous) {
		return text
	}
	return jsonCell(words)
}

// jsonCell writes a value as JSON with escapes for all characters that do not show.
func jsonCell(value any) string {
	var out strings.Builder
	text, _ := json.Marshal(value) // of texts, which does not fail
	for _, r := range string(text) {
		switch {
		case unicode.IsGraphic(r) && r != unicode.ReplacementChar:
			out.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&out, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.String()
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

// freeText writes an amount as people read it: free of total.
func freeText[Q quantity](r *nodeRow, a *amount[Q], unit func(Q) string) string {
	switch {
	case !r.computes:
		return none
	case a == nil:
		return unknown
	case a.Free == nil:
		return unknown + "/" + unit(a.Total)
	}
	return unit(*a.Free) + "/" + unit(a.Total)
}

func coresText(n float64) string {
	if n >= 0 && n < 100 && n == math.Trunc(n) {
		return strconv.Itoa(int(n)) // the same, without garbage
	}
	return humanize.FtoaWithDigits(n, 2)
}

func devicesText(n uint64) string { return strconv.FormatUint(n, 10) }

func bytesText(n uint64) string {
	if n >= 1<<63 {
		return unknown // no machine has this much
	}
	if n < 10 {
		return strconv.FormatUint(n, 10) + "B"
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
	var text [16]byte
	return string(append(strconv.AppendFloat(text[:0], value, 'f', digits, 64), byteUnits[unit]...))
}

var byteUnits = []string{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"}

func countText(r *nodeRow, n *int) string {
	switch {
	case !r.computes:
		return none
	case n == nil:
		return unknown
	}
	return strconv.Itoa(*n)
}

func countNumber(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

func freeNumber[Q quantity](a *amount[Q]) string {
	if a == nil || a.Free == nil {
		return ""
	}
	return numberText(*a.Free)
}

func totalNumber[Q quantity](a *amount[Q]) string {
	if a == nil {
		return ""
	}
	return numberText(a.Total)
}

// numberText writes all digits of a number.
func numberText[Q quantity](n Q) string {
	if cores, is := any(n).(float64); is {
		return strconv.FormatFloat(cores, 'f', -1, 64)
	}
	return strconv.FormatUint(uint64(n), 10)
}

func lastSeenText(r *nodeRow) string {
	switch {
	case !r.computes:
		return none
	case r.LastSeen == nil:
		return unknown
	}
	return duration.HumanDuration(r.age) + " ago"
}

// isAutoLabel reports whether a key is that of a label that Bacalhau sets by itself.
func isAutoLabel(key string) bool {
	switch key {
	case "Architecture", "Operating-System", "name", "os_arch", "os_type":
		return true
	}
	return strings.HasPrefix(key, "GPU-") && gpuLabel.MatchString(key)
}

// gpuLabel matches the labels with the name and the memory of each GPU.
var gpuLabel = regexp.MustCompile(`^GPU-\d+(-Memory)?$`)

// labelText writes labels in the order of their keys; those that Bacalhau sets by
// itself only with all.
func labelText(labels map[string]string, all bool) string {
	out := make([]string, 0, 16) // on the stack, as most nodes have fewer
	for key, value := range labels {
		if all || !isAutoLabel(key) {
			out = append(out, key+"="+value)
		}
	}
	slices.Sort(out)
	return strings.Join(out, ",")
}
