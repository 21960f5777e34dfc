// Package jobspec reads job files. YAML or JSON comes in, and is checked as far as
// that is possible without a server; the request that submits the job goes out, for
// package bacalhau.
//
// It is made for bacviz's own commands, and may change with a minor version: see
// docs/versions.md.
package jobspec

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/fetch/internal/address"
	"github.com/bacviz/bacviz/fetch/internal/input"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/infile"
	"github.com/bacviz/bacviz/internal/interrupt"
)

// maxFile bounds a job file, inline inputs included, in bytes.
const maxFile = 32 << 20

// A Spec is a job to submit, which [Read] has checked.
type Spec struct {
	Name, Namespace, Type string // may be empty

	// Force makes an orchestrator accept a job that is the same as the last one of its
	// name. Read leaves it false.
	Force bool

	text json.RawMessage
}

// Request returns the body that submits the job, {"Job":{…}}, for
// [bacalhau.Client.Submit].
func (s *Spec) Request() []byte {
	end := "}"
	if s.Force {
		end = `,"Force":true}`
	}
	return append(append([]byte(`{"Job":`), s.text...), end...)
}

const hintSpec = "a job has a Name, Type, Count and Tasks, and each task an Engine; see examples/hello.yaml"

// ReadFile reads a job from a file, or from stdin if its path is "-". When ctx ends
// first, ReadFile returns, but a read of stdin that blocks stays behind.
func ReadFile(ctx context.Context, path string, stdin io.Reader) (*Spec, error) {
	name := path
	if path == "-" {
		name = input.StdinName
	}
	text, err := interrupt.Call(ctx, func() ([]byte, error) {
		if path == "-" {
			return io.ReadAll(io.LimitReader(stdin, maxFile+1))
		}
		return infile.Read(ctx, path, maxFile)
	})
	if err != nil {
		e := &bacalhau.Error{Op: op, Source: address.PublicPath(name), Message: display.Excerpt(infile.Reason(err)), Err: err}
		if ctx.Err() == nil && path != "-" {
			e.Hint = "give a job file, or - for standard input"
		}
		return nil, e
	}
	return Read(bytes.NewReader(text), name)
}

// op is what an error was doing.
const op = "reading the job"

// Read reads a job, in YAML or JSON, with or without an outer Job. The name stands for
// r in errors, each of which is a [*bacalhau.Error] that names line and column. Read
// checks what can be checked without a server: the fields and their types, that there
// are tasks, and that each has an engine. Names of fields may be in any case, as for
// Bacalhau, and are sent in the case of the API.
func Read(r io.Reader, name string) (*Spec, error) {
	s := reader{source: display.Excerpt(name)}
	text, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	switch {
	case err != nil:
		e := s.fail(nil, display.Excerpt(infile.Reason(err)), "")
		e.Err = err
		return nil, e
	case len(text) > maxFile:
		return nil, s.fail(nil, "larger than the limit of "+display.Bytes(maxFile), "")
	}
	spec, failed := s.read(bytes.TrimPrefix(text, []byte("\xEF\xBB\xBF")))
	if failed != nil {
		return nil, failed
	}
	return spec, nil
}

// A reader reads one job.
type reader struct {
	source string
	nodes  int // seen so far, with aliases followed
	depth  int // of the node at hand
}

func (s *reader) read(text []byte) (*Spec, *bacalhau.Error) {
	doc, err := s.parse(text)
	if err != nil {
		return nil, err
	}
	if outer := child(doc, "Job"); outer != nil {
		for i := 0; i+1 < len(doc.Content); i += 2 {
			if key := doc.Content[i]; !strings.EqualFold(key.Value, "Job") {
				return nil, s.fail(key, "unknown field "+display.Quote(key.Value)+" beside Job", hintSpec)
			}
		}
		doc = outer
	}
	value, err := s.object(doc, theJob, jobSchema)
	if err == nil {
		err = s.checkTasks(doc)
	}
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		return nil, s.fail(doc, display.Excerpt(err.Error()), "")
	}
	job := value.(map[string]any)
	spec := &Spec{text: bytes.TrimSpace(b.Bytes())}
	spec.Name, _ = job["Name"].(string)
	spec.Namespace, _ = job["Namespace"].(string)
	spec.Type, _ = job["Type"].(string)
	return spec, nil
}

func (s *reader) fail(at *yaml.Node, message, hint string) *bacalhau.Error {
	e := &bacalhau.Error{Op: op, Source: s.source, Message: message, Hint: hint}
	if at != nil && at.Line > 0 {
		e.Message = fmt.Sprintf("line %d, column %d: %s", at.Line, at.Column, message)
	}
	return e
}
