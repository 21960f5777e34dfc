// Package outfile writes a result to where the user asked for it: a file whole
// or not at all, a device, a FIFO or what is open already as it comes.
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
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/bacviz/bacviz/internal/interrupt"
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
//   - an open file, such as /dev/fd/3, is written as the caller opened it: from
//     where it is, or at its end;
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

// A File is what belongs into a file.
type File struct {
	Path string // neither standard output nor a device
	Data []byte

	// NoLink refuses a symbolic link: who put it there may not be who writes.
	NoLink bool
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

// CheckAll returns an error if [WriteAll] would refuse one of the files for what
// is in its place, or if two of them are one, to which links lead: only the
// latter would be left.
func CheckAll(files []File) error {
	known := make(map[string]string)
	for _, f := range files {
		target, _, err := f.place()
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

// place returns where the file belongs, and what is there: nil for nothing.
func (f File) place() (target string, there fs.FileInfo, err error) {
	if info, err := os.Lstat(f.Path); f.NoLink && err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return "", nil, errors.New("is a symbolic link; remove it, for a file belongs there")
	}
	target = f.Path
	if !f.NoLink { // a link that comes later is replaced
		if target, err = follow(f.Path); err != nil {
			return "", nil, err
		}
	}
	_, open := descriptor(target)
	switch there, err = os.Stat(target); {
	case errors.Is(err, fs.ErrNotExist):
		return target, nil, nil
	case err != nil:
		return "", nil, err
	case there.IsDir():
		return "", nil, errors.New("is a directory")
	case open || !there.Mode().IsRegular():
		return "", nil, errors.New("not a regular file")
	}
	return target, there, nil
}

// Check finds out before any work is done whether [Write] has a chance: whether
// the folder is there and the path is not a folder itself, or the file open.
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

// foreign stands for a descriptor of another process.
const foreign = -1

var (
	devFD  = regexp.MustCompile(`^/dev/fd/(0|[1-9][0-9]{0,8})$`)
	procFD = regexp.MustCompile(`^/proc/(self|thread-self|[0-9]+)(?:/task/[0-9]+)?/fd/(0|[1-9][0-9]{0,8})$`)
)

// descriptor reports whether the path names an open file rather than one in a
// folder, such as /dev/fd/3, and returns which one it is.
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
	if m := devFD.FindStringSubmatch(path); m != nil {
		fd, _ = strconv.Atoi(m[1])
		return fd, true
	}
	if dir, name := filepath.Split(path); strings.Trim(name, "0123456789") == "" { // only then is it worth a look
		if dir, err := filepath.EvalSymlinks(dir); err == nil { // /proc/self is a link, as others may be
			path = filepath.Join(dir, name)
		}
	}
	m := procFD.FindStringSubmatch(path)
	switch {
	case m == nil:
		return 0, false
	case m[1] != "self" && m[1] != "thread-self" && m[1] != strconv.Itoa(os.Getpid()):
		return foreign, true
	}
	fd, _ = strconv.Atoi(m[2])
	return fd, true
}

// inPlace reports whether there is no file to be replaced.
func inPlace(target string) bool {
	if _, open := descriptor(target); open {
		return true
	}
	info, err := os.Stat(target)
	return err == nil && !info.Mode().IsRegular() && !info.IsDir()
}

// follow returns the file that a chain of symbolic links leads to, which need
// not exist. An open file is not looked behind: it may have lost its name.
func follow(path string) (string, error) {
	const tooMany = 40
	for range tooMany {
		if _, open := descriptor(path); open {
			return path, nil
		}
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
	// Another process's open file may be a regular one: what it holds stays.
	return os.OpenFile(target, os.O_WRONLY|os.O_APPEND, 0)
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
	var there fs.FileInfo
	if s.target, there, err = file.place(); err != nil {
		return s, err
	}
	mode, keepMode := fs.FileMode(0o666), false
	if there != nil {
		if err := writable(s.target); err != nil {
			return s, err
		}
		mode, keepMode = there.Mode().Perm(), true
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
