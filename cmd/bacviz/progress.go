package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/internal/display"
)

// The progress of a fetch is shown after progressAfter, and updated every progressEvery.
const (
	progressAfter = 500 * time.Millisecond
	progressEvery = 100 * time.Millisecond
)

// progress is one line on standard error, if that is a terminal: how much of the
// sources has been read.
type progress struct {
	sources []fetch.Source
	done    chan struct{} // closed when the sources are read; nil if nothing is shown
	erased  chan struct{} // closed when the line is off the screen

	mu   sync.Mutex
	read map[string]fetch.Progress // by source
}

// startProgress shows how the reading of sources goes on, until stop. A terminal that
// cannot move its cursor shows nothing, and neither does a file.
func startProgress(std stdio, sources []fetch.Source) *progress {
	p := &progress{sources: sources, read: map[string]fetch.Progress{}}
	if isTerminal(std.err) && os.Getenv("TERM") != "dumb" {
		p.done, p.erased = make(chan struct{}), make(chan struct{})
		go p.show(std.err)
	}
	return p
}

// show draws the line again and again until the sources are read, and erases it.
func (p *progress) show(w io.Writer) {
	const eraseLine = "\r\x1b[K"
	defer close(p.erased)
	wait := time.NewTimer(progressAfter)
	defer wait.Stop()
	select {
	case <-p.done:
		return
	case <-wait.C:
	}
	tick := time.NewTicker(progressEvery)
	defer tick.Stop()
	for {
		width, _ := screenSize(w)
		fmt.Fprint(w, eraseLine, text.Trim(p.line(), width-1)) // a line that wraps could not be erased
		select {
		case <-p.done:
			fmt.Fprint(w, eraseLine)
			return
		case <-tick.C:
		}
	}
}

// report takes how far the reading of a source is.
func (p *progress) report(now fetch.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.read[now.Source] = now
}

// stop takes the line off the screen.
func (p *progress) stop() {
	if p.done != nil {
		close(p.done)
		<-p.erased
	}
}

// line returns what is shown at present.
func (p *progress) line() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var bytes int64
	records := 0
	for _, now := range p.read {
		bytes += now.Bytes
		records += now.Records
	}
	what := text.Snip(p.sources[0].Name(), 40, "…")
	if len(p.sources) > 1 {
		what = fmt.Sprintf("%d sources", len(p.sources))
	}
	if bytes == 0 {
		return "bacviz: waiting for " + display.OneLine(what)
	}
	return fmt.Sprintf("bacviz: reading %s: %s, %s nodes", display.OneLine(what), humanize.IBytes(uint64(bytes)), humanize.Comma(int64(records)))
}
