package diff_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diff"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// pair returns the lists of two made-up snapshots of a network. Everything that can
// change between two snapshots is changed here and there.
func pair(seed uint64) (before, after []cluster.List) {
	rng := rand.New(rand.NewPCG(seed, 7))
	opt := clustertest.Options{
		Nodes: rng.IntN(30), Hubs: 1 + rng.IntN(3), Shared: []float64{0, 0.5, 1}[rng.IntN(3)], Disconnected: 0.2, Pending: 0.1, Rejected: 0.1,
		Names: []clustertest.NameStyle{clustertest.NameUUID, clustertest.NameHost, clustertest.NameMixed}[rng.IntN(3)],
	}
	before = clustertest.Cluster(seed, opt)
	after = clustertest.Cluster(seed, opt)
	maybe := func(percent int) bool { return rng.IntN(100) < percent }
	word := func() string { return []string{"", "a", "b\n", "é\u202e", "n-1", "<x>"}[rng.IntN(6)] }
	// Orchestrators agree about a node, as in a real network: a new ID depends on the
	// old one only.
	newID := map[string]string{}
	for _, side := range [][]cluster.List{before, after} {
		for i := range side {
			side[i].Taken = clustertest.Epoch.Add(time.Duration(rng.IntN(1000)) * time.Second)
			var nodes []cluster.Node
			for _, n := range side[i].Nodes {
				if maybe(8) && n.ID != side[i].Orchestrator {
					continue // not listed here
				}
				n.Labels = cloneLabels(n.Labels)
				for maybe(10) {
					n.Labels[word()] = word()
				}
				if maybe(4) {
					n.Labels["other"] = nodes0(side[i].Nodes, rng)
				}
				if maybe(5) {
					delete(n.Labels, "region")
				}
				if maybe(2) {
					n.Labels = nil
				}
				if maybe(5) {
					n.Version = word()
				}
				if maybe(3) {
					n.Type = cluster.Type(word())
				}
				if maybe(5) {
					n.Engines = []string{word(), "wasm"}
				}
				if maybe(5) {
					n.Publishers, n.Storage = nil, []string{word()}
				}
				if maybe(5) {
					n.Max = cluster.Resources{CPU: rng.Float64(), Memory: rng.Uint64(), Disk: rng.Uint64(), GPU: rng.Uint64N(3)}
				}
				if maybe(10) {
					n.Running, n.Enqueued, n.Available = rng.IntN(9), rng.IntN(9), cluster.Resources{CPU: 0.25, Disk: 3}
				}
				if maybe(2) {
					n.LoadUnknown, n.Running, n.Enqueued, n.Available, n.Queued, n.Max.Disk = true, 0, 0, cluster.Resources{}, cluster.Resources{}, 0
					n.Sightings = []cluster.Sighting{{Connection: cluster.Connected}}
				} else if maybe(10) && n.ID != side[i].Orchestrator { // whose own state is no change
					n.Sightings = []cluster.Sighting{{Connection: cluster.Connection(word()), Membership: cluster.Membership(word()), LastHeartbeat: clustertest.Epoch.Add(time.Duration(rng.IntN(1e9)))}}
				}
				nodes = append(nodes, n)
			}
			side[i].Nodes = nodes
		}
	}
	// Nodes and orchestrators are renamed.
	for i := range after {
		for j := range after[i].Nodes {
			n := &after[i].Nodes[j]
			if _, ok := newID[n.ID]; !ok {
				newID[n.ID] = n.ID
				if maybe(8) {
					newID[n.ID] = fmt.Sprintf("renamed-%d-%d", i, j)
				}
			}
			to := newID[n.ID]
			for k, v := range n.Labels {
				if v == n.ID && maybe(90) {
					n.Labels[k] = to
				}
			}
			n.ID = to
		}
		if to, ok := newID[after[i].Orchestrator]; ok && maybe(80) {
			after[i].Orchestrator = to
		} else if maybe(20) {
			after[i].Orchestrator = fmt.Sprint("hub-", i)
		}
	}
	if len(after) > 1 && maybe(10) {
		after = after[:len(after)-1]
	}
	return before, after
}

func nodes0(nodes []cluster.Node, rng *rand.Rand) string { return nodes[rng.IntN(len(nodes))].ID }

