// Package outfile writes a result to where the user asked for it: a file whole
// or not at all, a device, a FIFO or standard output as it comes.
package outfile

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Stdout is the path that stands for standard output.
const Stdout = "-"

// IsStdout reports whether path stands for standard output: "-", or the names
// that systems have for it. A file that those lead to is the caller's, who may
// append to it, and must not be replaced.
func IsStdout(path string) bool {
	return slices.Contains([]string{Stdout, "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"}, path)
}

// Write puts data at path, as one of these:
//
//   - standard output, if [IsStdout] says so;
//   - a device, a FIFO or a socket is written in place;
//   - a file gets the data as a whole: they are written to a temporary file
//     beside it that then takes its name. The mode of an existing file is kept,
//     and a symbolic link stays one.
//
// On any error, or when ctx ends first, an existing file is as it was and no
// other is left.
func Write(ctx context.Context, path string, stdout io.Writer, data []byte) error {
	if IsStdout(path) {
		if _, err := stdout.Write(data); err != nil {
			return fmt.Errorf("writing to standard output: %w", cause(err))
		}
		return nil
	}
	inPlace := underDev(path)
	if info, err := os.Stat(path); err == nil {
		inPlace = inPlace || !info.Mode().IsRegular() && !info.IsDir()
	}
	if !inPlace {
		return WriteAll(ctx, []File{{path, data}})
	}
	err := writeInPlace(ctx, path, data)
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("writing %s: %w", path, cause(err))
	}
	return err
}

// A File is what belongs into a file.
type File struct {
	Path string // neither standard output nor a device
	Data []byte
}

// WriteAll writes several files as [Write] does one: all of them are on the disk
// before the first takes its name, so that on an error, or when ctx ends first,
// each is as it was. If a name cannot be taken, which is seldom found out so late,
// those before it in the list are taken back, but for files that the file system
// lets nobody keep under a second name.
func WriteAll(ctx context.Context, files []File) error {
	var ready []staged
	defer func() {
		for _, s := range ready {
			os.Remove(s.tmp)
			os.Remove(s.old)
		}
	}()
	for _, f := range files {
		s, err := stage(f)
		if err != nil {
			return fmt.Errorf("writing %s: %w", f.Path, cause(err))
		}
		ready = append(ready, s)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if i, err := rename(ready); err != nil {
		return fmt.Errorf("writing %s: %w", files[i].Path, cause(err))
	}
	return nil
}

// rename gives each file its name, or none: then it returns which one failed.
func rename(ready []staged) (failed int, err error) {
	for i := range ready {
		if i < len(ready)-1 {
			ready[i].keep()
		}
		if err := os.Rename(ready[i].tmp, ready[i].target); err != nil {
			for _, s := range ready[:i] { // as far as it goes: there is an error to tell already
				if s.old != "" {
					os.Rename(s.old, s.target)
				} else if s.fresh {
					os.Remove(s.target)
				}
			}
			return i, err
		}
	}
	return 0, nil
}

// keep gives the file that is there a second name, if it can have one.
func (s *staged) keep() {
	if _, err := os.Lstat(s.target); errors.Is(err, fs.ErrNotExist) {
		s.fresh = true
		return
	}
	if old := beside(s.target); os.Link(s.target, old) == nil {
		s.old = old
	}
}

// beside is a name in the folder of a file that nothing has. It is not made of the
// file's own, which may be as long as names can be.
func beside(path string) string {
	return filepath.Join(filepath.Dir(path), ".bacviz-"+rand.Text()[:10]+".tmp")
}

// Distinct returns an error if two of the files are one, to which links lead: only
// the latter would be left.
func Distinct(files []File) error {
	known := make(map[string]string)
	for _, f := range files {
		target, err := follow(f.Path)
		if err != nil {
			return fmt.Errorf("writing %s: %w", f.Path, cause(err))
		}
		if dir, err := filepath.EvalSymlinks(filepath.Dir(target)); err == nil { // else there is no folder, which is found out later
			target = filepath.Join(dir, filepath.Base(target))
		}
		if other, twice := known[target]; twice {
			return fmt.Errorf("writing %s: a link makes it the same file as %s", f.Path, other)
		}
		known[target] = f.Path
	}
	return nil
}

// Check finds out before any work is done whether [Write] has a chance: whether
// the folder is there and the path is not a folder itself.
func Check(path string) error {
	if IsStdout(path) {
		return nil
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("writing %s: is a directory", path)
	}
	target, err := follow(path)
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, cause(err))
	}
	dir := filepath.Dir(target)
	switch info, err := os.Stat(dir); {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("writing %s: there is no folder %s", path, dir)
	case err != nil:
		return fmt.Errorf("writing %s: %w", path, cause(err))
	case !info.IsDir():
		return fmt.Errorf("writing %s: %s is not a folder", path, dir)
	}
	return nil
}

