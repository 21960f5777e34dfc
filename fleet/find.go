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
	"strings"
	"time"

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
	}
	return readManifest(ctx, arg)
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
		whole, err := filepath.Abs(dir)
		if err != nil {
			return nil, named(dir, err, err.Error())
		}
		return []place{{filepath.Base(whole), []string{dir}}}, nil
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
// their names first, then the earliest.
func (p *place) files(ctx context.Context, opt *Options) (all []file, err error) {
	for _, path := range p.paths {
		info, err := os.Stat(path)
		switch {
		case err != nil:
			return nil, named(opt.shown(p.cluster, path), err, infile.Reason(err))
		case !info.IsDir():
			all = p.add(all, path, opt)
			continue
		}
		if all, err = p.walk(ctx, all, path, opt); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(all, func(a, b file) int {
		return cmp.Or(a.at.Compare(b.at), natural.Compare(a.path, b.path))
	})
	return slices.CompactFunc(all, func(a, b file) bool { return a.path == b.path }), nil
}

// walk adds the snapshots in and below a folder. A link to a folder below it is not followed,
// as it may lead back.
func (p *place) walk(ctx context.Context, all []file, root string, opt *Options) ([]file, error) {
	if !strings.HasSuffix(root, string(filepath.Separator)) {
		root += string(filepath.Separator) // so that a link to a folder is followed
	}
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			opt.warn("%s: left out: %s", opt.shown(p.cluster, path), infile.Reason(err))
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
			return nil
		}
		all = p.add(all, path, opt)
		return nil
	})
	return all, err
}

func (p *place) add(all []file, path string, opt *Options) []file {
	f := file{path: path}
	f.at, _ = versions.TimeOfName(filepath.Base(path))
	if opt.Shard.has(p.cluster, &f) {
		all = append(all, f)
	}
	return all
}
