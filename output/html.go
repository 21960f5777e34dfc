package output

// This file writes HTML: the SVG in a page that pans, zooms, searches, filters
// and tells the details of a node. The page is one file and asks for nothing.

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/natural"
	"github.com/bacviz/bacviz/layout"
)

var (
	//go:embed html/page.html
	pageHTML string
	//go:embed html/page.css
	pageCSS string
	//go:embed html/nodes.js
	nodesJS string
	//go:embed html/view.js
	viewJS string
	//go:embed html/find.js
	findJS string
	//go:embed html/table.js
	tableJS string
	//go:embed html/page.js
	pageJS string

	// The parts of the script see each other, and nothing else sees them.
	pageScript = "(() => {\n" + nodesJS + viewJS + findJS + tableJS + pageJS + "})();\n"
)

// unscriptedCSS shows the table below the picture where nothing can go from one to the
// other. What hides the table hides it from the beginning, so that it costs no layout.
const unscriptedCSS = "#table[hidden]{display:block!important}"

func writeHTML(_ context.Context, w io.Writer, d *layout.Drawing, opt Options) error {
	picture := newSVG(d, opt)
	content := newPageData(d, opt.Link)
	data, err := json.Marshal(content) // which writes < and & as escapes, so that no label ends the script
	if err != nil {
		return err
	}
	colors := pageColors(opt.Theme)
	page := strings.NewReplacer(
		"{{csp}}", contentSecurityPolicy([]string{colors, pageCSS, unscriptedCSS, picture.css()}, pageScript),
		"{{title}}", escaped(display.Printable(d.Name)),
		"{{subtitle}}", escaped(pageSubtitle(d)),
		"{{styles}}", "<style>"+colors+"</style>\n<style>"+pageCSS+"</style>\n<noscript><style>"+unscriptedCSS+"</style></noscript>",
		"{{filters}}", filters(d, picture.theme),
		"{{svg}}", string(picture.buf),
		"{{table}}", nodeTable(d, content.Nodes),
		"{{data}}", string(data),
		"{{script}}", pageScript,
	)
	_, err = page.WriteString(w, pageHTML)
	return err
}

// contentSecurityPolicy lets a page run and style itself with these texts, and
// nothing else; it lets it load nothing.
func contentSecurityPolicy(styles []string, script string) string {
	hash := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	csp := "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; script-src" + hash(script) + "; style-src"
	for _, s := range styles {
		csp += hash(s)
	}
	return csp
}

func escaped(text string) string { return string(appendEscaped(nil, text)) }

// pageSubtitle is the picture's, with its notes.
func pageSubtitle(d *layout.Drawing) string {
	parts := []string{d.Subtitle.String}
	for _, n := range d.Notes {
		// What is beside it, or beside the legend, counts labels, which the page shows when zoomed in.
		if n.Center.Y > d.Subtitle.Center.Y && (len(d.Legend) == 0 || n.Center.Y < d.Legend[0].Name.Center.Y) {
			parts = append(parts, strings.TrimSuffix(n.String, "."))
		}
	}
	return strings.Join(parts, " · ")
}

// pageColors are the custom properties that page.css takes its colours from.
func pageColors(t *Theme) string {
	properties := func(t *Theme) string {
		return "--page:" + t.page + ";--ink:" + t.title + ";--soft:" + t.subtitle + ";--accent:" + t.accent()
	}
	if t == nil {
		return ":root{color-scheme:light dark;" + properties(&light) + "}\n" +
			"@media (prefers-color-scheme:dark){:root{" + properties(&dark) + "}}\n"
	}
	scheme := "light"
	if luminance(t.page) < 0.18 {
		scheme = "dark"
	}
	return ":root{color-scheme:" + scheme + ";" + properties(t) + "}\n"
}

// accent is a blue of the palette that can be read on the page, or else what can.
func (t *Theme) accent() string {
	for _, blue := range []string{"#0072b2", "#56b4e9"} {
		if contrast(blue, t.page) >= leastContrast {
			return blue
		}
	}
	return t.title
}

