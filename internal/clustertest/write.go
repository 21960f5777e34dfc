package clustertest

import (
	"encoding/json"
	"io"
	"strings"
	"time"

	"github.com/bacviz/bacviz/cluster"
)

// The API's structures as an orchestrator writes them, fields in its order.
type (
	apiList struct {
		NextToken string
		Nodes     []apiRecord
	}
	apiRecord struct {
		Info            apiInfo
		Membership      cluster.Membership
		Connection      cluster.Connection
		ConnectionState *apiState `json:",omitempty"`
	}
	apiState struct {
		Status            cluster.Connection
		LastHeartbeat     time.Time
		ConnectedSince    time.Time
		DisconnectedSince time.Time
		LastError         string `json:",omitempty"`
	}
	apiInfo struct {
		NodeID             string
		NodeType           cluster.Type
		Labels             map[string]string
		SupportedProtocols []string    `json:",omitempty"`
		ComputeNodeInfo    *apiCompute `json:",omitempty"`
		BacalhauVersion    apiVersion
	}
	apiCompute struct {
		ExecutionEngines   []string
		Publishers         []string
		StorageSources     []string
		MaxCapacity        apiResources
		QueueCapacity      apiResources
		AvailableCapacity  apiResources
		MaxJobRequirements apiResources
		RunningExecutions  int
		EnqueuedExecutions int
		Address            string `json:"address"`
	}
	apiResources struct {
		CPU    float64 `json:",omitempty"`
		Memory uint64  `json:",omitempty"`
		Disk   uint64  `json:",omitempty"`
		GPU    uint64  `json:",omitempty"`
	}
	apiVersion struct {
		Major      string `json:",omitempty"`
		Minor      string `json:",omitempty"`
		GitVersion string
		GitCommit  string
		BuildDate  time.Time
		GOOS       string
		GOARCH     string
	}
)

// WriteList writes a list as an orchestrator of the given version answers
// /api/v1/orchestrator/nodes. Versions before v1.6 have no ConnectionState, and
// show their own requester as disconnected and compute nodes without a version.
func WriteList(w io.Writer, list cluster.List, version string) error {
	out := apiList{Nodes: make([]apiRecord, len(list.Nodes))}
	for i := range list.Nodes {
		out.Nodes[i] = record(&list.Nodes[i], list.Orchestrator, version)
	}
	return encoder(w, version).Encode(out)
}

// WriteAgent writes what the list's orchestrator answers to
// /api/v1/agent/node.
func WriteAgent(w io.Writer, list cluster.List, version string) error {
	self := cluster.Node{ID: list.Orchestrator, Type: cluster.Requester}
	for _, n := range list.Nodes {
		if n.ID == list.Orchestrator {
			self = n
		}
	}
	if !wraps(version) {
		return encoder(w, version).Encode(info(&self, version))
	}
	return encoder(w, version).Encode(apiRecord{
		Info: info(&self, version), Membership: cluster.Approved, Connection: cluster.Connected,
	})
}

func encoder(w io.Writer, version string) *json.Encoder {
	e := json.NewEncoder(w)
	if wraps(version) {
		e.SetIndent("", "  ") // as the captures of v1.4 have it
	}
	return e
}

// wraps reports whether the version is v1.4 or v1.5.
func wraps(version string) bool {
	return strings.HasPrefix(version, "v1.4.") || strings.HasPrefix(version, "v1.5.")
}

func record(n *cluster.Node, orchestrator, version string) apiRecord {
	r := apiRecord{Info: info(n, version)}
	var s cluster.Sighting
	if len(n.Sightings) > 0 {
		s = n.Sightings[0]
	}
	if s.Connection == cluster.AwaitingReconnection {
		s.Connection = cluster.Disconnected // the API's word
	}
	r.Membership, r.Connection = s.Membership, s.Connection
	switch {
	case !wraps(version):
		r.ConnectionState = &apiState{s.Connection, s.LastHeartbeat, s.ConnectedSince, s.DisconnectedSince, s.LastError}
	case n.ID == orchestrator && n.Type == cluster.Requester:
		r.Connection = cluster.Disconnected
	}
	return r
}

func info(n *cluster.Node, version string) apiInfo {
	out := apiInfo{NodeID: n.ID, NodeType: n.Type, Labels: n.Labels}
	if n.Version != "" && !(wraps(version) && n.Type == cluster.Compute) {
		out.BacalhauVersion = apiVersion{
			GitVersion: n.Version, GitCommit: strings.Repeat("a", 40), BuildDate: time.Unix(0, 0).UTC(),
			GOOS: "linux", GOARCH: "amd64",
		}
		if parts := strings.Split(strings.TrimPrefix(n.Version, "v"), "."); len(parts) == 3 {
			out.BacalhauVersion.Major, out.BacalhauVersion.Minor = parts[0], parts[1]
		}
	}
	if !wraps(version) {
		out.SupportedProtocols = []string{"bprotocol/v2", "ncl/v1"}
	}
	if !wraps(version) || n.Type == cluster.Compute {
		out.ComputeNodeInfo = &apiCompute{
			ExecutionEngines: n.Engines, Publishers: n.Publishers, StorageSources: n.Storage,
			MaxCapacity: apiResources(n.Max), QueueCapacity: apiResources(n.Queued),
			AvailableCapacity: apiResources(n.Available), MaxJobRequirements: apiResources(n.Max),
			RunningExecutions: n.Running, EnqueuedExecutions: n.Enqueued,
		}
	}
	return out
}
