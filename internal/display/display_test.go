package display_test

import (
	"strings"
	"testing"
	"time"

	"github.com/bacviz/bacviz/internal/display"
)

func TestPrintable(t *testing.T) {
	for s, want := range map[string]string{
		"a b":                  "a b",
		`a\b`:                  `a\b`,
		"a\\b\n":               `a\\b\n`,
		"a\"\t":                `a"\t`,
		"\xff\u2028\u202e":     `\xff\u2028\u202e`,
		"می\u200cخواهم":        "می\u200cخواهم", // Persian: I want
		"ශ්\u200dරී":           "ශ්\u200dරී",    // Sinhala: Sri
		"👩\u200d💻":             "👩\u200d💻",
		"🏳\ufe0f\u200d🌈":       "🏳\ufe0f\u200d🌈",
		`می` + "\u200c" + `خ\`: "می\u200cخ\\",
		"ad\u200dmin":          `ad\u200dmin`,
		"東\u200d京":             `東\u200d京`,
		"\u200dم\u200c":        `\u200dم\u200c`,
		"^\u200d`":             "^\\u200d`",
		"م\u200d\u200cم":       `م\u200d\u200cم`,
	} {
		if got := display.Printable(s); got != want {
			t.Errorf("%q became %q, want %q", s, got, want)
		}
	}
}

func TestOneLine(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{" two\nlines\t", "two lines"},
		{"\x1b[2J", "\uFFFD[2J"},
		{"x\u202ey", "x\uFFFDy"},
	} {
		if got := display.OneLine(c.in); got != c.want {
			t.Errorf("OneLine(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestExcerptIsOneShortLine(t *testing.T) {
	if got, want := display.Excerpt("a\tb\n\u2028"), `a b\x0a\u2028`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	long := display.Excerpt(strings.Repeat("\x00", 1000))
	if n := len([]rune(long)); n > display.MaxExcerpt+1 || !strings.HasSuffix(long, "…") {
		t.Errorf("%d characters: %q", n, long)
	}
}

func TestQuoteAndCut(t *testing.T) {
	if got, want := display.Quote("a\"b\n"), `"a\"b\n"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := display.Quote(strings.Repeat("é", 81)); got != `"`+strings.Repeat("é", 79)+`…"` {
		t.Errorf("got %s", got)
	}
	if got := display.Cut("abcdef", 4); got != "abc…" {
		t.Errorf("got %s", got)
	}
	if got := display.Cut("abcd", 4); got != "abcd" {
		t.Errorf("got %s", got)
	}
}

func TestBytes(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 bytes", 1: "1 byte", 1023: "1023 bytes", 1 << 10: "1 KiB", 1<<10 + 1: "1025 bytes", 64 << 20: "64 MiB", 1 << 30: "1 GiB", 3 << 29: "1536 MiB",
	} {
		if got := display.Bytes(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

func TestCountAndPlural(t *testing.T) {
	for got, want := range map[string]string{
		display.Count(1, "node"):               "1 node",
		display.Count(0, "node"):               "0 nodes",
		display.Plural(1, "entry", "entries"):  "1 entry",
		display.Plural(12, "entry", "entries"): "12 entries",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestLimitIsTheFigureThatWasGiven(t *testing.T) {
	for d, want := range map[time.Duration]string{
		999 * time.Millisecond:                    "1s",
		time.Second + 100*time.Microsecond:        "1s",
		799 * time.Millisecond:                    "800ms",
		60*time.Millisecond + 50*time.Microsecond: "60ms",
		900 * time.Microsecond:                    "1ms",
		1500*time.Millisecond - 1:                 "1.5s",
		30*time.Second - 20*time.Millisecond:      "30s",
		125*time.Second - 3*time.Millisecond:      "2m5s",
	} {
		if got := display.Limit(d); got != want {
			t.Errorf("Limit(%s) = %s, want %s", d, got, want)
		}
	}
}
