package manual

import (
	"bytes"
	"fmt"
	"strings"
)

// Markdown returns the page in Markdown, as the documentation's reference has it. Other
// commands are links to their pages, in the same folder.
func Markdown(p Page) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s\n\n%s.\n", p.Command, plain(p.Short))
	fenced(&b, []string{strings.TrimSpace(p.Command + " " + p.Synopsis)})
	for _, block := range blocks(p.Description) {
		if block.verbatim {
			fenced(&b, block.lines)
		} else {
			fmt.Fprintf(&b, "\n%s\n", plain(strings.Join(block.lines, "\n")))
		}
	}
	if p.Examples != "" {
		b.WriteString("\n## Examples\n")
		fenced(&b, unindented(strings.Split(p.Examples, "\n")))
	}
	if len(p.Commands) > 0 {
		b.WriteString("\n## Commands\n\n| command | what it does |\n|---|---|\n")
		for _, c := range p.Commands {
			fmt.Fprintf(&b, "| %s | %s |\n", link(p.Command+" "+c.Name), cell(c.Text))
		}
	}
	for _, g := range p.Flags {
		fmt.Fprintf(&b, "\n## %s\n\n| flag | what it does |\n|---|---|\n", plain(g.Heading))
		for _, f := range g.Flags {
			fmt.Fprintf(&b, "| `%s`%s | %s |\n", strings.Join(f.Names, "`, `"), emphasis(f.Value), cell(f.Text))
		}
	}
	for _, s := range p.Sections {
		fmt.Fprintf(&b, "\n## %s\n\n", plain(s.Title))
		if s.Text != "" {
			fmt.Fprintf(&b, "%s\n\n", plain(s.Text))
		}
		if len(s.Terms) == 0 {
			continue
		}
		b.WriteString("| | |\n|---|---|\n")
		for _, t := range s.Terms {
			fmt.Fprintf(&b, "| `%s` | %s |\n", t.Name, cell(t.Text))
		}
	}
	if len(p.See) > 0 {
		links := make([]string, len(p.See))
		for i, c := range p.See {
			links[i] = link(c)
		}
		fmt.Fprintf(&b, "\nSee also: %s.\n", strings.Join(links, ", "))
	}
	return b.Bytes()
}

func link(command string) string {
	return fmt.Sprintf("[`%s`](%s.md)", command, FileName(command))
}

// emphasis returns the name of a flag's value after a space, or "".
func emphasis(value string) string {
	if value == "" {
		return ""
	}
	return " *" + cell(value) + "*"
}

// fenced writes lines that stay as they are.
func fenced(b *bytes.Buffer, lines []string) {
	fmt.Fprintf(b, "\n```text\n%s\n```\n", strings.Join(lines, "\n"))
}

// plain returns text of which nothing means something in Markdown.
func plain(text string) string {
	return strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, "#", `\#`, "~", `\~`).Replace(text)
}

// cell returns text for a cell of a table.
func cell(text string) string { return strings.ReplaceAll(plain(text), "|", `\|`) }
