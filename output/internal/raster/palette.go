package raster

// This file encodes PNG. A drawing has few colours, so most pictures can use a palette.
// The file then has a quarter of the size, and compressing it, which takes most of the
// time of a small picture, is ten times as fast.

import (
	"cmp"
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"math/bits"
	"slices"
)

// tolerances are the largest differences of a channel from the painted colour, out of
// 255, in the order they are tried until 256 colours suffice. The most frequent colours,
// those of areas and letters, do not change; only shades at their edges do.
var tolerances = []int{0, 6, 8, 10, 12, 14}

// speck is the part of a picture that a colour has to exceed to be kept as it is: an area
// and the tiles on it may differ by little.
const speck = 5000

func encodePNG(w io.Writer, painted draw.Image) error {
	enc := png.Encoder{CompressionLevel: png.BestSpeed}
	if rgba, ok := painted.(*image.RGBA); ok && rgba.Opaque() {
		if small := quantize(rgba); small != nil {
			return enc.Encode(w, small)
		}
	}
	return enc.Encode(w, painted)
}

// quantize returns img with a palette of at most 256 of its colours, or nil if some
// pixels would differ by more than the last of the tolerances. The image must be
// opaque.
func quantize(img *image.RGBA) *image.Paletted {
	runs, colors, counts := scan(img)
	order := make([]int, len(colors))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(colors[a], colors[b]))
	})
	exact := 0 // colours of more than specks
	for exact < len(order) && counts[order[exact]] > len(img.Pix)/4/speck {
		exact++
	}
	for _, tolerance := range tolerances {
		palette, index := cover(colors, order, exact, tolerance)
		if palette == nil {
			continue
		}
		out := image.NewPaletted(img.Rect, palette)
		at := 0
		for _, r := range runs {
			k := index[r.color]
			pixels := out.Pix[at : at+int(r.length)]
			for i := range pixels {
				pixels[i] = k
			}
			at += len(pixels)
		}
		return out
	}
	return nil
}

// A run is adjacent pixels of one colour.
type run struct{ color, length int32 }

// scan returns the runs of an image, its colours as 0xrrggbb and the number of pixels
// of each. img must have no gaps between lines in its buffer.
func scan(img *image.RGBA) (runs []run, colors []uint32, counts []int) {
	index := make(map[uint32]int)
	// A cache for the map, in which looking up each run would take half of the time.
	var recent [1 << 10]struct {
		color uint32
		index int
	}
	pix := img.Pix
	runs = make([]run, 0, 1<<15) // enough for a small picture
	for len(pix) >= 4 {
		c := binary.LittleEndian.Uint32(pix)
		n := 4
		for two := uint64(c)<<32 | uint64(c); n+8 <= len(pix) && binary.LittleEndian.Uint64(pix[n:]) == two; {
			n += 8
		}
		for n+4 <= len(pix) && binary.LittleEndian.Uint32(pix[n:]) == c {
			n += 4
		}
		pix = pix[n:]
		rgb := bits.ReverseBytes32(c) >> 8
		slot := &recent[(rgb*2654435761)>>22]
		if slot.color != rgb || len(colors) == 0 || colors[slot.index] != rgb {
			i, ok := index[rgb]
			if !ok {
				i = len(colors)
				index[rgb] = i
				colors, counts = append(colors, rgb), append(counts, 0)
			}
			slot.color, slot.index = rgb, i
		}
		counts[slot.index] += n / 4
		runs = append(runs, run{int32(slot.index), int32(n / 4)})
	}
	return runs, colors, counts
}

// cover returns a palette of the colours, chosen in the given order, that has the first
// exact of them and a colour within the tolerance of each other, and the index in it by the
// index of the colour. It
// returns nil if 256 colours are not enough.
func cover(colors []uint32, order []int, exact, tolerance int) (palette color.Palette, index []uint8) {
	var picked []uint32
	index = make([]uint8, len(colors))
	for at, i := range order {
		c := colors[i]
		nearest, difference := 0, tolerance+1
		for k, p := range picked {
			if d := distance(c, p); d < difference {
				nearest, difference = k, d
			}
		}
		if difference > tolerance || at < exact {
			if len(picked) == 256 {
				return nil, nil
			}
			nearest = len(picked)
			picked = append(picked, c)
			palette = append(palette, color.RGBA{uint8(c >> 16), uint8(c >> 8), uint8(c), 255})
		}
		index[i] = uint8(nearest)
	}
	return palette, index
}

// distance returns the largest difference of a channel.
func distance(a, b uint32) int {
	red := int(a>>16&255) - int(b>>16&255)
	green := int(a>>8&255) - int(b>>8&255)
	blue := int(a&255) - int(b&255)
	return max(red, -red, green, -green, blue, -blue)
}
