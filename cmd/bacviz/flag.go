package main

// This file holds the kinds of flags that pflag does not have, words of a list and
// sizes, and what the errors about flags say.

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bacviz/bacviz/fetch/bacalhau"
)

// choices are the words that a flag takes, in any case.
type choices []string

// synonyms are words that mean the same, such as the name of a format and its file
// extension. If one is listed the others are accepted in its place.
var synonyms = [][]string{
	{"txt", "text"}, {"md", "markdown"}, {"jpg", "jpeg"}, {"mmd", "mermaid"}, {"yaml", "yml"}, {"junit", "xml"},
	{"table", "text", "txt"}, {"role", "type"}, {"last-seen", "seen"},
}

func (c choices) String() string { return strings.Join(c, ", ") }

// find returns the word of the list that text means, in any case.
func (c choices) find(text string) (word string, ok bool) {
	text = strings.ToLower(text)
	if slices.Contains(c, text) {
		return text, true
	}
	for _, same := range synonyms {
		if !slices.Contains(same, text) {
			continue
		}
		if i := slices.IndexFunc(same, func(s string) bool { return slices.Contains(c, s) }); i >= 0 {
			return same[i], true
		}
	}
	return "", false
}

// choiceVar defines a flag that takes one of the choices. The usage text gets the
// list of them, and the Tab key offers them.
func choiceVar(cmd *cobra.Command, p *string, name, shorthand, value, usage string, from choices) {
	*p = value
	cmd.Flags().VarP(&choiceValue{p, from}, name, shorthand, usage+": "+from.String())
}

// choicesVar defines a flag that takes several of the choices, between commas or
// by flags of the same name.
func choicesVar(cmd *cobra.Command, p *[]string, name, usage string, from choices) {
	cmd.Flags().Var(&choiceList{words: p, from: from}, name, usage+": "+from.String())
}

// A choiceValue is the value of a flag that takes one word.
type choiceValue struct {
	word *string
	from choices
}

func (v *choiceValue) String() string { return *v.word }
func (v *choiceValue) Type() string   { return "string" } // for quotes around the default

func (v *choiceValue) Set(text string) error {
	word, ok := v.from.find(text)
	if !ok {
		return &choiceError{text, v.from, v.from.String()}
	}
	*v.word = word
	return nil
}

// A choiceList is the value of a flag that takes several words.
type choiceList struct {
	words *[]string
	from  choices
	have  func() string // tells the words to whoever wrote another; nil for all of from
}

func (v *choiceList) String() string { return strings.Join(*v.words, ",") }
func (v *choiceList) Type() string   { return "wordSlice" } // completion goes by "Slice"

func (v *choiceList) Set(text string) error {
	for part := range strings.SplitSeq(text, ",") {
		word, ok := v.from.find(strings.TrimSpace(part))
		if !ok {
			if v.have != nil {
				return &choiceError{part, v.from, v.have()}
			}
			return &choiceError{part, v.from, v.from.String()}
		}
		*v.words = append(*v.words, word)
	}
	return nil
}

// A choiceError is a word that is not one of the choices.
type choiceError struct {
	word string
	from choices
	have string // the choices as readers are told
}

func (e *choiceError) Error() string { return fmt.Sprintf("%q is not one of %s", e.word, e.have) }

// A byteSize is the value of a flag that takes a number of bytes.
type byteSize int64

func (b *byteSize) String() string {
	if *b <= 0 {
		return ""
	}
	return strings.NewReplacer(".0 ", "", " ", "").Replace(humanize.IBytes(uint64(*b)))
}

func (b *byteSize) Type() string { return "size" }

func (b *byteSize) Set(text string) error {
	n, err := humanize.ParseBytes(text)
	if err != nil || n == 0 || n > 1<<50 {
		return errors.New("not a size")
	}
	*b = byteSize(n)
	return nil
}

// defaultTimeout is the time limit of --timeout and of what reads settings.
const defaultTimeout = bacalhau.DefaultTimeout

// timeoutVar defines --timeout.
func timeoutVar(cmd *cobra.Command, p *time.Duration, usage string) {
	cmd.Flags().DurationVar(p, "timeout", defaultTimeout, usage+", such as 30s or 5m (0: none)")
}

// checkTimeout refuses a time limit below zero.
func checkTimeout(timeout time.Duration) error {
	if timeout < 0 {
		return usagef("--timeout %s is negative; 0 means no limit", timeout)
	}
	return nil
}

