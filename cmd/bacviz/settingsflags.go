package main

// This file checks what a file of settings says of flags, and sets them.

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bacviz/bacviz/fetch/config"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/settings"
)

// A settingsChecker holds a file against the commands and flags that there are.
type settingsChecker struct {
	file *settings.File
	root *cobra.Command // whose flags it sets: one that nobody runs
}

// checkSettings returns the first mistake in a file: an unknown command or flag, a value that
// a flag does not take, or what a repository may not say.
func checkSettings(file *settings.File) error {
	c := settingsChecker{file, newRoot(stdio{strings.NewReader(""), io.Discard, io.Discard})}
	for _, s := range file.Sections {
		if err := c.section(s); err != nil {
			return err
		}
	}
	for _, cluster := range file.Clusters {
		if err := c.cluster(cluster); err != nil {
			return err
		}
	}
	return nil
}

func wrongSetting(at settings.Place, hint, format string, args ...any) error {
	return &settings.Error{Place: at, Message: fmt.Sprintf(format, args...), Hint: hint}
}

// commandsOf returns the commands that a section is about.
func commandsOf(root *cobra.Command, section string) (found []*cobra.Command) {
	var walk func(parent *cobra.Command)
	walk = func(parent *cobra.Command) {
		for _, cmd := range parent.Commands() {
			path := strings.TrimPrefix(cmd.CommandPath(), root.Name()+" ")
			if takesSettings(cmd) && (section == settings.All || section == path) {
				found = append(found, cmd)
			}
			walk(cmd)
		}
	}
	walk(root)
	return found
}

func (c settingsChecker) section(s settings.Section) error {
	commands := commandsOf(c.root, s.Command)
	if len(commands) == 0 {
		if err := c.noCommand(s); err != nil {
			return err
		}
	}
	for _, v := range s.Flags {
		if err := c.flag(s, v, commands); err != nil {
			return err
		}
	}
	return nil
}

// noCommand returns why a section is about no command that takes settings. One with others
// below it may stand for them.
func (c settingsChecker) noCommand(s settings.Section) error {
	at, names := c.root, strings.Fields(s.Command)
	if len(names) == 0 || strings.Join(names, " ") != s.Command {
		names = []string{s.Command}
	}
	for _, name := range names {
		i := slices.IndexFunc(at.Commands(), func(cmd *cobra.Command) bool { return cmd.Name() == name })
		if i < 0 {
			choices := []string{}
			if at == c.root {
				choices = append(choices, settings.All, "clusters")
			}
			for _, cmd := range at.Commands() {
				if len(commandsOf(c.root, strings.TrimPrefix(cmd.CommandPath(), "bacviz "))) > 0 || cmd.HasSubCommands() && cmd.Name() != "completion" {
					choices = append(choices, cmd.Name())
				}
			}
			hint := "a key is a command, " + settings.All + " or clusters"
			if near := nearest(name, choices); near != "" {
				hint = "did you mean " + near + "?"
			}
			return wrongSetting(s.Place, hint, "unknown command %s", display.Quote(display.Excerpt(name)))
		}
		at = at.Commands()[i]
	}
	if at.HasSubCommands() && len(s.Flags) > 0 {
		return wrongSetting(s.Flags[0].Key, "name a command in it, such as "+at.Name()+": {"+at.Commands()[0].Name()+": {…}}", "%s has no flags", display.Quote(s.Command))
	}
	if !at.HasSubCommands() {
		return wrongSetting(s.Place, "", "%s takes no settings", display.Quote(s.Command))
	}
	return nil
}

