package html

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/diagram"
)

func TestColumnsLeaveOutWhatIsNotKnown(t *testing.T) {
	nodes := []pageNode{
		{ID: "<a>", Label: "a", Role: "requester", Hub: true},
		{ID: "b", Label: "b", Role: "compute", Capacity: diagram.Amounts{CPU: 8}, Labels: map[string]string{"x": "1", "b": "2"}},
		{
			ID: "c", Label: "c", Role: "compute", Capacity: diagram.Amounts{CPU: 8}, Labels: map[string]string{"x": "1"},
			Load: diagram.Load{FreeKnown: true, Free: diagram.Amounts{CPU: 0.1 + 0.2}, Known: true, Running: 2},
		},
	}
	const want = `{"count":3,"id":["\u003ca\u003e","b","c"],"label":["a","b","c"],"role":{"values":["requester","compute"],"of":[1,2,2]},` +
		`"kind":{"values":[0],"of":[1,1,1]},"hub":{"values":[true],"of":[1,0,0]},"running":{"values":[2],"of":[0,0,1]},` +
		`"waiting":{"values":[0],"of":[0,0,1]},"cpu":{"values":[8],"of":[0,1,1]},"gpu":{"values":[0],"of":[0,1,1]},` +
		`"free.cpu":{"values":[0.3],"of":[0,0,1]},"free.memory":[null,null,0],"free.disk":[null,null,0],"free.gpu":{"values":[0],"of":[0,0,1]},` +
		`"used.cpu":{"values":[0],"of":[0,0,1]},"used.memory":[null,null,0],"used.disk":[null,null,0],"used.gpu":{"values":[0],"of":[0,0,1]},` +
		`"labels":{"pairs":[["b","2"],["x","1"]],"of":[[],[1,2],[2]]}}`
	var got strings.Builder
	if err := writeColumns(t.Context(), &got, len(nodes), func(from, to int) []pageNode { return nodes[from:to] }); err != nil || got.String() != want {
		t.Errorf("got\n%s, %v\nwant\n%s", &got, err, want)
	}
}

// A page is made in batches of some thousand nodes.
func TestColumnsHaveTheNodesOfAllBatches(t *testing.T) {
	roles := []string{"requester", "compute", "hybrid"}
	nodes := make([]pageNode, 10_000)
	for i := range nodes {
		nodes[i] = pageNode{ID: strconv.Itoa(i), Role: roles[i%3]}
	}
	var text strings.Builder
	if err := writeColumns(t.Context(), &text, len(nodes), func(from, to int) []pageNode { return nodes[from:to] }); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Count int
		ID    []string
		Role  struct {
			Values []string
			Of     []int
		}
	}
	if err := json.Unmarshal([]byte(text.String()), &got); err != nil || got.Count != len(nodes) || len(got.ID) != len(nodes) || len(got.Role.Of) != len(nodes) {
		t.Fatal(err, got.Count, len(got.ID), len(got.Role.Of))
	}
	for i := range nodes {
		if id, role := got.ID[i], got.Role.Values[got.Role.Of[i]-1]; id != nodes[i].ID || role != nodes[i].Role {
			t.Fatalf("node %d is %s, %s", i, id, role)
		}
	}
}
