package cache

import (
	"io/fs"
	"os"
	"path/filepath"
)

// tempVars are the variables that os.TempDir reads.
var tempVars = []string{"TMP", "TEMP"}

// nowhere returns a path at which no directory can be made: below a file.
func nowhere() string {
	exe, err := os.Executable()
	if err != nil {
		exe = os.DevNull
	}
	return filepath.Join(exe, "none")
}

// owned and writable ask nothing: %LocalAppData% is the user's own, by the access
// control list that its directories inherit, and mode bits say nothing of it.
func owned(fs.FileInfo) bool { return true }

func writable(fs.FileInfo, fs.FileMode) bool { return false }
