// Package parallel does several things side by side, within bounds.
package parallel

import "sync"

// Max is how many calls of [Do] run at the same time.
const Max = 16

// Do calls do with each number below n, up to [Max] at the same time, and returns
// when all of them have returned.
func Do(n int, do func(i int)) {
	slots := make(chan struct{}, Max)
	var all sync.WaitGroup
	for i := range n {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			do(i)
		})
	}
	all.Wait()
}
