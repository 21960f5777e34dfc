package main

import (
	"strings"
	"testing"
)

// The warning of an SVG that is slow to view names what is not. One of that size takes seconds
// to draw, so the size is given here.
func TestAWarningOfALargeSVGNamesWhatIsSmaller(t *testing.T) {
	for format, size := range map[string]int{"svg": maxSVG, "png": 2 * maxSVG, "html": 2 * maxSVG} {
		if got := largeSVG(format, "rings", size); got != "" {
			t.Errorf("%s of %d bytes: %s", format, size, got)
		}
	}
	got := largeSVG("svg", "rings", 31_652_587)
	for _, word := range []string{"31 MB", "PNG", "--engine cells", "--collapse"} {
		if !strings.Contains(got, word) {
			t.Errorf("the warning does not name %s: %s", word, got)
		}
	}
	if got := largeSVG("svg", "cells", 184_661_299); strings.Contains(got, "--engine") {
		t.Errorf("the warning of a picture by cells names them: %s", got)
	}
}
