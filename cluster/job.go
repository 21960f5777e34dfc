package cluster

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/semver"
)

// A JobState says how far a job is. It is a word in every version; words that
// are not known are kept as they came.
type JobState string

// The states of a job.
const (
	JobPending   JobState = "Pending"
	JobQueued    JobState = "Queued"
	JobRunning   JobState = "Running"
	JobCompleted JobState = "Completed"
	JobFailed    JobState = "Failed"
	JobStopped   JobState = "Stopped"
)

// Ended reports whether the job is over.
func (s JobState) Ended() bool { return s == JobCompleted || s == JobFailed || s == JobStopped }

// A Job is what an orchestrator tells of a job.
type Job struct {
	ID, Name, Namespace string
	Type                string // batch, ops, daemon or service
	Count               int    // how many replicas were asked for; 0 for one on each node
	Version             int    // raised with each update, from v1.9 on
	Engines             []string
	Publishers          []string // of its tasks; those without one are left out
	State               JobState
	Message             string // why the job is in this state; may be several lines
	Created, Modified   time.Time

	// Of the jobs of a [Snapshot] only: who was asked about the job, and the
	// attempts at running it, in the order of [Attempts].
	Orchestrator string
	Executions   []Execution
}

// Short returns the job's ID as Bacalhau shortens it.
func (j *Job) Short() string { return ShortID(j.ID) }

// ShortID shortens the ID of a job or an execution as Bacalhau does: j-0d2d943b.
// What is no such ID stays whole.
func ShortID(id string) string {
	prefix, uuid, ok := strings.Cut(id, "-")
	if !ok || len(prefix) != 1 || len(uuid) != 36 {
		return id
	}
	return id[:len(prefix)+1+8]
}

// An ExecutionState says how far an execution is. The API sends a number whose
// meaning changed in v1.5.2; see [ExecutionStateOf].
type ExecutionState string

// The states of an execution.
const (
	StateUndefined         ExecutionState = "Undefined"
	StateNew               ExecutionState = "New"
	StateAskForBid         ExecutionState = "AskForBid"
	StateAskForBidAccepted ExecutionState = "AskForBidAccepted"
	StateAskForBidRejected ExecutionState = "AskForBidRejected"
	StateBidAccepted       ExecutionState = "BidAccepted"
	StateRunning           ExecutionState = "Running"
	StatePublishing        ExecutionState = "Publishing"
	StateBidRejected       ExecutionState = "BidRejected"
	StateCompleted         ExecutionState = "Completed"
	StateFailed            ExecutionState = "Failed"
	StateCancelled         ExecutionState = "Cancelled"
)

var (
	begun = []ExecutionState{StateUndefined, StateNew, StateAskForBid, StateAskForBidAccepted, StateAskForBidRejected, StateBidAccepted}
	ended = []ExecutionState{StateBidRejected, StateCompleted, StateFailed, StateCancelled}

	oldStates = slices.Concat(begun, ended)
	newStates = slices.Concat(begun, []ExecutionState{StateRunning, StatePublishing}, ended)
)

// ExecutionStates returns the states in the order of their numbers, as a server
// of the given version counts them. Running and Publishing came in v1.5.2, before
// the states in which an execution has ended. A version that cannot be read, as
// of a development build, counts as a new one.
func ExecutionStates(version string) []ExecutionState {
	if countsOld(version) {
		return slices.Clone(oldStates)
	}
	return slices.Clone(newStates)
}

// ExecutionStateOf names the state that a server of the given version means with
// a number. A number without a name is kept: unknown(17).
func ExecutionStateOf(number int, version string) ExecutionState {
	states := newStates
	if countsOld(version) {
		states = oldStates
	}
	if number < 0 || number >= len(states) {
		return ExecutionState(fmt.Sprintf("unknown(%d)", number))
	}
	return states[number]
}

// renumbered is the version that brought Running and Publishing.
const renumbered = "v1.5.2"

// countsOld reports whether a server of the given version counts states as before
// they were renumbered. What is no version, and v0.0.0, which builds without one
// bear, counts as new.
func countsOld(version string) bool {
	version = "v" + strings.TrimPrefix(version, "v")
	return semver.IsValid(version) && semver.Major(version) != "v0" && semver.Compare(version, renumbered) < 0
}

