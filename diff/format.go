package diff

// This file writes diffs for people, and for what shows test results.

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/junit"
	"github.com/bacviz/bacviz/internal/mdtext"
)

// A Format is a way to write a list of changes.
type Format struct {
	Name      string
	Extension string // of files, without the dot

	write   func(ctx context.Context, w io.Writer, d *Diff, opt WriteOptions) error
	trouble func(w io.Writer, t *Trouble) error
}

// WriteOptions say how to write a list of changes.
type WriteOptions struct {
	Color    bool   // colour the text for a terminal
	Old, New string // names of the snapshots for the reader; may be empty

	// Waited is for how long the new snapshot was looked at again. The text, Markdown and
	// JSON say so; 0 says nothing.
	Waited time.Duration
}

// after says how long was waited, behind a summary.
func (o WriteOptions) after() string {
	if o.Waited == 0 {
		return ""
	}
	return ", after waiting " + o.Waited.String()
}

// formats is the table of formats; help, errors and completion read it.
var formats = []Format{
	{"txt", "txt", writeText, writeNoTrouble},
	{"md", "md", writeMarkdown, writeMarkdownTrouble}, // for a job summary or a comment
	{"json", "json", writeDocument, writeJSONTrouble}, // docs/diff.schema.json
	{"junit", "xml", writeJUnit, writeJUnitTrouble},   // a failed test for each node that differs
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

// Write writes the diff. The same diff and options give the same bytes. It returns
// ctx.Err() if ctx ends before all bytes are made.
func (f Format) Write(ctx context.Context, w io.Writer, d *Diff, opt WriteOptions) error {
	return f.write(ctx, interrupt.Writer{Context: ctx, To: w}, d, opt)
}

// A sign is the kind of an entry, and the character that marks it in a text.
type sign byte

const (
	added   sign = '+'
	removed sign = '-'
	changed sign = '~'
	renamed sign = '>'
)

var signWords = map[sign]string{added: "added", removed: "removed", changed: "changed", renamed: "renamed"}

func (s sign) String() string { return signWords[s] }

// signColors are codes for a terminal, which adds nothing to the signs.
var signColors = map[sign]string{added: "32", removed: "31", changed: "33", renamed: "36"}

// An entry is one node or orchestrator in the list of changes, in printable words.
type entry struct {
	sign  sign
	name  string
	about string // a description; may be empty
	lines []line
}

// gap returns what separates the name from what is said about it. A renamed node's is
// a sentence.
func (e *entry) gap() string {
	if e.sign == renamed {
		return " "
	}
	return "  "
}

// entries returns all changes: the time, orchestrators, then nodes by ID. That a renamed
// node was added, and removed or changed, is part of its one entry.
func (d *Diff) entries(ctx context.Context) []entry {
	return d.entriesFor(ctx, d.severalOrchestrators())
}

// entriesFor returns all changes. Those that an orchestrator reports name it if there are
// several.
func (d *Diff) entriesFor(ctx context.Context, several bool) []entry {
	all := make([]entry, 0, len(d.Added)+len(d.Removed)+len(d.Changed)+len(d.Renamed))
	addedHubs, removedHubs := slices.Clone(d.AddedOrchestrators), slices.Clone(d.RemovedOrchestrators)
	for _, r := range d.RenamedOrchestrators {
		addedHubs, removedHubs = append(addedHubs, r.To), append(removedHubs, r.From)
	}
	if !d.OldTaken.Equal(d.NewTaken) {
		taken := Change{Field: fieldTaken, Before: timeOrNil(d.OldTaken), After: timeOrNil(d.NewTaken)}
		all = append(all, entry{changed, "the snapshots", "", lines([]Change{taken}, several)})
	}
	for _, r := range d.RenamedOrchestrators {
		all = append(all, entry{renamed, "orchestrator " + display.Printable(r.From), "is probably now " + display.Printable(r.To) + " (" + guessedOrchestrator + ")", nil})
	}
	for _, o := range d.AddedOrchestrators {
		all = append(all, entry{added, "orchestrator " + display.Printable(o), "", nil})
	}
	for _, o := range d.RemovedOrchestrators {
		all = append(all, entry{removed, "orchestrator " + display.Printable(o), "", nil})
	}
	at := d.renameOf()
	first := len(all) // of the renamed nodes
	for _, r := range d.Renamed {
		all = append(all, entry{renamed, display.Printable(r.From), "is probably now " + display.Printable(r.To) + " (" + guessedNode + ")", nil})
	}
	for i := range interrupt.Range(ctx, len(d.Added)) {
		about := describe(&d.Added[i], addedHubs)
		if k, is := at[d.Added[i].ID]; is {
			all[first+k].about += ": " + about
			continue
		}
		all = append(all, entry{added, display.Printable(d.Added[i].ID), about, nil})
	}
	for i := range interrupt.Range(ctx, len(d.Removed)) {
		if _, is := at[d.Removed[i].ID]; is {
			continue
		}
		all = append(all, entry{removed, display.Printable(d.Removed[i].ID), describe(&d.Removed[i], removedHubs), nil})
	}
	for i := range interrupt.Range(ctx, len(d.Changed)) {
		n := &d.Changed[i]
		said := lines(n.Changes, several)
		if k, is := at[n.ID]; is {
			for i := range said {
				if n.ID == d.Renamed[k].From { // the orchestrator keeps it
					said[i].field += " of the old record"
				}
			}
			all[first+k].lines = append(all[first+k].lines, said...)
			continue
		}
		all = append(all, entry{changed, display.Printable(n.ID), "", said})
	}
	return all
}

// renameOf returns the index in Renamed of each old and each new ID.
func (d *Diff) renameOf() map[string]int {
	at := make(map[string]int, 2*len(d.Renamed))
	for i, r := range d.Renamed {
		at[r.From], at[r.To] = i, i
	}
	return at
}

func writeText(ctx context.Context, w io.Writer, d *Diff, opt WriteOptions) error {
	var b strings.Builder
	paint := func(code, s string) {
		if opt.Color {
			b.WriteString("\x1b[" + code + "m" + s + "\x1b[0m")
		} else {
			b.WriteString(s)
		}
	}
	if d.Empty() {
		_, err := io.WriteString(w, d.Summary()+opt.after()+"\n")
		return err
	}
	paint("1", d.Summary()+opt.after())
	b.WriteString("\n\n")
	entries := d.entries(ctx)
	for i := range interrupt.Range(ctx, len(entries)) {
		e := &entries[i]
		paint(signColors[e.sign], string(rune(e.sign))+" "+e.name)
		if e.about != "" {
			b.WriteString(e.gap() + e.about)
		}
		b.WriteByte('\n')
		width := 0
		for _, l := range e.lines {
			width = max(width, utf8.RuneCountInString(l.field))
		}
		for _, l := range e.lines {
			b.WriteString("    " + l.field + strings.Repeat(" ", width-utf8.RuneCountInString(l.field)) + "  ")
			paint("31", l.before)
			b.WriteString(" → ")
			paint("32", l.after)
			b.WriteByte('\n')
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeMarkdown writes the summary and a table. Texts of the network are in the type
// of code.
func writeMarkdown(ctx context.Context, w io.Writer, d *Diff, opt WriteOptions) error {
	var b strings.Builder
	b.WriteString("**" + d.Summary() + opt.after() + "**\n") // fixed words and numbers: nothing to escape
	if opt.Old != "" || opt.New != "" {
		b.WriteString("\nFrom " + mdtext.Code(opt.Old) + " to " + mdtext.Code(opt.New) + ".\n")
	}
	if entries := d.entries(ctx); len(entries) > 0 {
		b.WriteString("\n| | Node | Changes |\n|---|---|---|\n")
		for i := range interrupt.Range(ctx, len(entries)) {
			e := &entries[i]
			var what []string
			if e.about != "" {
				what = append(what, mdtext.Code(e.about))
			}
			for _, l := range e.lines {
				what = append(what, mdtext.Code(l.field)+": "+mdtext.Code(l.before)+" → "+mdtext.Code(l.after))
			}
			b.WriteString("| " + string(rune(e.sign)) + " " + e.sign.String() + " | " + mdtext.Code(e.name) + " | " + strings.Join(what, "<br>") + " |\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeJUnit writes a failed test for each entry, or one that passed if there is no
// change. The time of the snapshots makes no test fail.
func writeJUnit(ctx context.Context, w io.Writer, d *Diff, _ WriteOptions) error {
	const class = "bacviz.diff"
	var cases []junit.Case
	if d.Same() {
		cases = append(cases, junit.Case{Class: class, Name: d.Summary()})
	} else {
		for _, e := range d.entries(ctx) {
			cases = append(cases, junit.Case{Class: class, Name: e.name, Failure: e.failure()})
		}
	}
	return junit.Write(w, "bacviz diff", cases)
}

// failure returns the entry as the reason of a failed test.
func (e *entry) failure() *junit.Problem {
	word := e.sign.String()
	f := &junit.Problem{Type: word, Message: word}
	if e.about != "" {
		f.Message += ": " + e.about
	}
	for i, l := range e.lines {
		if i == 0 {
			f.Message += ": " + l.field + " " + l.before + " → " + l.after
		}
		f.Text += l.String() + "\n"
	}
	if n := len(e.lines); n > 1 {
		f.Message += " and " + strconv.Itoa(n-1) + " more"
	}
	return f
}
