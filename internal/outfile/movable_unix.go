//go:build unix

package outfile

import "golang.org/x/sys/unix"

// movable returns an error if a folder cannot get another name, for example because it is a mount point.
// A rename to the name of a folder that is not empty never happens, but fails for other reasons first.
func movable(folder, notEmpty string) error {
	switch err := unix.Rename(folder, notEmpty); err {
	case nil, unix.ENOTEMPTY, unix.EEXIST:
		return nil
	default:
		return err
	}
}
