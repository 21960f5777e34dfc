package output_test

import (
	"bytes"
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
	"github.com/bacviz/bacviz/output/theme"
)

// handMade is a drawing as a library user may make one, without a network behind it:
// a hub, a node in a group, and a job that ran on it.
func handMade() *layout.Drawing {
	d := &diagram.Diagram{
		Title: "By hand", Subtitle: "1 of 1 connected", Jobs: 1,
		Nodes: []diagram.Node{
			{ID: "hub", Label: "hub", Role: diagram.RoleRequester, Class: diagram.ClassHub, Hub: true, Count: 1},
			{ID: "n1", Label: "n1", Class: diagram.ClassCompute, Hubs: []int{0}, Part: true, Count: 1},
			{ID: "j1", Label: "job", Role: diagram.RoleJob, Class: diagram.ClassJobRunning, Count: 1},
		},
		Edges:    []diagram.Edge{{From: 0, To: 1}, {From: 2, To: 1, Run: &diagram.Run{Outcome: diagram.RunRunning, Count: 2, Words: "2 executions"}}},
		Groups:   []diagram.Group{{Path: []string{"eu"}, Count: 1, Connected: 1}},
		Legend:   []diagram.Entry{{Class: diagram.ClassHub, Name: "orchestrator"}, {Kind: diagram.RunEntry, Outcome: diagram.RunRunning, Name: "running"}},
		Coloring: &diagram.Coloring{Name: "region", Values: []string{"eu"}, Of: []diagram.Value{{}, {Number: 1}, {}}},
	}
	d.Nodes[1].Group = &d.Groups[0]
	at := func(x, y float64) r2.Vec { return r2.Vec{X: x, Y: y} }
	box := func(x, y float64) layout.Box { return layout.Box{Center: at(x, y), W: 40, H: 16} }
	return &layout.Drawing{
		Diagram: d, Engine: "by hand", Width: 300, Height: 200,
		Boxes: []layout.Box{box(50, 100), box(150, 100), box(250, 100)},
		Lines: []layout.Line{
			{From: 0, To: 1, Path: []r2.Vec{at(50, 100), at(150, 100)}},
			{From: 2, To: 1, Path: []r2.Vec{at(250, 100), at(220, 90), at(180, 90), at(150, 100)}},
		},
		Areas:  []layout.Area{{Group: d.Groups[0], Level: 1, Path: []r2.Vec{at(120, 80), at(180, 80), at(180, 120), at(120, 120)}}},
		Trunks: []layout.Trunk{{From: 0, Path: []r2.Vec{at(50, 100), at(120, 100)}}},
		Legend: []layout.Entry{{Swatch: box(20, 190)}, {Swatch: box(120, 190)}},
	}
}

func TestDrawingMadeByHandIsWritten(t *testing.T) {
	for _, f := range output.Formats() {
		var b bytes.Buffer
		if err := output.Write(t.Context(), &b, handMade(), f.Name, output.Options{}); err != nil || b.Len() == 0 {
			t.Errorf("%s: %d bytes, %v", f.Name, b.Len(), err)
		}
	}
}

