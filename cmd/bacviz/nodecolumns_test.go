package main

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/dustin/go-humanize"
)

func TestBytesAreShownAsHumanizeHasThem(t *testing.T) {
	holds := func(n uint64) {
		if want := strings.ReplaceAll(humanize.IBytes(n), " ", ""); bytesText(n) != want {
			t.Errorf("%d: %s, want %s", n, bytesText(n), want)
		}
	}
	for n := range uint64(20_000) {
		holds(n)
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		holds(rnd.Uint64() >> (1 + rnd.IntN(63)))
	}
	for power := uint64(1024); power < 1<<50; power *= 1024 {
		for tenth := uint64(1); tenth <= 1030; tenth++ {
			holds(power * tenth)
			holds(power / 10 * tenth)
			holds(power*tenth + power/20)
		}
		holds(power - 1)
	}
}
