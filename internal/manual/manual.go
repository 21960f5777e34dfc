// Package manual writes the reference of a command: as a man page, and as a page of
// Markdown. What comes in is a [Page], made of the command's help; what goes out are
// bytes that depend on the page alone.
package manual

import "strings"

// A Page describes one command.
type Page struct {
	Command     string // as it is called, such as "bacviz job get"
	Short       string // what it does, in a few words: "Draw the network"
	Synopsis    string // what follows the name of the command; may be empty
	Description string // paragraphs between blank lines; what is indented stays as it is
	Examples    string // lines as they are typed, indented or not
	Flags       []Flags
	Commands    []Term // the commands below it, by their last names
	Sections    []Section
	See         []string // other commands, such as "bacviz render"
}

// Flags are the flags below one heading.
type Flags struct {
	Heading string
	Flags   []Flag
}

// A Flag is one flag.
type Flag struct {
	Names []string // with their hyphens, the short one first
	Value string   // the name of its value; empty for a switch
	Text  string   // what it does, with the default
}

// A Section is a list of terms below a title, such as environment variables.
type Section struct {
	Title string // as in the title of a chapter: "Exit status"
	Text  string // a paragraph before the terms; may be empty
	Terms []Term
}

// A Term is a word and what it means.
type Term struct{ Name, Text string }

// Edition says which program the pages are of.
type Edition struct {
	Version string // such as v1.2.0
	Date    string // of the program, such as 2026-11-30; empty if it is not known
}

// FileName returns the name of a command's page without the extension:
// bacviz-job-get for "bacviz job get".
func FileName(command string) string { return strings.ReplaceAll(command, " ", "-") }

// A block is a paragraph of a description, or lines that stay as they are.
type block struct {
	lines    []string
	verbatim bool
}

// blocks splits a description at its blank lines. Lines that begin with spaces stay
// as they are, without these.
func blocks(text string) []block {
	const indent = "  "
	var all []block
	for part := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n\n") {
		b := block{lines: strings.Split(strings.Trim(part, "\n"), "\n")}
		if b.verbatim = strings.HasPrefix(b.lines[0], indent); b.verbatim {
			b.lines = unindented(b.lines)
		}
		all = append(all, b)
	}
	return all
}

// unindented returns lines without the spaces that all of them begin with.
func unindented(lines []string) []string {
	least := -1
	for _, line := range lines {
		if n := len(line) - len(strings.TrimLeft(line, " ")); line != "" && (least < 0 || n < least) {
			least = n
		}
	}
	all := make([]string, len(lines))
	for i, line := range lines {
		all[i] = line[min(max(least, 0), len(line)):]
	}
	return all
}
