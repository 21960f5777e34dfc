package cache

import (
	"encoding/binary"
	"os"
)

// cpu names the feature that wazero compiles for, and files the code under (its
// internal/platform/cpuid_arm64.go): atomics. Only on Linux and FreeBSD do
// machines differ, and only Linux tells in a file. See cpu_amd64.go for why.
func cpu() string {
	const hwcap, atomics = 16, 1 << 8 // AT_HWCAP, HWCAP_ATOMICS
	auxv, err := os.ReadFile("/proc/self/auxv")
	if err != nil {
		return ""
	}
	for ; len(auxv) >= 16; auxv = auxv[16:] {
		if binary.LittleEndian.Uint64(auxv) == hwcap &&
			binary.LittleEndian.Uint64(auxv[8:])&atomics != 0 {
			return "atomics"
		}
	}
	return ""
}
