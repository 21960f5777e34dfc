package dot

// This file writes groups into DOT, as Graphviz's clusters.

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/graph/encoding"
	"gonum.org/v1/gonum/graph/encoding/dot"
	"gonum.org/v1/gonum/graph/simple"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/dotid"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/paint"
)

// A dotCluster is a group, as a subgraph of its nodes and of the groups in it.
type dotCluster struct {
	*simple.UndirectedGraph // the nodes in no inner group, without their edges
	id                      int
	group                   *diagram.Group
	area                    *layout.Area // the rectangle around it, or nil
	inner                   []dot.Graph
	g                       *dotGraph
}

// Structure returns the outermost groups.
func (g *dotGraph) Structure() []dot.Graph {
	groups := g.d.Diagram.Groups
	var outer []dot.Graph
	clusters := make([]*dotCluster, len(groups))
	for i := range groups {
		path := groups[i].Path
		c := &dotCluster{UndirectedGraph: simple.NewUndirectedGraph(), id: i, group: &groups[i], area: g.rectangle(path), g: g}
		clusters[i] = c
		if around := path[:len(path)-1]; len(around) > 0 {
			parent := clusters[g.d.Diagram.GroupIndex(around)]
			parent.inner = append(parent.inner, c)
		} else {
			outer = append(outer, c)
		}
	}
	for i := range g.d.Diagram.Nodes {
		if n := &g.d.Diagram.Nodes[i]; len(n.Group) > 0 {
			clusters[g.d.Diagram.GroupIndex(n.Group)].AddNode(dotMember{int64(i), dotid.Quote(n.ID)})
		}
	}
	return outer
}

// rectangle is the area of the group with the path, if it has one and if that is a
// rectangle: clusters have no other.
func (g *dotGraph) rectangle(path []string) *layout.Area {
	for i := range g.d.Areas {
		if h := &g.d.Areas[i]; len(h.Path) == 4 && slices.Equal(h.Group.Path, path) {
			return h
		}
	}
	return nil
}

func (c *dotCluster) DOTID() string { return fmt.Sprintf("cluster_%d", c.id) }

func (c *dotCluster) Structure() []dot.Graph { return c.inner }

// DOTAttributers gives the attributes of the cluster. It has a place of its own
// only where its area is a rectangle: else it would inherit the graph's, all of
// the canvas.
func (c *dotCluster) DOTAttributers() (graphAttrs, nodeAttrs, edgeAttrs encoding.Attributer) {
	font := "Helvetica"
	if len(c.group.Path) == 1 {
		font = "Helvetica-Bold"
	}
	attrs := attributes{
		attr("label", dotid.Quote(c.group.Label())), attr("style", "filled"), attr("fontname", dotid.Quote(font)),
		attr("fillcolor", dotid.Quote(c.g.theme.Area)), attr("color", dotid.Quote(c.g.theme.AreaEdge)), attr("fontcolor", dotid.Quote(c.g.theme.Title)),
	}
	if h := c.area; h == nil {
		attrs = append(attrs, attr("bb", `""`))
	} else {
		attrs = append(attrs, attr("bb", dotid.Quote(c.g.flip(h.Path[3])+","+c.g.flip(h.Path[1]))))
		if h.Name.String != "" {
			attrs = append(attrs, attr("lp", dotid.Quote(c.g.flip(h.Name.Center))), attr("fontsize", number(paint.Round(h.Name.Size))))
		}
	}
	return attrs, nil, nil
}

// dotMember names a vertex in a cluster: what it looks like is said once, by
// dotNode.
type dotMember struct {
	id    int64
	dotID string
}

func (m dotMember) ID() int64     { return m.id }
func (m dotMember) DOTID() string { return m.dotID }
