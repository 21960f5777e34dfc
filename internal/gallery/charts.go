package main

// This file draws the charts of the page.

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/bacviz/bacviz/capacity"
	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/output/plots"
	"github.com/bacviz/bacviz/output/theme"
)

// A chartCell is one chart of the page.
type chartCell struct {
	name, caption string
	draw          func() (*plots.Chart, error)
	theme         string
}

// chartCells returns the charts of the page: every kind, and both who was there when and how
// full it was, of one made-up day.
func chartCells() []chartCell {
	of := func(nodes int, opt plots.Options) func() (*plots.Chart, error) {
		return func() (*plots.Chart, error) { return chartOf(versioned(nodes), opt) }
	}
	return []chartCell{
		{"chart-capacity", "12 nodes", of(12, plots.Options{}), "light"},
		{"chart-capacity-by", "400 nodes, `--by region --resource memory`, `--theme dark`", of(400, plots.Options{By: "region", Resource: capacity.Memory}), "dark"},
		{"chart-heatmap", "`--kind heatmap`, 200 nodes", of(200, plots.Options{Kind: "heatmap", Top: 12}), "light"},
		{"chart-histogram", "`--kind histogram`, 400 nodes", of(400, plots.Options{Kind: "histogram"}), "light"},
		{"chart-versions", "`--kind versions`, 60 nodes", of(60, plots.Options{Kind: "versions"}), "light"},
		{"chart-states", "`--kind states`, 60 nodes", of(60, plots.Options{Kind: "states"}), "light"},
		{"chart-engines", "`--kind engines`, 60 nodes, `--theme print`", of(60, plots.Options{Kind: "engines"}), "print"},
		{"chart-timeline", "`--kind timeline` over a day", dayChart, "light"},
		{"chart-tracks", "`bacviz log -o when.svg`: the same day", dayTracks, "light"},
		{"chart-tracks-dark", "the same, `--theme dark`", dayTracks, "dark"},
	}
}

// showCharts writes the charts to their files, and returns their part of the page.
func showCharts(docs string) (string, error) {
	var page bytes.Buffer
	page.WriteString("\n## Charts\n\n`bacviz chart` draws how full a network is ([charts](charts.md)).\n\n| | |\n| --- | --- |\n")
	for pair := range slices.Chunk(chartCells(), 2) {
		page.WriteString("|")
		for _, cell := range pair {
			c, err := cell.draw()
			if err != nil {
				return "", fmt.Errorf("%s: %w", cell.name, err)
			}
			colors, err := theme.Named(cell.theme)
			if err != nil {
				return "", err
			}
			var picture bytes.Buffer
			if err := plots.Write(context.Background(), &picture, c, "png", plots.Style{Scale: 0.75, Theme: colors}); err != nil {
				return "", err
			}
			file := filepath.Join("gallery", cell.name+".png")
			if err := os.WriteFile(filepath.Join(docs, file), picture.Bytes(), 0o644); err != nil {
				return "", err
			}
			fmt.Fprintf(&page, " %s<br>![%s: %s](%s) |", cell.caption, c.Title, c.Subtitle, filepath.ToSlash(file))
		}
		page.WriteString("\n")
	}
	return page.String(), nil
}

func chartOf(snap cluster.Snapshot, opt plots.Options) (*plots.Chart, error) {
	shape := graph.Options{All: true}
	if opt.By != "" {
		shape.GroupBy = []string{opt.By}
	}
	topo, err := graph.Build(context.Background(), snap, shape)
	if err != nil {
		return nil, err
	}
	return plots.New(context.Background(), topo, opt)
}

// versioned is a network in the middle of an upgrade, with nodes in all states.
func versioned(nodes int) cluster.Snapshot {
	snap := clustertest.Snapshot(seed, faulty(nodes))
	for i := range snap.Nodes {
		snap.Nodes[i].Version = []string{"v1.9.3", "v1.9.3", "v1.9.3", "v1.9.2", "v1.8.0"}[(i*i+i/3)%5]
	}
	return snap
}

// The made-up day: 24 nodes, of which 8 join one after the other, some leave for hours, and
// the load rises and falls.
var dayBegin = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

const dayHours = 24

// stateAt returns the state of a node of the day in an hour, and whether it is listed.
func stateAt(node, hour int) (state cluster.Connection, listed bool) {
	switch {
	case node >= 16 && hour < 6+node%8:
		return "", false
	case node%7 == 3 && hour >= 9 && hour < 9+node/3:
		return cluster.Disconnected, true
	case hour == 18 && node%2 == 0:
		return cluster.AwaitingReconnection, true
	}
	return cluster.Connected, true
}

// dayAt returns the network of the day in an hour.
func dayAt(hour int) cluster.Snapshot {
	snap := clustertest.Snapshot(seed, clustertest.Options{Nodes: 24})
	share := 0.45 - 0.35*math.Cos(2*math.Pi*float64(hour-3)/dayHours)
	node := 0
	var here []cluster.Node
	for _, n := range snap.Nodes {
		if n.Computes() {
			state, listed := stateAt(node, hour)
			node++
			if !listed {
				continue
			}
			n.Sightings = slices.Clone(n.Sightings)
			for k := range n.Sightings {
				n.Sightings[k].Connection = state
			}
			n.Available = cluster.Resources{CPU: n.Max.CPU * (1 - share), Memory: n.Max.Memory / 2, Disk: n.Max.Disk, GPU: n.Max.GPU}
		}
		here = append(here, n)
	}
	snap.Nodes = here
	return snap
}

func dayChart() (*plots.Chart, error) {
	var samples []plots.Sample
	for hour := range dayHours + 1 {
		topo, err := graph.Build(context.Background(), dayAt(hour), graph.Options{All: true})
		if err != nil {
			return nil, err
		}
		table, err := capacity.New(context.Background(), topo, "")
		if err != nil {
			return nil, err
		}
		s := plots.Sample{At: dayBegin.Add(time.Duration(hour) * time.Hour), Sum: table.All}
		if n := len(samples); n > 0 {
			s.Joined, s.Left = max(0, s.Connected-samples[n-1].Connected), max(0, samples[n-1].Connected-s.Connected)
		}
		samples = append(samples, s)
	}
	return plots.Timeline(samples, plots.Options{Height: 400})
}

func dayTracks() (*plots.Chart, error) {
	var all []plots.Track
	for _, n := range dayAt(dayHours).Nodes {
		if !n.Computes() {
			continue
		}
		t, node := plots.Track{Name: n.ID}, len(all)
		for hour := range dayHours {
			if state, listed := stateAt(node, hour); listed {
				at := dayBegin.Add(time.Duration(hour) * time.Hour)
				t.Add(plots.Span{From: at, To: at.Add(time.Hour), Connection: state})
			}
		}
		if node%5 == 2 {
			t.Marks = []time.Time{dayBegin.Add(21 * time.Hour)}
		}
		all = append(all, t)
	}
	return plots.Tracks(all, dayBegin, dayBegin.Add(dayHours*time.Hour), plots.Options{})
}
