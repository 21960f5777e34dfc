package cache

import (
	"io/fs"
	"os"
	"path/filepath"
)

// tempVars are the variables that os.TempDir reads.
var tempVars = []string{"TMP", "TEMP"}

// nowhere returns a path where no directory can be created: below a file.
func nowhere() string {
	exe, err := os.Executable()
	if err != nil {
		exe = os.DevNull
	}
	return filepath.Join(exe, "none")
}

// owned always returns true: %LocalAppData% belongs to the user, by the access control
// list that its directories inherit.
func owned(fs.FileInfo) bool { return true }

// writable always returns false: mode bits do not show the access control list.
func writable(fs.FileInfo, fs.FileMode) bool { return false }
