package fetch

import "github.com/bacviz/bacviz/cluster"

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
