package canvas

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/math/fixed"
	vgfont "gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// A Letters writes letters on an image. gonum/plot's canvas for pixels could, but it
// opens the font for each string, and resamples the letters.
type Letters struct {
	img   *image.RGBA
	dpi   float64
	faces map[vgfont.Face]font.Face
}

// NewLetters returns a Letters for an image with dpi pixels an inch.
func NewLetters(img *image.RGBA, dpi float64) *Letters {
	return &Letters{img, dpi, make(map[vgfont.Face]font.Face)}
}

// write paints a letter, whose origin is in points from the bottom left.
func (l *Letters) write(r rune, from vgfont.Face, at vg.Point, ink color.Color) {
	face, ok := l.faces[from]
	if !ok {
		face = from.FontFace(l.dpi)
		l.faces[from] = face
	}
	dot := fixed.Point26_6{
		X: fixed.Int26_6(math.Round(at.X.Dots(l.dpi) * 64)),
		Y: fixed.Int26_6(math.Round((float64(l.img.Rect.Dy()) - at.Y.Dots(l.dpi)) * 64)),
	}
	if area, mask, from, _, ok := face.Glyph(dot, r); ok {
		draw.DrawMask(l.img, area, image.NewUniform(ink), image.Point{}, mask, from, draw.Over)
	}
}