// pageData is what the page's script knows besides what the table says. Nodes come in the
// order of the picture's, links in that of its edges.
type pageData struct {
	Kinds  []string   `json:"kinds"`
	Groups [][]string `json:"groups,omitempty"` // paths
	Nodes  []pageNode `json:"nodes"`
	Links  [][2]int   `json:"links"`          // of hubs, then of jobs
	Runs   []pageRun  `json:"runs,omitempty"` // one for each link of a job
}

// A pageRun is how a job went on a node.
type pageRun struct {
	Outcome int    `json:"outcome"` // its place among graph.Outcomes
	Words   string `json:"words"`
	Counted bool   `json:"counted,omitempty"` // its count stands in the picture
}

// A pageNode is a node as the page shows it. What has no name in JSON is in the table.
type pageNode struct {
	ID         string            `json:"-"`
	Label      string            `json:"-"`
	Role       graph.Role        `json:"-"`
	Version    string            `json:"-"`
	Engines    []string          `json:"-"`
	CPU        float64           `json:"-"`
	Memory     uint64            `json:"-"`
	Disk       uint64            `json:"-"`
	GPU        uint64            `json:"-"`
	Labels     map[string]string `json:"-"`
	Changes    []string          `json:"-"` // of a difference: what became of it, then how
	Executions int               `json:"-"` // of a job, or on a node
	Members    int               `json:"-"` // of a collapsed group
	groupPath  []string
	link       string // to a page about it, or ""

	Hub        bool        `json:"hub,omitempty"`
	Kind       layout.Kind `json:"kind"`
	State      string      `json:"state,omitempty"`
	Membership string      `json:"membership,omitempty"`
	Group      int         `json:"group,omitempty"` // its place in Groups, from 1
	Value      *int        `json:"value,omitempty"` // its place in the values of the colouring
	Used       *float64    `json:"used,omitempty"`  // if colours stand for that
	Part       bool        `json:"part,omitempty"`  // took part in a job
	Idle       bool        `json:"idle,omitempty"`  // took no part in any
	Job        bool        `json:"job,omitempty"`
	Type       string      `json:"type,omitempty"`      // of a job
	Connected  int         `json:"connected,omitempty"` // of the nodes of a collapsed group
}

func newPageData(d *layout.Drawing, link string) *pageData {
	p := &pageData{Nodes: make([]pageNode, len(d.Boxes)), Links: make([][2]int, 0, len(d.Lines))}
	for k := range layout.ValueKind {
		p.Kinds = append(p.Kinds, k.String())
	}
	groups := d.Topology.Groups()
	for _, g := range groups {
		p.Groups = append(p.Groups, g.Path)
	}
	for i := range d.Boxes {
		p.Nodes[i] = newPageNode(d.Boxes[i].Vertex, groups, d.Topology.Coloring)
		p.Nodes[i].link = linkTo(link, d.Boxes[i].Vertex)
	}
	for _, l := range slices.Concat(edgesOf(d)) {
		p.Links = append(p.Links, [2]int{l.From, l.To})
	}
	for _, l := range runsBelow(d) {
		p.Links = append(p.Links, [2]int{l.From, l.To})
		p.Runs = append(p.Runs, pageRun{slices.Index(graph.Outcomes(), l.Run.Outcome), runWords(l.Run), l.Count.String != ""})
		p.Nodes[l.From].Executions += l.Run.Count
		p.Nodes[l.To].Executions += l.Run.Count
	}
	return p
}

