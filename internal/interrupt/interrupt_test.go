package interrupt_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/bacviz/bacviz/internal/interrupt"
)

func TestCallReturnsWhatTheFunctionReturns(t *testing.T) {
	failed := errors.New("failed")
	if n, err := interrupt.Call(t.Context(), func() (int, error) { return 7, failed }); n != 7 || err != failed {
		t.Errorf("%d, %v", n, err)
	}
}

func TestCallGivesUpWhenTheContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	defer close(release)
	n, err := interrupt.Call(ctx, func() (int, error) {
		cancel()
		<-release
		return 7, nil
	})
	if n != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("%d, %v", n, err)
	}
}

func TestCallDoesNotBeginAfterTheContextEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	called := false
	if _, err := interrupt.Call(ctx, func() (int, error) { called = true; return 7, nil }); called || !errors.Is(err, context.Canceled) {
		t.Errorf("called %v, %v", called, err)
	}
}

func TestCallForWaitsForAnErrorThatSaysMore(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	more := errors.New("listing nodes: canceled")
	if _, err := interrupt.CallFor(ctx, time.Minute, func() (int, error) { cancel(); return 0, more }); err != more {
		t.Errorf("%v, want %v", err, more)
	}
	ctx, cancel = context.WithCancel(t.Context())
	release := make(chan struct{})
	defer close(release)
	if _, err := interrupt.CallFor(ctx, time.Millisecond, func() (int, error) { cancel(); <-release; return 0, nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that of the context", err)
	}
}
