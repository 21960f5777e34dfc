// Package cache gives go-graphviz a private place for its compiled code.
//
// go-graphviz compiles 1.5 MB of WebAssembly before main and keeps the machine
// code in $TMPDIR/go-graphviz, whoever made that directory: another user's
// directory, a full disk or a damaged file there makes the program panic, and
// whoever writes there chooses the code that runs. So this package runs first
// and points the temp dir at a directory that only this user can write and whose
// files are known to be whole or, where there is none, at a place where no
// directory can be made: go-graphviz then compiles anew, which takes 0.5 s.
// [Done] puts the environment back.
//
// It runs first because Go initializes, of the packages whose imports are
// initialized, the one whose import path sorts first: it must sort before
// github.com/goccy, and may import only what go-graphviz's internal/wasm
// imports too. TestRunsBeforeGraphviz holds that.
//
// The directories are
//
//	<user cache>/bacviz/graphviz-<key>/start-<random>/go-graphviz/…
//	<user cache>/bacviz/graphviz-<key>/start-<random>/sums
//
// The key holds what the code depends on: versions, platform, CPU. Each start
// that finds no whole cache fills a directory of its own, and blesses it with the
// file of checksums once the library is up. Directories are never renamed and
// their names never used again, so no start loses the one it has chosen to
// another start that tidies up.
package cache

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	sumsFile = "sums"

	// room is what a first start must be able to write before the cache is
	// trusted to the disk: the compiled module is 6.2 MB on amd64, and wazero
	// fails, and go-graphviz panics, where it does not fit.
	room = 10 << 20

	// stale is the age at which a directory without a blessing is no start still
	// under way, and a second blessed one no longer in use.
	stale = time.Hour
)

// The start under way, between init and Done.
var (
	saved map[string]*string // the variables as they were found; nil is unset
	dir   string             // the cache in use, "" for none
	fresh bool               // dir is being filled, to be blessed
)

func init() {
	dir, fresh = find()
	temp := dir
	if temp == "" {
		temp = nowhere()
	}
	saved = make(map[string]*string)
	for _, name := range tempVars {
		saved[name] = nil
		if value, ok := os.LookupEnv(name); ok {
			saved[name] = &value
		}
		os.Setenv(name, temp)
	}
}

// Done puts the environment back, and blesses a cache that this start has
// filled. It is for the package that imports go-graphviz to call when
// initialized; later calls do nothing.
func Done() {
	for name, value := range saved {
		if value == nil {
			os.Unsetenv(name)
		} else {
			os.Setenv(name, *value)
		}
	}
	saved = nil
	if fresh {
		fresh = false
		if bless(dir) != nil {
			os.RemoveAll(dir)
		}
	}
}

// find returns a directory for the compiled code, and whether it is yet to be
// filled. It returns "" if there is none to be had, and removes what is broken
// or left over.
func find() (dir string, fresh bool) {
	defer func() {
		if recover() != nil {
			dir, fresh = "", false
		}
	}()
	home, err := home()
	if err != nil {
		return "", false
	}
	starts, err := os.ReadDir(home)
	if err != nil {
		return "", false
	}
	for _, start := range starts {
		d := filepath.Join(home, start.Name())
		if fi, err := os.Lstat(d); err != nil || !private(fi) {
			continue
		}
		switch state, age := inspect(d); {
		case state == whole && dir == "":
			dir = d
		case state == broken, age > stale:
			os.RemoveAll(d)
		}
	}
	if dir != "" {
		return dir, false
	}
	dir, err = begin(home)
	return dir, err == nil
}

// home returns the directory that holds the caches of this program on this
// machine, made if need be. It fails if others could write there.
func home() (string, error) {
	if runtime.GOARCH != "amd64" && runtime.GOARCH != "arm64" {
		return "", errors.New("wazero interprets here, and caches nothing")
	}
	key, err := key()
	if err != nil {
		return "", err
	}
	home, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(home, 0o700); err != nil {
		return "", err
	}
	// Often a link, or open to the group; but who owns it can swap what is in it.
	if fi, err := os.Stat(home); err != nil || !owned(fi) || writable(fi, 0o002) {
		return "", errors.New("the user's cache directory is open to others")
	}
	for _, name := range []string{"bacviz", "graphviz-" + key} {
		home = filepath.Join(home, name)
		if err := os.Mkdir(home, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return "", err
		}
		if fi, err := os.Lstat(home); err != nil || !fi.IsDir() || !private(fi) {
			return "", errors.New("the cache directory is open to others")
		}
	}
	return home, nil
}

