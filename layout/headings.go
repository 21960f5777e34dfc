package layout

// This file has the words above the plates of a sheet.

import (
	"slices"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/layout/internal/engine"
)

// A headings has the words above the plates of a sheet. It keeps what took looking at all
// nodes of a plate, since an engine asks for the widths before the words are written.
type headings struct {
	fig   *diagram.Diagram
	cells bool
	kept  []keptHeading // by the plate's Words - 1
}

// A keptHeading is the words above a plate without those about nodes that need attention, and
// these nodes among its tiles.
type keptHeading struct {
	diagram.Heading
	urgent []int
}

// of returns the words above a plate. They count the nodes that need attention, and those of
// cells name them if their tiles do not.
func (w *headings) of(p *engine.Plate, boxes []engine.Box) diagram.Heading {
	if p.Words == 0 {
		w.kept = append(w.kept, keptHeading{kindHeading(w.fig, p), w.urgent(p)})
		p.Words = len(w.kept)
	}
	kept := &w.kept[p.Words-1]
	h := kept.Heading
	if len(kept.urgent) == 0 {
		return h
	}
	named := func(i int) bool { return boxes[i].Font > 0 } // of cells, others are not
	if w.cells && !slices.ContainsFunc(kept.urgent, named) {
		h.Exceptions = w.fig.Exceptions(kept.urgent)
	} else {
		h.Exceptions = w.fig.CountExceptions(kept.urgent)
	}
	return h
}

// urgent returns the tiles that need attention, which the heading counts.
func (w *headings) urgent(p *engine.Plate) (tiles []int) {
	if p.Kind > engine.DetachedPlate || p.Kind == engine.DetachedPlate && !w.cells {
		return nil
	}
	for _, i := range p.Tiles {
		if w.fig.Nodes[i].NeedsAttention {
			tiles = append(tiles, i)
		}
	}
	return tiles
}

// kindHeading returns the words above a plate of its kind.
func kindHeading(fig *diagram.Diagram, p *engine.Plate) diagram.Heading {
	switch p.Kind {
	case engine.GroupPlate:
		return fig.GroupHeading(&fig.Groups[p.Group], p.Boxes, p.Level > 0)
	case engine.HubPlate:
		if p.Role != engine.AnyRole {
			return fig.PartHeading(p.Owners, p.Boxes)
		}
		h := fig.HubHeading(p.Owners, p.Boxes, p.Alone)
		if p.Home {
			h.Name, h.Detail = h.Detail, ""
		}
		return h
	case engine.DetachedPlate:
		return diagram.DetachedHeading(len(p.Boxes))
	case engine.RequesterPlate:
		return diagram.Heading{Name: diagram.OtherRequesters}
	}
	return fig.JobsHeading(p.Owners, p.Boxes, p.Level > 0)
}
