package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"strings"

	"github.com/bacviz/bacviz/cluster"
)

// StdinName is how messages name standard input.
const StdinName = "standard input"

const hintSource = "a source is an orchestrator's URL, a file that holds its answer, or - for standard input"

// Options say how [Parse] builds sources.
type Options struct {
	Stdin  io.Reader // what "-" reads; nil means os.Stdin
	Client Client    // the settings of URL sources; its BaseURL is replaced

	// MaxBytes bounds what any source gives; 0 means DefaultMaxBytes.
	MaxBytes int64
}

// Parse turns a command-line argument into a source: "-" is standard input, an
// http or https URL an orchestrator, and anything else a file. It opens
// nothing. An argument that can be none of these, such as host:port without a
// scheme, gives an error that says what was probably meant.
func Parse(arg string, opt Options) (Source, error) {
	switch scheme, _, isURL := strings.Cut(arg, "://"); {
	case arg == "":
		return nil, &Error{Op: opSource, Message: "empty source", Hint: hintSource}
	case arg == "-":
		if opt.Stdin == nil {
			opt.Stdin = os.Stdin
		}
		return Stream{Reader: opt.Stdin, Label: StdinName, MaxBytes: opt.MaxBytes}, nil
	case isURL && !strings.ContainsAny(scheme, `/\`):
		c := opt.Client
		c.BaseURL = arg
		if opt.MaxBytes > 0 {
			c.MaxBytes = opt.MaxBytes
		}
		if _, err := parseBase(arg); err != nil {
			err.Op = opSource
			return nil, err
		}
		return &c, nil
	case hostPort.MatchString(arg):
		if _, err := os.Lstat(arg); errors.Is(err, fs.ErrNotExist) {
			name := redact(arg)
			return nil, &Error{
				Op: opSource, Source: name, Message: "no such file", Err: fs.ErrNotExist,
				Hint: "did you mean http://" + name + "?",
			}
		}
	}
	return File{Path: arg, MaxBytes: opt.MaxBytes}, nil
}

// ParseAll parses several arguments. Standard input can be read only once, so
// a second "-" is an error.
func ParseAll(args []string, opt Options) ([]Source, error) {
	var sources []Source
	stdin := false
	for _, arg := range args {
		if arg == "-" && stdin {
			return nil, &Error{Op: opSource, Source: "-", Message: "standard input can be read only once"}
		}
		stdin = stdin || arg == "-"
		s, err := Parse(arg, opt)
		if err != nil {
			return nil, err
		}
		sources = append(sources, s)
	}
	return sources, nil
}

// hostPort matches host:port, [v6]:port and user:password@host, with or without
// a path behind it.
var hostPort = regexp.MustCompile(`^(([^/\\]*@)?([\w.-]+|\[[0-9a-fA-F:.]+\]):\d{1,5}|[^/\\@]+:[^/\\]*@[\w.-]+)(/.*)?$`)

// A File is a path whose contents [Read] understands.
type File struct {
	Path     string
	MaxBytes int64 // 0 means DefaultMaxBytes
}

// Name returns the path.
func (f File) Name() string { return clean(f.Path) }

// List reads the file.
func (f File) List(ctx context.Context) (cluster.List, []Warning, error) {
	return inBackground(ctx, opRead, f.Name(), func() (cluster.List, []Warning, error) {
		r, err := os.Open(f.Path)
		if err != nil {
			e := opening(opRead, f.Path, err)
			if errors.Is(err, fs.ErrNotExist) && !strings.ContainsAny(f.Path, `/\`) {
				e.Hint = hintSource
			}
			return cluster.List{}, nil, e
		}
		defer r.Close() // only read from
		if info, err := r.Stat(); err == nil && info.IsDir() {
			return cluster.List{}, nil, &Error{Op: opRead, Source: f.Name(), Message: "is a directory", Hint: hintSource}
		}
		return read(ctx, r, f.Name(), f.MaxBytes)
	})
}

// opening explains why a file could not be opened.
func opening(op, path string, err error) *Error {
	e := &Error{Op: op, Source: clean(path), Err: err}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		e.Message = "no such file"
	case errors.Is(err, fs.ErrPermission):
		e.Message = "permission denied"
	default:
		e.Message = clean(innermost(err).Error())
	}
	return e
}

// A Stream is a reader, such as standard input, whose contents [Read]
// understands. It gives its list once.
type Stream struct {
	Reader io.Reader
	Label  string // how messages name it

	MaxBytes int64 // 0 means DefaultMaxBytes
}

// Name returns the label.
func (s Stream) Name() string { return clean(s.Label) }

// List reads the stream to its end. When ctx ends first List returns, but a
// read that blocks stays behind until it gets something.
func (s Stream) List(ctx context.Context) (cluster.List, []Warning, error) {
	return inBackground(ctx, opRead, s.Name(), func() (cluster.List, []Warning, error) {
		return read(ctx, s.Reader, s.Name(), s.MaxBytes)
	})
}

// inBackground runs read, and gives up on it when ctx ends: opening a FIFO and
// reading from a terminal block, and nothing can interrupt them.
func inBackground[T any](ctx context.Context, op, name string, read func() (T, []Warning, error)) (value T, _ []Warning, _ error) {
	type result struct {
		value    T
		warnings []Warning
		err      error
	}
	if err := ctx.Err(); err != nil {
		return value, nil, &Error{Op: op, Source: name, Message: ended(err), Err: err}
	}
	done := make(chan result, 1)
	go func() {
		var r result
		r.value, r.warnings, r.err = read()
		done <- r
	}()
	select {
	case r := <-done:
		return r.value, r.warnings, r.err
	case <-ctx.Done():
		return value, nil, &Error{Op: op, Source: name, Message: ended(ctx.Err()), Err: ctx.Err()}
	}
}

// A contextReader fails when its context has ended.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

func ended(err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return "not read to its end before the time-out"
	}
	return "interrupted"
}

// Read reads a node list that was saved or piped: an orchestrator's answer to
// GET /api/v1/orchestrator/nodes, or what `bacalhau node list --output json`
// prints, with log lines before it or without, in UTF-8 or as PowerShell
// redirects it in UTF-16. The name stands for r in warnings and errors. The
// list names no orchestrator and has at least one node; its NodeIDs are not
// empty, and each occurs once. A snapshot as package cluster/snapshot writes it is read too;
// it names its orchestrators, and may have no nodes.
func Read(r io.Reader, name string) (cluster.List, []Warning, error) {
	return read(context.Background(), r, name, 0)
}

func read(ctx context.Context, r io.Reader, name string, limit int64) (cluster.List, []Warning, error) {
	if limit <= 0 {
		limit = DefaultMaxBytes
	}
	r = &limitReader{r: contextReader{ctx, r}, left: limit, limit: limit}
	if br, err := utf8Reader(r); err == nil {
		whole, is := openSnapshot(br)
		if is {
			list, err := readSnapshot(whole, name)
			return list, nil, err
		}
		r = whole
	}
	d := decoder{op: opRead, source: name, progress: progressOf(ctx, name)}
	if _, err := d.page(r, true); err != nil {
		return cluster.List{}, d.warnings, err
	}
	nodes, err := d.finish()
	return cluster.List{Nodes: nodes}, d.warnings, err
}

// A limitReader fails after limit bytes, where io.LimitReader would feign an end.
type limitReader struct {
	r           io.Reader
	left, limit int64
}

func (l *limitReader) Read(p []byte) (int, error) {
	if l.left < 0 {
		return 0, &tooLargeError{limit: l.limit}
	}
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1] // one more, to tell the limit from the end
	}
	n, err := l.r.Read(p)
	l.left -= int64(n)
	if l.left < 0 {
		return n - 1, &tooLargeError{limit: l.limit}
	}
	return n, err
}

type tooLargeError struct {
	what  string // is too large; empty for the whole
	limit int64
}

func (e *tooLargeError) Error() string {
	return fmt.Sprintf("%slarger than the limit of %s", e.what, byteCount(e.limit))
}

func byteCount(n int64) string {
	for _, u := range []struct {
		size int64
		name string
	}{{1 << 30, "GiB"}, {1 << 20, "MiB"}, {1 << 10, "KiB"}} {
		if n >= u.size && n%u.size == 0 {
			return fmt.Sprintf("%d %s", n/u.size, u.name)
		}
	}
	return fmt.Sprintf("%d bytes", n)
}
