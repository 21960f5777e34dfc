package svg

import (
	"context"
	"io"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/paint"
)

// Numbers are written without strconv's search for the shortest form, which is the same.
func TestNumbersHaveTheirShortestForm(t *testing.T) {
	numbers := []float64{0, math.Copysign(0, -1), -0.001, 0.004, 0.005, 0.1, 0.29, -0.29, 1, -1.5, 100, 123.456, 1e13 - 0.01, 1e15, -1e21, math.Inf(1), math.NaN(), math.MaxFloat64}
	random := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		numbers = append(numbers, (random.Float64()-0.5)*math.Pow(10, float64(random.IntN(16))))
	}
	for _, x := range numbers {
		want := strconv.FormatFloat(math.Round(x*100)/100, 'f', -1, 64)
		if got := string(appendNumber(nil, x)); got != want {
			t.Errorf("%v is written %s, not %s", x, got, want)
		}
	}
}

func BenchmarkWrite100000(b *testing.B) {
	const side = 316
	d := &layout.Drawing{Diagram: &diagram.Diagram{Nodes: make([]diagram.Node, side*side)}, Boxes: make([]layout.Box, side*side), Width: 864, Height: 576}
	for i := range d.Boxes {
		d.Diagram.Nodes[i].Class = diagram.ClassCompute
		d.Boxes[i] = layout.Box{Center: r2.Vec{X: 1.8 * float64(i%side), Y: 1.8 * float64(i/side)}, W: 1.42, H: 1.42, Shape: layout.Tile}
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := Write(context.Background(), io.Discard, d, paint.Options{Scale: 1}); err != nil {
			b.Fatal(err)
		}
	}
}
