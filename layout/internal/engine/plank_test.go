package engine

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/spatial/r2"
)

func turned(x, y, w, h, degrees float64) Plank {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	return Plank{r2.Vec{X: x, Y: y}, r2.Vec{X: cos, Y: sin}, w, h}
}

func TestPlanksThatAreNear(t *testing.T) {
	for _, c := range []struct {
		name     string
		a, b     Plank
		distance float64
		want     bool
	}{
		{"one on the other", turned(0, 0, 40, 10, 0), turned(5, 5, 40, 10, 30), 0, true},
		{"side by side", turned(0, 0, 40, 10, 0), turned(0, 11, 40, 10, 0), 0, false},
		{"side by side, but nearer than asked", turned(0, 0, 40, 10, 0), turned(0, 11, 40, 10, 0), 2, true},
		{"a cross", turned(0, 0, 40, 4, 0), turned(0, 0, 40, 4, 90), 0, true},
		{"a corner beside a side", turned(0, 0, 40, 10, 0), turned(0, 19, 20, 20, 45), 0, true},
		{"a corner that just does not reach a side", turned(0, 0, 40, 10, 0), turned(0, 20, 20, 20, 45), 0, false},
		{"level rectangles around them meet, they do not", turned(0, 0, 60, 6, 45), turned(20, 0, 60, 6, 45), 0, false},
	} {
		if got := c.a.Near(c.b, c.distance); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
		if got := c.b.Near(c.a, c.distance); got != c.want {
			t.Errorf("%s, the other way: %v", c.name, got)
		}
	}
}

func TestLinesThatAreNearAPlank(t *testing.T) {
	at := func(x, y float64) r2.Vec { return r2.Vec{X: x, Y: y} }
	p := turned(0, 0, 40, 10, 90) // 10 wide, 40 high
	for _, c := range []struct {
		name     string
		a, b     r2.Vec
		distance float64
		want     bool
	}{
		{"through it", at(-50, 0), at(50, 0), 0, true},
		{"beside it", at(6, -50), at(6, 50), 0, false},
		{"beside it, but nearer than asked", at(6, -50), at(6, 50), 2, true},
		{"ends before it", at(-50, 0), at(-6, 0), 0, false},
		{"within it", at(-1, -1), at(1, 1), 0, true},
		{"past a corner", at(0, -26), at(11, -15), 0, false},
	} {
		if got := p.NearLine(c.a, c.b, c.distance); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
