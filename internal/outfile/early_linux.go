package outfile

import (
	"os"

	"golang.org/x/sys/unix"
)

// earlyPart is how many bytes of a file go to the disk at a time.
const earlyPart = 4 << 20

// An earlyFile goes to the disk while the rest of it is made, so that there is little to wait for
// when it is complete.
type earlyFile struct {
	*os.File
	written, begun int64
}

// Write writes b. It does not wait for the disk.
func (f *earlyFile) Write(b []byte) (int, error) {
	n, err := f.File.Write(b)
	if f.written += int64(n); f.written-f.begun >= earlyPart {
		// A failure shows when the complete file is put on the disk.
		_ = unix.SyncFileRange(int(f.Fd()), f.begun, f.written-f.begun, unix.SYNC_FILE_RANGE_WRITE)
		f.begun = f.written
	}
	return n, err
}
