// Package licenses knows the software that bacviz is made of: what it is called, under
// which licences it is, where its sources are, and what its licences say. The lists and
// the texts are part of the program. The program in the folder make collects them from
// the modules that the program links.
package licenses

import (
	"embed"
	"encoding/json"
	"fmt"
)

//go:generate go run ./make

//go:embed index.json texts
var files embed.FS

// Go is the name of Go's own library, whose version is that of the toolchain.
const Go = "The Go standard library"

// A Component is software of others that is part of bacviz.
type Component struct {
	Name    string `json:"name"`              // the path of a module, or what its authors call it
	Version string `json:"version,omitempty"` // empty for what has none, such as a font
	Licence string `json:"licence"`           // an expression of SPDX identifiers
	Source  string `json:"source"`            // the address of its source code
	// Systems are the operating systems, as GOOS names them, in whose programs it is.
	// Empty means all.
	Systems []string `json:"systems,omitempty"`
	Note    string   `json:"note,omitempty"`
	// Texts are the names of its licences and notices, for Text.
	Texts []string `json:"texts"`
}

// All returns what bacviz is made of: first bacviz itself, then what is no Go module, then
// modules by path. An error means that the program was built wrongly.
func All() ([]Component, error) {
	data, err := files.ReadFile("index.json")
	if err != nil {
		return nil, err
	}
	var all []Component
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, fmt.Errorf("the list of licences: %w", err)
	}
	return all, nil
}

// Text returns the licence or notice of that name, as its authors wrote it, but for line
// ends.
func Text(name string) (string, error) {
	data, err := files.ReadFile("texts/" + name)
	return string(data), err
}
