// Package settings reads bacviz's own files of settings: defaults for the flags of commands,
// and clusters by name. A file is the user's own, or it came with a repository.
//
// What comes in is the text of a file; what goes out is a [File], in which everything has its
// place. The package knows nothing of commands and flags: whoever defines those checks the
// names and the values, and decides what a repository may say.
package settings

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/infile"
)

// Name is the name of the file in a repository.
const Name = ".bacviz.yaml"

// All is the section whose flags are for every command that has them.
const All = "all"

// MaxBytes is the largest file that is read.
const MaxBytes = 1 << 20

// A Place is where something stands in a file.
type Place struct {
	File         string // as messages show it
	Line, Column int    // from 1; columns are characters
}

func (p Place) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column) }

// An Error is a mistake in a file.
type Error struct {
	Place   Place // Line 0: the file as a whole
	Message string
	Hint    string // what to do; may be empty
}

func (e *Error) Error() string {
	if e.Place.Line == 0 {
		return e.Place.File + ": " + e.Message
	}
	return e.Place.String() + ": " + e.Message
}

// A File is what a file says.
type File struct {
	Path     string // absolute
	Own      bool   // whether it is the user's, and not a repository's
	Sections []Section
	Clusters []Cluster
}

// A Section has defaults for the flags of a command.
type Section struct {
	Command string // such as render, or "job list"; or All
	Place   Place
	Flags   []Value
}

// A Value is what a file says of a flag, or of a cluster.
type Value struct {
	Name   string // of the flag, without dashes
	Key    Place  // of the name
	Place  Place  // of the value
	Texts  []string
	IsList bool
}

// Text returns the value that is no list.
func (v Value) Text() string {
	if len(v.Texts) == 0 {
		return ""
	}
	return v.Texts[0]
}

// A Cluster is a network that has a name.
type Cluster struct {
	Name   string
	Place  Place
	Own    bool             // whether the user's own file has it
	Values map[string]Value // by name, one of Fields
}

// Fields are what a cluster may have, in the order of documents. Those beside the first and
// the last are flags of a connection, some without api- in front.
var Fields = []string{"url", "profile", "key-file", "username", "password-file", "cacert", "client-cert", "client-key", "insecure", "history"}

// Repository returns the path of the file for a working directory: the nearest one from
// there up to the root of the git repository, or "". Without a repository only the
// directory itself counts, as nobody knows who wrote what is above it.
func Repository(dir string) string {
	root, _ := Root(dir)
	for at := dir; ; at = filepath.Dir(at) {
		path := filepath.Join(at, Name)
		if _, err := os.Lstat(path); err == nil {
			return path
		}
		if at == root {
			return ""
		}
	}
}

// Root returns the root of the git repository that has a folder, and whether there is one;
// else the folder itself.
func Root(dir string) (root string, found bool) {
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Lstat(filepath.Join(at, ".git")); err == nil {
			return at, true
		}
		if at == filepath.Dir(at) {
			return dir, false
		}
	}
}

// User returns the path of the user's own file, which need not exist, or "" if the system
// does not say where it would be.
func User(getenv func(string) string) string {
	folder := getenv("XDG_CONFIG_HOME")
	if !filepath.IsAbs(folder) {
		var err error
		if folder, err = os.UserConfigDir(); err != nil {
			return ""
		}
	}
	return filepath.Join(folder, "bacviz", "config.yaml")
}

// Read reads a file. If there is none, the error is [fs.ErrNotExist]; others are of the type
// [*Error].
func Read(ctx context.Context, path string, own bool) (*File, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, &Error{Place: Place{File: display.Printable(path)}, Message: infile.Reason(err)}
	}
	shown := Shown(path)
	fail := func(message string) error { return &Error{Place: Place{File: shown}, Message: message} }
	info, err := os.Stat(path)
	switch {
	case infile.IsMissing(err), errors.Is(err, fs.ErrPermission): // of the folder: nobody knows
		return nil, fs.ErrNotExist
	case err != nil:
		return nil, fail(infile.Reason(err))
	case !info.Mode().IsRegular(): // a FIFO or a device would have bacviz wait
		return nil, fail("not a file")
	}
	text, err := infile.Read(ctx, path, MaxBytes)
	if err != nil {
		return nil, fail(display.Printable(infile.Reason(err)))
	}
	f, err := parse(text, shown, own)
	if err != nil {
		return nil, err
	}
	f.Path = path
	return f, nil
}

// Shown returns a path as messages show it: from the working directory, if it is below that.
func Shown(path string) string {
	if dir, err := os.Getwd(); err == nil {
		if relative, err := filepath.Rel(dir, path); err == nil && filepath.IsLocal(relative) {
			path = relative
		}
	}
	return display.Printable(path)
}
