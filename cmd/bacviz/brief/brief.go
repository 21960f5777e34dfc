// Package brief tunes the Go runtime for a program that ends soon: its first
// garbage collection comes late, and most runs end before it.
//
// It is a package, and not a line of main, so that it is initialized before
// go-graphviz, whose start-up allocates most of what a small run does. Go
// initializes packages in the order of their import paths, as far as their
// imports allow.
package brief

import (
	"os"
	"runtime/debug"
)

func init() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
}
