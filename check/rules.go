// Package check holds the shape of a network against rules.
//
// [Read] reads the rules from YAML, [Evaluate] holds a [cluster.Snapshot] against
// them, and [Write] tells the [Report] to people, to CI and to code scanners.
// [Init] writes rules that the present shape passes. What the source does not tell
// makes a rule [Unknown], never passed. This package reads no clock and prints
// nothing.
package check

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/yamltext"
)

// A Subject is what a rule is about. It is also the rule's key in the file.
type Subject string

// The subjects of rules.
const (
	Nodes      Subject = "nodes"      // how many compute nodes
	Pending    Subject = "pending"    // how many nodes wait to be let in
	Requesters Subject = "requesters" // how many requesters
	Listed     Subject = "listed"     // how many nodes the lists have, requesters too
	Versions   Subject = "versions"   // how far apart the versions are
	Free       Subject = "free"       // the capacity that is free, all together
	Silence    Subject = "silence"    // the time since each node was heard from
)

// Bounds are limits of a count, both included. A nil one is none.
type Bounds struct{ AtLeast, AtMost *int }

func (b Bounds) holds(n int) bool {
	return (b.AtLeast == nil || n >= *b.AtLeast) && (b.AtMost == nil || n <= *b.AtMost)
}

func (b Bounds) String() string {
	switch {
	case b.AtLeast != nil && b.AtMost != nil && *b.AtLeast == *b.AtMost:
		return fmt.Sprintf("exactly %d", *b.AtLeast)
	case b.AtLeast != nil && b.AtMost != nil:
		return fmt.Sprintf("%d to %d", *b.AtLeast, *b.AtMost)
	case b.AtLeast != nil:
		return fmt.Sprintf("at least %d", *b.AtLeast)
	case b.AtMost != nil:
		return fmt.Sprintf("at most %d", *b.AtMost)
	}
	return "any number"
}

// A Rule is one thing that the shape has to be.
type Rule struct {
	Name    string // unlike those of the other rules
	Message string // what to do when it is broken; may be empty
	Line    int    // where the file has it, from 1
	Column  int

	Subject    Subject
	Select     string             // Kubernetes label selector; empty for all nodes
	State      cluster.Connection // Connected, Disconnected, or empty for both
	Membership cluster.Membership // or empty for all

	Bounds Bounds            // of Nodes, Pending, Requesters and Listed
	Minors int               // of Versions: how many minor versions apart they may be
	Free   cluster.Resources // of Free: at least so much
	AtMost time.Duration     // of Silence

	selector labels.Selector
	parts    []part // of the selector
}

// Rules are what [Read] made of a file.
type Rules struct {
	File  string // its name, as it was given
	Rules []Rule // at least one, in the order of the file
}

// A RuleError is a mistake in a file of rules.
type RuleError struct {
	File         string
	Line, Column int // from 1
	Message      string
}

func (e *RuleError) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", display.Printable(e.File), e.Line, e.Column, e.Message)
}

// maxRules is the most bytes of a file of rules; a larger one was meant for
// something else.
const maxRules = 1 << 20

// Read reads rules from YAML. The name of the file goes into messages. Every
// mistake in what was read gives a [*RuleError]; so do two rules that no network
// passes, where that is plain to see, and one that every network passes.
func Read(r io.Reader, file string) (Rules, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxRules+1))
	if err != nil {
		return Rules{}, fmt.Errorf("reading the rules %s: %w", display.Printable(file), err)
	}
	p := parser{file: file}
	if len(text) > maxRules {
		return Rules{}, p.at(1, 1, "larger than %d bytes", maxRules)
	}
	dec := yaml.NewDecoder(bytes.NewReader(text))
	var doc, more yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return Rules{}, p.at(1, 1, "no rules (begin with what bacviz check --init prints)")
	case err != nil:
		return Rules{}, p.syntax(text, err)
	}
	switch err := dec.Decode(&more); {
	case err == nil:
		return Rules{}, p.bad(&more, "a second document; all rules belong into one")
	case !errors.Is(err, io.EOF):
		return Rules{}, p.syntax(text, err)
	}
	rules, err := p.rules(doc.Content[0])
	if err != nil {
		return Rules{}, err
	}
	return Rules{File: file, Rules: rules}, nil
}

