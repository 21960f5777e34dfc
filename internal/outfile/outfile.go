//go:build !wasip1

package outfile

// This file writes where files can be looked at and renamed.

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/lazy"
)

// Write puts data at path, as one of these:
//
//   - standard output, if [IsStdout] says so;
//   - an open file, such as /dev/fd/3, is written at its present offset, or at its
//     end if the caller opened it for appending;
//   - a device, a FIFO or a socket is written in place;
//   - a regular file is replaced: the data are written to a temporary file beside
//     it, which is then renamed. The new file has the mode of the old one, and a
//     symbolic link to it stays a link.
//
// On any error, or if ctx ends first, an existing file is unchanged and no other
// file is left.
func Write(ctx context.Context, path string, stdout io.Writer, data []byte) error {
	if IsStdout(path) {
		_, err := interrupt.Call(ctx, func() (int, error) { return stdout.Write(data) })
		if err != nil && ctx.Err() == nil {
			return fmt.Errorf("writing to standard output: %w", cause(err))
		}
		return err
	}
	target, err := follow(path)
	if err != nil || !inPlace(target) {
		return WriteAll(ctx, []File{{Path: path, Data: data}})
	}
	err = writeInPlace(ctx, target, data)
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("writing %s: %w", path, cause(err))
	}
	return err
}

// WriteAll writes several files as [Write] does one. All of them are on the disk
// before the first is renamed: on an error, or if ctx ends first, every file is
// unchanged. If a rename fails, which is rare at that stage, the files before it in
// the list get their old contents back, except on file systems without hard links.
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

