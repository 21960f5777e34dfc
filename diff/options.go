package diff

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
)

// Options say what to compare. The zero value compares the shape of the network.
type Options struct {
	// WithLoad compares the load too: disks, free capacity, running and queued
	// executions, and heartbeats.
	WithLoad bool

	// Ignore are fields that are not compared. If Only is not empty, its fields are
	// the only ones to compare. [Fields] lists the names; labels.KEY is one label.
	Ignore, Only []string
}

// Names for [Options] that are not fields of a node.
const (
	fieldNodes         = "nodes"
	fieldOrchestrators = "orchestrators"
	fieldTaken         = "taken"
	fieldCapacity      = "capacity"
	fieldLoad          = "load"
)

// Fields returns the names that [Options] knows, besides labels.KEY: the fields of
// nodes, then "nodes" for added and removed nodes, "orchestrators" for added and
// removed orchestrators, and "capacity" for several fields at once. With the load there
// are also its fields, "taken" for the time of the snapshots, and "load" for all of
// these.
func Fields(withLoad bool) []string {
	var names []string
	for i := range fields {
		if withLoad || !fields[i].load {
			names = append(names, fields[i].name)
		}
	}
	names = append(names, fieldNodes, fieldOrchestrators, fieldCapacity)
	if withLoad {
		names = append(names, fieldTaken, fieldLoad)
	}
	return names
}

// Check returns an error if an option names an unknown field, or if no field is
// left to compare.
func (o Options) Check() error {
	for _, name := range slices.Concat(o.Ignore, o.Only) {
		if key, ok := strings.CutPrefix(name, "labels."); ok && key != "" {
			continue
		}
		if all := Fields(true); !slices.Contains(all, name) {
			return fmt.Errorf("unknown field %q (have %s, labels.KEY)", name, strings.Join(all, ", "))
		}
		if !slices.Contains(Fields(o.WithLoad), name) {
			return fmt.Errorf("field %q is part of the load, which is not compared", name)
		}
	}
	if !o.comparesAnything() {
		return errors.New("nothing is left to compare: every field is ignored")
	}
	return nil
}

// comparesAnything reports whether any field is compared.
func (o Options) comparesAnything() bool {
	for i := range fields {
		if f := &fields[i]; (o.WithLoad || !f.load) && o.compares(append(f.groups(), f.name)...) {
			return true
		}
	}
	for _, name := range o.Only {
		if strings.HasPrefix(name, "labels.") && o.compares("labels", name) {
			return true
		}
	}
	return o.compares(fieldNodes) || o.compares(fieldOrchestrators) || o.WithLoad && o.compares(fieldLoad, fieldTaken)
}

// compares reports whether a field is compared, given its name and those of the
// groups that it is in.
func (o Options) compares(names ...string) bool {
	in := func(list []string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return slices.Contains(list, n) })
	}
	return !in(o.Ignore) && (len(o.Only) == 0 || in(o.Only))
}

// ErrLoadUnknown is the error of comparing the load of a snapshot without load.
var ErrLoadUnknown = errors.New("the load is unknown")

// CheckLoad returns an error that wraps [ErrLoadUnknown] if a snapshot does not
// contain the load of every node.
func CheckLoad(s cluster.Snapshot) error {
	for i := range s.Nodes {
		if s.Nodes[i].LoadUnknown {
			return fmt.Errorf("%w: the snapshot has none for node %s", ErrLoadUnknown, display.Printable(s.Nodes[i].ID))
		}
	}
	return nil
}
