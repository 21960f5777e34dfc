package cluster_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/cluster"
)

func TestShortIDOfJobs(t *testing.T) {
	for id, want := range map[string]string{
		"j-0d2d943b-1111-4111-8111-111111111111": "j-0d2d943b",
		"e-0d2d943b-1111-4111-8111-111111111111": "e-0d2d943b",
		"n-0d2d943b-1111-4111-8111-111111111111": "n-0d2d943b",
		"0d2d943b-1111-4111-8111-111111111111":   "0d2d943b",
		"0d2d943g-1111-4111-8111-111111111111":   "0d2d943g-1111-4111-8111-111111111111",
		"e-machine0-rack-node-made-of-letters0":  "e-machine0-rack-node-made-of-letters0",
		"eu-west-1-compute-rack42-node-0001":     "eu-west-1-compute-rack42-node-0001",
		"hello":                                  "hello",
		"":                                       "",
	} {
		if got := cluster.ShortID(id); got != want {
			t.Errorf("%q: %q, want %q", id, got, want)
		}
	}
}

func TestExecutionStatesAreNumberedTwice(t *testing.T) {
	for _, version := range []string{"v1.4.0", "v1.5.1", "v1.5.2", "v1.9.3", ""} {
		for number, state := range cluster.ExecutionStates(version) {
			if got := cluster.ExecutionStateOf(number, version); got != state {
				t.Errorf("%s: %d is %s, want %s", version, number, got, state)
			}
		}
	}
	if n := len(cluster.ExecutionStates("v1.5.1")); n != 10 {
		t.Errorf("v1.5.1 has %d states, want 10", n)
	}
	if n := len(cluster.ExecutionStates("v1.5.2")); n != 12 {
		t.Errorf("v1.5.2 has %d states, want 12", n)
	}
	if got := cluster.ExecutionStateOf(-3, "v1.4.0"); got != "unknown(-3)" {
		t.Errorf("-3 is %s", got)
	}
}

func TestExitCodes(t *testing.T) {
	for _, c := range []struct {
		state  cluster.ExecutionState
		output *cluster.RunOutput
		code   int
		failed bool
	}{
		{cluster.StateCompleted, &cluster.RunOutput{ExitCode: 0}, 0, false},
		{cluster.StateCompleted, &cluster.RunOutput{ExitCode: 3}, 3, true},
		{cluster.StateCompleted, &cluster.RunOutput{ExitCode: -1}, cluster.NotReported, false},
		{cluster.StateCompleted, nil, cluster.NotReported, false},
		{cluster.StateFailed, &cluster.RunOutput{ExitCode: 0}, cluster.NotReported, true},
		{cluster.StateFailed, &cluster.RunOutput{ExitCode: 137}, 137, true},
		{cluster.StateRunning, &cluster.RunOutput{ExitCode: 0}, cluster.NotReported, false},
		{cluster.StateCancelled, &cluster.RunOutput{ExitCode: 0}, cluster.NotReported, false},
	} {
		e := cluster.Execution{State: c.state, Output: c.output}
		if e.ExitCode() != c.code || e.Failed() != c.failed || (e.Outcome() == cluster.StateFailed) != c.failed {
			t.Errorf("%s %+v: code %d, failed %v, outcome %s", c.state, c.output, e.ExitCode(), e.Failed(), e.Outcome())
		}
	}
}

func TestAttemptsTellRetriesFromReplicas(t *testing.T) {
	at := func(second int) time.Time { return time.Unix(int64(second), 0) }
	exec := func(id string, state cluster.ExecutionState, from, to, partition, version int) cluster.Execution {
		return cluster.Execution{ID: id, State: state, Created: at(from), Modified: at(to), Partition: partition, JobVersion: version}
	}
	executions := []cluster.Execution{
		exec("retry of the retry", cluster.StateCompleted, 7, 9, 0, 1),
		exec("first", cluster.StateFailed, 0, 3, 0, 1),
		exec("replica", cluster.StateFailed, 0, 3, 1, 1),
		exec("beside it", cluster.StateCompleted, 2, 9, 0, 1), // began before the first failed
		exec("retry", cluster.StateBidRejected, 3, 6, 0, 1),
		exec("retry of the replica", cluster.StateCompleted, 4, 6, 1, 1),
		exec("after it", cluster.StateCompleted, 8, 9, 1, 1), // nothing is left to replace
		exec("next version", cluster.StateCompleted, 20, 21, 0, 2),
	}
	cluster.Attempts(executions)
	got := map[string]int{}
	for _, e := range executions {
		got[e.ID] = e.Attempt
	}
	want := map[string]int{
		"first": 1, "replica": 1, "beside it": 1, "retry": 2, "retry of the replica": 2, "retry of the retry": 3, "after it": 1, "next version": 1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if executions[0].ID != "first" || executions[1].ID != "replica" || executions[7].ID != "next version" {
		t.Errorf("not in the order of their beginning: %+v", executions)
	}
}
