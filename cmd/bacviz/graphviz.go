//go:build !wasip1

package main

// This file keeps Graphviz out of the program's own process, where there is Graphviz.

import _ "github.com/bacviz/bacviz/cmd/bacviz/gvapart"
