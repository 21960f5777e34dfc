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
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// Replaces reports whether [Stream] and [Write] put a new file at path, complete or not at all,
// and do not write to what is there, or to standard output.
func Replaces(path string) bool {
	if IsStdout(path) {
		return false
	}
	target, err := follow(path)
	return err != nil || !inPlace(target)
}

// Stream puts at path what write writes, as [Write] puts data there: a file is complete, or
// stays as it was. What is no file gets each part as it comes.
func Stream(ctx context.Context, path string, stdout io.Writer, write func(io.Writer) error) error {
	if IsStdout(path) {
		return write(namedWriter{stdout, "to standard output"})
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

// Folder makes a folder of the files that write puts into it, by names with slashes. The
// folder is there with all of them, or not at all, or as it was before. One that Folder made
// before is replaced, by one of the same mode; one with any other file or folder in it is refused,
// and so is not lost.
func Folder(ctx context.Context, path string, write func(put Put) error) (err error) {
	wrap := func(err error) error { return fmt.Errorf("writing %s: %w", path, cause(err)) }
	target, err := CheckFolder(path)
	if err != nil {
		return err
	}
	tmp := tempName(target)
	mode, settle, err := modeOf(target)
	if err == nil {
		err = os.Mkdir(tmp, mode)
	}
	if err != nil {
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
	if err := settle(tmp); err != nil {
		return wrap(err)
	}
	if err := replaceFolder(tmp, target); err != nil {
		return wrap(err)
	}
	return nil
}

// modeOf returns the mode to make a folder with that will replace another, and what gives it the mode
// of that one when it is complete: nobody else reads it before.
func modeOf(target string) (fs.FileMode, func(made string) error, error) {
	info, err := os.Stat(target)
	if errors.Is(err, fs.ErrNotExist) {
		return 0o777, func(string) error { return nil }, nil
	} else if err != nil {
		return 0, nil, err
	}
	mode := info.Mode() & (fs.ModePerm | fs.ModeSetgid | fs.ModeSticky)
	return 0o700, func(made string) error { return os.Chmod(made, mode) }, nil
}

// CheckFolder returns an error if [Folder] is sure to fail, and else the folder to make, with
// links followed. It makes a folder beside that one for a moment, to see whether it may.
func CheckFolder(path string) (target string, err error) {
	if path == "" || IsStdout(path) {
		return "", fmt.Errorf("writing %s: not the name of a folder", path)
	}
	target, err = filepath.Abs(path)
	if err == nil {
		if resolved, linkErr := filepath.EvalSymlinks(target); linkErr == nil {
			target = resolved
		} else {
			target, err = follow(target) // the folder that a link leads to is made
		}
	}
	if err == nil {
		err = replaceable(target)
	}
	if err == nil {
		if info, statErr := os.Stat(filepath.Dir(target)); statErr != nil || !info.IsDir() {
			err = fmt.Errorf("there is no folder %s", filepath.Dir(path))
		}
	}
	if err == nil {
		err = tryReplace(target)
	}
	if err != nil {
		return "", fmt.Errorf("writing %s: %w", path, cause(err))
	}
	return target, nil
}

// tryReplace returns an error if a folder cannot be made beside the target and take its name. The target
// stays where it is.
func tryReplace(target string) error {
	dir := filepath.Dir(target)
	if dir == target {
		return errors.New("cannot be replaced")
	}
	tmp := tempName(target)
	if err := os.Mkdir(tmp, 0o700); err != nil {
		return fmt.Errorf("no folder can be made in %s: %w", dir, cause(err))
	}
	defer os.RemoveAll(tmp) // it holds one file
	if _, err := os.Lstat(target); err != nil {
		return nil
	}
	if err := os.WriteFile(filepath.Join(tmp, listName), nil, 0o600); err != nil {
		return err
	}
	if err := movable(target, tmp); err != nil {
		return fmt.Errorf("the folder cannot be replaced, as if something is mounted there: %w", err)
	}
	return nil
}

// replaceable returns an error for something that is no folder, or holds more files, or folders without
// files, than a list says.
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
	own, folders := map[string]bool{listName: true}, map[string]bool{".": true}
	for _, name := range listed(target) {
		own[name] = true
		for dir := path.Dir(name); !folders[dir] && dir != "/"; dir = path.Dir(dir) {
			folders[dir] = true
		}
	}
	return filepath.WalkDir(target, func(file string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(target, file)
		name = filepath.ToSlash(name)
		switch {
		case err != nil, e.IsDir() && folders[name]:
			return err
		case e.IsDir(), !own[name], name == listName && len(own) == 1:
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
