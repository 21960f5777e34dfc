package manual

import (
	"bytes"
	"fmt"
	"strings"
)

// Man returns the page in the macros of man(7), for section 1. It is ASCII: every other
// character is written as an escape, so that no program has to guess an encoding.
func Man(p Page, e Edition) []byte {
	w := &roff{}
	program, _, _ := strings.Cut(p.Command, " ")
	w.line(".TH %s 1 \"%s\" %s %s", quoted(strings.ToUpper(FileName(p.Command))), e.Date, quoted(program+" "+e.Version), quoted(program+" manual"))
	w.line(".nh\n.ad l") // words are often names and commands, which must not be split
	w.line(".SH NAME")
	w.line("%s \\- %s", literal(FileName(p.Command)), prose(strings.ToLower(p.Short[:1])+p.Short[1:]))
	w.line(".SH SYNOPSIS")
	w.line(".B %s", literal(p.Command))
	if p.Synopsis != "" {
		w.text(p.Synopsis, literal)
	}
	w.line(".SH DESCRIPTION")
	w.blocks(p.Description)
	w.commands(p)
	w.flags(p.Flags)
	for _, s := range p.Sections {
		w.section(s)
	}
	if p.Examples != "" {
		w.line(".SH EXAMPLES")
		w.verbatim(unindented(strings.Split(p.Examples, "\n")))
	}
	w.see(p.See)
	return w.b.Bytes()
}

// roff collects the lines of a man page.
type roff struct{ b bytes.Buffer }

func (w *roff) line(format string, args ...any) { fmt.Fprintf(&w.b, format+"\n", args...) }

// text writes a paragraph. No line of it is taken for a macro.
func (w *roff) text(text string, escape func(string) string) {
	const columns = 80 // of the page's source
	line := ""
	for _, word := range strings.Fields(text) {
		word = escape(word)
		if line != "" && len(line)+1+len(word) > columns {
			w.line("%s", harmless(line))
			line = ""
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	w.line("%s", harmless(line))
}

// blocks writes the paragraphs of a description.
func (w *roff) blocks(text string) {
	for i, b := range blocks(text) {
		if i > 0 {
			w.line(".PP")
		}
		if b.verbatim {
			w.verbatim(b.lines)
		} else {
			w.text(strings.Join(b.lines, " "), prose)
		}
	}
}

// verbatim writes lines that stay as they are.
func (w *roff) verbatim(lines []string) {
	w.line(".RS 4\n.nf")
	for _, line := range lines {
		w.line("%s", harmless(literal(line)))
	}
	w.line(".fi\n.RE")
}

// term writes a term, in bold as far as it is to be typed, and what it means.
func (w *roff) term(bold, italic, text string) {
	w.line(".TP")
	if italic != "" {
		w.line("%s \\fI%s\\fR", bold, literal(italic))
	} else {
		w.line("%s", bold)
	}
	w.text(text, prose)
}

func strong(text string) string { return "\\fB" + literal(text) + "\\fR" }

func (w *roff) commands(p Page) {
	if len(p.Commands) == 0 {
		return
	}
	w.line(".SH COMMANDS")
	for _, c := range p.Commands {
		w.term("\\fB"+literal(FileName(p.Command+" "+c.Name))+"\\fR(1)", "", c.Text)
	}
}

func (w *roff) flags(groups []Flags) {
	if len(groups) == 0 {
		return
	}
	w.line(".SH OPTIONS")
	for i, g := range groups {
		if i > 0 {
			w.line(".SS %s", quoted(g.Heading))
		}
		for _, f := range g.Flags {
			names := make([]string, len(f.Names))
			for i, name := range f.Names {
				names[i] = strong(name)
			}
			w.term(strings.Join(names, ", "), f.Value, f.Text)
		}
	}
}

func (w *roff) section(s Section) {
	w.line(".SH %s", quoted(strings.ToUpper(s.Title)))
	if s.Text != "" {
		w.text(s.Text, prose)
	}
	for _, t := range s.Terms {
		w.term(strong(t.Name), "", t.Text)
	}
}

func (w *roff) see(commands []string) {
	if len(commands) == 0 {
		return
	}
	w.line(".SH SEE ALSO")
	for i, c := range commands {
		comma := ","
		if i == len(commands)-1 {
			comma = ""
		}
		w.line(".BR %s (1)%s", literal(FileName(c)), comma)
	}
}

// literal returns text as it is typed: its hyphens and quotes stay what they are.
func literal(text string) string {
	return characters(strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`).Replace(text))
}

// prose returns a word of a sentence. Where it is a flag, or an address or a name in
// quotes, its hyphens are those that are typed.
func prose(word string) string {
	if bare := strings.TrimLeft(word, `("'`); strings.HasPrefix(bare, "-") || strings.Contains(word, "://") {
		return literal(word)
	}
	return characters(strings.NewReplacer(`\`, `\e`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`).Replace(word))
}

// characters returns text with an escape for every character that is not ASCII, and
// without control characters.
func characters(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r >= 0x20 && r < 0x7f:
			b.WriteRune(r)
		case r > 0x9f:
			fmt.Fprintf(&b, `\[u%04X]`, r)
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// harmless returns a line of text that roff does not take for a macro.
func harmless(line string) string {
	if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
		return `\&` + line
	}
	return line
}

// quoted returns text as an argument of a macro.
func quoted(text string) string { return `"` + strings.ReplaceAll(literal(text), `"`, `""`) + `"` }
