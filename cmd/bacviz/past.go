package main

// This file reads FILE@TIME, the network as a history has it.

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/bacviz/bacviz/cluster/history"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/internal/display"
)

// pastSource returns the source that an argument means if it is FILE@TIME, or a file that
// holds a history; otherwise nil. A file that has such a name is no history.
func pastSource(arg string, now time.Time) (fetch.Source, error) {
	if isURL(arg) || isFile(arg) {
		if isDatabase(arg) {
			return history.Source{Path: arg, At: now}, nil
		}
		return nil, nil
	}
	path, text, found := cutTime(arg)
	if !found {
		return nil, nil
	}
	at, err := history.ParseTime(text, now)
	switch {
	case err == nil && !isFile(path):
		return nil, &history.Error{Path: path, Message: "no such file", Hint: "bacviz snapshot --history FILE makes one", Err: fs.ErrNotExist}
	case err == nil:
		return history.Source{Path: path, At: at, Text: text}, nil
	case isDatabase(path):
		return nil, &usageError{fmt.Errorf("%s: %w", display.Printable(arg), err), "FILE@TIME is the network as a history has it, such as " + display.Printable(path) + "@2h"}
	}
	return nil, nil
}

// cutTime splits FILE@TIME at the last @.
func cutTime(arg string) (path, text string, found bool) {
	i := strings.LastIndexByte(arg, '@')
	if i <= 0 || strings.ContainsAny(arg[i:], `/\`) {
		return arg, "", false
	}
	return arg[:i], arg[i+1:], true
}

// withoutTime returns the file that an argument names, which may be FILE@TIME.
func withoutTime(arg string) string {
	if path, _, found := cutTime(arg); found && !isFile(arg) && isFile(path) {
		return path
	}
	return arg
}

// isFile reports whether there is something of that name that is no folder.
func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

// isDatabase reports whether a regular file is a database of SQLite, whoever made it.
func isDatabase(path string) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close() // only read from
	const magic = "SQLite format 3\x00"
	head := make([]byte, len(magic))
	_, err = io.ReadFull(f, head)
	return err == nil && string(head) == magic
}
