package main

import (
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/internal/display"
)

// A fetch that takes longer than progressAfter tells how far it is.
const (
	progressAfter = 500 * time.Millisecond
	progressEvery = 100 * time.Millisecond
)

// progress is one line on standard error, if that is a terminal.
type progress struct {
	mu   sync.Mutex
	seen map[string]fetch.Progress
	done chan struct{}
	gone chan struct{} // closed when the line is off the screen
}

// startProgress begins to watch the reading of sources. A terminal that cannot
// move its cursor shows nothing, and neither does a file.
func startProgress(std stdio, sources []fetch.Source) *progress {
	p := &progress{seen: map[string]fetch.Progress{}}
	if !isTerminal(std.err) || os.Getenv("TERM") == "dumb" {
		return p
	}
	p.done, p.gone = make(chan struct{}), make(chan struct{})
	go func() {
		defer close(p.gone)
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
			// A line that wraps would stay, a copy for each tick.
			width, _ := screenSize(std.err)
			fmt.Fprintf(std.err, "\r\x1b[K%s", text.Trim(p.line(sources), width-1))
			select {
			case <-p.done:
				fmt.Fprint(std.err, "\r\x1b[K")
				return
			case <-tick.C:
			}
		}
	}()
	return p
}

// report notes how far the reading of a source is.
func (p *progress) report(now fetch.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen[now.Source] = now
}

// stop takes the line off the screen.
func (p *progress) stop() {
	if p.done != nil {
		close(p.done)
		<-p.gone
	}
}

func (p *progress) line(sources []fetch.Source) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var bytes int64
	records := 0
	for _, now := range p.seen {
		bytes += now.Bytes
		records += now.Records
	}
	what := text.Snip(sources[0].Name(), 40, "…")
	if len(sources) > 1 {
		what = fmt.Sprintf("%d sources", len(sources))
	}
	if bytes == 0 {
		return "bacviz: waiting for " + display.OneLine(what)
	}
	return fmt.Sprintf("bacviz: reading %s: %s, %s nodes", display.OneLine(what), humanize.IBytes(uint64(bytes)), humanize.Comma(int64(records)))
}
