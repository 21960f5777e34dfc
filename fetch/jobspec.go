package fetch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"

	"github.com/bacviz/bacviz/internal/yamltext"
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

// JobFile reads a job from a file, or from stdin if its path is "-". When ctx ends
// first it returns, but a read of stdin that blocks stays behind.
func JobFile(ctx context.Context, path string, stdin io.Reader) (*JobSpec, error) {
	name := path
	if path == "-" {
		name = StdinName
	}
	spec, _, err := inBackground(ctx, opJob, clean(name), func() (*JobSpec, []Warning, error) {
		if path == "-" {
			spec, err := ReadJobSpec(stdin, name)
			return spec, nil, err
		}
		f, err := os.Open(path)
		if err != nil {
			e := opening(opJob, path, err)
			e.Hint = "give a file that holds a job, or - for standard input"
			return nil, nil, e
		}
		defer f.Close() // only read from
		spec, err := ReadJobSpec(f, name)
		return spec, nil, err
	})
	return spec, err
}

// ReadJobSpec reads a job, in YAML or JSON, with or without an outer Job. The name
// stands for r in errors, which are [*Error]s.
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
	if outer := child(doc, "Job"); outer != nil {
		for i := 0; i+1 < len(doc.Content); i += 2 {
			if key := doc.Content[i]; !strings.EqualFold(key.Value, "Job") {
				return nil, s.fail(key, "unknown field "+quote(key.Value)+" beside Job", hintSpec)
			}
		}
		doc = outer
	}
	value, failed := s.object(doc, theJob, specJob)
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
	depth  int // of the node at hand
}

// What a job may hold. Aliases can multiply it, and hold themselves.
const (
	maxSpecNodes = 1 << 17
	maxSpecDepth = 100
)

func (s *specReader) fail(at *yaml.Node, message, hint string) *Error {
	e := &Error{Op: opJob, Source: s.source, Message: message, Hint: hint}
	if at != nil && at.Line > 0 {
		e.Message = fmt.Sprintf("line %d, column %d: %s", at.Line, at.Column, message)
	}
	return e
}

func (s *specReader) parse(text []byte) (*yaml.Node, *Error) {
	p := places{text: text, dec: jsontext.NewDecoder(bytes.NewReader(text))}
	if !bytes.HasPrefix(text, []byte("\xFF\xFE")) && !bytes.HasPrefix(text, []byte("\xFE\xFF")) { // UTF-16, which YAML may be in
		for i := 0; i < len(text); {
			r, size := utf8.DecodeRune(text[i:])
			switch {
			case r == utf8.RuneError && size == 1:
				return nil, s.fail(p.at(i), "not text in UTF-8", "save it in that encoding")
			case r < ' ' && r != '\t' && r != '\n' && r != '\r':
				return nil, s.fail(p.at(i), fmt.Sprintf("control character %U", r), "")
			}
			i += size
		}
	}
	if !looksLikeJSON.Match(text) {
		return s.parseYAML(text)
	}
	// YAML's reader takes most of JSON, but neither tabs nor all escapes.
	doc, err := p.document()
	if err == nil {
		return doc, nil
	}
	if doc, failed := s.parseYAML(text); failed == nil {
		return doc, nil // with comments, or commas too many
	}
	at, message := p.at(p.next()), err.Error()
	var syntax *jsontext.SyntacticError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		at, message = p.at(len(text)), "it ends too early"
	case errors.As(err, &syntax):
		at, message = p.at(int(syntax.ByteOffset)), syntax.Err.Error()
	}
	return nil, s.fail(at, "not valid JSON: "+clean(strings.TrimPrefix(message, "jsontext: ")), "")
}

// looksLikeJSON tells JSON from {Name: hello, …}, which is YAML.
var looksLikeJSON = regexp.MustCompile(`^\s*\{\s*(["}]|$)`)

