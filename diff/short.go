package diff

// This file writes a change in a few words, for a line below the name of a node.

import (
	"slices"

	"github.com/bacviz/bacviz/internal/display"
)

// shortValue is the most characters of a value in short words.
const shortValue = 24

// shortWords returns the changes of a node in a few words each. If the diff is about
// several orchestrators, a state names the one that reports it.
func shortWords(changes []Change, several bool) []string {
	out := make([]string, 0, len(changes))
	for c := range told(changes) {
		words := c.short()
		if several && hasKey(c.Field) && c.Field != "labels" && c.Field != "seen" {
			words += " at " + display.Cut(display.Printable(c.Key), shortValue)
		}
		out = append(out, words)
	}
	return out
}

// short returns the change in a few words: "→ rejected", "v1.8.0 → v1.9.3", "+ zone".
func (c *Change) short() string {
	before, after := c.values()
	before, after = display.Cut(before, shortValue), display.Cut(after, shortValue)
	key := display.Cut(display.Printable(c.Key), shortValue)
	switch c.Field {
	case "state", "membership", "role", "type":
		return "→ " + after
	case "version":
		return before + " → " + after
	case "labels":
		return signed(key, c.Before, c.After, key+" → "+after)
	case "seen":
		if c.After == nil {
			return "not listed by " + key
		}
		return "listed by " + key
	case "engines", "publishers", "storage":
		return shortList(c)
	case "cpu":
		return before + " → " + counted(after, "core")
	case "gpu":
		return before + " → " + counted(after, "GPU")
	case "memory":
		return before + " → " + after
	case "heartbeat", "connected", "disconnected":
		return c.title(false) + " at another time"
	}
	return c.title(false) + " " + before + " → " + after
}

// counted returns a number in words with its noun.
func counted(number, noun string) string {
	if number != "1" {
		noun += "s"
	}
	return number + " " + noun
}

// signed returns a name with a plus if it was added, with a minus if it was removed, and
// otherwise the words for its change.
func signed(name string, before, after any, changed string) string {
	switch {
	case before == nil:
		return "+ " + name
	case after == nil:
		return "− " + name
	}
	return changed
}

// shortList returns what a list got or lost, if that is one element.
func shortList(c *Change) string {
	before, _ := c.Before.([]string)
	after, _ := c.After.([]string)
	var all []string
	for _, s := range after {
		if !slices.Contains(before, s) {
			all = append(all, "+ "+s)
		}
	}
	for _, s := range before {
		if !slices.Contains(after, s) {
			all = append(all, "− "+s)
		}
	}
	if len(all) == 1 {
		return display.Cut(display.Printable(all[0]), shortValue)
	}
	return c.Field + " changed"
}
