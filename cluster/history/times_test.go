package history_test

import (
	"testing"
	"time"

	"github.com/bacviz/bacviz/cluster/history"
)

func TestTimesAreReadAsPeopleWriteThem(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"now":                       "2026-11-30T12:00:00Z",
		"2h":                        "2026-11-30T10:00:00Z",
		"7d":                        "2026-11-23T12:00:00Z",
		"1d12h":                     "2026-11-29T00:00:00Z",
		"1.5d":                      "2026-11-29T00:00:00Z",
		"2w":                        "2026-11-16T12:00:00Z",
		"2026-11-01":                "2026-11-01T00:00:00Z",
		"2026-11-01T08:30":          "2026-11-01T08:30:00Z",
		"2026-11-01T08:30:05":       "2026-11-01T08:30:05Z",
		"2026-11-01 08:30":          "2026-11-01T08:30:00Z",
		"2026-11-01T08:30:00+02:00": "2026-11-01T06:30:00Z",
		"2026-11-01T08:30+02:00":    "2026-11-01T06:30:00Z",
		"":                          "", "h": "", "2": "", "2x": "", "-2h": "", "2h ": "", " 2h": "", "2h3": "", "tomorrow": "",
		"2026-13-01": "", "200y": "", "9999999999h": "", "99999999999999999999d": "", "60y60y": "", "1e400d": "",
	} {
		got, err := history.ParseTime(text, now)
		switch {
		case want == "" && err == nil:
			t.Errorf("%q is read as %s", text, got)
		case want != "" && (err != nil || got.Format(time.RFC3339) != want):
			t.Errorf("%q is read as %s, %v, want %s", text, got, err, want)
		}
	}
}
