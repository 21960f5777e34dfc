package main

// This file holds the columns of a list of nodes, and the texts of their cells.

import (
	"cmp"
	"encoding/json"
	"fmt"
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
type column struct {
	name string
	cell func(*nodeRow) string
}

// Columns for people.
var (
	tableColumns = []column{
		{"id", func(r *nodeRow) string { return r.ShortID }},
		{"role", func(r *nodeRow) string { return r.Role }},
		{"state", func(r *nodeRow) string { return orUnknown(r.State) }},
		{"membership", func(r *nodeRow) string { return orUnknown(r.Membership) }},
		{"labels", func(r *nodeRow) string { return labelText(r.Labels, false) }},
		{"engines", func(r *nodeRow) string { return strings.Join(r.Engines, ",") }},
		{"cpu", func(r *nodeRow) string { return freeText(r, r.CPU, coresText) }},
		{"memory", func(r *nodeRow) string { return freeText(r, r.Memory, bytesText) }},
		{"running", func(r *nodeRow) string { return countText(r, r.Running) }},
		{"queued", func(r *nodeRow) string { return countText(r, r.Queued) }},
		{"version", func(r *nodeRow) string { return orUnknown(r.Version) }},
		{"last seen", func(r *nodeRow) string { return lastSeenText(r) }},
	}
	wideColumns = slices.Concat(
		[]column{{"id", func(r *nodeRow) string { return r.ID }}}, tableColumns[1:4],
		[]column{{"labels", func(r *nodeRow) string { return labelText(r.Labels, true) }}}, tableColumns[5:8],
		[]column{
			{"disk", func(r *nodeRow) string { return freeText(r, r.Disk, bytesText) }},
			{"gpu", func(r *nodeRow) string {
				if r.GPU != nil && r.GPU.Total == 0 {
					return none
				}
				return freeText(r, r.GPU, devicesText)
			}},
		}, tableColumns[8:],
		[]column{
			{"publishers", func(r *nodeRow) string { return strings.Join(r.Publishers, ",") }},
			{"storage", func(r *nodeRow) string { return strings.Join(r.Storage, ",") }},
			{"orchestrators", func(r *nodeRow) string { return strings.Join(r.Orchestrators, ",") }},
			{"last error", func(r *nodeRow) string { return r.LastError }},
		})
)

// Columns for spreadsheets: plain numbers, and nothing where nothing is known. They say
// all that JSON does, so that either is a source of every command.
var csvColumns = []column{
	{"id", func(r *nodeRow) string { return textCell(r.ID) }},
	{"short_id", func(r *nodeRow) string { return textCell(r.ShortID) }},
	{"role", func(r *nodeRow) string { return r.Role }},
	{"type", func(r *nodeRow) string { return textCell(r.Type) }},
	{"state", func(r *nodeRow) string { return textCell(orEmpty(r.State)) }},
	{"membership", func(r *nodeRow) string { return textCell(orEmpty(r.Membership)) }},
	{"labels", func(r *nodeRow) string { return labelCell(r.Labels) }},
	{"engines", func(r *nodeRow) string { return wordCell(r.Engines) }},
	{"cpu_free", func(r *nodeRow) string { return freeNumber(r.CPU) }},
	{"cpu_total", func(r *nodeRow) string { return totalNumber(r.CPU) }},
	{"memory_free", func(r *nodeRow) string { return freeNumber(r.Memory) }},
	{"memory_total", func(r *nodeRow) string { return totalNumber(r.Memory) }},
	{"disk_free", func(r *nodeRow) string { return freeNumber(r.Disk) }},
	{"disk_total", func(r *nodeRow) string { return totalNumber(r.Disk) }},
	{"gpu_free", func(r *nodeRow) string { return freeNumber(r.GPU) }},
	{"gpu_total", func(r *nodeRow) string { return totalNumber(r.GPU) }},
	{"running", func(r *nodeRow) string { return countNumber(r.Running) }},
	{"queued", func(r *nodeRow) string { return countNumber(r.Queued) }},
	{"version", func(r *nodeRow) string { return textCell(orEmpty(r.Version)) }},
	{"last_seen", func(r *nodeRow) string {
		if r.LastSeen == nil {
			return ""
		}
		return r.LastSeen.Format(time.RFC3339Nano)
	}},
	{"last_error", func(r *nodeRow) string { return textCell(r.LastError) }},
	{"publishers", func(r *nodeRow) string { return wordCell(r.Publishers) }},
	{"storage", func(r *nodeRow) string { return wordCell(r.Storage) }},
	{"orchestrators", func(r *nodeRow) string { return wordCell(r.Orchestrators) }},
}

// withClusters returns the columns with one for the names of clusters, behind the first so
// many, if any row has such names.
func withClusters(columns []column, behind int, rows []nodeRow) []column {
	if !slices.ContainsFunc(rows, func(r nodeRow) bool { return len(r.Clusters) > 0 }) {
		return columns
	}
	clusters := column{"cluster", func(r *nodeRow) string { return strings.Join(r.Clusters, ",") }}
	return slices.Insert(slices.Clone(columns), behind, clusters)
}

// columnNames are the names of columns, for the head of a list.
func columnNames(columns []column) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = c.name
	}
	return out
}

// cells are the texts of a row.
func cells(columns []column, r *nodeRow) []string {
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

func coresText(n float64) string { return humanize.FtoaWithDigits(n, 2) }

func devicesText(n uint64) string { return strconv.FormatUint(n, 10) }

func bytesText(n uint64) string {
	if n >= 1<<63 {
		return unknown // no machine has this much
	}
	return strings.ReplaceAll(humanize.IBytes(n), " ", "")
}

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
	var out []string
	for key, value := range labels {
		if all || !isAutoLabel(key) {
			out = append(out, key+"="+value)
		}
	}
	slices.Sort(out)
	return strings.Join(out, ",")
}
