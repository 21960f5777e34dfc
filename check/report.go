package check

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/junit"
)

// formats is the table of formats; help, errors and completion read it.
var formats = map[string]func(w io.Writer, r *Report) error{
	"txt":    writeText, // a line for each rule
	"json":   writeJSON,
	"junit":  writeJUnit,  // XML, which CI systems show as tests
	"sarif":  writeSARIF,  // 2.1.0, which code scanners read
	"github": writeGitHub, // workflow commands of GitHub Actions, which annotates the rules that do not hold
}

// Formats lists the names of the formats, sorted.
func Formats() []string { return slices.Sorted(maps.Keys(formats)) }

// CheckFormat returns an error that lists the formats if the name is none of them.
func CheckFormat(name string) error {
	if _, ok := formats[name]; ok {
		return nil
	}
	return fmt.Errorf("unknown format %q (have %s)", name, strings.Join(Formats(), ", "))
}

// Write writes a report in one of the [Formats]. The same report gives the same bytes.
func Write(w io.Writer, r Report, format string) error {
	if err := CheckFormat(format); err != nil {
		return err
	}
	var buf bytes.Buffer
	if err := formats[format](&buf, &r); err != nil {
		return fmt.Errorf("writing %s: %w", format, err)
	}
	if _, err := w.Write(buf.Bytes()); err != nil {
		return fmt.Errorf("writing %s: %w", format, err)
	}
	return nil
}

// verdict returns the report in a few words: "3 rules: 2 hold, 1 is broken".
func (r *Report) verdict() string {
	parts := []string{display.Count(len(r.Results), "rule") + ": " + display.Plural(r.Count(Holds), "holds", "hold")}
	if n := r.Count(Broken); n > 0 {
		parts = append(parts, display.Plural(n, "is broken", "are broken"))
	}
	if n := r.Count(Unknown); n > 0 {
		parts = append(parts, fmt.Sprintf("%d cannot be evaluated", n))
	}
	return strings.Join(parts, ", ")
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
	_, err := fmt.Fprintln(w, r.verdict())
	return err
}

func writeJSON(w io.Writer, r *Report) error {
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
	doc := struct {
		Version int      `json:"version"`
		Rules   string   `json:"rules"`
		Status  Status   `json:"status"`
		Results []result `json:"results"`
	}{1, r.File, r.Status(), []result{}}
	for _, res := range r.Results {
		doc.Results = append(doc.Results, result{
			res.Rule.Name, res.Status, res.Found, res.Nodes, res.Rule.Message, res.Rule.Subject, res.Rule.Line, res.Rule.Column,
		})
	}
	return indented(w, doc)
}

func indented(w io.Writer, doc any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(doc)
}

// writeJUnit writes a broken rule as a failure, and a rule that cannot be evaluated
// as an error.
func writeJUnit(w io.Writer, r *Report) error {
	var cases []junit.Case
	for i := range r.Results {
		res := &r.Results[i]
		c := junit.Case{Name: res.Rule.Name, Class: "bacviz." + string(res.Rule.Subject), File: r.File, Line: res.Rule.Line}
		p := &junit.Problem{Message: res.Found, Type: string(res.Status), Text: res.sentence()}
		switch res.Status {
		case Broken:
			c.Failure = p
		case Unknown:
			c.Error = p
		default:
			c.Output = res.Found
		}
		cases = append(cases, c)
	}
	return junit.Write(w, "bacviz check", cases)
}

// writeSARIF writes a broken rule as a result, and a rule that cannot be evaluated as
// a notification of a run that did not succeed. A rule that holds gives no result.
func writeSARIF(w io.Writer, r *Report) error {
	type m = map[string]any
	text := func(s string) m { return m{"text": s} }
	location := func(res *Result) []m {
		return []m{{"physicalLocation": m{
			"artifactLocation": m{"uri": fileURI(r.File)},
			"region":           m{"startLine": res.Rule.Line, "startColumn": res.Rule.Column},
		}}}
	}
	rules, results, notes := []m{}, []m{}, []m{}
	for i := range r.Results {
		res := &r.Results[i]
		rule := m{"id": res.Rule.Name, "shortDescription": text(res.Rule.Name)}
		if res.Rule.Message != "" {
			rule["help"] = text(res.Rule.Message)
		}
		rules = append(rules, rule)
		switch res.Status {
		case Broken:
			results = append(results, m{
				"ruleId": res.Rule.Name, "ruleIndex": i, "level": "error",
				"message": text(res.sentence()), "locations": location(res),
				"partialFingerprints": m{"rule/v1": res.Rule.Name},
			})
		case Unknown:
			notes = append(notes, m{
				"level": "error", "message": text(res.sentence()), "locations": location(res),
				"associatedRule": m{"id": res.Rule.Name, "index": i},
			})
		}
	}
	invocation := m{"executionSuccessful": len(notes) == 0}
	if len(notes) > 0 {
		invocation["toolExecutionNotifications"] = notes
	}
	return indented(w, m{
		"$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		"version": "2.1.0",
		"runs": []m{{
			"tool":        m{"driver": m{"name": "bacviz", "informationUri": "https://github.com/bacviz/bacviz", "rules": rules}},
			"invocations": []m{invocation},
			"results":     results,
		}},
	})
}

// fileURI returns a path as a URI reference, relative if the path is.
func fileURI(path string) string {
	u := url.URL{Path: filepath.ToSlash(path)}
	if strings.HasPrefix(u.Path, "/") {
		u.Scheme = "file"
	}
	return u.String()
}

// writeGitHub writes a workflow command for each rule that does not hold. Texts from
// outside cannot pass for commands: no line begins with one, and "##[", which the
// runner takes for an older kind of command anywhere in a line, is escaped
// (ActionCommand.TryParse of actions/runner).
func writeGitHub(w io.Writer, r *Report) error {
	var b strings.Builder
	for i := range r.Results {
		res := &r.Results[i]
		switch res.Status {
		case Holds:
			fmt.Fprintf(&b, "holds: %s: %s\n", res.Rule.Name, res.Found)
			continue
		case Unknown:
			res = &Result{res.Rule, res.Status, "cannot be evaluated: " + res.Found, res.Nodes}
		}
		fmt.Fprintf(&b, "::error file=%s,line=%d,col=%d,title=%s::%s\n",
			property.Replace(display.Printable(r.File)), res.Rule.Line, res.Rule.Column, property.Replace(res.Rule.Name), message.Replace(res.sentence()))
	}
	fmt.Fprintln(&b, r.verdict())
	_, err := io.WriteString(w, strings.ReplaceAll(b.String(), "##[", `##\x5b`))
	return err
}

// The escapes of the commands, as the runner's own toolkit writes them.
var (
	message  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)
