package check

// This file makes rules of a YAML document, and finds the mistakes in it.

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"go.yaml.in/yaml/v3"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/yamltext"
)

type parser struct{ file string }

func (p parser) errorAt(line, column int, format string, args ...any) error {
	return &RuleError{p.file, max(line, 1), max(column, 1), fmt.Sprintf(format, args...)}
}

// errorOf returns an error at the place of a value or a key.
func (p parser) errorOf(n *yaml.Node, format string, args ...any) error {
	return p.errorAt(n.Line, n.Column, format, args...)
}

// syntaxError returns an error at the place where the text is no longer valid YAML.
func (p parser) syntaxError(text []byte, err error) error {
	if e := yamltext.Check(text); e != nil {
		return p.errorAt(e.Line, e.Column, "invalid YAML: %s", display.Printable(e.Message))
	}
	return p.errorAt(1, 1, "invalid YAML: %s", display.Printable(err.Error()))
}

// A field is a key of a mapping with its value.
type field struct{ key, value *yaml.Node }

// fields returns the fields of a mapping by their keys. Only the known ones are
// allowed.
func (p parser) fields(n *yaml.Node, what string, known ...string) (map[string]field, error) {
	n = resolve(n)
	if n.Kind != yaml.MappingNode {
		return nil, p.errorOf(n, "%s must be a mapping with %s, not %s", what, strings.Join(known, ", "), describe(n))
	}
	all := make(map[string]field)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch _, twice := all[key.Value]; {
		case key.Kind != yaml.ScalarNode || !slices.Contains(known, key.Value):
			return nil, p.errorOf(key, "unknown field %q in %s (have %s)", display.Printable(key.Value), what, strings.Join(known, ", "))
		case twice:
			return nil, p.errorOf(key, "field %s is given twice", key.Value)
		}
		all[key.Value] = field{key, resolve(value)}
	}
	return all, nil
}

// resolve returns the value that an alias stands for.
func resolve(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// describe returns the words for a value in an error.
func describe(n *yaml.Node) string {
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

// rules reads the whole document.
func (p parser) rules(doc *yaml.Node) ([]Rule, error) {
	top, err := p.fields(doc, "the file", "rules")
	if err != nil {
		return nil, err
	}
	list, ok := top["rules"]
	switch {
	case !ok:
		return nil, p.errorOf(doc, "the field rules is missing")
	case list.value.Kind != yaml.SequenceNode:
		return nil, p.errorOf(list.value, "rules must be a list, not %s", describe(list.value))
	case len(list.value.Content) == 0:
		return nil, p.errorOf(list.value, "no rules: the check would always pass")
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
				return nil, p.errorOf(n, "a second rule named %q (the first is in line %d)", r.Name, o.Line)
			}
			if o.contradicts(&r) || r.contradicts(o) {
				return nil, p.errorOf(n, "rule %q (%s) contradicts rule %q (%s) in line %d", r.Name, r.limits(), o.Name, o.limits(), o.Line)
			}
		}
		rules = append(rules, r)
	}
	left := maxCompared
	for i := range rules {
		o := &rules[i]
		if parts := o.crowded(rules, &left); parts != nil {
			return nil, p.errorAt(o.Line, o.Column, "rule %q (%s) contradicts %s, which are about different nodes", o.Name, o.limits(), listRules(parts))
		}
		if limits := o.starved(rules, &left); limits != nil {
			return nil, p.errorAt(o.Line, o.Column, "rule %q (%s) contradicts %s, which count all its nodes", o.Name, o.limits(), listRules(limits))
		}
	}
	return rules, nil
}

// listRules returns the words for two rules and how many more there are.
func listRules(rules []*Rule) string {
	words := make([]string, 2)
	for i, r := range rules[:2] {
		words[i] = fmt.Sprintf("rule %q (%s) in line %d", r.Name, r.limits(), r.Line)
	}
	if more := len(rules) - 2; more > 0 {
		return fmt.Sprintf("%s, %s and %s together", words[0], words[1], display.Count(more, "other"))
	}
	return strings.Join(words, " and ") + " together"
}

var subjects = []string{string(Nodes), string(Pending), string(Requesters), string(Listed), string(Versions), string(Free), string(Silence)}

