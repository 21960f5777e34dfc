package cache

import (
	"encoding/binary"
	"os"
)

// cpu returns the CPU feature that wazero compiles for and that its file names depend on
// (its internal/platform/cpuid_arm64.go): atomics. Machines differ only on Linux and
// FreeBSD, and only Linux has a file that says so. cpu_amd64.go says why it matters.
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
