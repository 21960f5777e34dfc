package embed

// This file reads the options of a start marker.

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/lazy"
)

// option matches key=value, with a value in quotes or without spaces.
var option = lazy.Regexp(`^([^\s=]+)=("[^"]*"|'[^']*'|[^\s"']+)(?:\s|$)`)

// unclosed matches an option whose value begins with a quote.
var unclosed = lazy.Regexp(`^[^\s=]+=["']`)

// plainName matches a name, which may have folders before it. None begins with a dot, so
// none leads out of the document's folder.
var plainName = lazy.Regexp(`^([A-Za-z0-9_][A-Za-z0-9._-]{0,99}/){0,9}[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// options returns the options of a start marker, and the offsets of those that are
// given.
func (s *scanner) options(m *marker) (opt Options, given map[string]int, err error) {
	opt = Options{Format: s.syntax.format(), Name: "topology"}
	values := map[string]*string{"format": &opt.Format, "name": &opt.Name, "alt": &opt.Alt, "diff": &opt.Diff, "link": &opt.Link}
	others := make(map[string]*string, len(s.flags))
	for name := range s.flags {
		others[name] = new(string)
	}
	given, err = s.readOptions(m, values, others)
	if err != nil {
		return opt, nil, err
	}
	for name, value := range others {
		if _, ok := given[name]; ok {
			opt.Flags = append(opt.Flags, Flag{name, *value})
		}
	}
	slices.SortFunc(opt.Flags, func(a, b Flag) int { return given[a.Name] - given[b.Name] })
	return opt, given, s.checkOptions(opt, given)
}

// readOptions sets the values of the given options, which are own or others, and returns
// their offsets.
func (s *scanner) readOptions(m *marker, own, others map[string]*string) (given map[string]int, err error) {
	given = make(map[string]int)
	values := maps.Clone(own)
	maps.Copy(values, others)
	at := m.optionsAt
	for rest := m.options; ; {
		trimmed := strings.TrimLeftFunc(rest, unicode.IsSpace)
		at += len(rest) - len(trimmed)
		if trimmed == "" {
			return given, nil
		}
		key, value, length, problem := s.option(trimmed)
		if problem == notAnOption && len(given) > 0 && !strings.Contains(trimmed, "=") {
			problem = "a value with spaces needs quotes, such as title=\"Our network\""
		}
		if problem != "" {
			return nil, s.errorAt(at, "%s: %s", problem, display.Quote(trimmed))
		}
		switch _, twice := given[key]; {
		case values[key] == nil:
			known := slices.Sorted(maps.Keys(values))
			unknown := s.errorAt(at, "unknown option %s (have %s)", display.Quote(key), strings.Join(known, ", "))
			unknown.Unknown, unknown.Known = key, known
			return nil, unknown
		case twice:
			return nil, s.errorAt(at, "option %s is given twice", key)
		case value == "":
			return nil, s.errorAt(at, "option %s is empty", key)
		}
		given[key], *values[key] = at, value
		at += length
		rest = trimmed[length:]
	}
}

const notAnOption = "not an option such as format=image or title=\"Our network\""

// option reads the option that a text begins with, and returns how long it is. A switch is
// an option without a value. The problem is empty if there is an option.
func (s *scanner) option(text string) (key, value string, length int, problem string) {
	kv := option().FindStringSubmatch(text)
	word, _, _ := strings.Cut(text, " ")
	switch {
	case kv != nil:
		key, value = kv[1], kv[2]
		if len(value) > 1 && (value[0] == '"' || value[0] == '\'') {
			value = value[1 : len(value)-1]
		}
		return key, value, len(kv[0]), ""
	case s.flags[word]:
		return word, "true", len(word), ""
	case unclosed().MatchString(text):
		return "", "", 0, quoteProblem(text)
	}
	return "", "", 0, notAnOption
}

// quoteProblem says what is wrong with an option whose value begins with a quote.
func quoteProblem(text string) string {
	quote := text[strings.IndexByte(text, '=')+1:][:1]
	if strings.Count(text, quote) == 1 {
		return "no closing quote"
	}
	other := map[string]string{`"`: "'…'", "'": `"…"`}[quote]
	return "no space after the closing quote; a value with " + quote + " in it may stand in " + other
}

// checkOptions refuses unknown values, and options that the format does not use.
func (s *scanner) checkOptions(opt Options, given map[string]int) error {
	formats := s.syntax.formats()
	switch {
	case !slices.Contains([]string{Mermaid, Table, Picture, Image}, opt.Format):
		return s.errorAt(given["format"], "unknown format %s (have %s)", display.Quote(opt.Format), strings.Join(formats, ", "))
	case !slices.Contains(formats, opt.Format):
		return s.errorAt(given["format"], "format=%s is HTML, and the document is %s; format=image has the same picture, which follows the page", opt.Format, s.syntax)
	case !plainName().MatchString(opt.Name):
		return s.errorAt(given["name"], "name %s must consist of letters, digits, dots, dashes and underscores, and begin with a letter or a digit; folders may stand before it, as in img/topology", display.Quote(opt.Name))
	}
	for _, key := range []string{"name", "alt", "link"} {
		if at, ok := given[key]; ok && len(opt.Files()) == 0 {
			return s.errorAt(at, "option %s works only with format=image or format=picture", key)
		}
	}
	return nil
}
