package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
)

// A flag of a picture changes what a format writes, or is refused.
func TestFlagsChangeTheOutputOrAreRefused(t *testing.T) {
	skipUnderRace(t, repeats)
	values := map[string]string{
		"link": "https://x.example/{id}", "ascii": "true", "theme": "dark", "scale": "2", "engine": "rings",
		"width": "20", "height": "20", "size-by": "cpu", "color-by": "@version", "fill": "none", "explain": "true", "capacity": "false", "limit": "800",
	}
	draw := func(format string, flags ...string) (status int, out, errs string) {
		var stdout, stderr bytes.Buffer
		args := append([]string{"render", "--demo", "-f", format, "-o", "-"}, flags...)
		status = run(t.Context(), args, stdio{strings.NewReader(""), &stdout, &stderr})
		return status, stdout.String(), stderr.String()
	}
	t.Setenv("LC_ALL", "C.UTF-8")
	for _, format := range output.Formats() {
		_, usual, usuallySaid := draw(format.Name)
		for name := range flagUses {
			value, ok := values[name]
			if !ok {
				t.Fatalf("the test lacks a value of --%s", name)
			}
			var others []string
			plain, said := usual, usuallySaid
			if name == "fill" && format.Uses&output.UsesPlaces != 0 {
				others = []string{"--engine=cells"}
				_, plain, said = draw(format.Name, others...)
			}
			status, out, errs := draw(format.Name, append(others, "--"+name+"="+value)...)
			refused := status == exitUsage && strings.HasPrefix(errs, fmt.Sprintf("bacviz: error: --%s has no effect on %s\n", name, format.Name))
			if !refused && (status != exitOK || out == plain && (name != "explain" || errs == said)) {
				t.Errorf("%s --%s: status %d, changed: %v, %s", format.Name, name, status, out != plain, errs)
			}
			if places := format.Uses&output.UsesPlaces != 0; name == "explain" && refused == places {
				t.Errorf("%s --explain: refused: %v, has places: %v", format.Name, refused, places)
			}
		}
	}
}

// --fill changes what an engine draws of a few nodes, or is refused.
func TestFillChangesThePictureOrIsRefused(t *testing.T) {
	skipUnderRace(t, repeats)
	t.Parallel()
	for _, engine := range layout.Engines()[1:] { // auto may choose any
		args := []string{"render", "--demo", "--select", "region=eu-west-1", "-f", "svg", "-o", "-", "--engine", engine.Name}
		_, plain, _ := bacviz(t, args...)
		status, out, errs := bacviz(t, append(args, "--fill", "none")...)
		refused := status == exitUsage && strings.HasPrefix(errs, "bacviz: error: --fill has no effect on --engine "+engine.Name+"\n")
		if !refused && (status != exitOK || out == plain) {
			t.Errorf("%s: status %d, changed: %v, %s", engine.Name, status, out != plain, errs)
		}
	}
}

// Where second lines or a fill are asked for, auto draws with an engine that shows them. An
// engine that has no second lines is refused, and too little room is said.
func TestAutoShowsWhatIsAskedFor(t *testing.T) {
	saved := saveCluster(t, 50)
	for _, c := range []struct {
		args   []string
		status int
		says   string
	}{
		{nil, exitOK, "engine radial: "},
		{[]string{"--fill", "none"}, exitOK, "engine radial: "},
		{[]string{"--fill", "memory"}, exitOK, "engine trays: "},
		{[]string{"--capacity"}, exitOK, "engine trays: "},
		{[]string{"--capacity", "--width", "3", "--height", "2"}, exitOK, "warning: --capacity: there is no room"},
		{[]string{"--capacity", "--engine", "cells"}, exitUsage, "--capacity has no effect on --engine cells\n"},
	} {
		args := append([]string{"render", saved, "-f", "svg", "-o", "-", "--explain"}, c.args...)
		if status, _, errs := bacviz(t, args...); status != c.status || !strings.Contains(errs, c.says) {
			t.Errorf("%s: status %d, %s; want %q", c.args, status, errs, c.says)
		}
	}
}
