//go:build unix

package outfile

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// inherited returns an open file that the program was started with, to write to
// and to close. To open it by its name would begin at its first byte.
func inherited(fd int) (*os.File, error) {
	// What the program opened itself, such as a connection, has the flag.
	if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err != nil || flags&unix.FD_CLOEXEC != 0 {
		return nil, fmt.Errorf("descriptor %d is not open", fd)
	}
	switch mode, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0); {
	case err != nil:
		return nil, err
	case mode&unix.O_ACCMODE == unix.O_RDONLY:
		return nil, errors.New("open for reading only")
	}
	// Of its own, so that closing it leaves standard error open.
	own, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(own), fmt.Sprint("descriptor ", fd)), nil
}
