package wire

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"time"

	"github.com/bacviz/bacviz/cluster"
)

// nanoseconds is a time since 1970, as jobs and executions have it; 0 is never.
type nanoseconds int64

func (n nanoseconds) time() time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, int64(n)).UTC()
}

type job struct {
	ID, Name, Namespace, Type string
	Count, Version            int
	State                     struct{ StateType, Message string }
	Tasks                     []struct{ Engine, Publisher struct{ Type string } }
	CreateTime, ModifyTime    nanoseconds
}

// ReadJob reads a job of a list.
func ReadJob(r *ItemReader) (cluster.Job, error) {
	var w job
	err := r.object(map[string]any{
		"ID": &w.ID, "Name": &w.Name, "Namespace": &w.Namespace, "Type": &w.Type, "Count": &w.Count, "Version": &w.Version,
		"State": &w.State, "Tasks": &w.Tasks, "CreateTime": &w.CreateTime, "ModifyTime": &w.ModifyTime,
	})
	j := cluster.Job{
		ID: w.ID, Name: w.Name, Namespace: w.Namespace, Type: w.Type, Count: w.Count, Version: w.Version,
		State: cluster.JobState(w.State.StateType), Message: w.State.Message,
		Created: w.CreateTime.time(), Modified: w.ModifyTime.time(),
	}
	for _, task := range w.Tasks {
		if task.Engine.Type != "" {
			j.Engines = append(j.Engines, task.Engine.Type)
		}
		if task.Publisher.Type != "" {
			j.Publishers = append(j.Publishers, task.Publisher.Type)
		}
	}
	return j, err
}

// ParseJob reads the JSON of one job. It reports false for JSON that is not a job.
func ParseJob(text []byte) (cluster.Job, bool) {
	j, err := ReadJob(&ItemReader{dec: newDecoder(bytes.NewReader(text))})
	return j, err == nil && j.ID != ""
}

// A state is the number of a state, or its name, which some version may send.
type state struct {
	number int
	name   string
}

func (s *state) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] == '"' {
		return json.Unmarshal(text, &s.name)
	}
	return json.Unmarshal(text, &s.number)
}

func (s state) of(version string) cluster.ExecutionState {
	if s.name != "" {
		return cluster.ExecutionState(s.name)
	}
	return cluster.ExecutionStateOf(s.number, version)
}

// An Execution is an execution as it is sent: what its state means depends on the
// version of the server.
type Execution struct {
	ID, NodeID, JobID string

	computeState, desiredState struct {
		StateType state
		Message   string
	}
	output *struct {
		Stdout          string
		StdoutTruncated bool
		Stderr          string `json:"stderr"` // lower case in every version
		StderrTruncated bool
		ExitCode        int
		ErrorMsg        string
	}
	partition, jobVersion int
	created, modified     nanoseconds
}

// ReadExecution reads an execution of a list. It skips the job in it, which v1.9
// sends with each execution and which may be long.
func ReadExecution(r *ItemReader) (w Execution, err error) {
	err = r.object(map[string]any{
		"ID": &w.ID, "NodeID": &w.NodeID, "JobID": &w.JobID, "ComputeState": &w.computeState, "DesiredState": &w.desiredState,
		"RunOutput": &w.output, "PartitionIndex": &w.partition, "JobVersion": &w.jobVersion,
		"CreateTime": &w.created, "ModifyTime": &w.modified,
	})
	return w, err
}

// Of returns the execution as a server of a version means it.
func (w *Execution) Of(version string) cluster.Execution {
	e := cluster.Execution{
		ID: w.ID, NodeID: w.NodeID, JobID: w.JobID, State: w.computeState.StateType.of(version), Message: w.computeState.Message,
		Partition: w.partition, JobVersion: w.jobVersion, Created: w.created.time(), Modified: w.modified.time(),
	}
	if e.State == cluster.StateCancelled { // v1.4 keeps the message of the state before
		e.Message = cmp.Or(w.desiredState.Message, e.Message)
	}
	if desired := w.desiredState.StateType; desired.number == 1 || desired.name == "Running" {
		switch e.State {
		case cluster.StateAskForBidAccepted, cluster.StateBidAccepted, cluster.StateRunning, cluster.StatePublishing:
			e.Active = true
		}
	}
	if o := w.output; o != nil {
		e.Output = &cluster.RunOutput{
			Stdout: o.Stdout, Stderr: o.Stderr, StdoutTruncated: o.StdoutTruncated, StderrTruncated: o.StderrTruncated,
			ExitCode: o.ExitCode, Error: o.ErrorMsg,
		}
	}
	return e
}

// An Event is an entry of a history as it is sent: what the state in it means
// depends on the version of the server.
type Event struct {
	// Number is above 0 where the server numbers events: v1.4 does not.
	Number int64

	level, executionID, nodeID string
	jobState                   *struct{ New string }
	executionState             *struct{ New state }
	comment                    string
	event                      struct {
		Message, Topic string
		Timestamp      time.Time
		Details        map[string]string
	}
	time time.Time
}

// ReadEvent reads an event of a list.
func ReadEvent(r *ItemReader) (w Event, err error) {
	err = r.object(map[string]any{
		"SeqNum": &w.Number, "Type": &w.level, "ExecutionID": &w.executionID, "NodeID": &w.nodeID, "JobState": &w.jobState,
		"ExecutionState": &w.executionState, "Comment": &w.comment, "Event": &w.event, "Time": &w.time,
	})
	return w, err
}

// Of returns the event as a server of a version means it.
func (w *Event) Of(version string) cluster.Event {
	e := cluster.Event{
		Time: w.time, Level: w.level, ExecutionID: w.executionID, NodeID: cmp.Or(w.nodeID, w.event.Details["NodeID"]),
		Topic: w.event.Topic, Message: cmp.Or(w.event.Message, w.comment), State: w.event.Details["NewState"],
	}
	if e.Time.IsZero() {
		e.Time = w.event.Timestamp
	}
	switch {
	case w.jobState != nil: // until v1.5.1
		e.State = w.jobState.New
	case w.executionState != nil:
		e.State = string(w.executionState.New.of(version))
	}
	return e
}

// ReadResult reads a result of a list.
func ReadResult(r *ItemReader) (cluster.Result, error) {
	var result cluster.Result
	var params map[string]any
	err := r.object(map[string]any{"Type": &result.Type, "Params": &params})
	for name, value := range params {
		if text, ok := value.(string); ok {
			if result.Info == nil {
				result.Info = map[string]string{}
			}
			result.Info[name] = text
		}
	}
	result.URL = result.Info["URL"]
	return result, err
}

// ResultKey returns a key that differs between the results of a job.
func ResultKey(r cluster.Result) string { return r.Type + fmt.Sprint(r.Info) } // fmt sorts the keys
