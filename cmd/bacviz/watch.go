package main

// This file holds nodes --watch.

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"golang.org/x/term"
)

// Escape sequences of the alternate screen, on which a watch is drawn so that the
// terminal afterwards shows what it showed before.
const (
	enterScreen = "\x1b[?1049h\x1b[?25l"
	leaveScreen = "\x1b[?25h\x1b[?1049l"
	clearScreen = "\x1b[H\x1b[J"
)

// watchNodes draws the list again and again until ctx ends.
func (o *nodesOptions) watchNodes(ctx context.Context, args []string, std stdio) (err error) {
	if _, err := io.WriteString(std.out, enterScreen); err != nil {
		return err
	}
	defer func() {
		_, leaveErr := io.WriteString(std.out, leaveScreen)
		err = cmp.Or(err, leaveErr)
	}()
	for {
		screen, err := o.screen(ctx, args, std)
		if ctx.Err() != nil {
			return nil // Ctrl-C is how a watch ends
		}
		if err != nil {
			return err
		}
		if _, err := io.WriteString(std.out, clearScreen+fit(screen, std.out)); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(o.interval):
		}
	}
}

// screen reads the nodes once and returns what the terminal is to show: the list, or
// why there is none. Only wrong usage, which stays wrong, is an error.
func (o *nodesOptions) screen(ctx context.Context, args []string, std stdio) (string, error) {
	var messages bytes.Buffer // printed at once they would break the screen
	gated := &gate{to: &messages}
	width, _ := screenSize(std.out)
	body, err := o.list(ctx, args, stdio{std.in, nil, gated}, width)
	gated.close()
	if errors.As(err, new(*usageError)) {
		return "", err
	}
	if err != nil {
		stdio{err: &messages}.note("error: %s", err)
	}
	return fmt.Sprintf("%s  every %s  Ctrl-C ends\n\n%s%s", time.Now().Format(time.TimeOnly), o.interval, &messages, body), nil
}

// screenSize returns the size of a terminal in columns and lines.
func screenSize(w io.Writer) (width, height int) {
	if f, ok := fileOf(w); ok {
		if width, height, err := term.GetSize(int(f.Fd())); err == nil && width > 0 && height > 0 {
			return width, height
		}
	}
	return 80, 24
}

// fit returns the lines that fit a terminal, and how many do not. A line that is
// wider than the terminal takes several of its lines.
func fit(screen string, w io.Writer) string {
	width, height := screenSize(w)
	lines := strings.Split(strings.TrimRight(screen, "\n"), "\n")
	rowsOf := func(line string) int { return max(1, (columns(line)+width-1)/width) }
	rows := 0
	for _, line := range lines {
		rows += rowsOf(line)
	}
	if rows < height {
		return strings.Join(lines, "\n")
	}
	kept, room := 0, max(height-2, 0) // but a row for the count, and one for the cursor
	for kept < len(lines) && rowsOf(lines[kept]) <= room {
		room -= rowsOf(lines[kept])
		kept++
	}
	return strings.Join(append(lines[:kept:kept], fmt.Sprintf("… %d more", len(lines)-kept)), "\n")
}
