// Package brief tunes the Go runtime for a program that ends soon: its first
// garbage collection comes late, and most runs end before it. A run that goes on
// is collected as Go does by default, and a large network's earlier than that.
//
// It is a package, and not a line of main, so that it is initialized before
// go-graphviz, whose start-up allocates most of what a small run does. Go
// initializes packages in the order of their import paths, as far as their
// imports allow.
package brief

import (
	"os"
	"runtime"
	"runtime/debug"
)

// first is how late the first collection comes: at 16 times Go's own 4 MB, which
// is what GOGC=100 stands for.
const first = 1600

// memory is where garbage is collected before more is taken: with it `bacviz
// nodes` lists 100,000 nodes in less than 300 MB, not 390, for a twentieth more
// processor time. What needs more gets it, and takes up to half as long again.
const memory = 240 << 20

func init() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memory)
	}
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(first)
	// What is collected first tells that there has been a collection.
	runtime.AddCleanup(new([16]byte), func(percent int) { debug.SetGCPercent(percent) }, 100)
}
