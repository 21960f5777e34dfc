//go:build unix

package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// standIn puts a script in the place of a program.
func standIn(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
}

// The steps of action.yml run as on a runner: inputs are in their variables, the next
// step has what one added to PATH, and the outputs of the steps become the action's.
func TestActionRunsItsSteps(t *testing.T) {
	t.Parallel()
	var action struct {
		Inputs, Outputs map[string]struct{ Default, Value string }
		Runs            struct {
			Steps []struct {
				ID, If, Shell, Run string
				Env                map[string]string
			}
		}
	}
	if err := yaml.Unmarshal([]byte(readAll(t, "../../action.yml")), &action); err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	standIn(t, bin, "go", `cp "`+program(t)+`" "$3"`)
	s := newStep(t)
	demoAndRules(t, s, 5)
	values := map[string]string{"github.action_ref": "v1.2.3", "github.base_ref": ""}
	expression := regexp.MustCompile(`\$\{\{ ([a-z_.-]+) \}\}`)
	resolve := func(text string) string {
		return expression.ReplaceAllStringFunc(text, func(e string) string {
			name := expression.FindStringSubmatch(e)[1]
			if _, ok := values[name]; !ok {
				t.Errorf("nothing is known of %s", name)
			}
			return values[name]
		})
	}
	for name, input := range action.Inputs {
		values["inputs."+name] = resolve(input.Default)
	}
	values["inputs.source"], values["inputs.rules"] = "nodes.json", "shape.yaml"

	ran := 0
	for _, step := range action.Runs.Steps {
		if step.Run == "" || strings.Contains(step.If, "'failure'") {
			continue
		}
		path := bin
		for _, added := range strings.Fields(readAll(t, s.path)) {
			path = added + string(os.PathListSeparator) + path
		}
		env := []string{"GITHUB_ACTION_PATH=" + root, "BACVIZ_RELEASES=" + refused(t)}
		for name, value := range step.Env {
			env = append(env, name+"="+resolve(value))
		}
		s.put(t, "step.sh", step.Run)
		if status, _ := s.run(t, filepath.Join(s.dir, "step.sh"), path, env...); step.Shell != "bash" || status != 0 {
			t.Fatalf("%q in %s ends with %d", step.Run, step.Shell, status)
		}
		for _, line := range strings.Split(strings.TrimSpace(readAll(t, s.output)), "\n") {
			if name, value, ok := strings.Cut(line, "="); ok {
				values["steps."+step.ID+".outputs."+name] = value
			}
		}
		ran++
	}
	if ran != 2 || !strings.HasPrefix(readAll(t, s.summary), "## ✅ ") {
		t.Errorf("%d steps: %s", ran, readAll(t, s.summary))
	}
	for name, want := range map[string]string{"changed": "unknown", "holds": "true", "folder": s.temp} {
		if got := resolve(action.Outputs[name].Value); !strings.HasPrefix(got, want) {
			t.Errorf("output %s is %q, want %q", name, got, want)
		}
	}
}
