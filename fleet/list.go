package fleet

// This file lists the snapshots of a cluster, of which there may be millions.

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/bacviz/bacviz/fetch/versions"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/infile"
	"github.com/bacviz/bacviz/internal/natural"
)

// A list is the snapshots of a cluster: those without a time in their names first, then the
// earliest. A file takes its name and 16 bytes.
type list struct {
	sources []Source // which are no files, and are read first
	folders []folder
	names   []byte // of files, each with a 0 behind it
	entries []entry
}

// len returns how many there are.
func (l *list) len() int { return len(l.sources) + len(l.entries) }

// A folder is one that files are in.
type folder struct {
	path  string
	below string // the same below the folder of the place, with slashes; empty for that itself
}

// An entry is a file of a list.
type entry struct {
	at     int64  // the time in its name, in seconds since 1970; noTime if there is none
	folder uint32 // the index
	name   uint32 // where its name begins
}

// noTime is before all times.
var noTime = time.Time{}.Unix()

// mostNames is the length of the names in a list, in bytes.
const mostNames = math.MaxInt32

// add adds a file.
func (l *list) add(in uint32, name string, at time.Time) error {
	if len(l.names)+len(name) >= mostNames {
		return &Error{Message: "a cluster has more snapshots than there is room for", Hint: "make facts of parts of them, with --shard"}
	}
	l.entries = append(l.entries, entry{at.Unix(), in, uint32(len(l.names))})
	l.names = append(append(l.names, name...), 0)
	return nil
}

// nameOf returns the name of a file in its folder.
func (l *list) nameOf(e entry) string {
	name, _, _ := bytes.Cut(l.names[e.name:], []byte{0})
	return string(name)
}

// file returns a file.
func (l *list) file(i int) file {
	if i < len(l.sources) {
		return file{path: l.sources[i].Name(), name: l.sources[i].Name(), source: l.sources[i]}
	}
	e := l.entries[i-len(l.sources)]
	in, name := l.folders[e.folder], l.nameOf(e)
	f := file{path: filepath.Join(in.path, name), name: path.Join(in.below, name)}
	if e.at != noTime {
		f.at = time.Unix(e.at, 0).UTC()
	}
	return f
}

// undated returns how many files at the beginning have no time in their names.
func (l *list) undated() int {
	n, _ := slices.BinarySearchFunc(l.entries, noTime+1, func(e entry, at int64) int { return cmp.Compare(e.at, at) })
	return len(l.sources) + n
}

// sort puts the files in order, each once.
func (l *list) sort() {
	slices.SortFunc(l.entries, func(a, b entry) int {
		if a.at != b.at {
			return cmp.Compare(a.at, b.at)
		}
		return cmp.Or(
			natural.Compare(l.folders[a.folder].path, l.folders[b.folder].path),
			natural.Compare(l.nameOf(a), l.nameOf(b)),
			strings.Compare(l.folders[a.folder].below, l.folders[b.folder].below),
		)
	})
	l.entries = slices.CompactFunc(l.entries, func(a, b entry) bool {
		return a.at == b.at && l.folders[a.folder].path == l.folders[b.folder].path && l.nameOf(a) == l.nameOf(b)
	})
}

// list returns the snapshots of a place that fall to the shard. Lost is what is below the
// folders and cannot be read.
func (p *place) list(ctx context.Context, opt *Options) (all *list, lost []leftOut, err error) {
	w := walk{ctx: ctx, place: p, opt: opt}
	for _, path := range p.paths {
		info, err := os.Stat(path)
		switch {
		case err != nil:
			return nil, nil, named(opt.shown(p.cluster, path), err, infile.Reason(err))
		case info.Mode().IsRegular():
			err = w.add(w.in(folder{filepath.Dir(path), ""}), filepath.Base(path))
		case info.IsDir():
			err = w.tree(path)
		default:
			err = named(opt.shown(p.cluster, path), nil, notRegular)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	for _, s := range p.sources {
		w.any = true
		if opt.Shard.has(p.cluster, s.Name(), time.Time{}) {
			w.all.sources = append(w.all.sources, s)
		}
	}
	if !w.any && len(w.lost) == 0 {
		opt.warn("cluster %s has no snapshots", display.Printable(opt.clusterName(p.cluster)))
	}
	w.all.sort()
	slices.SortFunc(w.lost, func(a, b leftOut) int { return natural.Compare(a.file.path, b.file.path) })
	return &w.all, w.lost, nil
}

// notRegular says what a device, a pipe or a socket is not: none of them has an end that is sure to come.
const notRegular = "neither a file nor a folder"

// A walk collects the snapshots of a place.
type walk struct {
	ctx   context.Context
	place *place
	opt   *Options
	any   bool // whether there were snapshots in any shard
	all   list
	lost  []leftOut
}

// in returns the index of a folder that files are in.
func (w *walk) in(f folder) uint32 {
	w.all.folders = append(w.all.folders, f)
	return uint32(len(w.all.folders) - 1)
}

// tree adds the snapshots in and below a folder. A link to a folder below it is not followed,
// as it may lead back.
func (w *walk) tree(root string) error {
	waiting := []folder{{filepath.Clean(root), ""}}
	for len(waiting) > 0 {
		next := waiting[len(waiting)-1]
		waiting = waiting[:len(waiting)-1]
		in := w.in(next)
		err := eachEntry(w.ctx, next.path, func(e fs.DirEntry) error {
			switch {
			case hidden(e.Name()):
				return nil
			case e.IsDir():
				waiting = append(waiting, folder{filepath.Join(next.path, e.Name()), path.Join(next.below, e.Name())})
				return nil
			case !isSnapshot(e.Name()):
				return nil
			case !isRegular(next.path, e):
				w.lose(next, e.Name(), "not a regular file")
				return nil
			}
			return w.add(in, e.Name())
		})
		var failed *fs.PathError
		switch {
		case errors.As(err, &failed):
			w.lose(next, "", infile.Reason(err))
		case err != nil:
			return err
		}
	}
	return nil
}

// eachEntry calls each with the entries of a folder, in any order, some of which are in memory at a time. A
// folder that cannot be read is a [*fs.PathError].
func eachEntry(ctx context.Context, dir string, each func(fs.DirEntry) error) error {
	const several = 256
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close() // only read from
	for ctx.Err() == nil {
		entries, err := f.ReadDir(several)
		for _, e := range entries {
			if err := each(e); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return &fs.PathError{Op: "read", Path: dir, Err: err}
		}
	}
	return ctx.Err()
}

// isRegular reports whether an entry is a file, a link to one, or a link to nothing, which reading will
// say.
func isRegular(dir string, e fs.DirEntry) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return e.Type().IsRegular()
	}
	info, err := os.Stat(filepath.Join(dir, e.Name()))
	return err != nil || info.Mode().IsRegular()
}

// lose adds what cannot be read: a file in a folder, or without a name the folder. Every shard does, as facts
// are the same however often they are there.
func (w *walk) lose(in folder, name, reason string) {
	below := path.Join(in.below, name)
	if below == "" {
		below = "."
	}
	w.lost = append(w.lost, leftOut{w.place.cluster, file{path: filepath.Join(in.path, name), name: below}, reason})
}

// add adds a snapshot, if it falls to the shard.
func (w *walk) add(in uint32, name string) error {
	w.any = true
	at, _ := versions.TimeOfName(name)
	if year := at.Year(); year < 1 || year > 9999 { // which no line of facts can have
		at = time.Time{}
	}
	if !w.opt.Shard.has(w.place.cluster, name, at) {
		return nil
	}
	return w.all.add(in, name, at)
}
