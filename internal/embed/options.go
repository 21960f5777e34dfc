package embed

// This file reads the options of a start marker.

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/bacviz/bacviz/internal/display"
)

// option matches key=value, with a value in quotes or without spaces.
var option = regexp.MustCompile(`^([^\s=]+)=("[^"]*"|'[^']*'|[^\s"']+)(?:\s|$)`)

// unclosed matches an option whose value begins with a quote.
var unclosed = regexp.MustCompile(`^[^\s=]+=["']`)

var plainName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// options returns the options of a start marker, and the offsets of those that are
// given.
func (s *scanner) options(m *marker) (opt Options, given map[string]int, err error) {
	opt = Options{Format: Mermaid, Include: "connected", Engine: "auto", Fill: "none", Name: "topology"}
	groupBy := ""
	given, err = s.readOptions(m, map[string]*string{
		"format": &opt.Format, "title": &opt.Title, "include": &opt.Include,
		"engine": &opt.Engine, "fill": &opt.Fill, "name": &opt.Name, "group-by": &groupBy,
	})
	if err != nil {
		return opt, nil, err
	}
	if groupBy != "" {
		opt.GroupBy = strings.Split(groupBy, ",")
	}
	return opt, given, s.checkOptions(opt, given)
}

// readOptions sets the values of the given options, and returns their offsets.
func (s *scanner) readOptions(m *marker, values map[string]*string) (given map[string]int, err error) {
	given = make(map[string]int)
	at := m.optionsAt
	for rest := m.options; ; {
		trimmed := strings.TrimLeftFunc(rest, unicode.IsSpace)
		at += len(rest) - len(trimmed)
		if trimmed == "" {
			return given, nil
		}
		kv := option.FindStringSubmatch(trimmed)
		switch {
		case kv == nil && unclosed.MatchString(trimmed):
			return nil, s.errorAt(at, "no closing quote: %s", display.Quote(trimmed))
		case kv == nil && len(given) > 0 && !strings.Contains(trimmed, "="):
			return nil, s.errorAt(at, "a value with spaces needs quotes, such as title=\"Our network\": %s", display.Quote(trimmed))
		case kv == nil:
			return nil, s.errorAt(at, "not an option such as format=picture or title=\"Our network\": %s", display.Quote(trimmed))
		}
		key, value := kv[1], kv[2]
		if len(value) > 1 && (value[0] == '"' || value[0] == '\'') {
			value = value[1 : len(value)-1]
		}
		switch _, twice := given[key]; {
		case values[key] == nil:
			return nil, s.errorAt(at, "unknown option %s (have %s)", display.Quote(key), strings.Join(slices.Sorted(maps.Keys(values)), ", "))
		case twice:
			return nil, s.errorAt(at, "option %s is given twice", key)
		case value == "":
			return nil, s.errorAt(at, "option %s is empty", key)
		}
		given[key], *values[key] = at, value
		at += len(kv[0])
		rest = trimmed[len(kv[0]):]
	}
}

// checkOptions refuses unknown values, and options that the format does not use.
func (s *scanner) checkOptions(opt Options, given map[string]int) error {
	switch {
	case !slices.Contains([]string{Mermaid, Picture, Table}, opt.Format):
		return s.errorAt(given["format"], "unknown format %s (have %s, %s, %s)", display.Quote(opt.Format), Mermaid, Picture, Table)
	case opt.Include != "connected" && opt.Include != "all":
		return s.errorAt(given["include"], "unknown include %s (have connected, all)", display.Quote(opt.Include))
	case !slices.Contains([]string{"cpu", "memory", "gpu", "none"}, opt.Fill):
		return s.errorAt(given["fill"], "unknown fill %s (have cpu, memory, gpu, none)", display.Quote(opt.Fill))
	case !plainName.MatchString(opt.Name):
		return s.errorAt(given["name"], "name %s must consist of letters, digits, dots, dashes and underscores, and begin with a letter or a digit", display.Quote(opt.Name))
	}
	for _, key := range []string{"engine", "fill", "name"} {
		if at, ok := given[key]; ok && opt.Format != Picture {
			return s.errorAt(at, "option %s works only with format=picture", key)
		}
	}
	if at, ok := given["title"]; ok && opt.Format == Table {
		return s.errorAt(at, "option title does not work with format=table, which has no title")
	}
	return nil
}
