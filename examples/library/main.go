// Command library draws a node list through bacviz's packages, as "bacviz
// render" does: library SOURCE FILE.svg
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
)

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: library SOURCE FILE.svg")
	}
	if err := draw(context.Background(), os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}

func draw(ctx context.Context, source, file string) error {
	sources, err := fetch.ParseAll([]string{source}, fetch.ParseOptions{})
	if err != nil {
		return err
	}
	snap, err := fetch.Snapshot(ctx, sources, fetch.Options{Warn: func(w fetch.Warning) { log.Print(w) }})
	if err != nil {
		return err
	}
	topo, err := graph.Build(ctx, snap, graph.Options{All: true})
	if err != nil {
		return err
	}
	fig, err := diagram.New(ctx, topo, diagram.Options{Title: "Staging"})
	if err != nil {
		return err
	}
	drawing, err := layout.Arrange(ctx, fig, layout.Options{})
	if err != nil {
		return err
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	if err := output.Write(ctx, f, drawing, "svg", output.Options{}); err != nil {
		f.Close()
		return err
	}
	fmt.Printf("%d nodes, %d edges, placed by %s\n", topo.Len(), topo.EdgeCount(), drawing.Engine)
	return f.Close()
}
