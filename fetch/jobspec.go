package fetch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"
)

// maxJobFile bounds a job file, inline inputs included.
const maxJobFile = 32 << 20

// A JobSpec is a job to submit, which [ReadJobSpec] has checked.
type JobSpec struct {
	Name, Type string // may be empty
	text       json.RawMessage
}

// Request is the body that submits the job: {"Job":{…}}.
func (s *JobSpec) Request() []byte {
	return append(append([]byte(`{"Job":`), s.text...), '}')
}

const hintSpec = "a job file holds Name, Type, Count and Tasks, each with an Engine; examples/hello.yaml is one"

// ReadJobSpec reads a job file, in YAML or JSON, with or without an outer Job.
// It checks what can be told without a server: fields and their types, that there
// are tasks, and that each has an engine. Errors name the line and the column.
// Names of fields may be in any case, as for Bacalhau, and are sent in its own.
func ReadJobSpec(r io.Reader, name string) (*JobSpec, error) {
	s := specReader{source: clean(name)}
	text, err := io.ReadAll(io.LimitReader(r, maxJobFile+1))
	switch {
	case err != nil:
		e := s.fail(nil, clean(innermost(err).Error()), "")
		e.Err = err
		return nil, e
	case len(text) > maxJobFile:
		return nil, s.fail(nil, "larger than the limit of "+byteCount(maxJobFile), "")
	}
	doc, failed := s.parse(bytes.TrimPrefix(text, []byte("\xEF\xBB\xBF")))
	if failed != nil {
		return nil, failed
	}
	if outer := child(doc, "Job"); outer != nil && len(doc.Content) == 2 {
		doc = outer
	}
	value, failed := s.object(doc, "the job", specJob)
	if failed == nil {
		failed = s.tasks(doc)
	}
	if failed != nil {
		return nil, failed
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		return nil, s.fail(doc, clean(err.Error()), "")
	}
	job := value.(map[string]any)
	spec := &JobSpec{text: bytes.TrimSpace(b.Bytes())}
	spec.Name, _ = job["Name"].(string)
	spec.Type, _ = job["Type"].(string)
	return spec, nil
}

type specReader struct {
	source string
	nodes  int // seen so far, aliases followed
}

// maxSpecNodes bounds what aliases can multiply.
const maxSpecNodes = 1 << 17

func (s *specReader) fail(at *yaml.Node, message, hint string) *Error {
	e := &Error{Op: "reading the job", Source: s.source, Message: message, Hint: hint}
	if at != nil && at.Line > 0 {
		e.Message = fmt.Sprintf("line %d, column %d: %s", at.Line, at.Column, message)
	}
	return e
}

var yamlLine = regexp.MustCompile(`^line (\d+): `)

func (s *specReader) parse(text []byte) (*yaml.Node, *Error) {
	var doc *yaml.Node
	if trimmed := bytes.TrimSpace(text); len(trimmed) > 0 && trimmed[0] == '{' {
		// YAML's reader takes most of JSON, but neither tabs nor all escapes.
		p := jsonPlaces{text: text, dec: jsontext.NewDecoder(bytes.NewReader(text))}
		var err error
		if doc, err = p.value(); err == nil {
			if _, err = p.dec.ReadToken(); errors.Is(err, io.EOF) {
				err = nil
			} else if err == nil {
				err = errors.New("something follows the job")
			}
		}
		if err != nil {
			if bytes.ContainsRune(text, ':') && !json.Valid(text) && yaml.Unmarshal(text, new(any)) == nil {
				return s.parseYAML(text) // {Name: hello, …}
			}
			at := p.at(p.dec.InputOffset())
			message := err.Error()
			var syntax *jsontext.SyntacticError
			if errors.As(err, &syntax) {
				at, message = p.at(syntax.ByteOffset), syntax.Err.Error()
			} else if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				at, message = p.at(int64(len(text))), "it ends too early"
			}
			return nil, s.fail(at, "not valid JSON: "+clean(strings.TrimPrefix(message, "jsontext: ")), "")
		}
		return doc, nil
	}
	return s.parseYAML(text)
}

