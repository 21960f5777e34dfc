package main

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
)

// troubles are sources and rules that cannot be read, with what a reader has to be told
// and where the mistake is in a file.
func troubles(t *testing.T) []trouble {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{
		"shape.yaml": "rules:\n- {name: a, nodes: {atLeast: 1}}\n",
		"bad.yaml":   "rules:\n- name: a\n  node: 5\n",
		"empty.yaml": "",
		"cut.json":   "{\"bacviz\": \"snapshot\", \"version\": 1,\n\"nodes\": [{\"id",
		"list.json":  `{"Nodes": [{"Info": {"Nod`,
		"good.json":  `{"bacviz": "snapshot", "version": 1, "orchestrators": ["o"], "nodes": [{"id": "o", "type": "Requester", "seen": [{"by": "o"}]}]}`,
	} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	locked := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, `{"Message": "missing Authorization header"}`, http.StatusUnauthorized)
	}))
	t.Cleanup(locked.Close)
	return []trouble{
		{"bad.yaml", "good.json", `unknown field "node"`, "bad.yaml", 3, 3},
		{"empty.yaml", "good.json", "no rules", "empty.yaml", 1, 1},
		{"gone.yaml", "good.json", "reading the rules gone.yaml: no such file", "gone.yaml", 0, 0},
		{"shape.yaml", "gone.json", "gone.json: no such file", "gone.json", 0, 0},
		{"shape.yaml", "cut.json", "unexpected end of the file", "cut.json", 2, 15},
		{"shape.yaml", "list.json", "list.json: ", "list.json", 0, 0},
		{"shape.yaml", refused(t), "connection refused", "", 0, 0},
		{"shape.yaml", locked.URL, "401 Unauthorized", "", 0, 0},
	}
}

type trouble struct {
	rules, source string
	reason        string
	file          string
	line, column  int
}

// A report for a machine says why there is no result: its reader sees neither the exit
// status nor the messages.
func TestCheckReportsWhyItCannotCheck(t *testing.T) {
	for _, c := range troubles(t) {
		report := func(format string) []byte {
			t.Helper()
			args := []string{"check", c.source, "-f", format}
			if c.rules != "" {
				args = append(args, "--rules", c.rules)
			}
			status, stdout, stderr := bacviz(t, args...)
			if status != exitNoAnswer || !strings.Contains(stderr, c.reason) {
				t.Errorf("%q: exit status %d: %s", args, status, stderr)
			}
			return []byte(stdout)
		}
		if text := report("txt"); len(text) > 0 { // people see the message
			t.Errorf("%+v: %s", c, text)
		}
		c.checkJSON(t, report("json"))
		c.checkJUnit(t, report("junit"))
		c.checkSARIF(t, report("sarif"))
		c.checkGitHub(t, string(report("github")))
	}
}

func (c trouble) checkJSON(t *testing.T, text []byte) {
	t.Helper()
	var doc struct {
		Status string
		Error  struct {
			Message, File string
			Line, Column  int
		}
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatalf("%+v: %v: %s", c, err, text)
	}
	e := doc.Error
	if doc.Status != "unknown" || !strings.Contains(e.Message, c.reason) || e.File != c.file || c.line > 0 && (e.Line != c.line || e.Column != c.column) {
		t.Errorf("%+v: %s", c, text)
	}
}

