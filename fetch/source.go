package fetch

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/fetch/internal/address"
	"github.com/bacviz/bacviz/fetch/internal/input"
	"github.com/bacviz/bacviz/fetch/internal/printed"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/infile"
	"github.com/bacviz/bacviz/internal/interrupt"
)

const hintSource = "a source is an orchestrator's URL, a file with a node list or a snapshot, or - for standard input"

// ParseOptions say how [Parse] makes sources.
type ParseOptions struct {
	Stdin  io.Reader       // what "-" reads; nil means os.Stdin
	Client bacalhau.Client // the settings of URL sources; its BaseURL is replaced

	// MaxBytes bounds how much is read of any source; 0 means
	// bacalhau.DefaultMaxBytes.
	MaxBytes int64

	// MaxRecords bounds how many records a list of any source may have; 0 means
	// a limit that depends on its length, as bacalhau.DefaultMaxRecords says.
	MaxRecords int

	// Other makes sources of further kinds of an argument that is neither empty nor "-". It
	// returns nil for one that it does not know; the error is that of Parse.
	Other func(arg string) (Source, error)
}

// Parse makes a source of a command-line argument: "-" is standard input, an http or
// https URL an orchestrator, and anything else a file. A name and = in front of it, as
// [SplitName] finds them, make it a [Named] source. Nothing is opened. An argument that
// can be none of these, such as host:port without a scheme, gives an error that says what
// was probably meant.
func Parse(arg string, opt ParseOptions) (Source, error) {
	name, arg := SplitName(arg)
	if name == "" {
		return parse(arg, opt)
	}
	if err := checkName(name); err != nil {
		return nil, err
	}
	s, err := parse(arg, opt)
	if err != nil {
		return nil, as(name, err)
	}
	return Named{s, name}, nil
}

