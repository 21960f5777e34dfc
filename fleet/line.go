package fleet

// This file has the lines that facts are made of.

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/jsondoc"
)

// kind is what a file of facts calls itself.
const kind = "fleet-facts"

// version is the newest version of facts.
const version = 1

// header is the first line of a file of facts. It sorts before all others.
var header = fmt.Sprintf(`{"%s":"%s","version":%d}`, jsondoc.KindField, kind, version)

// endPrefix begins the last line, which sorts behind all others and says how many are between it and
// the first, so that a file that was cut is noticed.
const endPrefix = `{"end":`

func endLine(lines int) string { return fmt.Sprintf("%s%d}", endPrefix, lines) }

// A Line is one fact. The order of lines is that of the bytes of their texts: those of a
// cluster are together, the earliest first, and what a line needs is above it.
type Line struct {
	Text string // JSON, without a line break
	head
	made content // what this process made it of; else it is read from the text
}

// A content is what a line says, as values: one of these, or none.
type content struct {
	node    *cluster.Node
	shape   *shapeParts
	figures *figures
}

// A head is what the beginning of a line says.
type head struct {
	cluster string // as a JSON string, with its quotes
	time    string
	what    string // one of the kinds of lines
	name    string // what the content of a record or a shape is known by
	rest    string // the content
}

// The kinds of lines, in their order.
const (
	leftOutLine  = "leftOut"  // a file that is no snapshot; its time is in its name, or noTime
	nodeLine     = "node"     // a record of a node
	shapeLine    = "shape"    // the nodes of a network, by the names of their records
	snapshotLine = "snapshot" // a snapshot, by the name of its shape
)

// timeLayout is that of times, all of which have the same length.
const timeLayout = "2006-01-02T15:04:05.000Z"

// newLine returns a line about a cluster, whose name is a JSON string.
func newLine(cluster, at, what, name, rest string, made content) Line {
	h := head{cluster, at, what, name, rest}
	return Line{`{"cluster":` + cluster + `,"time":"` + at + `","` + what + `":"` + name + `",` + rest + "}", h, made}
}

// quoted returns the name of a cluster as lines have it.
func quoted(name string) string {
	var b jsondoc.Builder
	b.String(name)
	return string(b.Text)
}

// timeText returns a time as lines have it. They have milliseconds, and years of four digits.
func timeText(t time.Time) string { return t.UTC().Format(timeLayout) }

// nameLength is the length of names: 128 bits, which nobody can make for two contents.
const nameLength = 22

// nameOf returns what a content is known by.
func nameOf(content string) string {
	sum := sha256.Sum256([]byte(content))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// parse takes a line apart. It accepts only what newLine makes, since any other form would
// sort elsewhere.
func parse(text string) (Line, error) {
	l := Line{Text: text}
	rest, is := strings.CutPrefix(text, `{"cluster":`)
	end := stringEnd(rest)
	if !is || end < 0 {
		return l, fmt.Errorf(`a line does not begin with {"cluster":"NAME" and a "time"`)
	}
	l.cluster, rest = rest[:end], rest[end:]
	if rest, is = strings.CutPrefix(rest, `,"time":"`); !is || len(rest) < len(timeLayout) {
		return l, fmt.Errorf(`a line has "time" behind the name of its cluster`)
	}
	l.time, rest = rest[:len(timeLayout)], rest[len(timeLayout):]
	if at, err := time.Parse(timeLayout, l.time); err != nil || timeText(at) != l.time {
		return l, fmt.Errorf("a time is in UTC and has milliseconds, such as %s", timeLayout)
	}
	rest, is = strings.CutPrefix(rest, `","`)
	l.what, rest, _ = strings.Cut(rest, `":"`)
	if !is || l.what != leftOutLine && l.what != nodeLine && l.what != shapeLine && l.what != snapshotLine {
		return l, fmt.Errorf("a line is about a file that was left out, a node, a shape or a snapshot")
	}
	var name string
	name, rest, is = strings.Cut(rest, `",`)
	if !is || len(name) != nameLength || !strings.HasSuffix(rest, "}") {
		return l, fmt.Errorf("the line is not complete")
	}
	l.name, l.rest = name, strings.TrimSuffix(rest, "}")
	if l.what != snapshotLine && nameOf(l.rest) != l.name {
		return l, fmt.Errorf("the content of the %s is not what its name stands for: somebody changed the line", l.what)
	}
	return l, nil
}

// stringEnd returns the length of the JSON string that a text begins with, or -1.
func stringEnd(text string) int {
	if !strings.HasPrefix(text, `"`) {
		return -1
	}
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}
