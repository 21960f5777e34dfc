package input_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/fetch/internal/input"
)

func TestLimitedReaderKnowsTheLimitFromTheEnd(t *testing.T) {
	for limit, fits := range map[int64]bool{4: false, 5: true, 6: true} {
		text, err := io.ReadAll(input.Limit(t.Context(), strings.NewReader("12345"), limit))
		var tooLarge *input.TooLargeError
		if fits && (err != nil || string(text) != "12345") || !fits && (!errors.As(err, &tooLarge) || string(text) != "1234") {
			t.Errorf("of %d bytes: %q, %v", limit, text, err)
		}
	}
}

// A list of some GB is refused at once, and not after the limit was read.
func TestAFileLargerThanTheLimitIsNotRead(t *testing.T) {
	name := filepath.Join(t.TempDir(), "list.json")
	if err := os.WriteFile(name, []byte("12345"), 0o600); err != nil {
		t.Fatal(err)
	}
	for limit, want := range map[int64]string{4: "", 5: "12345"} {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(input.Limit(t.Context(), f, limit))
		if string(text) != want || (err == nil) != (want != "") {
			t.Errorf("of %d bytes: %q, %v", limit, text, err)
		}
		f.Close()
	}
}

func TestLimitedReaderEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := io.ReadAll(input.Limit(ctx, strings.NewReader("12345"), 10)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestUTF8(t *testing.T) {
	for text, want := range map[string]string{
		"":                      "",
		"é":                     "é",
		"\xef\xbb\xbfé":         "é",
		"\xff\xfe\xe9\x00h\x00": "éh",
		"\xfe\xff\x00\xe9\x00h": "éh",
	} {
		r, err := input.UTF8(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); string(got) != want || err != nil {
			t.Errorf("%q: %q, %v, want %q", text, got, err, want)
		}
	}
}
