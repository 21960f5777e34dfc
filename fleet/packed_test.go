package fleet_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/fleet"
	"github.com/bacviz/bacviz/internal/clustertest"
)

func TestFactsInGzipAreRead(t *testing.T) {
	plain := facts(t, fleet.Options{}, makeFleet(t, clustertest.FleetOptions{Clusters: 1, Snapshots: 2, Nodes: 3}))
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write([]byte(plain)); errors.Join(err, w.Close()) != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "facts.jsonl.gz")
	put := func(text []byte) {
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	put(packed.Bytes())
	if facts(t, fleet.Options{}, file) != plain {
		t.Error("they are others")
	}
	for said, text := range map[string][]byte{
		"facts.jsonl.gz: unexpected EOF":                                packed.Bytes()[:packed.Len()/2],
		"facts.jsonl.gz: unpacking it: gzip: invalid header":            append([]byte{0x1f, 0x8b, 0}, packed.Bytes()[3:]...),
		"facts.jsonl.gz: gzip: invalid checksum":                        append(packed.Bytes()[:packed.Len()-8:packed.Len()-8], 0, 0, 0, 0, 0, 0, 0, 0),
		"facts.jsonl.gz:1: the file is empty, and not facts of a fleet": nil,
	} {
		put(text)
		var got bytes.Buffer
		err := fleet.Write(context.Background(), &got, fleet.Open(context.Background(), []string{file}, fleet.Options{}))
		if err == nil || !strings.HasSuffix(err.Error(), said) {
			t.Errorf("%v, want %s", err, said)
		}
	}
}
