package clustertest

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/bacviz/bacviz/cluster"
)

// alphabets are what hostile and foreign names are made of.
var alphabets = []string{
	"abcdefghijklmnopqrstuvwxyz0123456789-_.", "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
	"漢字仮名交文節点計算機網络服务器", "한국어노드", "🚀🐟🧊🔥👩‍💻", "שלוםעולם", "مرحباالعالم", "é́ñüßøœ", "नमस्तेदुनिया",
	"<&\"'>`|[]{}()#;:%\\/*~", " \t\n\r\x00\x1b\u202e\u200b\u2028", "\xff\xfe",
}

// Strange makes up the lists of orchestrators whose nodes have names and labels
// of 1 to 60 characters in all kinds of scripts, quotes, brackets, control
// characters and bytes that are no text. The same seed gives the same lists.
func Strange(seed uint64, nodes, hubs int) []cluster.List {
	lists := Cluster(seed, Options{
		Nodes: nodes, Hubs: hubs, Shared: 0.1, Disconnected: 0.08, Pending: 0.05, Rejected: 0.05, Names: NameMixed,
	})
	rng := rand.New(rand.NewPCG(seed, 0x73747261))
	names := make(map[string]string)
	rename := func(id string) string {
		if names[id] == "" {
			names[id] = strangeName(rng) + fmt.Sprint(len(names)) // no two alike
			if rng.IntN(3) == 0 {
				names[id] = id
			}
		}
		return names[id]
	}
	for i := range lists {
		lists[i].Orchestrator = rename(lists[i].Orchestrator)
		for k := range lists[i].Nodes {
			n := &lists[i].Nodes[k]
			n.ID = rename(n.ID)
			labels := map[string]string{strangeName(rng): strangeName(rng)}
			for key, value := range n.Labels {
				labels[key] = value
			}
			if rng.IntN(4) == 0 {
				labels["region"] = strangeName(rng)
			}
			n.Labels = labels
		}
	}
	return lists
}

func strangeName(rng *rand.Rand) string {
	letters := []rune(alphabets[rng.IntN(len(alphabets))])
	var b strings.Builder
	for range 1 + rng.IntN(55) {
		b.WriteRune(letters[rng.IntN(len(letters))])
	}
	return b.String()
}
