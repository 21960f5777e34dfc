package main

// This file says why executions failed.

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
)

// A reason is why some executions of a job failed, were rejected or were cancelled.
type reason struct {
	text       string // as the server sent it
	executions int    // that have it
	of         int    // all executions of the job
}

// reasons returns the reasons of a job's executions, the commonest first.
func reasons(executions []cluster.Execution) []reason {
	count := map[string]int{}
	for i := range executions {
		if why := executions[i].Why(); why != "" {
			count[why]++
		}
	}
	list := []reason{}
	for text, n := range count {
		list = append(list, reason{text, n, len(executions)})
	}
	slices.SortFunc(list, func(a, b reason) int {
		return cmp.Or(b.executions-a.executions, strings.Compare(a.text, b.text))
	})
	return list
}

// String returns the reason with its number of executions, on one line that can be
// printed.
func (r reason) String() string {
	return fmt.Sprintf("%d of %s: %s", r.executions, display.Count(r.of, "execution"), display.Printable(oneLine(r.text)))
}

// noteReasons says which reasons several executions share.
func noteReasons(executions []cluster.Execution, std stdio) {
	for _, r := range reasons(executions) {
		if r.executions > 1 {
			std.note("%s", r)
		}
	}
}

// oneLine returns a text with its lines joined by spaces.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
