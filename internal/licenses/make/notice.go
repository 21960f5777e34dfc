package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/bacviz/bacviz/internal/licenses"
)

// indexOf returns the list as the program reads it.
func indexOf(all []component) (string, error) {
	plain := []licenses.Component{}
	for _, c := range all {
		plain = append(plain, c.Component)
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(plain)
	return b.String(), err
}

// notice returns the file NOTICE.
func notice(all []component) string {
	var b strings.Builder
	b.WriteString(`bacviz
Copyright the bacviz authors

Licensed under the Apache License, Version 2.0; see LICENSE.

A bacviz binary contains the software below, each under its own licence. The
texts of the licences are part of the binary: "bacviz licenses -o text"
prints them. They are in internal/licenses/texts, too.
"go generate ./internal/licenses" writes this file.
`)
	for _, c := range all[1:] { // the first is bacviz
		b.WriteString("\n" + heading(c.Component) + "\n    " + c.Source + "\n")
		if c.Note != "" {
			b.WriteString(wrapped(c.Note))
		}
	}
	return b.String()
}

// heading returns the line with the name of a component.
func heading(c licenses.Component) string {
	line := strings.TrimSpace(c.Name+" "+c.Version) + ": " + c.Licence
	if len(c.Systems) > 0 {
		line += fmt.Sprintf(" (%s only)", strings.Join(c.Systems, ", "))
	}
	return line
}

// wrapped returns an indented paragraph of at most 80 columns.
func wrapped(text string) string {
	const indent, width = "    ", 80
	var b strings.Builder
	line := indent
	for word := range strings.FieldsSeq(text) {
		if line != indent && len(line)+1+len(word) > width {
			b.WriteString(line + "\n")
			line = indent
		}
		if line != indent {
			line += " "
		}
		line += word
	}
	return b.String() + line + "\n"
}
