//go:build !linux && !darwin && !wasip1

package cache

// executable returns true where package syscall cannot ask.
func executable() bool { return true }
