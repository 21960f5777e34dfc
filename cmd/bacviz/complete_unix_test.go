//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Keys of line editors: to the beginning of the line, and to its end.
const home, end = "\x01", "\x05"

// Each shell completes what was typed before the Tab key, with its own script.
func TestShellsComplete(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, shell := range []struct {
		name  string
		args  []string
		setUp string
	}{
		{"bash", []string{"--norc", "--noprofile", "-i"}, ". /usr/share/bash-completion/bash_completion\n. <(bacviz completion bash)\n"},
		{"zsh", []string{"-f", "-i"}, "unsetopt beep; autoload -U compinit; compinit -u -D; . <(bacviz completion zsh)\n"},
		{"fish", []string{"--no-config", "-i"}, "bacviz completion fish | source\n"},
	} {
		t.Run(shell.name, func(t *testing.T) {
			t.Parallel()
			exe, err := exec.LookPath(shell.name)
			if err != nil {
				skip(t, "no "+shell.name)
			}
			if _, err := os.Stat("/usr/share/bash-completion/bash_completion"); shell.name == "bash" && err != nil {
				skip(t, "no bash-completion")
			}
			cmd := command(exe, shell.args...)
			cmd.Env = append(cmd.Env, "PATH="+filepath.Dir(program(t))+string(os.PathListSeparator)+os.Getenv("PATH"),
				"TERM=xterm", "PS1=$ ", "NO_COLOR=1", "HOME="+t.TempDir(), "INPUTRC=/dev/null")
			cmd.Dir = dir
			w := startInTerminal(t, 200, cmd)
			say := func(text string) {
				if _, err := w.tty.Write([]byte(text)); err != nil {
					t.Fatal(err)
				}
			}
			say(shell.setUp + "echo READ''Y\n")
			waitFor(t, "prompt", func() bool { return strings.Contains(w.text(), "READY\r\n") })
			for i, c := range []struct{ typed, done string }{
				{"bacviz rend\t--de\t", "bacviz render --demo"},
				{"bacviz render --demo --engine ra\t", "bacviz render --demo --engine radial"},
				{"bacviz render --demo --group-by reg\t", "bacviz render --demo --group-by region"},
				{"bacviz nodes --demo --select reg\teu\t", "bacviz nodes --demo --select region=eu-west-1"},
				{"bacviz nodes --demo --select rack=r5,region=eu\t", "bacviz nodes --demo --select rack=r5,region=eu-west-1"},
				{"bacviz nodes --demo --columns id,stat\t", "bacviz nodes --demo --columns id,state"},
				{"bacviz render --demo --hub=n-ca\t", "bacviz render --demo --hub=n-ca4eaf72-d0ba-447b-9a91-541112298d16"},
			} {
				file := fmt.Sprintf("%s-%d", shell.name, i)
				say(c.typed + home + "echo " + end + " > " + file + "\n")
				var line string
				waitFor(t, c.typed, func() bool {
					text, _ := os.ReadFile(filepath.Join(dir, file)) // which is not there at first
					line = string(text)
					return strings.HasSuffix(line, "\n")
				})
				if line != c.done+"\n" {
					t.Errorf("%q became %q", c.typed, line)
				}
			}
		})
	}
}
