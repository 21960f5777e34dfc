package jsondoc

import (
	"io"
	"math"
	"slices"
	"strconv"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	v1 "github.com/go-json-experiment/json/v1"
)

// A Builder appends JSON to Text, whose layout its callers choose.
type Builder struct{ Text []byte }

// Raw appends a text as it is.
func (b *Builder) Raw(text string) { b.Text = append(b.Text, text...) }

// String appends a JSON string. Besides what JSON asks for, it escapes characters
// that steer a terminal, do not show, or change the direction of a text, so that a
// document, and a diff of it, shows what is in it.
func (b *Builder) String(s string) {
	b.Text = append(b.Text, '"')
	plain := 0 // how many bytes need no escape, most often all
	for plain < len(s) && isPlain[s[plain]] {
		plain++
	}
	b.Text = append(b.Text, s[:plain]...)
	for _, r := range s[plain:] { // a byte that is not UTF-8 reads as U+FFFD
		switch {
		case r == '"', r == '\\':
			b.Text = append(b.Text, '\\', byte(r))
		default:
			b.rune(r)
		}
	}
	b.Text = append(b.Text, '"')
}

// isPlain holds the bytes that need no escape in a string: a table takes half the time of
// comparisons.
var isPlain = func() (plain [256]bool) {
	for c := ' '; c <= '~'; c++ {
		plain[c] = c != '"' && c != '\\'
	}
	return plain
}()

// rune appends a character of a string, or its escape if it is not printable.
func (b *Builder) rune(r rune) {
	switch {
	case r >= ' ' && r <= '~' || unicode.IsPrint(r):
		b.Text = utf8.AppendRune(b.Text, r)
	case r < 0x10000:
		b.escape(r)
	default:
		high, low := utf16.EncodeRune(r)
		b.escape(high)
		b.escape(low)
	}
}

// Encode writes a value as encoding/json has it, indented, with the escapes of
// [Builder.String]. It writes in pieces, so it needs little memory, and ends early if w
// fails.
func Encode(w io.Writer, v any) error {
	e := escaper{to: w}
	if err := json.MarshalWrite(&e, v, v1.DefaultOptionsV1(), jsontext.EscapeForHTML(false), jsontext.WithIndent("  ")); err != nil {
		return err
	}
	_, err := e.Write([]byte("\n"))
	return err
}

// An escaper passes on JSON and escapes the characters that [Builder.String] escapes. Line
// ends are between values: one in a string is escaped already.
type escaper struct {
	to   io.Writer
	part []byte // the beginning of a character that goes on in the next piece
	out  Builder
}

func (e *escaper) Write(p []byte) (int, error) {
	text := p
	if len(e.part) > 0 {
		text = append(e.part, p...)
	}
	e.out.Text = e.out.Text[:0]
	for len(text) > 0 {
		if n := shown(text); n > 0 {
			e.out.Text = append(e.out.Text, text[:n]...)
			text = text[n:]
			continue
		}
		if !utf8.FullRune(text) {
			break
		}
		r, size := utf8.DecodeRune(text)
		e.out.rune(r)
		text = text[size:]
	}
	e.part = slices.Clone(text)
	if _, err := e.to.Write(e.out.Text); err != nil {
		return 0, err
	}
	return len(p), nil
}

// shown returns the number of bytes of ASCII that a text begins with and that need no
// escape.
func shown(text []byte) int {
	for i, c := range text {
		if (c < ' ' || c > '~') && c != '\n' {
			return i
		}
	}
	return len(text)
}

// escape appends a UTF-16 code unit as \u and four hexadecimal digits.
func (b *Builder) escape(unit rune) {
	const hex = "0123456789abcdef"
	b.Text = append(b.Text, '\\', 'u', hex[unit>>12&15], hex[unit>>8&15], hex[unit>>4&15], hex[unit&15])
}

// Int appends a whole number.
func (b *Builder) Int(n int) { b.Text = strconv.AppendInt(b.Text, int64(n), 10) }

// Uint appends a whole number.
func (b *Builder) Uint(n uint64) { b.Text = strconv.AppendUint(b.Text, n, 10) }

// Float appends a finite number.
func (b *Builder) Float(v float64) {
	if v >= 1 && v < 1<<53 && v == math.Trunc(v) {
		b.Uint(uint64(v)) // the same, without a string
		return
	}
	b.Text = append(b.Text, jsontext.Float(v).String()...)
}

// Time appends a time as a string, in UTC.
func (b *Builder) Time(t time.Time) {
	b.Text = append(b.Text, '"')
	b.Text = t.UTC().AppendFormat(b.Text, time.RFC3339Nano)
	b.Text = append(b.Text, '"')
}

// Strings appends a list on one line.
func (b *Builder) Strings(all []string) {
	b.Raw("[")
	for i, s := range all {
		if i > 0 {
			b.Raw(", ")
		}
		b.String(s)
	}
	b.Raw("]")
}

// List appends a list of n items, each on a line of its own behind the indent. An
// empty list is on one line.
func (b *Builder) List(n int, indent string, item func(i int)) {
	b.block("[", "]", n, indent, item)
}

// Object appends an object of n members, as [Builder.List] does a list.
func (b *Builder) Object(n int, indent string, member func(i int)) {
	b.block("{", "}", n, indent, member)
}

func (b *Builder) block(open, end string, n int, indent string, part func(i int)) {
	b.Raw(open)
	for i := range n {
		if i > 0 {
			b.Raw(",")
		}
		b.Raw("\n")
		b.Raw(indent)
		part(i)
	}
	if n > 0 {
		b.Raw("\n")
		b.Raw(indent[2:])
	}
	b.Raw(end)
}

// Name appends the name of a field, and the colon behind it.
func (b *Builder) Name(name string) {
	b.Raw(`"`)
	b.Raw(name)
	b.Raw(`": `)
}

// Field begins a further field of an object that is an item of a list of the
// document, on a line of its own.
func (b *Builder) Field(name string) {
	b.Raw(",\n      ")
	b.Name(name)
}

// Word appends a string as a [Builder.Field], unless it is empty.
func (b *Builder) Word(name, value string) {
	if value != "" {
		b.Field(name)
		b.String(value)
	}
}

// Words appends a list of strings as a [Builder.Field], unless it is empty.
func (b *Builder) Words(name string, values []string) {
	if len(values) > 0 {
		b.Field(name)
		b.Strings(values)
	}
}
