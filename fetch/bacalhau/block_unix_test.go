//go:build unix

package bacalhau_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// Reading a FIFO that nobody writes to ends with the timeout.
func TestCAFileThatBlocks(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Skip("no FIFOs: ", err)
	}
	start := time.Now()
	_, _, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: "https://127.0.0.1:1", CAFile: fifo, Timeout: 100 * time.Millisecond})
	if !errors.Is(err, context.DeadlineExceeded) || !strings.HasSuffix(err.Error(), "CA file "+fifo+": could not be read before the timeout") || clustertest.Late(time.Since(start), 5*time.Second) {
		t.Errorf("%v after %s", err, time.Since(start))
	}
	_, _, err = listNodes(t.Context(), &bacalhau.Client{BaseURL: "https://127.0.0.1:1", CAFile: "/dev/zero"})
	if err == nil || !strings.HasSuffix(err.Error(), "CA file /dev/zero: larger than 16 MiB") {
		t.Error(err)
	}
}
