// Package examples holds the sample network that "bacviz render --demo" draws. Its
// folder also has pictures, snapshots and programs that show how to use bacviz.
package examples

import _ "embed"

// Demo is an orchestrator's answer in JSON: a list of one orchestrator and a dozen
// compute nodes in three regions.
//
//go:embed demo.json
var Demo []byte