func (s *specReader) parseYAML(text []byte) (*yaml.Node, *Error) {
	dec := yaml.NewDecoder(bytes.NewReader(text))
	var doc, more yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return nil, s.fail(nil, "nothing at all", hintSpec)
	case err != nil:
		message, at := strings.TrimPrefix(err.Error(), "yaml: "), (*yaml.Node)(nil)
		if m := yamlLine.FindStringSubmatch(message); m != nil {
			line, _ := strconv.Atoi(m[1]) // digits
			at, message = &yaml.Node{Line: line, Column: 1}, strings.TrimPrefix(message, m[0])
		}
		return nil, s.fail(at, "not valid YAML: "+clean(message), "")
	}
	if err := dec.Decode(&more); err == nil {
		return nil, s.fail(more.Content[0], "a second document begins here", "a file holds one job")
	}
	return doc.Content[0], nil
}

// jsonPlaces builds YAML nodes from JSON, so that both are checked alike.
type jsonPlaces struct {
	text []byte
	dec  *jsontext.Decoder
}

func (p *jsonPlaces) at(offset int64) *yaml.Node {
	before := p.text[:min(int(offset), len(p.text))]
	return &yaml.Node{Line: 1 + bytes.Count(before, []byte("\n")), Column: len(before) - bytes.LastIndexByte(before, '\n')}
}

func (p *jsonPlaces) value() (*yaml.Node, error) {
	tok, err := p.dec.ReadToken()
	if err != nil {
		return nil, err
	}
	end := p.dec.InputOffset()
	width := int64(1)
	switch tok.Kind() {
	case '"', '0', 't', 'f', 'n':
		// The text that the token had, which ends at end.
		width = int64(len(tok.String()))
		if tok.Kind() == '"' {
			width = 2
			for i := end - 2; i >= 0 && !(p.text[i] == '"' && !escaped(p.text, i)); i-- {
				width++
			}
		}
	}
	n := p.at(end - width)
	switch kind := tok.Kind(); kind {
	case '{', '[':
		n.Kind = map[jsontext.Kind]yaml.Kind{'{': yaml.MappingNode, '[': yaml.SequenceNode}[kind]
		for p.dec.PeekKind() != '}' && p.dec.PeekKind() != ']' {
			c, err := p.value()
			if err != nil {
				return nil, err
			}
			n.Content = append(n.Content, c)
		}
		_, err = p.dec.ReadToken()
		return n, err
	case '"':
		n.Tag = "!!str"
	case '0':
		n.Tag = "!!float"
		if _, err := strconv.ParseInt(tok.String(), 10, 64); err == nil {
			n.Tag = "!!int"
		}
	case 'n':
		n.Tag = "!!null"
	default:
		n.Tag = "!!bool"
	}
	n.Kind, n.Value = yaml.ScalarNode, tok.String()
	return n, nil
}

// escaped reports whether an odd number of backslashes stand before i.
func escaped(text []byte, i int64) bool {
	n := 0
	for i--; i >= 0 && text[i] == '\\'; i-- {
		n++
	}
	return n%2 == 1
}

// child returns the value of a field of a mapping, or nil.
func child(n *yaml.Node, name string) *yaml.Node {
	if n = followed(n); n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if strings.EqualFold(n.Content[i].Value, name) {
			return followed(n.Content[i+1])
		}
	}
	return nil
}

