package fleet

// This file finds the snapshots of clusters in folders.

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/infile"
	"github.com/bacviz/bacviz/internal/outfile"
)

// A place is where snapshots of a cluster are.
type place struct {
	cluster   string
	paths     []string // files, and folders with files in and below them
	addresses []string // of orchestrators
	sources   []Source // for the addresses
}

// A file is a snapshot that is to be read.
type file struct {
	path   string
	name   string    // below the folder, with slashes: the same on every machine
	at     time.Time // in its name; zero if there is none
	source Source    // where it is read, if that is no file; path and name are its name
}

// extension is that of snapshots in folders.
const extension = ".json"

// find returns the places that an argument means.
func find(ctx context.Context, arg string, opt *Options) ([]place, error) {
	info, err := os.Stat(arg)
	switch {
	case err != nil:
		return nil, &Error{
			Message: fmt.Sprintf("reading %s: %s", display.Printable(arg), infile.Reason(err)),
			Hint:    "name a folder of clusters, a manifest (.yaml) or facts (" + Extension + ")", Err: err,
		}
	case info.IsDir():
		return findInFolder(ctx, arg, opt)
	case isSnapshot(filepath.Base(arg)):
		return onePlace(filepath.Dir(arg), arg)
	}
	return readManifest(ctx, arg, opt)
}

// onePlace returns the place of a cluster that has the name of a folder.
func onePlace(dir, path string) ([]place, error) {
	whole, err := filepath.Abs(dir)
	if err != nil {
		return nil, named(dir, err, err.Error())
	}
	return []place{{cluster: filepath.Base(whole), paths: []string{path}}}, nil
}

// checkNames refuses names that two clusters would share in facts, where what is not UTF-8 is replaced.
func checkNames(places []place) error {
	for i := range places {
		if name := places[i].cluster; !utf8.ValidString(name) {
			return &Error{
				Message: fmt.Sprintf("the name of cluster %s is not in UTF-8", display.Printable(strconv.Quote(name))),
				Hint:    "rename its folder, or give it a name in a manifest (.yaml)",
			}
		}
	}
	return nil
}

// findInFolder returns a place for each folder in one; for the folder itself if it has snapshots and no
// folders.
func findInFolder(ctx context.Context, dir string, opt *Options) (places []place, err error) {
	loose := 0
	err = eachEntry(ctx, dir, func(e fs.DirEntry) error {
		path := filepath.Join(dir, e.Name())
		switch {
		case hidden(e.Name()):
		case isFolder(path, e) && outfile.IsMade(path): // a report, which may lie beside the clusters
		case isFolder(path, e):
			places = append(places, place{cluster: e.Name(), paths: []string{path}})
		case isSnapshot(e.Name()):
			loose++
		}
		return nil
	})
	if err != nil {
		return nil, named(dir, err, infile.Reason(err))
	}
	slices.SortFunc(places, func(a, b place) int { return strings.Compare(a.cluster, b.cluster) })
	switch {
	case len(places) == 0 && loose > 0:
		return onePlace(dir, dir)
	case len(places) == 0:
		return nil, &Error{
			Message: fmt.Sprintf("the folder %s has no clusters in it", display.Printable(dir)),
			Hint:    "it should have a folder for each cluster, with files such as 2026-11-01T12:00:00Z.json by bacviz snapshot",
		}
	case loose > 0:
		opt.warn("%s in %s left out: they are in no cluster's folder", display.Count(loose, "file"), display.Printable(dir))
	}
	return places, nil
}

// Reads reports whether a regular file is one that [Open] reads snapshots from for an argument.
func Reads(ctx context.Context, arg, path string) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || IsFacts(arg) {
		return false
	}
	places, err := find(ctx, arg, &Options{})
	if err != nil {
		return false // which reading says, too
	}
	for _, p := range places {
		for _, named := range p.paths {
			at, err := os.Stat(named)
			if err == nil && (os.SameFile(at, info) || at.IsDir() && isSnapshot(filepath.Base(path)) && isBelow(path, at)) {
				return true
			}
		}
	}
	return false
}

// isBelow reports whether a path is in a folder or below it.
func isBelow(path string, folder fs.FileInfo) bool {
	path, err := filepath.Abs(path)
	if err != nil {
		return false
	}
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		if at, err := os.Stat(dir); err == nil && os.SameFile(at, folder) {
			return true
		}
		if dir == filepath.Dir(dir) {
			return false
		}
	}
}

func hidden(name string) bool { return strings.HasPrefix(name, ".") }

func isSnapshot(name string) bool {
	return !hidden(name) && strings.EqualFold(filepath.Ext(name), extension)
}

// isFolder reports whether an entry is a folder, or a link to one.
func isFolder(path string, e fs.DirEntry) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return e.IsDir()
	}
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
