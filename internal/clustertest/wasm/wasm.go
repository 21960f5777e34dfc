// Package wasm builds programs of this module as WebAssembly and runs them as Bacalhau's compute
// nodes do: in wazero, on one processor, without a network, over folders for inputs and results.
// It is for tests.
package wasm

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"
	"unsafe"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/experimental"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"github.com/tetratelabs/wazero/sys"
)

// Build builds the program in a package of this module, and returns its code.
func Build(ctx context.Context, pkg string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "bacviz-wasm-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, "module.wasm")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-o", out, pkg)
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "GOFLAGS=")
	if said, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building %s: %w: %s", pkg, err, said)
	}
	return os.ReadFile(out)
}

// A Module is compiled, and can be run several times at once.
type Module struct {
	runtime wazero.Runtime
	code    wazero.CompiledModule
	cache   wazero.CompilationCache
}

// Compile compiles a module with two processors, or takes what an earlier call, perhaps of another
// process, has compiled within a day. Bacalhau compiles with one, at each execution.
func Compile(ctx context.Context, code []byte) (*Module, error) {
	cache, err := openCache()
	if err != nil {
		return nil, err
	}
	config := wazero.NewRuntimeConfigCompiler()
	withoutInterpreter(config)
	config = config.WithCloseOnContextDone(true).WithCompilationCache(cache)
	m := &Module{runtime: wazero.NewRuntimeWithConfig(ctx, config), cache: cache}
	if _, err = wasi_snapshot_preview1.Instantiate(ctx, m.runtime); err == nil {
		m.code, err = m.runtime.CompileModule(experimental.WithCompilationWorkers(ctx, 2), code)
	}
	if err != nil {
		return nil, errors.Join(err, m.Close(ctx))
	}
	return m, nil
}

// withoutInterpreter takes back for one configuration what package gv/cache does to all: it makes
// wazero interpret, since bacviz itself compiles nothing, and interpreting takes twenty times as long.
func withoutInterpreter(config wazero.RuntimeConfig) {
	engine := reflect.ValueOf(config).Elem().FieldByName("newEngine")
	reflect.NewAt(engine.Type(), unsafe.Pointer(engine.UnsafeAddr())).Elem().SetZero()
}

// openCache opens a folder of compiled modules, from which it removes old ones: each change of a
// program makes another.
func openCache() (wazero.CompilationCache, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	dir = filepath.Join(dir, "bacviz-tests")
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // there is no folder yet, or another process removes, too
		}
		if info, err := d.Info(); err == nil && time.Since(info.ModTime()) > 24*time.Hour {
			_ = os.Remove(path)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return wazero.NewCompilationCacheWithDir(dir)
}

// Close frees the module.
func (m *Module) Close(ctx context.Context) error {
	return errors.Join(m.runtime.Close(ctx), m.cache.Close(ctx))
}

// A Run is one execution.
type Run struct {
	Args    []string          // without the program's name
	Env     []string          // NAME=value
	Inputs  map[string]string // the folder or file of each target, such as /inputs
	Results map[string]string // the folder of each path, such as /outputs
	Stdout  io.Writer         // nil: nowhere
	Stderr  io.Writer
}

// Run runs the module, and returns its exit code.
func (m *Module) Run(ctx context.Context, run Run) (code int, err error) {
	mounted := files{}
	for target, place := range run.Inputs {
		info, err := os.Stat(place)
		if err != nil {
			return 0, err
		}
		mounted[strings.Trim(target, "/")] = os.DirFS(place)
		if !info.IsDir() {
			mounted[strings.Trim(target, "/")] = oneFile(place)
		}
	}
	for target, dir := range run.Results {
		mounted[strings.Trim(target, "/")] = results(dir)
	}
	config := wazero.NewModuleConfig().WithName("").WithArgs(slices.Concat([]string{""}, run.Args)...).
		WithSysNanosleep().WithSysNanotime().WithSysWalltime().WithRandSource(rand.Reader).WithFS(fs.FS(mounted))
	if run.Stdout != nil {
		config = config.WithStdout(run.Stdout)
	}
	if run.Stderr != nil {
		config = config.WithStderr(run.Stderr)
	}
	for _, v := range run.Env {
		name, value, _ := strings.Cut(v, "=")
		config = config.WithEnv(name, value)
	}
	instance, err := m.runtime.InstantiateModule(ctx, m.code, config)
	if instance != nil {
		defer instance.Close(ctx)
	}
	var exit *sys.ExitError
	if errors.As(err, &exit) && ctx.Err() == nil {
		return int(exit.ExitCode()), nil
	}
	return 0, err
}

// Output runs the module, and returns what it printed: its result, or what it said if it failed.
func (m *Module) Output(ctx context.Context, run Run) ([]byte, int, error) {
	var out, said bytes.Buffer
	run.Stdout, run.Stderr = &out, &said
	code, err := m.Run(ctx, run)
	if code != 0 {
		return said.Bytes(), code, err
	}
	return out.Bytes(), code, err
}
