package cache

import "strconv"

func cpuid(leaf uint32) (ecx uint32)

// cpu names the features that wazero compiles for, and files the code under
// (its internal/platform/cpuid_amd64.go): SSE3, SSE4.1, SSE4.2 and LZCNT. Without
// them in the key, a cache from a home that another machine shares, or from a
// container image, would be whole and yet lack this machine's file; wazero would
// write it then, and go-graphviz panic if it could not.
func cpu() string {
	return strconv.FormatUint(uint64(cpuid(1)&(1|1<<19|1<<20)), 16) + " " +
		strconv.FormatUint(uint64(cpuid(0x80000001)&(1<<5)), 16)
}
