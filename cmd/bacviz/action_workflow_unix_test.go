//go:build unix

package main

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// An actionFile is what these tests read of action.yml.
type actionFile struct {
	Inputs, Outputs map[string]struct{ Default, Value string }
	Runs            struct{ Steps []workflowStep }
}

// A workflowStep is a step of a workflow or of an action.
type workflowStep struct {
	ID, If, Uses, Run string
	With, Env         map[string]string
	Continue          bool `yaml:"continue-on-error"`
}

// stepsOf returns the steps of the jobs of a workflow.
func stepsOf(t *testing.T, path string) (all [][]workflowStep, systems []string) {
	t.Helper()
	var workflow struct {
		Jobs map[string]struct {
			Strategy struct{ Matrix struct{ OS []string } }
			Steps    []workflowStep
		}
	}
	if err := yaml.Unmarshal([]byte(readAll(t, path)), &workflow); err != nil {
		t.Fatal(err)
	}
	for _, job := range workflow.Jobs {
		all = append(all, job.Steps)
		if slices.ContainsFunc(job.Steps, func(s workflowStep) bool { return s.Uses == "./" }) {
			systems = job.Strategy.Matrix.OS
		}
	}
	return all, systems
}

func readAction(t *testing.T) (action actionFile) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(readAll(t, "../../action.yml")), &action); err != nil {
		t.Fatal(err)
	}
	return action
}

// A runner loads all actions that an action uses before the first step. One that it cannot
// load, as on an old runner, would fail the job whatever the verdict is.
func TestActionUsesNoOtherAction(t *testing.T) {
	t.Parallel()
	for _, step := range readAction(t).Runs.Steps {
		if step.Uses != "" {
			t.Errorf("the action uses %s", step.Uses)
		}
	}
	stored := 0
	jobs, _ := stepsOf(t, "../../examples/github-workflow.yml")
	for _, steps := range jobs {
		for _, step := range steps {
			if !strings.HasPrefix(step.Uses, "actions/upload-artifact@") {
				continue
			}
			stored++
			if !step.Continue || step.If != "${{ always() && steps.shape.outputs.folder != '' }}" || step.With["path"] != "${{ steps.shape.outputs.folder }}" {
				t.Errorf("%+v may change the verdict, or is left out after one", step)
			}
		}
	}
	if stored != 2 {
		t.Errorf("%d steps store the results, want one in each job", stored)
	}
}

// CI runs the action itself on the three systems of runners, with inputs that it has and on files
// that are there, and what it then looks for is what comes out.
func TestWorkflowRunsTheActionOnEverySystem(t *testing.T) {
	t.Parallel()
	action := readAction(t)
	jobs, systems := stepsOf(t, "../../.github/workflows/ci.yml")
	for _, name := range []string{"ubuntu", "macos", "windows"} {
		if !slices.ContainsFunc(systems, func(s string) bool { return strings.HasPrefix(s, name) }) {
			t.Errorf("the action runs on %q, and not on %s", systems, name)
		}
	}
	values := map[string]string{}
	expression := regexp.MustCompile(`\$\{\{ steps\.shape\.outputs\.([a-z]+) \}\}`)
	for _, steps := range jobs {
		for _, step := range steps {
			s := newStep(t)
			if step.Uses == "./" {
				s.dir = "../.."
				var env []string
				for name, value := range step.With {
					if _, ok := action.Inputs[name]; !ok {
						t.Errorf("the action has no input %q", name)
					}
					env = append(env, "BACVIZ_"+strings.ToUpper(strings.ReplaceAll(name, "-", "_"))+"="+value)
				}
				if status, _ := s.run(t, "run.sh", filepath.Dir(program(t)), env...); status != 0 {
					t.Errorf("the action ends with %d", status)
				}
				for _, line := range strings.Fields(readAll(t, s.output)) {
					name, value, _ := strings.Cut(line, "=")
					values[name] = value
				}
			} else if len(values) > 0 && step.Run != "" {
				var env []string
				for name, value := range step.Env {
					env = append(env, name+"="+expression.ReplaceAllStringFunc(value, func(e string) string { return values[expression.FindStringSubmatch(e)[1]] }))
				}
				s.put(t, "step.sh", step.Run)
				if status, _ := s.run(t, filepath.Join(s.dir, "step.sh"), t.TempDir(), env...); status != 0 {
					t.Errorf("with %q, %q ends with %d", env, step.Run, status)
				}
				return
			}
		}
	}
	t.Error("no step looks at the outputs of the action")
}
