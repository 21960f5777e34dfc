// Package clustertest stands in for Bacalhau in tests, benchmarks and pictures
// of documents. It holds answers recorded from real orchestrators, a server
// that replays them ([Serve]), and a seeded generator of synthetic clusters of
// any size ([Cluster]) with a server and a writer of their own.
package clustertest

import (
	"bufio"
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/textproto"
	"path"
	"strconv"
	"strings"
)

//go:embed testdata/captures
var embedded embed.FS

// Captures holds the recorded answers: VERSION/NAME.json is a body, whatever
// its type, and VERSION/NAME.hdr its status line and headers. An answer without
// a .hdr file was recorded without them.
var Captures fs.FS = sub(embedded, "testdata/captures")

func sub(fsys fs.FS, dir string) fs.FS {
	s, err := fs.Sub(fsys, dir)
	if err != nil {
		panic(err) // only for an invalid path
	}
	return s
}

// Versions lists the versions of Bacalhau in [Captures], oldest first.
func Versions() []string { return []string{"v1.4.0", "v1.6.5", "v1.9.3"} }

// Names lists the captures of a version, sorted.
func Names(version string) []string {
	files, err := fs.Glob(Captures, version+"/*.json")
	if err != nil {
		panic(err) // only for a malformed pattern
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(path.Base(f), ".json")
	}
	return files
}

// An Answer is what an orchestrator answers to one request.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Load reads a capture. One that was recorded without headers is a JSON answer
// with status 200.
func Load(version, name string) (Answer, error) {
	body, err := fs.ReadFile(Captures, version+"/"+name+".json")
	if err != nil {
		return Answer{}, fmt.Errorf("capture %s/%s: %w", version, name, err)
	}
	a := Answer{http.StatusOK, http.Header{"Content-Type": {"application/json"}}, body}
	header, err := fs.ReadFile(Captures, version+"/"+name+".hdr")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return a, nil
	case err != nil:
		return Answer{}, fmt.Errorf("capture %s/%s: %w", version, name, err)
	}
	if a.Status, a.Header, err = parseHeader(header); err != nil {
		return Answer{}, fmt.Errorf("capture %s/%s: %w", version, name, err)
	}
	return a, nil
}

// parseHeader reads a status line of HTTP/1 or HTTP/2, and headers. Those that
// belong to the recorded connection, or that the replaying server sets itself,
// are left out.
func parseHeader(text []byte) (int, http.Header, error) {
	r := textproto.NewReader(bufio.NewReader(bytes.NewReader(append(text, '\n'))))
	line, err := r.ReadLine()
	if err != nil {
		return 0, nil, err
	}
	fields := strings.Fields(line)
	if len(fields) < 2 || !strings.HasPrefix(fields[0], "HTTP/") {
		return 0, nil, fmt.Errorf("not a status line: %q", line)
	}
	status, err := strconv.Atoi(fields[1])
	if err != nil {
		return 0, nil, fmt.Errorf("not a status line: %q", line)
	}
	mime, err := r.ReadMIMEHeader()
	if err != nil {
		return 0, nil, err
	}
	header := http.Header(mime)
	for _, h := range []string{"Connection", "Content-Length", "Date", "Transfer-Encoding"} {
		header.Del(h)
	}
	return status, header, nil
}
