package check

// This file writes reports for GitHub Actions.

import (
	"fmt"
	"io"
	"strings"

	"github.com/bacviz/bacviz/internal/display"
)

// writeGitHub writes a workflow command for each rule that does not hold. Texts from
// outside cannot pass for commands: no line begins with one, and "##[", which the
// runner takes for an older kind of command anywhere in a line, is escaped
// (ActionCommand.TryParse of actions/runner).
func writeGitHub(w io.Writer, r *Report) error {
	var b strings.Builder
	for i := range r.Results {
		res := &r.Results[i]
		switch res.Status {
		case Holds:
			fmt.Fprintf(&b, "holds: %s: %s\n", res.Rule.Name, res.Found)
			continue
		case Unknown:
			res = &Result{res.Rule, res.Status, "cannot be evaluated: " + res.Found, res.Nodes}
		}
		fmt.Fprintf(&b, "::error file=%s,line=%d,col=%d,title=%s::%s\n",
			property.Replace(display.Printable(r.File)), res.Rule.Line, res.Rule.Column, property.Replace(res.Rule.Name), message.Replace(res.sentence()))
	}
	if r.Warning != "" {
		b.WriteString("::warning title=bacviz check::" + message.Replace(r.Warning) + "\n")
	}
	fmt.Fprintln(&b, r.verdict())
	return writeCommands(w, b.String())
}

// writeGitHubTrouble writes one command, with the place of the mistake if it has one.
func writeGitHubTrouble(w io.Writer, t *Trouble) error {
	var b strings.Builder
	b.WriteString("::error ")
	if t.File != "" {
		b.WriteString("file=" + property.Replace(display.Printable(t.File)) + ",")
		if t.Line > 0 {
			fmt.Fprintf(&b, "line=%d,col=%d,", t.Line, t.Column)
		}
	}
	b.WriteString("title=bacviz check::cannot be checked: " + message.Replace(t.String()) + "\n")
	return writeCommands(w, b.String())
}

func writeCommands(w io.Writer, lines string) error {
	_, err := io.WriteString(w, strings.ReplaceAll(lines, "##[", `##\x5b`))
	return err
}

// The escapes of the commands, as the runner's own toolkit writes them.
var (
	message  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)