type parser struct{ file string }

func (p parser) at(line, column int, format string, args ...any) error {
	return &RuleError{p.file, max(line, 1), max(column, 1), fmt.Sprintf(format, args...)}
}

func (p parser) bad(n *yaml.Node, format string, args ...any) error {
	return p.at(n.Line, n.Column, format, args...)
}

// syntax tells where the YAML ends to be any.
func (p parser) syntax(text []byte, err error) error {
	if e := yamltext.Check(text); e != nil {
		return p.at(e.Line, e.Column, "not YAML: %s", display.Printable(e.Message))
	}
	return p.at(1, 1, "not YAML: %s", display.Printable(err.Error()))
}

// A field is a key of a mapping with its value.
type field struct{ key, value *yaml.Node }

// fields returns those of a mapping, which may have no others than the known ones.
func (p parser) fields(n *yaml.Node, what string, known ...string) (map[string]field, error) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind != yaml.MappingNode {
		return nil, p.bad(n, "%s is a mapping with %s, not %s", what, strings.Join(known, ", "), kindOf(n))
	}
	all := make(map[string]field)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch _, twice := all[key.Value]; {
		case key.Kind != yaml.ScalarNode || !slices.Contains(known, key.Value):
			return nil, p.bad(key, "unknown field %q in %s (have %s)", display.Printable(key.Value), what, strings.Join(known, ", "))
		case twice:
			return nil, p.bad(key, "field %s is there twice", key.Value)
		}
		if value.Kind == yaml.AliasNode {
			value = value.Alias
		}
		all[key.Value] = field{key, value}
	}
	return all, nil
}

func kindOf(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Tag == "!!null":
		return "nothing"
	}
	return fmt.Sprintf("%q", display.Printable(n.Value))
}

func (p parser) rules(doc *yaml.Node) ([]Rule, error) {
	top, err := p.fields(doc, "the file", "rules")
	if err != nil {
		return nil, err
	}
	list, ok := top["rules"]
	switch {
	case !ok:
		return nil, p.bad(doc, "no field rules")
	case list.value.Kind != yaml.SequenceNode:
		return nil, p.bad(list.value, "rules is a list, not %s", kindOf(list.value))
	case len(list.value.Content) == 0:
		return nil, p.bad(list.value, "no rules: such a check would always pass")
	}
	var rules []Rule
	for _, n := range list.value.Content {
		r, err := p.rule(n)
		if err != nil {
			return nil, err
		}
		for i := range rules {
			o := &rules[i]
			if o.Name == r.Name {
				return nil, p.bad(n, "a second rule %q (the first is in line %d)", r.Name, o.Line)
			}
			if o.against(&r) || r.against(o) {
				return nil, p.bad(n, "rule %q (%s) contradicts rule %q (%s) in line %d", r.Name, r.wants(), o.Name, o.wants(), o.Line)
			}
		}
		rules = append(rules, r)
	}
	return rules, nil
}

var subjects = []string{string(Nodes), string(Pending), string(Requesters), string(Listed), string(Versions), string(Free), string(Silence)}

// goes says which subjects choose among nodes, and by what.
var goes = map[string][]Subject{
	"select":     {Nodes, Pending, Versions, Free, Silence},
	"state":      {Nodes, Versions, Free, Silence},
	"membership": {Nodes, Versions, Free, Silence},
}

