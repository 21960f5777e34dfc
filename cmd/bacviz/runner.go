package main

// This file keeps texts from outside from steering what runs a step of a pipeline. It
// obeys commands in the output of the step. GitHub's runner obeys a line that begins with
// "::", after white space, and "##[" anywhere in a line (ActionCommand.cs of
// actions/runner). Azure Pipelines obey "##[" and "##vso[", TeamCity obeys "##teamcity[".

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"sync"

	"github.com/bacviz/bacviz/output"
)

// guarded returns std with outputs that begin no command, if a runner may read them. A
// regular file gets what the command writes: other programs read it, and it has to be the
// same on every machine. docs/ci.md says how to print it in a step.
func guarded(std stdio) stdio {
	if os.Getenv("GITHUB_ACTIONS") != "true" && os.Getenv("TF_BUILD") == "" && os.Getenv("TEAMCITY_VERSION") == "" {
		return std
	}
	for _, w := range []*io.Writer{&std.out, &std.err} {
		if f, ok := fileOf(*w); ok {
			if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
				continue
			}
		}
		*w = &runnerGuard{to: *w, blank: true}
	}
	return std
}

// unguarded returns std with the standard output as it is, for what escapes texts by
// itself.
func (s stdio) unguarded() stdio {
	if g, ok := s.out.(*runnerGuard); ok {
		s.out = g.to
	}
	return s
}

// inFormat returns std for a result in a format of pictures. Escapes would spoil one that
// is binary, which is for another program and not for a log.
func (s stdio) inFormat(format string) stdio {
	if output.Binary(format) {
		return s.unguarded()
	}
	return s
}

// guardedFor returns data as they may be written to a path: a device, a pipe or an open
// file, such as /dev/stderr, may be what the runner reads.
func (s stdio) guardedFor(path string, data []byte) []byte {
	if _, on := s.out.(*runnerGuard); !on {
		return data
	}
	if info, err := os.Stat(path); err != nil || info.Mode().IsRegular() {
		return data
	}
	return (&runnerGuard{blank: true}).escape(data)
}

// A runnerGuard writes a text with escapes in place of what would begin a command of any
// runner: \x3a for a colon, \x5b for a bracket after "##" and letters. In JSON it writes
// \u005b, so that the document means the same.
type runnerGuard struct {
	to io.Writer

	mu     sync.Mutex
	blank  bool // the line has only white space so far
	colon  bool // the line has one colon after that
	hashes int  // before the next byte, up to 2; letters may follow two
}

func (g *runnerGuard) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	escaped := g.escape(p)
	n, err := g.to.Write(escaped)
	if err == nil {
		return len(p), nil
	}
	return min(n, len(p)), err
}

func (g *runnerGuard) escape(p []byte) []byte {
	bracket := `\x5b`
	if g.blank && bytes.Contains(p, []byte("##")) && json.Valid(p) {
		bracket = `\u005b`
	}
	out := make([]byte, 0, len(p))
	for _, c := range p {
		switch {
		case c == ':' && g.colon:
			out = append(out, `\x3a`...)
		case c == '[' && g.hashes == 2:
			out = append(out, bracket...)
		default:
			out = append(out, c)
		}
		g.next(c)
	}
	return out
}

// next moves on by a byte.
func (g *runnerGuard) next(c byte) {
	g.colon = g.blank && c == ':'
	switch {
	case c == '\n', c == '\r':
		g.blank = true
	case g.blank:
		g.blank = bytes.IndexByte(spaceBytes, c) >= 0
	}
	switch {
	case c == '#':
		g.hashes = min(g.hashes+1, 2)
	case g.hashes < 2 || (c|' ' < 'a' || c|' ' > 'z'):
		g.hashes = 0
	}
}

// spaceBytes are the bytes of the white space that the runner passes over, which is that
// of Unicode, and of the mark that may begin a text.
var spaceBytes = []byte("\t\v\f \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff")
