//go:build !wasip1

// Package gvapart makes bacviz run Graphviz in child processes alone, so that no command
// pays for Graphviz's start but those that use it. See internal/gv/apart.
//
// It takes nothing and gives nothing: importing it is enough. It is a package, and not a
// line of main, so that it is initialized before go-graphviz. Go initializes packages in the
// order of their import paths, as far as their imports allow.
package gvapart

import "github.com/bacviz/bacviz/internal/gv/apart"

func init() { apart.Run() }
