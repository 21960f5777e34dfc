//go:build linux

// Noexec runs a program that can make no memory executable, as systemd's
// MemoryDenyWriteExecute=yes does: noexec PROGRAM ARGS… It ends with 125 if the system
// has no seccomp.
package main

import (
	"fmt"
	"os"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

func main() {
	if err := deny(); err != nil {
		fmt.Fprintln(os.Stderr, "noexec: seccomp:", err)
		os.Exit(125)
	}
	err := unix.Exec(os.Args[1], os.Args[1:], os.Environ())
	fmt.Fprintln(os.Stderr, "noexec:", err)
	os.Exit(126)
}

// deny refuses mprotect with PROT_EXEC, and mmap with PROT_EXEC and PROT_WRITE, to
// this thread and to what it executes.
func deny() error {
	runtime.LockOSThread()
	const number, protection = 0, 16 + 2*8 // offsets in struct seccomp_data: nr, args[2]
	const writable = unix.PROT_EXEC | unix.PROT_WRITE
	load := func(offset uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offset}
	}
	ifEqual := func(k uint32, yes, no uint8) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jt: yes, Jf: no, K: k}
	}
	and := func(k uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_ALU | unix.BPF_AND | unix.BPF_K, K: k}
	}
	end := func(k uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: k}
	}
	filter := []unix.SockFilter{
		load(number),
		ifEqual(unix.SYS_MPROTECT, 1, 0),
		ifEqual(unix.SYS_MMAP, 3, 6),
		load(protection), // mprotect
		and(unix.PROT_EXEC),
		ifEqual(unix.PROT_EXEC, 4, 3),
		load(protection), // mmap
		and(writable),
		ifEqual(writable, 1, 0),
		end(unix.SECCOMP_RET_ALLOW),
		end(unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)),
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	return unix.Prctl(unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER, uintptr(unsafe.Pointer(&program)), 0, 0)
}
