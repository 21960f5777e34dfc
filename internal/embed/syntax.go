package embed

// This file holds what differs between the languages of documents: how a comment is
// written that is a marker, and how an image, a table and a diagram are.

import (
	"fmt"
	"html"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bacviz/bacviz/internal/display"
)

// A Syntax is the language of a document.
type Syntax int

// The languages, with their markers.
const (
	Markdown         Syntax = iota // <!-- bacviz:start -->, or [//]: # (bacviz:start), or as in MDX
	MDX                            // {/* bacviz:start */}
	AsciiDoc                       // // bacviz:start
	ReStructuredText               // .. bacviz:start
)

// extensions are the extensions of documents, by which their languages are known.
var extensions = map[string]Syntax{
	".md": Markdown, ".markdown": Markdown, ".mdown": Markdown, ".mkd": Markdown, ".qmd": Markdown,
	".mdx": MDX, ".adoc": AsciiDoc, ".asciidoc": AsciiDoc, ".asc": AsciiDoc, ".rst": ReStructuredText, ".rest": ReStructuredText,
}

// SyntaxOf returns the language of a document by its extension. Known is false for an
// extension that no document has; it is taken for Markdown.
func SyntaxOf(file string) (s Syntax, known bool) {
	s, known = extensions[strings.ToLower(path.Ext(file))]
	return s, known
}

// String returns the name of the language.
func (s Syntax) String() string {
	return [...]string{"Markdown", "MDX", "AsciiDoc", "reStructuredText"}[s]
}

// marker returns a marker with a word.
func (s Syntax) marker(word string) string {
	return fmt.Sprintf([...]string{"<!-- bacviz:%s -->", "{/* bacviz:%s */}", "// bacviz:%s", ".. bacviz:%s"}[s], word)
}

// format returns the default format. Few readers of AsciiDoc and reStructuredText draw
// Mermaid.
func (s Syntax) format() string {
	if s == AsciiDoc || s == ReStructuredText {
		return Image
	}
	return Mermaid
}

// formats returns the formats that a document may have.
func (s Syntax) formats() []string {
	if s == AsciiDoc || s == ReStructuredText {
		return []string{Image, Mermaid, Table}
	}
	return []string{Image, Mermaid, Picture, Table}
}

