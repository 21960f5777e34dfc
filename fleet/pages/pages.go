// Package pages writes the report of a fleet as a folder of pages: an index, and a page for
// each cluster, with pictures.
//
// What comes in are the reports of clusters, one after the other; what goes out are files of
// HTML, Markdown and SVG, which need nothing but one another. Pictures come from the same
// stages as those of bacviz render, by engines that need no Graphviz. In memory are the few
// reports that are being drawn, and a row of the index for each cluster. This package reads no
// clock and prints nothing.
//
// It is made for bacviz's own commands, and may change with a minor version: see
// docs/versions.md.
package pages

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"iter"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/bacviz/bacviz/fleet"
	"github.com/bacviz/bacviz/internal/natural"
)

// Options say how pages are written. The zero value gives the defaults.
type Options struct {
	Title string // default: "Fleet"
}

// A Put opens a new file of the report, by a name with slashes. Several goroutines call it.
type Put = func(name string) (io.WriteCloser, error)

// Write writes the pages. It ends with the first error among the reports, or of put. The same
// reports give the same files. Without a snapshot, there is nothing to write, which is an error.
func Write(ctx context.Context, reports iter.Seq2[*fleet.Report, error], opt Options, put Put) error {
	if opt.Title == "" {
		opt.Title = "Fleet"
	}
	own, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	w := &writer{ctx: own, opt: opt, put: put}
	var drawing sync.WaitGroup
	work := make(chan job)
	for range runtime.GOMAXPROCS(0) {
		drawing.Go(func() {
			for j := range work {
				if err := w.cluster(j); err != nil {
					cancel(err)
				}
			}
		})
	}
	failed := w.hand(reports, work)
	close(work)
	drawing.Wait()
	switch {
	case failed != nil:
		return failed
	case own.Err() != nil:
		return context.Cause(own)
	}
	return w.index()
}

// A writer writes one report.
type writer struct {
	ctx  context.Context
	opt  Options
	put  Put
	mu   sync.Mutex
	rows []row
	lost []lost
}

// A job is a cluster whose page is to be written.
type job struct {
	report *fleet.Report
	name   string // of its files, without the extension
}

// hand gives each report to whoever draws next, and returns the first error among them.
func (w *writer) hand(reports iter.Seq2[*fleet.Report, error], work chan<- job) error {
	for r, err := range reports {
		if err != nil {
			return err
		}
		if r.LeftOut > 0 {
			w.lost = append(w.lost, newLost(r))
		}
		if r.Snapshots == 0 {
			continue
		}
		select {
		case work <- job{r, nameOf(r.Cluster)}:
		case <-w.ctx.Done():
			return context.Cause(w.ctx)
		}
	}
	return nil
}

// nameOf returns a name for the files of a cluster that every file system takes: the name of
// the cluster, if that is made of small letters, digits and dashes, else something like it.
func nameOf(cluster string) string {
	const most = 60
	var b strings.Builder
	for _, r := range strings.ToLower(cluster) {
		switch {
		case b.Len() >= most:
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-' && b.Len() > 0:
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	name := strings.TrimRight(b.String(), "-")
	if name != cluster || reserved[name] {
		sum := sha256.Sum256([]byte(cluster))
		name += "~" + hex.EncodeToString(sum[:4])
	}
	return "clusters/" + name
}

// reserved are names that Windows keeps for devices.
var reserved = map[string]bool{
	"con": true, "prn": true, "aux": true, "nul": true, "com0": true, "com1": true, "com2": true, "com3": true, "com4": true, "com5": true, "com6": true, "com7": true, "com8": true, "com9": true,
	"lpt0": true, "lpt1": true, "lpt2": true, "lpt3": true, "lpt4": true, "lpt5": true, "lpt6": true, "lpt7": true, "lpt8": true, "lpt9": true,
}

// cluster writes the files of one cluster, and remembers its row of the index.
func (w *writer) cluster(j job) error {
	pictures, err := draw(w.ctx, j.report)
	if err != nil {
		return fmt.Errorf("drawing cluster %s: %w", printable(j.report.Cluster), err)
	}
	for suffix, data := range pictures.files {
		if err := w.write(j.name+suffix, data); err != nil {
			return err
		}
	}
	var page bytes.Buffer
	if err := clusterPage(&page, j, pictures); err != nil {
		return err
	}
	if err := w.write(j.name+".html", page.Bytes()); err != nil {
		return err
	}
	r := newRow(j, pictures)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rows = append(w.rows, r)
	return nil
}

// write writes one file.
func (w *writer) write(name string, data []byte) error {
	f, err := w.put(name)
	if err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		f.Close() // the error says more
		return err
	}
	return f.Close()
}

// index writes the pages about all clusters.
func (w *writer) index() error {
	if len(w.rows) == 0 {
		return &fleet.Error{
			Message: "there is no snapshot to report on",
			Hint:    "a folder of clusters has a folder for each, with files such as 2026-11-01T12:00:00Z.json by bacviz snapshot",
		}
	}
	slices.SortFunc(w.rows, func(a, b row) int { return natural.Compare(a.Name, b.Name) })
	all, err := newOverview(w.ctx, w.rows, w.lost, w.opt)
	if err != nil {
		return err
	}
	for name, data := range all.files {
		if err := w.write(name, data); err != nil {
			return err
		}
	}
	var page bytes.Buffer
	if err := indexPage(&page, all); err != nil {
		return err
	}
	if err := w.write("index.html", page.Bytes()); err != nil {
		return err
	}
	return w.write("index.md", markdown(all))
}