// NotReported stands for an exit code that the server did not tell.
const NotReported = -1

// A RunOutput is what an execution left behind.
type RunOutput struct {
	Stdout, Stderr                   string // their beginnings only, where Truncated
	StdoutTruncated, StderrTruncated bool
	ExitCode                         int // or NotReported
	Error                            string
}

// An Execution is one attempt at running a job on a node.
type Execution struct {
	ID, JobID, NodeID string
	State             ExecutionState
	Message           string // why it is in this state; may be several lines
	Active            bool   // it should run, and has been placed
	Partition         int    // which of the job's replicas it is, from v1.6 on
	JobVersion        int    // from v1.9 on
	Output            *RunOutput
	Created, Modified time.Time

	// Attempt is 1, or more for an execution that was started in the place of one
	// that failed; see [Attempts].
	Attempt int
}

// ExitCode returns what the program ended with, or NotReported. A server fills
// in zero where nothing ended, or where the engine failed before it told.
func (e *Execution) ExitCode() int {
	if e.Output == nil || e.Output.ExitCode == 0 && e.State != StateCompleted {
		return NotReported
	}
	return e.Output.ExitCode
}

// Why is the message of an execution that did not come to a good end by itself.
// That of others may still be of an earlier state, such as Running.
func (e *Execution) Why() string {
	if e.State == StateFailed || e.Rejected() || e.State == StateCancelled {
		return e.Message
	}
	return ""
}

// Failed reports whether the execution went wrong: its state says so, or its
// program completed with an exit code above zero.
func (e *Execution) Failed() bool {
	return e.State == StateFailed || e.State == StateCompleted && e.ExitCode() > 0
}

// Outcome is the state, except that an execution which completed with an exit
// code above zero has failed.
func (e *Execution) Outcome() ExecutionState {
	if e.Failed() {
		return StateFailed
	}
	return e.State
}

// Ran reports whether the node took the job: one that rejected the bid, or was
// only asked for one, did not run it.
func (e *Execution) Ran() bool {
	switch e.State {
	case StateUndefined, StateNew, StateAskForBid, StateAskForBidAccepted:
		return false
	}
	return !e.Rejected()
}

// Rejected reports whether the node turned the job down.
func (e *Execution) Rejected() bool {
	return e.State == StateBidRejected || e.State == StateAskForBidRejected
}

// over reports whether nothing more will come of the execution, without it
// having done what it was for.
func (e *Execution) over() bool {
	return e.Failed() || e.Rejected() || e.State == StateCancelled
}

// Attempts puts the executions of one job in the order of their beginning, and
// tells retries from replicas: an execution is a retry of the one that failed or
// was rejected last before it began, of the same replica and version of the job,
// and that no other has taken the place of yet. The API does not say so itself:
// its PreviousExecution is always empty.
func Attempts(executions []Execution) {
	slices.SortFunc(executions, func(a, b Execution) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.Partition, b.Partition), cmp.Compare(a.ID, b.ID))
	})
	replaced := make([]bool, len(executions))
	// By replica, the executions that may still be replaced.
	type replica struct{ partition, version int }
	open := map[replica][]int{}
	for i := range executions {
		e := &executions[i]
		e.Attempt = 1
		key := replica{e.Partition, e.JobVersion}
		last := -1
		for _, j := range open[key] {
			o := &executions[j]
			if !replaced[j] && !o.Modified.After(e.Created) && (last < 0 || o.Modified.After(executions[last].Modified)) {
				last = j
			}
		}
		if last >= 0 {
			replaced[last] = true
			e.Attempt = executions[last].Attempt + 1
			open[key] = slices.DeleteFunc(open[key], func(j int) bool { return j == last })
		}
		if e.over() {
			open[key] = append(open[key], i)
		}
	}
}

// A Result says where what a job published lies.
type Result struct {
	Type string            // such as urlDownload or s3PreSigned
	URL  string            // where it can be fetched; may be empty
	Info map[string]string // the parameters that are text
}

// An Event is one entry of a job's history.
type Event struct {
	Time        time.Time
	Level       string // JobLevel or ExecutionLevel
	ExecutionID string // empty for the job's own
	NodeID      string // empty where it is not told
	Topic       string
	Message     string // what happened; may be several lines
	State       string // the new state, where it is told
}
