package main

// This file holds the root command, and how every command prints results and
// messages.

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/infile"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/lazy"
	"github.com/bacviz/bacviz/internal/outfile"
	"github.com/bacviz/bacviz/internal/settings"
)

// stdio is where a command reads and writes: results go to out, messages to err.
type stdio struct {
	in  io.Reader
	out io.Writer
	err io.Writer
}

// isTerminal reports whether w is a terminal.
func isTerminal(w io.Writer) bool {
	f, ok := fileOf(w)
	return ok && term.IsTerminal(int(f.Fd()))
}

// print writes a command's result to standard output, unless ctx ends first. The time
// limit of a command is no part of ctx: a pager takes its time.
func (s stdio) print(ctx context.Context, text []byte) error {
	err := outfile.Write(ctx, outfile.Stdout, s.out, text)
	return explain(ctx, 0, err)
}

// stream prints a list, as print does a text, in pieces.
func (s stdio) stream(ctx context.Context, list listing) error {
	_, err := interrupt.Call(ctx, func() (struct{}, error) {
		return struct{}{}, outfile.Stream(ctx, outfile.Stdout, s.out, func(w io.Writer) error {
			b := bufio.NewWriterSize(w, 64<<10) // of pieces that are longer, only the first is copied
			if err := list(ctx, b); err != nil {
				return err
			}
			return b.Flush()
		})
	})
	return explain(ctx, 0, err)
}

// note prints a line about what the program does, on standard error.
func (s stdio) note(format string, args ...any) {
	// What others wrote stays on its line and does not steer the terminal.
	fmt.Fprintf(s.err, "bacviz: %s\n", display.OneLine(withoutPasswords(fmt.Sprintf(format, args...))))
}

// An address, mistyped or not, may stand in any argument, and a message may quote that.
var (
	userinfo = lazy.Regexp(`(?i)\b(https?:?[/\\]+)[^\s"'@]+@`)
	keyQuery = lazy.Regexp(`(?i)([?&][^=\s&"']*(?:token|key|secret|password)[^=\s&"']*=)[^\s&"']+`)
)

// withoutPasswords returns a message without the passwords and keys of addresses in it.
func withoutPasswords(text string) string {
	return keyQuery().ReplaceAllString(userinfo().ReplaceAllString(text, "${1}***@"), "${1}***")
}

func (s stdio) warn(format string, args ...any) { s.note("warning: "+format, args...) }

func (s stdio) hint(format string, args ...any) { s.note("hint: "+format, args...) }

// run runs the command that args name and returns the exit status.
func run(ctx context.Context, args []string, std stdio) int {
	std = guarded(std)
	messages := &gate{to: std.err}
	root := newRoot(stdio{std.in, std.out, messages})
	root.SetArgs(args)
	if completing(args) {
		root.InitDefaultHelpCmd()
		offerAll(root)
	}
	cmd, err := root.ExecuteContextC(ctx)
	err = withPlaces(cmd, err)
	if own := root.OutOrStdout().(*checkedWriter); own.err != nil {
		err = own.err
	}
	messages.close()
	if err == nil {
		return exitOK
	}
	if done := doneStatus(0); errors.As(err, &done) {
		return int(done)
	}
	std.note("error: %s", err)
	if hint := hintOf(err); hint != "" {
		std.hint("%s", hint)
	}
	return statusOf(err)
}

// A checkedWriter keeps the first error of a writer. Cobra passes over the errors of
// what it writes itself, such as the help.
type checkedWriter struct {
	to  io.Writer
	err error
}

func (w *checkedWriter) Write(text []byte) (int, error) {
	n, err := w.to.Write(text)
	if err != nil && w.err == nil {
		w.err = fmt.Errorf("writing to standard output: %s", infile.Reason(err))
	}
	return n, err
}

func newRoot(std stdio) *cobra.Command {
	root := &cobra.Command{
		Use:   "bacviz",
		Short: "Draw the shape of a Bacalhau network",
		Long: `bacviz draws the shape of a Bacalhau network: it reads the node list of an
orchestrator and draws the orchestrator with a line to each compute node that it
lists as connected.`,
		Example: `  bacviz render --demo -o topology.png            a sample, without a cluster
  bacviz render http://10.0.0.5:1234 -o topology.svg
  bacviz render nodes.json -o topology.png`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       version(),
	}
	root.SetIn(std.in)
	root.SetOut(&checkedWriter{to: std.out})
	root.SetErr(std.err)
	root.SetUsageTemplate(usageTemplate)
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetHelpCommand(newHelp())
	root.SetFlagErrorFunc(flagError)
	root.PersistentFlags().String(configFlag, "", "`file` of settings to use instead of "+settings.Name+" and your own, or "+configNone+" (default: $"+configVar+")")
	root.PersistentPreRunE = func(cmd *cobra.Command, args []string) error {
		if err := refuseAddresses(cmd.Flags()); err != nil {
			return err
		}
		return useSettings(cmd, args, std)
	}
	root.AddGroup(&cobra.Group{ID: otherCommands, Title: "Other commands:"})
	root.SetCompletionCommandGroupID(otherCommands)
	root.AddCommand(
		newRender(std), newChart(std), newNodes(std), newSnapshot(std), newDiff(std), newLog(std), newCheck(std), newEmbed(std), newServe(std),
		newFleet(std), newJob(std), newConfig(std), newMan(std), newLicenses(std), newVersion(std),
	)
	needsCommand(root)
	addCompletion(root)
	return root
}
