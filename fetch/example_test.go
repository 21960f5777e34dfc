package fetch_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/bacviz/bacviz/fetch"
)

func ExampleSnapshot() {
	// A source is a URL, a file, or "-", as on the command line.
	nodes := strings.NewReader(`{"NextToken":"","Nodes":[
		{"Info":{"NodeID":"n-0d2d943b","NodeType":"Requester"},"Connection":"CONNECTED"},
		{"Info":{"NodeID":"n-1a2b3c4d","NodeType":"Compute"},"Connection":"CONNECTED"},
		{"Info":{"NodeID":""}}]}`)
	source, err := fetch.Parse("-", fetch.ParseOptions{Stdin: nodes})
	if err != nil {
		log.Fatal(err)
	}
	warn := func(w fetch.Warning) { fmt.Println("warning:", w) }
	snap, err := fetch.Snapshot(context.Background(), []fetch.Source{source}, fetch.Options{Warn: warn})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("hub:", snap.Orchestrators)
	for _, n := range snap.Nodes {
		fmt.Println(n.ID, n.Type, n.Connection())
	}
	// Output:
	// warning: standard input: record 3: no NodeID; skipped
	// hub: [n-0d2d943b]
	// n-0d2d943b Requester CONNECTED
	// n-1a2b3c4d Compute CONNECTED
}
