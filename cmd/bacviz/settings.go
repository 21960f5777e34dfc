package main

// This file finds bacviz's own files of settings, and brings them to a command.

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bacviz/bacviz/fetch/config"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/settings"
)

const (
	configFlag = "config"
	configVar  = "BACVIZ_CONFIG"
	configNone = "none" // no file
)

// settingsInUse is what files of settings say to one command.
type settingsInUse struct {
	files      []*settings.File            // those with precedence first
	connection map[string]config.Given     // flags of a connection
	byArg      map[string]settings.Cluster // the cluster that an argument was, by what it is now
}

type settingsKey struct{}

// settingsOf returns what files say to a command. It is empty where none was read.
func settingsOf(cmd *cobra.Command) *settingsInUse {
	if cmd != nil && cmd.Context() != nil {
		if used, ok := cmd.Context().Value(settingsKey{}).(*settingsInUse); ok {
			return used
		}
	}
	return &settingsInUse{}
}

// useSettings reads the files of settings, sets the flags of cmd that they give defaults
// for, and replaces the names of clusters in args by their sources.
func useSettings(cmd *cobra.Command, args []string, std stdio) error {
	if !takesSettings(cmd) {
		return nil
	}
	used := &settingsInUse{connection: map[string]config.Given{}, byArg: map[string]settings.Cluster{}}
	var err error
	if used.files, err = findSettings(cmd); err != nil {
		return inSettings(err)
	}
	for _, file := range used.files {
		if err := checkSettings(file); err != nil {
			return inSettings(err)
		}
	}
	if err := used.setFlags(cmd); err != nil {
		return inSettings(err)
	}
	cmd.SetContext(context.WithValue(cmd.Context(), settingsKey{}, used))
	return inSettings(used.replaceClusters(cmd, args, std))
}

// takesSettings reports whether a command looks at settings: one about networks or jobs, and
// config itself. The others work even if a file has mistakes.
func takesSettings(cmd *cobra.Command) bool {
	if !cmd.Runnable() || cmd.HasSubCommands() || !cmd.HasParent() {
		return false
	}
	top := cmd
	for top.Parent().HasParent() {
		top = top.Parent()
	}
	return top.GroupID != otherCommands && top.Name() != "help" && !strings.HasPrefix(top.Name(), cobra.ShellCompRequestCmd)
}

// inSettings returns an error about a file of settings as one of how the program was called.
func inSettings(err error) error {
	if wrong := (*settings.Error)(nil); errors.As(err, &wrong) {
		return &usageError{err, wrong.Hint}
	}
	return err
}

// findSettings reads the file that --config or the variable names, or else that of the
// repository and that of the user, so far as they exist.
func findSettings(cmd *cobra.Command) (files []*settings.File, err error) {
	named, by := os.Getenv(configVar), configVar
	if f := cmd.Flags().Lookup(configFlag); f != nil && f.Changed {
		named, by = f.Value.String(), "--"+configFlag
		if named == "" {
			return nil, &usageError{fmt.Errorf("--%s is empty", configFlag), "name a file, or " + configNone}
		}
	}
	switch {
	case named == configNone:
		return nil, nil
	case named != "":
		file, err := settings.Read(cmd.Context(), named, true)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, &usageError{fmt.Errorf("%s %s: no such file", by, display.Printable(named)), "name a file, or " + configNone}
		}
		return []*settings.File{file}, err
	}
	dir, err := os.Getwd()
	if err != nil { // it is gone, and nothing is in it
		dir = ""
	}
	for _, own := range []bool{false, true} {
		path := settings.User(os.Getenv)
		if !own {
			path = settings.Repository(dir)
		}
		if path == "" || dir == "" && !own {
			continue
		}
		file, err := settings.Read(cmd.Context(), path, own)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return nil, err
		default:
			files = append(files, file)
		}
	}
	return files, nil
}

// fromKey is the annotation of a flag that holds the place in a file of settings that its
// value is from.
const fromKey = "bacviz_settings"

// fromSettings returns the place that a flag's value is from, or "".
func fromSettings(f *pflag.Flag) string {
	if f == nil || f.Annotations[fromKey] == nil {
		return ""
	}
	return f.Annotations[fromKey][0]
}

// isSet reports whether a flag was given, or has its value from a file of settings.
func isSet(f *pflag.FlagSet, name string) bool {
	return f.Changed(name) || fromSettings(f.Lookup(name)) != ""
}

// yields reports whether a flag that does not go with others has its value from a file of
// settings, and puts it back to its default then: such a file is about every run, and does
// not know what this one is for. One that was given is for the caller to refuse.
func yields(f *pflag.FlagSet, name string) bool {
	if f == nil {
		return false
	}
	flag := f.Lookup(name)
	if fromSettings(flag) == "" {
		return false
	}
	delete(flag.Annotations, fromKey)
	switch v := flag.Value.(type) {
	case *choiceList:
		*v.words = nil
	case *choiceValue: // whose default need not be one of the words
		*v.word = flag.DefValue
	case pflag.SliceValue:
		_ = v.Replace(nil) // an empty list has no wrong words
	default:
		_ = flag.Value.Set(flag.DefValue) // which it had
	}
	return true
}

// withPlaces adds to a mistake in the flags which of them are from a file of settings, and
// where.
func withPlaces(cmd *cobra.Command, err error) error {
	if cmd == nil || !isUsage(err) {
		return err
	}
	said := " " + err.Error() + " " + hintOf(err) + " "
	var places []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		from := fromSettings(f)
		for _, text := range strings.Split(strings.Trim(f.Value.String(), "[]"), ",") { // which a message may quote
			said = strings.ReplaceAll(said, display.Quote(text), "--"+f.Name+" ")
		}
		isNamed := strings.Contains(said, "--"+f.Name+" ") || strings.Contains(said, "--"+f.Name+":") ||
			f.Shorthand != "" && strings.Contains(said, " -"+f.Shorthand+" ")
		if from != "" && isNamed && !strings.Contains(said, from) {
			places = append(places, "--"+f.Name+" is from "+from)
		}
	})
	if len(places) == 0 {
		return err
	}
	return fmt.Errorf("%w (%s)", err, strings.Join(places, ", "))
}
