package cluster

// This file says where the lists of a snapshot are from, and keeps clusters apart.

import (
	"cmp"
	"slices"
	"strings"
)

// An Origin says where the list of an orchestrator is from.
type Origin struct {
	Cluster string // what the user calls the cluster; "" if it has no name
	Source  string // what was read, without secrets: a URL or a path; "" if it is not known
}

// Origins says where the lists of orchestrators are from, by their NodeIDs.
type Origins map[string]Origin

// Clusters returns the names of the clusters that list a node, sorted; none if they have
// no names.
func (o Origins) Clusters(n *Node) []string {
	return o.of(n, func(from Origin) string { return from.Cluster })
}

// Named reports whether any cluster has a name.
func (o Origins) Named() bool {
	for _, from := range o {
		if from.Cluster != "" {
			return true
		}
	}
	return false
}

// Sources returns what the sources that list a node are called, sorted: by the names of
// their clusters, if they have names.
func (o Origins) Sources(n *Node) []string {
	return o.of(n, func(from Origin) string { return cmp.Or(from.Cluster, from.Source) })
}

func (o Origins) of(n *Node, name func(Origin) string) []string {
	if len(o) == 0 {
		return nil
	}
	var found []string
	for i := range n.Sightings {
		if name := name(o[n.Sightings[i].Orchestrator]); name != "" {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// MaxClusterName is the length of the longest name of a cluster, in bytes. It has to fit
// beside other words in a line of a picture.
const MaxClusterName = 63

// join returns the origin of a list that is read from two places. Their order does not
// matter.
func (o Origin) join(other Origin) Origin {
	return Origin{Cluster: joinWords(o.Cluster, other.Cluster), Source: joinWords(o.Source, other.Source)}
}

const plus = " + " // between the names of what shares something

// joinWords returns the words of two texts, each once, sorted.
func joinWords(a, b string) string {
	words := append(strings.Split(a, plus), strings.Split(b, plus)...)
	words = slices.DeleteFunc(words, func(w string) bool { return w == "" })
	slices.Sort(words)
	return strings.Join(slices.Compact(words), plus)
}

// addOrigins adds where the hubs of a list are from.
func (s *Snapshot) addOrigins(l *List, hubs []string) {
	for _, hub := range hubs {
		o := l.Origins[hub]
		if o.Cluster = within(l.Origin.Cluster, o.Cluster); o.Source == "" {
			o.Source = l.Origin.Source
		}
		if o == (Origin{}) {
			continue
		}
		if s.Origins == nil {
			s.Origins = make(Origins)
		}
		s.Origins[hub] = s.Origins[hub].join(o)
	}
}

// within returns the name of a cluster that is part of another one: prod/eu.
func within(outer, name string) string {
	if outer == "" || name == "" {
		return outer + name
	}
	return outer + "/" + name
}

// Separate returns the list with the name of its cluster and a slash in front of every
// NodeID: eu/node-1. So [Merge] keeps its nodes apart from those of other clusters that
// have the same IDs. Without a name it returns the list.
func Separate(l List) List {
	if l.Origin.Cluster == "" {
		return l
	}
	own := func(id string) string { return within(l.Origin.Cluster, id) }
	out := List{Orchestrator: own(l.Hub()), Origin: l.Origin, Taken: l.Taken, Selection: l.Selection}
	if l.Orchestrators != nil {
		out.Orchestrator, out.Orchestrators = "", []string{}
		out.Origins = make(Origins, len(l.Origins))
		for _, id := range l.Orchestrators {
			out.Orchestrators = append(out.Orchestrators, own(id))
			out.Origins[own(id)] = l.Origins[id]
		}
	}
	for _, n := range l.Nodes {
		n.ID, n.Sightings = own(n.ID), slices.Clone(n.Sightings)
		for i := range n.Sightings {
			n.Sightings[i].Orchestrator = own(n.Sightings[i].Orchestrator)
		}
		out.Nodes = append(out.Nodes, n)
	}
	if l.Jobs != nil {
		out.Jobs = []Job{}
	}
	for _, j := range l.Jobs {
		j.Orchestrator, j.Executions = own(j.Orchestrator), slices.Clone(j.Executions)
		for i := range j.Executions {
			j.Executions[i].NodeID = own(j.Executions[i].NodeID)
		}
		out.Jobs = append(out.Jobs, j)
	}
	return out
}

// IsFallbackHub reports whether a NodeID is [FallbackHub], of a separate cluster too.
func IsFallbackHub(id string) bool {
	return id == FallbackHub || strings.HasSuffix(id, "/"+FallbackHub)
}

// UnknownHubs returns the orchestrators whose IDs are not known: each is a [FallbackHub].
func (s *Snapshot) UnknownHubs() []string {
	var ids []string
	for _, id := range s.Orchestrators {
		if IsFallbackHub(id) && s.Node(id) == nil {
			ids = append(ids, id)
		}
	}
	return ids
}
