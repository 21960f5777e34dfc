package clustertest

import "time"

// Late reports whether something took longer than it may take on a machine that has nothing
// else to do. On a busy machine it may take as many times as long as other work does there: Late
// measures that, but only if it matters.
func Late(took, most time.Duration) bool {
	return took > most && float64(took) > float64(most)*slowdown()
}

// slowdown returns how many times as long as its processor time some work takes now, at least 1.
// It takes the worst of three pieces of work of 20 ms.
func slowdown() float64 {
	worst := 1.0
	for range 3 {
		begin, used := time.Now(), CPUTime()
		for CPUTime()-used < 20*time.Millisecond && time.Since(begin) < 10*time.Second { // CPUTime may not be known
		}
		if took := CPUTime() - used; took > 0 {
			worst = max(worst, float64(time.Since(begin))/float64(took))
		}
	}
	return worst
}
