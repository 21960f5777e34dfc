package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const mend = "; run: go generate ./internal/licenses"

// TestLicencesAreThoseOfLinkedModules compares NOTICE, the list and the texts with the
// modules that the program links on all systems.
func TestLicencesAreThoseOfLinkedModules(t *testing.T) {
	if testing.Short() {
		t.Skip("asks the go command about seven platforms")
	}
	const root = "../../.."
	made, err := collect(mustAbs(t, root))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range slices.Sorted(maps.Keys(made)) {
		data, err := os.ReadFile(filepath.Join(root, path))
		switch {
		case err != nil:
			t.Errorf("%v%s", err, mend)
		case strings.ReplaceAll(string(data), "\r\n", "\n") != made[path]:
			t.Errorf("%s differs from the modules that are linked%s", path, mend)
		}
	}
	old, err := made.obsolete(mustAbs(t, root))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range old {
		t.Errorf("%s belongs to nothing that is linked%s", path, mend)
	}
}

func mustAbs(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// TestIdentifyTellsLicencesApart reads licences that others than the author of the phrases
// have laid out.
func TestIdentifyTellsLicencesApart(t *testing.T) {
	for text, want := range map[string]string{
		"Mozilla Public License,\n  version 2.0":                                        "MPL-2.0",
		"Apache License\n   Version 2.0, January 2004":                                  "Apache-2.0",
		"Redistributions in binary form must\nreproduce\nNeither the name of X":         "BSD-3-Clause",
		"Redistributions in binary form must reproduce the above copyright notice":      "BSD-2-Clause",
		"Permission is hereby granted, free of charge, to any person obtaining a\ncopy": "MIT",
		"All rights reserved": "",
	} {
		if got := identify(text); got != want {
			t.Errorf("identify(%q) = %q, want %q", text, got, want)
		}
	}
}
