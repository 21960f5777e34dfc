// Package bacviz is the root of a module that draws the shape of a Bacalhau network.
// The command is in cmd/bacviz. A Go program calls the packages of the module, each
// with what the one before it returned:
//
//	snap, err := fetch.Snapshot(ctx, sources, fetch.Options{})    // what was seen
//	topo, err := graph.Build(snap, graph.Options{})               // who is joined to whom
//	fig := diagram.New(topo, diagram.Options{})                   // what a reader sees
//	drawing, err := layout.Arrange(ctx, fig, layout.Options{})    // where it is
//	err = output.Write(ctx, w, drawing, "svg", output.Options{})  // how it is written
//
// The sources come from fetch.ParseAll: URLs of orchestrators, files, or standard
// input. The zero value of every Options gives the defaults. examples/library is a
// whole program.
//
// Packages diff and check compare two networks, and check one against rules. This
// package itself exports nothing.
package bacviz
