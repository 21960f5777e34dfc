// Package mdtext writes somebody else's text into a Markdown document, as GitHub
// and GitLab read it. Names and labels of a network come in as anybody wrote them;
// out comes a line that shows exactly these characters: it makes no link, no
// mention, no formatting and no new cell of a table. Packages diff and output put
// it into their documents.
package mdtext

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/bacviz/bacviz/internal/display"
)

// Escape returns printable text with every character escaped that could mean
// something in Markdown or HTML, at the beginning of a line or within one.
//
// Most are escaped with a backslash, which also keeps GitLab from making a
// reference of #1 or !1. Some need the number of the character: "@", ":" and the
// dot of "www." make an address even behind a backslash, "$" begins a formula on
// GitHub, which looks for it before it reads the Markdown, and spaces at the
// beginning make a block of code.
func Escape(s string) string {
	s = display.Printable(s)
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == ' ' && i == 0, r == '@', r == '$', r == ':' && !strings.HasPrefix(s[i:], ": "), r == '.' && inAddress(s[:i]):
			fmt.Fprintf(&b, "&#%d;", r)
		case r == '-' && i == 0, r == '.' && inListNumber(s[:i], s[i+1:]), !harmless(r):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// harmless reports whether a character never means anything in Markdown, or does so
// only in a place that [Escape] looks for.
func harmless(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r > '~' || strings.ContainsRune(" ,.;:-", r)
}

// inAddress reports whether a dot after the text would make an address of it.
func inAddress(before string) bool {
	const www = "www"
	return len(before) >= len(www) && strings.EqualFold(before[len(before)-len(www):], www)
}

// inListNumber reports whether a dot between the two texts makes the first item of
// a numbered list of them.
func inListNumber(before, after string) bool {
	return before != "" && strings.Trim(before, "0123456789") == "" && (after == "" || after[0] == ' ')
}

// Code returns printable text in the type of code, where nothing is taken for an
// address, a mention or the number of an issue. It may stand in the cell of a
// table. No text gives no code.
//
// Backticks end at the next backtick, and neither a bar nor a backslash before it
// can stand between them in a cell; a text with one of these is written as HTML,
// with the number of each character that is neither letter nor digit.
func Code(s string) string {
	s = display.Printable(s)
	if s == "" {
		return ""
	}
	if !strings.ContainsAny(s, "`|\\") && strings.TrimSpace(s) == s {
		return "`" + s + "`"
	}
	var b strings.Builder
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r > '~' {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "&#%d;", r)
		}
	}
	return "<code>" + b.String() + "</code>"
}
