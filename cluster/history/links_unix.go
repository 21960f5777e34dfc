//go:build unix

package history

import (
	"os"
	"syscall"
)

// links returns the number of names that a file has.
func links(path string) (uint64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(s.Nlink), nil // its type differs between systems
	}
	return 1, nil
}
