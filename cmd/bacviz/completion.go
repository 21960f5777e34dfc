package main

// This file holds the command that prints the scripts of shells. What they offer is in
// complete.go.

import (
	"fmt"
	"io"
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

// bashMatching replaces a function of cobra's script for bash, which puts a backslash before
// the commas of an offer, and so finds none for a list with commas. bacviz offers nothing that
// needs a backslash.
const bashMatching = `
__bacviz_handle_standard_completion_case() {
    local tab=$'\t' line longest=0
    for line in "${completions[@]}"; do
        [[ $line == "$cur"* ]] || continue
        COMPREPLY+=("$line")
        line=${line%%$tab*}
        ((${#line} <= longest)) || longest=${#line}
    done
    if ((${#COMPREPLY[@]} == 1)); then
        COMPREPLY[0]=${COMPREPLY[0]%%$tab*}
    elif ((longest > 0)); then
        __bacviz_format_comp_descriptions $longest
    fi
}
`

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
		if shell.Name() == "bash" {
			script := shell.RunE
			shell.RunE = func(cmd *cobra.Command, args []string) error {
				if err := script(cmd, args); err != nil {
					return err
				}
				_, err := io.WriteString(cmd.OutOrStdout(), bashMatching)
				return err
			}
		}
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