// Image returns an image: a file, by its path from the document, the text in its place, and
// what it links to, if that is not empty.
func (s Syntax) Image(file, alt, link string) string {
	alt = display.Printable(alt)
	switch s {
	case AsciiDoc:
		if link != "" {
			link = `,link="` + asciidocText(link, "/.-") + `"`
		}
		return fmt.Sprintf(`image::%s["%s"%s]`, file, asciidocText(alt, " "), link)
	case ReStructuredText:
		if link != "" {
			link = "\n   :target: " + strings.NewReplacer(`\`, `\\`, "_", `\_`).Replace(link)
		}
		return fmt.Sprintf(".. image:: %s\n   :alt: %s\n   :width: 100%%%s", file, alt, link)
	}
	image := fmt.Sprintf("![%s](%s)", markdownAlt(alt), file)
	if link != "" {
		image = fmt.Sprintf("[%s](%s)", image, markdownAddress.Replace(link))
	}
	return image
}

// markdownAddress escapes what would end the address of a link, or what MDX expands.
var markdownAddress = strings.NewReplacer("(", "%28", ")", "%29", "<", "%3C", ">", "%3E", "{", "%7B", "}", "%7D", `\`, "%5C", " ", "%20", "*", "%2A", "_", "%5F")

// markdownAlt returns the text in place of an image, in which what means something in
// Markdown, HTML or MDX has a backslash before it, or its number where some readers know no
// backslash. Readers show it as text alone: it makes no links and no mentions.
func markdownAlt(alt string) string {
	var b strings.Builder
	for _, r := range alt {
		switch {
		case strings.ContainsRune("<>&~|$", r):
			fmt.Fprintf(&b, "&#%d;", r)
		case strings.ContainsRune("\\`*_{}[]!#", r):
			b.WriteString("\\" + string(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Picture returns HTML that shows one of two files, for light and for dark pages. Its tags
// are closed as XML and MDX want it.
func (s Syntax) Picture(light, dark, alt, link string) string {
	picture := "<picture>\n" +
		tag("  ", "source", `media="(prefers-color-scheme: dark)"`, `srcset="`+dark+`"`) +
		tag("  ", "img", `alt="`+html.EscapeString(display.Printable(alt))+`"`, `src="`+light+`"`) +
		"</picture>"
	if link != "" {
		picture = "<a href=\"" + html.EscapeString(link) + "\">\n  " + strings.ReplaceAll(picture, "\n", "\n  ") + "\n</a>"
	}
	return picture
}

// tag returns an empty element on a line, or with each attribute on its own if that would be
// longer than 80 characters, as Prettier writes JSX.
func tag(indent, name string, attributes ...string) string {
	line := indent + "<" + name + " " + strings.Join(attributes, " ") + " />\n"
	if utf8.RuneCountInString(line) <= 81 {
		return line
	}
	return indent + "<" + name + "\n" + indent + "  " + strings.Join(attributes, "\n"+indent+"  ") + "\n" + indent + "/>\n"
}

// Diagram returns the source of a Mermaid diagram as a block of code. Its fence is longer
// than any of the same character in the source.
func (s Syntax) Diagram(source string) string {
	source = strings.TrimRight(source, "\n")
	switch s {
	case AsciiDoc:
		fence := strings.Repeat("-", max(4, longestRun(source, '-')+1))
		return "[mermaid]\n" + fence + "\n" + source + "\n" + fence
	case ReStructuredText:
		return ".. mermaid::\n\n   " + strings.ReplaceAll(source, "\n", "\n   ")
	}
	fence := strings.Repeat("`", max(3, longestRun(source, '`')+1))
	return fence + "mermaid\n" + source + "\n" + fence
}

// longestRun returns the length of the longest run of a character in a text.
func longestRun(text string, of rune) (longest int) {
	run := 0
	for _, r := range text {
		if run++; r != of {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest
}

// Table returns a table of texts below the names of its columns, in AsciiDoc or
// reStructuredText. The cells of a table in Markdown differ: package output writes it.
func (s Syntax) Table(head []string, rows [][]string) string {
	var b strings.Builder
	switch s {
	case AsciiDoc:
		b.WriteString("[%autowidth]\n|===\n")
		between := "|"
		for _, name := range head {
			b.WriteString(between + asciidocText(name, " "))
			between = " |"
		}
		b.WriteString("\n")
		for _, row := range rows {
			b.WriteString("\n")
			for _, cell := range row {
				b.WriteString("|" + asciidocText(display.Printable(cell), " ") + "\n")
			}
		}
		b.WriteString("|===")
	case ReStructuredText:
		b.WriteString(".. list-table::\n   :header-rows: 1\n")
		for _, row := range append([][]string{head}, rows...) {
			lead := "\n   * - "
			for _, cell := range row {
				b.WriteString(strings.TrimRight(lead+restText(display.Printable(cell)), " "))
				lead = "\n     - "
			}
		}
	}
	return b.String()
}

// asciidocText returns a text in which all but letters, digits, the given characters, and a
// hyphen or a full stop in a word are written as their numbers, which AsciiDoc shows as they are.
func asciidocText(s, plain string) string {
	var b strings.Builder
	word := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	last, text := ' ', []rune(s)
	for i, r := range text {
		inWord := (r == '-' || r == '.') && word(last) && i+1 < len(text) && word(text[i+1])
		if word(r) || inWord || r > '~' || r != last && strings.ContainsRune(plain, r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "&#%d;", r)
		}
		last = r
	}
	return b.String()
}

// restText returns a text in which what is neither letter, digit nor space has a backslash
// before it.
func restText(s string) string {
	var b strings.Builder
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r <= '~' && r != ' ' {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
