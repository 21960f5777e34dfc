package output

// This file encodes PNG. A drawing has few colours, so most pictures fit a
// palette, which makes the file a quarter of the size and ten times as fast to
// compress: image/png's encoder is where a small picture would spend most of its
// time.

import (
	"cmp"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"slices"
)

// tolerances are how far a channel of a pixel may be from what was painted, out
// of 255: the first with which 256 colours do. The colours of areas and of
// letters are among the commonest, which stay as they are; only shades at the
// rims are off at all.
var tolerances = []int{0, 6, 8, 10, 12, 14}

func encodePNG(w io.Writer, painted draw.Image) error {
	enc := png.Encoder{CompressionLevel: png.BestSpeed}
	if rgba, ok := painted.(*image.RGBA); ok {
		if small := quantize(rgba); small != nil {
			return enc.Encode(w, small)
		}
	}
	return enc.Encode(w, painted)
}

// quantize returns img with a palette of 256 of its colours, or nil if some
// pixels would be off by more than the last of the tolerances. The image must be
// opaque.
func quantize(img *image.RGBA) *image.Paletted {
	counts := make(map[uint32]int)
	runs(img, func(c uint32, from, to int) { counts[c] += to - from })
	colors := make([]uint32, 0, len(counts))
	for c := range counts {
		colors = append(colors, c)
	}
	slices.SortFunc(colors, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	for _, tolerance := range tolerances {
		palette, index := cover(colors, tolerance)
		if palette == nil {
			continue
		}
		out := image.NewPaletted(img.Rect, palette)
		runs(img, func(c uint32, from, to int) {
			k := index[c]
			for i := from; i < to; i++ {
				out.Pix[i] = k
			}
		})
		return out
	}
	return nil
}

// cover picks a palette from colors, the commonest first, so that each has one
// within the tolerance, and tells where. It returns nil if 256 do not do.
func cover(colors []uint32, tolerance int) (color.Palette, map[uint32]uint8) {
	var picked []uint32
	var palette color.Palette
	index := make(map[uint32]uint8, len(colors))
	for _, c := range colors {
		nearest, off := 0, tolerance+1
		for k, p := range picked {
			if d := distance(c, p); d < off {
				nearest, off = k, d
			}
		}
		if off > tolerance {
			if len(picked) == 256 {
				return nil, nil
			}
			nearest = len(picked)
			picked = append(picked, c)
			palette = append(palette, color.RGBA{uint8(c >> 16), uint8(c >> 8), uint8(c), 255})
		}
		index[c] = uint8(nearest)
	}
	return palette, index
}

// runs calls f for each run of pixels of one colour, 0xrrggbb, with the indexes
// of its pixels. img must fill its buffer without gaps between the lines.
func runs(img *image.RGBA, f func(c uint32, from, to int)) {
	pix := img.Pix
	at := func(i int) uint32 {
		p := pix[4*i : 4*i+3 : 4*i+3]
		return uint32(p[0])<<16 | uint32(p[1])<<8 | uint32(p[2])
	}
	n := len(pix) / 4
	for from := 0; from < n; {
		c, to := at(from), from+1
		for to < n && at(to) == c {
			to++
		}
		f(c, from, to)
		from = to
	}
}

// distance is the largest difference of a channel.
func distance(a, b uint32) int {
	d := 0
	for shift := 0; shift < 24; shift += 8 {
		x, y := int(a>>shift&255), int(b>>shift&255)
		d = max(d, x-y, y-x)
	}
	return d
}
