package snapshot

import (
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/jsondoc"
)

// jobRecord is a job in a document.
type jobRecord struct {
	ID         string           `json:"id"`
	By         string           `json:"by"` // its orchestrator
	Name       string           `json:"name"`
	Namespace  string           `json:"namespace"`
	Type       string           `json:"type"`
	Count      int              `json:"count"`
	State      cluster.JobState `json:"state"`
	Engines    []string         `json:"engines"`
	Publishers []string         `json:"publishers"`
	Created    time.Time        `json:"created"`
	Modified   time.Time        `json:"modified"`
	Executions executions       `json:"executions"`
}

// executionRecord is an execution in a document.
type executionRecord struct {
	ID      string                 `json:"id"`
	Node    string                 `json:"node"`
	State   cluster.ExecutionState `json:"state"`
	Exit    *int                   `json:"exit"`
	Attempt jsondoc.Positive       `json:"attempt"` // default 1
}

// jobs is the field of a document that lists jobs. Each has an ID and an
// orchestrator.
type jobs struct {
	most    int  // how many there may be
	given   bool // whether the document has the field
	tooMany bool // whether reading ended because there are more

	all     []cluster.Job
	offsets []int64 // of each in the document
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (j *jobs) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	j.all, j.given = []cluster.Job{}, true
	return jsondoc.ReadList(dec, func(offset int64) error {
		if len(j.all) >= j.most {
			j.tooMany = true
			return jsondoc.Errorf(offset, "more than %d jobs", j.most)
		}
		var r jobRecord
		if err := json.UnmarshalDecode(dec, &r); err != nil {
			return err
		}
		if r.ID == "" || r.By == "" {
			return jsondoc.Errorf(offset, `a job without "id" or "by"`)
		}
		for i := range r.Executions {
			r.Executions[i].JobID = r.ID
		}
		j.all, j.offsets = append(j.all, cluster.Job{
			ID: r.ID, Orchestrator: r.By, Name: r.Name, Namespace: r.Namespace, Type: r.Type, Count: r.Count, State: r.State,
			Engines: r.Engines, Publishers: r.Publishers, Created: r.Created.UTC(), Modified: r.Modified.UTC(), Executions: r.Executions,
		}), append(j.offsets, offset)
		return nil
	})
}

type executions []cluster.Execution

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (all *executions) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return jsondoc.ReadList(dec, func(offset int64) error {
		r := executionRecord{Attempt: 1}
		if err := json.UnmarshalDecode(dec, &r); err != nil {
			return err
		}
		if r.ID == "" || r.Node == "" || r.State == "" {
			return jsondoc.Errorf(offset, `an execution without "id", "node" or "state"`)
		}
		e := cluster.Execution{ID: r.ID, NodeID: r.Node, State: r.State, Attempt: int(r.Attempt)}
		if r.Exit != nil {
			e.Output = &cluster.RunOutput{ExitCode: *r.Exit}
			if e.ExitCode() == cluster.NotReported {
				e.Output = nil
			}
		}
		*all = append(*all, e)
		return nil
	})
}
