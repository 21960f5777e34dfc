// Package examples holds the sample network that "bacviz render --demo" draws.
// Beside it lie pictures, snapshots and programs that show how bacviz is used.
package examples

import _ "embed"

// Demo is a node list as an orchestrator answers it: one orchestrator and a
// dozen compute nodes in three regions.
//
//go:embed demo.json
var Demo []byte
