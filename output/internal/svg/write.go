package svg

// This file writes texts and numbers.

import (
	"math"
	"strconv"
	"unicode/utf8"
)

func (s *writer) raw(t string) *writer {
	s.buf = append(s.buf, t...)
	return s
}

// num appends a number with at most two decimals.
func (s *writer) num(x float64) *writer {
	s.buf = appendNumber(s.buf, x)
	return s
}

// appendNumber appends a number with at most two decimals, as [strconv.AppendFloat] writes
// it in its shortest form.
func appendNumber(buf []byte, x float64) []byte {
	rounded := math.Round(x * 100)
	const exact = 1e15 // integers below it have a shortest form of their own when divided by 100
	if !(math.Abs(rounded) < exact) || rounded == 0 && math.Signbit(rounded) {
		return strconv.AppendFloat(buf, rounded/100, 'f', -1, 64)
	}
	hundredths := int64(rounded)
	if hundredths < 0 {
		buf, hundredths = append(buf, '-'), -hundredths
	}
	buf = strconv.AppendInt(buf, hundredths/100, 10)
	if part := hundredths % 100; part != 0 {
		buf = append(buf, '.', byte('0'+part/10))
		if part%10 != 0 {
			buf = append(buf, byte('0'+part%10))
		}
	}
	return buf
}

// esc appends text, escaped for elements and attributes.
func (s *writer) esc(t string) *writer {
	s.buf = AppendEscaped(s.buf, t)
	return s
}

// AppendEscaped appends a text, escaped for elements and attributes of XML and HTML.
func AppendEscaped(buf []byte, t string) []byte {
	for _, r := range t {
		switch {
		case r == '&':
			buf = append(buf, "&amp;"...)
		case r == '<':
			buf = append(buf, "&lt;"...)
		case r == '>':
			buf = append(buf, "&gt;"...)
		case r == '"':
			buf = append(buf, "&#34;"...)
		case r == '\'':
			buf = append(buf, "&#39;"...)
		case r == '\n', r == '\t':
			buf = append(buf, byte(r))
		case r < 0x20, r >= 0x7f && r < 0xa0, r >= 0xd800 && r < 0xe000, r == 0xfffe, r == 0xffff:
			buf = append(buf, "\uFFFD"...) // not a character of XML
		default:
			buf = utf8.AppendRune(buf, r)
		}
	}
	return buf
}
