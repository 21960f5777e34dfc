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
	"github.com/bacviz/bacviz/internal/parallel"
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

// indexed is an image in the colours of a palette.
type indexed struct {
	palette color.Palette
	bands   []band
	rows    int // of a band
}

// quantize returns an image in at most 256 of its colours, in bands of so many rows, or nil if
// some pixels would differ by more than the last of the tolerances, or if ctx ends. The image
// must be opaque.
func quantize(ctx context.Context, img *image.RGBA, rows int) *indexed {
	bands := make([]band, (img.Rect.Dy()+rows-1)/rows)
	parallel.Each(ctx, len(bands), func() *register { return new(register) }, func(r *register, i int) {
		bands[i] = r.scan(ctx, img, i*rows, min((i+1)*rows, img.Rect.Dy()))
	})
	var seen register
	if ctx.Err() != nil || !seen.join(bands) {
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
	for _, b := range bands {
		for i, k := range b.index {
			b.index[i] = uint16(index[k])
		}
	}
	return &indexed{palette, bands, rows}
}

// row writes the indexes of the colours of a row.
func (p *indexed) row(to []byte, y int) {
	b := &p.bands[y/p.rows]
	for runs := b.runs[b.starts[y%p.rows]:]; len(to) > 0; runs = runs[1:] {
		k := byte(b.index[runs[0].color])
		pixels := to[:runs[0].length]
		for i := range pixels {
			pixels[i] = k
		}
		to = to[len(pixels):]
	}
}

// A band is some rows of an image.
type band struct {
	colors
	runs   []run
	starts []int32  // the first run of each row
	index  []uint16 // of each color, in the whole image, and then in its palette
	full   bool     // it has more than manyColors
}

// A run is adjacent pixels of one colour in a row.
type run struct{ color, length uint16 }

// colors is the colours of an image in the order of their first pixels.
type colors struct {
	rgb    []uint32 // 0xrrggbb
	pixels []int    // of each
}

// A register finds colors.
type register struct {
	colors
	runs  []run                  // memory
	slots [4 * manyColors]uint16 // by a hash of the colour, or behind that: 1 + its index
}

// scan returns rows of an image, some of them if they have more than manyColors or if ctx
// ends. The register has no colours before and after that.
func (r *register) scan(ctx context.Context, img *image.RGBA, from, to int) (b band) {
	ended := interrupt.Ended(ctx)
	width := img.Rect.Dx()
	b.starts, r.runs = make([]int32, 0, to-from), slices.Grow(r.runs[:0], (to-from)*width)
	for y := from; y < to && !b.full; y++ {
		b.starts = append(b.starts, int32(len(r.runs)))
		for line := img.Pix[y*img.Stride:][:4*width]; len(line) > 0; {
			pix := line[:min(len(line), 4*math.MaxUint16)]
			n := runBytes(pix)
			i := r.find(bits.ReverseBytes32(binary.LittleEndian.Uint32(pix)) >> 8)
			if b.full = i < 0; b.full || ended() {
				break
			}
			r.pixels[i] += n / 4
			r.runs = append(r.runs, run{uint16(i), uint16(n / 4)})
			line = line[n:]
		}
	}
	b.runs, b.colors, r.colors = slices.Clone(r.runs), r.colors, colors{}
	clear(r.slots[:])
	return b
}

// runBytes returns the number of bytes of pixels that are as the first.
func runBytes(pix []byte) int {
	color, n := binary.LittleEndian.Uint32(pix), 4
	for two := uint64(color)<<32 | uint64(color); n+8 <= len(pix) && binary.LittleEndian.Uint64(pix[n:]) == two; {
		n += 8
	}
	for n+4 <= len(pix) && binary.LittleEndian.Uint32(pix[n:]) == color {
		n += 4
	}
	return n
}

// join adds the colours of the bands of an image, and notes their indexes. It reports whether
// they are not more than manyColors.
func (r *register) join(bands []band) bool {
	for k := range bands {
		b := &bands[k]
		for i, rgb := range b.rgb {
			at := r.find(rgb)
			if at < 0 || b.full {
				return false
			}
			r.pixels[at] += b.pixels[i]
			b.index = append(b.index, uint16(at))
		}
	}
	return true
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

// find returns the index of a colour, which is added if it is new, or -1 if there are too
// many.
func (r *register) find(rgb uint32) int {
	slot := rgb * 2654435761 >> 16 // Knuth's multiplicative hash, of 16 bits
	for r.slots[slot] > 0 {
		if i := int(r.slots[slot]) - 1; r.rgb[i] == rgb {
			return i
		}
		slot = (slot + 1) % uint32(len(r.slots))
	}
	if len(r.rgb) == manyColors {
		return -1
	}
	r.rgb, r.pixels = append(r.rgb, rgb), append(r.pixels, 0)
	r.slots[slot] = uint16(len(r.rgb))
	return len(r.rgb) - 1
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
