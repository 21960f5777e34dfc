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
	last := seen{}
	for {
		text, err := o.screen(ctx, args, std, &last)
		if ctx.Err() != nil {
			return nil // Ctrl-C is how a watch ends
		}
		if err != nil {
			return err
		}
		if _, err := io.WriteString(std.out, clearScreen+fit(text, std.out)); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(o.interval):
		}
	}
}

// A seen is what a watch read last.
type seen struct {
	rows []nodeRow
	at   time.Time // zero if nothing was read yet
}

// screen reads the nodes once and returns what the terminal is to show: the list, or why
// there is no new one, with the last. Only wrong usage, which stays wrong, is an error.
func (o *nodesOptions) screen(ctx context.Context, args []string, std stdio, last *seen) (string, error) {
	var messages bytes.Buffer // printed at once they would break the screen
	gated := &gate{to: &messages}
	limited, cancel := o.network.limit(ctx)
	defer cancel()
	rows, err := within(limited, func() ([]nodeRow, error) { return o.read(limited, args, stdio{std.in, nil, gated}) })
	gated.close()
	if errors.As(err, new(*usageError)) {
		return "", err
	}
	now := time.Now()
	if err == nil {
		*last = seen{rows, now}
	} else {
		stdio{err: &messages}.note("error: %s", o.network.explain(limited, err))
	}
	head := fmt.Sprintf("%s  every %s  Ctrl-C ends", now.Format(time.TimeOnly), o.interval)
	if last.at.IsZero() {
		return fmt.Sprintf("%s\n\n%s", head, &messages), nil
	}
	if err != nil {
		old := now.Sub(last.at)
		head += fmt.Sprintf("\nthe list of %s ago", max(old.Truncate(time.Second), time.Second))
		for i := range last.rows {
			if r := &last.rows[i]; r.LastSeen != nil {
				r.age = max(0, now.Sub(*r.LastSeen))
			}
		}
	}
	body, err := o.render(ctx, last.rows, screenOf(std.out))
	return fmt.Sprintf("%s\n\n%s%s", head, &messages, body), err
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