func newPageNode(v *graph.Vertex, groups []graph.Group, c *graph.Coloring) pageNode {
	n := v.Node
	p := pageNode{
		ID: display.Printable(v.NodeID()), Label: v.Label, Role: v.Role, Hub: v.Hub, Kind: layout.KindOf(v),
		Group: groupOf(v, groups), Version: display.Printable(n.Version),
		CPU: amounts(n.Max).CPU, Memory: n.Max.Memory, Disk: n.Max.Disk, GPU: n.Max.GPU,
	}
	p.Part, p.Idle = v.Part, v.Idle
	if p.Group > 0 {
		p.groupPath = groups[p.Group-1].Path
	}
	if m := v.Members; m != nil {
		p.Members, p.Connected = m.Count, m.Connected
	} else if j := v.Job; j != nil {
		p.Job, p.State, p.Type = true, state(string(j.State)), display.Printable(j.Type)
		for _, e := range j.Engines {
			p.Engines = append(p.Engines, display.Printable(e))
		}
	} else if v.Unlisted {
		p.State = "in no node list"
	} else if v.Role != graph.Requester && len(n.Sightings) > 0 {
		p.State = state(string(v.Connection))
		p.Membership = strings.ToLower(display.Printable(string(v.Membership)))
	}
	for _, e := range n.Engines {
		p.Engines = append(p.Engines, display.Printable(e))
	}
	if len(n.Labels) > 0 {
		p.Labels = make(map[string]string, len(n.Labels))
		for k, value := range n.Labels {
			p.Labels[display.Printable(k)] = display.Printable(value)
		}
	}
	if v.Change != "" {
		p.Changes = []string{changeWords[v.Change]}
		for _, w := range v.Words {
			p.Changes = append(p.Changes, display.Printable(w))
		}
	}
	switch {
	case c == nil || v.Value < 0:
	case c.Amount:
		p.Used = &v.Amount
	default:
		p.Value = &v.Value
	}
	return p
}

// groupOf is the place of a vertex's innermost group, from 1; 0 for none.
func groupOf(v *graph.Vertex, groups []graph.Group) int {
	if len(v.Group) == 0 {
		return 0
	}
	return findGroup(groups, v.Group) + 1
}

// findGroup is the place of the group with the path among those of a topology.
func findGroup(groups []graph.Group, path []string) int {
	i, _ := slices.BinarySearchFunc(groups, path, func(g graph.Group, path []string) int { return natural.ComparePaths(g.Path, path) })
	return i
}

func colorName(c *graph.Coloring) string {
	return strings.TrimPrefix(display.Printable(c.By), "@")
}

// filters writes a list of boxes to tick for the kinds of nodes, for the values
// that colours stand for and for the groups. It is the page's legend too.
func filters(d *layout.Drawing, t *Theme) string {
	f := &filterWriter{svg: svg{d: d, theme: t}}
	c := d.Topology.Coloring
	var kinds [layout.ValueKind]int
	part, idle := 0, 0
	values := make(map[int]int)
	for i := range d.Boxes {
		v := d.Boxes[i].Vertex
		kinds[layout.KindOf(v)]++
		if v.Part {
			part++
		} else if v.Idle {
			idle++
		}
		if c != nil && v.Value >= 0 {
			values[v.Value]++
		}
	}
	f.raw("<fieldset>\n<legend>Kind and state</legend>\n")
	for k, n := range kinds {
		if n > 0 {
			l := newLook(d, layout.Kind(k), -1, 0)
			swatch := &l
			if c != nil && (l.kind == layout.ComputeKind || l.kind == layout.GroupKind) {
				swatch = nil // its colour stands for something else
			}
			f.item("kind", k, "", swatch, l.kind.String(), n)
		}
	}
	f.raw("</fieldset>\n")
	if d.Topology.Jobs() > 0 {
		f.runs(d, part, idle)
	}
	if c != nil && c.Amount {
		f.scale(c)
	} else if c != nil {
		f.raw("<fieldset>\n<legend>").esc(capital(colorName(c))).raw("</legend>\n")
		for i, name := range c.Values {
			if values[i] > 0 {
				l := newLook(d, layout.ValueKind, i, 0)
				f.item("value", i, "", &l, name, values[i])
			}
		}
		f.raw("</fieldset>\n")
	}
	if groups := d.Topology.Groups(); len(groups) > 0 {
		f.raw("<fieldset>\n<legend>Group</legend>\n")
		for i := range groups {
			g := &groups[i]
			f.item("group", i+1, strconv.Itoa(len(g.Path)), nil, g.Name(), g.Count)
		}
		f.raw("</fieldset>\n")
	}
	return string(f.buf)
}

