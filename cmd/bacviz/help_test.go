package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// everyCommand calls do with every command of bacviz's own.
func everyCommand(do func(*cobra.Command)) {
	var visit func(*cobra.Command)
	visit = func(cmd *cobra.Command) {
		do(cmd)
		for _, sub := range cmd.Commands() {
			visit(sub)
		}
	}
	visit(newRoot(stdio{strings.NewReader(""), new(bytes.Buffer), new(bytes.Buffer)}))
}

func TestHelpFitsANarrowTerminal(t *testing.T) {
	everyCommand(func(cmd *cobra.Command) {
		var help bytes.Buffer
		cmd.SetOut(&help)
		if err := cmd.Help(); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(help.String()) {
			if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 80 {
				t.Errorf("%s --help: %d columns: %s", cmd.CommandPath(), n, line)
			}
		}
	})
}

// A flag means the same in every command, except in the job commands and fleet run, which have no
// SOURCE and send several requests.
func TestEachFlagHasOneDescription(t *testing.T) {
	usages := make(map[string]string)
	everyCommand(func(cmd *cobra.Command) {
		group := ""
		if strings.HasPrefix(cmd.CommandPath(), "bacviz job") || cmd.CommandPath() == "bacviz fleet run" {
			group = "job "
		}
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			switch f.Name {
			case "help", "version", "output", "format", "with-load":
				return // these are about the command, and what it writes
			}
			key := group + f.Name
			if f.Name == "timeout" && cmd.Flags().Lookup("wait") != nil {
				key += " with --wait" // which it may limit as a whole
			}
			if f.Name == "title" && cmd.CommandPath() == "bacviz fleet report" {
				key += " of a report" // and not of a picture
			}
			if f.Name == "timeout" && cmd.CommandPath() == "bacviz fleet run" {
				key += " of all requests"
			}
			if f.Name == "timeout" && (cmd.CommandPath() == "bacviz fleet facts" || cmd.CommandPath() == "bacviz fleet report") {
				key += " of an address" // and not of all snapshots
			}
			if f.Name == "timeout" && cmd.Name() == "serve" {
				key += " of a reading" // and not of the command
			}
			usage := f.Usage
			if f.Name == "height" { // which charts choose by themselves
				usage, _, _ = strings.Cut(usage, " (default")
			}
			if before, ok := usages[key]; ok && before != usage {
				t.Errorf("%s --%s: %q, elsewhere %q", cmd.CommandPath(), f.Name, usage, before)
			}
			usages[key] = usage
		})
	})
}
