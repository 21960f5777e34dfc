// Start is a program that imports gv, to test its start-up: it prints the temp
// variables and a graph.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/bacviz/bacviz/internal/gv"
)

// Graphviz warns about the shape, and must not print that.
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
