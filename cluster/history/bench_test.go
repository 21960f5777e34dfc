package history_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/bacviz/bacviz/cluster/history"
)

// What a server does after each poll.
func BenchmarkAppend(b *testing.B) {
	for _, nodes := range []int{100, 10_000} {
		all := states{}
		for i := range nodes {
			all[fmt.Sprint("node-", i)] = up
		}
		snap := network(all)
		all["node-7"] = down
		other := network(all)
		for _, changed := range []bool{false, true} {
			b.Run(fmt.Sprintf("%d nodes, changed %v", nodes, changed), func(b *testing.B) {
				s, err := history.Memory(b.Context(), history.Options{})
				if err != nil {
					b.Fatal(err)
				}
				defer s.Close()
				for i := 0; b.Loop(); i++ {
					now := snap
					if changed && i%2 == 1 {
						now = other
					}
					if _, err := s.Append(context.Background(), minute(i), now); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