// Whatever a drawing lacks, or whatever is wrong in it, is an error and no panic.
func TestDrawingThatIsNotSoundIsRefused(t *testing.T) {
	for what, spoil := range map[string]func(d *layout.Drawing){
		"no diagram":               func(d *layout.Drawing) { d.Diagram = nil },
		"no size":                  func(d *layout.Drawing) { d.Width = 0 },
		"no number for a size":     func(d *layout.Drawing) { d.Height = math.NaN() },
		"no boxes":                 func(d *layout.Drawing) { d.Boxes = nil },
		"no lines":                 func(d *layout.Drawing) { d.Lines = nil },
		"no legend":                func(d *layout.Drawing) { d.Legend = nil },
		"a box without a place":    func(d *layout.Drawing) { d.Boxes[0].Center.X = math.Inf(1) },
		"a box without a size":     func(d *layout.Drawing) { d.Boxes[0] = layout.Box{} },
		"a box of no known shape":  func(d *layout.Drawing) { d.Boxes[0].Shape = 9 },
		"a mark nowhere":           func(d *layout.Drawing) { d.Boxes[0].Content = &layout.Content{Mark: layout.Mark{R: math.NaN()}} },
		"a line without a route":   func(d *layout.Drawing) { d.Lines[0].Path = nil },
		"a route of three points":  func(d *layout.Drawing) { d.Lines[0].Path = make([]r2.Vec, 3) },
		"a line to another box":    func(d *layout.Drawing) { d.Lines[0].To = 7 },
		"an area without a side":   func(d *layout.Drawing) { d.Areas[0].Path = nil },
		"an area of no group":      func(d *layout.Drawing) { d.Areas[0].Group = diagram.Group{} },
		"an edge to no node":       func(d *layout.Drawing) { d.Diagram.Edges[0].To = 3 },
		"edges out of order":       func(d *layout.Drawing) { e := d.Diagram.Edges; e[0], e[1] = e[1], e[0] },
		"an unknown outcome":       func(d *layout.Drawing) { d.Diagram.Edges[1].Run.Outcome = 99 },
		"an unknown class":         func(d *layout.Drawing) { d.Diagram.Nodes[0].Class = 99 },
		"an unknown change":        func(d *layout.Drawing) { d.Diagram.Nodes[0].Change = 99 },
		"a hub that is none":       func(d *layout.Drawing) { d.Diagram.Nodes[1].Hubs = []int{2} },
		"a hub that there is not":  func(d *layout.Drawing) { d.Diagram.Nodes[1].Hubs = []int{-1} },
		"a group not listed":       func(d *layout.Drawing) { d.Diagram.Groups = nil },
		"a group within none":      func(d *layout.Drawing) { d.Diagram.Groups[0].Path = []string{"eu", "r1"} },
		"a group without a name":   func(d *layout.Drawing) { d.Diagram.Groups[0].Path = nil },
		"an unknown role":          func(d *layout.Drawing) { d.Diagram.Nodes[0].Role = 99 },
		"a value without colours":  func(d *layout.Drawing) { d.Diagram.Coloring, d.Diagram.Legend[0].Value.Number = nil, 1 },
		"colours of some nodes":    func(d *layout.Drawing) { d.Diagram.Coloring.Of = d.Diagram.Coloring.Of[:2] },
		"a value that there's not": func(d *layout.Drawing) { d.Diagram.Coloring.Of[1].Number = 2 },
		"an amount above 1":        func(d *layout.Drawing) { d.Diagram.Coloring.Of[1].Amount = 1.5 },
		"near what is no hub":      func(d *layout.Drawing) { d.Diagram.Nodes[2].Near = 2 },
		"near what does not exist": func(d *layout.Drawing) { d.Diagram.Nodes[2].Near = 99 },
		"an endless size":          func(d *layout.Drawing) { d.Diagram.Nodes[1].Size = math.Inf(1) },
		"groups of other depths": func(d *layout.Drawing) {
			d.Diagram.Nodes[1].Group = nil
			d.Diagram.Nodes = append(d.Diagram.Nodes, diagram.Node{Group: &d.Diagram.Groups[0]})
		},
		"a fill above 1":           func(d *layout.Drawing) { d.Boxes[1].Fill.Share = 1.5 },
		"a share that is endless":  func(d *layout.Drawing) { d.Diagram.Nodes[1].Use.Share = math.Inf(1) },
		"an area of no known look": func(d *layout.Drawing) { d.Areas[0].Look = 9 },
		"corners without a size":   func(d *layout.Drawing) { d.Areas[0].Corner = math.NaN() },
		"a detail nowhere":         func(d *layout.Drawing) { d.Areas[0].Detail = layout.Text{Size: math.NaN()} },
		"no such trunk":            func(d *layout.Drawing) { d.Lines[0].Trunk = 2 },
		"a trunk of a job":         func(d *layout.Drawing) { d.Lines[1].Trunk = 1 },
		"a trunk of another box":   func(d *layout.Drawing) { d.Lines[0].Trunk, d.Trunks[0].From = 1, 1 },
		"a trunk of no box":        func(d *layout.Drawing) { d.Trunks[0].From = 3 },
		"a trunk to no area":       func(d *layout.Drawing) { d.Trunks[0].Area = 1 },
		"a trunk without a route":  func(d *layout.Drawing) { d.Trunks[0].Path = nil },
		"a trunk that goes astray": func(d *layout.Drawing) { d.Trunks[0].Path = []r2.Vec{{}, {X: math.NaN()}} },
		"a label upside down": func(d *layout.Drawing) {
			d.Boxes[0].Content = &layout.Content{Label: layout.Text{String: "x", Size: 9, Angle: 180}}
		},
		"a label turned nowhere": func(d *layout.Drawing) {
			d.Boxes[0].Content = &layout.Content{Label: layout.Text{String: "x", Size: 9, Angle: math.NaN()}}
		},
		"a label without a size": func(d *layout.Drawing) {
			d.Boxes[0].Content = &layout.Content{Label: layout.Text{String: "x", Size: math.NaN()}}
		},
		"a count nowhere":          func(d *layout.Drawing) { d.Lines[1].Count = &layout.Text{String: "x", Center: r2.Vec{X: math.NaN()}} },
		"a box far away":           func(d *layout.Drawing) { d.Boxes[0].Center.X = 1e300 },
		"a name nowhere":           func(d *layout.Drawing) { d.Areas[0].Name = layout.Text{String: "x", Center: r2.Vec{Y: math.Inf(1)}} },
		"a legend without a place": func(d *layout.Drawing) { d.Legend[0].Name.Width = math.Inf(-1) },
		"an unknown legend entry":  func(d *layout.Drawing) { d.Diagram.Legend[0].Class = 99 },
	} {
		d := handMade()
		spoil(d)
		for _, f := range output.Formats() {
			if err := write1(t, d, f.Name, output.Options{}); err == nil {
				t.Errorf("%s: %s is written", what, f.Name)
			}
		}
	}
	for what, colors := range map[string]*theme.Theme{"no colours": {}, "another notation": func() *theme.Theme { c := *theme.Light(); c.Page = "white"; return &c }()} {
		if err := write1(t, handMade(), "png", output.Options{Theme: colors}); err == nil {
			t.Errorf("a theme with %s is drawn with", what)
		}
	}
}

