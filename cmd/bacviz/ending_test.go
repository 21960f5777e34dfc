package main

import (
	"context"
	"errors"
	"testing"
	"time"
)

// lateContext is a context whose deadline has passed and whose timer has not yet run, as on a
// busy machine.
type lateContext struct{ context.Context }

func (lateContext) Deadline() (time.Time, bool) { return time.Now().Add(-time.Second), true }

func TestWorkThatIsDoneTooLateIsCutOff(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	if done, err := within(lateContext{ctx}, func() (int, error) { return 1, nil }); done != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("%d, %v", done, err)
	}

	ctx, cancel = context.WithCancel(t.Context())
	if done, err := within(ctx, func() (int, error) { cancel(); return 1, nil }); done != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %d, %v", done, err)
	}

	broken := errors.New("broken")
	if done, err := within(t.Context(), func() (int, error) { return 1, broken }); done != 1 || !errors.Is(err, broken) {
		t.Errorf("in time: %d, %v", done, err)
	}
}
