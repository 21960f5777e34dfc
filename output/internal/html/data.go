package html

// This file writes the data of a page: the JSON document that its script reads.

import (
	"context"
	"encoding/json"
	"io"
	"slices"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/paint"
)

// pageData is the document but for its nodes, which writeColumns writes. They have the order of
// the picture's, links that of its edges.
type pageData struct {
	Flow   bool       `json:"flow,omitempty"` // boxes flow to the window
	Star   bool       `json:"star,omitempty"` // they do in a window too narrow for a circle
	Fill   string     `json:"fill"`           // the capacity whose share in use fills tiles: "cpu", "memory", "gpu" or "none"
	Looks  pageLooks  `json:"looks"`
	Kinds  []string   `json:"kinds"`            // the names of classes
	Groups [][]string `json:"groups,omitempty"` // paths
	Links  [][2]int   `json:"links"`            // of hubs, those that are part of a trunk last, then of jobs
	Trunks []int      `json:"trunks,omitempty"` // one for each link that is part of a trunk
	Runs   []pageRun  `json:"runs,omitempty"`   // one for each link of a job
	Live   *Live      `json:"live,omitempty"`   // of a page that a server shows
	Words  *pageWords `json:"words,omitempty"`  // of newer data
}

// pageWords is what is in a page beside its data, for one that is open already.
type pageWords struct {
	Title    string `json:"title"`
	Subtitle string `json:"subtitle"`
	Filters  string `json:"filters"`           // HTML
	Picture  string `json:"picture,omitempty"` // SVG, unless boxes flow; of a flow its style alone
}

// A pageRun is a run of a job on a node.
type pageRun struct {
	Outcome int    `json:"outcome"` // its index in diagram.Outcomes
	Words   string `json:"words"`
	Counted bool   `json:"counted,omitempty"` // the picture shows its count
	Chip    int    `json:"chip,omitempty"`    // the chip that stands for it, from 1
}

// writeData writes the document; live is nil for a file, words in a page. It escapes < and
// &, so that no label ends the script element that it is in.
func writeData(ctx context.Context, w io.Writer, d *layout.Drawing, nodes *nodeReader, opt paint.Options, live *Live, words *pageWords) error {
	fig := d.Diagram
	p := pageData{
		Flow: flows(d), Star: isStar(d), Fill: fillOf(fig), Looks: looksOf(fig, opt.Colors()),
		Links: make([][2]int, 0, len(d.Lines)), Live: live, Words: words,
	}
	for _, c := range diagram.Classes() {
		p.Kinds = append(p.Kinds, c.String())
	}
	for _, g := range fig.Groups {
		p.Groups = append(p.Groups, g.Path)
	}
	present, removed := paint.HubLines(d)
	for _, l := range slices.Concat(present, removed) {
		p.Links = append(p.Links, [2]int{l.From, l.To})
	}
	for i := range d.Lines {
		if l := &d.Lines[i]; l.Trunk > 0 {
			p.Links = append(p.Links, [2]int{l.From, l.To})
			p.Trunks = append(p.Trunks, l.Trunk-1)
		}
	}
	for _, i := range paint.RunLines(d) {
		l, r := &d.Lines[i], fig.Edges[i].Run
		p.Links = append(p.Links, [2]int{l.From, l.To})
		p.Runs = append(p.Runs, pageRun{int(r.Outcome), r.Text(), l.Count != nil, l.Chip})
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if _, err := w.Write(append(text[:len(text)-1], `,"nodes":`...)); err != nil { // in place of the }
		return err
	}
	if err := writeColumns(ctx, w, len(fig.Nodes), nodes.read); err != nil {
		return err
	}
	_, err = io.WriteString(w, "}")
	return err
}
