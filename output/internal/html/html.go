// Package html writes a drawing as a page: the SVG of package svg to pan, zoom, search and
// filter, with the details of each node and a table. The page is one file, and loads
// nothing.
package html

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/paint"
	"github.com/bacviz/bacviz/output/internal/svg"
	"github.com/bacviz/bacviz/output/theme"
)

var (
	//go:embed page/page.html
	pageHTML string
	//go:embed page/page.css
	frameCSS string
	//go:embed page/picture.css
	pictureCSS string
	//go:embed page/table.css
	tableCSS string

	pageCSS = frameCSS + pictureCSS + tableCSS
)

// unscriptedCSS shows the table below the picture, if no script can switch between them.
// With a script, the table is hidden from the start, so that it takes no layout.
const unscriptedCSS = "#table[hidden]{display:block!important}"

// Write writes the drawing as a page that is a file.
func Write(ctx context.Context, w io.Writer, d *layout.Drawing, opt paint.Options) error {
	return WritePage(ctx, w, d, opt, nil)
}

// WritePage writes the drawing as a page: as a file, or with live as a page that a server
// shows, which goes on asking it.
func WritePage(ctx context.Context, w io.Writer, d *layout.Drawing, opt paint.Options, live *Live) error {
	picture, err := svg.New(ctx, d, opt)
	if err != nil {
		return err
	}
	content := newPageData(ctx, d, opt)
	content.Live = live
	table := nodeTable(ctx, d.Diagram, content.Nodes)
	if err := ctx.Err(); err != nil {
		return err
	}
	data, err := json.Marshal(content) // escapes < and &, so that no label ends the script
	if err != nil {
		return err
	}
	colors := pageColors(opt.Theme)
	page := strings.NewReplacer(
		"{{csp}}", contentSecurityPolicy([]string{colors, pageCSS, unscriptedCSS, picture.CSS}, pageScript(), live != nil),
		"{{title}}", escaped(display.Printable(d.Diagram.Title)),
		"{{subtitle}}", escaped(pageSubtitle(d.Diagram)),
		"{{styles}}", "<style>"+colors+"</style>\n<style>"+pageCSS+"</style>\n<noscript><style>"+unscriptedCSS+"</style></noscript>",
		"{{filters}}", filters(d, opt.Colors()),
		"{{svg}}", string(picture.Text),
		"{{table}}", table,
		"{{data}}", string(data),
		"{{script}}", pageScript(),
	)
	_, err = page.WriteString(w, pageHTML)
	return err
}

// contentSecurityPolicy returns a policy that allows these styles, this script, and
// nothing to be loaded, or with live only what the page's own server has.
func contentSecurityPolicy(styles []string, script string, live bool) string {
	hash := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	csp := "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; script-src" + hash(script) + "; style-src"
	for _, s := range styles {
		csp += hash(s)
	}
	if live {
		csp += "; connect-src 'self'"
	}
	return csp
}

func escaped(text string) string { return string(svg.AppendEscaped(nil, text)) }

// pageSubtitle returns the subtitle of the diagram, followed by its notes.
func pageSubtitle(d *diagram.Diagram) string {
	parts := []string{d.Subtitle}
	for _, n := range d.Notes {
		parts = append(parts, strings.TrimSuffix(n, "."))
	}
	return strings.Join(parts, " · ")
}

// pageColors returns the rules for the custom properties with the colours of page.css.
func pageColors(t *theme.Theme) string {
	properties := func(t *theme.Theme) string {
		return "--page:" + t.Page + ";--ink:" + t.Title + ";--soft:" + t.Subtitle + ";--accent:" + t.Accent()
	}
	if t == nil {
		return ":root{color-scheme:light dark;" + properties(theme.Light()) + "}\n" +
			"@media (prefers-color-scheme:dark){:root{" + properties(theme.Dark()) + "}}\n"
	}
	scheme := "light"
	if t.IsDark() {
		scheme = "dark"
	}
	return ":root{color-scheme:" + scheme + ";" + properties(t) + "}\n"
}

// pageData is the data of the page's script that is not in the table. Nodes have the order
// of the picture's, links that of its edges.
type pageData struct {
	Kinds  []string   `json:"kinds"`
	Groups [][]string `json:"groups,omitempty"` // paths
	Nodes  []pageNode `json:"nodes"`
	Links  [][2]int   `json:"links"`            // of hubs, those that are part of a trunk last, then of jobs
	Trunks []int      `json:"trunks,omitempty"` // one for each link that is part of a trunk
	Runs   []pageRun  `json:"runs,omitempty"`   // one for each link of a job
	Live   *Live      `json:"live,omitempty"`   // of a page that a server shows
}