// parse makes a source of an argument without a name.
func parse(arg string, opt ParseOptions) (Source, error) {
	if opt.Other != nil && arg != "" && arg != "-" {
		if s, err := opt.Other(arg); s != nil || err != nil {
			return s, err
		}
	}
	switch scheme, _, isURL := strings.Cut(arg, "://"); {
	case arg == "":
		return nil, &Error{Op: opSource, Message: "empty source", Hint: hintSource}
	case arg == "-":
		if opt.Stdin == nil {
			opt.Stdin = os.Stdin
		}
		return Stream{Reader: opt.Stdin, Label: input.StdinName, MaxBytes: opt.MaxBytes, MaxRecords: opt.MaxRecords}, nil
	case isURL && !strings.ContainsAny(scheme, `/\`):
		c := opt.Client
		c.BaseURL = arg
		if opt.MaxBytes > 0 {
			c.MaxBytes = opt.MaxBytes
		}
		if opt.MaxRecords > 0 {
			c.MaxRecords = opt.MaxRecords
		}
		if err := c.Check(); err != nil {
			return nil, err
		}
		return &c, nil
	}
	if meant, ok := address.Meant(arg); ok && !address.Exists(arg) {
		return nil, &Error{
			Op: opSource, Source: address.Public(arg), Message: "no such file", Err: fs.ErrNotExist,
			Hint: "did you mean " + address.Public(meant) + "?",
		}
	}
	return File{Path: arg, MaxBytes: opt.MaxBytes, MaxRecords: opt.MaxRecords}, nil
}

// ParseAll makes sources of several arguments. Standard input can be read only once,
// so a second "-" is an error.
func ParseAll(args []string, opt ParseOptions) ([]Source, error) {
	var sources []Source
	stdin := false
	for _, arg := range args {
		_, place := SplitName(arg)
		if place == "-" && stdin {
			return nil, &Error{Op: opSource, Source: "-", Message: "standard input can be read only once"}
		}
		stdin = stdin || place == "-"
		s, err := Parse(arg, opt)
		if err != nil {
			return nil, err
		}
		sources = append(sources, s)
	}
	return sources, nil
}

// A File is a file that holds a node list, as [bacalhau.ReadNodes] reads it, a snapshot of
// bacviz, or a list that bacviz or Bacalhau printed as JSON, YAML, CSV or a wide table.
type File struct {
	Path       string
	MaxBytes   int64          // 0 means bacalhau.DefaultMaxBytes
	MaxRecords int            // 0 means as many as its length allows; see bacalhau.DefaultMaxRecords
	Warn       func(Warning)  // receives warnings when the file has been read; nil drops them
	Progress   func(Progress) // called now and then while it is read; may be nil
}

// Name returns the path. If there is no such file, it is shown without what may be the
// password of a mistyped address.
func (f File) Name() string { return address.PublicPath(f.Path) }

// List reads the file. The list of a file names no orchestrator, but that of a
// snapshot does, and may have no nodes.
func (f File) List(ctx context.Context) (cluster.List, error) {
	return document{f.Name(), f.MaxBytes, f.MaxRecords, f.Warn, f.Progress}.list(ctx, func() (io.ReadCloser, error) {
		r, err := os.Open(f.Path)
		if err != nil {
			e := &Error{Op: opRead, Source: f.Name(), Message: display.Excerpt(infile.Reason(err)), Err: err}
			if errors.Is(err, fs.ErrNotExist) && !strings.ContainsAny(f.Path, `/\`) {
				e.Hint = hintSource
			}
			return nil, e
		}
		if info, err := r.Stat(); err == nil && info.IsDir() {
			r.Close() // nothing was read from it
			return nil, &Error{Op: opRead, Source: f.Name(), Message: "is a directory", Hint: hintSource}
		}
		return r, nil
	})
}

// A Stream is a reader, such as standard input, with the content of a [File]. It gives
// its list once.
type Stream struct {
	Reader     io.Reader
	Label      string         // names it in messages
	MaxBytes   int64          // 0 means bacalhau.DefaultMaxBytes
	MaxRecords int            // 0 means as many as its length allows; see bacalhau.DefaultMaxRecords
	Warn       func(Warning)  // receives warnings when the stream has been read; nil drops them
	Progress   func(Progress) // called now and then while it is read; may be nil
}

// Name returns the label.
func (s Stream) Name() string { return display.Excerpt(s.Label) }

// List reads the stream to its end, as [File.List] reads a file. When ctx ends first,
// List returns, but a read that blocks stays behind until it ends.
func (s Stream) List(ctx context.Context) (cluster.List, error) {
	return document{s.Name(), s.MaxBytes, s.MaxRecords, s.Warn, s.Progress}.list(ctx, func() (io.ReadCloser, error) { return io.NopCloser(s.Reader), nil })
}

// A document is the content of a file or a stream.
type document struct {
	name       string
	maxBytes   int64
	maxRecords int
	warn       func(Warning)
	progress   func(Progress)
}

// list opens the document and reads it. It gives up when ctx ends: opening a FIFO and
// reading from a terminal block.
func (d document) list(ctx context.Context, open func() (io.ReadCloser, error)) (cluster.List, error) {
	type result struct {
		list     cluster.List
		warnings []Warning
	}
	read, err := interrupt.Call(ctx, func() (r result, err error) {
		in, err := open()
		if err != nil {
			return r, err
		}
		defer in.Close() // only read from
		r.list, err = d.read(ctx, in, func(w Warning) { r.warnings = append(r.warnings, w) })
		return r, err
	})
	if err != nil && !errors.As(err, new(*Error)) { // of ctx
		err = &Error{Op: opRead, Source: d.name, Message: infile.Reason(err), Err: err}
	}
	for _, w := range read.warnings {
		if d.warn != nil {
			d.warn(w)
		}
	}
	return read.list, err
}

func (d document) read(ctx context.Context, r io.Reader, warn func(Warning)) (cluster.List, error) {
	limit := d.maxBytes
	if limit <= 0 {
		limit = bacalhau.DefaultMaxBytes
	}
	r = input.Limit(ctx, r, limit)
	if text, err := input.UTF8(r); err == nil {
		all, is := detect(text)
		if is {
			return readSnapshot(all, d.name, d.maxRecords)
		}
		r = all
		if format, is := printed.Detect(text); is {
			return d.readPrinted(r, format, warn)
		}
	}
	nodes, err := d.readNodes(r, warn)
	return cluster.List{Nodes: nodes}, err
}

func (d document) readNodes(r io.Reader, warn func(Warning)) ([]cluster.Node, error) {
	return bacalhau.ReadNodes(r, bacalhau.ReadOptions{Name: d.name, MaxRecords: d.maxRecords, Warn: warn, Progress: d.progress})
}
