// Package browsertest opens pages in Chromium and uses them as people do, for tests.
package browsertest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// Need skips the test where there is no browser, and with -short: a browser finds no data
// races. Without a browser it fails where CI=true.
func Need(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("drives a browser, where no data races are found")
	}
	_, err := start()
	if errors.Is(err, exec.ErrNotFound) && os.Getenv("CI") != "true" {
		t.Skip("needs chromium")
	}
	if err != nil {
		t.Fatal(err)
	}
}

// start starts the browser at the first call. The tests of a process share it; each opens
// tabs of its own.
var start = sync.OnceValues(func() (context.Context, error) {
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil && path == "" {
			path = p
		}
	}
	if path == "" {
		return nil, fmt.Errorf("chromium: %w", exec.ErrNotFound)
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("font-render-hinting", "none"))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...) // outlives the test that starts it
	stop = cancel
	ctx, _ = chromedp.NewContext(ctx)
	return ctx, chromedp.Do(ctx) // starts it, so that tabs are its tabs
})

var stop = func() {}

// Stop ends the browser if a test has started it. A TestMain calls it after the tests.
func Stop() { stop() }

// NeedAxe skips the test where axe-core is not installed, and fails where CI=true.
func NeedAxe(t testing.TB) {
	t.Helper()
	_, err := axe()
	if err != nil && os.Getenv("CI") != "true" {
		t.Skip("needs axe-core: npm ci --prefix internal/tools/axe")
	}
	if err != nil {
		t.Fatal(err)
	}
}

// axe returns the script of axe-core, which .ci/run installs.
var axe = sync.OnceValues(func() (string, error) {
	_, file, _, _ := runtime.Caller(0)
	script, err := os.ReadFile(filepath.Join(filepath.Dir(file), "../tools/axe/node_modules/axe-core/axe.min.js"))
	return string(script), err
})
