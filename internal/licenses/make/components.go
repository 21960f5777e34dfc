package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/internal/licenses"
)

// unused are files of modules that are no licence of what bacviz links: of two licences to
// choose from, the other, and those of logos and of packages that are not linked.
var unused = map[string][]string{
	"github.com/golang/freetype": {"gpl.txt"},
	"modernc.org/memory":         {"LICENSE-LOGO"},
	"modernc.org/sqlite":         {"LICENSE-SQLITE_VEC"},
}

// licences are those of modules that have several, or one without a phrase below.
var licences = map[string]string{
	"codeberg.org/go-fonts/dejavu":     "BSD-3-Clause AND Bitstream-Vera",
	"codeberg.org/go-fonts/liberation": "BSD-3-Clause AND OFL-1.1",
	"github.com/golang/freetype":       "FTL",
	"github.com/klauspost/compress":    "BSD-3-Clause AND MIT",
	"go.yaml.in/yaml/v3":               "MIT AND Apache-2.0",
	"modernc.org/libc":                 "BSD-3-Clause AND MIT",
}

// notes say what of others is in a module.
var notes = map[string]string{
	"codeberg.org/go-fonts/liberation": "The fonts are Liberation, under the SIL Open Font License.",
	"codeberg.org/go-fonts/dejavu":     "The fonts are DejaVu, under the licences of Bitstream Vera and Arev.",
	"github.com/goccy/go-graphviz":     "Graphviz in it has a licence of its own, see above.",
	"github.com/golang/freetype":       "Portions of this software are copyright (c) The FreeType Project (www.freetype.org) and the Freetype-Go authors. All rights reserved.",
	"modernc.org/libc":                 "Parts of it are from musl.",
	"modernc.org/sqlite":               "SQLite, translated to Go; SQLite itself is in the public domain.",
}

const kept = "internal/licenses/make/kept/"

// others returns the components that are no modules, or that are part of one which names
// them nowhere.
func others() []component {
	const inGraphviz = "Linked into Graphviz in the module github.com/goccy/go-graphviz."
	return []component{
		{Component: licenses.Component{
			Name: "bacviz", Licence: "Apache-2.0", Source: "https://github.com/bacviz/bacviz",
		}, kept: []string{"LICENSE"}},
		{Component: licenses.Component{
			Name: "Graphviz", Version: "12.1.2", Licence: "EPL-1.0", Source: "https://gitlab.com/graphviz/graphviz",
			Note: "Compiled to WebAssembly in the module github.com/goccy/go-graphviz, and run unchanged.",
		}, kept: []string{kept + "Graphviz.txt"}},
		{Component: licenses.Component{
			Name: "Expat", Version: "2.6.3", Licence: "MIT", Source: "https://github.com/libexpat/libexpat", Note: inGraphviz,
		}, kept: []string{kept + "Expat.txt"}},
		{Component: licenses.Component{
			Name: "wasi-libc", Licence: "MIT AND BSD-2-Clause", Source: "https://github.com/WebAssembly/wasi-libc", Note: inGraphviz,
		}, kept: []string{kept + "wasi-libc.txt"}},
		{Component: licenses.Component{
			Name: "WenQuanYi Micro Hei", Licence: "Apache-2.0", Source: "http://wenq.org/wqy2/index.cgi?MicroHei",
			Note: "A font, cut down to what bacviz draws. Copyright (c) 2007 Google Corporation, (c) 2008-2009 WenQuanYi Board of Trustees and Qianqian Fang.",
		}, kept: []string{"LICENSE"}},
		{Component: licenses.Component{
			Name: "Noto Sans and Noto Emoji", Licence: "OFL-1.1", Source: "https://github.com/notofonts",
			Note: "Fonts, cut down to what bacviz draws. Copyright Google.",
		}, kept: []string{"internal/typeface/fonts/OFL.txt"}},
		{Component: licenses.Component{
			Name: licenses.Go, Licence: "BSD-3-Clause", Source: "https://go.dev",
		}, kept: []string{kept + "Go.txt"}},
	}
}

// complete finds the texts of a component, adds them to the files that are made, and tells
// its licence from them if it is not known.
func (c *component) complete(root string, made madeFiles) error {
	paths := []string{}
	for _, path := range c.kept {
		paths = append(paths, filepath.Join(root, path))
	}
	if c.folder != "" {
		found, err := c.licenceFiles()
		if err != nil {
			return err
		}
		paths = append(paths, found...)
	}
	if len(paths) == 0 {
		return fmt.Errorf("has no licence in %s", c.folder)
	}
	var known []string
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		text := strings.TrimSpace(strings.ReplaceAll(string(data), "\r\n", "\n")) + "\n"
		c.Texts = append(c.Texts, made.add(c.nameOf(path), text))
		if filepath.Dir(path) == c.folder && isLicenceOfAll(path) {
			if id := identify(text); id != "" && !slices.Contains(known, id) {
				known = append(known, id)
			}
		}
	}
	if id := licences[c.Name]; id != "" {
		known = []string{id}
	}
	if c.Licence == "" {
		c.Licence = strings.Join(known, " AND ")
	}
	if c.Licence == "" {
		return fmt.Errorf("the licence is unknown: add its first words to phrases, or the module to licences, in internal/licenses/make")
	}
	if c.Note == "" {
		c.Note = notes[c.Name]
	}
	if strings.Contains(c.Licence, "MPL-") {
		c.Note = "Linked unchanged. The source code of this version is at the address, under that licence."
		c.Source += "/tree/" + c.Version
	}
	return nil
}

// nameOf returns the name for a text of a component.
func (c component) nameOf(path string) string {
	rest := filepath.Base(path)
	if c.folder != "" {
		rest, _ = filepath.Rel(c.folder, path)
	}
	name := strings.TrimSuffix(c.Name+" "+filepath.ToSlash(rest), ".txt")
	if c.folder == "" {
		name = c.Name
	}
	return strings.NewReplacer("/", "_", " ", "_", "~", "").Replace(name) + ".txt"
}

// add adds a text, and returns the name that it has: another's, if that has the same text.
func (m madeFiles) add(name, text string) string {
	for path, other := range m {
		if other == text {
			return strings.TrimPrefix(path, texts+"/")
		}
	}
	m[texts+"/"+name] = text
	return name
}

// isLicenceOfAll reports whether a file at the top of a module is a licence of the module,
// and not a notice or a list of what others wrote.
func isLicenceOfAll(path string) bool {
	name := strings.ToLower(filepath.Base(path))
	return !strings.HasPrefix(name, "notice") && !strings.HasPrefix(name, "patents") && !strings.Contains(name, "3rd-party")
}

// phrases tell licences from each other. The first that a text has decides.
var phrases = []struct{ phrase, id string }{
	{"Mozilla Public License, version 2.0", "MPL-2.0"},
	{"Apache License Version 2.0, January 2004", "Apache-2.0"},
	{"Creative Commons Attribution 4.0 International", "CC-BY-4.0"},
	{"dedicated to the public domain", "blessing"},
	{"Permission is hereby granted, free of charge, to any person obtaining a copy", "MIT"},
	{"Neither the name", "BSD-3-Clause"},
	{"Redistributions in binary form must reproduce", "BSD-2-Clause"},
}

// identify returns the SPDX identifier of a licence, or "".
func identify(text string) string {
	words := strings.Join(strings.Fields(text), " ")
	for _, p := range phrases {
		if strings.Contains(strings.ToLower(words), strings.ToLower(p.phrase)) {
			return p.id
		}
	}
	return ""
}
