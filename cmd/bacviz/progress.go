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

// How far work is, is shown after progressAfter, and updated every progressEvery.
const (
	progressAfter = 500 * time.Millisecond
	progressEvery = 100 * time.Millisecond
)

// A statusLine is a line on standard error, if that is a terminal, that says how far work is.
type statusLine struct {
	line   func() string
	done   chan struct{} // closed when the work is done; nil if nothing is shown
	erased chan struct{} // closed when the line is off the screen
}

// startStatus shows a line until stop. A terminal that cannot move its cursor shows nothing,
// and neither does a file.
func startStatus(std stdio, line func() string) *statusLine {
	s := &statusLine{line: line}
	if isTerminal(std.err) && os.Getenv("TERM") != "dumb" {
		s.done, s.erased = make(chan struct{}), make(chan struct{})
		go s.show(std.err)
	}
	return s
}

// show draws the line again and again until the work is done, and erases it.
func (s *statusLine) show(w io.Writer) {
	const eraseLine = "\r\x1b[K"
	defer close(s.erased)
	wait := time.NewTimer(progressAfter)
	defer wait.Stop()
	select {
	case <-s.done:
		return
	case <-wait.C:
	}
	tick := time.NewTicker(progressEvery)
	defer tick.Stop()
	for {
		width, _ := screenSize(w)
		fmt.Fprint(w, eraseLine, text.Trim(s.line(), width-1)) // a line that wraps could not be erased
		select {
		case <-s.done:
			fmt.Fprint(w, eraseLine)
			return
		case <-tick.C:
		}
	}
}

// stop takes the line off the screen.
func (s *statusLine) stop() {
	if s.done != nil {
		close(s.done)
		<-s.erased
	}
}

// progress is how much of the sources has been read, as a line.
type progress struct {
	*statusLine
	sources []fetch.Source

	mu   sync.Mutex
	read map[string]fetch.Progress // by source
}

// startProgress shows how the reading of sources goes on, until stop.
func startProgress(std stdio, sources []fetch.Source) *progress {
	p := &progress{sources: sources, read: map[string]fetch.Progress{}}
	p.statusLine = startStatus(std, p.line)
	return p
}

// report takes how far the reading of a source is.
func (p *progress) report(now fetch.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.read[now.Source] = now
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
