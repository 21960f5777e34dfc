package output_test

import (
	"bytes"
	"image/png"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
	"github.com/bacviz/bacviz/output/theme"
)

func TestTheVersionOfMostNodesHasTheCalmColour(t *testing.T) {
	snap := states(9)
	for i := range snap.Nodes {
		snap.Nodes[i].Version = "v1.9.3"
	}
	snap.Nodes[1].Version, snap.Nodes[2].Version = "v1.7.0", "v1.8.0" // first in order, but few
	d := drawing(t, snap, graph.Options{All: true, ColorBy: graph.FieldVersion}, layout.Options{})
	fills := make(map[string]string)
	for _, e := range d.Diagram.Legend {
		if e.Kind == diagram.ValueEntry {
			fills[e.Name] = theme.Light().FillStyle(d.Diagram.Coloring, theme.Light().FillIndex(d.Diagram.Coloring, e.Value)).Fill
		}
	}
	if calm := theme.Light().Classes[diagram.ClassCompute].Fill; fills["v1.9.3"] != calm || fills["v1.7.0"] == calm || fills["v1.7.0"] == fills["v1.8.0"] {
		t.Errorf("fills %v", fills)
	}
}

func TestAStateHasTheSameColourWhateverColoursStandFor(t *testing.T) {
	for by, word := range map[string]string{graph.FieldState: "state: ", graph.FieldMembership: "membership: "} {
		usual := drawing(t, states(30), graph.Options{All: true}, layout.Options{})
		d := drawing(t, states(30), graph.Options{All: true, ColorBy: by}, layout.Options{})
		named := 0
		for i, v := range d.Diagram.Coloring.Of {
			class, value := usual.Diagram.Nodes[i].Class, v.Number
			if value == 0 || d.Diagram.Coloring.Classes[value-1] != class {
				continue // the class shows the other of the two
			}
			named++
			style := theme.Dark().FillStyle(d.Diagram.Coloring, theme.Dark().FillIndex(d.Diagram.Coloring, v))
			if want := theme.Dark().Classes[class].Fill; style.Fill != want {
				t.Errorf("%s%s is %s, want %s", word, d.Diagram.Coloring.Values[value-1], style.Fill, want)
			}
		}
		if named < 20 {
			t.Errorf("%d nodes have the class of their %s", named, by)
		}
	}
}

func TestEachGroupHasATintThatPixelsKeep(t *testing.T) {
	d := drawing(t, states(60), graph.Options{All: true, GroupBy: []string{"region"}}, layout.Options{Engine: "trays"})
	img, err := png.Decode(bytes.NewReader(write(t, d, "png", output.Options{})))
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for _, a := range d.Areas {
		if a.Outer == 0 || a.Look != layout.Ground {
			continue
		}
		corner := a.Path[0]
		x, y := int((corner.X+2)*layout.PixelsPerPoint), int((corner.Y+12)*layout.PixelsPerPoint)
		tint := theme.Light().Tints[a.Outer-1].Fill
		r, g, b, _ := img.At(x, y).RGBA()
		if c := theme.RGB(tint); uint32(c.R) != r>>8 || uint32(c.G) != g>>8 || uint32(c.B) != b>>8 {
			t.Errorf("%v is %x %x %x, want %s", a.Group.Path, r>>8, g>>8, b>>8, tint)
		}
		if !strings.Contains(string(write(t, d, "svg", output.Options{})), `fill="`+tint+`"`) {
			t.Errorf("no %s in the SVG", tint)
		}
		seen[tint] = true
	}
	if len(seen) != 3 {
		t.Errorf("%d tints", len(seen))
	}
}

// A halo in the colour of the page would be seen on the tint.
func TestNamesOnTintsHaveNoHalo(t *testing.T) {
	for _, engine := range []string{"trays", "radial"} {
		d := drawing(t, states(30), graph.Options{GroupBy: []string{"region"}}, layout.Options{Engine: engine})
		text := string(write(t, d, "svg", output.Options{}))
		if n := strings.Count(text, `class="groupname flat"`); n < 3 || strings.Contains(text, `class="groupname"`) {
			t.Errorf("%s: %d names without a halo", engine, n)
		}
	}
}
