// Package mdtext writes somebody else's text into a Markdown document, as GitHub
// and GitLab read it. Names and labels of a network come in as anybody wrote them;
// out comes a line that shows exactly these characters: it makes no link, no
// mention, no reference, no formatting and no new cell of a table. Packages diff and
// output put it into their documents.
package mdtext

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/lazy"
)

// Escape returns printable text of which nothing means something in Markdown or HTML,
// at the beginning of a line or within one.
//
// GitHub and GitLab look for addresses, mentions, emoji, issues and commits in what the
// Markdown shows, where no escape is left to stop them. So a word that could be one of
// these is written as code, in which they do not look. In other words a character that
// means something has a backslash before it.
func Escape(s string) string {
	words := strings.Split(display.Printable(s), " ")
	for i, word := range words {
		before, core, after := trim(word)
		if live().MatchString(core) && !clock().MatchString(core) {
			words[i] = escapeWord(before) + Code(core) + escapeWord(after)
			continue
		}
		words[i] = escapeWord(word)
	}
	text := listItem().ReplaceAllString(strings.Join(words, " "), `$1$3\$2$4`)
	if strings.HasPrefix(text, " ") { // four of them would make a block of code
		text = "&#32;" + text[1:]
	}
	return text
}

// live matches a word that GitHub or GitLab could take for something else than text.
var live = lazy.Regexp(`(?i)` +
	`:.|www\.` + // addresses, and emoji such as :tada:
	`|[@#!$%&~^][\pL\pN_"]` + // mentions, issues, merge requests, snippets, milestones, epics, labels, alerts
	`|\pL.*\pN|\pN.*\pL` + // GH-1, CVE-2024-1, and the keys of any other tracker
	`|[0-9a-f]{7}` + // commits
	`|\[\[|\]\]|[{[][+-]|[+-][}\]]`) // links and changes in a wiki

// clock matches a time of day, which is neither an address nor an emoji.
var clock = lazy.Regexp(`^[0-9]{2}:[0-9]{2}$`)

// listItem matches the beginning of a line that could be a list or a rule.
var listItem = lazy.Regexp(`^([0-9]+)(\.)|^()(-)`)

// trim returns the punctuation around a word apart from it.
func trim(word string) (before, core, after string) {
	core = strings.TrimLeft(word, "(")
	before = word[:len(word)-len(core)]
	core = strings.TrimRight(core, ",.;:")
	if !strings.Contains(core, "(") {
		core = strings.TrimRight(core, ",.;:)")
	}
	return before, core, word[len(before)+len(core):]
}

// escapeWord returns a word in which every character stands for itself, other than a
// dash or a dot at the beginning of a line. "$" begins a formula on GitHub, which looks for it
// before it reads the Markdown: it needs its number.
func escapeWord(word string) string {
	var b strings.Builder
	for _, r := range word {
		switch {
		case r == '$':
			b.WriteString("&#36;")
		case unicode.IsLetter(r), unicode.IsDigit(r), r > '~', strings.ContainsRune(",.;:-%", r):
			b.WriteRune(r)
		default:
			b.WriteByte('\\')
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Code returns printable text in the type of code, where nothing is taken for an
// address, a mention or the number of an issue. It may stand in the cell of a
// table. No text gives no code.
//
// Backticks end at the next backtick, and neither a bar nor a backslash before it
// can stand between them in a cell, and site generators expand braces in them; a text
// with one of these is written as HTML, with the number of each character that is
// neither letter nor digit.
func Code(s string) string {
	s = display.Printable(s)
	if s == "" {
		return ""
	}
	if !strings.ContainsAny(s, "`|\\{") && strings.TrimSpace(s) == s {
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
