package main

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"github.com/bacviz/bacviz/cluster/snapshot"
)

func TestTheStoryIsTheOneThatIsKept(t *testing.T) {
	for i, step := range steps() {
		var b bytes.Buffer
		if err := snapshot.Write(t.Context(), &b, step.snapshot, snapshot.WriteOptions{}); err != nil {
			t.Fatal(err)
		}
		file := fmt.Sprintf("../%d-%s.json", i, step.name)
		kept, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(kept, b.Bytes()) {
			t.Errorf("%s is another: write it with go generate ./examples/ci/story", file)
		}
	}
}
