package wasm

// This file holds the file system that Bacalhau gives to a module: inputs that are read, and
// folders of results where a file is made when it is looked at first. It follows what v1.9.3 does
// (pkg/executor/wasm, mountfs and touchfs).

import (
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// files has a file system for each target, without the first slash.
type files map[string]fs.FS

// Open opens what the longest target that fits has, or a folder above targets.
func (f files) Open(name string) (fs.File, error) {
	for at := name; ; at = path.Dir(at) {
		if mounted, ok := f[at]; ok {
			rest := strings.TrimPrefix(strings.TrimPrefix(name, at), "/")
			if rest == "" {
				rest = "."
			}
			return mounted.Open(rest)
		}
		if at == "." {
			break
		}
	}
	if below := f.below(name); len(below) > 0 {
		return &folder{name: path.Base(name), entries: below}, nil
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// below returns what is in a folder above targets, sorted.
func (f files) below(name string) (all []fs.DirEntry) {
	seen := make(map[string]bool)
	for target := range maps.Keys(f) {
		rest, is := strings.CutPrefix(target, name+"/")
		if name == "." {
			rest, is = target, true
		}
		if is {
			first, _, _ := strings.Cut(rest, "/")
			seen[first] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(seen)) {
		all = append(all, fs.FileInfoToDirEntry(folderInfo(name)))
	}
	return all
}

// A folder is one that is on no disk.
type folder struct {
	name    string
	entries []fs.DirEntry
}

func (f *folder) Stat() (fs.FileInfo, error) { return folderInfo(f.name), nil }
func (f *folder) Close() error               { return nil }
func (f *folder) Read([]byte) (int, error)   { return 0, errors.New("is a directory") }

// ReadDir returns the next n entries, or all if n is not positive.
func (f *folder) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		n = len(f.entries)
	} else if len(f.entries) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(f.entries))
	next := f.entries[:n]
	f.entries = f.entries[n:]
	return next, nil
}

// A folderInfo is the name of a folder.
type folderInfo string

func (i folderInfo) Name() string     { return string(i) }
func (folderInfo) Size() int64        { return 0 }
func (folderInfo) Mode() fs.FileMode  { return fs.ModeDir | 0o755 }
func (folderInfo) ModTime() time.Time { return time.Time{} }
func (folderInfo) IsDir() bool        { return true }
func (folderInfo) Sys() any           { return nil }

// A results is a folder for results. A file that is not there is made when it is opened; one
// that is there can only be read.
type results string

func (r results) Open(name string) (fs.File, error) {
	f, err := os.DirFS(string(r)).Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return os.Create(filepath.Join(string(r), filepath.FromSlash(name)))
	}
	return f, err
}

// A oneFile is a file that is mounted itself, and not a folder.
type oneFile string

func (f oneFile) Open(name string) (fs.File, error) {
	if name != "." {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return os.Open(string(f))
}
