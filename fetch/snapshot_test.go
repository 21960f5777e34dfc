package fetch_test

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/internal/clustertest"
)

func TestSnapshotMergesSources(t *testing.T) {
	var sources []fetch.Source
	for _, l := range clustertest.Cluster(1, clustertest.Options{Nodes: 10, Hubs: 2, Shared: 0.5}) {
		sources = append(sources, &bacalhau.Client{BaseURL: clustertest.ServeCluster(t, "v1.9.3", l).URL})
	}
	const bad = `[{"Info":{}}, {"Info":{"NodeID":"x","NodeType":"Requester"}}]`
	sources = append(sources, fetch.Stream{Reader: strings.NewReader(bad), Label: "pipe"})
	snap, warnings, err := readSnapshot(t.Context(), sources, fetch.Options{})
	if err != nil || len(snap.Orchestrators) != 3 || len(snap.Nodes) != 13 {
		t.Errorf("%v, orchestrators %q, %d nodes", err, snap.Orchestrators, len(snap.Nodes))
	}
	if d := cmp.Diff([]fetch.Warning{{Source: "pipe", Message: "record 1: no NodeID; skipped"}}, warnings); d != "" {
		t.Error(d)
	}
	sources = append(sources[:2], fetch.File{Path: "missing"})
	if _, _, err := readSnapshot(t.Context(), sources, fetch.Options{Strict: true}); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a source that fails:", err)
	}
	snap, warnings, err = readSnapshot(t.Context(), sources, fetch.Options{})
	if err != nil || len(snap.Orchestrators) != 2 {
		t.Error("a source that fails is not left out:", err)
	}
	if d := cmp.Diff([]fetch.Warning{{Source: "missing", Message: "left out: no such file"}}, warnings); d != "" {
		t.Error(d)
	}
	_, warnings, err = readSnapshot(t.Context(), []fetch.Source{fetch.File{Path: "none"}, fetch.File{Path: "missing"}}, fetch.Options{})
	if err == nil || err.Error() != "reading nodes: none: no such file" {
		t.Error("no source is left:", err)
	}
	if d := cmp.Diff([]fetch.Warning{{Source: "missing", Message: "left out: no such file"}}, warnings); d != "" {
		t.Error(d)
	}
	if _, _, err := readSnapshot(t.Context(), nil, fetch.Options{}); err == nil {
		t.Error("no source, no error")
	}
}

// A source that stalls does not keep the others from being used.
func TestSnapshotLeavesOutWhatStalls(t *testing.T) {
	good := clustertest.Serve(t, "v1.9.3", nil)
	stalls := clustertest.ServeFault(t, clustertest.FaultStall, good.Config.Handler)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	snap, warnings, err := readSnapshot(ctx, []fetch.Source{
		&bacalhau.Client{BaseURL: stalls.URL}, &bacalhau.Client{BaseURL: good.URL},
	}, fetch.Options{})
	if err != nil || len(snap.Nodes) != 7 || len(warnings) != 1 ||
		!strings.HasPrefix(warnings[0].String(), stalls.URL+": left out: no complete answer within 2.") || !strings.HasSuffix(warnings[0].String(), ", its part of the limit of 3s") || ctx.Err() != nil {
		t.Errorf("%v, %d nodes, %v, context %v", err, len(snap.Nodes), warnings, ctx.Err())
	}
	start := time.Now()
	_, _, err = readSnapshot(t.Context(), []fetch.Source{
		&bacalhau.Client{BaseURL: stalls.URL}, fetch.File{Path: "missing"},
	}, fetch.Options{Strict: true})
	if err == nil || err.Error() != "reading nodes: missing: no such file" || clustertest.Late(time.Since(start), time.Second) {
		t.Errorf("%v after %s", err, time.Since(start))
	}
}