func (p parser) rule(n *yaml.Node) (Rule, error) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	r := Rule{Line: n.Line, Column: n.Column}
	all, err := p.fields(n, "a rule", append([]string{"name", "message", "select", "state", "membership"}, subjects...)...)
	if err != nil {
		return r, err
	}
	name, ok := all["name"]
	if !ok {
		return r, p.bad(n, "a rule without a name")
	}
	if r.Name, err = p.text(name); err != nil {
		return r, err
	}
	if message, ok := all["message"]; ok {
		if r.Message, err = p.text(message); err != nil {
			return r, err
		}
	}
	for _, s := range subjects {
		if f, ok := all[s]; ok && r.Subject != "" {
			return r, p.bad(f.key, "a rule about %s and about %s; make two of it", r.Subject, s)
		} else if ok {
			r.Subject = Subject(s)
		}
	}
	if r.Subject == "" {
		return r, p.bad(n, "rule %q says nothing of the shape: it needs one of %s", r.Name, strings.Join(subjects, ", "))
	}
	for _, key := range []string{"select", "state", "membership"} {
		f, ok := all[key]
		if !ok {
			continue
		}
		if !slices.Contains(goes[key], r.Subject) {
			return r, p.bad(f.key, "%s does not go with %s", key, r.Subject)
		}
		if err := p.choice(&r, key, f); err != nil {
			return r, err
		}
	}
	if err := p.subject(&r, all[string(r.Subject)]); err != nil {
		return r, err
	}
	if key := impossible(r.parts); key != "" {
		would := "never hold"
		if r.least() == 0 {
			would = "always pass"
		}
		return r, p.bad(all["select"].value, "select can match no node, for no %s is all of that: such a rule would %s", key, would)
	}
	return r, nil
}

func (p parser) choice(r *Rule, key string, f field) error {
	text, err := p.text(f)
	if err != nil {
		return err
	}
	switch key {
	case "select":
		if r.selector, err = cluster.ParseSelector(text); err != nil {
			return p.bad(f.value, "%s", display.Printable(err.Error()))
		}
		r.Select = r.selector.String() // its parts sorted
		r.parts = partsOf(r.selector)
	case "state":
		r.State = cluster.Connection(strings.ToUpper(text))
		if r.State != cluster.Connected && r.State != cluster.Disconnected {
			return p.bad(f.value, "unknown state %q (have connected, disconnected)", text)
		}
		if r.State == cluster.Disconnected && r.Subject == Free {
			return p.bad(f.value, "nobody knows what is free on a disconnected node")
		}
	case "membership":
		r.Membership = cluster.Membership(strings.ToUpper(text))
		if r.Membership != cluster.Pending && r.Membership != cluster.Approved && r.Membership != cluster.Rejected {
			return p.bad(f.value, "unknown membership %q (have approved, pending, rejected)", text)
		}
	}
	return nil
}

func (p parser) subject(r *Rule, f field) (err error) {
	switch r.Subject {
	case Versions:
		var all map[string]field
		if all, err = p.fields(f.value, "versions", "withinMinors"); err != nil {
			return err
		}
		minors, ok := all["withinMinors"]
		if !ok {
			return p.bad(f.value, "versions needs withinMinors: how many minor versions apart they may be")
		}
		r.Minors, err = p.number(minors)
	case Free:
		err = p.free(r, f)
	case Silence:
		var all map[string]field
		if all, err = p.fields(f.value, "silence", "atMost"); err != nil {
			return err
		}
		most, ok := all["atMost"]
		if !ok {
			return p.bad(f.value, "silence needs atMost: a time such as 5m")
		}
		var text string
		if text, err = p.text(most); err != nil {
			return err
		}
		d, bad := time.ParseDuration(text)
		if bad != nil || d <= 0 {
			return p.bad(most.value, "%q is no time such as 90s or 5m", text)
		}
		r.AtMost = d
	default:
		if r.Bounds, err = p.bounds(r.Subject, f); err != nil {
			return err
		}
		if r.Subject == Requesters && r.Bounds.AtMost != nil && *r.Bounds.AtMost == 0 {
			return p.bad(f.value, "no requesters can never hold: a source that names none does not tell that there is none")
		}
	}
	return err
}

