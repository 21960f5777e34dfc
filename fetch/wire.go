package fetch

import (
	"errors"
	"slices"
	"time"

	"github.com/bacviz/bacviz/cluster"
)

// The API's structures, as far as bacviz reads them. They are the project's
// own because the official client decodes a disconnected node of v1.4 as
// connected, and loses a whole list on one odd record.

// A wireRecord is one element of the node list.
type wireRecord struct {
	Info       wireInfo
	Membership cluster.Membership
	Connection cluster.Connection

	// From v1.6 on.
	ConnectionState struct {
		LastHeartbeat     wireTime
		ConnectedSince    wireTime
		DisconnectedSince wireTime
		LastError         string
	}
}

// A wireInfo is what a node tells of itself.
type wireInfo struct {
	NodeID          string
	NodeType        cluster.Type
	Labels          map[string]string
	ComputeNodeInfo struct {
		ExecutionEngines   []string
		Publishers         []string
		StorageSources     []string
		MaxCapacity        cluster.Resources
		AvailableCapacity  cluster.Resources
		QueueCapacity      cluster.Resources // queued, not room in the queue
		RunningExecutions  int
		EnqueuedExecutions int
	}
	BacalhauVersion struct{ GitVersion string }
}

// A wireAgent is the answer of /api/v1/agent/node: v1.4 and v1.5 wrap the node
// in Info, later versions send it bare.
type wireAgent struct {
	wireAgentInfo
	Info wireAgentInfo
}

type wireAgentInfo struct {
	NodeID   string
	NodeType cluster.Type
}

func (a *wireAgent) info() wireAgentInfo {
	if a.Info.NodeID != "" {
		return a.Info
	}
	return a.wireAgentInfo
}

// A wireTime is a time, or zero for never, which the API also writes as
// 0001-01-01T00:00:00Z, null and "".
type wireTime struct{ time.Time }

var errNotTime = errors.New("what should be a time is none")

func (t *wireTime) UnmarshalJSON(b []byte) error {
	if string(b) == `""` || string(b) == "null" {
		return nil
	}
	if t.Time.UnmarshalJSON(b) != nil {
		return errNotTime
	}
	t.Time = t.UTC()
	return nil
}

// node is the record as the rest of the program knows it.
func (r *wireRecord) node() cluster.Node {
	info, compute, state := &r.Info, &r.Info.ComputeNodeInfo, &r.ConnectionState
	return cluster.Node{
		ID:         info.NodeID,
		Type:       info.NodeType,
		Labels:     info.Labels,
		Engines:    sorted(compute.ExecutionEngines),
		Publishers: sorted(compute.Publishers),
		Storage:    sorted(compute.StorageSources),
		Version:    info.BacalhauVersion.GitVersion,
		Max:        compute.MaxCapacity,
		Available:  compute.AvailableCapacity,
		Queued:     compute.QueueCapacity,
		Running:    compute.RunningExecutions,
		Enqueued:   compute.EnqueuedExecutions,
		Sightings: []cluster.Sighting{{
			Connection:        r.Connection,
			Membership:        r.Membership,
			LastHeartbeat:     state.LastHeartbeat.Time,
			ConnectedSince:    state.ConnectedSince.Time,
			DisconnectedSince: state.DisconnectedSince.Time,
			LastError:         state.LastError,
		}},
	}
}

// sorted sorts words in place: their order changes from call to call.
func sorted(words []string) []string {
	slices.Sort(words)
	return slices.Compact(words)
}
