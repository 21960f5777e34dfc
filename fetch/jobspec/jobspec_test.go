package jobspec_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/fetch/jobspec"
	"github.com/bacviz/bacviz/internal/clustertest"
)

func TestRead(t *testing.T) {
	const want = `{"Job":{"Count":2,"Name":"a","Tasks":[{"Engine":{"Params":{"Image":"ubuntu","N":[1,2.50,null,true]},"Type":"docker"},"Name":"main","Resources":{"CPU":"0.5"}}],"Type":"batch"}}`
	for name, text := range map[string]string{
		"yaml":        "Name: a\nType: batch\nCount: 2\nTasks:\n- Name: main\n  Engine: {Type: docker, Params: {Image: ubuntu, N: [1, 2.50, null, true]}}\n  Resources: {CPU: 0.5}\n",
		"outer":       "Job:\n  Name: a\n  Type: batch\n  Count: 2\n  Tasks:\n  - Name: main\n    Engine: {Type: docker, Params: {Image: ubuntu, N: [1, 2.50, null, true]}}\n    Resources: {CPU: '0.5'}\n",
		"lower case":  "name: a\ntype: batch\ncount: 2\ntasks:\n- name: main\n  engine: {type: docker, params: {Image: ubuntu, N: [1, 2.50, null, true]}}\n  resources: {cpu: 0.5}\n",
		"anchors":     "Name: &n a\nType: batch\nCount: 2\nPriority: null\nTasks:\n- Name: main\n  Engine: &e {Type: docker, Params: {Image: ubuntu, N: [1, 2.50, null, true]}}\n  Resources: {CPU: 0.5}\n",
		"json":        "{\"Job\":{\n\t\"Name\":\"\\u0061\",\"Type\":\"batch\",\"Count\":2,\"Tasks\":[{\"Name\":\"main\",\"Engine\":{\"Type\":\"docker\",\"Params\":{\"Image\":\"ubuntu\",\"N\":[1,2.50,null,true]}},\"Resources\":{\"CPU\":\"0.5\"}}]}}",
		"a flaw":      "{\"Name\":\"a\",\"Type\":\"batch\",\"Count\":2, # and a comma\n\"Tasks\":[{\"Name\":\"main\",\"Engine\":{\"Type\":\"docker\",\"Params\":{\"Image\":\"ubuntu\",\"N\":[1,2.50,null,true]}},\"Resources\":{\"CPU\":\"0.5\"}},]}",
		"ends marked": "---\nName: a\nType: batch\nCount: 2\nTasks:\n- Name: main\n  Engine: {Type: docker, Params: {Image: ubuntu, N: [1, 2.50, null, true]}}\n  Resources: {CPU: 0.5}\n...\n",
		"flow yaml":   "{Name: a, Type: batch, Count: 2, Tasks: [{Name: main, Engine: {Type: docker, Params: {Image: ubuntu, N: [1, 2.50, null, true]}}, Resources: {CPU: 0.5}}]}",
		"with a mark": "\uFEFFName: a\nType: batch\nCount: 2\nTasks:\n- Name: main\n  Engine: {Type: docker, Params: {Image: ubuntu, N: [1, 2.50, null, true]}}\n  Resources: {CPU: 0.5}\n",
	} {
		spec, err := jobspec.Read(strings.NewReader(text), "f")
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if got := string(spec.Request()); got != want || spec.Name != "a" || spec.Type != "batch" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	const engine = "Engine: {Type: docker}"
	for text, want := range map[string]string{
		"":                                      "is empty",
		"# no job\n":                            "is empty",
		"3":                                     "line 1, column 1: the job must be an object with fields, not 3",
		"- a":                                   "line 1, column 1: the job must be an object with fields, not a list",
		"Name: a\nTask: []\n":                   `line 2, column 1: unknown field "Task" in the job`,
		"Name: a\n":                             "line 1, column 1: the job has no tasks",
		"Name: a\nTasks: []\n":                  "line 2, column 8: the job has no tasks",
		"Name: a\nTasks:\n":                     "the job has no tasks",
		"Tasks:\n- Name: a\n":                   "line 2, column 3: Tasks[0] has no engine",
		"Tasks:\n- Engine: {}\n":                "line 2, column 11: Tasks[0].Engine has no Type",
		"Tasks:\n-\n":                           "Tasks[0] is empty",
		"Tasks: main\n":                         `line 1, column 8: Tasks must be a list, not the text "main"`,
		"Count: two\nTasks: []":                 `line 1, column 8: Count must be a whole number, not the text "two"`,
		"Count: 1.5\n":                          "line 1, column 8: Count must be a whole number, not 1.5",
		"Name: 5\n":                             "line 1, column 7: Name must be text, not 5",
		"Name: {a: b}\n":                        "Name must be text, not an object with fields",
		"Count: -1\nTasks: [{" + engine + "}]":  "Count cannot be negative",
		"Type: cron\nTasks: [{" + engine + "}]": `line 1, column 7: unknown job type "cron" (have batch, daemon, ops, service)`,
		"Tasks:\n- " + engine + "\n  Resources: {GPUs: 1}": `line 3, column 15: unknown field "GPUs" in Tasks[0].Resources`,
		"Name: a\nNAME: b\n":      `line 2, column 1: duplicate field "Name"`,
		"Name: 'a\n":              "line 1, column 7: not valid YAML",
		"Name: a\n---\nName: b\n": "a second document",
		"{\"Name\": \"a\",\n \"Tasks\": [{\"Name\": 3}]}": "line 2, column 21: Tasks[0].Name must be text, not 3",
		"{\"Tasks\": [{\"Name\": \"m\", \"Egine\": 3}]}":  `line 1, column 26: unknown field "Egine" in Tasks[0]`,
		"{\"Name\": \"a\",\n \"Tasks\": [":                "line 2, column 12: not valid JSON",
		"a: &a [*a]\n":                                    "unknown field",
		"Tasks:\n- " + engine + "\n  Meta: &m {a: *m}\n":  "line 3, column 16: Tasks[0].Meta.a must be text",

		// An alias within itself, and nesting deeper than anybody writes.
		"Tasks:\n- Engine: {Type: docker, Params: &a {x: [*a]}}":                                                      "nested deeper than 100 levels",
		`{"Tasks":[{"Engine":{"Type":"docker","Params":{"x":` + strings.Repeat("[", 500) + strings.Repeat("]", 500):   "unexpected end",
		"Tasks: [{Engine: {Type: docker, Params: {x: " + strings.Repeat("[", 500) + strings.Repeat("]", 500) + "}}}]": "line 1, column 140: nested deeper than 100 levels",
		"Tasks: [{Engine: {Type: docker, Params: {" + strings.Repeat("long", 60) + ": .inf}}}]":                       "line 1, column 284: …",
		"Tasks:\n- Engine:\n    Type: docker\n    Params:\n" + aliasBomb:                                              "too large when its aliases are expanded",

		// Text after the job.
		`{"Tasks": [{"Engine": {"Type": "docker"}}]} {}`: "line 1, column 45: not valid JSON: unexpected text after the job",
		"{Tasks: [{" + engine + "}]} x":                  "line 1, column 37: not valid YAML",

		// Bytes that are not text, with their place.
		"Name: a\nMeta: {a: caf\xe9}\n":                  "line 2, column 14: not text in UTF-8",
		"Name: ä\x1b\n":                                  "line 1, column 8: control character U+001B",
		`{"Name": "é", "Name": 3}`:                       `line 1, column 15: duplicate field "Name"`,
		`{"Name": "é", "Tasks": 3}`:                      "line 1, column 24: Tasks must be a list, not 3",
		"Name: a\nType: b\nTasks: ]\n":                   "line 3, column 8: not valid YAML: did not find expected node content",
		"a: b: c":                                        "line 1, column 5: not valid YAML: mapping values are not allowed",
		"Name:\nname: b\n":                               `line 2, column 1: duplicate field "Name"`,
		"Tasks: [{Engine: {Type: ' '}}]":                 "line 1, column 18: Tasks[0].Engine has no Type",
		`{"Job": {}, "Executions": 3}`:                   `line 1, column 13: unknown field "Executions" beside Job`,
		"a: &a {b: c}\n":                                 `unknown field "a"`,
		"Tasks:\n- " + engine + "\n  Meta: {<<: {a: b}}": "line 3, column 10: fields cannot be merged with <<",
	} {
		_, err := jobspec.Read(strings.NewReader(text), "job.yaml")
		var e *bacalhau.Error
		ok := false
		for w := range strings.SplitSeq(want, "|") {
			ok = ok || errors.As(err, &e) && e.Source == "job.yaml" && strings.Contains(e.Message, w)
		}
		if !ok {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// aliasBomb is 9^12 values in a few lines.
var aliasBomb = func() string {
	text := "      a0: &a0 [x]\n"
	for i := range 12 {
		text += fmt.Sprintf("      a%d: &a%d [%s*a%d]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*a%d, ", i), 8), i)
	}
	return text
}()

// The output of bacviz job get can be submitted again, in any version.
func TestReadOfCapturedJobs(t *testing.T) {
	n := 0
	for _, version := range clustertest.Versions() {
		for _, name := range clustertest.Names(version) {
			answer, err := clustertest.Load(version, name)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(name, "job_") || name == "job_include" || !bytes.Contains(answer.Body, []byte(`"Tasks"`)) {
				continue
			}
			n++
			spec, err := jobspec.Read(bytes.NewReader(answer.Body), name)
			if err != nil || spec.Name == "" || spec.Type == "" {
				t.Errorf("%s %s: %v", version, name, err)
			}
		}
	}
	if n < 3*7 {
		t.Errorf("only %d captures of jobs", n)
	}
}

// Neither many lines nor a long one make places dear.
func TestReadOfALongFile(t *testing.T) {
	for _, end := range []string{"", "\n"} {
		text := `{"Tasks": [{"Engine": {"Type": "docker", "Params": {"a": [` + strings.Repeat("1,"+strings.Repeat(" ", 80)+end, 100_000) + "1]}}}]}"
		start := time.Now()
		if _, err := jobspec.Read(strings.NewReader(text), "f"); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); clustertest.Late(took, 20*time.Second) {
			t.Errorf("took %s", took)
		}
	}
}

// Reading a terminal blocks, and Ctrl-C ends it.
func TestJobFileEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	defer w.Close()
	time.AfterFunc(10*time.Millisecond, cancel)
	_, err := jobspec.ReadFile(ctx, "-", r)
	if !errors.Is(err, context.Canceled) || err.Error() != "reading the job: standard input: interrupted" {
		t.Error(err)
	}
}

