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

// A dotCluster is a group as a subgraph of its nodes and its inner groups.
type dotCluster struct {
	*simple.UndirectedGraph // the nodes in no inner group, without their edges
	id                      int
	group                   *diagram.Group
	area                    *layout.Area // its area, if that is a rectangle; otherwise nil
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
		if outerPath := path[:len(path)-1]; len(outerPath) > 0 {
			parent := clusters[g.d.Diagram.GroupIndex(outerPath)]
			parent.inner = append(parent.inner, c)
		} else {
			outer = append(outer, c)
		}
	}
	for i := range g.d.Diagram.Nodes {
		if n := &g.d.Diagram.Nodes[i]; n.Group != nil {
			clusters[g.d.Diagram.GroupIndex(n.Group.Path)].AddNode(dotMember{int64(i), dotid.Quote(n.ID)})
		}
	}
	return outer
}

// rectangle returns the area of the group with the path, or nil if it has none or if it
// is not a rectangle, as clusters are.
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

// DOTAttributers returns the attributes of the cluster. Without a rectangle its bb is
// empty, because it would inherit that of the graph.
func (c *dotCluster) DOTAttributers() (graphAttrs, nodeAttrs, edgeAttrs encoding.Attributer) {
	font := "Helvetica"
	if len(c.group.Path) == 1 {
		font = "Helvetica-Bold"
	}
	fill, edge := c.g.theme.Area, c.g.theme.AreaEdge
	if c.area != nil {
		fill, edge, _ = paint.AreaStyle(c.area, c.g.theme)
	}
	attrs := attributes{
		attr("label", dotid.Quote(c.group.Label())), attr("style", "filled"), attr("fontname", dotid.Quote(font)),
		attr("fillcolor", dotid.Quote(fill)), attr("color", dotid.Quote(edge)), attr("fontcolor", dotid.Quote(c.g.theme.Title)),
	}
	if h := c.area; h == nil {
		attrs = append(attrs, attr("bb", `""`))
	} else {
		attrs = append(attrs, attr("bb", dotid.Quote(c.g.position(h.Path[3])+","+c.g.position(h.Path[1]))))
		if h.Name.String != "" {
			attrs = append(attrs, attr("lp", dotid.Quote(c.g.position(h.Name.Center))), attr("fontsize", number(paint.Round(h.Name.Size))))
		}
	}
	return attrs, nil, nil
}

// A dotMember is a reference to a node in a cluster. The node has the attributes.
type dotMember struct {
	id    int64
	dotID string
}

func (m dotMember) ID() int64     { return m.id }
func (m dotMember) DOTID() string { return m.dotID }
