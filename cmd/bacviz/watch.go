package main

// This file holds nodes --watch.

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"
	"golang.org/x/term"

	"github.com/bacviz/bacviz/cluster"
)

// Escape sequences of the alternate screen, on which a watch is drawn so that
// what was on the terminal comes back.
const (
	enterScreen = "\x1b[?1049h\x1b[?25l"
	leaveScreen = "\x1b[?25h\x1b[?1049l"
	clearScreen = "\x1b[H\x1b[J"
)

// watchNodes draws the list again and again until ctx ends.
func (o *nodesOptions) watchNodes(ctx context.Context, args []string, filter cluster.Filter, std stdio) (err error) {
	if _, err := io.WriteString(std.out, enterScreen); err != nil {
		return err
	}
	defer func() {
		_, leaveErr := io.WriteString(std.out, leaveScreen)
		err = cmp.Or(err, leaveErr)
	}()
	for {
		var said bytes.Buffer // warnings would break the screen
		rows, err := o.read(ctx, args, filter, stdio{std.in, nil, &said})
		if ctx.Err() != nil {
			return nil // Ctrl-C is how a watch ends
		}
		var body []byte
		if err == nil {
			width, _ := screenSize(std.out)
			body, err = o.render(rows, width)
		}
		var usage *usageError
		if errors.As(err, &usage) {
			return err
		}
		if err != nil {
			body = fmt.Appendf(nil, "bacviz: error: %s\n", oneLine(err.Error()))
		}
		screen := fmt.Appendf(nil, "%s  every %s  %s\n\n", time.Now().Format(time.TimeOnly), o.interval, "Ctrl-C ends")
		screen = append(append(screen, said.Bytes()...), body...)
		if _, err := io.WriteString(std.out, clearScreen+fit(string(screen), std.out)); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(o.interval):
		}
	}
}

// screenSize is the size of a terminal in columns and lines.
func screenSize(w io.Writer) (width, height int) {
	if f, ok := w.(*os.File); ok {
		if width, height, err := term.GetSize(int(f.Fd())); err == nil && width > 0 && height > 0 {
			return width, height
		}
	}
	return 80, 24
}

// fit leaves out the lines that a terminal has no room for. A line that is wider
// than the terminal takes several of its.
func fit(screen string, w io.Writer) string {
	width, height := screenSize(w)
	lines := strings.Split(strings.TrimRight(screen, "\n"), "\n")
	takes := func(line string) int { return max(1, (text.StringWidth(line)+width-1)/width) }
	rows := 0
	for _, line := range lines {
		rows += takes(line)
	}
	if rows < height {
		return strings.Join(lines, "\n")
	}
	kept, room := 0, max(height-2, 0) // a line for what is left out, and one for the cursor
	for kept < len(lines) && takes(lines[kept]) <= room {
		room -= takes(lines[kept])
		kept++
	}
	return strings.Join(append(lines[:kept:kept], fmt.Sprintf("… %d more", len(lines)-kept)), "\n")
}