// flagError returns an error in bacviz's words for a mistake that pflag found in a flag.
func flagError(cmd *cobra.Command, err error) error {
	hint := cmd.CommandPath() + " --help lists the flags"
	if unknown := (*pflag.NotExistError)(nil); errors.As(err, &unknown) {
		// A command that was not found leaves its name and its flags to the parent.
		if names := cmd.Flags().Args(); cmd.HasAvailableSubCommands() && len(names) > 0 {
			return unknownCommand(cmd, names[0])
		}
		if with := commandTaking(cmd, unknown.GetSpecifiedName()); with != "" {
			hint = "did you mean " + with + "?"
		}
		// -engine is read as several flags of one letter.
		for _, name := range []string{unknown.GetSpecifiedShortnames(), unknown.GetSpecifiedName()} {
			if near := nearestFlag(cmd, name); near != "" {
				hint = "did you mean --" + near + "?"
				break
			}
		}
		if format := formatFlag(cmd); format != "" && slices.Contains([]string{"f", "o", "format"}, unknown.GetSpecifiedName()) {
			hint = format + " sets the format"
		}
	}
	var invalid *pflag.InvalidValueError
	if !errors.As(err, &invalid) {
		return &usageError{inOwnWords(err), hint}
	}
	name, value := "--"+invalid.GetFlag().Name, invalid.GetValue()
	if choice := (*choiceError)(nil); errors.As(err, &choice) {
		wrong := &usageError{err: fmt.Errorf("unknown %s %q (have %s)", name, choice.word, choice.have)}
		if other := filterTaking(cmd, choice.word); other != "" {
			wrong.hint = "did you mean --" + other + " " + choice.word + "?"
		}
		if extension := filepath.Ext(value); invalid.GetFlag().Name == "output" && extension != "" { // as of -o in render
			wrong.hint = "-o is a format here; > writes to a file"
			if format, ok := choice.from.find(extension[1:]); ok {
				wrong.hint = "-o is a format here: " + cmd.CommandPath() + " -o " + format + " > " + value
			}
		}
		return wrong
	}
	kinds := map[string]string{
		"duration": "a duration such as 30s or 5m",
		"float64":  "a number",
		"int":      "a whole number",
		"bool":     "true or false",
		"size":     "a size such as 500MiB",
		"age":      "an age such as 48h or 30d",
	}
	if kind, ok := kinds[invalid.GetFlag().Value.Type()]; ok {
		if _, err := time.ParseDuration(value + "s"); err == nil && invalid.GetFlag().Value.Type() == "duration" {
			return &usageError{fmt.Errorf("%s %q has no unit", name, value), "write " + value + "s for seconds"}
		}
		return usagef("%s %q is not %s", name, value, kind)
	}
	return &usageError{err, hint}
}

// inOwnWords returns an error of pflag about a flag of one letter, or about a flag without
// its value, in bacviz's words.
func inOwnWords(err error) error {
	var unknown *pflag.NotExistError
	var missing *pflag.ValueRequiredError
	switch {
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() != "":
		name, all := "-"+unknown.GetSpecifiedName(), "-"+unknown.GetSpecifiedShortnames()
		if name == all {
			return fmt.Errorf("unknown flag: %s", name)
		}
		return fmt.Errorf("unknown flag: %s, in %s", name, all)
	case errors.As(err, &missing) && missing.GetSpecifiedShortnames() != "":
		return fmt.Errorf("-%s needs a value", missing.GetSpecifiedName())
	case errors.As(err, &missing):
		return fmt.Errorf("--%s needs a value", missing.GetSpecifiedName())
	}
	return err
}

// formatFlag returns the flag of a command that takes a format, or "": some commands
// have -f beside -o for a file, others print and have -o, as kubectl has.
func formatFlag(cmd *cobra.Command) string {
	for _, name := range []string{"format", "output"} {
		if f := cmd.Flags().Lookup(name); f != nil {
			if _, isChoice := f.Value.(*choiceValue); isChoice {
				return "-" + f.Shorthand
			}
		}
	}
	return ""
}

// commandTaking returns a command below cmd that has a flag, followed by that flag, or "".
// It is render where that has the flag, and otherwise the first.
func commandTaking(cmd *cobra.Command, flag string) (with string) {
	for _, sub := range cmd.Commands() {
		taken := ""
		switch f := sub.Flags(); {
		case len(flag) == 1 && f.ShorthandLookup(flag) != nil:
			taken = sub.CommandPath() + " -" + flag
		case f.Lookup(flag) != nil:
			taken = sub.CommandPath() + " --" + flag
		default:
			continue
		}
		if with = cmp.Or(with, taken); sub.Name() == "render" {
			return taken
		}
	}
	return with
}

// filterTaking returns the flag that chooses by a word, or "".
func filterTaking(cmd *cobra.Command, word string) (name string) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if list, isList := f.Value.(*choiceList); isList && slices.Contains(list.from, strings.ToLower(word)) {
			name = f.Name
		}
	})
	return name
}

// nearestFlag returns the flag that a name was probably meant to be, or "".
func nearestFlag(cmd *cobra.Command, name string) string {
	if len(name) < 2 {
		return ""
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	})
	return nearest(name, names)
}

// nearest returns the name that a word was probably meant to be, or "".
func nearest(word string, names []string) string {
	all := &cobra.Command{} // which looks for commands in this way
	for _, name := range names {
		all.AddCommand(&cobra.Command{Use: name, Run: func(*cobra.Command, []string) {}})
	}
	for distance := range 2 {
		if distance > 0 && len(word) < 4 { // it has too little in common with any other
			break
		}
		all.SuggestionsMinimumDistance = distance + 1
		if near := all.SuggestionsFor(word); len(near) > 0 {
			return near[0]
		}
	}
	return ""
}
