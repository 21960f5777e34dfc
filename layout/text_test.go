package layout

import (
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/internal/typeface"
)

func TestLongLabelsStandInTwoLines(t *testing.T) {
	for label, want := range map[string]string{
		"n-0d2d943b":                         "n-0d2d943b", // short enough
		"eu-west-1-compute-rack07-node-0001": "eu-west-1-compute-\nrack07-node-0001",
		"ap-northeast-1.compute.internal":    "ap-northeast-1.\ncompute.internal",
		"the north hall, second floor":       "the north hall,\nsecond floor",
		"東京計算節點網絡服務器東京計算節點":                  "東京計算節點網絡\n服務器東京計算節點",
		strings.Repeat("x", 20):              strings.Repeat("x", 20), // nowhere to part it
		"x-" + strings.Repeat("y", 20):       "x-" + strings.Repeat("y", 20),
		strings.Repeat("long-", 30):          "long-long-long-l…-long-long-long-",
	} {
		if got := fitLabel(label, 8.5, typeface.Regular, 130, map[string]bool{}); got.String != want {
			t.Errorf("%q is set as %q, want %q", label, got.String, want)
		}
	}
}

func TestLinesOfAText(t *testing.T) {
	text := newText("a wide line\nnarrow", 10, typeface.Regular)
	text.Center = r2.Vec{X: 100, Y: 50}
	text.Size, text.Width = text.Size*2, text.Width*2 // scaled after it was measured
	lines := text.Lines()
	if len(lines) != 2 || lines[0].String != "a wide line" || lines[1].String != "narrow" {
		t.Fatalf("%+v", lines)
	}
	for _, l := range lines {
		if want := typeface.Of(l.Bold).Width(l.String, 20); l.Center.X != 100 || l.Width < want-1e-9 || l.Width > want+1e-9 {
			t.Errorf("%+v, want a width of %g", l, want)
		}
	}
	if distance := lines[1].Center.Y - lines[0].Center.Y; distance < 20 || lines[0].Center.Y+lines[1].Center.Y != 100 {
		t.Errorf("the lines are at %g and %g", lines[0].Center.Y, lines[1].Center.Y)
	}
}

func TestShortenedLabelsDiffer(t *testing.T) {
	shown := make(map[string]bool)
	for i := range 200 {
		label := strings.Repeat("a", 40) + string(rune('0'+i/20)) + string(rune('A'+i%20)) + strings.Repeat("b", 40)
		l := fitLabel(label, 8.5, typeface.Regular, 55, shown)
		if shown[l.String] {
			t.Fatalf("%q is shown twice", l.String)
		}
		shown[l.String] = true
	}
}

// FuzzFit holds that a fitted text is no wider than its room, and is made of
// whole clusters of the text.
func FuzzFit(f *testing.F) {
	for _, s := range []string{"n-0d2d943b", "東京ノード", "👩\u200d💻👍🏽", "عقدة حوسبة", "दिल्ली-नोड", "e\u0301\u0302a\u0308", "<&\"'>\n\\n", "a\xff\u202eb"} {
		f.Add(strings.Repeat(s, 4), 60.0)
		f.Add(s, 9.0)
	}
	f.Fuzz(func(t *testing.T, s string, width float64) {
		if len(s) > 300 || !(width >= 0 && width < 1000) || strings.ContainsRune(s, '\n') {
			return
		}
		face := typeface.Face(len(s) % 2)
		text := fitText(s, 8.5, face, width)
		if text.Width > width && text.String != "" {
			t.Errorf("%q as %q is %g wide, of %g", s, text.String, text.Width, width)
		}
		if got := face.Width(text.String, 8.5); got != text.Width {
			t.Errorf("%q is %g wide, not %g", text.String, got, text.Width)
		}
		if text.String != s && text.String != "" {
			holdsWholeClusters(t, face, s, text.String)
		}
		label := fitLabel(s, 8.5, face, width, map[string]bool{})
		for _, l := range label.Lines() {
			if l.Width > label.Width+1e-9 {
				t.Errorf("the line %q of %q is %g wide, the label %g", l.String, s, l.Width, label.Width)
			}
		}
	})
}

// holdsWholeClusters looks for each way to cut s that gives the shortened text.
func holdsWholeClusters(t *testing.T, face typeface.Face, s, shortened string) {
	t.Helper()
	clusters := face.Clusters(s)
	for head := range len(clusters) + 1 {
		for tail := range len(clusters) - head {
			if elide(clusters, head, tail) == shortened {
				return
			}
		}
	}
	t.Errorf("%q is not cut between the characters of %q", shortened, s)
}

func TestFitOfRandomTexts(t *testing.T) {
	scripts := []string{"abc-_.019", "漢字かなカナ한국어", "🚀👩\u200d💻👍🏽🇨🇭", "שלום ab 12", "مرحبا العالم", "e\u0301a\u0308x\u0301\u0302", "<&\"'>", "दिल्लीกรุงเทพ"}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		runes := []rune(scripts[rng.IntN(len(scripts))])
		var b strings.Builder
		for range 1 + rng.IntN(60) {
			b.WriteRune(runes[rng.IntN(len(runes))])
		}
		s, width := b.String(), 20+rng.Float64()*120
		text := fitText(s, 8.5, typeface.Regular, width)
		if text.Width > width {
			t.Fatalf("%q as %q is %g wide, of %g", s, text.String, text.Width, width)
		}
		if text.String == "" && width > 30 && typeface.Regular.Clusters(s)[0].Width < 1.5 {
			t.Fatalf("%q in %g: nothing is left", s, width)
		}
	}
}
