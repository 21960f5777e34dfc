package redact_test

import (
	"context"
	"regexp"
	"testing"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/redact"
)

func TestShortNamesInATitleAreReplacedWhereTheyAreWords(t *testing.T) {
	snap := cluster.Snapshot{Nodes: []cluster.Node{
		{ID: "hub"}, {ID: "c17", Labels: map[string]string{"rack": "r1"}},
	}}
	r, err := redact.New(context.Background(), snap, []byte("0123456789abcdefghijklmnop"))
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Title("rack r1, C17 (hub): hubs xr1"); regexp.MustCompile(`(?i)\br1|c17|\bhub\b`).MatchString(got) || !regexp.MustCompile(`^rack .*: hubs xr1$`).MatchString(got) {
		t.Errorf("%q", got)
	}
}
