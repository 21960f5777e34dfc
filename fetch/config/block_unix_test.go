//go:build unix

package config_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/bacviz/bacviz/fetch/config"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// Reading a FIFO that nobody writes to, or a device that never ends, is given up.
func TestFilesThatBlock(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Skip("no FIFOs: ", err)
	}
	none := func(string) string { return "" }
	for _, flags := range []map[string]string{{"api-key-file": fifo}, {"api-username": "ann", "api-password-file": fifo}} {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		start := time.Now()
		_, err := config.Resolve(ctx, config.Options{Flags: flags, Getenv: none, Home: t.TempDir()})
		if !errors.Is(err, context.DeadlineExceeded) || !strings.HasSuffix(err.Error(), "fifo: could not be read before the timeout") || clustertest.Late(time.Since(start), 5*time.Second) {
			t.Errorf("%v: %v after %s", flags, err, time.Since(start))
		}
	}
	_, err := config.Resolve(t.Context(), config.Options{Flags: map[string]string{"api-key-file": "/dev/zero"}, Getenv: none, Home: t.TempDir()})
	if err == nil || !strings.HasSuffix(err.Error(), "/dev/zero: larger than 1 MiB") {
		t.Error(err)
	}
}
