// Package versions finds the versions of a network's description over time: the files of a
// folder, or those of one file in git.
//
// What comes in is a folder, or a repository and a file in it; what goes out are the texts
// with their times, oldest first, which package fetch reads and cluster/history keeps. This
// package does not look into the texts.
//
// It is made for bacviz's own commands, and may change with a minor version: see
// docs/versions.md.
package versions

import (
	"context"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/infile"
	"github.com/bacviz/bacviz/internal/lazy"
	"github.com/bacviz/bacviz/internal/natural"
)

// A Version is what described the network at a time.
type Version struct {
	At   time.Time // in UTC
	Name string    // for messages, such as the path of a file
	Text []byte
}

// Options say how versions are read.
type Options struct {
	MaxBytes int64        // the longest text; longer ones are left out. 0 means any
	Warn     func(string) // receives what was left out or is in doubt; nil drops it
}

func (o *Options) warn(format string, args ...any) {
	if o.Warn != nil {
		o.Warn(fmt.Sprintf(format, args...))
	}
}

// An Error is what went wrong, with a hint that may be empty.
type Error struct {
	Message string
	Hint    string
	Err     error // may be nil
}

func (e *Error) Error() string { return e.Message }
func (e *Error) Unwrap() error { return e.Err }

// extensions are those of files that a network may be described in.
var extensions = []string{".json", ".yaml", ".yml", ".csv", ".txt"}

// Folder yields the files of a folder that a network may be described in, by their
// extensions, without those of folders in it. A file is of the time in its name. If no name has
// one, the files are in the order of their names, each of the time at which it was written
// last, but of none before that of the file in front of it; a warning says so.
func Folder(ctx context.Context, dir string, opt Options) iter.Seq2[Version, error] {
	return func(yield func(Version, error) bool) {
		all, err := list(dir, &opt)
		if err != nil {
			yield(Version{}, &Error{Message: fmt.Sprintf("reading the folder %s: %s", display.Printable(dir), infile.Reason(err)), Err: err})
			return
		}
		if len(all) == 0 {
			yield(Version{}, &Error{
				Message: fmt.Sprintf("the folder %s has no file that may be a snapshot", display.Printable(dir)),
				Hint:    "name a folder of files such as 2026-11-01T12:00:00Z.json, by bacviz snapshot",
			})
			return
		}
		most := opt.MaxBytes
		if most <= 0 {
			most = 1 << 62
		}
		for _, v := range all {
			if ctx.Err() != nil {
				yield(Version{}, ctx.Err())
				return
			}
			if v.Text, err = infile.Read(ctx, v.Name, most); err != nil {
				opt.warn("%s: left out: %s", v.Name, infile.Reason(err))
				continue
			}
			if !yield(v, nil) {
				return
			}
		}
	}
}

// Paths returns the paths of the files that [Folder] yields if they can be read, oldest first.
func Paths(dir string) ([]string, error) {
	all, err := list(dir, &Options{})
	paths := make([]string, len(all))
	for i := range all {
		paths[i] = all[i].Name
	}
	return paths, err
}

// list returns the files with their times, oldest first.
func list(dir string, opt *Options) ([]Version, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var dated, others []Version
	for _, e := range entries {
		name := e.Name()
		if strings.HasPrefix(name, ".") || !slices.Contains(extensions, strings.ToLower(filepath.Ext(name))) {
			continue
		}
		info, err := os.Stat(filepath.Join(dir, name)) // of what a link leads to
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		v := Version{At: info.ModTime().UTC(), Name: filepath.Join(dir, name)}
		if at, is := TimeOfName(name); is {
			v.At = at
			dated = append(dated, v)
		} else {
			others = append(others, v)
		}
	}
	byName := func(a, b Version) int { return natural.Compare(a.Name, b.Name) }
	if len(dated) > 0 {
		if len(others) > 0 {
			opt.warn("%s in %s left out, whose names have no time, such as %s", display.Count(len(others), "file"), dir, others[0].Name)
		}
		slices.SortFunc(dated, byName)
		slices.SortStableFunc(dated, func(a, b Version) int { return a.At.Compare(b.At) })
		return dated, nil
	}
	slices.SortFunc(others, byName)
	for i := 1; i < len(others); i++ {
		if others[i].At.Before(others[i-1].At) {
			others[i].At = others[i-1].At
		}
	}
	if len(others) > 0 {
		opt.warn("no file in %s has a time in its name, such as 2026-11-01T12:00:00Z.json: they are in the order of their names, with the times at which they were written", dir)
	}
	return others, nil
}

// timeInName is a date in a name, perhaps with a time and a zone: 2026-11-01,
// 2026-11-01T12:00:05Z, 2026-11-01_12-00, 20261101-120005, 20261101T1200Z.
var timeInName = lazy.Regexp(`(?:^|[^0-9])([0-9]{4})-?([0-9]{2})-?([0-9]{2})(?:[T_ .-]?([0-9]{2})[:.h-]?([0-9]{2})(?:[:.m-]?([0-9]{2}))?(?:[.,][0-9]{1,9})?s?(Z|[+-][0-9]{2}:?[0-9]{2})?)?(?:[^0-9]|$)`)

// secondsInName is a number of seconds since 1970, from 2001 to 2286.
var secondsInName = lazy.Regexp(`(?:^|[^0-9])([1-9][0-9]{9})(?:[^0-9]|$)`)

// TimeOfName returns the time that the name of a file has in it: a date, with or without a
// time of day and a zone, or the seconds since 1970. Without a zone it is UTC.
func TimeOfName(name string) (at time.Time, is bool) {
	if m := timeInName().FindStringSubmatch(name); m != nil {
		text := m[1] + "-" + m[2] + "-" + m[3] + "T"
		if m[4] == "" {
			text += "00:00"
		} else {
			text += m[4] + ":" + m[5]
		}
		if m[6] == "" {
			m[6] = "00"
		}
		zone := strings.ReplaceAll(m[7], ":", "")
		if zone == "" || zone == "Z" {
			zone = "+0000"
		}
		if at, err := time.Parse("2006-01-02T15:04:05-0700", text+":"+m[6]+zone); err == nil {
			return at.UTC(), true
		}
	}
	if m := secondsInName().FindStringSubmatch(name); m != nil {
		seconds, err := strconv.ParseInt(m[1], 10, 64)
		return time.Unix(seconds, 0).UTC(), err == nil
	}
	return time.Time{}, false
}
