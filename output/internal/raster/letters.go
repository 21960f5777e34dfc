package raster

import (
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"

	"github.com/bacviz/bacviz/output/internal/vector"
)

// A letter is a character in a font, a size and a direction.
type letter struct {
	face   font.Face
	r      rune
	xx, xy float64 // of the conversion to pixels
}

// An outline is the polygons of a letter at the origin.
type outline struct {
	polygons []int32 // where each ends in corners
	corners  []point
}

// FillString paints letters, whose outlines it keeps.
func (s *surface) FillString(face font.Face, at vg.Point, text string) {
	for _, r := range text {
		key := letter{face, r, s.to.xx, s.to.xy}
		o, ok := s.letters[key]
		if !ok {
			o = s.outline(face, r)
			s.letters[key] = o
		}
		p, origin := s.pile, units(s.to.at(at))
		n := int32(len(p.corners))
		for _, c := range o.corners {
			p.corners = append(p.corners, point{c.x + origin.x, c.y + origin.y})
		}
		for _, end := range o.polygons {
			p.polygons = append(p.polygons, n+end)
		}
		s.finish()
	}
}

// outline returns the outline of a letter.
func (s *surface) outline(face font.Face, r rune) (o outline) {
	glyphs := vector.NewGlyphs(face.Face)
	path := glyphs.Outline(r, face.Font.Size/vg.Length(glyphs.Em), vg.Point{})
	to := s.to
	s.to.x0, s.to.y0 = 0, 0
	s.flatten(path, func(l polyline) {
		for _, v := range l.points {
			o.corners = append(o.corners, units(v))
		}
		o.polygons = append(o.polygons, int32(len(o.corners)))
	})
	s.to = to
	return o
}
