package check

// This file writes reports for code scanners.

import (
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/bacviz/bacviz/internal/jsondoc"
)

// An object is one of JSON.
type object = map[string]any

// writeSARIF writes a broken rule as a result, and a rule that cannot be evaluated as
// a notification of a run that did not succeed. A rule that holds gives no result.
func writeSARIF(w io.Writer, r *Report) error {
	text := func(s string) object { return object{"text": s} }
	location := func(res *Result) []object { return sarifLocation(r.File, res.Rule.Line, res.Rule.Column) }
	rules, results, notes := []object{}, []object{}, []object{}
	for i := range r.Results {
		res := &r.Results[i]
		rule := object{"id": res.Rule.Name, "shortDescription": text(res.Rule.Name)}
		if res.Rule.Message != "" {
			rule["help"] = text(res.Rule.Message)
		}
		rules = append(rules, rule)
		switch res.Status {
		case Broken:
			results = append(results, object{
				"ruleId": res.Rule.Name, "ruleIndex": i, "level": "error",
				"message": text(res.sentence()), "locations": location(res),
				"partialFingerprints": object{"rule/v1": res.Rule.Name},
			})
		case Unknown:
			notes = append(notes, object{
				"level": "error", "message": text(res.sentence()), "locations": location(res),
				"associatedRule": object{"id": res.Rule.Name, "index": i},
			})
		}
	}
	failed := len(notes) > 0
	if r.Warning != "" {
		notes = append(notes, object{"level": "warning", "message": text(r.Warning)})
	}
	return sarifRun(w, !failed, rules, results, notes)
}

// writeSARIFTrouble writes a run that did not succeed, with a notification that says
// why.
func writeSARIFTrouble(w io.Writer, t *Trouble) error {
	note := object{"level": "error", "message": object{"text": t.String()}}
	if t.File != "" {
		note["locations"] = sarifLocation(t.File, t.Line, t.Column)
	}
	return sarifRun(w, false, []object{}, []object{}, []object{note})
}

// sarifRun writes a run.
func sarifRun(w io.Writer, succeeded bool, rules, results, notes []object) error {
	invocation := object{"executionSuccessful": succeeded}
	if len(notes) > 0 {
		invocation["toolExecutionNotifications"] = notes
	}
	return jsondoc.Encode(w, object{
		"$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		"version": "2.1.0",
		"runs": []object{{
			"tool":        object{"driver": object{"name": "bacviz", "informationUri": "https://github.com/bacviz/bacviz", "rules": rules}},
			"invocations": []object{invocation},
			"results":     results,
		}},
	})
}

// sarifLocation returns a place in a file. A line of 0 is the whole file.
func sarifLocation(file string, line, column int) []object {
	place := object{"artifactLocation": object{"uri": fileURI(file)}}
	if line > 0 {
		place["region"] = object{"startLine": line, "startColumn": column}
	}
	return []object{{"physicalLocation": place}}
}

// fileURI returns a path as a URI reference, relative if the path is.
func fileURI(path string) string {
	u := url.URL{Path: filepath.ToSlash(path)}
	if filepath.VolumeName(path) != "" {
		u.Path = "/" + u.Path // file:///C:/rules.yaml
	}
	if strings.HasPrefix(u.Path, "/") {
		u.Scheme = "file"
	}
	return u.String()
}
