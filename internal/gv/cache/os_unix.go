//go:build unix

package cache

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// tempVars are the variables that os.TempDir reads.
var tempVars = []string{"TMPDIR"}

// nowhere returns a path at which not even root can make a directory.
func nowhere() string { return filepath.Join(os.DevNull, "none") }

// owned reports whether the file is this user's.
func owned(fi fs.FileInfo) bool {
	st, ok := fi.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == os.Geteuid()
}

// writable reports whether the users of mask may write the file.
func writable(fi fs.FileInfo, mask fs.FileMode) bool { return fi.Mode().Perm()&mask != 0 }
