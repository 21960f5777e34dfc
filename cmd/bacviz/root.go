package main

// This file holds what all commands share: the root command, how errors are
// told and which exit status they give.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/internal/outfile"
)

// Exit statuses.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// stdio is where a command reads and writes. Data goes to out, talk to err.
type stdio struct {
	in  io.Reader
	out io.Writer
	err io.Writer
}

// isTerminal reports whether w is a terminal.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// print writes what a command has to tell, or says why standard output does not
// take it.
func (s stdio) print(text []byte) error {
	return outfile.Write(context.Background(), outfile.Stdout, s.out, text)
}

func (s stdio) warn(format string, args ...any) {
	fmt.Fprintf(s.err, "bacviz: warning: "+format+"\n", args...)
}

// run runs the command that args name and returns the exit status.
func run(ctx context.Context, args []string, std stdio) int {
	root := newRoot(std)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	if done := doneStatus(0); errors.As(err, &done) {
		return int(done)
	}
	fmt.Fprintf(std.err, "bacviz: error: %s\n", oneLine(err.Error()))
	if hint := hintOf(err); hint != "" {
		fmt.Fprintf(std.err, "bacviz: hint: %s\n", oneLine(hint))
	}
	if status := (*statusError)(nil); errors.As(err, &status) {
		return status.status
	}
	if errors.As(err, new(*usageError)) {
		return exitUsage
	}
	return exitFailed
}

func newRoot(std stdio) *cobra.Command {
	root := &cobra.Command{
		Use:   "bacviz",
		Short: "bacviz draws the shape of a Bacalhau network",
		Long: `bacviz draws the shape of a Bacalhau network: it pulls the node list from an
orchestrator, links each connected compute node to its requester, and writes a
picture.`,
		Example: `  bacviz render --demo -o topology.png            a sample, without a cluster
  bacviz render http://10.0.0.5:1234 -o topology.svg
  bacviz render nodes.json -o topology.png`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       version(),
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			err := &usageError{err: fmt.Errorf("unknown command %q", args[0]), hint: "bacviz --help lists the commands"}
			if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
				err.hint = "did you mean bacviz " + near[0] + "?"
			}
			return err
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SuggestionsMinimumDistance = 2
	root.SetIn(std.in)
	root.SetOut(std.out)
	root.SetErr(std.err)
	root.SetUsageTemplate(usageTemplate)
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetHelpCommand(newHelp())
	root.AddCommand(newCheck(std), newEmbed(std))
	root.AddCommand(newJob(std))
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return &usageError{err: err, hint: cmd.CommandPath() + " --help lists the flags"}
	})
	root.AddCommand(newRender(std), newNodes(std), newSnapshot(std), newDiff(std), newConfig(std), newVersion(std))
	return root
}

// newHelp is cobra's help command, but that a command which is not there is wrong
// usage.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Tell more about a command",
		RunE: func(cmd *cobra.Command, args []string) error {
			found, rest, err := cmd.Root().Find(args)
			if err != nil || found == nil || len(rest) > 0 {
				return &usageError{err: fmt.Errorf("unknown command %q", strings.Join(args, " ")), hint: "bacviz --help lists the commands"}
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
  {{.CommandPath}} COMMAND [flags]

Commands:{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}
{{flagUsages .LocalFlags | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableSubCommands}}

"{{.CommandPath}} COMMAND --help" tells more about a command.{{end}}
`

func init() { cobra.AddTemplateFunc("flagUsages", flagUsages) }

// headingKey is the annotation of a flag that says where in the help it stands.
const headingKey = "bacviz_heading"

// heading puts the flags that are defined before end is called, and that have no
// heading yet, under one of their own in the help.
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

// flagUsages is the help about flags: first those without a heading, then the
// headings in the order of their first flags.
func flagUsages(f *pflag.FlagSet) string {
	const columns = 80 // of the narrowest terminal
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

// A usageError is a mistake in how the program was called.
type usageError struct {
	err  error
	hint string
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error {
	return &usageError{err: fmt.Errorf(format, args...)}
}

// A hintError adds to an error what to do about it.
type hintError struct {
	err  error
	hint string
}

func (e *hintError) Error() string { return e.err.Error() }
func (e *hintError) Unwrap() error { return e.err }

// hintOf returns what an error suggests to do, or "".
func hintOf(err error) string {
	var hinted *hintError
	var usage *usageError
	var fetched *fetch.Error
	switch {
	case errors.As(err, &hinted):
		return hinted.hint
	case errors.As(err, &usage):
		return usage.hint
	case errors.As(err, &fetched):
		return fetched.Hint
	}
	return ""
}

// oneLine keeps what others wrote into an error on one line, and from steering
// the terminal.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case r != ' ' && !unicode.IsGraphic(r): // controls, and what turns the direction of text
			return '\uFFFD'
		}
		return r
	}, strings.TrimSpace(s))
}
