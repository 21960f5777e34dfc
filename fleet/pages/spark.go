package pages

import (
	"fmt"
	"strings"
	"time"

	"github.com/bacviz/bacviz/fleet"
)

// A spark is the line of a small chart of connected nodes over time, in a box of sparkWidth by
// sparkHeight.
type spark struct {
	Path string // of SVG; empty if there is nothing to show
	Said string
}

const (
	sparkWidth, sparkHeight = 120, 24
	sparkMargin             = 2
)

func newSpark(samples []fleet.Sample, from, to time.Time) (s spark) {
	least, most := samples[0].Least, samples[0].Most
	for i := range samples {
		least, most = min(least, samples[i].Least), max(most, samples[i].Most)
	}
	s.Said = fmt.Sprintf("%s connected at all times", count(most, "node"))
	if least != most {
		s.Said = fmt.Sprintf("%s to %s connected", number(least), count(most, "node"))
	}
	span := to.Sub(from).Seconds()
	if span <= 0 {
		return s
	}
	var b strings.Builder
	height := func(connected int) float64 {
		if least == most {
			return sparkHeight / 2.0
		}
		return sparkMargin + (sparkHeight-2*sparkMargin)*float64(most-connected)/float64(most-least)
	}
	before := 0
	for i := range samples {
		now := &samples[i]
		x := sparkMargin + (sparkWidth-2*sparkMargin)*now.At.Sub(from).Seconds()/span
		if i == 0 {
			fmt.Fprintf(&b, "M%d %.1f", sparkMargin, height(now.Connected))
		}
		fmt.Fprintf(&b, "H%.1f", x)
		if now.Least < min(before, now.Connected) {
			fmt.Fprintf(&b, "V%.1f", height(now.Least))
		}
		if now.Most > max(before, now.Connected) {
			fmt.Fprintf(&b, "V%.1f", height(now.Most))
		}
		fmt.Fprintf(&b, "V%.1f", height(now.Connected))
		before = now.Connected
	}
	s.Path = b.String()
	return s
}
