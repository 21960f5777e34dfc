package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/fetch/bacalhau"
)

// A network of 100,000 nodes is listed in less than 420 MB on a large machine, the limit of
// package gctune, and drawn in no more. On a busy machine the time of a collection is a matter of chance, so the best of three
// runs counts.
func TestLargeNetworkTakesNoMoreMemoryThanItNeeds(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a network of 100,000 nodes")
	}
	saved := saveCluster(t, 100_000)
	const most = 420_000_000 / 1024
	checkPeak(t, most, "nodes", saved)
	checkPeak(t, most, "render", saved)
}

// Records that have an ID alone take more memory than their answer, so a list may have only so
// many. HTML takes the most of all formats, and JSON the most of all lists.
func TestRecordsWithoutDetailsTakeBoundedMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("draws a network of 50,000 nodes")
	}
	var list strings.Builder
	for i := range bacalhau.DefaultMaxRecords {
		fmt.Fprintf(&list, `,{"Info":{"NodeID":"n%d"},"Connection":"CONNECTED"}`, i)
	}
	saved := filepath.Join(t.TempDir(), "nodes.json")
	if err := os.WriteFile(saved, []byte("["+list.String()[1:]+"]"), 0o644); err != nil {
		t.Fatal(err)
	}
	checkPeak(t, mostOf(0), "nodes", "-o", "json", saved)
	checkPeak(t, mostOf(0), "render", "-f", "html", saved)
}

// IDs of hundreds of parts, in an answer of 32 MB, take no more memory than any others.
func TestLongIDsTakeBoundedMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("draws a network of 30,000 nodes")
	}
	var list strings.Builder
	for i := range 30_000 {
		fmt.Fprintf(&list, `,{"Info":{"NodeID":"%s%05d"},"Connection":"CONNECTED"}`, strings.Repeat("a-", 509), i)
	}
	saved := filepath.Join(t.TempDir(), "nodes.json")
	if err := os.WriteFile(saved, []byte("["+list.String()[1:]+"]"), 0o644); err != nil {
		t.Fatal(err)
	}
	checkPeak(t, mostOf(list.Len()), "render", "-f", "svg", saved)
	checkPeak(t, mostOf(list.Len()), "nodes", saved)
}

// mostOf returns how many KiB a command may take for an answer of so many bytes: eight times as
// many, or 250 MB, as docs/design/speed.md says, and 4 % more on a busy machine.
func mostOf(answer int) int { return max(8*answer, 250_000_000) / 1024 * 104 / 100 }

// checkPeak holds that the program takes at most so many KiB in the best of three runs.
func checkPeak(t *testing.T, most int, args ...string) {
	t.Helper()
	least := math.MaxInt
	for run := 0; run < 3 && least > most; run++ {
		least = min(least, peakOf(t, args...))
	}
	if least > most {
		t.Errorf("the peak was %d KiB", least)
	}
}

// peakOf returns the most memory that the program took until its first output, in KiB.
func peakOf(t *testing.T, args ...string) int {
	cmd := command(program(t), args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// The table is written at once, and is longer than the buffer of a pipe: when its
	// first byte comes, the program has all the memory it needs. The peak that wait4
	// reports is not less than this process's own.
	_, err = io.ReadFull(out, make([]byte, 1))
	status, statusErr := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid))
	_, _ = io.Copy(io.Discard, out) // an error shows below
	if waited := cmd.Wait(); err != nil || statusErr != nil || waited != nil {
		t.Fatal(err, statusErr, waited)
	}
	peak := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status)
	if peak == nil {
		skip(t, "no peak in "+string(status))
	}
	kb, err := strconv.Atoi(string(peak[1]))
	if err != nil {
		t.Fatal(err)
	}
	return kb
}
