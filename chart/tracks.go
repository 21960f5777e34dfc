package chart

// This file draws what was there when: a line for each thing, with gaps where it was gone.

import (
	"context"
	"fmt"
	"time"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/typeface"
)

// Tracks is a picture over time.
type Tracks struct {
	Title, Subtitle string
	Remark          string // what was left out; may be empty
	From, To        time.Time
	Tracks          []Track
	Key             []Key // what the looks mean; those that do not occur are left out
}

// A Track is what happened to one thing.
type Track struct {
	Name  string
	Spans []Span      // in the order of time, without overlaps
	Marks []time.Time // when it changed
}

// A Span is a time over which a thing looked the same.
type Span struct {
	From, To time.Time
	Look     Look
}

// A Look is what a span looks like.
type Look int

// The looks. Times without a span are gaps.
const (
	There   Look = iota // a bar
	InDoubt             // a pale bar
	Absent              // a thin line
	Marked              // the mark of a change, in a key
)

// A Key says what a look means.
type Key struct {
	Look Look
	Text string
}

// The measures of a picture over time, in points.
const (
	margin    = 20.0
	rowHeight = 15.0
	barHeight = 8.0
	nameSize  = 8.0
	smallSize = 7.5
	textSize  = 9.0
	titleSize = 14.0
	nameShare = 0.3 // of the width, at most for names
	gap       = 8.0
)

// MinWidth is the least width of a picture over time.
const MinWidth = 300.0

// Draw returns the picture, as wide as asked for and as high as its tracks need. It returns
// ctx.Err() if ctx ends first.
func (l *Tracks) Draw(ctx context.Context, width float64) (*Drawing, error) {
	p := tracksPicture{Tracks: l, d: &Drawing{Width: max(width, MinWidth), Title: l.Title, Description: l.describe()}}
	p.head()
	p.frame()
	for i := range interrupt.Range(ctx, len(l.Tracks)) {
		p.track(i)
	}
	p.d.Height = p.bottom + margin + smallSize
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return p.d, nil
}

// describe says in a sentence what is seen.
func (l *Tracks) describe() string {
	return fmt.Sprintf("%s from %s to %s. %s", display.Count(len(l.Tracks), "line"), l.From.Format(time.DateTime), l.To.Format(time.DateTime), l.Subtitle)
}

// A tracksPicture is a picture that is being drawn.
type tracksPicture struct {
	*Tracks
	d           *Drawing
	left, right float64 // of the plot
	top, bottom float64
}

// head writes the title, and the key below it, line by line.
func (p *tracksPicture) head() {
	d := p.d
	room := d.Width - 2*margin
	y := margin + titleSize
	d.write(margin, y, titleSize, cut(p.Title, typeface.Bold, titleSize, room), Strong, true, Start)
	for _, text := range []string{p.Subtitle, p.Remark} {
		if text != "" {
			y += textSize * 1.5
			d.write(margin, y, textSize, cut(text, typeface.Regular, textSize, room), Soft, false, Start)
		}
	}
	x := margin
	if y += textSize * 2; len(p.Key) == 0 {
		y -= textSize
	}
	for _, k := range p.Key {
		const sample = 18.0
		text := cut(k.Text, typeface.Regular, smallSize, room-sample-5)
		w := sample + 5 + typeface.Regular.Width(text, smallSize)
		if x > margin && x+w > d.Width-margin {
			x, y = margin, y+textSize*1.6
		}
		p.look(k.Look, x, x+sample, y-smallSize*typeface.CapHeight/2, "")
		d.write(x+sample+5, y, smallSize, text, Soft, false, Start)
		x += w + 16
	}
	p.top = y + textSize*2 + smallSize
}

// frame finds the place of the plot, and draws what is behind the tracks: bands, and lines at
// round times.
func (p *tracksPicture) frame() {
	d := p.d
	widest := 0.0
	for i := range p.Tracks.Tracks {
		widest = max(widest, typeface.Regular.Width(display.Printable(p.Tracks.Tracks[i].Name), nameSize))
	}
	p.left = margin + min(widest, nameShare*d.Width) + gap
	p.right = d.Width - margin
	p.bottom = p.top + rowHeight*float64(len(p.Tracks.Tracks))
	for i := range p.Tracks.Tracks {
		if i%2 == 0 {
			d.rect(margin-4, p.top+rowHeight*float64(i), d.Width-2*margin+8, rowHeight, Band, None, "")
		}
	}
	end := 0.0 // of the label before
	for _, t := range ticks(p.From, p.To, int((p.right-p.left)/70)) {
		x := p.at(t.at)
		d.line(x, p.top, x, p.bottom, 0.5, Grid, false)
		w := typeface.Regular.Width(t.text, smallSize)
		if x-w/2 < end+gap || x+w/2 > d.Width {
			continue
		}
		end = x + w/2
		d.write(x, p.top-4, smallSize, t.text, Soft, false, Middle)
		d.write(x, p.bottom+smallSize+4, smallSize, t.text, Soft, false, Middle)
	}
}

// at returns where a time is.
func (p *tracksPicture) at(t time.Time) float64 {
	whole := p.To.Sub(p.From)
	if whole <= 0 {
		return p.left
	}
	share := float64(t.Sub(p.From)) / float64(whole)
	return p.left + min(max(share, 0), 1)*(p.right-p.left)
}

// track draws one thing.
func (p *tracksPicture) track(i int) {
	l := &p.Tracks.Tracks[i]
	middle := p.top + rowHeight*(float64(i)+0.5)
	name := cut(l.Name, typeface.Regular, nameSize, p.left-gap-margin)
	p.d.write(p.left-gap, middle+nameSize*typeface.CapHeight/2, nameSize, name, Strong, false, End)
	for _, s := range l.Spans {
		from, to := p.at(s.From), p.at(s.To)
		const least = 1 // that is seen
		from = min(from, p.right-least)
		p.look(s.Look, from, max(to, from+least), middle, l.Name+": "+s.From.Format(time.DateTime)+" to "+s.To.Format(time.DateTime)+" UTC")
	}
	for _, t := range l.Marks {
		x := p.at(t)
		p.d.rect(x-1.5, middle-barHeight/2-1.5, 3, barHeight+3, Mark, MarkEdge, l.Name+": changed "+t.Format(time.DateTime)+" UTC")
	}
}

// look draws a span from one place to another.
func (p *tracksPicture) look(k Look, from, to, middle float64, hint string) {
	switch k {
	case There:
		p.d.rect(from, middle-barHeight/2, to-from, barHeight, Solid, SolidEdge, hint)
	case InDoubt:
		p.d.rect(from, middle-barHeight/2, to-from, barHeight, Pale, PaleEdge, hint)
	case Absent:
		p.d.line(from, middle, to, middle, 0.8, Away, true)
	case Marked:
		x := (from + to) / 2
		p.d.rect(x-1.5, middle-barHeight/2-1.5, 3, barHeight+3, Mark, MarkEdge, hint)
	}
}
