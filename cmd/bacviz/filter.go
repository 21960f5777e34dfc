package main

// This file holds the flags that choose nodes.

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
)

// filterFlags say which nodes are meant. Each flag but --select has the name of a
// column of bacviz nodes.
type filterFlags struct {
	selector                string
	state, membership, role []string

	filter cluster.Filter // after check
}

// The words of each column.
var (
	states      = choices{"connected", "awaiting-reconnection", "disconnected"}
	memberships = choices{"approved", "pending", "rejected"}
	roles       = choices{string(cluster.RoleRequester), string(cluster.RoleCompute), string(cluster.RoleHybrid)}
)

// oldNames are former names of flags, which are accepted still.
var oldNames = map[string]string{"status": "state", "type": "role"}

// add defines the flags.
func (f *filterFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	defer heading(flags, "Which nodes")()
	flags.StringVar(&f.selector, "select", "", "only nodes that match this label `selector`, as in kubectl: region=eu,rack!=r2,gpu")
	choicesVar(cmd, &f.state, "state", "only nodes in this `state`", states)
	choicesVar(cmd, &f.membership, "membership", "only nodes with this `membership`", memberships)
	choicesVar(cmd, &f.role, "role", "only nodes in this `role`", roles)
	flags.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		if now, old := oldNames[name]; old {
			name = now
		}
		return pflag.NormalizedName(name)
	})
}

// check reads the selector, and finds what the flags mean together.
func (f *filterFlags) check() error {
	f.filter = cluster.Filter{State: f.state, Membership: f.membership, Role: f.role}
	if f.selector == "" {
		return nil
	}
	var err error
	if f.filter.Select, err = cluster.ParseSelector(f.selector); err != nil {
		return &usageError{fmt.Errorf("--select %s: %w", display.Quote(f.selector), err), "a selector looks like region=eu,rack!=r2,gpu or region in (eu,us)"}
	}
	return nil
}

// apply returns the part of a snapshot that the flags mean. If that is not all of
// it, unfiltered holds the snapshot.
func (f *filterFlags) apply(snap cluster.Snapshot) (part cluster.Snapshot, unfiltered []cluster.Snapshot) {
	if f.filter.Empty() {
		return snap, nil
	}
	return snap.Filter(f.filter), []cluster.Snapshot{snap}
}

// warn warns of a choice that leaves no compute node of a snapshot that apply returned,
// or none to draw, unless disconnected nodes are drawn as well.
func (f *filterFlags) warn(part *cluster.Snapshot, disconnected bool, std stdio) {
	if f.filter.Empty() {
		return
	}
	drawn, found := 0, 0
	for i := range part.Nodes {
		n := &part.Nodes[i]
		if !n.Computes() || !f.filter.Match(part, n) {
			continue
		}
		found++
		if c := part.Connection(n); disconnected || c == cluster.Connected || c == cluster.AwaitingReconnection {
			drawn++
		}
	}
	switch {
	case found == 0:
		std.warn("no compute node matches the filters")
	case drawn == 0:
		std.warn("no node that matches the filters is connected; --include all draws the others")
	}
}
