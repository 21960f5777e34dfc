package main

import (
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/internal/licenses"
)

func newLicenses(std stdio) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:        "licenses [NAME]...",
		GroupID:    otherCommands,
		Aliases:    []string{"licences"},
		SuggestFor: []string{"license", "licence", "notice", "copyright"},
		Short:      "List the software that is part of bacviz, and its licences",
		Long: `Licenses lists what bacviz is made of: bacviz itself, other programs, fonts and
Go modules, with their versions, their licences as SPDX identifiers, and where
their sources are. Text is the whole of each licence and notice. A NAME, or a
part of one, chooses some of them.`,
		Example: `  bacviz licenses
  bacviz licenses -o text sqlite
  bacviz licenses -o json`,
		RunE: func(_ *cobra.Command, args []string) error { return listLicences(std, format, args) },
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			all, _ := components(nil)
			var names []string
			for _, c := range all {
				names = append(names, c.Name)
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
	}
	choiceVar(cmd, &format, "output", "o", "table", "`format`", choices{"table", "text", "json", "yaml"})
	return cmd
}

func listLicences(std stdio, format string, names []string) error {
	chosen, err := components(names)
	if err != nil {
		return err
	}
	if format == "text" {
		return printLicences(std, chosen)
	}
	var lines [][]string
	for _, c := range chosen {
		lines = append(lines, []string{c.Name, c.Version, c.Licence, c.Source})
	}
	return printRows(std, format, chosen, func() string { return table([]string{"name", "version", "licence", "source"}, lines) })
}

// components returns what this program is made of: what names are parts of the names of,
// or everything if there are none.
func components(names []string) ([]licenses.Component, error) {
	all, err := licenses.All()
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(c licenses.Component) bool {
		return len(c.Systems) > 0 && !slices.Contains(c.Systems, runtime.GOOS)
	})
	all[0].Version = build().Version
	for i := range all {
		if all[i].Name == licenses.Go {
			all[i].Version = runtime.Version()
		}
	}
	if len(names) == 0 {
		return all, nil
	}
	var chosen []licenses.Component
	for _, c := range all {
		if slices.ContainsFunc(names, func(name string) bool { return hasName(c, name) }) {
			chosen = append(chosen, c)
		}
	}
	for _, name := range names {
		if !slices.ContainsFunc(chosen, func(c licenses.Component) bool { return hasName(c, name) }) {
			return nil, &usageError{fmt.Errorf("no part of bacviz has %q in its name", shown(name)), "bacviz licenses lists them"}
		}
	}
	return chosen, nil
}

// hasName reports whether a name, or a part of one, is that of a component or of what its
// note says is in it.
func hasName(c licenses.Component, name string) bool {
	return strings.Contains(strings.ToLower(c.Name+" "+c.Note), strings.ToLower(name))
}

// printLicences prints the texts of the licences and notices of components, each under
// the component's name.
func printLicences(std stdio, all []licenses.Component) error {
	var b strings.Builder
	for i, c := range all {
		if i > 0 {
			b.WriteString("\n")
		}
		title := strings.TrimSpace(c.Name + " " + c.Version)
		b.WriteString(title + "\n" + strings.Repeat("=", len(title)) + "\n")
		b.WriteString(c.Licence + "\n" + c.Source + "\n")
		if c.Note != "" {
			b.WriteString(c.Note + "\n")
		}
		for _, name := range c.Texts {
			text, err := licenses.Text(name)
			if err != nil {
				return err
			}
			b.WriteString("\n" + text)
		}
	}
	return printRows(std, "table", nil, b.String)
}
