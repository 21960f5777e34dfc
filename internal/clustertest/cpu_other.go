//go:build !unix

package clustertest

import "time"

// CPUTime is not known here.
func CPUTime() time.Duration { return 0 }
