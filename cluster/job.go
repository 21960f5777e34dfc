package cluster

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/semver"
)

// A JobState is the state of a job, which every version of the API sends as a word.
// Unknown words are kept.
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

// Ended reports whether the job has ended.
func (s JobState) Ended() bool { return s == JobCompleted || s == JobFailed || s == JobStopped }

// A Job is a job as an orchestrator reports it.
type Job struct {
	ID, Name, Namespace string
	Type                string   // batch, ops, daemon or service
	Count               int      // number of replicas; 0 for one on each node
	Version             int      // raised with each update, since v1.9
	Engines             []string // of its tasks
	Publishers          []string // of its tasks; tasks without a publisher are left out
	State               JobState
	Message             string // why the job is in this state; may be several lines
	Created, Modified   time.Time

	// The rest is set in the jobs of a [Snapshot] only: the orchestrator that the job
	// belongs to, and its executions in the order of [Attempts].
	Orchestrator string
	Executions   []Execution
}

// Short returns the job's ID, shortened as by [ShortID].
func (j *Job) Short() string { return ShortID(j.ID) }

// hexadecimal says which bytes are digits of a UUID.
var hexadecimal = func() (digits [256]bool) {
	for _, c := range []byte("0123456789abcdefABCDEF") {
		digits[c] = true
	}
	return digits
}()

// ShortID returns the short form that Bacalhau shows of the ID of a job or an
// execution, such as j-0d2d943b, or 0d2d943b of a UUID alone. Other IDs are returned
// unchanged.
func ShortID(id string) string {
	prefix := len(id) - 36 // of a UUID
	if prefix != 0 && (prefix != 2 || id[1] != '-') {
		return id
	}
	uuid := id[prefix:]
	if uuid[8] != '-' || uuid[13] != '-' || uuid[18] != '-' || uuid[23] != '-' {
		return id
	}
	for _, digits := range [...]string{uuid[:8], uuid[9:13], uuid[14:18], uuid[19:23], uuid[24:]} {
		for i := range len(digits) {
			if !hexadecimal[digits[i]] {
				return id
			}
		}
	}
	return id[:prefix+8]
}

