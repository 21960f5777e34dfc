package interrupt

import (
	"fmt"
	"path"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
)

// A Panic is a panic of a function that ran in a goroutine of its own, on its way to
// whoever waits for the function.
type Panic struct {
	Value any
	Where string // the function and the line that it happened in; "" if unknown
	stack []byte
}

// Recovered makes a Panic of what recover returned, which is not nil. Only a deferred
// function may call it.
func Recovered(value any) *Panic {
	if p, passedOn := value.(*Panic); passedOn {
		return p
	}
	return &Panic{value, origin(), debug.Stack()}
}

// Line says on one line what happened, and where.
func (p *Panic) Line() string {
	text, _, _ := strings.Cut(fmt.Sprint(p.Value), "\n")
	return fmt.Sprintf("panic: %s, in %s", text, p.Where)
}

// Error returns the line and the stack of the goroutine. Go prints it if nobody recovers.
func (p *Panic) Error() string { return p.Line() + "\n\n" + string(p.stack) }

// origin returns the function that panics.
func origin() string {
	callers := make([]uintptr, 64)
	frames := runtime.CallersFrames(callers[:runtime.Callers(1, callers)])
	for panicking := false; ; {
		frame, more := frames.Next()
		if isRuntime := strings.HasPrefix(frame.Function, "runtime."); panicking && !isRuntime {
			return fmt.Sprintf("%s (%s:%d)", path.Base(frame.Function), filepath.Base(frame.File), frame.Line)
		}
		panicking = panicking || frame.Function == "runtime.gopanic"
		if !more {
			return ""
		}
	}
}
