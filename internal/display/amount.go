package display

import (
	"math"
	"strconv"
)

// Quantity returns an amount with its unit and three significant digits: x cores for
// "cpu", bytes for "memory", devices for "gpu".
func Quantity(of string, x float64) string {
	unit := ""
	switch of {
	case "cpu":
		x = math.Round(x*1e6) / 1e6 // without what the order of a sum does to its last digits
		unit = " cores"
		if x == 1 {
			unit = " core"
		}
	case "memory":
		units := []string{" B", " KiB", " MiB", " GiB", " TiB", " PiB"}
		for ; x >= 1024 && len(units) > 1; units = units[1:] {
			x /= 1024
		}
		unit = units[0]
	}
	if digits := math.Pow10(2 - int(math.Floor(math.Log10(max(x, 0.01))))); digits >= 1 {
		x = math.Round(x*digits) / digits
	} else {
		x = math.Round(x)
	}
	return strconv.FormatFloat(x, 'f', -1, 64) + unit
}
