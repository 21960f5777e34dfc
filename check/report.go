package check

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/jsondoc"
	"github.com/bacviz/bacviz/internal/junit"
)

// A format writes the outcome of a check: a report, or why there is none.
type format struct {
	report  func(w io.Writer, r *Report) error
	trouble func(w io.Writer, t *Trouble) error
}

// formats is the table of formats; help, errors and completion read it.
var formats = map[string]format{
	"txt":    {writeText, writeNoTrouble},       // a line for each rule
	"json":   {writeJSON, writeJSONTrouble},     // docs/check.schema.json
	"junit":  {writeJUnit, writeJUnitTrouble},   // XML, which CI systems show as tests
	"sarif":  {writeSARIF, writeSARIFTrouble},   // 2.1.0, which code scanners read
	"github": {writeGitHub, writeGitHubTrouble}, // workflow commands of GitHub Actions, which annotates the rules that do not hold
}

// Formats lists the names of the formats, sorted.
func Formats() []string { return slices.Sorted(maps.Keys(formats)) }

// checkFormat returns an error that lists the formats if the name is none of them.
func checkFormat(name string) error {
	if _, ok := formats[name]; ok {
		return nil
	}
	return fmt.Errorf("unknown format %q (have %s)", name, strings.Join(Formats(), ", "))
}

// Write writes a report in one of the [Formats]. The same report gives the same bytes.
func Write(w io.Writer, r Report, name string) error {
	return write(w, name, func(f format, w io.Writer) error { return f.report(w, &r) })
}

// WriteTrouble writes, in one of the [Formats], why there is no report. Its readers
// see neither the exit status nor the messages of the program. The text format is for
// people, who see both, and stays empty.
func WriteTrouble(w io.Writer, t Trouble, name string) error {
	return write(w, name, func(f format, w io.Writer) error { return f.trouble(w, &t) })
}

func write(w io.Writer, name string, content func(f format, w io.Writer) error) error {
	if err := checkFormat(name); err != nil {
		return err
	}
	var buf bytes.Buffer
	if err := content(formats[name], &buf); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	if _, err := w.Write(buf.Bytes()); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return nil
}

// verdict returns the report in a few words: "3 rules: 2 hold, 1 is broken", or "1 rule is
// broken" where there is nothing to tell apart.
func (r *Report) verdict() string {
	counted := func(n int, s Status) string {
		switch s {
		case Broken:
			return display.Plural(n, "is broken", "are broken")
		case Unknown:
			return fmt.Sprintf("%d cannot be evaluated", n)
		}
		return display.Plural(n, "holds", "hold")
	}
	rules := display.Count(len(r.Results), "rule")
	var parts []string
	for _, s := range []Status{Holds, Broken, Unknown} {
		n := r.Count(s)
		part := counted(n, s)
		if n == len(r.Results) {
			return rules + strings.TrimPrefix(part, fmt.Sprint(n))
		}
		if n > 0 {
			parts = append(parts, part)
		}
	}
	return rules + ": " + strings.Join(parts, ", ")
}

// nodes returns the IDs of the nodes at fault, at most five of them.
func (r *Result) nodes() string {
	const most = 5
	if len(r.Nodes) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(r.Nodes[:most], ", "), len(r.Nodes)-most)
	}
	return strings.Join(r.Nodes, ", ")
}

// sentence returns all that is known about a rule that does not hold.
func (r *Result) sentence() string {
	s := r.Found
	if len(r.Nodes) > 0 {
		s += " (" + r.nodes() + ")"
	}
	if r.Rule.Message != "" {
		s += ": " + r.Rule.Message
	}
	return s
}

func writeText(w io.Writer, r *Report) error {
	for i := range r.Results {
		res := &r.Results[i]
		fmt.Fprintf(w, "%-7s  %s: %s\n", res.Status, res.Rule.Name, res.Found)
		if res.Status == Holds {
			continue
		}
		if len(res.Nodes) > 0 {
			fmt.Fprintf(w, "         nodes: %s\n", res.nodes())
		}
		if res.Rule.Message != "" {
			fmt.Fprintf(w, "         message: %s\n", res.Rule.Message)
		}
	}
	verdict := r.verdict()
	if r.Waited > 0 {
		verdict += ", after waiting " + r.Waited.String()
	}
	_, err := fmt.Fprintln(w, verdict)
	return err
}

// A document is a report as JSON; docs/check.schema.json describes it.
type document struct {
	Version int        `json:"version"`
	Rules   string     `json:"rules"`
	Status  Status     `json:"status"`
	Warning string     `json:"warning,omitempty"`
	Waited  float64    `json:"waited,omitempty"` // seconds
	Error   *troubleOf `json:"error,omitempty"`
	Results []result   `json:"results"`
}

type result struct {
	Name    string   `json:"name"`
	Status  Status   `json:"status"`
	Found   string   `json:"found"`
	Nodes   []string `json:"nodes,omitempty"`
	Message string   `json:"message,omitempty"`
	Subject Subject  `json:"subject"`
	Line    int      `json:"line"`
	Column  int      `json:"column"`
}

type troubleOf struct {
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
}

func writeJSON(w io.Writer, r *Report) error {
	doc := document{1, r.File, r.Status(), r.Warning, r.Waited.Seconds(), nil, []result{}}
	for _, res := range r.Results {
		doc.Results = append(doc.Results, result{
			res.Rule.Name, res.Status, res.Found, res.Nodes, res.Rule.Message, res.Rule.Subject, res.Rule.Line, res.Rule.Column,
		})
	}
	return jsondoc.Encode(w, doc)
}

func writeJSONTrouble(w io.Writer, t *Trouble) error {
	return jsondoc.Encode(w, document{1, t.Rules, Unknown, "", 0, &troubleOf{t.Message, t.Hint, t.File, t.Line, t.Column}, []result{}})
}

// writeJUnit writes a broken rule as a failure, and a rule that cannot be evaluated
// as an error. The warning stands in each case, since systems of CI show the output of
// cases and not that of a suite.
func writeJUnit(w io.Writer, r *Report) error {
	doubt := ""
	if r.Warning != "" {
		doubt = "\nwarning: " + r.Warning
	}
	var cases []junit.Case
	for i := range r.Results {
		res := &r.Results[i]
		c := junit.Case{Name: res.Rule.Name, Class: "bacviz." + string(res.Rule.Subject)}
		place := fmt.Sprintf("%s:%d:%d: ", display.Printable(r.File), res.Rule.Line, res.Rule.Column)
		p := &junit.Problem{Message: res.Found, Type: string(res.Status), Text: place + res.sentence() + doubt}
		switch res.Status {
		case Broken:
			c.Failure = p
		case Unknown:
			c.Error = p
		default:
			c.Output = res.Found + doubt
		}
		cases = append(cases, c)
	}
	return junit.Write(w, "bacviz check", cases)
}

// writeJUnitTrouble writes one test that ended with an error.
func writeJUnitTrouble(w io.Writer, t *Trouble) error {
	p := &junit.Problem{Message: t.Message, Type: string(Unknown), Text: t.String()}
	return junit.Write(w, "bacviz check", []junit.Case{{Name: "the rules can be checked", Class: "bacviz.check", Error: p}})
}
