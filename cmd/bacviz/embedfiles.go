package main

// This file finds the documents that embed is called with, reads them, and makes the folders
// of their pictures.

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/embed"
	"github.com/bacviz/bacviz/internal/infile"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/outfile"
	"github.com/bacviz/bacviz/internal/settings"
)

// A document is a file with blocks to draw into.
type document struct {
	path   string
	text   []byte
	syntax embed.Syntax
	blocks []embed.Block
}

// fail returns an error at an option of a block's start marker.
func (d *document) fail(b embed.Block, option string, err error) error {
	return fmt.Errorf("%s:%d:%d: %w", display.Printable(d.path), b.Line, b.ColumnOf(option), err)
}

// splitDocuments tells the documents among the arguments from the SOURCEs behind them. The
// first argument is one whatever its name.
func splitDocuments(args []string) (documents, sources []string) {
	n := min(1, len(args))
	for n < len(args) {
		if _, known := embed.SyntaxOf(args[n]); !known || isURL(args[n]) {
			break
		}
		n++
	}
	return args[:n], args[n:]
}

// readDocuments reads the documents that have blocks, each once. A single one must have
// some, and so must one of several.
func readDocuments(ctx context.Context, patterns []string) (docs []*document, err error) {
	var files []string
	for _, pattern := range patterns {
		matches, err := matchFiles(ctx, pattern)
		if err != nil {
			return nil, err
		}
		files = append(files, matches...)
	}
	var none error
	known := make(map[string]bool)
	for _, file := range files {
		if clean := filepath.Clean(file); known[clean] {
			continue
		} else {
			known[clean] = true
		}
		doc, err := readDocument(ctx, file)
		switch {
		case errors.Is(err, embed.ErrNoMarkers) && none == nil:
			none = err
		case errors.Is(err, embed.ErrNoMarkers):
		case err != nil:
			return nil, err
		default:
			docs = append(docs, doc)
		}
	}
	switch {
	case len(docs) > 0:
		return docs, nil
	case len(known) > 1:
		return nil, noBlocks(slices.Sorted(maps.Keys(known)))
	}
	return nil, none
}

// noBlocks returns the error of several documents without a block, of which it names a few.
func noBlocks(files []string) error {
	const most = 5
	var names []string
	for _, file := range files[:min(most, len(files))] {
		names = append(names, display.Printable(file))
	}
	text := strings.Join(names, ", ")
	if more := len(files) - len(names); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return &hintError{fmt.Errorf("%w in any of %s", embed.ErrNoMarkers, text), "bacviz embed --help shows the markers"}
}

// readDocument reads a document and finds its blocks.
func readDocument(ctx context.Context, path string) (*document, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("reading %s: not a regular file", display.Printable(path))
	}
	text, err := infile.Read(ctx, path, maxDocument)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %s", shown(path), infile.Reason(err))
	}
	doc := &document{path: path, text: text}
	doc.syntax, _ = embed.SyntaxOf(path)
	// Quotes within quotes keep a Markdown parser busy for longer than anybody waits.
	doc.blocks, err = interrupt.Call(ctx, func() ([]embed.Block, error) {
		return embed.Scan(display.Printable(path), text, doc.syntax, markerFlags())
	})
	if wrong := (*embed.Error)(nil); errors.As(err, &wrong) && wrong.Unknown != "" {
		if near := nearest(wrong.Unknown, wrong.Known); near != "" {
			err = &hintError{err, "did you mean " + near + "?"}
		}
	}
	return doc, err
}

// maxDocument is the size of the largest document to read, in bytes.
const maxDocument = 16 << 20

