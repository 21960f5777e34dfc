package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bacviz/bacviz/internal/infile"
	"github.com/bacviz/bacviz/internal/manual"
	"github.com/bacviz/bacviz/internal/outfile"
)

// manOptions are the flags of man.
type manOptions struct {
	folder string
	format string
}

func newMan(std stdio) *cobra.Command {
	var opt manOptions
	cmd := &cobra.Command{
		Use:     "man [COMMAND...]",
		GroupID: otherCommands,
		Short:   "Write the manual pages",
		Long: `Man prints the manual page of a command, or that of bacviz itself. With -o it
writes the pages of all commands to a folder: bacviz.1, bacviz-render.1 and so
on. The date in their footers is that of the source code, or what
SOURCE_DATE_EPOCH says, so the same program writes the same bytes.`,
		Example: `  bacviz man job list | man -l -
  bacviz man -o ~/.local/share/man/man1`,
		RunE: func(cmd *cobra.Command, args []string) error { return opt.run(cmd, args, std) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVarP(&opt.folder, "output", "o", "", "`folder` to write the pages of all commands to; it is made if it is missing")
	choiceVar(cmd, &opt.format, "format", "f", "man", "`format` of the pages", choices{"man", "md"})
	return cmd
}

func (o *manOptions) run(cmd *cobra.Command, args []string, std stdio) error {
	edition, err := edition()
	if err != nil {
		return err
	}
	if !cmd.Flags().Changed("output") {
		about, err := findCommand(cmd.Root(), args)
		if err != nil {
			return err
		}
		if o.format == "man" && isTerminal(std.out) {
			std.hint("%s | man -l -  shows the page", strings.Join(append([]string{cmd.CommandPath()}, args...), " "))
		}
		return std.print(cmd.Context(), o.page(about, edition))
	}
	if len(args) > 0 {
		return &usageError{errors.New("-o writes the pages of all commands, and takes no name of one"), "leave out one of the two"}
	}
	return o.writeAll(cmd.Context(), cmd.Root(), edition)
}

// page returns the page of a command in the format that was asked for.
func (o *manOptions) page(cmd *cobra.Command, e manual.Edition) []byte {
	if o.format == "md" {
		return manual.Markdown(manualPage(cmd))
	}
	return manual.Man(manualPage(cmd), e)
}

// writeAll writes the pages of all commands to the folder.
func (o *manOptions) writeAll(ctx context.Context, root *cobra.Command, e manual.Edition) error {
	if err := refuseAddress("--output", o.folder, false); err != nil {
		return err
	}
	extension := map[string]string{"man": ".1", "md": ".md"}[o.format]
	var files []outfile.File
	documented(root, func(cmd *cobra.Command) {
		path := filepath.Join(o.folder, manual.FileName(cmd.CommandPath())+extension)
		files = append(files, outfile.File{Path: path, Data: o.page(cmd, e)})
	})
	if err := os.MkdirAll(o.folder, 0o777); err != nil {
		return fmt.Errorf("making the folder %s: %s", shown(o.folder), infile.Reason(err))
	}
	if err := outfile.CheckAll(files); err != nil {
		return err
	}
	return explain(ctx, 0, outfile.WriteAll(ctx, files))
}

// documented calls do with each command that the help lists.
func documented(cmd *cobra.Command, do func(*cobra.Command)) {
	do(cmd)
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			documented(sub, do)
		}
	}
}

// edition returns what the footers of pages say. The date is SOURCE_DATE_EPOCH, or else
// that of the commit, if the build knows it.
func edition() (manual.Edition, error) {
	b := build()
	e := manual.Edition{Version: b.Version}
	if epoch := os.Getenv("SOURCE_DATE_EPOCH"); epoch != "" {
		seconds, err := strconv.ParseInt(epoch, 10, 64)
		if err != nil || seconds < 0 || seconds >= 1<<37 {
			return e, &usageError{fmt.Errorf("SOURCE_DATE_EPOCH %q is not a number of seconds", shown(epoch)), "it looks like 1767225600, as date +%s prints"}
		}
		e.Date = time.Unix(seconds, 0).UTC().Format(time.DateOnly)
		return e, nil
	}
	if at, err := time.Parse(time.RFC3339, b.Time); err == nil {
		e.Date = at.UTC().Format(time.DateOnly)
	}
	return e, nil
}

// manualPage returns what the help of a command says, and the sections about its
// surroundings.
func manualPage(cmd *cobra.Command) manual.Page {
	p := manual.Page{
		Command:     cmd.CommandPath(),
		Short:       cmd.Short,
		Synopsis:    strings.TrimSpace(strings.TrimPrefix(cmd.UseLine(), cmd.CommandPath())),
		Description: cmd.Long,
		Examples:    cmd.Example,
		Flags:       manualFlags(cmd),
		Sections:    surroundings(cmd),
	}
	if p.Description == "" {
		p.Description = cmd.Short + "."
	}
	if cmd.HasAvailableSubCommands() {
		p.Synopsis = "COMMAND [flags]"
	}
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			p.Commands = append(p.Commands, manual.Term{Name: sub.Name(), Text: sub.Short + "."})
			p.See = append(p.See, sub.CommandPath())
		}
	}
	for parent := cmd.Parent(); parent != nil; parent = parent.Parent() {
		p.See = append(p.See, parent.CommandPath())
	}
	return p
}

// manualFlags returns the flags of a command as its help shows them, and those of bacviz
// itself if they mean something to it.
func manualFlags(cmd *cobra.Command) []manual.Flags {
	cmd.InitDefaultHelpFlag()
	cmd.InitDefaultVersionFlag()
	var all []manual.Flags
	groups := flagGroups(cmd.LocalFlags())
	if cmd.HasParent() && takesSettings(cmd) {
		groups = append(groups, flagGroup{"Flags of bacviz itself", cmd.InheritedFlags()})
	}
	for _, group := range groups {
		flags := manual.Flags{Heading: group.heading}
		group.flags.VisitAll(func(f *pflag.Flag) {
			if !f.Hidden {
				flags.Flags = append(flags.Flags, manualFlag(f))
			}
		})
		if len(flags.Flags) > 0 {
			all = append(all, flags)
		}
	}
	return all
}

func manualFlag(f *pflag.Flag) manual.Flag {
	made := manual.Flag{Names: []string{"--" + f.Name}}
	if f.Shorthand != "" {
		made.Names = []string{"-" + f.Shorthand, "--" + f.Name}
	}
	var usage string
	made.Value, usage = pflag.UnquoteUsage(f)
	// Only pflag knows which defaults are worth telling.
	alone := pflag.NewFlagSet("", pflag.ContinueOnError)
	alone.AddFlag(f)
	line := strings.TrimSpace(alone.FlagUsages())
	made.Text = line[strings.LastIndex(line, usage):]
	return made
}
