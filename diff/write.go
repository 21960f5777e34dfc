package diff

// This file writes diffs for people, and for what shows test results.

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Format is a way to write a list of changes.
type Format struct {
	Name      string
	Extension string // of files, without the dot

	write func(w io.Writer, d *Diff, opt WriteOptions) error
}

// WriteOptions say how to write a list of changes.
type WriteOptions struct {
	Color    bool   // for a terminal: text only
	Old, New string // what was compared, as a reader knows it; may be empty
}

// formats is the table of formats; help, errors and completion read it.
var formats = []Format{
	{"txt", "txt", writeText},
	{"md", "md", writeMarkdown}, // for a job summary or a comment
	{"json", "json", func(w io.Writer, d *Diff, _ WriteOptions) error { return d.WriteJSON(w) }}, // docs/diff.schema.json
	{"junit", "xml", writeJUnit}, // a failed test for each node that differs
}

// Formats lists the formats.
func Formats() []Format { return append([]Format(nil), formats...) }

// FormatNamed returns the format of that name or file extension.
func FormatNamed(name string) (Format, bool) {
	for _, f := range formats {
		if name == f.Name || name == f.Extension {
			return f, true
		}
	}
	return Format{}, false
}

// Write writes the diff. The same diff and options give the same bytes.
func (f Format) Write(w io.Writer, d *Diff, opt WriteOptions) error { return f.write(w, d, opt) }

// entry is one node, or orchestrator, in the list of changes.
type entry struct {
	sign    byte // + - ~ >
	name    string
	about   string
	changes [][3]string // field, before, after
}

const guess = "a guess: the same labels and capacity"

// entries are all changes: the time, orchestrators, then nodes by ID.
func (d *Diff) entries() []entry {
	all := make([]entry, 0, len(d.Added)+len(d.Removed)+len(d.Changed)+len(d.Renamed))
	several := d.several()
	if !d.OldTaken.Equal(d.NewTaken) {
		taken := Change{Field: fieldTaken, Before: timeOrNil(d.OldTaken), After: timeOrNil(d.NewTaken)}
		all = append(all, entry{'~', "the snapshots", "", lines([]Change{taken}, several)})
	}
	for _, r := range d.RenamedOrchestrators {
		all = append(all, entry{'>', "orchestrator " + printable(r.From), "is now " + printable(r.To) + " (a guess: it lists the same nodes)", nil})
	}
	for _, o := range d.AddedOrchestrators {
		all = append(all, entry{'+', "orchestrator " + printable(o), "", nil})
	}
	for _, o := range d.RemovedOrchestrators {
		all = append(all, entry{'-', "orchestrator " + printable(o), "", nil})
	}
	for _, r := range d.Renamed {
		all = append(all, entry{'>', printable(r.From), "is now " + printable(r.To) + " (" + guess + ")", nil})
	}
	for i := range d.Added {
		all = append(all, entry{'+', printable(d.Added[i].ID), about(&d.Added[i]), nil})
	}
	for i := range d.Removed {
		all = append(all, entry{'-', printable(d.Removed[i].ID), about(&d.Removed[i]), nil})
	}
	for i := range d.Changed {
		n := &d.Changed[i]
		all = append(all, entry{'~', printable(n.ID), "", lines(n.Changes, several)})
	}
	return all
}

// signColors are for a terminal; the signs say the same without them.
var signColors = map[byte]string{'+': "32", '-': "31", '~': "33", '>': "36"}

func writeText(w io.Writer, d *Diff, opt WriteOptions) error {
	var b strings.Builder
	paint := func(code, s string) {
		if opt.Color {
			b.WriteString("\x1b[" + code + "m" + s + "\x1b[0m")
		} else {
			b.WriteString(s)
		}
	}
	if d.Empty() {
		b.WriteString(d.Summary() + "\n")
		_, err := io.WriteString(w, b.String())
		return err
	}
	paint("1", d.Summary())
	b.WriteString("\n\n")
	for _, e := range d.entries() {
		paint(signColors[e.sign], string(e.sign)+" "+e.name)
		if e.about != "" {
			b.WriteString("  " + e.about)
		}
		b.WriteByte('\n')
		wide := 0
		for _, c := range e.changes {
			wide = max(wide, utf8.RuneCountInString(c[0]))
		}
		for _, c := range e.changes {
			b.WriteString("    " + c[0] + strings.Repeat(" ", wide-utf8.RuneCountInString(c[0])) + "  ")
			paint("31", c[1])
			b.WriteString(" → ")
			paint("32", c[2])
			b.WriteByte('\n')
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

var signWords = map[byte]string{'+': "came", '-': "went", '~': "changed", '>': "renamed"}

// writeMarkdown writes the verdict and a table.
func writeMarkdown(w io.Writer, d *Diff, opt WriteOptions) error {
	var b strings.Builder
	b.WriteString("**" + markdownText(d.Summary()) + "**\n")
	if opt.Old != "" || opt.New != "" {
		b.WriteString("\nFrom " + markdownCode(opt.Old) + " to " + markdownCode(opt.New) + ".\n")
	}
	if entries := d.entries(); len(entries) > 0 {
		b.WriteString("\n| | Node | What changed |\n|---|---|---|\n")
		for _, e := range entries {
			what := ""
			if e.about != "" {
				what = markdownCode(e.about)
			}
			for i, c := range e.changes {
				if i > 0 {
					what += "<br>"
				}
				what += markdownCode(c[0]) + ": " + markdownCode(c[1]) + " → " + markdownCode(c[2])
			}
			b.WriteString("| " + string(e.sign) + " " + signWords[e.sign] + " | " + markdownCode(e.name) + " | " + what + " |\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// markdownText writes what Markdown or HTML would take for something else as the
// number of its character; also the dot of an address that GitHub would make a
// link of, even in code.
func markdownText(s string) string {
	var b strings.Builder
	for _, r := range printable(s) {
		if strings.ContainsRune("\\`*_{}[]<>#|&!~@:$^", r) {
			fmt.Fprintf(&b, "&#%d;", r)
		} else {
			b.WriteRune(r)
		}
	}
	return strings.ReplaceAll(b.String(), "www.", "www&#46;")
}

// markdownCode is text in the type of code, which nothing in it can end.
func markdownCode(s string) string { return "<code>" + markdownText(s) + "</code>" }

type junitSuites struct {
	XMLName  xml.Name   `xml:"testsuites"`
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Suite    junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Failure *junitFailure `xml:"failure"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

func writeJUnit(w io.Writer, d *Diff, _ WriteOptions) error {
	var cases []junitCase
	for _, e := range d.entries() {
		f := &junitFailure{Type: signWords[e.sign], Message: signWords[e.sign]}
		if e.about != "" {
			f.Message += ": " + e.about
		}
		for i, c := range e.changes {
			if i == 0 {
				f.Message += ": " + c[0] + " " + c[1] + " → " + c[2]
			}
			f.Text += c[0] + ": " + c[1] + " → " + c[2] + "\n"
		}
		if n := len(e.changes); n > 1 {
			f.Message += " and " + strconv.Itoa(n-1) + " more"
		}
		cases = append(cases, junitCase{"bacviz.diff", e.name, f})
	}
	failures := len(cases)
	if d.Same() { // the time fails nothing
		failures = 0
		cases = []junitCase{{"bacviz.diff", d.Summary(), nil}}
	}
	suite := junitSuite{"bacviz diff", len(cases), failures, cases}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(junitSuites{Name: suite.Name, Tests: suite.Tests, Failures: failures, Suite: suite}); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