func (s *specReader) parseYAML(text []byte) (*yaml.Node, *Error) {
	dec := yaml.NewDecoder(bytes.NewReader(text))
	var doc, more yaml.Node
	err := dec.Decode(&doc)
	if errors.Is(err, io.EOF) {
		return nil, s.fail((&places{text: text}).at(len(text)), "nothing at all", hintSpec)
	}
	if err == nil {
		if err = dec.Decode(&more); errors.Is(err, io.EOF) {
			return doc.Content[0], nil
		}
	}
	if err == nil {
		return nil, s.fail(more.Content[0], "a second document begins here", "a file holds one job")
	}
	if e := yamltext.Check(text); e != nil {
		return nil, s.fail(&yaml.Node{Line: e.Line, Column: e.Column}, "not valid YAML: "+clean(e.Message), "")
	}
	return nil, s.fail(nil, "not valid YAML: "+clean(err.Error()), "")
}

// places tells line and column in a text, and builds YAML nodes from JSON, so that
// both are checked alike.
type places struct {
	text         []byte
	dec          *jsontext.Decoder
	offset       int // up to where lines and columns are counted
	line, column int // there, from 0
}

// at is a node without contents. Like YAML's reader it counts columns in characters.
func (p *places) at(offset int) *yaml.Node {
	if offset < p.offset {
		p.offset, p.line, p.column = 0, 0, 0
	}
	for p.offset < min(offset, len(p.text)) {
		r, size := utf8.DecodeRune(p.text[p.offset:])
		p.offset += size
		if p.column++; r == '\n' {
			p.line, p.column = p.line+1, 0
		}
	}
	return &yaml.Node{Line: p.line + 1, Column: p.column + 1}
}

func (p *places) document() (*yaml.Node, error) {
	doc, err := p.value()
	if err != nil {
		return nil, err
	}
	if p.next() < len(p.text) {
		return nil, errors.New("something follows the job")
	}
	return doc, nil
}

// next is where the next value begins, or else the text ends.
func (p *places) next() int {
	behind := p.text[p.dec.InputOffset():]
	return len(p.text) - len(bytes.TrimLeft(behind, " \t\r\n,:"))
}

func (p *places) value() (*yaml.Node, error) {
	n := p.at(p.next())
	tok, err := p.dec.ReadToken()
	if err != nil {
		return nil, err
	}
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
	if s.depth++; s.depth > maxSpecDepth {
		return nil, s.fail(at, fmt.Sprintf("nested deeper than %d levels, as is an alias within itself", maxSpecDepth), "")
	}
	defer func() { s.depth-- }()
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
		v, err := s.value(c, inside(what, fmt.Sprintf("[%d]", i)), of)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

func (s *specReader) mapping(n *yaml.Node, what string, p *spec) (any, *Error) {
	object, seen := map[string]any{}, map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		name, of := key.Value, p.of
		if key.Tag == "!!merge" {
			return nil, s.fail(key, "fields cannot be merged with <<", "write them out, or give a whole value an alias")
		}
		if key.Kind != yaml.ScalarNode {
			return nil, s.fail(key, "a name of a field cannot be "+describe(key), "")
		}
		if p.kind == specObject {
			if name, of = p.field(key.Value); of == nil {
				return nil, s.fail(key, fmt.Sprintf("unknown field %s in %s", quote(key.Value), what), "it may hold "+strings.Join(fieldNames(p), ", "))
			}
		}
		if seen[name] {
			return nil, s.fail(key, "field "+quote(name)+" is there twice", "")
		}
		seen[name] = true
		path := clean(name)
		if what != theJob {
			path = inside(what, "."+path)
		}
		v, err := s.value(n.Content[i+1], path, of)
		if err != nil {
			return nil, err
		}
		if v != nil || p.kind == specMap { // a variable without a value is one all the same
			object[name] = v
		}
	}
	return object, nil
}

// theJob is how messages name the whole.
const theJob = "the job"

// inside is the path of what is in a place. Of a long one the end is left.
func inside(place, part string) string {
	path := []rune(place + part)
	if len(path) > maxQuote {
		return "…" + string(path[len(path)-maxQuote+1:])
	}
	return string(path)
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
		case kind == nil || strings.TrimSpace(kind.Value) == "":
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
