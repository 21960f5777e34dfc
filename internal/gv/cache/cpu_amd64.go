package cache

import "strconv"

func cpuid(leaf uint32) (ecx uint32)

// cpu returns the CPU features that wazero compiles for and that its file names depend
// on (its internal/platform/cpuid_amd64.go): SSE3, SSE4.1, SSE4.2 and LZCNT. They are in
// the key because a cache from another machine, such as one in a shared home or a
// container image, is intact but lacks the file for this machine: wazero would write
// that, and go-graphviz panics if it cannot.
func cpu() string {
	return strconv.FormatUint(uint64(cpuid(1)&(1|1<<19|1<<20)), 16) + " " +
		strconv.FormatUint(uint64(cpuid(0x80000001)&(1<<5)), 16)
}
