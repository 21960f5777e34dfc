//go:build !wasip1

// Package cache gives go-graphviz a private place for its compiled code.
//
// Before main, go-graphviz compiles 1.5 MB of WebAssembly and keeps the machine code in
// $TMPDIR/go-graphviz, whoever owns that directory. If it is another user's, if the
// disk is full or a file is damaged, the program panics; and whoever can write there
// chooses the code that runs. So this package is initialized earlier, and sets TMPDIR to
// a directory that only this user can write to and whose files are intact. If there is
// none, it sets TMPDIR to a path where no directory can be made: go-graphviz then
// compiles again, which takes 0.5 s. [Done] restores the environment.
//
// Where the system lets no page become executable, compiled code cannot run and there is
// nothing to keep: this package then makes wazero interpret instead.
//
// Of the packages whose imports are initialized, Go initializes the one whose import
// path sorts first. So this package must sort before github.com/goccy, and may import
// only what go-graphviz's internal/wasm imports too. TestRunsBeforeGraphviz checks
// both.
//
// The directories are
//
//	<user cache>/bacviz/graphviz-<key>/start-<random>/go-graphviz/…
//	<user cache>/bacviz/graphviz-<key>/start-<random>/sums
//
// The key is made of everything the code depends on: versions, platform, CPU. A start
// that finds no complete cache fills a directory of its own, and completes it with the
// file of checksums once the library has started. Directories are never renamed and
// names never used again, so no start loses its directory to another one that removes
// leftovers.
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

	"github.com/bacviz/bacviz/internal/gv/apart"
)

const (
	sumsFile = "sums"

	// probeSize is the number of bytes that must fit on the disk before the cache is
	// used: the compiled module has 6.2 MB on amd64, and if it does not fit, wazero
	// fails and go-graphviz panics.
	probeSize = 10 << 20

	// maxAge is the age at which an incomplete directory is a leftover, and a second
	// complete one is no longer in use.
	maxAge = time.Hour
)

// The present start, between init and Done.
var (
	saved map[string]*string // the old values of the variables; nil if unset
	dir   string             // the cache in use, or ""
	fresh bool               // dir is being filled by this start
)

func init() {
	if apart.On() { // go-graphviz gets a module for which no code need be kept
		interpret()
	} else if executable() || !interpret() {
		dir, fresh = find()
	}
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

// Done restores the environment, and completes a cache that this start has filled. The
// package that imports go-graphviz calls it in its init; later calls do nothing.
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
		if complete(dir) != nil {
			os.RemoveAll(dir)
		}
	}
}

// find returns a directory for the compiled code, and whether this start has to fill
// it. It returns "" if there is none. It removes damaged directories and leftovers.
func find() (dir string, fresh bool) {
	defer func() {
		if recover() != nil {
			dir, fresh = "", false
		}
	}()
	key, err := key()
	if err != nil {
		return "", false
	}
	home, err := home(key)
	if err != nil {
		return "", false
	}
	return findIn(home)
}

// findIn is find for the directory that holds the caches.
func findIn(home string) (dir string, fresh bool) {
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
		case state == intact && dir == "":
			dir = d
		case state == damaged, age > maxAge:
			os.RemoveAll(d)
		}
	}
	if dir != "" {
		return dir, false
	}
	dir, err = begin(home)
	return dir, err == nil
}

// home returns the directory that holds the caches of this program on this machine. It
// creates it if necessary, and returns an error if others could write there.
func home(key string) (string, error) {
	home, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(home, 0o700); err != nil {
		return "", err
	}
	// It may be a link, or writable by the group; but its owner can replace its contents.
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

// key returns a hash of everything the compiled code depends on.
func key() (string, error) {
	if runtime.GOARCH != "amd64" && runtime.GOARCH != "arm64" {
		return "", errors.New("wazero interprets here, and caches nothing")
	}
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

// begin creates a directory for this start to fill. It checks that the disk has room by
// writing as wazero does: two directories and a file.
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

// fill writes probeSize bytes to a new file and syncs it. The bytes cannot be
// compressed, in case the file system does that.
func fill(name string) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	block := make([]byte, 1<<20)
	x := uint32(1)
	for n := 0; n < probeSize && err == nil; n += len(block) {
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

// complete writes the checksums of a filled directory. It returns an error if the
// directory is empty, or if another start has completed one already.
func complete(dir string) error {
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
		if state, _ := inspect(filepath.Join(home, start.Name())); state == intact {
			return fs.ErrExist
		}
	}
	// A rename, so that no start reads half of it.
	name := filepath.Join(dir, sumsFile)
	if err := os.WriteFile(name+".tmp", []byte(strings.Join(got, "")), 0o600); err != nil {
		return err
	}
	return os.Rename(name+".tmp", name)
}

type state int

const (
	incomplete state = iota // without checksums, or with more files than these
	damaged                 // files do not match the checksums
	intact
)

// inspect compares a directory with its checksums. It returns their age, or that of the
// directory if it has none.
func inspect(dir string) (state, time.Duration) {
	name := filepath.Join(dir, sumsFile)
	fi, err := os.Lstat(name)
	if err != nil {
		if fi, err = os.Lstat(dir); err != nil {
			return incomplete, 0
		}
		return incomplete, time.Since(fi.ModTime())
	}
	age := time.Since(fi.ModTime())
	if !fi.Mode().IsRegular() || !private(fi) {
		return damaged, age
	}
	stored, err := os.ReadFile(name)
	if err != nil {
		return damaged, age
	}
	got, err := sums(dir)
	if err != nil {
		return damaged, age
	}
	want := slices.Collect(strings.Lines(string(stored)))
	for _, line := range want {
		if !slices.Contains(got, line) {
			return damaged, age
		}
	}
	switch {
	case len(want) == 0:
		return damaged, age
	case len(got) > len(want):
		return incomplete, age
	}
	return intact, age
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sums returns a line for every file that go-graphviz keeps in dir: checksum, size and
// name. It returns an error if others can write there: a CRC detects damage, but no
// attack. It takes 1 ms, and sha256 up to 20 ms.
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

// private reports whether the file belongs to this user and nobody else may write it. A
// link is never private.
func private(fi fs.FileInfo) bool {
	return fi.Mode()&fs.ModeSymlink == 0 && owned(fi) && !writable(fi, 0o022)
}
