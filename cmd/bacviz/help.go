package main

// This file holds the form of the help.

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

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
	_, parents, _ := strings.Cut(parent.CommandPath()+" ", " ")
	err := &usageError{fmt.Errorf("unknown command %q", parents+shown(name)), parent.CommandPath() + " --help lists the commands"}
	if parent.Name() == "completion" {
		var shells choices
		for _, shell := range parent.Commands() {
			shells = append(shells, shell.Name())
		}
		err.err = fmt.Errorf("unknown shell %q (have %s)", shown(name), shells)
	}
	switch near := parent.SuggestionsFor(name); {
	case len(near) > 0:
		err.hint = "did you mean " + parent.CommandPath() + " " + near[0] + "?"
	case isURL(name) && !parent.HasParent():
		err.hint = "did you mean bacviz render " + shown(name) + "?"
	}
	return err
}

// newHelp returns cobra's help command, except that the name of a command that does
// not exist is wrong usage.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Show the help of a command",
		RunE: func(cmd *cobra.Command, args []string) error {
			found, rest, err := cmd.Root().Find(args)
			if err != nil || found == nil || len(rest) > 0 {
				return &usageError{err: fmt.Errorf("unknown command %q", shown(strings.Join(args, " "))), hint: "bacviz --help lists the commands"}
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

Commands:{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}
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

// flagUsages returns the help on flags: first those without a heading, then the
// headings in the order of their first flags.
func flagUsages(f *pflag.FlagSet) string {
	const columns = 80 // of a narrow terminal
	order := []string{"Flags"}
	under := make(map[string]*pflag.FlagSet)
	f.VisitAll(func(flag *pflag.Flag) {
		name := order[0]
		if h := flag.Annotations[headingKey]; h != nil {
			name = h[0]
		}
		if under[name] == nil {
			under[name] = pflag.NewFlagSet(name, pflag.ContinueOnError)
			under[name].SortFlags = f.SortFlags
			if name != order[0] {
				order = append(order, name)
			}
		}
		under[name].AddFlag(flag)
	})
	var b strings.Builder
	for _, name := range order {
		if set := under[name]; set != nil {
			fmt.Fprintf(&b, "\n%s:\n%s", name, set.FlagUsagesWrapped(columns))
		}
	}
	return b.String()
}
