package jobspec

// This file checks a job against the schema and converts it to JSON.

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/internal/display"
)

// Limits of a job. Aliases can repeat a part of it many times, and contain themselves.
const (
	maxNodes = 1 << 17
	maxDepth = 100
)

// object is value for a value that has to be an object.
func (s *reader) object(n *yaml.Node, path string, p *schema) (any, *bacalhau.Error) {
	if f := followed(n); f.Kind != yaml.MappingNode {
		err := s.wrongKind(n, path, "an object with fields")
		err.Hint = hintSpec
		return nil, err
	}
	return s.value(n, path, p)
}

// value checks the value at n and returns it as encoding/json would. A null is
// returned as nil, and left out.
func (s *reader) value(n *yaml.Node, path string, p *schema) (any, *bacalhau.Error) {
	at := n
	n = followed(n)
	if s.nodes++; s.nodes > maxNodes {
		return nil, s.fail(at, "too large when its aliases are expanded", "")
	}
	if s.depth++; s.depth > maxDepth {
		return nil, s.fail(at, fmt.Sprintf("nested deeper than %d levels (an alias may contain itself)", maxDepth), "")
	}
	defer func() { s.depth-- }()
	tag := n.ShortTag()
	if tag == "!!null" {
		return nil, nil
	}
	switch p.kind {
	case textKind, looseTextKind:
		isNumber := tag == "!!int" || tag == "!!float"
		if n.Kind != yaml.ScalarNode || tag != "!!str" && tag != "!!timestamp" && !(isNumber && p.kind == looseTextKind) {
			err := s.wrongKind(at, path, "text")
			if n.Kind == yaml.ScalarNode {
				err.Hint = "write it in quotation marks"
			}
			return nil, err
		}
		return n.Value, nil
	case intKind:
		i, err := strconv.ParseInt(n.Value, 0, 64)
		if n.Kind != yaml.ScalarNode || tag != "!!int" || err != nil {
			return nil, s.wrongKind(at, path, "a whole number")
		}
		return i, nil
	case listKind:
		if n.Kind != yaml.SequenceNode {
			return nil, s.wrongKind(at, path, "a list")
		}
		return s.list(n, path, p.of)
	case objectKind, mapKind:
		if n.Kind != yaml.MappingNode {
			return nil, s.wrongKind(at, path, "an object with fields")
		}
		return s.mapping(n, path, p)
	}
	return s.any(at, path)
}

func (s *reader) wrongKind(at *yaml.Node, path, wanted string) *bacalhau.Error {
	return s.fail(at, path+" must be "+wanted+", not "+describe(followed(at)), "")
}

// any returns a value of any kind.
func (s *reader) any(at *yaml.Node, path string) (any, *bacalhau.Error) {
	n := followed(at)
	switch n.Kind {
	case yaml.SequenceNode:
		return s.list(n, path, anyValue)
	case yaml.MappingNode:
		return s.mapping(n, path, &schema{kind: mapKind, of: anyValue})
	}
	var v any
	if err := n.Decode(&v); err != nil {
		return nil, s.fail(at, path+" cannot be read: "+display.Excerpt(strings.TrimPrefix(err.Error(), "yaml: ")), "")
	}
	switch f := v.(type) {
	case float64:
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return nil, s.wrongKind(at, path, "a number that JSON can hold")
		}
		if json.Valid([]byte(n.Value)) {
			return json.Number(n.Value), nil
		}
	case string, bool, int, int64, uint64:
	default: // a date, and other types that JSON does not have
		return n.Value, nil
	}
	return v, nil
}

func (s *reader) list(n *yaml.Node, path string, of *schema) (any, *bacalhau.Error) {
	list := []any{}
	for i, c := range n.Content {
		v, err := s.value(c, inside(path, fmt.Sprintf("[%d]", i)), of)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

func (s *reader) mapping(n *yaml.Node, path string, p *schema) (any, *bacalhau.Error) {
	object, seen := map[string]any{}, map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		name, of := key.Value, p.of
		if key.Tag == "!!merge" {
			return nil, s.fail(key, "fields cannot be merged with <<", "write the fields out, or use an alias for a whole value")
		}
		if key.Kind != yaml.ScalarNode {
			return nil, s.fail(key, "a field name cannot be "+describe(key), "")
		}
		if p.kind == objectKind {
			if name, of = p.field(key.Value); of == nil {
				return nil, s.fail(key, fmt.Sprintf("unknown field %s in %s", display.Quote(key.Value), path), "known fields: "+strings.Join(fieldNames(p), ", "))
			}
		}
		if seen[name] {
			return nil, s.fail(key, "duplicate field "+display.Quote(name), "")
		}
		seen[name] = true
		field := display.Excerpt(name)
		if path != theJob {
			field = inside(path, "."+field)
		}
		v, err := s.value(n.Content[i+1], field, of)
		if err != nil {
			return nil, err
		}
		if v != nil || p.kind == mapKind { // a variable may have no value
			object[name] = v
		}
	}
	return object, nil
}

// theJob is the path of the job itself.
const theJob = "the job"

// inside returns the path of a part of the value at a path, or the end of a long path.
func inside(path, part string) string {
	r := []rune(path + part)
	if len(r) > display.MaxExcerpt {
		return "…" + string(r[len(r)-display.MaxExcerpt+1:])
	}
	return string(r)
}

// checkTasks checks the rules that are not in the schema: there are tasks, each has an
// engine, and Type and Count are possible.
func (s *reader) checkTasks(doc *yaml.Node) *bacalhau.Error {
	doc = followed(doc)
	tasks := child(doc, "Tasks")
	if tasks == nil || len(tasks.Content) == 0 {
		if tasks == nil || tasks.Line == 0 {
			tasks = doc
		}
		return s.fail(tasks, "the job has no tasks", hintSpec)
	}
	for i, task := range tasks.Content {
		engine := child(task, "Engine")
		kind := child(engine, "Type")
		switch path := fmt.Sprintf("Tasks[%d]", i); {
		case followed(task).ShortTag() == "!!null":
			return s.fail(task, path+" is empty", hintSpec)
		case engine == nil || engine.ShortTag() == "!!null":
			return s.fail(task, path+" has no engine", "an Engine has a Type, such as docker or wasm, and Params")
		case kind == nil || strings.TrimSpace(kind.Value) == "":
			return s.fail(engine, path+".Engine has no Type", "such as docker or wasm")
		}
	}
	kind := child(doc, "Type")
	types := []string{"batch", "daemon", "ops", "service"}
	if kind != nil && kind.Value != "" && kind.ShortTag() != "!!null" && !slices.Contains(types, strings.ToLower(kind.Value)) {
		return s.fail(kind, "unknown job type "+display.Quote(kind.Value)+" (have "+strings.Join(types, ", ")+")", "")
	}
	if count := child(doc, "Count"); count != nil && strings.HasPrefix(count.Value, "-") {
		return s.fail(count, "Count cannot be negative", "")
	}
	return nil
}

// describe returns the value at n in words.
func describe(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "an object with fields"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.ShortTag() == "!!null":
		return "empty"
	case n.ShortTag() == "!!str":
		return "the text " + display.Quote(n.Value)
	}
	return display.Excerpt(n.Value)
}
