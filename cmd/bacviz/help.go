package main

// This file holds the form of the help.

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// otherCommands is the group of commands that are not about a network.
const otherCommands = "other"

// needsCommand has a command that does nothing by itself show its help, and refuse the
// names of commands that it does not have.
func needsCommand(cmd *cobra.Command) {
	cmd.SuggestionsMinimumDistance = 2
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		return unknownCommand(cmd, args[0])
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
}

// unknownCommand returns the error for the name of a command that its parent does not
// have.
func unknownCommand(parent *cobra.Command, name string) error {
	if parent.Name() == "completion" {
		return unknownShell(parent, name)
	}
	_, parents, _ := strings.Cut(parent.CommandPath()+" ", " ")
	err := &usageError{fmt.Errorf("unknown command %q", parents+shown(name)), parent.CommandPath() + " --help lists the commands"}
	switch near := parent.SuggestionsFor(name); {
	case len(near) > 0:
		err.hint = "did you mean " + parent.CommandPath() + " " + near[0] + "?"
	case isURL(name) && !parent.HasParent():
		err.hint = "did you mean bacviz render " + shown(name) + "?"
	}
	return err
}

// findCommand returns the command that names call, or root if there are none.
func findCommand(root *cobra.Command, names []string) (*cobra.Command, error) {
	found, rest, err := root.Find(names)
	if err != nil || found == nil || len(rest) > 0 {
		return nil, &usageError{err: fmt.Errorf("unknown command %q", shown(strings.Join(names, " "))), hint: root.Name() + " --help lists the commands"}
	}
	return found, nil
}

// newHelp returns cobra's help command, except that the name of a command that does
// not exist is wrong usage.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Show the help of a command",
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := findCommand(cmd.Root(), args)
			if err != nil {
				return err
			}
			return found.Help()
		},
	}
}

// usageTemplate puts the examples first: they are what most readers look for.
const usageTemplate = `{{if .HasExample}}Examples:
{{.Example}}

{{end}}Usage:{{if .Runnable}}{{if not .HasAvailableSubCommands}}
  {{.UseLine}}{{end}}{{end}}{{if .HasAvailableSubCommands}}
  {{.CommandPath}} {{if eq .Name "completion"}}SHELL{{else}}COMMAND{{end}} [flags]

Commands:{{range .Commands}}{{if and .IsAvailableCommand (eq .GroupID "")}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{range $group := .Groups}}

{{.Title}}{{range $.Commands}}{{if and .IsAvailableCommand (eq .GroupID $group.ID)}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}
{{flagUsages .LocalFlags | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableSubCommands}}

Use "{{.CommandPath}} COMMAND --help" for more about a command.{{end}}
`

func init() { cobra.AddTemplateFunc("flagUsages", flagUsages) }

// headingKey is the annotation of a flag that holds its heading in the help.
const headingKey = "bacviz_heading"

// heading gives a heading in the help to the flags that are defined before end is
// called, unless they have one.
func heading(f *pflag.FlagSet, text string) (end func()) {
	before := make(map[*pflag.Flag]bool)
	f.VisitAll(func(flag *pflag.Flag) { before[flag] = true })
	return func() {
		f.VisitAll(func(flag *pflag.Flag) {
			if !before[flag] && flag.Annotations[headingKey] == nil {
				// An error here would be a flag that is not defined.
				_ = f.SetAnnotation(flag.Name, headingKey, []string{text})
			}
		})
	}
}

// A flagGroup is the flags below one heading.
type flagGroup struct {
	heading string
	flags   *pflag.FlagSet
}

// flagGroups returns flags by heading: first those without one, below "Flags", then the
// headings in the order of their first flags.
func flagGroups(f *pflag.FlagSet) []flagGroup {
	newGroup := func(heading string) flagGroup {
		set := pflag.NewFlagSet(heading, pflag.ContinueOnError)
		set.SortFlags = f.SortFlags
		return flagGroup{heading, set}
	}
	groups := []flagGroup{newGroup("Flags")}
	f.VisitAll(func(flag *pflag.Flag) {
		heading := groups[0].heading
		if h := flag.Annotations[headingKey]; h != nil {
			heading = h[0]
		}
		i := slices.IndexFunc(groups, func(g flagGroup) bool { return g.heading == heading })
		if i < 0 {
			i = len(groups)
			groups = append(groups, newGroup(heading))
		}
		groups[i].flags.AddFlag(flag)
	})
	return slices.DeleteFunc(groups, func(g flagGroup) bool { return !g.flags.HasFlags() })
}

// flagUsages returns the help on flags.
func flagUsages(f *pflag.FlagSet) string {
	const columns = 80 // of a narrow terminal
	var b strings.Builder
	for _, group := range flagGroups(f) {
		fmt.Fprintf(&b, "\n%s:\n%s", group.heading, group.flags.FlagUsagesWrapped(columns))
	}
	return b.String()
}
