package raster

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/paint"
)

// eachSize runs a benchmark for networks of all sizes, as auto draws them and as rings.
func eachSize(b *testing.B, run func(b *testing.B, d *layout.Drawing)) {
	for _, engine := range []string{"auto", "rings"} {
		for _, n := range []int{10, 1000, 10000, 100000} {
			b.Run(fmt.Sprintf("%s/%d", engine, n), func(b *testing.B) {
				snap := clustertest.Snapshot(1, clustertest.Options{Nodes: n})
				d, err := layout.Arrange(context.Background(), graphtest.Diagram(snap, graph.Options{All: true}), layout.Options{Engine: engine})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportAllocs()
				before := clustertest.CPUTime()
				run(b, d)
				b.ReportMetric((clustertest.CPUTime()-before).Seconds()*1e3/float64(b.N), "cpu-ms/op")
			})
		}
	}
}

func BenchmarkPaint(b *testing.B) {
	eachSize(b, func(b *testing.B, d *layout.Drawing) {
		for b.Loop() {
			if _, err := imageOf(context.Background(), d, paint.Options{Scale: 1}, false); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	eachSize(b, func(b *testing.B, d *layout.Drawing) {
		img, err := imageOf(context.Background(), d, paint.Options{Scale: 1}, false)
		if err != nil {
			b.Fatal(err)
		}
		var out bytes.Buffer
		for b.Loop() {
			out.Reset()
			if err := encodePNG(context.Background(), &out, img, false, 1); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(out.Len()), "file-B")
	})
}
