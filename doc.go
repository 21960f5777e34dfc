// Package bacviz is the root of a module that draws the shape of a Bacalhau network.
// The command is in cmd/bacviz. This package itself exports nothing: a Go program calls
// other packages of the module, each with what the one before it returned.
//
//	sources, err := fetch.ParseAll(os.Args[1:], fetch.ParseOptions{})
//	snap, err := fetch.Snapshot(ctx, sources, fetch.Options{})
//	topo, err := graph.Build(ctx, snap, graph.Options{})
//	fig, err := diagram.New(ctx, topo, diagram.Options{})
//	drawing, err := layout.Arrange(ctx, fig, layout.Options{})
//	err = output.Write(ctx, w, drawing, "svg", output.Options{})
//
// The zero value of every Options gives the defaults. No call changes the value that
// it is given:
//
//   - fetch.Snapshot reads the sources, which are URLs of orchestrators, files or
//     standard input. It returns a cluster.Snapshot: the nodes that the orchestrators
//     list, merged and sorted, and the jobs that were asked for.
//   - graph.Build returns a graph.Topology, a gonum graph: a vertex for each node and
//     job, an edge from an orchestrator to each compute node that it lists as
//     connected, and one from a job to each node that it was placed on.
//   - diagram.New returns a diagram.Diagram of plain values: the class, the label and
//     the words of each node, the groups, the legend and the title.
//   - layout.Arrange returns a layout.Drawing: the same nodes and edges with places on
//     a canvas, in points. Importing package layout links Graphviz.
//   - output.Write writes the drawing in one of the formats of output.Formats.
//
// A program that has a list of nodes from elsewhere starts with cluster.Merge, and one
// that has a snapshot document with snapshot.Read of cluster/snapshot. Package diff
// compares two snapshots, and package check evaluates rules for one. examples/library
// is a complete program.
package bacviz
