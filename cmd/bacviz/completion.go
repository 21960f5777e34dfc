package main

// This file holds the command that prints the scripts of shells. What they offer is in
// complete.go.

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"
)

// loadScript says how the script of a shell is loaded, in a session and for good.
var loadScript = map[string]string{
	"bash": `It needs the package bash-completion, and a new shell.`,
	"zsh": `It needs a new shell, and compinit in ~/.zshrc:

    autoload -U compinit; compinit`,
	"fish":       `A new shell loads it.`,
	"powershell": `For all sessions, add that line to the file that $PROFILE names.`,
}

var scriptExamples = map[string]string{
	"bash": `  source <(bacviz completion bash)                 for this session
  bacviz completion bash > ~/.local/share/bash-completion/completions/bacviz`,
	"zsh": `  source <(bacviz completion zsh)                  for this session
  bacviz completion zsh > "${fpath[1]}/_bacviz"`,
	"fish": `  bacviz completion fish | source                  for this session
  bacviz completion fish > ~/.config/fish/completions/bacviz.fish`,
	"powershell": `  bacviz completion powershell | Out-String | Invoke-Expression`,
}

// addCompletion adds cobra's command that prints the scripts, with texts of our own.
func addCompletion(root *cobra.Command) {
	root.InitDefaultCompletionCmd(root.Name())
	completion, _, err := root.Find([]string{"completion"})
	if err != nil {
		return
	}
	completion.Short = "Print a script for the Tab key in a shell"
	completion.Long = `Completion prints a script with which the Tab key completes commands, flags and
their values. It offers label keys, orchestrators and jobs of the SOURCE on the
line, or of the orchestrator that the command would ask, if they answer within a
second.`
	completion.Example = "  source <(bacviz completion bash)\n  bacviz completion fish | source"
	needsCommand(completion)
	for _, shell := range completion.Commands() {
		shell.Args = noArgs
		shell.Short = "Print the script for " + shell.Name()
		shell.Long = fmt.Sprintf("Prints the script that completes commands, flags and their values in %s.\n%s", shell.Name(), loadScript[shell.Name()])
		shell.Example = scriptExamples[shell.Name()]
	}
	completion.SuggestionsMinimumDistance = 1 // the names of shells are short and alike
}

// otherShells are shells for which there is no script. Some of their names are like those
// of shells that have one, which nobody meant.
var otherShells = []string{"csh", "tcsh", "sh", "dash", "ksh", "ash", "nu", "nushell", "elvish", "xonsh", "cmd"}

// unknownShell returns the error for a shell that has no script.
func unknownShell(completion *cobra.Command, name string) error {
	var shells choices
	for _, shell := range completion.Commands() {
		shells = append(shells, shell.Name())
	}
	wrong := &usageError{fmt.Errorf("unknown shell %q", shown(name)), "there are scripts for " + shells.String()}
	if near := completion.SuggestionsFor(name); len(near) > 0 && !slices.Contains(otherShells, name) {
		wrong.hint = "did you mean " + completion.CommandPath() + " " + near[0] + "?"
	}
	return wrong
}