// A filter is a field that says which nodes a rule is about.
type filter struct {
	key      string
	subjects []Subject // the subjects that it can be combined with
	read     func(p parser, r *Rule, f field) error
}

var filters = []filter{
	{"select", []Subject{Nodes, Pending, Versions, Free, Silence}, parser.selector},
	{"state", []Subject{Nodes, Versions, Free, Silence}, parser.state},
	{"membership", []Subject{Nodes, Versions, Free, Silence}, parser.membership},
}

// rule reads one rule.
func (p parser) rule(n *yaml.Node) (Rule, error) {
	n = resolve(n)
	r := Rule{Line: n.Line, Column: n.Column}
	all, err := p.fields(n, "a rule", append([]string{"name", "message", "select", "state", "membership"}, subjects...)...)
	if err != nil {
		return r, err
	}
	name, ok := all["name"]
	if !ok {
		return r, p.errorOf(n, "a rule without a name")
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
			return r, p.errorOf(f.key, "a rule about %s and about %s: make two rules of it", r.Subject, s)
		} else if ok {
			r.Subject = Subject(s)
		}
	}
	if r.Subject == "" {
		return r, p.errorOf(n, "rule %q checks nothing: it needs one of %s", r.Name, strings.Join(subjects, ", "))
	}
	for _, filter := range filters {
		f, ok := all[filter.key]
		if !ok {
			continue
		}
		if !slices.Contains(filter.subjects, r.Subject) {
			return r, p.errorOf(f.key, "%s cannot be combined with %s", filter.key, r.Subject)
		}
		if err := filter.read(p, &r, f); err != nil {
			return r, err
		}
	}
	if err := p.subject(&r, all[string(r.Subject)]); err != nil {
		return r, err
	}
	return r, p.checkSelector(&r, all["select"])
}

// checkSelector refuses a rule that selects no node, whatever the network is like.
func (p parser) checkSelector(r *Rule, f field) error {
	key := unsatisfiable(r.requirements)
	switch {
	case key == "":
		return nil
	case r.minimum() == 0:
		return p.errorOf(f.value, "select matches no node, because no value of %s meets all of it: the rule would always pass", key)
	}
	return p.errorOf(f.value, "select matches no node, because no value of %s meets all of it: the rule would never hold", key)
}

func (p parser) selector(r *Rule, f field) error {
	text, err := p.text(f)
	if err != nil {
		return err
	}
	if r.selector, err = cluster.ParseSelector(text); err != nil {
		return p.errorOf(f.value, "%s", display.Printable(err.Error()))
	}
	r.Select = r.selector.String() // its parts sorted
	r.requirements = requirementsOf(r.selector)
	return nil
}

func (p parser) state(r *Rule, f field) error {
	text, err := p.text(f)
	if err != nil {
		return err
	}
	r.State = cluster.Connection(strings.ToUpper(text))
	if strings.EqualFold(text, "awaiting-reconnection") || r.State == cluster.AwaitingReconnection {
		return p.errorOf(f.value, "a rule cannot ask for %s, which may end at any moment as connected or disconnected", text)
	}
	if r.State != cluster.Connected && r.State != cluster.Disconnected {
		return p.errorOf(f.value, "unknown state %q (have connected, disconnected)", text)
	}
	if r.State == cluster.Disconnected && r.Subject == Free {
		return p.errorOf(f.value, "the free capacity of a disconnected node is unknown")
	}
	return nil
}

func (p parser) membership(r *Rule, f field) error {
	text, err := p.text(f)
	if err != nil {
		return err
	}
	r.Membership = cluster.Membership(strings.ToUpper(text))
	if r.Membership != cluster.Pending && r.Membership != cluster.Approved && r.Membership != cluster.Rejected {
		return p.errorOf(f.value, "unknown membership %q (have approved, pending, rejected)", text)
	}
	return nil
}

// subject reads what the rule asks for.
func (p parser) subject(r *Rule, f field) (err error) {
	switch r.Subject {
	case Versions:
		return p.versions(r, f)
	case Free:
		return p.free(r, f)
	case Silence:
		return p.silence(r, f)
	}
	if r.Bounds, err = p.bounds(r.Subject, f); err != nil {
		return err
	}
	if r.Subject == Requesters && r.Bounds.AtMost != nil && *r.Bounds.AtMost == 0 {
		return p.errorOf(f.value, "a rule that wants no requesters can never hold: that a source lists none does not mean that there is none")
	}
	return nil
}

