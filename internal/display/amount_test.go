package display_test

import (
	"testing"

	"github.com/bacviz/bacviz/internal/display"
)

func TestQuantity(t *testing.T) {
	for _, c := range []struct {
		of   string
		x    float64
		want string
	}{
		{"cpu", 1, "1 core"}, {"cpu", 0.5, "0.5 cores"}, {"cpu", 12345, "12345 cores"}, {"cpu", 0, "0 cores"},
		{"memory", 0, "0 B"}, {"memory", 1023, "1023 B"}, {"memory", 1536, "1.5 KiB"}, {"memory", 1 << 60, "1024 PiB"}, {"memory", 31.4159 * (1 << 30), "31.4 GiB"},
		{"gpu", 3, "3"},
	} {
		if got := display.Quantity(c.of, c.x); got != c.want {
			t.Errorf("%g of %s is %q, want %q", c.x, c.of, got, c.want)
		}
	}
}
