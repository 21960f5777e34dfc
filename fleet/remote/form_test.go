package remote_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/fleet/remote"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// The parts of jobs have the names and types of members that each recorded version had accepted: inputs, result paths,
// publishers and constraints. A version of which a part was not recorded is passed over, and one of them at
// least has it.
func TestPartsOfJobsHaveTheFormThatEachVersionAccepted(t *testing.T) {
	compared := make(map[string]int)
	for _, version := range clustertest.Versions() {
		recorded := make(map[string]map[string]any) // one of each part and type
		for _, name := range clustertest.Names(version) {
			answer, err := clustertest.Load(version, name)
			var is struct{ Job map[string]any }
			if strings.HasPrefix(name, "job_") && err == nil && json.Unmarshal(answer.Body, &is) == nil && is.Job != nil {
				maps.Copy(recorded, partsOf(is.Job))
			}
		}
		opt := options(t, version)
		opt.Constraints = []remote.Constraint{{Key: "region", Operator: "in", Values: []string{"eu"}}}
		jobs, err := remote.Jobs(opt)
		if err != nil {
			t.Fatal(err)
		}
		var made map[string]any
		if err := json.Unmarshal(jobs[0], &made); err != nil {
			t.Fatal(err)
		}
		for part, ours := range partsOf(made) {
			if theirs, is := recorded[part]; is {
				compared[strings.Fields(part)[0]]++
				if diff := otherForm(ours, theirs, false); diff != "" {
					t.Errorf("%s: %s: %s: %v, recorded %v", version, part, diff, ours, theirs)
				}
			}
		}
	}
	for _, part := range []string{"InputSources", "ResultPaths", "Publisher", "Constraints"} {
		if compared[part] == 0 {
			t.Errorf("no version has recorded %s", part)
		}
	}
}

// partsOf returns the parts of a job, by their names, and the type of source or publisher.
func partsOf(job map[string]any) map[string]map[string]any {
	parts := make(map[string]map[string]any)
	add := func(name string, value any) {
		all, isList := value.([]any)
		if !isList {
			all = []any{value}
		}
		for _, item := range all {
			part, isObject := item.(map[string]any)
			source, _ := part["Source"].(map[string]any)
			if kind := fmt.Sprint(part["Type"], source["Type"]); isObject && part["Type"] != "" {
				parts[name+" "+kind] = part
			}
		}
	}
	add("Constraints", job["Constraints"])
	tasks, _ := job["Tasks"].([]any)
	for _, t := range tasks {
		task, _ := t.(map[string]any)
		for _, name := range []string{"InputSources", "ResultPaths", "Publisher"} {
			add(name, task[name])
		}
	}
	return parts
}

// otherForm says in what our value has another form than a recorded one; empty for nothing. Among parameters, what has a
// default may be missing.
func otherForm(ours, theirs any, areParams bool) string {
	a, isObject := ours.(map[string]any)
	b, alsoObject := theirs.(map[string]any)
	if !isObject || !alsoObject {
		if fmt.Sprintf("%T", ours) != fmt.Sprintf("%T", theirs) {
			return fmt.Sprintf("%T and %T", ours, theirs)
		}
		return ""
	}
	if len(a) < len(b) && !areParams {
		return fmt.Sprintf("%d members, not %d", len(a), len(b))
	}
	for _, name := range slices.Sorted(maps.Keys(a)) {
		value, is := b[name]
		if !is {
			return "there was no " + name
		}
		if diff := otherForm(a[name], value, name == "Params"); diff != "" {
			return name + ": " + diff
		}
	}
	return ""
}
