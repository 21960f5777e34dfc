// Command build writes the website: docs/site calls it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/bacviz/bacviz/internal/outfile"
	"github.com/bacviz/bacviz/internal/site"
)

func main() {
	reference := flag.String("reference", "", "folder of the pages that bacviz man -f md wrote")
	to := flag.String("o", "", "folder to write the website to")
	version := flag.String("version", "", "version of the program")
	flag.Parse()
	if err := build(*reference, *to, *version); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// build writes the website of the repository in the working directory.
func build(reference, to, version string) error {
	commands := map[string][]byte{}
	pages, err := filepath.Glob(filepath.Join(reference, "*.md"))
	if err != nil {
		return err
	}
	for _, file := range pages {
		if commands[filepath.Base(file)], err = os.ReadFile(file); err != nil {
			return err
		}
	}
	files, err := site.Build(site.Options{
		Files:     os.DirFS("."),
		Reference: commands,
		Source:    "https://github.com/bacviz/bacviz/blob/main/",
		Version:   version,
	})
	if err != nil {
		return err
	}
	var all []outfile.File
	for path, data := range files {
		file := filepath.Join(to, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		all = append(all, outfile.File{Path: file, Data: data})
	}
	return outfile.WriteAll(context.Background(), all)
}
