package paint

import (
	"fmt"
	"testing"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/theme"
)

func TestEachValueHasAnAppearanceOfItsOwn(t *testing.T) {
	mark := layout.Mark{R: 1}
	d := &diagram.Diagram{Coloring: &diagram.Coloring{Name: "region"}}
	for n := 2; n <= 12; n++ {
		colors := *theme.Light()
		colors.Values = make([]string, n)
		seen := make(map[string]int)
		for place := 1; place <= n*Shapes; place++ {
			l := ValueAppearance(d, diagram.Value{Number: place})
			key := fmt.Sprint(l.Fill(&colors), l.MarkGlyph(&colors, mark))
			if first, ok := seen[key]; ok {
				t.Errorf("with %d colours, values %d and %d appearance the same", n, first, place)
			}
			seen[key] = place
		}
		if fill := ValueAppearance(d, diagram.Value{Number: n*Shapes + 1}).Fill(&colors); fill != -1 {
			t.Errorf("with %d colours, the first value without an appearance of its own has fill %d", n, fill)
		}
	}
}

func TestEachStateOfAJobHasAMarkOfItsOwn(t *testing.T) {
	glyphs, signs := make(map[string]diagram.Class), make(map[string]diagram.Class)
	for c := diagram.ClassJobPending; c <= diagram.ClassJobUnknown; c++ {
		l := ClassAppearance(&diagram.Diagram{}, c)
		glyph := fmt.Sprint(l.MarkGlyph(theme.Light(), layout.Mark{R: 1}))
		sign := l.Sign(theme.Light(), &layout.Box{Content: &layout.Content{Mark: layout.Mark{R: 1}}})
		for mark, seen := range map[string]map[string]diagram.Class{glyph: glyphs, sign: signs} {
			if first, ok := seen[mark]; ok || mark == "" {
				t.Errorf("%s has the mark %q, as %s has", c, mark, first)
			}
			seen[mark] = c
		}
	}
}
