// Package gctune tunes the garbage collector for a program that ends soon. The first
// collection comes late, and most runs end before it. Later collections come as Go's
// default has them, and those of a large network earlier. GOGC and GOMEMLIMIT, where
// they are set, are left as they are.
//
// Importing it is enough. It is a package, and not
// a line of main, so that it is initialized before go-graphviz, whose start-up
// allocates most of what a small run does. Go initializes packages in the order of
// their import paths, as far as their imports allow. So it imports only what is
// initialized before go-graphviz: GODEBUG=inittrace=1 shows the order.
package gctune

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"sync/atomic"
)

// firstPercent is GOGC until the first collection: that comes at 55 times the 4 MiB at which
// GOGC=100 has it, which is the least limit.
const firstPercent = leastLimit / (4 << 20) * 100

// The memory, in bytes, at which garbage is collected before more is taken: an eighth of the
// machine's, within these bounds, but never more than three quarters. A run that needs more memory
// gets it. See docs/design/speed.md for what that costs and saves.
const (
	leastLimit = 220 << 20
	mostLimit  = 400 << 20
)

// later is GOGC after the first collection.
var later atomic.Int32

// Streams says that the program works through many documents, one after the other: little of
// what it allocates stays in use, so that rare collections cost a tenth of its time and some
// MB.
func Streams() { collectAt(400) }

// Stays says that the program runs until it is ended: garbage is collected from now on as Go's
// default has it.
func Stays() { collectAt(100) }

// collectAt sets GOGC from now on, unless the environment does.
func collectAt(percent int) {
	if os.Getenv("GOGC") == "" {
		later.Store(int32(percent))
		debug.SetGCPercent(percent)
	}
}

func init() {
	later.Store(100)
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(firstPercent)
		// The first collection frees this object, and so sets Go's default.
		runtime.AddCleanup(new([16]byte), func(int) { debug.SetGCPercent(int(later.Load())) }, 0)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		limit := limitFor(machineMemory(os.ReadFile))
		debug.SetMemoryLimit(limit)
		followGrowth(limit)
	}
}

// limitFor returns the limit on a machine with so much memory, which is 0 if it is not known.
func limitFor(memory int64) int64 {
	limit := max(leastLimit, min(mostLimit, memory/8))
	if memory > 0 { // of a small container
		limit = min(limit, memory/4*3)
	}
	return limit
}

// followGrowth raises the limit after each collection that leaves most of it in use. At the
// limit itself, collections would follow one another without an end.
func followGrowth(limit int64) {
	runtime.AddCleanup(new([16]byte), func(limit int64) {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		if live[0].Value.Kind() != metrics.KindUint64 {
			return // of a later version of Go, which does not tell
		}
		if grown := limitAbove(int64(live[0].Value.Uint64())); grown > limit {
			limit = grown
			debug.SetMemoryLimit(limit)
		}
		followGrowth(limit)
	}, limit)
}

// limitAbove returns the limit for so many bytes in use: a quarter more, but no more than
// step, unless that is less than an eighth. Collections of a large network take long, but it
// shall not take a quarter more memory than it needs.
func limitAbove(live int64) int64 {
	const step = 128 << 20
	return live + max(min(live/4, step), live/8)
}

// machineMemory returns how many bytes of memory the machine has, or the control group of the
// process may take, if that is less. It is 0 where neither is known: other systems than Linux
// have no such files.
func machineMemory(read func(file string) ([]byte, error)) int64 {
	var least int64
	atMost := func(n int64, err error) {
		if err == nil && n > 0 && (least == 0 || n < least) {
			least = n
		}
	}
	if text, err := read("/proc/meminfo"); err == nil {
		_, rest, _ := strings.Cut(string(text), "MemTotal:")
		number, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
		kib, err := strconv.ParseInt(number, 10, 64)
		atMost(kib<<10, err)
	}
	for _, file := range []string{
		"/sys/fs/cgroup/memory.max",                   // of version 2, "max" for no limit
		"/sys/fs/cgroup/memory/memory.limit_in_bytes", // of version 1, a huge number for none
	} {
		if text, err := read(file); err == nil {
			atMost(strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64))
		}
	}
	return least
}