func TestExampleJobIsTheGuides(t *testing.T) {
	f, err := os.Open("../../examples/hello.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	spec, err := jobspec.Read(f, "hello.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if got := string(spec.Request()); !strings.Contains(got, `"Image":"ubuntu:latest","Parameters":["hello, world"]`) {
		t.Error(got)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("Name: a\nTasks:\n  - Name: main\n    Engine: {Type: docker, Params: {Image: ubuntu}}\n")
	f.Add(`{"Job":{"Tasks":[{"Engine":{"Type":"docker"}}]}}`)
	f.Add("a: &a [*a]")
	f.Add("{\"Tasks\": [{\"Engine\": {\"Type\": \"docker\"},}]} # a comma")
	f.Add("\xFF\xFEN\x00:\x00")
	f.Add(strings.Repeat("\ue000", 200)) // each written as an escape
	f.Fuzz(func(t *testing.T, text string) {
		spec, err := jobspec.Read(strings.NewReader(text), "f")
		if err == nil && !json.Valid(spec.Request()) {
			t.Errorf("%q: not JSON: %s", text, spec.Request())
		}
		var e *bacalhau.Error
		if err != nil && (!errors.As(err, &e) || e.Message == "" || len([]rune(e.Message)) > 700 || strings.ContainsAny(e.Message+e.Hint, "\n\x1b")) {
			t.Errorf("%q: %v", text, err)
		}
	})
}
