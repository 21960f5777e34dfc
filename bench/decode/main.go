// Command decode reads a node list as bacviz does, and prints how many nodes it has:
// what every command on a list takes at least.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	_ "github.com/bacviz/bacviz/cmd/bacviz/gctune" // as bacviz has it
	"github.com/bacviz/bacviz/fetch"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("decode: ")
	if len(os.Args) != 2 {
		log.Fatal("usage: decode LIST")
	}
	list, err := fetch.File{Path: os.Args[1], MaxBytes: 2 << 30}.List(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(list.Nodes))
}
