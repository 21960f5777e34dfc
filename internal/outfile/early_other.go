//go:build !linux && !wasip1

package outfile

import "os"

// An earlyFile is a file: nothing is known of how it goes to the disk.
type earlyFile struct{ *os.File }
