//go:build wasip1

// Package gv has no Graphviz in a program that is WebAssembly itself: Graphviz is WebAssembly,
// too, and would be interpreted by an interpreter that is compiled again for each job, which
// takes 2 s for 7 nodes and minutes for 1,000.
package gv

import (
	"context"
	"errors"
	"fmt"
)

// Absent is whether a program has no Graphviz.
const Absent = true

// ErrAbsent is the error of every run.
var ErrAbsent = errors.New("this build of bacviz is WebAssembly and has no Graphviz, which circo, dot, fdp, neato, osage, sfdp and most of twopi need")

// ErrCrashed and ErrLost are for programs with Graphviz, and never returned.
var (
	ErrCrashed = errors.New("graphviz ran out of memory or crashed")
	ErrLost    = fmt.Errorf("%w, and cannot be used again in this process", ErrCrashed)
)

// NoChild has no effect.
var NoChild bool

// Run returns [ErrAbsent].
func Run(context.Context, []byte, string, string) ([]byte, error) { return nil, ErrAbsent }
