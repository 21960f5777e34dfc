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

// What a line may begin with. An import lists names, or none: import { a, b } from "./words.js",
// import "./keys.js".
var (
	importForm  = lazy.Regexp(`^import (?:\{[^}]*\} from )?"\./([a-z]+\.js)";\n`)
	exportForm  = lazy.Regexp(`^export (?:const|let|function|class|async function) `)
	moduleForm  = lazy.Regexp(`^(?:import|export)\b`)
	declaration = lazy.Regexp(`^(?:const|let|function|class|async function) (?:(\w+)|[\[{]([^=]*)[\]}] =)`)
	commentForm = lazy.Regexp(`^[ \t]*(?://.*|/\*\*(?:[^*\n]|\*[^/\n])*\*/|/\*\*\n(?:[ \t]*\*.*\n)*?[ \t]*\*/)\n`)
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
	var body strings.Builder
	for text := string(source); text != ""; {
		rest, err := l.line(name, text, &body)
		if err != nil {
			return err
		}
		text = rest
	}
	l.script.WriteString(body.String())
	return nil
}

// line adds what a module has on its next line to the body of the module, or an imported module to
// the script, and returns what follows. Most lines begin with none of the forms, so no form is looked
// for in the whole text.
func (l *linker) line(name, text string, body *strings.Builder) (rest string, err error) {
	switch {
	case moduleForm().MatchString(text):
		if m := importForm().FindStringSubmatch(text); m != nil {
			if err := l.add(path.Clean(m[1])); err != nil {
				return "", fmt.Errorf("%s: %w", name, err)
			}
			return text[len(m[0]):], nil
		}
		if !exportForm().MatchString(text) {
			line, _, _ := strings.Cut(text, "\n")
			return "", fmt.Errorf("%s: %q is none of the forms that can be linked", name, line)
		}
		text = strings.TrimPrefix(text, "export ")
	case strings.HasPrefix(strings.TrimLeft(text, " \t"), "/"):
		if comment := commentForm().FindString(text); comment != "" {
			return text[len(comment):], nil
		}
	}
	if err := l.declare(name, text); err != nil {
		return "", err
	}
	line, rest, found := strings.Cut(text, "\n")
	body.WriteString(line)
	if found {
		body.WriteByte('\n')
	}
	return rest, nil
}

// declare notes the names that a module declares at the beginning of a text, if it does.
func (l *linker) declare(module, text string) error {
	if !strings.ContainsRune("clfa", rune(text[0])) { // no const, class, let, function or async function
		return nil
	}
	m := declaration().FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	for declared := range strings.FieldsFuncSeq(m[1]+m[2], func(r rune) bool { return r == ',' || r == ' ' }) {
		if other, ok := l.owner[declared]; ok {
			return fmt.Errorf("%s: %s is declared in %s too", module, declared, other)
		}
		l.owner[declared] = module
	}
	return nil
}
