package main

// This file holds --wait of diff and check: to look again until there is nothing to report.
// After a restart, an orchestrator lists all its nodes as disconnected for some 20 s.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/internal/display"
)

// The pauses between two looks; each is longer than the one before.
const (
	firstLook = 500 * time.Millisecond
	lastLook  = 5 * time.Second
)

// A waitFlag is how long a command looks again as long as there is something to report.
type waitFlag struct{ limit time.Duration }

// add defines the flag.
func (w *waitFlag) add(cmd *cobra.Command) {
	cmd.Flags().DurationVar(&w.limit, "wait", 0, "look again for this `time`, such as 90s, until there is nothing to report; --timeout then limits each look")
}

// check refuses to wait for what does not change, or cannot be read again.
func (w *waitFlag) check(args []string, isDefault bool) error {
	switch {
	case w.limit < 0:
		return usagef("--wait %s is negative", w.limit)
	case w.limit == 0:
		return nil
	case !isDefault && !slices.ContainsFunc(places(args), isURL):
		return usagef("--wait asks an orchestrator again, and no SOURCE is one")
	}
	return nil
}

// A look is what one look at the network gave.
type look[T any] struct {
	result T
	open   string // what there is to report, for the user who waits; empty if there is nothing
}

// lookAgain looks until there is nothing to report, or the time is over, and returns what the
// last look gave and how long it waited. Messages of other looks are dropped.
func lookAgain[T any](ctx context.Context, w waitFlag, std stdio, at func(std stdio, waited time.Duration) (look[T], error)) (result T, waited time.Duration, err error) {
	if w.limit == 0 {
		l, err := at(std, 0)
		return l.result, 0, err
	}
	began := time.Now()
	line := waitLine{to: std.err, on: isTerminal(std.err)}
	for pause := firstLook; ; pause = min(pause*3/2, lastLook) {
		var messages bytes.Buffer
		waited = time.Since(began).Round(time.Second / 10)
		gated := &gate{to: &messages}
		l, err := at(stdio{std.in, std.out, gated}, waited)
		gated.close()
		left := w.limit - time.Since(began)
		if err == nil && l.open == "" || err != nil && !mayPass(err) || ctx.Err() != nil || left <= 0 {
			line.erase()
			_, _ = std.err.Write(messages.Bytes()) // as any message
			if err == nil && waited > 0 {
				std.note("waited %s", waited)
			}
			return l.result, waited, err
		}
		why := l.open
		if err != nil {
			why = err.Error()
		}
		line.show(fmt.Sprintf("bacviz: waiting for at most %s: %s", left.Round(time.Second), why))
		select {
		case <-ctx.Done():
		case <-time.After(min(pause, left)):
		}
	}
}

// mayPass reports whether an error may be another one, or none, at the next look: an
// orchestrator that cannot be reached, or fails. One that refuses goes on to refuse.
func mayPass(err error) bool {
	var failed *fetch.Error
	if !errors.As(err, &failed) {
		return errors.Is(err, errTimedOut)
	}
	return isURL(failed.Source) && (failed.Status < 400 || failed.Status > 499) && !isUsage(err)
}

// A waitLine is a line on a terminal that says what is waited for.
type waitLine struct {
	to io.Writer
	on bool
}

func (l *waitLine) show(what string) {
	if l.on {
		width, _ := screenSize(l.to)
		fmt.Fprint(l.to, "\r\x1b[K"+text.Trim(display.OneLine(withoutPasswords(what)), width-1))
	}
}

func (l *waitLine) erase() {
	if l.on {
		fmt.Fprint(l.to, "\r\x1b[K")
	}
}
