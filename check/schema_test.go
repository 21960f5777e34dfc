package check_test

import (
	"bytes"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/bacviz/bacviz/check"
	"github.com/bacviz/bacviz/internal/golden"
	"github.com/bacviz/bacviz/internal/junit/junittest"
)

// reports returns a report with every status and hostile texts, and troubles, in a format.
func reports(t testing.TB, format string) (all [][]byte) {
	t.Helper()
	for _, waited := range []time.Duration{0, 90 * time.Second} {
		var b bytes.Buffer
		report := hostile(t)
		report.Waited = waited
		if err := check.Write(&b, report, format); err != nil {
			t.Fatal(err)
		}
		all = append(all, b.Bytes())
	}
	for _, trouble := range []check.Trouble{
		check.NewTrouble(errors.New("refused\n::error::x"), "", ""),
		check.NewTrouble(&check.RuleError{File: "/a b/%.yaml", Line: 3, Column: 5, Message: "wrong"}, "a hint", "/a b/%.yaml"),
		{Message: "no such file", File: "rules.yaml"},
	} {
		var b bytes.Buffer
		if err := check.WriteTrouble(&b, trouble, format); err != nil {
			t.Fatal(err)
		}
		all = append(all, b.Bytes())
	}
	return all
}

func TestJSONReportsMatchTheSchema(t *testing.T) {
	schema := golden.Schema(t, "../docs/check.schema.json")
	for _, text := range reports(t, "json") {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%v: %s", err, text)
		}
	}
}

// schemasOfOthers is a folder of the test tools, with schemas that npm has fetched.
const schemasOfOthers = "../internal/tools/schemas/node_modules/"

func needSchema(t *testing.T, file string) {
	t.Helper()
	if _, err := os.Stat(file); err == nil {
		return
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is required in CI", file)
	}
	t.Skip("needs the schemas of others: npm ci --prefix internal/tools/schemas")
}

func TestSARIFReportsMatchTheSchema(t *testing.T) {
	const file = schemasOfOthers + "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
	needSchema(t, file)
	schema := golden.Schema(t, file)
	for _, text := range reports(t, "sarif") {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%v: %s", err, text)
		}
	}
}

func TestJUnitReportsMatchTheSchemas(t *testing.T) {
	for _, text := range reports(t, "junit") {
		junittest.Check(t, text)
	}
}
