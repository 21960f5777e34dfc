package clustertest

import (
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// WatchMemory looks each millisecond at how much memory the Go runtime has from the
// system, after giving back what it can. The function that it returns ends that,
// and tells the most there was, in bytes.
func WatchMemory() (peak func() uint64) {
	debug.FreeOSMemory()
	most := uint64(0)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
		for {
			metrics.Read(samples)
			most = max(most, samples[0].Value.Uint64()-samples[1].Value.Uint64())
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	return func() uint64 {
		close(stop)
		<-stopped
		return most
	}
}
