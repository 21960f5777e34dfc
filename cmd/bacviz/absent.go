//go:build wasip1

package main

// This file says what a build that is WebAssembly does not have.

import (
	"errors"

	"github.com/spf13/cobra"
)

func newServe(stdio) *cobra.Command {
	return &cobra.Command{
		Use:   "serve [SOURCE...]",
		Short: "Not in this build: WebAssembly has no network",
		RunE: func(*cobra.Command, []string) error {
			return &usageError{errors.New("serve is not part of this build of bacviz, which is WebAssembly and has no network"), "run a build for your system"}
		},
	}
}
