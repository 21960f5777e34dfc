package chart_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"time"

	"github.com/bacviz/bacviz/chart"
)

func ExampleTracks() {
	noon := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	tracks := chart.Tracks{
		Title: "Who was there, and when", From: noon, To: noon.Add(6 * time.Hour),
		Tracks: []chart.Track{
			{Name: "node-a", Spans: []chart.Span{{From: noon, To: noon.Add(6 * time.Hour)}}},
			{Name: "node-b", Spans: []chart.Span{{From: noon.Add(time.Hour), To: noon.Add(2 * time.Hour)}}},
		},
	}
	drawing, err := tracks.Draw(context.Background(), 600)
	if err != nil {
		log.Fatal(err)
	}
	var svg bytes.Buffer
	if err := chart.Write(context.Background(), &svg, drawing, "svg", chart.Options{}); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.0f by %.0f points\n", drawing.Width, drawing.Height)
	// Output: 600 by 126 points
}