// runs writes the boxes for how jobs went, and for whether nodes took part.
func (f *filterWriter) runs(d *layout.Drawing, part, idle int) {
	counts := make(map[graph.Outcome]int)
	for _, r := range d.Topology.Runs() {
		counts[r.Outcome]++
	}
	if len(counts) > 0 {
		f.raw("<fieldset>\n<legend>Runs</legend>\n")
		for i, o := range graph.Outcomes() {
			if counts[o] > 0 {
				f.item("run", i, "", &look{kind: layout.RunKind, outcome: o}, capital(strings.TrimPrefix(layout.RunName(o), "run: ")), counts[o])
			}
		}
		f.raw("</fieldset>\n")
	}
	f.raw("<fieldset>\n<legend>Part in a job</legend>\n")
	for value, item := range []struct {
		name string
		n    int
		look look
	}{{"Took part", part, look{kind: layout.ComputeKind}}, {"Took no part", idle, look{kind: layout.ComputeKind, dim: true}}} {
		if item.n > 0 {
			f.item("part", value, "", &item.look, item.name, item.n)
		}
	}
	f.raw("</fieldset>\n")
}

func capital(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(first)) + s[n:]
}

type filterWriter struct{ svg }

func (f *filterWriter) item(name string, value int, level string, swatch *look, text string, count int) {
	f.raw(`<label`)
	if level != "" {
		f.raw(` class="level` + level + `"`)
	}
	f.raw(`><input type="checkbox" name="` + name + `" value="` + strconv.Itoa(value) + `"`)
	if level != "" {
		f.raw(` data-level="` + level + `"`)
	}
	f.raw(` autocomplete="off" checked>`)
	switch {
	case swatch != nil:
		f.swatch(*swatch)
	case name == "kind":
		f.raw(`<span class="swatch"></span>`)
	}
	f.raw(`<span class="item">`).esc(text).raw(`</span> <span class="count">` + strconv.Itoa(count) + "</span></label>\n")
}

// scale explains colours that stand for amounts.
func (f *filterWriter) scale(c *graph.Coloring) {
	f.raw(`<div class="scale">` + "\n<h2>").esc(capital(colorName(c))).raw("</h2>\n")
	for i := range f.d.Legend {
		if e := &f.d.Legend[i]; e.Kind == layout.ValueKind {
			f.raw("<p>")
			f.swatch(lookOfEntry(f.d, e))
			f.esc(e.Name.String).raw("</p>\n")
		}
	}
	f.raw("</div>\n")
}

// swatch draws a small pill of a look, as the legend of the picture does.
func (f *filterWriter) swatch(l look) {
	b := layout.Box{Center: layout.Point{X: 11, Y: 7.5}, W: 19, H: 12, Shape: layout.Pill}
	b.Mark = layout.Mark{Center: b.Center, R: 3.4}
	if l.byValue() { // a state, if it is one, has a badge
		b.Badge = layout.Mark{Center: b.Center, R: 4.6}
	}
	f.raw(`<svg class="bacviz swatch" viewBox="0 0 22 15" aria-hidden="true">`)
	if l.kind == layout.RunKind {
		f.run(&layout.Line{From: -1, Run: &graph.Run{Outcome: l.outcome}, Path: []layout.Point{{X: 1, Y: 7.5}, {X: 21, Y: 7.5}}})
		f.raw("</svg>")
		return
	}
	if l.kind.IsJob() {
		b.Shape = layout.Card
	}
	f.box(l, &b)
	f.raw("</svg>")
}