// bounds reads atLeast, atMost and exactly, or a number alone, which is exact.
func (p parser) bounds(s Subject, f field) (Bounds, error) {
	if f.value.Kind == yaml.ScalarNode && f.value.Tag != "!!null" {
		n, err := p.number(f)
		return Bounds{&n, &n}, err
	}
	all, err := p.fields(f.value, string(s), "atLeast", "atMost", "exactly")
	if err != nil {
		return Bounds{}, err
	}
	if len(all) == 0 {
		return Bounds{}, p.bad(f.value, "%s needs atLeast, atMost or exactly", s)
	}
	limit := make(map[string]*int)
	for _, key := range []string{"atLeast", "atMost", "exactly"} {
		if f, ok := all[key]; ok {
			n, err := p.number(f)
			if err != nil {
				return Bounds{}, err
			}
			limit[key] = &n
		}
	}
	b := Bounds{limit["atLeast"], limit["atMost"]}
	if n := limit["exactly"]; n != nil {
		if len(limit) > 1 {
			return b, p.bad(all["exactly"].key, "exactly contradicts, or repeats, the limits beside it")
		}
		return Bounds{n, n}, nil
	}
	switch {
	case b.AtMost == nil && *b.AtLeast == 0:
		return b, p.bad(all["atLeast"].value, "atLeast 0 is no limit: such a rule would always pass")
	case b.AtMost != nil && b.AtLeast != nil && *b.AtLeast > *b.AtMost:
		return b, p.bad(all["atLeast"].value, "atLeast %d contradicts atMost %d", *b.AtLeast, *b.AtMost)
	}
	return b, nil
}

func (p parser) free(r *Rule, f field) error {
	all, err := p.fields(f.value, "free", "cpu", "memory", "disk", "gpu")
	if err != nil {
		return err
	}
	for _, key := range []string{"cpu", "memory", "disk", "gpu"} {
		f, ok := all[key]
		if !ok {
			continue
		}
		text, err := p.text(f)
		if err != nil {
			return err
		}
		switch key {
		case "cpu":
			cores, bad := strconv.ParseFloat(text, 64)
			if bad != nil || !(cores >= 0) || math.IsInf(cores, 0) {
				return p.bad(f.value, "%q is no number of cores", text)
			}
			r.Free.CPU = cores
		case "gpu":
			n, err := p.number(f)
			if err != nil {
				return err
			}
			r.Free.GPU = uint64(n)
		default:
			amount, bad := humanize.ParseBytes(text)
			if bad != nil {
				return p.bad(f.value, "%q is no amount such as 64GiB", text)
			}
			if key == "memory" {
				r.Free.Memory = amount
			} else {
				r.Free.Disk = amount
			}
		}
	}
	if r.Free == (cluster.Resources{}) {
		return p.bad(f.value, "free needs at least so much of cpu, memory, disk or gpu")
	}
	return nil
}

func (p parser) number(f field) (int, error) {
	const most = 1_000_000_000
	n, err := strconv.Atoi(f.value.Value)
	if f.value.Kind != yaml.ScalarNode || f.value.Tag != "!!int" || err != nil || n < 0 || n > most {
		return 0, p.bad(f.value, "%s is a whole number from 0 to %d, not %s", f.key.Value, most, kindOf(f.value))
	}
	return n, nil
}

// text reads a word or a line, in printable characters.
func (p parser) text(f field) (string, error) {
	if f.value.Kind != yaml.ScalarNode || f.value.Tag == "!!null" || strings.TrimSpace(f.value.Value) == "" {
		return "", p.bad(f.value, "%s is text, not %s", f.key.Value, kindOf(f.value))
	}
	return display.Printable(strings.TrimSpace(f.value.Value)), nil
}