// FindJobs returns the jobs that a text means: those with that ID; if there are none, those
// whose ID begins with it; then those that a picture calls so: by their name, with the short
// ID where several have it. An ellipsis stands for what a picture leaves out of a name.
func FindJobs(all []Job, text string) []Job {
	before, after, cut := strings.Cut(text, "…")
	shows := func(label string) bool {
		return label == text || cut && len(label) >= len(before)+len(after) && strings.HasPrefix(label, before) && strings.HasSuffix(label, after)
	}
	for _, means := range []func(*Job) bool{
		func(j *Job) bool { return j.ID == text },
		func(j *Job) bool { return strings.HasPrefix(j.ID, text) },
		func(j *Job) bool {
			return j.Name != "" && (shows(j.Name) || shows(j.Name+" "+j.Short())) || shows(j.ID)
		},
	} {
		var found []Job
		for i := range all {
			if text != "" && means(&all[i]) {
				found = append(found, all[i])
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// An ExecutionState is the state of an execution. The API sends a number whose
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
	firstStates = []ExecutionState{StateUndefined, StateNew, StateAskForBid, StateAskForBidAccepted, StateAskForBidRejected, StateBidAccepted}
	finalStates = []ExecutionState{StateBidRejected, StateCompleted, StateFailed, StateCancelled}

	oldStates = slices.Concat(firstStates, finalStates)
	newStates = slices.Concat(firstStates, []ExecutionState{StateRunning, StatePublishing}, finalStates)
)

// ExecutionStates returns the states in the order of their numbers on a server of the
// given version. In v1.5.2 Running and Publishing were added, before the states in
// which an execution has ended. A version that cannot be parsed, such as that of a
// development build, counts as new.
func ExecutionStates(version string) []ExecutionState {
	if countsOld(version) {
		return slices.Clone(oldStates)
	}
	return slices.Clone(newStates)
}

// ExecutionStateOf returns the state that has a number on a server of the given
// version, or a word such as unknown(17) if none has.
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

// renumbered is the version that added Running and Publishing.
const renumbered = "v1.5.2"

// countsOld reports whether a server of the given version numbers states as before
// v1.5.2. A version that cannot be parsed counts as new, and so does v0.0.0, the
// version of builds without one.
func countsOld(version string) bool {
	version = "v" + strings.TrimPrefix(version, "v")
	return semver.IsValid(version) && semver.Major(version) != "v0" && semver.Compare(version, renumbered) < 0
}

// NotReported is the exit code of an execution for which none was reported.
const NotReported = -1

// A RunOutput is the output of an execution.
type RunOutput struct {
	Stdout, Stderr                   string // only the beginning if truncated
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
	Partition         int    // number of the job's replica, since v1.6
	JobVersion        int    // since v1.9
	Output            *RunOutput
	Created, Modified time.Time

	// Attempt is 1, or more for an execution that replaced one that failed; see
	// [Attempts].
	Attempt int
}

// ExitCode returns the exit code of the program, or NotReported. A server sends 0 for
// a program that has not ended, or whose engine failed.
func (e *Execution) ExitCode() int {
	if e.Output == nil || e.Output.ExitCode == 0 && e.State != StateCompleted {
		return NotReported
	}
	return e.Output.ExitCode
}

// Why returns the message of an execution that failed, was rejected or was cancelled,
// and otherwise "": other messages may be of an earlier state, such as Running.
func (e *Execution) Why() string {
	if e.State == StateFailed || e.Rejected() || e.State == StateCancelled {
		return e.Message
	}
	return ""
}

// Failed reports whether the execution failed: its state is Failed, or it completed
// with an exit code above 0.
func (e *Execution) Failed() bool {
	return e.State == StateFailed || e.State == StateCompleted && e.ExitCode() > 0
}

// Outcome returns the state, but Failed for an execution that completed with an exit
// code above 0.
func (e *Execution) Outcome() ExecutionState {
	if e.Failed() {
		return StateFailed
	}
	return e.State
}

// Ran reports whether the node accepted the execution. A node that rejected the bid, or
// was only asked for one, did not run it.
func (e *Execution) Ran() bool {
	switch e.State {
	case StateUndefined, StateNew, StateAskForBid, StateAskForBidAccepted:
		return false
	}
	return !e.Rejected()
}

// Rejected reports whether the node rejected the execution.
func (e *Execution) Rejected() bool {
	return e.State == StateBidRejected || e.State == StateAskForBidRejected
}

// unsuccessful reports whether the execution has ended without success, so that
// another one may replace it.
func (e *Execution) unsuccessful() bool {
	return e.Failed() || e.Rejected() || e.State == StateCancelled
}

// Attempts sorts the executions of one job by the time at which they were created, and
// numbers the attempts. An execution is a retry of the last one of the same replica and
// version of the job that ended without success before it was created, and that no
// other execution has replaced. The API does not report this: its PreviousExecution is
// always empty.
func Attempts(executions []Execution) {
	slices.SortFunc(executions, func(a, b Execution) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.Partition, b.Partition), cmp.Compare(a.ID, b.ID))
	})
	replaced := make([]bool, len(executions))
	type replica struct{ partition, version int }
	open := map[replica][]int{} // the executions that may be replaced
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
		if e.unsuccessful() {
			open[key] = append(open[key], i)
		}
	}
}

// A Result says where a published result of a job is stored.
type Result struct {
	Type string            // such as urlDownload or s3PreSigned
	URL  string            // to download it from; may be empty
	Info map[string]string // its parameters, as far as they are strings
}

// An Event is one element of a job's history.
type Event struct {
	Time        time.Time
	Level       string // JobLevel or ExecutionLevel
	ExecutionID string // empty for the job's own
	NodeID      string // may be empty
	Topic       string
	Message     string // what happened; may be several lines
	State       string // the new state; may be empty
}
