//go:build !wasip1

package outfile

// This file writes what does not fit into memory: long files, and folders.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// Stream puts at path what write writes, as [Write] puts data there: a file is complete, or
// stays as it was. What is no file gets each part as it comes.
func Stream(ctx context.Context, path string, stdout io.Writer, write func(io.Writer) error) error {
	if IsStdout(path) {
		return write(stdout)
	}
	target, err := follow(path)
	if err == nil && inPlace(target) {
		f, err := openInPlace(target)
		if err != nil {
			return fmt.Errorf("writing %s: %w", path, cause(err))
		}
		return errors.Join(write(namedWriter{f, path}), f.Close())
	}
	var failed error
	s, err := stageStream(File{Path: path}, func(w io.Writer) error {
		failed = write(namedWriter{w, path})
		return failed
	})
	switch {
	case failed != nil:
		return failed
	case err != nil:
		return fmt.Errorf("writing %s: %w", path, cause(err))
	}
	defer os.Remove(s.tmp) // which is not there after the rename
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := os.Rename(s.tmp, s.target); err != nil {
		return fmt.Errorf("writing %s: %w", path, cause(err))
	}
	return nil
}

// listName is the file in a folder that lists what [Folder] put there.
const listName = ".bacviz-files"

// Folder makes a folder of the files that write puts into it, by names with slashes. The
// folder is there with all of them, or not at all, or as it was before. One that Folder made
// before is replaced; one with any other file in it is refused, and so is not lost.
func Folder(ctx context.Context, path string, write func(put Put) error) (err error) {
	wrap := func(err error) error { return fmt.Errorf("writing %s: %w", path, cause(err)) }
	target, err := CheckFolder(path)
	if err != nil {
		return err
	}
	tmp := tempName(target)
	if err := os.Mkdir(tmp, 0o777); err != nil {
		return wrap(err)
	}
	defer os.RemoveAll(tmp) // which is not there after the rename
	var mu sync.Mutex
	var names []string
	err = write(func(name string) (io.WriteCloser, error) {
		mu.Lock()
		names = append(names, name)
		mu.Unlock()
		file := filepath.Join(tmp, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			return nil, wrap(err)
		}
		f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if err != nil {
			return nil, wrap(err)
		}
		return f, nil
	})
	if err != nil {
		return err
	}
	slices.Sort(names)
	if err := os.WriteFile(filepath.Join(tmp, listName), []byte(strings.Join(names, "\n")+"\n"), 0o666); err != nil {
		return wrap(err)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := replaceFolder(tmp, target); err != nil {
		return wrap(err)
	}
	return nil
}

// CheckFolder returns an error if [Folder] is sure to fail, and else the folder to make, with
// links followed.
func CheckFolder(path string) (target string, err error) {
	if path == "" || IsStdout(path) {
		return "", fmt.Errorf("writing %s: not the name of a folder", path)
	}
	target, err = filepath.Abs(path)
	if err == nil {
		if resolved, linkErr := filepath.EvalSymlinks(target); linkErr == nil {
			target = resolved
		}
		err = replaceable(target)
	}
	if err == nil {
		if info, statErr := os.Stat(filepath.Dir(target)); statErr != nil || !info.IsDir() {
			err = fmt.Errorf("there is no folder %s", filepath.Dir(path))
		}
	}
	if err != nil {
		return "", fmt.Errorf("writing %s: %w", path, cause(err))
	}
	return target, nil
}

// replaceable returns an error for something that is no folder, or holds more than a list
// says.
func replaceable(target string) error {
	info, err := os.Stat(target)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.IsDir():
		return errors.New("is not a folder")
	}
	own := map[string]bool{listName: true}
	for _, name := range listed(target) {
		own[name] = true
	}
	return filepath.WalkDir(target, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(target, path)
		if name = filepath.ToSlash(name); err == nil && (!own[name] || name == listName && len(own) == 1) {
			return fmt.Errorf("%w, such as %s", ErrForeign, name)
		}
		return err
	})
}

// listed returns the names of the files that were put into a folder.
func listed(dir string) []string {
	text, err := os.ReadFile(filepath.Join(dir, listName))
	if err != nil {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

// replaceFolder gives a folder its name. What had it before is deleted file by file, as listed.
func replaceFolder(tmp, target string) error {
	old := tempName(target)
	switch err := os.Rename(target, old); {
	case errors.Is(err, fs.ErrNotExist):
		return os.Rename(tmp, target)
	case err != nil:
		return err
	}
	if err := os.Rename(tmp, target); err != nil {
		return errors.Join(err, os.Rename(old, target))
	}
	if err := replaceable(old); err != nil { // somebody put a file there meanwhile
		return fmt.Errorf("%w; they are in %s now", err, old)
	}
	return os.RemoveAll(old)
}
