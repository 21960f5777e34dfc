package history

// This file holds what a writer knows of the last moment.

import "github.com/bacviz/bacviz/cluster"

// forever is the end of a version that has not ended.
const forever = 1<<63 - 1

// A last is the last moment of a store, as the writer needs it.
type last struct {
	Moment
	seen      int64
	frame     string
	snapshot  cluster.Snapshot
	nodes     map[string]current // by ID
	loaded    int64              // when the last step of the load was taken
	loadBytes int64              // how large the steps of the load are, if that is limited
	pruned    int64              // the time of the snapshot that old moments were deleted for
}

// A current is the version that a node has now.
type current struct {
	first  uint64
	record string
	node   *cluster.Node // what the record says
}