// A pageRun is a run of a job on a node.
type pageRun struct {
	Outcome int    `json:"outcome"` // its index in diagram.Outcomes
	Words   string `json:"words"`
	Counted bool   `json:"counted,omitempty"` // the picture shows its count
	Chip    int    `json:"chip,omitempty"`    // the chip that stands for it, from 1
}

// A pageNode is a node as the page shows it. Fields without a name in JSON are cells of
// the table.
type pageNode struct {
	ID         string            `json:"-"`
	Label      string            `json:"-"`
	Role       string            `json:"-"`
	Version    string            `json:"-"`
	Engines    []string          `json:"-"`
	CPU        float64           `json:"-"`
	Memory     uint64            `json:"-"`
	Disk       uint64            `json:"-"`
	GPU        uint64            `json:"-"`
	Labels     map[string]string `json:"-"`
	Changes    []string          `json:"-"` // of a difference: the name of its change, then the changed fields
	Executions int               `json:"-"` // of a job, or on a node
	Members    int               `json:"-"` // of a collapsed group
	groupPath  []string
	link       string // URL of a page about it, or ""

	Hub        bool          `json:"hub,omitempty"`
	Kind       diagram.Class `json:"kind"`
	State      string        `json:"state,omitempty"`
	Membership string        `json:"membership,omitempty"`
	Group      int           `json:"group,omitempty"` // its index in Groups, from 1
	Value      *int          `json:"value,omitempty"` // its index in the values of the colouring
	Used       *float64      `json:"used,omitempty"`  // if colours stand for the utilisation
	Part       bool          `json:"part,omitempty"`  // has executions
	Idle       bool          `json:"idle,omitempty"`  // there are jobs, but it has no executions
	Job        bool          `json:"job,omitempty"`
	Type       string        `json:"type,omitempty"`      // of a job
	Connected  int           `json:"connected,omitempty"` // of the nodes of a collapsed group
	Awaiting   int           `json:"awaiting,omitempty"`  // of those too
}

func newPageData(ctx context.Context, d *layout.Drawing, opt paint.Options) *pageData {
	fig := d.Diagram
	p := &pageData{Nodes: make([]pageNode, len(d.Boxes)), Links: make([][2]int, 0, len(d.Lines))}
	for _, c := range diagram.Classes() {
		p.Kinds = append(p.Kinds, c.String())
	}
	for _, g := range fig.Groups {
		p.Groups = append(p.Groups, g.Path)
	}
	for i := range interrupt.Range(ctx, len(fig.Nodes)) {
		p.Nodes[i] = newPageNode(fig, i)
		p.Nodes[i].link = opt.LinkTo(&fig.Nodes[i])
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
		p.Runs = append(p.Runs, pageRun{int(r.Outcome), r.Text(), l.Count.String != "", l.Chip})
		p.Nodes[l.From].Executions += r.Count
		p.Nodes[l.To].Executions += r.Count
	}
	return p
}

func newPageNode(d *diagram.Diagram, i int) pageNode {
	n, f := &d.Nodes[i], d.FactsOf(i)
	p := pageNode{
		ID: display.Printable(n.ID), Label: n.Label, Role: string(n.Role), Hub: n.Hub, Kind: n.Class,
		Version: display.Printable(f.Version), Changes: n.ChangeLines(&f),
		CPU: math.Round(f.Capacity.CPU*1000) / 1000, Memory: f.Capacity.Memory, Disk: f.Capacity.Disk, GPU: f.Capacity.GPU,
		Part: n.Part, Idle: n.Idle,
	}
	if len(n.Group) > 0 {
		p.Group = 1 + d.GroupIndex(n.Group)
		p.groupPath = n.Group
	}
	if n.Collapsed {
		p.Members, p.Connected, p.Awaiting = n.Count, n.Connected, n.Awaiting
	} else {
		row := d.RowOf(i)
		p.State, p.Membership = row.State, row.Membership
	}
	if f.Job != nil {
		p.Job, p.Type = true, display.Printable(f.Job.Type)
	}
	for _, e := range f.Engines {
		p.Engines = append(p.Engines, display.Printable(e))
	}
	if len(f.Labels) > 0 {
		p.Labels = make(map[string]string, len(f.Labels))
		for k, value := range f.Labels {
			p.Labels[display.Printable(k)] = display.Printable(value)
		}
	}
	switch c := d.Coloring; {
	case c == nil || n.Value.Number == 0:
	case c.Amount:
		p.Used = &n.Value.Amount
	default:
		value := n.Value.Number - 1
		p.Value = &value
	}
	return p
}
