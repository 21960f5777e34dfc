package parallel_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"slices"
	"strconv"
	"testing"

	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/parallel"
)

func TestChunksGivesResultsInOrder(t *testing.T) {
	for n := range 23 {
		parts, err := parallel.Chunks(t.Context(), n, 5, func(from, to int) []int {
			var all []int
			for i := from; i < to; i++ {
				all = append(all, i)
			}
			return all
		})
		var want []int
		for i := range n {
			want = append(want, i)
		}
		if got := slices.Concat(parts...); err != nil || !slices.Equal(got, want) {
			t.Errorf("%d: %v, %v", n, parts, err)
		}
	}
}

func TestChunksEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	parts, err := parallel.Chunks(ctx, 1000, 1, func(from, to int) bool { cancel(); return true })
	if !errors.Is(err, context.Canceled) || parts[999] {
		t.Error(err, parts[999])
	}
}

func TestRangeHasEachNumberOnce(t *testing.T) {
	for _, n := range []int{0, 1, 4096, 4097, 50_001} {
		times := make([]int, n)
		parallel.Range(t.Context(), n, func(chunk iter.Seq[int]) {
			for i := range chunk {
				times[i]++
			}
		})
		if i := slices.IndexFunc(times, func(k int) bool { return k != 1 }); i >= 0 {
			t.Errorf("of %d, number %d came %d times", n, i, times[i])
		}
	}
}

func TestAscendingLooksAtAllChunks(t *testing.T) {
	texts := make([]string, 10_000)
	for i := range texts {
		texts[i] = strconv.Itoa(10_000 + i)
	}
	ascending := func() bool {
		return parallel.Ascending(t.Context(), len(texts), func(i int) string { return texts[i] })
	}
	if !ascending() {
		t.Error("in order, and not found to be")
	}
	for _, i := range []int{0, 1, parallel.ChunkSize, 9999} { // at the beginning, the border of chunks and the end
		was := texts[i]
		if texts[i] = texts[max(0, i-1)]; i == 0 {
			texts[i] = ""
		}
		if ascending() {
			t.Errorf("text %d is not after the one before it", i)
		}
		texts[i] = was
	}
}

// numbers appends numbers as text.
func numbers(b []byte, from, to int) ([]byte, error) {
	for i := from; i < to; i++ {
		b = append(strconv.AppendInt(b, int64(i), 10), ' ')
	}
	return b, nil
}

func TestFaultIsTheFirstOfAll(t *testing.T) {
	odd := errors.New("odd")
	for n, want := range map[int]string{0: "", 7: "", 10_001: "number 9001: odd"} {
		err := parallel.Fault("number", n, func(i int) error {
			if i > 9000 && i%2 == 1 {
				return odd
			}
			return nil
		})
		if (err == nil) != (want == "") || err != nil && (err.Error() != want || !errors.Is(err, odd)) {
			t.Errorf("of %d: %v, want %q", n, err, want)
		}
	}
}

func TestWriteWritesInOrder(t *testing.T) {
	for _, n := range []int{0, 1, 4, 5, 6, 1003} {
		var got bytes.Buffer
		err := parallel.Write(t.Context(), &got, n, 5, numbers)
		if want, _ := numbers(nil, 0, n); err != nil || got.String() != string(want) {
			t.Errorf("%d: %s, %v", n, &got, err)
		}
	}
}

func TestWriteEndsWithTheFirstErrorInOrder(t *testing.T) {
	var got bytes.Buffer
	first := errors.New("of 40")
	err := parallel.Write(t.Context(), &got, 1000, 5, func(b []byte, from, to int) ([]byte, error) {
		switch {
		case from == 40:
			return b, first
		case from > 40:
			return b, errors.New("of a later one")
		}
		return numbers(b, from, to)
	})
	if want, _ := numbers(nil, 0, 40); !errors.Is(err, first) || got.String() != string(want) {
		t.Errorf("%s, %v", &got, err)
	}
}

// A fullDisk takes so many more writes.
type fullDisk struct{ left int }

var errFull = errors.New("no space")

func (d *fullDisk) Write(p []byte) (int, error) {
	if d.left--; d.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestWriteEndsWithItsWriterAndItsContext(t *testing.T) {
	if err := parallel.Write(t.Context(), &fullDisk{3}, 1000, 5, numbers); !errors.Is(err, errFull) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var got bytes.Buffer
	err := parallel.Write(ctx, &got, 1000, 5, func(b []byte, from, to int) ([]byte, error) {
		if from >= 500 {
			cancel()
		}
		return numbers(b, from, to)
	})
	if all, _ := numbers(nil, 0, 1000); !errors.Is(err, context.Canceled) || !bytes.HasPrefix(all, got.Bytes()) || got.Len() == len(all) {
		t.Errorf("%s, %v", &got, err)
	}
}

func TestAPanicIsPassedOnToTheCaller(t *testing.T) {
	for name, call := range map[string]func(){
		"Do":     func() { parallel.Do(100, func(i int) { panic(i) }) },
		"Chunks": func() { _, _ = parallel.Chunks(t.Context(), 100, 5, func(from, to int) int { panic(from) }) },
		"text": func() {
			_ = parallel.Write(t.Context(), io.Discard, 1000, 5, func(b []byte, from, to int) ([]byte, error) {
				if from == 40 {
					panic(from)
				}
				return numbers(b, from, to)
			})
		},
		"writer": func() { _ = parallel.Write(t.Context(), brokenWriter{}, 1000, 5, numbers) },
	} {
		func() {
			defer func() {
				if p, is := recover().(*interrupt.Panic); !is || p.Where == "" {
					t.Errorf("%s: %v", name, p)
				}
			}()
			call()
		}()
	}
}

// A brokenWriter panics.
type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { panic("broken") }
