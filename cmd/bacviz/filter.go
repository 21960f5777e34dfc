package main

// This file holds the flags that choose nodes.

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/apimachinery/pkg/selection"

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

const nodesHeading = "Which nodes"

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
	defer heading(flags, nodesHeading)()
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

// warn warns of a choice that leaves no compute node of a snapshot, or none to draw,
// unless disconnected nodes are drawn as well. With secret, it names nothing.
func (f *filterFlags) warn(snap *cluster.Snapshot, disconnected, secret bool, std stdio) {
	if f.filter.Empty() {
		return
	}
	drawn, found := 0, 0
	for i := range snap.Nodes {
		n := &snap.Nodes[i]
		if !n.Computes() || !f.filter.Match(snap, n) {
			continue
		}
		found++
		if c := snap.Connection(n); disconnected || c == cluster.Connected || c == cluster.AwaitingReconnection {
			drawn++
		}
	}
	switch {
	case found == 0:
		f.warnNone(snap, "compute node", secret, std)
	case drawn == 0:
		std.warn("no node that matches the filters is connected; --include all draws the others")
	}
}

// warnNone warns that no node of a snapshot, or no compute node, matches the filters, and
// says what it would have to have instead. With secret, it names nothing.
func (f *filterFlags) warnNone(snap *cluster.Snapshot, noun string, secret bool, std stdio) {
	among := func(n *cluster.Node) bool { return noun == "node" || n.Computes() }
	unmet, found := f.filter.Unmet(snap, among)
	verb := "has"
	if len(unmet.Values) == 0 || strings.Contains(string(unmet.Operator), "not") || unmet.Operator == selection.NotEquals {
		verb = "meets"
	}
	switch field := strings.TrimPrefix(unmet.Field, "@"); {
	case !slices.ContainsFunc(snap.Nodes, func(n cluster.Node) bool { return among(&n) }):
		std.warn("no %s is listed, whatever the filters", noun)
	case secret:
		std.warn("no %s matches the filters", noun)
	case !found:
		std.warn("no %s has all of: %s", noun, someOf(words(f.filter.Conditions())))
	case len(snap.Values(unmet.Field, among)) > 0:
		std.warn("no %s %s %s; %s: %s", noun, verb, display.Shorten(display.Printable(unmet.String())),
			display.Shorten(display.Printable(field)), someOf(nearFirst(snap.Values(unmet.Field, among), unmet.Values)))
	default:
		std.warn("no %s has a label %s; labels: %s", noun, display.Shorten(display.Printable(field)), someOf(labelKeys(snap, among)))
	}
}

// nearFirst returns the values that contain one of those asked for before all others.
func nearFirst(values, asked []string) []string {
	contains := func(value string) bool {
		return slices.ContainsFunc(asked, func(part string) bool { return strings.Contains(strings.ToLower(value), strings.ToLower(part)) })
	}
	far := slices.DeleteFunc(slices.Clone(values), contains)
	return append(slices.DeleteFunc(values, func(value string) bool { return !contains(value) }), far...)
}

// words returns the conditions as text.
func words(all []cluster.Condition) []string {
	texts := make([]string, len(all))
	for i, c := range all {
		texts[i] = c.String()
	}
	return texts
}

// labelKeys returns the keys of the labels that the nodes have, sorted.
func labelKeys(snap *cluster.Snapshot, among func(*cluster.Node) bool) []string {
	keys := make(map[string]bool)
	for i := range snap.Nodes {
		if n := &snap.Nodes[i]; among(n) {
			for k := range n.Labels {
				keys[k] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(keys))
}

// someOf returns the first few texts of a list for a message, and the number of the others.
func someOf(texts []string) string {
	const most = 8
	if len(texts) == 0 {
		return "none"
	}
	var shown []string
	for _, t := range texts[:min(most, len(texts))] {
		shown = append(shown, display.Shorten(display.Printable(t)))
	}
	text := strings.Join(shown, ", ")
	if n := len(texts) - most; n > 0 {
		text += fmt.Sprintf(" and %d more", n)
	}
	return text
}

// partial says which part of a network a snapshot holds: "2 of 6 compute nodes,
// region=eu"; "" if it holds all of it.
func partial(snap *cluster.Snapshot) string {
	part := snap.Selection
	if part == nil {
		return ""
	}
	text := fmt.Sprintf("%d of %s", snap.Census(nil).Nodes, display.Count(part.Of, "compute node"))
	if len(part.By) > 0 {
		text += ", " + someOf(words(part.By))
	}
	return text
}
