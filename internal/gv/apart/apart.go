//go:build !wasip1

// Package apart keeps Graphviz out of the program's own process. A program that calls [Run]
// early enough starts 30 ms earlier, and does each run of Graphviz in a child process.
//
// go-graphviz loads its WebAssembly before main, whether it is needed or not: wazero
// validates 1.5 MB and reads 6 MB of compiled code. Run gives it a hollow module
// instead: the same exports and signatures, and functions that do nothing. The child
// process gets the real one.
//
// Nothing in such a program can use go-graphviz but its child processes. So Run is for the
// program bacviz, and not for packages that others may import.
package apart

import (
	"os"
	_ "unsafe" // for go:linkname
)

// Child is the environment variable of a child process, which runs Graphviz.
const Child = "BACVIZ_GRAPHVIZ_CHILD"

// On reports whether this process has the hollow module, and so cannot run Graphviz.
func On() bool { return on }

var on bool

// Run gives go-graphviz a hollow module, unless this process is a child. It must be called
// before go-graphviz and package gv/cache are initialized.
func Run() {
	if _, child := os.LookupEnv(Child); child {
		return
	}
	// A module that is not as expected is loaded as it is, which only takes longer.
	if replacement, err := hollow(module); err == nil {
		module, on = replacement, true
	}
}

// module is the WebAssembly that go-graphviz loads. If a new version keeps it elsewhere, this
// is another variable, which is empty and which hollow refuses.
//
//go:linkname module github.com/goccy/go-graphviz/internal/wasm.wasmFile
var module []byte
