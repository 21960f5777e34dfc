package output

// This file writes text for a terminal: a tree.

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/natural"
	"github.com/bacviz/bacviz/layout"
)

func writeText(_ context.Context, w io.Writer, d *layout.Drawing, opt Options) error {
	t := &tree{d: d, ascii: opt.ASCII, version: sharedVersion(d)}
	t.b.WriteString(t.clean(d.Name) + "\n" + t.clean(d.Subtitle.String))
	if t.version != "" {
		t.b.WriteString(", all " + t.clean(t.version))
	}
	t.b.WriteByte('\n')
	if d.Topology.Restarting() {
		for _, n := range d.Notes {
			t.b.WriteString(t.clean(n.String) + "\n")
		}
	}
	var nodes, others, jobs []int // at no hub
	for i := range d.Boxes {
		v := d.Boxes[i].Vertex
		near := d.Topology.Neighbors(i)
		switch {
		case v.Hub:
			leaves := make([]int, 0, len(near))
			for _, n := range near {
				leaves = append(leaves, int(n))
			}
			t.branch(t.clean(v.Label)+"  "+t.about(i), leaves, i)
		case v.Job != nil:
			jobs = append(jobs, i)
		case v.Role == graph.Requester:
			others = append(others, i)
		case len(near) == 0:
			nodes = append(nodes, i)
		}
	}
	if len(nodes) > 0 {
		t.branch("at no orchestrator", nodes, -1)
	}
	if len(others) > 0 {
		t.branch("other requesters", others, -1)
	}
	for _, i := range jobs {
		t.job(i)
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}

// tree writes branches.
type tree struct {
	d       *layout.Drawing
	ascii   bool
	version string // of every node, if that is one: lines need not say it
	b       strings.Builder
}

// sharedVersion is the version that every node has, or "": they differ, or not all
// tell.
func sharedVersion(d *layout.Drawing) string {
	version := ""
	for i := range d.Boxes {
		v := d.Boxes[i].Vertex
		if v.Job != nil {
			continue
		}
		if v.Members != nil || v.Node.Version == "" || version != "" && v.Node.Version != version {
			return ""
		}
		version = v.Node.Version
	}
	return display.Printable(version)
}

// The lines of a tree: to a leaf, to the last leaf, past a branch, below the
// last one.
var (
	boxLines   = [4]string{"├── ", "└── ", "│   ", "    "}
	asciiLines = [4]string{"|-- ", "`-- ", "|   ", "    "}
)

// branch writes a heading and its leaves, in groups if they have any. Hub is the
// vertex that the heading is, or -1.
func (t *tree) branch(head string, leaves []int, hub int) {
	fmt.Fprintf(&t.b, "\n%s  (%s)\n", head, t.counted(leaves))
	// The columns are as wide as in the widest row, but for one that would move all
	// others out of sight.
	const most = 60
	var wide [2]int
	for _, i := range leaves {
		wide[0] = max(wide[0], min(most, displayWidth(t.label(i)))+4*len(t.d.Boxes[i].Vertex.Group))
		wide[1] = max(wide[1], min(most, displayWidth(t.about(i))))
	}
	t.leaves("", leaves, 0, hub, wide)
}

// counted says how many boxes of nodes there are: 3 nodes, 3 groups.
func (t *tree) counted(boxes []int) string {
	noun := "node"
	for _, i := range boxes {
		if t.d.Boxes[i].Vertex.Members != nil {
			noun = "group"
		}
	}
	return count(len(boxes), noun)
}

// job writes a job, and below it how it went on each node.
func (t *tree) job(i int) {
	v := t.d.Boxes[i].Vertex
	head := t.clean(v.Label) + "  job, " + t.clean(state(string(v.Job.State)))
	if id := v.Job.Short(); !strings.Contains(v.Label, id) {
		head += ", " + t.clean(id)
	}
	lines := boxLines
	if t.ascii {
		lines = asciiLines
	}
	var runs []*graph.Run
	var on []int
	wide := 0
	for k := range t.d.Topology.Runs() {
		if r := &t.d.Topology.Runs()[k]; r.Job == int64(i) {
			runs, on = append(runs, r), append(on, int(r.Node))
			wide = max(wide, displayWidth(t.label(int(r.Node))))
		}
	}
	fmt.Fprintf(&t.b, "\n%s  (%s)\n", head, t.counted(on))
	for k, r := range runs {
		label := t.label(int(r.Node))
		fmt.Fprintf(&t.b, "%s%s%s  %s\n", lines[(k+1)/len(runs)], label, strings.Repeat(" ", wide-displayWidth(label)), t.clean(runWords(r)))
	}
}

// leaves writes vertices that share a group down to a level, each below the
// groups that it is in beyond that.
func (t *tree) leaves(indent string, leaves []int, level, hub int, wide [2]int) {
	lines := boxLines
	if t.ascii {
		lines = asciiLines
	}
	groups := t.split(leaves, level)
	for k, g := range groups {
		first, next := lines[0], lines[2]
		if k == len(groups)-1 {
			first, next = lines[1], lines[3]
		}
		v := t.d.Boxes[g[0]].Vertex
		if len(v.Group) > level {
			n, connected := 0, 0
			for _, i := range g {
				a, b := t.d.Boxes[i].Vertex.Nodes()
				n, connected = n+a, connected+b
			}
			fmt.Fprintf(&t.b, "%s%s%s  (%s)\n", indent, first, t.clean(v.Group[level]), layout.Connected(connected, n))
			t.leaves(indent+next, g, level+1, hub, wide)
			continue
		}
		label, about := t.label(g[0]), t.about(g[0])
		line := indent + first + label + strings.Repeat(" ", max(0, wide[0]-4*level-displayWidth(label))+2) + about
		if also := t.also(g[0], hub); also != "" {
			line += strings.Repeat(" ", max(0, wide[1]-displayWidth(about))+2) + also
		}
		t.b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

// split puts vertices together by their group at a level, sorted by its name; one
// that is in none stands alone, before them.
func (t *tree) split(leaves []int, level int) [][]int {
	var all [][]int
	place := make(map[string]int)
	for _, i := range leaves {
		v := t.d.Boxes[i].Vertex
		if len(v.Group) <= level {
			all = append(all, []int{i})
			continue
		}
		k, ok := place[v.Group[level]]
		if !ok {
			k = len(all)
			place[v.Group[level]], all = k, append(all, nil)
		}
		all[k] = append(all[k], i)
	}
	path := func(g []int) []string {
		p := t.d.Boxes[g[0]].Vertex.Group
		return p[:min(level+1, len(p))]
	}
	slices.SortStableFunc(all, func(a, b []int) int { return natural.ComparePaths(path(a), path(b)) })
	return all
}

func (t *tree) label(i int) string { return t.clean(t.d.Boxes[i].Vertex.Label) }

// about says a vertex's state in words, and its version.
func (t *tree) about(i int) string {
	v := t.d.Boxes[i].Vertex
	r := rowOf(t.d, i)
	var words []string
	add := func(s string) {
		if s != "" {
			words = append(words, t.clean(s))
		}
	}
	if v.Hub {
		add(layout.KindOf(v).String())
	}
	if !v.Hub || len(v.Node.Sightings) == 0 {
		add(r.state)
	}
	if !v.Hub && r.membership != "approved" {
		add(r.membership)
	}
	if t.version == "" {
		add(r.version)
	}
	return strings.Join(words, ", ")
}

// also names the other hubs of a vertex.
func (t *tree) also(i, hub int) string {
	var others []string
	for _, n := range t.d.Topology.Neighbors(i) {
		if v := t.d.Boxes[n].Vertex; int(n) != hub && v.Hub && hub >= 0 {
			others = append(others, t.clean(v.Label))
		}
	}
	if len(others) == 0 {
		return ""
	}
	return "also at " + strings.Join(others, ", ")
}

// clean makes s safe for a terminal, and in ASCII if that is asked for.
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

// displayWidth is how many columns of a terminal s takes: two for each East
// Asian wide character (Unicode Standard Annex #11), none for marks and joiners.
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