// key names everything the compiled code depends on.
func key() (string, error) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "", errors.New("no build information")
	}
	parts := []string{runtime.GOOS, runtime.GOARCH, cpu()}
	modules := 0
	for _, m := range info.Deps {
		if m.Path != "github.com/goccy/go-graphviz" && m.Path != "github.com/tetratelabs/wazero" {
			continue
		}
		modules++
		for ; m != nil; m = m.Replace {
			parts = append(parts, m.Path, m.Version, m.Sum)
		}
	}
	if modules != 2 {
		return "", errors.New("versions unknown")
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	return hex.EncodeToString(sum[:8]), nil
}

// begin makes a directory to be filled by this start, and checks that the disk
// has room for the cache: as wazero will, in two directories and a file.
func begin(home string) (_ string, err error) {
	dir, err := os.MkdirTemp(home, "start-")
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(dir)
		}
	}()
	probe := filepath.Join(dir, "go-graphviz", "probe")
	if err := os.MkdirAll(probe, 0o700); err != nil {
		return "", err
	}
	if err := fill(filepath.Join(probe, "probe")); err != nil {
		return "", err
	}
	return dir, os.RemoveAll(probe)
}

// fill writes room bytes to a new file, down to the disk, in a form that no file
// system compresses.
func fill(name string) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	block := make([]byte, 1<<20)
	x := uint32(1)
	for n := 0; n < room && err == nil; n += len(block) {
		for i := range block {
			x = x*1664525 + 1013904223 // Numerical Recipes' generator
			block[i] = byte(x >> 24)
		}
		_, err = f.Write(block)
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// bless writes the checksums of a filled directory, unless there is nothing in
// it or another start has been faster: then it fails.
func bless(dir string) error {
	got, err := sums(dir)
	if err != nil {
		return err
	}
	if len(got) == 0 {
		return errors.New("go-graphviz kept nothing")
	}
	home := filepath.Dir(dir)
	starts, err := os.ReadDir(home)
	if err != nil {
		return err
	}
	for _, start := range starts {
		if state, _ := inspect(filepath.Join(home, start.Name())); state == whole {
			return fs.ErrExist
		}
	}
	// Renamed into place, for no start to read half of it.
	name := filepath.Join(dir, sumsFile)
	if err := os.WriteFile(name+".tmp", []byte(strings.Join(got, "")), 0o600); err != nil {
		return err
	}
	return os.Rename(name+".tmp", name)
}

type state int

const (
	filling state = iota // not blessed, or more in it than was blessed
	broken               // not what was blessed
	whole
)

// inspect compares a directory with the checksums it was blessed with, and says
// how old they are, or it is.
func inspect(dir string) (state, time.Duration) {
	name := filepath.Join(dir, sumsFile)
	fi, err := os.Lstat(name)
	if err != nil {
		if fi, err = os.Lstat(dir); err != nil {
			return filling, 0
		}
		return filling, time.Since(fi.ModTime())
	}
	age := time.Since(fi.ModTime())
	if !fi.Mode().IsRegular() || !private(fi) {
		return broken, age
	}
	stored, err := os.ReadFile(name)
	if err != nil {
		return broken, age
	}
	got, err := sums(dir)
	if err != nil {
		return broken, age
	}
	want := slices.Collect(strings.Lines(string(stored)))
	for _, line := range want {
		if !slices.Contains(got, line) {
			return broken, age
		}
	}
	switch {
	case len(want) == 0:
		return broken, age
	case len(got) > len(want):
		return filling, age
	}
	return whole, age
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sums returns a line for every file that go-graphviz keeps in dir: checksum,
// size and name. It guards against damage, not malice: only this user can write
// there, which it checks. crc32 takes 1 ms, sha256 up to 20.
func sums(dir string) ([]string, error) {
	var lines []string
	buf := make([]byte, 256<<10)
	err := filepath.WalkDir(filepath.Join(dir, "go-graphviz"), func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		fi, err := d.Info()
		if err != nil {
			return err
		}
		if !private(fi) || !fi.IsDir() && !fi.Mode().IsRegular() {
			return errors.New("not a private file")
		}
		if fi.IsDir() {
			return nil
		}
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		var sum uint32
		for {
			n, err := f.Read(buf)
			sum = crc32.Update(sum, castagnoli, buf[:n])
			if err == io.EOF {
				break
			}
			if err != nil {
				return err
			}
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		lines = append(lines, strconv.FormatUint(uint64(sum), 16)+" "+
			strconv.FormatInt(fi.Size(), 10)+" "+filepath.ToSlash(rel)+"\n")
		return nil
	})
	return lines, err
}

// private reports whether fi is this user's, and no one else may write it. A link
// is never private.
func private(fi fs.FileInfo) bool {
	return fi.Mode()&fs.ModeSymlink == 0 && owned(fi) && !writable(fi, 0o022)
}
