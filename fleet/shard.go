package fleet

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/bacviz/bacviz/internal/display"
)

// A Shard is one of several parts of the snapshots of a fleet, which are divided alike on every
// machine. The zero value is all of them.
type Shard struct {
	Index int // from 0
	Count int // 0 and 1 mean that there is one part
}

// mostShards is more than there are machines.
const mostShards = 1_000_000

// ParseShard reads I/N, such as 0/8: the first of 8 shards.
func ParseShard(text string) (Shard, error) {
	index, count, _ := strings.Cut(text, "/")
	return newShard(index, count, display.Quote(text))
}

// ShardOf returns the shard that the environment of a job with partitions names; the zero
// value if it names none.
func ShardOf(getenv func(string) string) (Shard, error) {
	const indexVar, countVar = "BACALHAU_PARTITION_INDEX", "BACALHAU_PARTITION_COUNT"
	index, count := getenv(indexVar), getenv(countVar)
	if index == "" || count == "" {
		return Shard{}, nil
	}
	return newShard(index, count, fmt.Sprintf("%s=%s with %s=%s", indexVar, display.Printable(index), countVar, display.Printable(count)))
}

func newShard(index, count, said string) (Shard, error) {
	i, err := strconv.Atoi(index)
	n, countErr := strconv.Atoi(count)
	if err != nil || countErr != nil || n < 1 || n > mostShards || i < 0 || i >= n {
		return Shard{}, fmt.Errorf("%s is not a shard: I/N is number I of N, from 0/N to N-1/N", said)
	}
	return Shard{i, n}, nil
}

// has reports whether a file of a cluster, by its name and the time in that, falls to the shard: all that are of one day do.
func (s Shard) has(cluster, name string, at time.Time) bool {
	if s.Count <= 1 {
		return true
	}
	key := name
	if !at.IsZero() {
		key = at.UTC().Format(time.DateOnly)
	}
	sum := sha256.Sum256([]byte(cluster + "/" + key))
	return binary.BigEndian.Uint64(sum[:8])%uint64(s.Count) == uint64(s.Index)
}