// flag checks a default for a flag. In the section for all commands, one of them must take it.
func (c settingsChecker) flag(s settings.Section, v settings.Value, commands []*cobra.Command) error {
	var with []*cobra.Command
	for _, cmd := range commands {
		if flag := cmd.Flags().Lookup(v.Name); flag != nil && v.Name != configFlag && v.Name != "help" {
			with = append(with, cmd)
		}
	}
	switch {
	case len(with) == 0:
		return c.unknownFlag(s, v, commands)
	case s.Command == settings.All && v.Name == "output":
		return wrongSetting(v.Key, "set it by command, such as nodes: {output: wide}", "output is a file to some commands, and a format to others")
	}
	if !c.file.Own {
		if why := refusedOfRepository(with[0].Flags().Lookup(v.Name), v); why != "" {
			return wrongSetting(v.Key, trustHint(c.file), "a repository cannot set %s, which %s", v.Name, why)
		}
	}
	var first error
	for _, cmd := range with {
		flag := cmd.Flags().Lookup(v.Name)
		if v.IsList && !isList(flag) {
			return wrongSetting(v.Place, "", "%s takes one value, not a list", v.Name)
		}
		texts, err := resolvePaths(c.file, flag, v)
		if err != nil {
			return err
		}
		err = nil
		for _, text := range texts {
			if wrong := cmd.Flags().Set(v.Name, text); wrong != nil {
				wrong = flagError(cmd, wrong)
				err = wrongSetting(v.Place, hintOf(wrong), "%s", strings.ReplaceAll(wrong.Error(), "--"+v.Name, v.Name))
			}
		}
		if err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
	}
	return first
}

func (c settingsChecker) unknownFlag(s settings.Section, v settings.Value, commands []*cobra.Command) error {
	whose, hint := "of "+s.Command, ""
	if s.Command == settings.All {
		whose = "of any command"
	}
	for _, cmd := range commands {
		name := strings.TrimLeft(v.Name, "-")
		near := nearestFlag(cmd, name)
		if len(name) == 1 && cmd.Flags().ShorthandLookup(name) != nil {
			near = cmd.Flags().ShorthandLookup(name).Name
		}
		if near != "" {
			hint = "did you mean " + near + "?"
			break
		}
	}
	if hint == "" && len(commands) == 1 {
		hint = commands[0].CommandPath() + " --help lists the flags"
		if with := commandTaking(c.root, v.Name); with != "" {
			hint = "it is a flag of " + strings.Fields(strings.TrimPrefix(with, "bacviz "))[0]
		}
	}
	return wrongSetting(v.Key, hint, "unknown flag %s %s", display.Quote(display.Excerpt(v.Name)), whose)
}

// isList reports whether a flag takes several values.
func isList(f *pflag.Flag) bool {
	_, is := f.Value.(pflag.SliceValue)
	_, isChoices := f.Value.(*choiceList)
	return is || isChoices
}

// repositoryMay are flags that a repository may set besides those of pictures and charts, and
// those that choose nodes: they change what is shown, and nothing else.
var repositoryMay = []string{
	"format", "columns", "no-headers", "sort", "by", "rules", "ignore", "only", "with-load", "exit-code", "separate", "strict",
}

const waits = "decides how long a command takes"

// ownOnly says why a repository cannot set some flags: whoever wrote its file is not the one
// who runs the command.
var ownOnly = map[string]string{
	"output": "writes a file", "history": "writes a file", "keep": "deletes what a history has", "keep-load": "deletes what a history has",
	"link": "puts an address behind each node", "redact": "decides what is hidden", "redact-key": "decides what is hidden",
	"timeout": waits, "wait": waits, "watch": waits, "interval": waits,
	"notify": "sends what happens to an address", "notify-file": "sends what happens to an address", "notify-format": "is about what is sent to an address",
	"listen": "decides who sees the network", "host": "decides who sees the network", "no-auth": "decides who sees the network",
	"token-file": "decides who sees the network", "tls-cert": "decides who sees the network", "tls-key": "decides who sees the network",
}

// refusedOfRepository returns what a flag does that a repository may not decide, or "".
func refusedOfRepository(f *pflag.Flag, v settings.Value) string {
	if slices.ContainsFunc(connectionFlags, func(c struct{ name, usage string }) bool { return c.name == f.Name }) {
		return "decides where requests and keys go"
	}
	if f.Name == "redact" && v.Text() == "true" { // more is hidden
		return ""
	}
	if _, isChoice := f.Value.(*choiceValue); f.Name == "output" && isChoice {
		return ""
	}
	if why := ownOnly[f.Name]; why != "" {
		return why
	}
	under := f.Annotations[headingKey]
	shows := slices.ContainsFunc([]string{pictureHeading, nodesHeading, chartHeading}, func(h string) bool { return slices.Contains(under, h) })
	if shows || slices.Contains(repositoryMay, f.Name) {
		return ""
	}
	return "is for the one who runs the command to decide"
}

