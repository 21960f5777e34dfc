package fetch

// This file warns of sources that contradict each other.

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
)

// Bounds of what is said about sources that disagree: nodes, and fields of each.
const (
	maxDisputed = 5
	maxFields   = 3
)

// warnDisagreements warns of nodes that two sources describe differently. The lists are
// those of the sources with these indexes.
func (s *reading) warnDisagreements(lists []cluster.List, sources []int) {
	found := cluster.Disagreements(lists...)
	for i, d := range found {
		if i == maxDisputed {
			s.warnings = append(s.warnings, Warning{
				Source: "the sources", Message: "disagree about " + display.Count(len(found)-i, "more node"),
			})
			return
		}
		w := Warning{Source: s.sources[sources[d.Lists[0]]].Name() + " and " + s.sources[sources[d.Lists[1]]].Name()}
		w.Message = fmt.Sprintf("disagree about node %s: %s", display.Quote(d.ID), disputed(d.Fields))
		if i == 0 && ofState(d.Fields) {
			w.Message += "; of what one orchestrator says, that with the later heartbeat counts"
		} else if i == 0 && !s.opt.Separate {
			w.Message += "; --separate keeps clusters apart that use the same IDs"
		}
		s.warnings = append(s.warnings, w)
	}
}

// ofState reports whether all of the fields are about the state of a node.
func ofState(fields []cluster.FieldValues) bool {
	return !slices.ContainsFunc(fields, func(f cluster.FieldValues) bool { return f.Field != "membership" && f.Field != "connection" })
}

// disputed returns the first few fields with both values: version "v1.9.3" or "v1.8.0".
func disputed(fields []cluster.FieldValues) string {
	var parts []string
	for i, f := range fields {
		if i == maxFields {
			parts = append(parts, fmt.Sprintf("and %d more", len(fields)-i))
			break
		}
		name := display.Shorten(display.Printable(f.Field))
		if key, isLabel := strings.CutPrefix(f.Field, "label "); isLabel {
			name = "label " + display.Quote(key)
		}
		parts = append(parts, fmt.Sprintf("%s %s or %s", name, display.Quote(f.Values[0]), display.Quote(f.Values[1])))
	}
	return strings.Join(parts, ", ")
}
