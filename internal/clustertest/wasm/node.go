package wasm

// This file runs jobs as a compute node does.

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/bacviz/bacviz/internal/clustertest"
)

// A task is what a node reads of a job's task.
type task struct {
	Engine struct {
		Type   string
		Params struct {
			EntryModule json.RawMessage
			Entrypoint  string
			Parameters  []string
		}
	}
	Publisher    struct{ Type string }
	InputSources []source
	ResultPaths  []struct{ Name, Path string }
}

type source struct {
	Source struct {
		Type   string
		Params map[string]any
	}
	Target string
}

// Node returns what does the work of executions: it runs the module, whatever the job names, over
// the inputs and with the partition of the job.
func (m *Module) Node(ctx context.Context) func(clustertest.Work) clustertest.Done {
	return func(w clustertest.Work) clustertest.Done {
		done, err := m.work(ctx, w)
		if err != nil {
			done.Err = err
		}
		return done
	}
}

func (m *Module) work(ctx context.Context, w clustertest.Work) (done clustertest.Done, err error) {
	t, err := readTask(w.Job)
	if err != nil {
		return done, err
	}
	entry, err := t.entry(w.Version)
	if err != nil {
		return done, err
	}
	dir, err := os.MkdirTemp("", "bacviz-node-")
	if err != nil {
		return done, err
	}
	defer os.RemoveAll(dir)
	run := Run{Args: t.Engine.Params.Parameters, Inputs: map[string]string{}, Results: map[string]string{}}
	if w.Parts > 0 {
		run.Env = []string{fmt.Sprint("BACALHAU_PARTITION_INDEX=", w.Part), fmt.Sprint("BACALHAU_PARTITION_COUNT=", w.Parts)}
	}
	for i, in := range t.InputSources {
		if entry != "" && strings.HasPrefix(entry, in.Target) {
			continue // the module, which the node has
		}
		if run.Inputs[in.Target], err = in.prepare(ctx, filepath.Join(dir, fmt.Sprint("input", i))); err != nil {
			return done, err
		}
	}
	results := filepath.Join(dir, "results")
	for _, r := range t.ResultPaths {
		run.Results[r.Path] = filepath.Join(results, r.Name)
		if err := os.MkdirAll(run.Results[r.Path], 0o755); err != nil {
			return done, err
		}
	}
	var said bytes.Buffer
	run.Stderr = &said
	if done.ExitCode, err = m.Run(ctx, run); err != nil {
		return done, err
	}
	done.Stderr = said.String()
	if done.ExitCode == 0 {
		done.Archive, err = archive(results)
	}
	return done, err
}

func readTask(job map[string]any) (t task, err error) {
	text, err := json.Marshal(job["Tasks"])
	if err != nil {
		return t, err
	}
	var tasks []task
	if err := json.Unmarshal(text, &tasks); err != nil || len(tasks) != 1 {
		return t, fmt.Errorf("not one task: %w", err)
	}
	t = tasks[0]
	switch {
	case t.Engine.Type != "wasm":
		return t, errors.New("invalid wasm engine type. expected wasm, but received: " + t.Engine.Type)
	case t.Engine.Params.Entrypoint != "_start":
		return t, fmt.Errorf("unable to find the entrypoint '%s' in the WASM module", t.Engine.Params.Entrypoint)
	case t.Publisher.Type == "":
		return t, errors.New("nothing would be published")
	}
	return t, nil
}

// entry returns the path of the module among the inputs, from v1.7 on; before, the module is a
// source of its own.
func (t *task) entry(version string) (string, error) {
	if semver.Compare(version, "v1.7.0") < 0 {
		var own source
		if err := json.Unmarshal(t.Engine.Params.EntryModule, &own); err != nil || own.Source.Type == "" {
			return "", errors.New("invalid wasm engine entry module. cannot be nil")
		}
		return "", nil
	}
	var entry string
	if err := json.Unmarshal(t.Engine.Params.EntryModule, &entry); err != nil {
		return "", err
	}
	for _, in := range t.InputSources {
		if entry == in.Target || strings.HasPrefix(entry, in.Target+"/") {
			return entry, nil
		}
	}
	return "", errors.New("invalid wasm engine entry module. target path is that of no input")
}

// prepare returns the folder or the file that a source is on the node's disk.
func (s *source) prepare(ctx context.Context, dir string) (string, error) {
	text := func(name string) string { value, _ := s.Source.Params[name].(string); return value }
	switch s.Source.Type {
	case "localDirectory":
		return text("SourcePath"), nil
	case "inline":
		_, data, _ := strings.Cut(text("URL"), ";base64,")
		content, err := base64.StdEncoding.DecodeString(data)
		if err != nil {
			return "", err
		}
		return dir, os.WriteFile(dir, content, 0o644)
	case "urlDownload":
		return dir, download(ctx, text("URL"), dir)
	}
	return "", fmt.Errorf("the node has no storage %s", s.Source.Type)
}

// download puts what is at an address into a folder.
func download(ctx context.Context, address, dir string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() // only read from
	content, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s: %w", address, resp.Status, err)
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, path.Base(req.URL.Path)), content, 0o644)
}

// archive packs a folder, as the local publisher does.
func archive(dir string) ([]byte, error) {
	var packed bytes.Buffer
	compressed := gzip.NewWriter(&packed)
	entries := tar.NewWriter(compressed)
	if err := errors.Join(entries.AddFS(os.DirFS(dir)), entries.Close(), compressed.Close()); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}
