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

// nowhere returns a path where not even root can create a directory.
func nowhere() string { return filepath.Join(os.DevNull, "none") }

// owned reports whether the file belongs to this user.
func owned(fi fs.FileInfo) bool {
	st, ok := fi.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == os.Geteuid()
}

// writable reports whether the group or others, as in mask, may write the file.
func writable(fi fs.FileInfo, mask fs.FileMode) bool { return fi.Mode().Perm()&mask != 0 }
