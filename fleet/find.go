package fleet

// This file finds the snapshots of clusters in folders.

import (
	"cmp"
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

	"github.com/bacviz/bacviz/fetch/versions"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/infile"
	"github.com/bacviz/bacviz/internal/natural"
)

// A place is where snapshots of a cluster are.
type place struct {
	cluster string
	paths   []string // files, and folders with files in and below them
}

// A file is a snapshot that is to be read.
type file struct {
	path string
	name string    // below the folder, with slashes: the same on every machine
	at   time.Time // in its name; zero if there is none
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
		return findInFolder(arg, opt)
	case isSnapshot(filepath.Base(arg)):
		return onePlace(filepath.Dir(arg), arg)
	}
	return readManifest(ctx, arg)
}

// onePlace returns the place of a cluster that has the name of a folder.
func onePlace(dir, path string) ([]place, error) {
	whole, err := filepath.Abs(dir)
	if err != nil {
		return nil, named(dir, err, err.Error())
	}
	return []place{{filepath.Base(whole), []string{path}}}, nil
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
func findInFolder(dir string, opt *Options) (places []place, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, named(dir, err, infile.Reason(err))
	}
	loose := 0
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		switch {
		case hidden(e.Name()):
		case isFolder(path, e):
			places = append(places, place{e.Name(), []string{path}})
		case isSnapshot(e.Name()):
			loose++
		}
	}
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

// files returns the snapshots of a place that fall to the shard: those without a time in
// their names first, then the earliest. Lost is what is below the folders and cannot be read.
func (p *place) files(ctx context.Context, opt *Options) (all []file, lost []leftOut, err error) {
	w := walk{ctx: ctx, place: p, opt: opt}
	for _, path := range p.paths {
		info, err := os.Stat(path)
		switch {
		case err != nil:
			return nil, nil, named(opt.shown(p.cluster, path), err, infile.Reason(err))
		case info.Mode().IsRegular():
			w.add(path, filepath.Base(path))
		case info.IsDir():
			err = w.folder(path)
		default:
			err = named(opt.shown(p.cluster, path), nil, notRegular)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	if !w.any && len(w.lost) == 0 {
		opt.warn("cluster %s has no snapshots", display.Printable(opt.clusterName(p.cluster)))
	}
	slices.SortFunc(w.all, func(a, b file) int {
		return cmp.Or(a.at.Compare(b.at), natural.Compare(a.path, b.path))
	})
	return slices.CompactFunc(w.all, func(a, b file) bool { return a.path == b.path }), w.lost, nil
}

// notRegular says what a device, a pipe or a socket is not: none of them has an end that is sure to come.
const notRegular = "neither a file nor a folder"

// A walk collects the snapshots of a place.
type walk struct {
	ctx   context.Context
	place *place
	opt   *Options
	any   bool // whether there were snapshots in any shard
	all   []file
	lost  []leftOut
}

// folder adds the snapshots in and below a folder. A link to a folder below it is not followed,
// as it may lead back.
func (w *walk) folder(root string) error {
	if !strings.HasSuffix(root, string(filepath.Separator)) {
		root += string(filepath.Separator) // so that a link to a folder is followed
	}
	return filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		name := below(root, path)
		switch {
		case w.ctx.Err() != nil:
			return w.ctx.Err()
		case err != nil:
			w.lose(path, name, infile.Reason(err))
			return nil
		case path != root && hidden(e.Name()):
			if e.IsDir() {
				return filepath.SkipDir
			}
			return nil
		case e.IsDir() || !isSnapshot(e.Name()):
			return nil
		}
		if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
			w.lose(path, name, "not a regular file")
			return nil
		}
		w.add(path, name)
		return nil
	})
}

// below returns the name of a file below a folder, with slashes.
func below(root, path string) string {
	name, err := filepath.Rel(root, path)
	if err != nil {
		name = filepath.Base(path)
	}
	return filepath.ToSlash(name)
}

// lose adds what cannot be read. Every shard does, as facts are the same however often they are there.
func (w *walk) lose(path, name, reason string) {
	w.lost = append(w.lost, leftOut{w.place.cluster, file{path: path, name: name}, reason})
}

// add adds a snapshot, if it falls to the shard.
func (w *walk) add(path, name string) {
	w.any = true
	f := file{path: path, name: name}
	f.at, _ = versions.TimeOfName(filepath.Base(path))
	if year := f.at.Year(); year < 1 || year > 9999 { // which no line of facts can have
		f.at = time.Time{}
	}
	if w.opt.Shard.has(w.place.cluster, &f) {
		w.all = append(w.all, f)
	}
}
