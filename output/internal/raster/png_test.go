package raster

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"testing"
)

// drawn returns an image of so many colours in runs of random length, of which some are
// transparent.
func drawn(width, height, colors int, transparent bool) *image.RGBA {
	rng := rand.New(rand.NewPCG(uint64(width), uint64(colors)))
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	palette := make([]color.RGBA, colors)
	for i := range palette {
		c := rng.Uint32()
		palette[i] = color.RGBA{uint8(c), uint8(c >> 8), uint8(c >> 16), 255}
		if transparent && i%2 == 1 {
			palette[i] = color.RGBAModel.Convert(color.NRGBA{uint8(c), uint8(c >> 8), uint8(c >> 16), uint8(c >> 24)}).(color.RGBA)
		}
	}
	for at := 0; at < width*height; {
		c := palette[rng.IntN(colors)]
		for range 1 + rng.IntN(9) {
			if at < width*height {
				img.SetRGBA(at%width, at/width, c)
				at++
			}
		}
	}
	return img
}

func TestPNGHasThePixelsOfTheImage(t *testing.T) {
	for name, c := range map[string]struct {
		img     *image.RGBA
		palette bool
	}{
		"one pixel":       {drawn(1, 1, 1, false), true},
		"a column":        {drawn(1, 3000, 2, false), true},
		"a palette":       {drawn(520, 530, 256, false), true},
		"many colours":    {drawn(500, 300, 400, false), false},
		"full of colours": {drawn(300, 300, 50000, false), false},
		"transparency":    {drawn(300, 300, 1000, true), false},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := encodePNG(t.Context(), &b, c.img, name == "transparency", 1); err != nil {
				t.Fatal(err)
			}
			got, err := png.Decode(&b)
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := got.(*image.Paletted); ok != c.palette {
				t.Errorf("%T", got)
			}
			for y := range c.img.Rect.Dy() {
				for x := range c.img.Rect.Dx() {
					if a, b := color.NRGBAModel.Convert(c.img.At(x, y)), color.NRGBAModel.Convert(got.At(x, y)); !alike(a.(color.NRGBA), b.(color.NRGBA)) {
						t.Fatalf("pixel %d, %d is %v, want %v", x, y, b, a)
					}
				}
			}
		})
	}
}

// alike reports whether two colours differ by rounding at most.
func alike(a, b color.NRGBA) bool {
	near := func(a, b uint8) bool { return a == b || a == b+1 || b == a+1 }
	return a.A == b.A && near(a.R, b.R) && near(a.G, b.G) && near(a.B, b.B)
}

// A failing writer fails at each byte.
type failing struct{ left int }

var errFull = errors.New("full")

func (f *failing) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestPNGSaysThatItsWriterFails(t *testing.T) {
	img := drawn(20, 20, 5, false)
	var whole bytes.Buffer
	if err := encodePNG(t.Context(), &whole, img, false, 1); err != nil {
		t.Fatal(err)
	}
	for n := range whole.Len() {
		if err := encodePNG(t.Context(), &failing{n}, img, false, 1); !errors.Is(err, errFull) {
			t.Fatalf("after %d bytes: %v", n, err)
		}
	}
}
