package raster

// This file writes how many pixels of a picture make an inch, which Go's encoders do not.
// Documents and printers take it for the size of the picture: 12×8 inches, whatever the
// scale.

import (
	"encoding/binary"
	"io"
	"math"

	"github.com/bacviz/bacviz/layout"
)

// dotsPerInch returns the density of pixels at a scale.
func dotsPerInch(scale float64) float64 { return 72 * layout.PixelsPerPoint * scale }

// pngDensity returns what a pHYs chunk holds (PNG specification, section 11.3.4.3): the
// pixels of a metre.
func pngDensity(scale float64) []byte {
	perMetre := uint32(math.Round(dotsPerInch(scale) / 0.0254))
	b := binary.BigEndian.AppendUint32(nil, perMetre)
	b = binary.BigEndian.AppendUint32(b, perMetre)
	return append(b, 1) // the unit is the metre
}

// jpegHeader is the length of the marker that a JPEG begins with.
const jpegHeader = 2

// jpegDensity returns a JFIF segment (ITU-T T.871, section 10.1), which holds the pixels of
// an inch.
func jpegDensity(scale float64) []byte {
	perInch := uint16(max(1, math.Round(dotsPerInch(scale))))
	b := []byte{0xff, 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 2, 1}
	b = binary.BigEndian.AppendUint16(b, perInch)
	b = binary.BigEndian.AppendUint16(b, perInch)
	return append(b, 0, 0) // without a thumbnail
}

// An inserter puts a text behind the first so many bytes of what is written.
type inserter struct {
	to   io.Writer
	at   int // bytes that are still before the text; -1 behind it
	text []byte
}

func (i *inserter) Write(p []byte) (int, error) {
	if i.at < 0 || len(p) < i.at {
		i.at -= min(len(p), max(0, i.at))
		return i.to.Write(p)
	}
	before := i.at
	if n, err := i.to.Write(p[:before]); err != nil {
		return n, err
	}
	i.at = -1
	if _, err := i.to.Write(i.text); err != nil {
		return before, err
	}
	n, err := i.to.Write(p[before:])
	return before + n, err
}
