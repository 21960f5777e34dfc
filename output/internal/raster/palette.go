package raster

// This file finds palettes. A drawing has few colours, so most pictures can use a palette.
// The file then has a quarter of the size, and compressing it, which takes most of the
// time of a small picture, is ten times as fast.

import (
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"math"
	"math/bits"
	"slices"

	"github.com/bacviz/bacviz/internal/interrupt"
)

// tolerances are the largest differences of a channel from the painted colour, out of 255.
// The first that 256 colours suffice for is taken. The most frequent colours, those of
// areas and letters, do not change; only shades at their edges do.
var tolerances = []int{0, 6, 8, 10, 12, 14}

// speck is the part of a picture that a colour has to exceed to be kept as it is: an area
// and the tiles on it may differ by little.
const speck = 5000

// manyColors is the number of colours above which no palette is looked for. Of 84 pictures
// of 100 to 2,000 nodes, those with a palette within the tolerances had up to 13,356.
const manyColors = 1 << 14

// quantize returns img with a palette of at most 256 of its colours, or nil if some
// pixels would differ by more than the last of the tolerances, or if ctx ends. The image must
// be opaque.
func quantize(ctx context.Context, img *image.RGBA) *image.Paletted {
	var seen colors
	runs := seen.scan(ctx, img)
	if runs == nil {
		return nil
	}
	order := seen.byFrequency()
	exact := 0 // colours of more than specks
	for exact < len(order) && seen.pixels[order[exact]] > len(img.Pix)/4/speck {
		exact++
	}
	palette, index := seen.cover(order, exact, tolerances[len(tolerances)-1])
	if palette == nil {
		return nil
	}
	for _, tolerance := range tolerances[:len(tolerances)-1] {
		if closer, by := seen.cover(order, exact, tolerance); closer != nil {
			palette, index = closer, by
			break
		}
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

// A run is adjacent pixels of one colour.
type run struct{ color, length int32 }

// colors is the colours of an image in the order of their first pixels.
type colors struct {
	rgb    []uint32              // 0xrrggbb
	pixels []int                 // of each
	slots  [4 * manyColors]int32 // by a hash of the colour, or behind that: 1 + its index
}

// scan returns the runs of an image, or nil if it has more than manyColors or if ctx ends. img
// must have no gaps between lines in its buffer.
func (c *colors) scan(ctx context.Context, img *image.RGBA) []run {
	pix := img.Pix
	runs := make([]run, 0, min(len(pix)/16, 1<<18)) // enough for most pictures of the usual size
	ended := interrupt.Ended(ctx)
	for len(pix) >= 4 {
		color := binary.LittleEndian.Uint32(pix)
		n := 4
		for two := uint64(color)<<32 | uint64(color); n+8 <= len(pix) && binary.LittleEndian.Uint64(pix[n:]) == two; {
			n += 8
		}
		for n+4 <= len(pix) && binary.LittleEndian.Uint32(pix[n:]) == color {
			n += 4
		}
		pix = pix[n:]
		i := c.index(bits.ReverseBytes32(color) >> 8)
		if i < 0 || ended() {
			return nil
		}
		c.pixels[i] += n / 4
		runs = append(runs, run{i, int32(n / 4)})
	}
	return runs
}

// byFrequency returns the indexes of the colours, the most frequent first.
func (c *colors) byFrequency() []int {
	keys := make([]uint64, len(c.rgb)) // numbers are sorted faster than what they stand for
	for i, n := range c.pixels {
		keys[i] = uint64(math.MaxInt32-n)<<32 | uint64(i)
	}
	slices.Sort(keys)
	order := make([]int, len(keys))
	for k, key := range keys {
		order[k] = int(uint32(key))
	}
	return order
}

// index returns the index of a colour, which is added if it is new, or -1 if there are too
// many.
func (c *colors) index(rgb uint32) int32 {
	slot := rgb * 2654435761 >> 16 // Knuth's multiplicative hash, of 16 bits
	for c.slots[slot] > 0 {
		if i := c.slots[slot] - 1; c.rgb[i] == rgb {
			return i
		}
		slot = (slot + 1) % uint32(len(c.slots))
	}
	if len(c.rgb) == manyColors {
		return -1
	}
	c.rgb, c.pixels = append(c.rgb, rgb), append(c.pixels, 0)
	c.slots[slot] = int32(len(c.rgb))
	return int32(len(c.rgb)) - 1
}

// cover returns a palette of the colours, chosen in the given order, that has the first
// exact of them and a colour within the tolerance of each other, and the index in it by the
// index of the colour. It returns nil if 256 colours are not enough.
func (c *colors) cover(order []int, exact, tolerance int) (palette color.Palette, index []uint8) {
	var picked [16][]pick // by the upper half of red; a tolerance is smaller than the lower half
	index = make([]uint8, len(c.rgb))
	for at, i := range order {
		rgb := c.rgb[i]
		red := int(rgb >> 20)
		nearest, difference := 0, tolerance+1
		for _, some := range picked[max(0, red-1):min(16, red+2)] {
			for _, p := range some {
				if d := distance(rgb, p.rgb); d < difference {
					nearest, difference = p.index, d
				}
			}
		}
		if difference > tolerance || at < exact {
			nearest = len(palette)
			if nearest == 256 {
				return nil, nil
			}
			picked[red] = append(picked[red], pick{rgb, nearest})
			palette = append(palette, color.RGBA{uint8(rgb >> 16), uint8(rgb >> 8), uint8(rgb), 255})
		}
		index[i] = uint8(nearest)
	}
	return palette, index
}

// A pick is a colour of a palette.
type pick struct {
	rgb   uint32
	index int
}

// distance returns the largest difference of a channel.
func distance(a, b uint32) int {
	red := int(a>>16&255) - int(b>>16&255)
	green := int(a>>8&255) - int(b>>8&255)
	blue := int(a&255) - int(b&255)
	return max(red, -red, green, -green, blue, -blue)
}
