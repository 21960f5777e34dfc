package html

// This file makes the one script of the page of its modules.

import (
	"embed"
	"fmt"
	"path"
	"strings"
	"sync"

	"github.com/bacviz/bacviz/internal/lazy"
)

// modules holds the ES modules of the page's script.
//
//go:embed page/*.js
var modules embed.FS

// pageScript returns the script of the page.
var pageScript = sync.OnceValue(func() string {
	script, err := link(func(name string) ([]byte, error) { return modules.ReadFile("page/" + name) }, "main.js")
	if err != nil {
		panic(err) // the modules are part of the program, and a test links them
	}
	return script
})

// An import lists names, or none: import { a, b } from "./words.js", import "./keys.js".
var (
	importForm  = lazy.Regexp(`(?m)^import (?:\{[^}]*\} from )?"\./([a-z]+\.js)";\n`)
	exportForm  = lazy.Regexp(`(?m)^export (const|let|function|class|async function) `)
	otherForm   = lazy.Regexp(`(?m)^(import|export)\b.*`)
	declaration = lazy.Regexp(`(?m)^(?:const|let|function|class|async function) (?:(\w+)|[\[{]([^=]*)[\]}] =)`)
	commentForm = lazy.Regexp(`(?m)^[ \t]*(?://.*|/\*\*(?:[^*\n]|\*[^/\n])*\*/|/\*\*\n(?:[ \t]*\*.*\n)*?[ \t]*\*/)\n`)
)

// link returns one script of the module with a name and of those that it imports, each
// after its imports. All modules share one scope, which is not the global one. So a name
// at the outer level of a module must be the only one of all modules, an import cannot
// rename it, and functions of modules that import each other can call each other, as they
// do in ES modules. Comments on lines of their own are left out. link returns an error if
// a module breaks these rules.
func link(read func(name string) ([]byte, error), main string) (string, error) {
	l := linker{read: read, seen: map[string]bool{}, owner: map[string]string{}}
	if err := l.add(main); err != nil {
		return "", err
	}
	return "(() => {\n\"use strict\";\n" + l.script.String() + "})();\n", nil
}

type linker struct {
	read   func(name string) ([]byte, error)
	seen   map[string]bool
	owner  map[string]string // the module that declares a name
	script strings.Builder
}

// add adds a module, after those that it imports.
func (l *linker) add(name string) error {
	if l.seen[name] {
		return nil
	}
	l.seen[name] = true
	source, err := l.read(name)
	if err != nil {
		return err
	}
	text := string(source)
	for _, m := range importForm().FindAllStringSubmatch(text, -1) {
		if err := l.add(path.Clean(m[1])); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	text = exportForm().ReplaceAllString(importForm().ReplaceAllString(text, ""), "$1 ")
	if m := otherForm().FindString(text); m != "" {
		return fmt.Errorf("%s: %q is none of the forms that can be linked", name, m)
	}
	for _, m := range declaration().FindAllStringSubmatch(text, -1) {
		for declared := range strings.FieldsFuncSeq(m[1]+m[2], func(r rune) bool { return r == ',' || r == ' ' }) {
			if other, ok := l.owner[declared]; ok {
				return fmt.Errorf("%s: %s is declared in %s too", name, declared, other)
			}
			l.owner[declared] = name
		}
	}
	l.script.WriteString(commentForm().ReplaceAllString(text, ""))
	return nil
}
