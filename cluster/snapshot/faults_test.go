package snapshot_test

import (
	"os"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/cluster/snapshot"
	"github.com/bacviz/bacviz/internal/clustertest/faults"
)

func TestReadReportsThePlaceOfEachFault(t *testing.T) {
	read := func(text string) error {
		_, err := snapshot.Read(strings.NewReader(text), snapshot.ReadOptions{})
		return err
	}
	for _, file := range []string{"testdata/v1.json", "testdata/v2.json"} {
		good, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		faults.Check(t, strings.TrimSpace(string(good)), read, "/nodes/1/labels")
	}
}