// trustHint says how a file of a repository is made one's own.
func trustHint(file *settings.File) string {
	hint := "set it in a file of your own"
	if own := settings.User(os.Getenv); own != "" {
		hint = "set it in " + settings.Shown(own)
	}
	return hint + ", or say that you trust this file: " + configVar + "=" + settings.Shown(file.Path)
}

// resolvePaths returns the values of a flag. A path of a file to read, or of a history, begins
// at the folder of the file that names it, or at home with ~/.
func resolvePaths(file *settings.File, f *pflag.Flag, v settings.Value) ([]string, error) {
	isTheme := f.Name == "theme" && slices.Contains(themes(), v.Text())
	if !slices.Contains(filesOfFlags, f.Name) && f.Name != "history" || isTheme || v.IsList || v.Text() == "" {
		return v.Texts, nil
	}
	path, err := resolvePath(file, v)
	return []string{path}, err
}

func resolvePath(file *settings.File, v settings.Value) (string, error) {
	dir, text := filepath.Dir(file.Path), v.Text()
	if file.Own {
		if below, ok := strings.CutPrefix(filepath.ToSlash(text), "~/"); ok {
			home, err := os.UserHomeDir()
			if err != nil {
				return "", wrongSetting(v.Place, "", "nothing says where ~ is")
			}
			return filepath.Join(home, below), nil
		}
		if filepath.IsAbs(text) {
			return text, nil
		}
		return filepath.Join(dir, text), nil
	}
	path := filepath.Join(dir, text)
	if !filepath.IsLocal(text) || !isWithin(dir, path) {
		return "", wrongSetting(v.Place, trustHint(file), "%s leads out of the repository", v.Name)
	}
	return path, nil
}

// isWithin reports whether a path is below a folder whatever symbolic links it has. One that
// leads nowhere is.
func isWithin(dir, path string) bool {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return true
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return false
	}
	relative, err := filepath.Rel(dir, real)
	return err == nil && filepath.IsLocal(relative)
}

// environmentOf are variables that mean what a flag means, besides those of a connection.
var environmentOf = map[string]string{"redact-key": redactKeyVar, "notify": notifyVar, "notify-file": notifyVar}

// setFlags sets the flags of a command that were not given, as files have them. A flag is
// not marked as given, so that rules about those that have no effect do not hold for it.
func (u *settingsInUse) setFlags(cmd *cobra.Command) (err error) {
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if err != nil || f.Changed || os.Getenv(environmentOf[f.Name]) != "" {
			return
		}
		file, v, ok := u.find(cmd, f)
		if !ok {
			return
		}
		var texts []string
		if texts, err = resolvePaths(file, f, v); err != nil {
			return
		}
		if isConnection(f.Name) {
			u.connection[f.Name] = config.Given{Text: texts[0], From: v.Place.String()}
			return
		}
		for _, text := range texts {
			if f.Value.Set(text) != nil { // in the section for all: another command takes it
				return
			}
		}
		err = cmd.Flags().SetAnnotation(f.Name, fromKey, []string{v.Place.String()})
	})
	return err
}

func isConnection(name string) bool {
	return slices.ContainsFunc(connectionFlags, func(c struct{ name, usage string }) bool { return c.name == name })
}

// find returns what the files say of a flag of a command: the first file that says anything,
// and in it rather the command's own section.
func (u *settingsInUse) find(cmd *cobra.Command, f *pflag.Flag) (*settings.File, settings.Value, bool) {
	_, path, _ := strings.Cut(cmd.CommandPath(), " ")
	for _, file := range u.files {
		for _, section := range []string{path, settings.All} {
			for _, s := range file.Sections {
				i := slices.IndexFunc(s.Flags, func(v settings.Value) bool { return v.Name == f.Name })
				if s.Command == section && i >= 0 {
					return file, s.Flags[i], true
				}
			}
		}
	}
	return nil, settings.Value{}, false
}
