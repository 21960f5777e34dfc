// Package tree writes the diagram of a drawing as text for a terminal: a tree of
// orchestrators, groups and nodes, and one for each job.
package tree

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/natural"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/paint"
)

// Write writes the diagram of a drawing as a tree.
func Write(ctx context.Context, w io.Writer, d *layout.Drawing, opt paint.Options) error {
	t := newTree(d.Diagram, opt.ASCII)
	t.b.WriteString(t.clean(t.d.Title) + "\n" + t.clean(t.d.Subtitle))
	if t.version != "" {
		t.b.WriteString("; all " + t.clean(t.version))
	}
	t.b.WriteByte('\n')
	for _, note := range []string{t.d.UnreadNote(), t.d.Reconnection} {
		if note != "" {
			t.b.WriteString(t.clean(note) + "\n")
		}
	}
	var nodes, others, jobs []int // without a hub
	for i := range interrupt.Range(ctx, len(t.d.Nodes)) {
		switch n := &t.d.Nodes[i]; {
		case n.Hub:
			t.branch(ctx, t.clean(n.Label)+"  "+t.about(i), t.joined[i], i)
		case n.Class.IsJob():
			jobs = append(jobs, i)
		case n.IsRequester():
			others = append(others, i)
		case len(n.Hubs) == 0:
			nodes = append(nodes, i)
		}
	}
	if len(nodes) > 0 {
		t.branch(ctx, diagram.NotConnected, nodes, -1)
	}
	if len(others) > 0 {
		t.branch(ctx, diagram.OtherRequesters, others, -1)
	}
	for _, i := range jobs {
		t.job(ctx, i)
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}

// A tree writes branches.
type tree struct {
	d       *diagram.Diagram
	ascii   bool
	version string        // of all nodes, if it is the same; lines then leave it out
	joined  map[int][]int // by hub, the nodes at the other end of its edges, ascending
	runs    map[int][]int // by job, its edges
	b       strings.Builder
}

func newTree(d *diagram.Diagram, ascii bool) *tree {
	t := &tree{d: d, ascii: ascii, version: sharedVersion(d), joined: make(map[int][]int), runs: make(map[int][]int)}
	for _, e := range d.Edges[:d.HubEdges()] { // one between two hubs is at the first of them
		t.joined[e.From] = append(t.joined[e.From], e.To)
	}
	for i := d.HubEdges(); i < len(d.Edges); i++ {
		t.runs[d.Edges[i].From] = append(t.runs[d.Edges[i].From], i)
	}
	return t
}

// sharedVersion returns the version that all nodes have, or "" if they differ or one is
// not known.
func sharedVersion(d *diagram.Diagram) string {
	version := ""
	for i := range d.Nodes {
		n := &d.Nodes[i]
		if n.Class.IsJob() {
			continue
		}
		own := d.FactsOf(i).Version
		if n.Collapsed || own == "" || version != "" && own != version {
			return ""
		}
		version = own
	}
	return display.Printable(version)
}

// The lines of a tree: to a leaf, to the last leaf, beside inner leaves, and below the
// last branch.
var (
	boxLines   = [4]string{"├── ", "└── ", "│   ", "    "}
	asciiLines = [4]string{"|-- ", "`-- ", "|   ", "    "}
)

// branch writes a heading and its leaves, within their groups. Hub is the node of the
// heading, or -1.
func (t *tree) branch(ctx context.Context, head string, leaves []int, hub int) {
	fmt.Fprintf(&t.b, "\n%s  (%s)\n", head, t.counted(leaves))
	// A column is as wide as its widest cell, up to a maximum.
	const maxWidth = 60
	var widths [3]int
	for k := range interrupt.Range(ctx, len(leaves)) {
		i := leaves[k]
		widths[0] = max(widths[0], min(maxWidth, displayWidth(t.label(i)))+4*len(t.d.Nodes[i].Path()))
		widths[1] = max(widths[1], min(maxWidth, displayWidth(t.about(i))))
		widths[2] = max(widths[2], min(maxWidth, displayWidth(t.detail(i))))
	}
	t.leaves(ctx, "", leaves, 0, hub, widths)
}

// counted returns the number of nodes: "3 nodes", or "3 groups" if they are collapsed.
func (t *tree) counted(boxes []int) string {
	noun := "node"
	for _, i := range boxes {
		if t.d.Nodes[i].Collapsed {
			noun = "group"
		}
	}
	return display.Count(len(boxes), noun)
}

// job writes a job, and below it its run on each node.
func (t *tree) job(ctx context.Context, i int) {
	n, row, f := &t.d.Nodes[i], t.d.RowOf(i), t.d.FactsOf(i)
	head := t.clean(n.Label) + "  job, " + t.clean(row.State)
	if f.Job != nil && !strings.Contains(n.Label, f.Job.ShortID) {
		head += ", " + t.clean(f.Job.ShortID)
	}
	lines := t.lines()
	var on []int
	width := 0
	for _, k := range t.runs[i] {
		on = append(on, t.d.Edges[k].To)
		width = max(width, displayWidth(t.label(t.d.Edges[k].To)))
	}
	fmt.Fprintf(&t.b, "\n%s  (%s)\n", head, t.counted(on))
	for k := range interrupt.Range(ctx, len(t.runs[i])) {
		edge := t.runs[i][k]
		e := &t.d.Edges[edge]
		label := t.label(e.To)
		fmt.Fprintf(&t.b, "%s%s%s  %s\n", lines[(k+1)/len(on)], label, strings.Repeat(" ", width-displayWidth(label)), t.clean(e.Run.Text()))
	}
}

// lines returns the lines that the tree is drawn with.
func (t *tree) lines() [4]string {
	if t.ascii {
		return asciiLines
	}
	return boxLines
}

// leaves writes the nodes of a group, which is at the given level, each within its inner
// groups.
func (t *tree) leaves(ctx context.Context, indent string, leaves []int, level, hub int, widths [3]int) {
	lines := t.lines()
	groups := t.split(leaves, level)
	for k := range interrupt.Range(ctx, len(groups)) {
		g := groups[k]
		first, next := lines[0], lines[2]
		if k == len(groups)-1 {
			first, next = lines[1], lines[3]
		}
		if group := t.d.Nodes[g[0]].Path(); len(group) > level {
			count, connected, awaiting := 0, 0, 0
			for _, i := range g {
				n := &t.d.Nodes[i]
				count, connected, awaiting = count+int(n.Count), connected+int(n.Connected), awaiting+int(n.Awaiting)
			}
			fmt.Fprintf(&t.b, "%s%s%s  (%s)\n", indent, first, t.clean(group[level]), diagram.ConnectedOf(connected, awaiting, count))
			t.leaves(ctx, indent+next, g, level+1, hub, widths)
			continue
		}
		line := indent + first + padded(t.label(g[0]), widths[0]-4*level) + padded(t.about(g[0]), widths[1])
		if widths[2] > 0 {
			line += padded(t.detail(g[0]), widths[2])
		}
		t.b.WriteString(strings.TrimRight(line+t.also(g[0], hub), " ") + "\n")
	}
}

// split returns the nodes by their group at a level, sorted by its name. Nodes without
// one come first, each alone.
func (t *tree) split(leaves []int, level int) [][]int {
	var all [][]int
	place := make(map[string]int)
	for _, i := range leaves {
		group := t.d.Nodes[i].Path()
		if len(group) <= level {
			all = append(all, []int{i})
			continue
		}
		k, ok := place[group[level]]
		if !ok {
			k = len(all)
			place[group[level]], all = k, append(all, nil)
		}
		all[k] = append(all[k], i)
	}
	path := func(g []int) []string {
		p := t.d.Nodes[g[0]].Path()
		return p[:min(level+1, len(p))]
	}
	slices.SortStableFunc(all, func(a, b []int) int { return natural.ComparePaths(path(a), path(b)) })
	return all
}

func (t *tree) label(i int) string { return t.clean(t.d.Nodes[i].Label) }

// about returns the state of a node in words, and its version.
func (t *tree) about(i int) string {
	n, r := &t.d.Nodes[i], t.d.RowOf(i)
	var words []string
	add := func(s string) {
		if s != "" {
			words = append(words, t.clean(s))
		}
	}
	if n.Hub {
		add(n.Class.String())
	}
	if !n.Hub || t.d.FactsOf(i).Unlisted {
		add(r.State)
	}
	if !n.Hub && r.Membership != "approved" {
		add(r.Membership)
	}
	if t.version == "" {
		add(r.Version)
	}
	return strings.Join(words, ", ")
}

// detail returns the second line of a node in a picture.
func (t *tree) detail(i int) string { return t.clean(t.d.Nodes[i].Detail()) }

// padded returns a cell of a column of a width, with the room to the next one.
func padded(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-displayWidth(s))+2)
}

// also returns the words for the other hubs of a node.
func (t *tree) also(i, hub int) string {
	var others []string
	for _, h := range t.d.Nodes[i].Hubs {
		if h != hub && hub >= 0 {
			others = append(others, t.clean(t.d.Nodes[h].Label))
		}
	}
	if len(others) == 0 {
		return ""
	}
	return "also connected to " + strings.Join(others, ", ")
}

// clean returns s safe for a terminal, in ASCII if that is required.
func (t *tree) clean(s string) string {
	s = display.Printable(s)
	if !t.ascii {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if q := strconv.QuoteRuneToASCII(r); r > '~' {
			b.WriteString(q[1 : len(q)-1])
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// displayWidth returns the width of s in columns of a terminal: two for each East Asian
// wide character (Unicode Standard Annex #11), none for marks and joiners.
func displayWidth(s string) int {
	n := 0
	for _, r := range s {
		switch k := width.LookupRune(r).Kind(); {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case k == width.EastAsianWide, k == width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}