// matchFiles returns the files that a pattern means, sorted: * is any name, and **/ any
// folders but hidden ones. What is no pattern, or is a file itself, stands for itself.
func matchFiles(ctx context.Context, pattern string) ([]string, error) {
	slashed := filepath.ToSlash(pattern)
	first := strings.IndexAny(slashed, "*?")
	if _, err := os.Lstat(pattern); first < 0 || err == nil {
		return []string{pattern}, nil
	}
	root := path.Dir(slashed[:first] + "x")
	match := patternOf(slashed)
	var files []string
	err := filepath.WalkDir(filepath.FromSlash(root), func(file string, entry fs.DirEntry, err error) error {
		switch name := filepath.ToSlash(file); {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			return err
		case entry.IsDir() && name != root && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "node_modules"):
			return fs.SkipDir
		case entry.Type().IsRegular() && match.MatchString(path.Clean(name)):
			files = append(files, file)
		}
		return nil
	})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("looking for %s: %s", shown(pattern), infile.Reason(err))
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no file matches %s", shown(pattern))
	}
	slices.Sort(files)
	return files, nil
}

// patternOf returns an expression for the paths that a pattern means.
func patternOf(pattern string) *regexp.Regexp {
	var b strings.Builder
	for rest := path.Clean(pattern); rest != ""; {
		switch {
		case strings.HasPrefix(rest, "**/"):
			b.WriteString("(?:.*/)?")
			rest = rest[3:]
		case rest[0] == '*':
			b.WriteString("[^/]*")
			rest = rest[1:]
		case rest[0] == '?':
			b.WriteString("[^/]")
			rest = rest[1:]
		default:
			n := strings.IndexAny(rest, "*?")
			if n < 0 {
				n = len(rest)
			}
			b.WriteString(regexp.QuoteMeta(rest[:n]))
			rest = rest[n:]
		}
	}
	return regexp.MustCompile("^" + b.String() + "$")
}

// checkFolder refuses a file below the folder of a document in whose place somebody who
// wrote the marker could have put a link: whatever it leads to would be written.
func checkFolder(dir, file string) error {
	at := dir
	folders := strings.Split(path.Dir(file), "/")
	for _, name := range folders {
		at = filepath.Join(at, name)
		info, err := os.Lstat(at)
		switch {
		case name == "." || errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return err
		case info.Mode()&fs.ModeSymlink != 0:
			return fmt.Errorf("%s is a symbolic link; name a folder", display.Printable(at))
		case !info.IsDir():
			return fmt.Errorf("%s is not a folder", display.Printable(at))
		}
	}
	return nil
}

// olderFile returns the absolute path of the snapshot that a marker names, which begins at the
// folder of its document. Anybody who proposes a change to a repository can write a marker, or
// put a link there, so neither leads out of the repository.
func olderFile(doc *document, place string) (string, error) {
	if isURL(place) || place == "-" || filepath.IsAbs(place) {
		return "", errors.New("diff takes the path of a file, from the folder of the document")
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(doc.path))
	if err == nil {
		dir, err = filepath.Abs(dir)
	}
	if err != nil {
		return "", fmt.Errorf("the folder of the document: %s", infile.Reason(err))
	}
	root, isRepository := settings.Root(dir)
	path := filepath.Join(dir, filepath.FromSlash(place))
	if below, err := filepath.Rel(root, path); err == nil && filepath.IsLocal(below) && isWithin(root, path) {
		return path, nil
	}
	if isRepository {
		return "", errors.New("diff leads out of the repository of the document")
	}
	return "", errors.New("diff leads out of the folder of the document, which is in no repository")
}

// writeInFolders writes files, and makes the folders that they need. If it fails, those are
// gone again.
func writeInFolders(ctx context.Context, files []outfile.File) (err error) {
	var fresh []string // outer ones first
	defer func() {
		for _, dir := range slices.Backward(fresh) {
			if err != nil {
				os.Remove(dir)
			}
		}
	}()
	for _, f := range files {
		missing := []string{}
		for dir := filepath.Dir(f.Path); ; dir = filepath.Dir(dir) {
			if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) {
				break
			}
			missing = append(missing, dir)
		}
		for _, dir := range slices.Backward(missing) {
			if err := os.Mkdir(dir, 0o777); err != nil {
				return fmt.Errorf("making the folder %s: %s", display.Printable(dir), infile.Reason(err))
			}
			fresh = append(fresh, dir)
		}
	}
	return outfile.WriteAll(ctx, files)
}