func (c trouble) checkJUnit(t *testing.T, text []byte) {
	t.Helper()
	var doc struct {
		Suite struct {
			Errors int `xml:"errors,attr"`
			Case   struct {
				Error struct {
					Message string `xml:"message,attr"`
				} `xml:"error"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(text, &doc); err != nil {
		t.Fatalf("%+v: %v: %s", c, err, text)
	}
	if doc.Suite.Errors != 1 || !strings.Contains(doc.Suite.Case.Error.Message, c.reason) {
		t.Errorf("%+v: %s", c, text)
	}
}

func (c trouble) checkSARIF(t *testing.T, text []byte) {
	t.Helper()
	type location struct {
		PhysicalLocation struct {
			ArtifactLocation struct{ URI string }
			Region           struct{ StartLine, StartColumn int }
		}
	}
	var doc struct {
		Runs []struct {
			Results     []any
			Invocations []struct {
				ExecutionSuccessful        bool
				ToolExecutionNotifications []struct {
					Level     string
					Message   struct{ Text string }
					Locations []location
				}
			}
		}
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatalf("%+v: %v: %s", c, err, text)
	}
	run := doc.Runs[0].Invocations[0]
	notes := run.ToolExecutionNotifications
	if run.ExecutionSuccessful || len(notes) != 1 || notes[0].Level != "error" || !strings.Contains(notes[0].Message.Text, c.reason) || (len(notes[0].Locations) > 0) != (c.file != "") {
		t.Fatalf("%+v: %s", c, text)
	}
	if c.file != "" {
		place := notes[0].Locations[0].PhysicalLocation
		if place.ArtifactLocation.URI != c.file || c.line > 0 && (place.Region.StartLine != c.line || place.Region.StartColumn != c.column) {
			t.Errorf("%+v: %s", c, text)
		}
	}
}

func (c trouble) checkGitHub(t *testing.T, text string) {
	t.Helper()
	want := "^::error "
	switch {
	case c.line > 0:
		want += `file=(.+),line=\d+,col=\d+,`
	case c.file != "":
		want += `file=([^,]+)(?:,line=\d+,col=\d+)?,`
	}
	found := regexp.MustCompile(want + "title=bacviz check::cannot be checked: .*\n$").FindStringSubmatch(text)
	if found == nil || strings.Count(text, "\n") != 1 || !strings.Contains(text, c.reason) || c.file != "" && found[1] != c.file {
		t.Errorf("%+v: %q", c, text)
	}
}

// A mistake in the call is seen before anything is tried: it has a message and no report.
func TestMistakesInTheCallHaveNoReport(t *testing.T) {
	troubles(t)
	for _, call := range []string{
		"check good.json", "check good.json --rules shape.yaml --bogus", "check good.json --rules shape.yaml --timeout 30",
		"check http://h?x --rules shape.yaml", "check good.json --rules shape.yaml --init",
		"diff good.json --exit-code --bogus", "diff good.json http://h?x --exit-code", "diff good.json good.json --exit-code --ignore nothing",
	} {
		for _, format := range []string{"junit", "json"} {
			status, stdout, stderr := bacviz(t, append(strings.Fields(call), "-f", format)...)
			if status != exitUsage || stdout != "" || !strings.HasPrefix(stderr, "bacviz: error: ") {
				t.Errorf("%s -f %s: exit status %d: %q, %s", call, format, status, stdout, stderr)
			}
		}
	}
}

// An interrupted command has nobody to report to, and rules that are printed are no report.
func TestCheckInitReportsNothing(t *testing.T) {
	t.Chdir(t.TempDir())
	if status, stdout, _ := bacviz(t, "check", "gone.json", "--init"); status != exitNoAnswer || stdout != "" {
		t.Errorf("exit status %d: %s", status, stdout)
	}
}

func TestDiffReportsWhyItCannotCompare(t *testing.T) {
	for _, c := range troubles(t) {
		if c.rules != "shape.yaml" {
			continue
		}
		for format, want := range map[string]string{
			"txt":   "^$",
			"md":    `^\*\*The networks could not be compared\*\*\n\n.*` + regexp.QuoteMeta(c.reason),
			"json":  `(?s)"error": \{"message": ".*` + regexp.QuoteMeta(c.reason),
			"junit": `(?s)errors="1".*<error message=".*` + regexp.QuoteMeta(c.reason),
			"svg":   "^$",
		} {
			for status, args := range map[int][]string{exitFailed: {"diff", c.source, "good.json", "-f", format}, exitNoAnswer: {"diff", "good.json", c.source, "--exit-code", "-f", format}} {
				got, stdout, stderr := bacviz(t, args...)
				if got != status || !regexp.MustCompile(want).MatchString(stdout) || !strings.Contains(stderr, c.reason) {
					t.Errorf("%q: exit status %d: %s%s", args, got, stdout, stderr)
				}
			}
		}
		bacviz(t, "diff", c.source, "good.json", "-o", "new.json")
		if _, err := os.Stat("new.json"); err == nil {
			t.Errorf("%s: a file that -o names holds no result", c.source)
		}
	}
}
