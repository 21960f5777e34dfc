package poll_test

import (
	"testing"
	"time"

	"github.com/bacviz/bacviz/internal/serve/poll"
)

// The wait is twice the usual one from the second failure in a row on, but no longer than a
// minute, and is up to a tenth shorter or longer.
func TestWaitGrowsWithFailures(t *testing.T) {
	for _, c := range []struct {
		every    time.Duration
		failures int
		random   float64
		want     time.Duration
	}{
		{5 * time.Second, 0, 0.5, 5 * time.Second},
		{5 * time.Second, 1, 0.5, 5 * time.Second},
		{5 * time.Second, 2, 0.5, 10 * time.Second},
		{5 * time.Second, 1000, 0.5, 10 * time.Second},
		{40 * time.Second, 2, 0.5, time.Minute},
		{5 * time.Minute, 9, 0.5, 5 * time.Minute},
		{10 * time.Second, 0, 0, 9 * time.Second},
		{10 * time.Second, 0, 1, 11 * time.Second},
	} {
		if got := poll.Wait(c.every, c.failures, c.random); got.Round(time.Millisecond) != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}
