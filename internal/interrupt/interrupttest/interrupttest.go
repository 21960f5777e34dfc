// Package interrupttest ends contexts for tests at every point where code looks at
// them.
package interrupttest

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
)

// A countdown ends after some looks at it.
type countdown struct {
	context.Context
	looks atomic.Int64 // that are left
}

func (c *countdown) Err() error {
	if c.looks.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// EachLook calls work again and again, with a context that ends at its first look, at its
// second one, and so on, until work succeeds. It fails the test if work returns another
// error than the context's, or looks at the context less often than least times.
func EachLook(t *testing.T, least int, work func(ctx context.Context) error) {
	t.Helper()
	for n := 0; ; n++ {
		ctx := &countdown{Context: t.Context()}
		ctx.looks.Store(int64(n))
		switch err := work(ctx); {
		case err == nil && n < least:
			t.Fatalf("%d looks at the context, want %d", n, least)
		case err == nil:
			return
		case !errors.Is(err, context.Canceled):
			t.Fatalf("look %d: %v", n, err)
		}
	}
}