// underDev reports whether the path names an open file rather than one in a
// folder, such as /dev/fd/3.
func underDev(path string) bool {
	clean := filepath.ToSlash(filepath.Clean(path))
	return strings.HasPrefix(clean, "/dev/") || strings.HasPrefix(clean, "/proc/")
}

// follow returns the file that a chain of symbolic links leads to, which need
// not exist.
func follow(path string) (string, error) {
	if underDev(path) {
		return path, nil
	}
	const tooMany = 40
	for range tooMany {
		info, err := os.Lstat(path)
		if err != nil || info.Mode()&fs.ModeSymlink == 0 {
			return path, nil // Write will find out what is wrong with it
		}
		to, err := os.Readlink(path)
		if err != nil {
			return "", err
		}
		if !filepath.IsAbs(to) {
			// As the system sees it: ".." leaves the folder that a link leads to.
			dir, err := filepath.EvalSymlinks(filepath.Dir(path))
			if err != nil {
				return "", err
			}
			to = filepath.Join(dir, to)
		}
		path = to
	}
	return "", errors.New("too many symbolic links")
}

func writeInPlace(ctx context.Context, path string, data []byte) error {
	done := make(chan error, 1)
	go func() { // opening a FIFO waits for its reader
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err == nil {
			_, err = f.Write(data)
			err = errors.Join(err, f.Close())
		}
		done <- err
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// writable reports an error for a file that its owner has made read-only:
// replacing it would need leave of the folder alone.
func writable(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return f.Close()
}

// A staged file is whole, but does not have its name yet.
type staged struct {
	tmp, target string

	fresh bool   // nothing has that name yet
	old   string // a second name of what has it; may be empty
}

// stage writes a temporary file beside the one that it is to replace.
func stage(file File) (s staged, err error) {
	if s.target, err = follow(file.Path); err != nil {
		return s, err
	}
	mode, keepMode := fs.FileMode(0o666), false
	switch info, err := os.Stat(s.target); {
	case err == nil && info.IsDir():
		return s, errors.New("is a directory")
	case err == nil && !info.Mode().IsRegular():
		return s, errors.New("not a regular file")
	case err == nil:
		if err := writable(s.target); err != nil {
			return s, err
		}
		mode, keepMode = info.Mode().Perm(), true
	case !errors.Is(err, fs.ErrNotExist):
		return s, err
	}
	s.tmp = beside(s.target)
	f, err := os.OpenFile(s.tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return s, err
	}
	defer func() {
		if err != nil {
			f.Close() // a second close does no harm
			os.Remove(s.tmp)
		}
	}()
	if keepMode { // the umask may have taken some of it away
		if err := f.Chmod(mode); err != nil {
			return s, err
		}
	}
	if _, err := f.Write(file.Data); err != nil {
		return s, err
	}
	if err := f.Sync(); err != nil {
		return s, err
	}
	return s, f.Close()
}

// cause strips the operation and the path that the os package puts before an
// error: the path may be a temporary one.
func cause(err error) error {
	if e := (*fs.PathError)(nil); errors.As(err, &e) {
		return e.Err
	}
	if e := (*os.LinkError)(nil); errors.As(err, &e) {
		return e.Err
	}
	return err
}
