package main

// This file holds what the manual pages say beyond the help: exit statuses, environment
// variables and files.

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/fetch/config"
	"github.com/bacviz/bacviz/internal/manual"
)

// surroundings returns the sections of a command's page about what is around it.
func surroundings(cmd *cobra.Command) []manual.Section {
	sections := []manual.Section{{Title: "Exit status", Terms: exitStatuses(cmd)}}
	if !cmd.HasParent() {
		return append(sections, allVariables(), allFiles())
	}
	environment := manual.Section{Title: "Environment", Terms: ownVariables(cmd)}
	if cmd.Flags().Lookup(config.Host) != nil {
		environment.Text = "The variables and files that say which orchestrator is asked, and with which credentials, are in bacviz(1)."
	}
	if environment.Text != "" || len(environment.Terms) > 0 {
		sections = append(sections, environment)
	}
	return sections
}

// answers has what the exit status 1 means for the commands that answer a question with
// it. They have 2 for every failure.
var answers = map[string]string{
	"check": "A rule is broken.",
	"diff":  "With --exit-code: the networks differ. Without it: a source, the time limit, the engine or a file failed.",
	"embed": "With --check: the document is not up to date.",
}

func exitStatuses(cmd *cobra.Command) []manual.Term {
	failed := "A source, the time limit, the engine or a file failed."
	usage := "Wrong usage: an unknown flag or word, flags that contradict each other, or an output that cannot be written."
	answer, answered := answers[cmd.Name()]
	switch {
	case cmd.Name() == "diff":
		failed, usage = answer, "Wrong usage. With --exit-code: any failure."
	case answered:
		failed, usage = answer, "Something went wrong, or there is no answer."
	case cmd.Flags().Lookup("wait") != nil:
		failed = "A request, the time limit or a file failed, or the job that --wait followed did."
	}
	return []manual.Term{
		{Name: fmt.Sprint(exitOK), Text: "Success."},
		{Name: fmt.Sprint(exitFailed), Text: failed},
		{Name: fmt.Sprint(exitUsage), Text: usage},
		{Name: fmt.Sprint(exitHungUp), Text: "The terminal was closed before the work was done."},
		{Name: fmt.Sprint(exitInterrupted), Text: "Ctrl-C or another signal ended the command before its work was done."},
	}
}

// notifyVar is the environment variable that may hold the URL of --notify.
const notifyVar = "BACVIZ_NOTIFY_URL"

// otherVariables are the variables that do not say how to connect, each with the command
// that reads it, or the flag of the commands that do; "" means all of them.
var otherVariables = []struct{ name, of, text string }{
	{redactKeyVar, "redact-key", "The key of the pseudonyms that --redact makes, at least 16 random bytes, if --redact-key names no file."},
	{configVar, configFlag, "The file of settings in place of all others, or none."},
	{notifyVar, "notify-file", "The address that serve tells of broken rules, if no flag names one."},
	{"BACALHAU_PARTITION_INDEX, BACALHAU_PARTITION_COUNT", "shard", "The part of a fleet that a job of Bacalhau makes the facts of, if --shard names none."},
	{"HTTP_PROXY, HTTPS_PROXY, NO_PROXY", config.Host, "Proxies, as in other programs."},
	{"NO_COLOR", "", "If it is set, nothing that is printed to a terminal has colours."},
	{"TERM", "", "If it is dumb, there are no colours and no progress."},
	{"LC_ALL, LC_CTYPE, LANG", "ascii", "The first that is set says whether the terminal takes UTF-8; trees of other locales are in ASCII."},
	{"GITHUB_ACTIONS, TF_BUILD, TEAMCITY_VERSION", "", "If one is set, what is printed gives no commands to the system that runs the job."},
	{"GOGC, GOMEMLIMIT", "", "How the memory is collected, as in every Go program; bacviz sets what is not set."},
	{"SOURCE_DATE_EPOCH", "man", "The date of the manual pages that man writes, in seconds since 1970."},
}

// ownVariables returns the variables that a command reads, without those that all read.
func ownVariables(cmd *cobra.Command) []manual.Term {
	var terms []manual.Term
	for _, v := range otherVariables {
		if v.of != "" && (v.of == cmd.Name() || cmd.Flags().Lookup(v.of) != nil) {
			terms = append(terms, manual.Term{Name: v.name, Text: v.text})
		}
	}
	return terms
}

func allVariables() manual.Section {
	section := manual.Section{
		Title: "Environment",
		Text:  "Those of Bacalhau say which orchestrator is asked when no SOURCE is given, and with which credentials. Flags come first.",
	}
	for _, v := range config.Variables {
		section.Terms = append(section.Terms, manual.Term{Name: v.Name, Text: "Sets " + v.Setting + ": " + v.Doc + "."})
	}
	for _, v := range otherVariables {
		section.Terms = append(section.Terms, manual.Term{Name: v.name, Text: v.text})
	}
	return section
}

func allFiles() manual.Section {
	return manual.Section{
		Title: "Files",
		Text:  "Those of Bacalhau are in ~/.bacalhau, or where BACALHAU_DIR says. bacviz never writes them.",
		Terms: []manual.Term{
			{Name: ".bacviz.yaml", Text: "Defaults for flags and names for clusters, of the git repository that the working directory is in."},
			{Name: "~/.config/bacviz/config.yaml", Text: "The same, for all that the user does."},
			{Name: "~/.bacalhau/profiles", Text: "Profiles, and the link current to the one in use (Bacalhau v1.9)."},
			{Name: "~/.bacalhau/config.yaml", Text: "Settings, if no profile has them; without it, ~/.config/bacalhau/config.yaml."},
			{Name: "~/.bacalhau/tokens.json", Text: "Tokens by address."},
			{Name: "~/.cache/bacviz", Text: "Compiled code of Graphviz. It may be removed at any time."},
		},
	}
}
