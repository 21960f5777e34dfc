package diagram

// This file has the subtitle, and says which part of a network a diagram shows.

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/display"
)

// A Selection says that the diagram shows a part of the network only.
type Selection struct {
	By    []string // the conditions that its compute nodes meet: region=eu-west-1
	Nodes int      // number of compute nodes that meet them, whether they are drawn or not
	Of    int      // number of compute nodes in the network
}

func selectionOf(t *graph.Topology) *Selection {
	if t.Selection == nil {
		return nil
	}
	s := &Selection{Nodes: t.Census.Nodes, Of: t.Selection.Of}
	for _, c := range t.Selection.By {
		s.By = append(s.By, display.Printable(c.String()))
	}
	return s
}

// words returns the numbers of the selection and its conditions: "2 of 6 compute nodes,
// region=eu-west-1". If the conditions take more than so many characters, the rest of
// them is counted.
func (s *Selection) words(room int) string {
	text := fmt.Sprintf("%d of %s", s.Nodes, display.Count(s.Of, "compute node"))
	if s.Of == 0 {
		text = noComputeNode
	}
	for i, c := range s.By {
		if c = display.Shorten(c); i > 0 && utf8.RuneCountInString(c) > room {
			return text + " and " + display.Count(len(s.By)-i, "more condition")
		}
		room -= utf8.RuneCountInString(c)
		text += ", " + c
	}
	return text
}

const noComputeNode = "no compute node is listed"

// Room for the conditions of a selection in the short subtitle and in any text, in
// characters.
const (
	shortConditions = 80
	allConditions   = 2000
)

// setSubtitles sets the subtitle and its short form.
func (d *Diagram) setSubtitles(t *graph.Topology) {
	d.NotDrawn = d.notDrawn(t)
	d.Subtitle = d.subtitle(t, allConditions)
	if short := d.subtitle(t, shortConditions); short != d.Subtitle {
		d.ShortSubtitle = short
	}
}

// subtitle returns the numbers of nodes and connected nodes, of changes, or of jobs; and
// those of a selection, whose conditions have so many characters of room.
func (d *Diagram) subtitle(t *graph.Topology, room int) string {
	var parts []string
	switch {
	case d.Difference:
		parts = append(parts, d.changeCounts())
	case !d.countsConnected():
		parts = append(parts, d.jobSummary(t))
		if d.Selection != nil {
			parts = append(parts, "only "+d.Selection.words(room))
		}
	case d.Selection == nil:
		parts = append(parts, d.connected(t))
	default:
		parts = append(parts, d.Selection.words(room))
		if t.Census.Nodes > 0 {
			parts = append(parts, d.connected(t))
		}
	}
	if d.NotDrawn > 0 {
		parts = append(parts, fmt.Sprintf("%d not drawn", d.NotDrawn))
	}
	return strings.Join(parts, "; ")
}

// connected returns the number of connected nodes, and of those that await reconnection.
func (d *Diagram) connected(t *graph.Topology) string {
	c := t.Census
	s := fmt.Sprintf("%d of %s connected", c.Connected, display.Count(c.Nodes, "compute node"))
	switch {
	case c.Nodes == 0:
		return noComputeNode
	case d.Selection != nil && c.Connected == c.Nodes:
		s = "all connected"
	case d.Selection != nil:
		s = fmt.Sprintf("%d connected", c.Connected)
	}
	return s + d.toOrchestrators(t) + andAwaiting(c.Awaiting)
}

// toOrchestrators returns how many of several orchestrators have nodes: " to 2
// orchestrators", " to 1 of 2 orchestrators"; "" if there is one orchestrator.
func (d *Diagram) toOrchestrators(t *graph.Topology) string {
	joined := 0
	for _, hub := range d.Hubs() {
		if len(t.Neighbors(hub)) > 0 {
			joined++
		}
	}
	switch all := len(d.Hubs()); {
	case all <= 1:
		return ""
	case joined == 0 || joined == all:
		return fmt.Sprintf(" to %d orchestrators", all)
	default:
		return fmt.Sprintf(" to %d of %d orchestrators", joined, all)
	}
}

// notDrawn returns the number of compute nodes that the subtitle counts and the diagram
// leaves out, because they are not connected.
func (d *Diagram) notDrawn(t *graph.Topology) int {
	if !d.countsConnected() {
		return 0
	}
	drawn := d.tally().drawn
	if t.Selection != nil {
		drawn -= len(t.Selection.Kept) // hubs, which are always drawn
	}
	return max(0, t.Census.Nodes-drawn)
}

// UnreadNote returns the note that some sources could not be read, whose nodes are
// missing; "" if all were.
func (d *Diagram) UnreadNote() string {
	if d.Unread == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %s could not be read.", d.Unread, display.Count(d.Sources, "source"))
}

// Heading returns the title, followed by what the diagram leaves out of the network, if
// anything. It is for a format that has no room for a subtitle.
func (d *Diagram) Heading() string {
	text := d.Title
	if d.Selection != nil {
		text += ": " + d.Selection.words(shortConditions)
	}
	if d.NotDrawn > 0 {
		text += fmt.Sprintf("; %d not drawn", d.NotDrawn)
	}
	if d.Unread > 0 {
		text += "; " + strings.TrimSuffix(d.UnreadNote(), ".")
	}
	return text
}
