//go:build unix

package outfile

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// inherited returns a file that was open when the program started, to write to and to
// close. Opening it by its name would begin at its first byte.
func inherited(fd int) (*os.File, error) {
	// Files that the program opened itself, such as connections, have the flag.
	if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err != nil || flags&unix.FD_CLOEXEC != 0 {
		return nil, fmt.Errorf("descriptor %d is not open", fd)
	}
	switch mode, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0); {
	case err != nil:
		return nil, err
	case mode&unix.O_ACCMODE == unix.O_RDONLY:
		return nil, errors.New("open for reading only")
	}
	// A duplicate, so that closing it leaves standard error open.
	own, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(own), fmt.Sprint("descriptor ", fd)), nil
}