func cloneLabels(m map[string]string) map[string]string {
	out := make(map[string]string, len(m))
	for k, v := range m {
		out[k] = v
	}
	return out
}

// pairs is how many pairs of snapshots the tests compare: 400, or as many as
// BACVIZ_SEEDS says.
func pairs(t *testing.T) int {
	asked := os.Getenv("BACVIZ_SEEDS")
	if asked == "" {
		return 400
	}
	n, err := strconv.Atoi(asked)
	if err != nil {
		t.Fatal("BACVIZ_SEEDS:", err)
	}
	return n
}

// Any two snapshots: the diff reads back, applies, reverses, and is empty only if they
// are equal.
func TestDiffOfAnyTwoSnapshots(t *testing.T) {
	pairs := pairs(t)
	renamed, hubs, empty := 0, 0, 0
	for seed := range uint64(pairs) {
		listsA, listsB := pair(seed)
		a, b := cluster.Merge(listsA...), cluster.Merge(listsB...)
		texts := make(map[bool]string) // of the diffs, with and without load
		for _, load := range []bool{false, true} {
			opt := diff.Options{WithLoad: load}
			name := fmt.Sprintf("seed %d, load %v", seed, load)
			docA, docB := document(t, a, load), document(t, b, load)

			d := compare(a, b, opt)
			text := jsonOf(t, d)
			texts[load] = text
			if self := compare(a, a, opt); !self.Empty() {
				t.Fatalf("%s: a snapshot differs from itself:\n%s", name, jsonOf(t, self))
			}
			if back, reversed := jsonOf(t, compare(b, a, opt)), jsonOf(t, d.Reverse()); back != reversed {
				t.Fatalf("%s: the diff in the other direction is not the reversed diff:\n%s", name, cmp.Diff(back, reversed))
			}
			read, err := diff.Read(strings.NewReader(text), diff.ReadOptions{})
			if err != nil {
				t.Fatalf("%s: %v in\n%s", name, err, text)
			}
			if jsonOf(t, read) != text {
				t.Fatalf("%s: the diff reads back as another one", name)
			}
			for _, way := range []struct {
				from cluster.Snapshot
				d    *diff.Diff
				want string
			}{{a, d, docB}, {a, read, docB}, {b, read.Reverse(), docA}} {
				got, err := way.d.Apply(way.from)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				if doc := document(t, got, load); doc != way.want {
					t.Fatalf("%s: applying it gives\n%s\nby\n%s", name, cmp.Diff(way.want, doc), text)
				}
			}
			if document(t, a, load) != docA {
				t.Fatalf("%s: a snapshot was changed", name)
			}
			if (docA == docB) != d.Empty() {
				t.Fatalf("%s: same %v, empty %v", name, docA == docB, d.Empty())
			}
			if !load {
				renamed, hubs = renamed+len(d.Renamed), hubs+len(d.RenamedOrchestrators)
				if d.Empty() {
					empty++
				}
			}
		}

		// The order of input never matters.
		rng := rand.New(rand.NewPCG(seed, 8))
		for _, lists := range [][]cluster.List{listsA, listsB} {
			rng.Shuffle(len(lists), func(i, j int) { lists[i], lists[j] = lists[j], lists[i] })
			for _, l := range lists {
				rng.Shuffle(len(l.Nodes), func(i, j int) { l.Nodes[i], l.Nodes[j] = l.Nodes[j], l.Nodes[i] })
				for i := range l.Nodes {
					for _, words := range [][]string{l.Nodes[i].Engines, l.Nodes[i].Publishers, l.Nodes[i].Storage} {
						slices.Reverse(words)
					}
				}
			}
		}
		shuffledA, shuffledB := cluster.Merge(listsA...), cluster.Merge(listsB...)
		for _, load := range []bool{false, true} {
			opt := diff.Options{WithLoad: load}
			if texts[load] != jsonOf(t, compare(shuffledA, shuffledB, opt)) {
				t.Fatalf("seed %d, load %v: another order gives another diff", seed, load)
			}
		}
	}
	t.Logf("%d nodes and %d orchestrators were renamed; %d pairs are the same", renamed, hubs, empty)
	if renamed < pairs/10 || hubs < pairs/50 {
		t.Error("too few were renamed for the test to mean anything")
	}
}