func followed(n *yaml.Node) *yaml.Node {
	if n != nil && n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// A spec says what may stand in a place of a job file. The fields are those of
// every version from v1.4 to v1.9.
type spec struct {
	kind   specKind
	fields map[string]*spec // of an object
	of     *spec            // what a list or a map holds
}

type specKind int

const (
	specAny specKind = iota
	specText
	specLooseText // numbers are taken as the text they are written as
	specInt
	specObject
	specList
	specMap
)

var (
	anyValue  = &spec{}
	text      = &spec{kind: specText}
	looseText = &spec{kind: specLooseText}
	integer   = &spec{kind: specInt}
	typed     = objectOf(map[string]*spec{"Type": text, "Params": {kind: specMap, of: anyValue}})
	textMap   = &spec{kind: specMap, of: looseText}

	specJob = objectOf(map[string]*spec{
		"Name": text, "Namespace": text, "Type": text, "Priority": integer, "Count": integer,
		"Constraints": listOf(objectOf(map[string]*spec{"Key": text, "Operator": text, "Values": listOf(looseText)})),
		"Meta":        textMap, "Labels": textMap, "Tasks": listOf(specTask),
		// What an orchestrator adds, and leaves out of a submission again.
		"ID": text, "State": anyValue, "Version": integer, "Revision": integer, "CreateTime": integer, "ModifyTime": integer,
	})
	specTask = objectOf(map[string]*spec{
		"Name": text, "Engine": typed, "Publisher": typed, "Env": textMap, "Meta": textMap,
		"InputSources": listOf(objectOf(map[string]*spec{"Source": typed, "Alias": text, "Target": text})),
		"ResultPaths":  listOf(objectOf(map[string]*spec{"Name": text, "Path": text})),
		"Resources":    objectOf(map[string]*spec{"CPU": looseText, "Memory": looseText, "Disk": looseText, "GPU": looseText}),
		"Network": objectOf(map[string]*spec{
			"Type": text, "Domains": listOf(text),
			"Ports": listOf(objectOf(map[string]*spec{"Name": text, "Static": integer, "Target": integer, "HostNetwork": text})),
		}),
		"Timeouts": objectOf(map[string]*spec{"ExecutionTimeout": integer, "QueueTimeout": integer, "TotalTimeout": integer}),
	})
)

func objectOf(fields map[string]*spec) *spec { return &spec{kind: specObject, fields: fields} }
func listOf(of *spec) *spec                  { return &spec{kind: specList, of: of} }

// field finds a field by its name in any case, and returns its own name.
func (p *spec) field(name string) (string, *spec) {
	for own, f := range p.fields {
		if strings.EqualFold(own, name) {
			return own, f
		}
	}
	return "", nil
}

// object is value for what has to be an object.
func (s *specReader) object(n *yaml.Node, what string, p *spec) (any, *Error) {
	if f := followed(n); f.Kind != yaml.MappingNode {
		return nil, s.fail(n, what+" cannot be "+describe(f), hintSpec)
	}
	return s.value(n, what, p)
}

// value checks what stands at n, and returns it as JSON has it. Null is left out.
func (s *specReader) value(n *yaml.Node, what string, p *spec) (any, *Error) {
	at := n
	n = followed(n)
	if s.nodes++; s.nodes > maxSpecNodes {
		return nil, s.fail(at, "too much in it, with what its aliases repeat", "")
	}
	wrong := func(wanted string) (any, *Error) {
		return nil, s.fail(at, what+" has to be "+wanted+", not "+describe(n), "")
	}
	tag := n.ShortTag()
	if tag == "!!null" {
		return nil, nil
	}
	switch p.kind {
	case specText, specLooseText:
		isNumber := tag == "!!int" || tag == "!!float"
		if n.Kind != yaml.ScalarNode || tag != "!!str" && tag != "!!timestamp" && !(isNumber && p.kind == specLooseText) {
			value, err := wrong("text")
			if n.Kind == yaml.ScalarNode {
				err.Hint = "write it in quotation marks"
			}
			return value, err
		}
		return n.Value, nil
	case specInt:
		i, err := strconv.ParseInt(n.Value, 0, 64)
		if n.Kind != yaml.ScalarNode || tag != "!!int" || err != nil {
			return wrong("a whole number")
		}
		return i, nil
	case specList:
		if n.Kind != yaml.SequenceNode {
			return wrong("a list")
		}
		return s.list(n, what, p.of)
	case specObject, specMap:
		if n.Kind != yaml.MappingNode {
			return wrong("an object with fields")
		}
		return s.mapping(n, what, p)
	}
	switch n.Kind {
	case yaml.SequenceNode:
		return s.list(n, what, anyValue)
	case yaml.MappingNode:
		return s.mapping(n, what, &spec{kind: specMap, of: anyValue})
	}
	var v any
	if err := n.Decode(&v); err != nil {
		return nil, s.fail(at, what+" cannot be read: "+clean(strings.TrimPrefix(err.Error(), "yaml: ")), "")
	}
	switch f := v.(type) {
	case float64:
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return wrong("a number that JSON has")
		}
		if json.Valid([]byte(n.Value)) {
			return json.Number(n.Value), nil
		}
	case string, bool, int, int64, uint64:
	default: // a date, and other things that JSON has not
		return n.Value, nil
	}
	return v, nil
}

