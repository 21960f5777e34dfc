package bacviz_test

import (
	"bytes"
	"context"
	"fmt"
	"log"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
)

// A node list in a file becomes an SVG picture in five calls.
func Example() {
	ctx := context.Background()
	sources, err := fetch.ParseAll([]string{"examples/demo.json"}, fetch.ParseOptions{})
	if err != nil {
		log.Fatal(err)
	}
	snap, err := fetch.Snapshot(ctx, sources, fetch.Options{})
	if err != nil {
		log.Fatal(err)
	}
	topo, err := graph.Build(ctx, snap, graph.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fig, err := diagram.New(ctx, topo, diagram.Options{})
	if err != nil {
		log.Fatal(err)
	}
	drawing, err := layout.Arrange(ctx, fig, layout.Options{})
	if err != nil {
		log.Fatal(err)
	}
	var picture bytes.Buffer
	if err := output.Write(ctx, &picture, drawing, "svg", output.Options{}); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s: %s, placed by %s\n", fig.Title, fig.Subtitle, drawing.Engine)
	fmt.Println("an SVG:", bytes.HasPrefix(picture.Bytes(), []byte("<svg ")))
	// Output:
	// Bacalhau network: 11 of 12 compute nodes connected; 1 not drawn, placed by twopi
	// an SVG: true
}