// rename gives each file its name. If one fails, it takes back the names before it,
// and returns the index of the failed file.
func rename(ready []staged) (failed int, err error) {
	for i := range ready {
		if i < len(ready)-1 {
			ready[i].backUp()
		}
		if err := os.Rename(ready[i].tmp, ready[i].target); err != nil {
			for _, s := range ready[:i] { // errors are ignored: there is one to report already
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

// backUp makes a hard link to the file that is to be replaced, where it can.
func (s *staged) backUp() {
	if _, err := os.Lstat(s.target); errors.Is(err, fs.ErrNotExist) {
		s.fresh = true
		return
	}
	if old := tempName(s.target); os.Link(s.target, old) == nil {
		s.old = old
	}
}

// tempName returns a new name in the folder of a file. It does not contain the name
// of the file, which may be as long as names can be.
func tempName(path string) string {
	return filepath.Join(filepath.Dir(path), ".bacviz-"+rand.Text()[:10]+".tmp")
}

// CheckAll returns an error if [WriteAll] would refuse one of the files because of
// what is at its path, or if links make two of them the same file, of which only the
// later contents would be left.
func CheckAll(files []File) error {
	known := make(map[string]string)
	for _, f := range files {
		target, _, err := f.place()
		if err != nil {
			return fmt.Errorf("writing %s: %w", f.Path, cause(err))
		}
		if dir, err := filepath.EvalSymlinks(filepath.Dir(target)); err == nil { // without a folder, writing fails later
			target = filepath.Join(dir, filepath.Base(target))
		}
		if other, twice := known[target]; twice {
			return fmt.Errorf("writing %s: a link makes it the same file as %s", f.Path, other)
		}
		known[target] = f.Path
	}
	return nil
}

// place returns the path to write to, with links followed, and the file that exists
// there, or nil.
func (f File) place() (target string, existing fs.FileInfo, err error) {
	if info, err := os.Lstat(f.Path); f.NoLink && err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return "", nil, errors.New("is a symbolic link; remove it so that a file can be written")
	}
	target = f.Path
	if !f.NoLink { // a link that comes later is replaced
		if target, err = follow(f.Path); err != nil {
			return "", nil, err
		}
	}
	_, open := descriptor(target)
	switch existing, err = os.Stat(target); {
	case errors.Is(err, fs.ErrNotExist):
		return target, nil, nil
	case err != nil:
		return "", nil, err
	case existing.IsDir():
		return "", nil, errors.New("is a directory")
	case open || !existing.Mode().IsRegular():
		return "", nil, errors.New("not a regular file")
	}
	return target, existing, nil
}

// Check returns an error if [Write] is sure to fail, before any work is done: if the
// folder does not exist, or if the path is a folder itself or a file that is not open.
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
	if fd, open := descriptor(target); open && fd != foreign {
		f, err := inherited(fd)
		if err != nil {
			return fmt.Errorf("writing %s: %w", path, err)
		}
		return f.Close()
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

// foreign is the descriptor of an open file of another process.
const foreign = -1

var (
	devFD  = lazy.Regexp(`^/dev/fd/(0|[1-9][0-9]{0,8})$`)
	procFD = lazy.Regexp(`^/proc/(self|thread-self|[0-9]+)(?:/task/[0-9]+)?/fd/(0|[1-9][0-9]{0,8})$`)
)

// descriptor reports whether the path names an open file, such as /dev/fd/3, instead
// of one in a folder, and returns its descriptor.
func descriptor(path string) (fd int, ok bool) {
	if runtime.GOOS == "windows" {
		return 0, false
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return 0, false
	}
	if fd := slices.Index([]string{"/dev/stdin", "/dev/stdout", "/dev/stderr"}, path); fd >= 0 {
		return fd, true
	}
	if m := devFD().FindStringSubmatch(path); m != nil {
		fd, _ = strconv.Atoi(m[1])
		return fd, true
	}
	if dir, name := filepath.Split(path); strings.Trim(name, "0123456789") == "" { // only then can it be a descriptor
		if dir, err := filepath.EvalSymlinks(dir); err == nil { // /proc/self is a link, as others may be
			path = filepath.Join(dir, name)
		}
	}
	m := procFD().FindStringSubmatch(path)
	switch {
	case m == nil:
		return 0, false
	case m[1] != "self" && m[1] != "thread-self" && m[1] != strconv.Itoa(os.Getpid()):
		return foreign, true
	}
	fd, _ = strconv.Atoi(m[2])
	return fd, true
}

// inPlace reports whether the path is that of an open file, or of something that is
// neither a regular file nor a folder.
func inPlace(target string) bool {
	if _, open := descriptor(target); open {
		return true
	}
	info, err := os.Stat(target)
	return err == nil && !info.Mode().IsRegular() && !info.IsDir()
}

// follow returns the path that a chain of symbolic links leads to. The file need not
// exist. The link of an open file is not followed: the file may have been deleted.
func follow(path string) (string, error) {
	const tooMany = 40
	for range tooMany {
		if _, open := descriptor(path); open {
			return path, nil
		}
		info, err := os.Lstat(path)
		if err != nil || info.Mode()&fs.ModeSymlink == 0 {
			return path, nil // writing reports what is wrong with it
		}
		to, err := os.Readlink(path)
		if err != nil {
			return "", err
		}
		if !filepath.IsAbs(to) {
			// As the system does: ".." leaves the folder that a link leads to.
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

func writeInPlace(ctx context.Context, target string, data []byte) error {
	_, err := interrupt.Call(ctx, func() (int, error) { // opening a FIFO waits for its reader
		f, err := openInPlace(target)
		if err != nil {
			return 0, err
		}
		n, err := f.Write(data)
		return n, errors.Join(err, f.Close())
	})
	return err
}

func openInPlace(target string) (*os.File, error) {
	if fd, open := descriptor(target); open && fd != foreign {
		return inherited(fd)
	}
	// Another process's open file may be a regular one: its contents are kept.
	return os.OpenFile(target, os.O_WRONLY|os.O_APPEND, 0)
}

// writable returns an error for a file that is read-only: a rename would need
// permission for the folder only.
func writable(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return f.Close()
}

// A staged file is complete, but does not have its name yet.
type staged struct {
	tmp, target string

	fresh bool   // there is no file to replace
	old   string // a second name of the file to replace; may be empty
}

// stage writes a temporary file beside the one that it will replace.
func stage(file File) (staged, error) {
	return stageStream(file, func(w io.Writer) error {
		_, err := w.Write(file.Data)
		return err
	})
}

// stageStream is stage of what write writes.
func stageStream(file File, write func(io.Writer) error) (s staged, err error) {
	var existing fs.FileInfo
	if s.target, existing, err = file.place(); err != nil {
		return s, err
	}
	mode, keepMode := fs.FileMode(0o666), false
	if existing != nil {
		if err := writable(s.target); err != nil {
			return s, err
		}
		mode, keepMode = existing.Mode().Perm(), true
	}
	s.tmp = tempName(s.target)
	f, err := os.OpenFile(s.tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return s, err
	}
	defer func() {
		if err != nil {
			f.Close() // closing twice is harmless
			os.Remove(s.tmp)
		}
	}()
	if keepMode { // the umask may have removed bits
		if err := f.Chmod(mode); err != nil {
			return s, err
		}
	}
	if err := write(&earlyFile{File: f}); err != nil {
		return s, err
	}
	if err := f.Sync(); err != nil {
		return s, err
	}
	return s, f.Close()
}