// write1 returns the error of writing, and makes one of a panic, which says too
// little when it ends the test.
func write1(t *testing.T, d *layout.Drawing, format string, opt output.Options) (err error) {
	defer func() {
		if r := recover(); r != nil {
			t.Errorf("%s: panic: %v", format, r)
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return output.Write(t.Context(), &bytes.Buffer{}, d, format, opt)
}

// A diagram made by hand is arranged by every engine, and one that is not sound by none.
func TestDiagramMadeByHandIsArranged(t *testing.T) {
	for _, e := range layout.Engines() {
		if _, err := layout.Arrange(t.Context(), handMade().Diagram, layout.Options{Engine: e.Name}); err != nil && !e.Single {
			t.Errorf("%s: %v", e.Name, err)
		}
		if _, err := layout.Arrange(t.Context(), nil, layout.Options{Engine: e.Name}); err == nil {
			t.Errorf("%s arranges nothing", e.Name)
		}
		for what, spoil := range map[string]func(n []diagram.Node){
			"near no hub":     func(n []diagram.Node) { n[2].Near = 2 },
			"near nothing":    func(n []diagram.Node) { n[2].Near = 9 },
			"an endless size": func(n []diagram.Node) { n[1].Size = 1e300 },
			"a hub of others": func(n []diagram.Node) { n[1].Hubs = []int{7} },
		} {
			d := handMade().Diagram
			spoil(d.Nodes)
			if _, err := layout.Arrange(t.Context(), d, layout.Options{Engine: e.Name}); err == nil {
				t.Errorf("%s arranges a node with %s", e.Name, what)
			}
		}
	}
}
