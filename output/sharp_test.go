package output_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
)

// The text of a PNG at --scale 2 beside Chromium's rendering of the SVG, over the
// labels and the title. Measured with Chromium 156 and Debian's fonts-liberation:
// 0.005 and 1.00; a pixel out of place gives 0.06 and 0.91.
const (
	mostDifference = 0.01 // of luminance, from 0 to 1, in the mean of the pixels
	leastSharpness = 0.98 // of the steps from pixel to pixel, by Chromium's
)

func TestPNGIsAsSharpAsChromium(t *testing.T) {
	t.Parallel()
	browser, err := exec.LookPath("chromium")
	if err == nil {
		_, err = os.Stat("/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf")
	}
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatalf("chromium and fonts-liberation are required in CI: %v", err)
	}
	if err != nil {
		t.Skipf("needs chromium and Debian's fonts-liberation: %v", err)
	}
	const scale = 2
	d := draw(t, clustertest.Snapshot(7, clustertest.Options{Nodes: 30}), layout.Options{})
	ours := gray(t, write(t, d, "png", output.Options{Scale: scale}))

	dir := t.TempDir()
	svg, shot := filepath.Join(dir, "picture.svg"), filepath.Join(dir, "picture.png")
	// The browser scales, so that its glyphs are drawn for the larger size.
	if err := os.WriteFile(svg, write(t, d, "svg", output.Options{}), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir="+filepath.Join(dir, "profile"),
		"--hide-scrollbars", "--font-render-hinting=none", "--disable-lcd-text", "--force-device-scale-factor=2", "--window-size=1200,800",
		"--screenshot="+shot, "file://"+svg)
	cmd.WaitDelay = 5 * time.Second
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	picture, err := os.ReadFile(shot)
	if err != nil {
		t.Fatal(err)
	}
	theirs := gray(t, picture)
	if ours.Rect != theirs.Rect {
		t.Fatalf("%v, and Chromium's %v", ours.Rect, theirs.Rect)
	}

	texts := []layout.Text{d.Title, d.Subtitle}
	for i := range d.Boxes {
		texts = append(texts, d.Boxes[i].Label().Lines()...)
	}
	var difference, pixels, steps, theirSteps float64
	for _, text := range texts {
		at := func(points float64) int { return int(math.Round(points * layout.PixelsPerPoint * scale)) }
		area := image.Rect(at(text.Left()), at(text.Center.Y-text.Size*0.6), at(text.Left()+text.Width), at(text.Center.Y+text.Size*0.6))
		for y := area.Min.Y; y < area.Max.Y; y++ {
			for x := area.Min.X; x < area.Max.X; x++ {
				a, b := luminance(ours, x, y), luminance(theirs, x, y)
				difference += math.Abs(a - b)
				pixels++
				steps += sq(luminance(ours, x+1, y)-a) + sq(luminance(ours, x, y+1)-a)
				theirSteps += sq(luminance(theirs, x+1, y)-b) + sq(luminance(theirs, x, y+1)-b)
			}
		}
	}
	difference /= pixels
	sharpness := math.Sqrt(steps / theirSteps)
	t.Logf("mean difference %.4f, sharpness %.3f of Chromium's, over %.0f pixels", difference, sharpness, pixels)
	if difference > mostDifference {
		t.Errorf("text differs from Chromium's by %.4f of luminance in the mean, at most %g", difference, mostDifference)
	}
	if sharpness < leastSharpness {
		t.Errorf("the edges of text are %.3f times as sharp as Chromium's, at least %g", sharpness, leastSharpness)
	}
}

func gray(t *testing.T, picture []byte) *image.Gray {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	g := image.NewGray(img.Bounds())
	for y := g.Rect.Min.Y; y < g.Rect.Max.Y; y++ {
		for x := g.Rect.Min.X; x < g.Rect.Max.X; x++ {
			g.Set(x, y, img.At(x, y))
		}
	}
	return g
}

func luminance(g *image.Gray, x, y int) float64 { return float64(g.GrayAt(x, y).Y) / 255 }

func sq(x float64) float64 { return x * x }
