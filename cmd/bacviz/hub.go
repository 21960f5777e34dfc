package main

// This file finds the node that --hub names.

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/display"
)

// findHub returns the ID of the node that --hub names by its ID, by what pictures and
// tables show, or by the beginning of either. A list without a requester does not say what
// its hub is, which may then be any node. In other networks it has to be an orchestrator.
func (o *renderOptions) findHub(ctx context.Context, seen *cluster.Snapshot) (string, error) {
	if o.hub == "" {
		return "", nil
	}
	found, err := graph.FindNodes(ctx, *seen, o.hub)
	switch {
	case err != nil:
		return "", err
	case len(found) == 0:
		return "", o.wrongHub("no node has that ID", nearest(o.hub, mayBeHub(seen)), seen)
	case len(found) > 1:
		return "", o.severalHubs(found)
	}
	hub := found[0]
	if _, answered := slices.BinarySearch(seen.Orchestrators, hub); answered || len(seen.UnknownHubs()) > 0 {
		return hub, nil
	}
	if n := seen.Node(hub); n == nil || seen.Role(n) == cluster.RoleCompute {
		return "", o.wrongHub("that is a compute node", "", seen)
	}
	return hub, nil
}

// wrongHub returns the error of a --hub that names no node that may be one, but was
// probably meant to be near, if that is not empty. With --redact it names nobody.
func (o *renderOptions) wrongHub(reason, near string, seen *cluster.Snapshot) error {
	if o.redact.on {
		return &usageError{errors.New("--hub: " + reason), "name an orchestrator"}
	}
	hint := "name an orchestrator: "
	if len(seen.UnknownHubs()) > 0 {
		hint = "name a node: "
	}
	hint += someOf(mayBeHub(seen))
	if near != "" {
		hint = "did you mean " + display.Printable(near) + "?"
	}
	return &usageError{fmt.Errorf("--hub %s: %s", display.Printable(o.hub), reason), hint}
}

// severalHubs returns the error of a --hub that several nodes answer to. With --redact it
// names nobody.
func (o *renderOptions) severalHubs(found []string) error {
	hint := "give more of the ID; bacviz nodes -o wide lists whole IDs"
	if !o.redact.on {
		hint = "give more of the ID: " + someOf(found)
	}
	return &usageError{fmt.Errorf("--hub: %d nodes are called, or begin with, %s", len(found), display.Quote(o.hub)), hint}
}

// mayBeHub returns the IDs of the nodes that --hub may name, sorted.
func mayBeHub(seen *cluster.Snapshot) []string {
	ids, anyNode := slices.Clone(seen.Orchestrators), len(seen.UnknownHubs()) > 0
	for i := range seen.Nodes {
		if n := &seen.Nodes[i]; anyNode || seen.Role(n) != cluster.RoleCompute {
			ids = append(ids, n.ID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// warnHub warns of a hub that no list says nodes connect to. It has the ID in what was
// read, and is shown by a name, which is a pseudonym with --redact.
func warnHub(seen *cluster.Snapshot, id, name string, std stdio) {
	if n := seen.Node(id); n != nil && n.Type == cluster.Compute && seen.Role(n) == cluster.RoleCompute {
		std.warn("hub %q is listed as a compute node; no list says which nodes it reaches", display.Printable(name))
	}
}