func (p parser) versions(r *Rule, f field) error {
	all, err := p.fields(f.value, "versions", "withinMinors")
	if err != nil {
		return err
	}
	minors, ok := all["withinMinors"]
	if !ok {
		return p.errorOf(f.value, "versions needs withinMinors: how many minor versions apart they may be")
	}
	r.Minors, err = p.number(minors)
	return err
}

func (p parser) silence(r *Rule, f field) error {
	all, err := p.fields(f.value, "silence", "atMost")
	if err != nil {
		return err
	}
	most, ok := all["atMost"]
	if !ok {
		return p.errorOf(f.value, "silence needs atMost: a duration such as 5m")
	}
	text, err := p.text(most)
	if err != nil {
		return err
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return p.errorOf(most.value, "%q is not a duration such as 90s or 5m", text)
	}
	r.AtMost = d
	return nil
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
		return Bounds{}, p.errorOf(f.value, "%s needs atLeast, atMost or exactly", s)
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
			return b, p.errorOf(all["exactly"].key, "exactly cannot be combined with atLeast or atMost")
		}
		return Bounds{n, n}, nil
	}
	switch {
	case b.AtMost == nil && *b.AtLeast == 0:
		return b, p.errorOf(all["atLeast"].value, "atLeast 0 is no limit: the rule would always pass")
	case b.AtMost != nil && b.AtLeast != nil && *b.AtLeast > *b.AtMost:
		return b, p.errorOf(all["atLeast"].value, "atLeast %d contradicts atMost %d", *b.AtLeast, *b.AtMost)
	}
	return b, nil
}

func (p parser) free(r *Rule, f field) error {
	all, err := p.fields(f.value, "free", "cpu", "memory", "disk", "gpu")
	if err != nil {
		return err
	}
	if f, ok := all["cpu"]; ok {
		if r.Free.CPU, err = p.cores(f); err != nil {
			return err
		}
	}
	for _, amount := range []struct {
		key string
		to  *uint64
	}{{"memory", &r.Free.Memory}, {"disk", &r.Free.Disk}} {
		if f, ok := all[amount.key]; ok {
			if *amount.to, err = p.amount(f); err != nil {
				return err
			}
		}
	}
	if f, ok := all["gpu"]; ok {
		n, err := p.number(f)
		if err != nil {
			return err
		}
		r.Free.GPU = uint64(n)
	}
	if r.Free == (cluster.Resources{}) {
		return p.errorOf(f.value, "free needs an amount above 0 of cpu, memory, disk or gpu")
	}
	return nil
}

// amount reads a number of bytes, such as 64GiB.
func (p parser) amount(f field) (uint64, error) {
	text, err := p.text(f)
	if err != nil {
		return 0, err
	}
	n, err := humanize.ParseBytes(text)
	if err != nil {
		return 0, p.errorOf(f.value, "%q is not an amount such as 64GiB", text)
	}
	return n, nil
}

// cores reads a number of cores, such as 0.5.
func (p parser) cores(f field) (float64, error) {
	text, err := p.text(f)
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(n >= 0) || math.IsInf(n, 0) {
		return 0, p.errorOf(f.value, "%q is not a number of cores", text)
	}
	return n, nil
}

// number reads a whole number.
func (p parser) number(f field) (int, error) {
	const most = 1_000_000_000
	n, err := strconv.Atoi(f.value.Value)
	if f.value.Kind != yaml.ScalarNode || f.value.Tag != "!!int" || err != nil || n < 0 || n > most {
		return 0, p.errorOf(f.value, "%s must be a whole number from 0 to %d, not %s", f.key.Value, most, describe(f.value))
	}
	return n, nil
}

// text reads a word or a line, and makes it printable.
func (p parser) text(f field) (string, error) {
	if f.value.Kind != yaml.ScalarNode || f.value.Tag == "!!null" || strings.TrimSpace(f.value.Value) == "" {
		return "", p.errorOf(f.value, "%s must be text, not %s", f.key.Value, describe(f.value))
	}
	return display.Printable(strings.TrimSpace(f.value.Value)), nil
}
