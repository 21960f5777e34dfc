package pages

import (
	"fmt"
	"strings"
	"time"

	"github.com/bacviz/bacviz/fleet"
	"github.com/bacviz/bacviz/internal/display"
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
	least, most := samples[0].Connected, samples[0].Connected
	for i := range samples {
		least, most = min(least, samples[i].Connected), max(most, samples[i].Connected)
	}
	s.Said = fmt.Sprintf("%s connected at all times", display.Count(most, "node"))
	if least != most {
		s.Said = fmt.Sprintf("%d to %s connected", least, display.Count(most, "node"))
	}
	span := to.Sub(from).Seconds()
	if span <= 0 {
		return s
	}
	var b strings.Builder
	for i := range samples {
		x := sparkMargin + (sparkWidth-2*sparkMargin)*samples[i].At.Sub(from).Seconds()/span
		y := sparkHeight / 2.0
		if least != most {
			y = sparkMargin + (sparkHeight-2*sparkMargin)*float64(most-samples[i].Connected)/float64(most-least)
		}
		if i == 0 {
			fmt.Fprintf(&b, "M%d %.1f", sparkMargin, y)
		}
		fmt.Fprintf(&b, "H%.1fV%.1f", x, y)
	}
	s.Path = b.String()
	return s
}
