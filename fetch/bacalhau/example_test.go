package bacalhau_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"strings"

	"github.com/bacviz/bacviz/fetch/bacalhau"
)

func ExampleClient() {
	client := &bacalhau.Client{
		BaseURL: "http://10.0.0.5:1234",
		Auth:    bacalhau.Auth{Key: "key of the orchestrator"},
		Warn:    func(w bacalhau.Warning) { log.Print(w) },
	}
	jobs, err := client.Jobs(context.Background())
	if err != nil {
		log.Print(err)
		var e *bacalhau.Error
		if errors.As(err, &e) {
			log.Print("hint: ", e.Hint)
		}
		return
	}
	for _, j := range jobs {
		fmt.Println(j.ID, j.State)
	}
}

func ExampleReadNodes() {
	saved := strings.NewReader(`[{"Info":{"NodeID":"n-1a2b3c4d","NodeType":"Compute"},"Connection":"CONNECTED"},{"Info":{}}]`)
	nodes, err := bacalhau.ReadNodes(saved, bacalhau.ReadOptions{
		Name: "nodes.json",
		Warn: func(w bacalhau.Warning) { fmt.Println("warning:", w) },
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(nodes[0].ID, nodes[0].Connection())
	// Output:
	// warning: nodes.json: record 2: no NodeID; skipped
	// n-1a2b3c4d CONNECTED
}
