package plots

import (
	"strings"
	"testing"
	"time"
)

func TestTicksAreRoundTimes(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"2026-11-01T00:00:00Z", "2026-11-07T00:00:00Z", "1 Nov|2 Nov|3 Nov|4 Nov|5 Nov|6 Nov|7 Nov"},
		{"2026-11-01T20:10:00Z", "2026-11-02T06:00:00Z", "21:00|22:00|23:00|2 Nov|01:00|02:00|03:00|04:00|05:00|06:00"},
		{"2026-11-01T12:00:00Z", "2026-11-01T12:00:03Z", "12:00:00|12:00:01|12:00:02|12:00:03"},
		{"2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z", "Jan 2026|Apr 2026|Jul 2026|Oct 2026"},
		{"2001-05-01T00:00:00Z", "2026-12-31T00:00:00Z", "2006|2011|2016|2021|2026"},
		{"2026-11-01T12:00:00Z", "2026-11-01T12:00:00Z", "12:00:00"},
	} {
		from, _ := time.Parse(time.RFC3339, c.from)
		to, _ := time.Parse(time.RFC3339, c.to)
		var all []string
		for _, tick := range ticks(from, to, 10) {
			all = append(all, tick.text)
		}
		if got := strings.Join(all, "|"); got != c.want {
			t.Errorf("%s to %s: %s", c.from, c.to, got)
		}
	}
}
