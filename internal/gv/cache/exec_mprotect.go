//go:build linux || darwin

package cache

import "syscall"

// executable reports whether memory may become executable, by doing what wazero does:
// it maps pages to write to and makes them executable afterwards. SELinux's
// deny_execmem, systemd's MemoryDenyWriteExecute and a limit on the address space
// prevent it.
func executable() bool {
	code, err := syscall.Mmap(-1, 0, codeSize, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return false
	}
	err = syscall.Mprotect(code, syscall.PROT_READ|syscall.PROT_EXEC)
	_ = syscall.Munmap(code) // a mapping that stays costs only addresses
	return err == nil
}
