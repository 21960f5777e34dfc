package main

// This file holds what the Tab key offers for flags and arguments. What is read of
// a network for it is in completenetwork.go.

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bacviz/bacviz/diff"
	"github.com/bacviz/bacviz/fetch/config"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
	"github.com/bacviz/bacviz/output/plots"
)

const (
	noFiles = cobra.ShellCompDirectiveNoFileComp
	files   = cobra.ShellCompDirectiveDefault
	noSpace = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
)

// completing reports whether the arguments are what the script of a shell asks.
func completing(args []string) bool {
	return len(args) > 0 && (args[0] == cobra.ShellCompRequestCmd || args[0] == cobra.ShellCompNoDescRequestCmd)
}

// offerAll says what the Tab key offers for all commands below root. Only a request of
// a shell needs it.
func offerAll(cmd *cobra.Command) {
	if cmd.Runnable() && !cmd.HasSubCommands() {
		cmd.ValidArgsFunction = argumentOffers(cmd)
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if _, given := cmd.GetFlagCompletionFunc(f.Name); !given {
				// An error here would be a flag that is not defined.
				_ = cmd.RegisterFlagCompletionFunc(f.Name, flagOffers(cmd, f))
			}
		})
	}
	for _, flags := range []*pflag.FlagSet{cmd.Flags(), cmd.PersistentFlags()} {
		flags.VisitAll(func(f *pflag.Flag) { _, f.Usage = pflag.UnquoteUsage(f) }) // which cobra offers with its backquotes
	}
	for _, sub := range cmd.Commands() {
		offerAll(sub)
	}
}

// argumentOffers returns what is offered for the arguments of a command.
func argumentOffers(cmd *cobra.Command) cobra.CompletionFunc {
	_, arguments, any := strings.Cut(cmd.Use, " ")
	switch {
	case arguments == "JOB":
		return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, noFiles
			}
			return jobOffers(readJobs(cmd, nil), typed), noFiles
		}
	case strings.Contains(arguments, "COMMAND"):
		return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			return commandOffers(cmd.Root(), args), noFiles
		}
	case takesSources(cmd):
		return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			return clusterOffers(cmd, typed), files
		}
	case any:
		return nil // files
	}
	return cobra.NoFileCompletions
}

// commandOffers returns the commands below the one that names call.
func commandOffers(root *cobra.Command, names []string) (all []string) {
	of, err := findCommand(root, names)
	if err != nil {
		return nil
	}
	for _, sub := range of.Commands() {
		if sub.IsAvailableCommand() {
			all = append(all, cobra.CompletionWithDesc(sub.Name(), sub.Short))
		}
	}
	return all
}

// networkOffers are the flags whose values a network knows.
var networkOffers = map[string]func(n network, typed string) []string{
	"hub":      func(n network, _ string) []string { return n.hubs() },
	"node":     func(n network, _ string) []string { return n.nodes() },
	"group-by": func(n network, typed string) []string { return listed(typed, n.fields(groupFields)) },
	"by":       func(n network, _ string) []string { return n.fields(groupFields) },
	"color-by": func(n network, _ string) []string { return n.fields(colorFields) },
	"label":    func(n network, _ string) []string { return n.fields(labelFields) },
	"select":   network.conditions,
	"ignore":   func(n network, typed string) []string { return listed(typed, n.compared()) },
	"only":     func(n network, typed string) []string { return listed(typed, n.compared()) },
}

// flagOffers returns what is offered for a flag.
func flagOffers(cmd *cobra.Command, f *pflag.Flag) cobra.CompletionFunc {
	switch v := f.Value.(type) {
	case *choiceValue:
		return cobra.FixedCompletions(described(v.from, wordHelp(cmd, f.Name)), noFiles)
	case *choiceList:
		return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
			return listed(typed, v.from), noFiles
		}
	case *sortValue:
		return sortOffers
	}
	if offers, ok := networkOffers[f.Name]; ok {
		return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			isOther := func(offer string) bool { return !strings.HasPrefix(offer, typed) }
			all := slices.DeleteFunc(offers(readNetwork(cmd, args), typed), isOther)
			if f.Name == "select" && slices.ContainsFunc(all, isUnfinished) {
				return all, noSpace
			}
			return all, noFiles
		}
	}
	switch f.Name {
	case "job":
		return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			return jobOffers(readJobs(cmd, args), typed), noFiles
		}
	case "namespace":
		return func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			return namespaceOffers(readJobs(cmd, args)), noFiles
		}
	case config.Profile:
		return func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
			return safeWords(config.Profiles(cmd.Context(), config.Options{})), noFiles
		}
	case "theme":
		return cobra.FixedCompletions(themes(), files)
	}
	switch value, _ := pflag.UnquoteUsage(f); value {
	case "file":
		return cobra.FixedCompletions(nil, files)
	case "folder":
		return cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs)
	}
	return cobra.NoFileCompletions
}

// wordHelp returns what the words of a flag mean, by word.
func wordHelp(cmd *cobra.Command, flag string) map[string]string {
	help := map[string]string{}
	switch flag {
	case "engine":
		for _, e := range layout.Engines() {
			help[e.Name] = e.Help
		}
	case "kind":
		for _, k := range plots.AllKinds() {
			help[k.Name] = k.Help
		}
	case "format":
		for _, f := range output.Formats() {
			if _, isList := listFormats().find(f.Name); cmd.Name() == "render" || cmd.Name() == "diff" && !isList {
				help[f.Name] = f.Help
			}
		}
	}
	return help
}

// described returns words with what they mean, as cobra takes them.
func described(words []string, help map[string]string) []string {
	all := make([]string, len(words))
	for i, word := range words {
		all[i] = word
		if text := help[word]; text != "" {
			all[i] = cobra.CompletionWithDesc(word, text)
		}
	}
	return all
}

// listed returns offers for the last word of a list with commas. Words that it has already
// are left out.
func listed(typed string, offers []string) (all []string) {
	before := typed[:strings.LastIndexByte(typed, ',')+1]
	have := strings.Split(before, ",")
	for _, offer := range offers {
		if word, _, _ := strings.Cut(offer, "\t"); !slices.Contains(have, word) {
			all = append(all, before+offer)
		}
	}
	return all
}

// sortOffers offers the orders, and their reverses after a minus sign.
func sortOffers(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	names := slices.Clone(sortNames())
	if strings.HasPrefix(typed, "-") {
		for i := range names {
			names[i] = "-" + names[i]
		}
	}
	return names, noFiles
}

// A field is a built-in field and what it is.
type field struct{ name, help string }

var (
	groupFields = []field{
		{graph.FieldState, "connected, awaiting-reconnection or disconnected"},
		{graph.FieldMembership, "approved, pending or rejected"},
		{graph.FieldVersion, "version of Bacalhau"},
		{graph.FieldEngine, "execution engines"},
		{graph.FieldOrchestrator, "orchestrators that list the node"},
		{graph.FieldSource, "sources that list the node"},
	}
	colorFields = append([]field{
		{graph.FieldGroup, "group of --group-by"},
		{graph.FieldUtilisation, "share of the capacity in use"},
	}, groupFields...)
	labelFields = []field{
		{graph.FieldShort, "the shortest form of the ID"},
		{graph.FieldFull, "the whole ID"},
	}
)

// compared are the fields that diff compares, and those of the labels of a network.
func (n network) compared() []string {
	all := slices.Clone(diff.Fields(true))
	for _, offer := range n.keys() {
		all = append(all, "labels."+offer)
	}
	return all
}
