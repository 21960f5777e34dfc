//go:build unix

package clustertest

import (
	"syscall"
	"time"
)

// CPUTime is the processor time that this process has used, or 0 where that is not
// known.
func CPUTime() time.Duration {
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
