// Start is a program that imports gv, for the tests of its start-up: it prints
// the temp variables as it finds them, and a graph.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/bacviz/bacviz/internal/gv"
)

// Graphviz has something to say about the shape, and is not to say it.
const src = "graph { a [shape=nosuch]; a -- b }"

func main() {
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} {
		if value, ok := os.LookupEnv(name); ok {
			fmt.Printf("%s=%s\n", name, value)
		}
	}
	out, err := gv.Run(context.Background(), []byte(src), "dot", "plain")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Stdout.Write(out)
}
