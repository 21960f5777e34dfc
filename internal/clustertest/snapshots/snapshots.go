// Package snapshots runs a test with many networks: every node list that was
// captured from a real orchestrator, and some that are made up, with and without
// jobs: 30, or as many as BACVIZ_SEEDS says. Tests of the snapshot document, of pseudonyms and of merging use it.
package snapshots

import (
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"testing"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// Each runs f as a subtest with each snapshot.
func Each(t *testing.T, f func(t *testing.T, s cluster.Snapshot)) {
	t.Helper()
	captures := 0
	for _, v := range clustertest.Versions() {
		for _, name := range clustertest.Names(v) {
			body, err := fs.ReadFile(clustertest.Captures, v+"/"+name+".json")
			if err != nil {
				t.Fatal(err)
			}
			list, err := fetch.Stream{Reader: bytes.NewReader(body), Label: name}.List(t.Context())
			if err != nil {
				continue // not a node list
			}
			captures++
			t.Run(v+" "+name, func(t *testing.T) { f(t, cluster.Merge(list)) })
		}
	}
	if captures < 50 {
		t.Fatalf("only %d captures", captures)
	}
	seeds, err := strconv.ParseUint(cmp.Or(os.Getenv("BACVIZ_SEEDS"), "30"), 10, 32)
	if err != nil {
		t.Fatal("BACVIZ_SEEDS:", err)
	}
	for seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { f(t, madeUp(seed)) })
	}
}

// madeUp returns a network of up to 199 nodes and 5 orchestrators; every other
// one has jobs, and every fourth is a separate cluster with a name, or a part of a network.
func madeUp(seed uint64) cluster.Snapshot {
	names := []clustertest.NameStyle{clustertest.NameUUID, clustertest.NameHost, clustertest.NameCloud, clustertest.NameLegacy, clustertest.NameMixed}
	s := clustertest.Snapshot(seed, clustertest.Options{
		Nodes: int(seed * 7 % 200), Hubs: 1 + int(seed%5), Shared: 0.3, Regions: 1 + int(seed%12),
		Disconnected: 0.2, Pending: 0.1, Rejected: 0.1, Names: names[seed%5],
	})
	if seed%2 == 0 {
		s.Jobs = clustertest.Jobs(seed, s, clustertest.JobOptions{
			Jobs: int(seed) % 11, Executions: int(seed) % 5, Retried: 0.3, Failed: 0.3, Running: 0.3, Rejected: 0.3, Gone: 0.3,
		})
	}
	switch seed % 4 {
	case 1:
		list := s.List()
		list.Origin = cluster.Origin{Cluster: "production"}
		s = cluster.Merge(cluster.Separate(list))
	case 2:
		f := cluster.Filter{State: []string{"connected"}}
		f.Select, _ = cluster.ParseSelector("region!=eu-west-1,nowhere notin (never-land)") // is valid
		s = s.Filter(f)
	}
	return s
}

// WithJobs returns a network of 12 nodes with six jobs in it, some of whose
// executions failed, were rejected, or ran on nodes that are gone.
func WithJobs() cluster.Snapshot {
	s := clustertest.Snapshot(5, clustertest.Options{Nodes: 12, Hubs: 2})
	s.Jobs = clustertest.Jobs(5, s, clustertest.JobOptions{Jobs: 6, Executions: 4, Retried: 0.5, Failed: 0.5, Gone: 0.5, Rejected: 0.3})
	return s
}