func (s *specReader) list(n *yaml.Node, what string, of *spec) (any, *Error) {
	list := []any{}
	for i, c := range n.Content {
		v, err := s.value(c, fmt.Sprintf("%s[%d]", what, i), of)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

func (s *specReader) mapping(n *yaml.Node, what string, p *spec) (any, *Error) {
	object := map[string]any{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		name, of := key.Value, p.of
		if key.Kind != yaml.ScalarNode || key.Tag == "!!merge" {
			return nil, s.fail(key, "a name of a field cannot be "+describe(key), "")
		}
		if p.kind == specObject {
			if name, of = p.field(key.Value); of == nil {
				return nil, s.fail(key, fmt.Sprintf("unknown field %s in %s", quote(key.Value), what), "it may hold "+strings.Join(fieldNames(p), ", "))
			}
		}
		if _, twice := object[name]; twice {
			return nil, s.fail(key, "field "+quote(name)+" is there twice", "")
		}
		within := clean(name)
		if what != "the job" {
			within = what + "." + within
		}
		v, err := s.value(n.Content[i+1], within, of)
		if err != nil {
			return nil, err
		}
		if v != nil || of.kind == specAny {
			object[name] = v
		}
	}
	return object, nil
}

// tasks checks what a job cannot do without.
func (s *specReader) tasks(doc *yaml.Node) *Error {
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
		switch what := fmt.Sprintf("Tasks[%d]", i); {
		case followed(task).ShortTag() == "!!null":
			return s.fail(task, what+" is empty", hintSpec)
		case engine == nil || engine.ShortTag() == "!!null":
			return s.fail(task, what+" has no engine", "an Engine has a Type, such as docker or wasm, and Params")
		case kind == nil || kind.Value == "":
			return s.fail(engine, what+".Engine has no Type", "such as docker or wasm")
		}
	}
	kind := child(doc, "Type")
	types := []string{"batch", "daemon", "ops", "service"}
	if kind != nil && kind.Value != "" && kind.ShortTag() != "!!null" && !slices.Contains(types, strings.ToLower(kind.Value)) {
		return s.fail(kind, "unknown type of job "+quote(kind.Value)+" (have "+strings.Join(types, ", ")+")", "")
	}
	if count := child(doc, "Count"); count != nil && strings.HasPrefix(count.Value, "-") {
		return s.fail(count, "Count cannot be below zero", "")
	}
	return nil
}

func fieldNames(p *spec) []string {
	var names []string
	for name := range p.fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// describe says what stands at n.
func describe(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "an object with fields"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.ShortTag() == "!!null":
		return "empty"
	case n.ShortTag() == "!!str":
		return "the text " + quote(n.Value)
	}
	return clean(n.Value)
}
