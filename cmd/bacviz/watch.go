package main

// This file holds nodes --watch.

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"
	"golang.org/x/term"

	"github.com/bacviz/bacviz/cmd/bacviz/gctune"
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
	gctune.Stays()
	if _, err := io.WriteString(std.out, enterScreen); err != nil {
		return err
	}
	defer func() {
		_, leaveErr := io.WriteString(std.out, leaveScreen)
		err = cmp.Or(err, leaveErr)
	}()
	last := seen{}
	for {
		now, err := o.screen(ctx, args, std, &last)
		if ctx.Err() != nil {
			return nil // Ctrl-C is how a watch ends
		}
		if err != nil {
			return err
		}
		if _, err := io.WriteString(std.out, clearScreen+now.fit(std.out)); err != nil {
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
	list nodeList
	at   time.Time // zero if nothing was read yet
}

// A frame is what a watch shows at a time: lines before those of nodes or groups, these, and those
// after.
type frame struct{ before, rows, after []string }

// screen reads the list once and returns what the terminal is to show: the list, or why
// there is no new one, with the last. Only wrong usage is an error, which the first list shows.
func (o *nodesOptions) screen(ctx context.Context, args []string, std stdio, last *seen) (frame, error) {
	var messages bytes.Buffer // printed at once they would break the screen
	gated := &gate{to: &messages}
	limited, cancel := o.network.limit(ctx)
	defer cancel()
	list, err := within(limited, func() (nodeList, error) { return o.read(limited, args, stdio{std.in, nil, gated}) })
	gated.close()
	if errors.As(err, new(*usageError)) && last.at.IsZero() { // later, no node may have the field of --by any more
		return frame{}, err
	}
	now := time.Now()
	if err == nil {
		*last = seen{list, now}
	} else {
		stdio{err: &messages}.note("error: %s", o.network.explain(limited, err))
	}
	head := fmt.Sprintf("%s  every %s  Ctrl-C ends", now.Format(time.TimeOnly), o.interval)
	if last.at.IsZero() {
		return frame{before: linesOf(fmt.Sprintf("%s\n\n%s", head, &messages))}, nil
	}
	if err != nil {
		old := now.Sub(last.at)
		head += fmt.Sprintf("\nthe list of %s ago", max(old.Truncate(time.Second), time.Second))
		if nodes := last.list.nodes; nodes != nil {
			nodes.at = now
		}
	}
	var body bytes.Buffer
	write, err := o.render(ctx, last.list, screenOf(std.out))
	if err == nil {
		err = write(ctx, &body)
	}
	lines := linesOf(body.String())
	first := 1 // below the names of columns
	if o.bare {
		first = 0
	}
	first = min(first, len(lines))
	end := min(first+last.list.rows(), len(lines))
	before := linesOf(fmt.Sprintf("%s\n\n%s", head, &messages))
	if messages.Len() == 0 {
		before = append(before, "")
	}
	return frame{append(before, lines[:first]...), lines[first:end], lines[end:]}, err
}

func linesOf(text string) []string { return strings.Split(strings.TrimRight(text, "\n"), "\n") }

// screenSize returns the size of a terminal in columns and lines.
func screenSize(w io.Writer) (width, height int) {
	if f, ok := fileOf(w); ok {
		if width, height, err := term.GetSize(int(f.Fd())); err == nil && width > 0 && height > 0 {
			return width, height
		}
	}
	return 80, 24
}

// wrapped breaks at blanks the lines that are wider than a terminal.
func wrapped(lines []string, width int) (out []string) {
	for _, line := range lines {
		if columns(line) <= width {
			out = append(out, line)
			continue
		}
		for part := range strings.SplitSeq(text.WrapSoft(line, width), "\n") {
			out = append(out, strings.TrimRight(part, " "))
		}
	}
	return out
}

// fit returns the lines that fit a terminal: of the rows the first, and how many more there are.
// Messages break at blanks. A line of rows that is wider than the terminal takes several of its
// lines. A terminal too low for all has the last line, of totals, after as much of the rest as fits.
func (f frame) fit(w io.Writer) string {
	width, height := screenSize(w)
	rowsOf := func(lines []string) (rows int) {
		for _, line := range lines {
			rows += max(1, (columns(line)+width-1)/width)
		}
		return rows
	}
	whole := f.before
	f.before = wrapped(whole, width)
	room := height - 1 - rowsOf(f.before) - rowsOf(f.after) // but a row for the cursor
	if room < 2 {                                           // a low terminal: the messages are cut, and the list stays
		f.before = nil
		for _, line := range whole {
			if line != "" {
				f.before = append(f.before, cut(line, width))
			}
		}
		room = height - 1 - rowsOf(f.before) - rowsOf(f.after)
	}
	rows := f.rows
	if rowsOf(rows) > room {
		kept := 0
		for kept < len(rows) && rowsOf(rows[:kept+1]) <= room-1 {
			kept++
		}
		rows = append(rows[:kept:kept], fmt.Sprintf("… %d more", len(f.rows)-kept))
	}
	all := slices.Concat(f.before, rows, f.after)
	for len(all) > 1 && rowsOf(all) >= height { // a very low terminal
		next := len(all) - 1
		if len(f.after) > 0 {
			next--
		}
		all = slices.Delete(all, next, next+1)
	}
	return strings.Join(all, "\n")
}
