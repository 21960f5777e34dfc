// Package check compares the shape of a network with rules.
//
// [Read] reads the rules from YAML, [Evaluate] checks a [cluster.Snapshot] against
// them, and [Write] writes the [Report] for people, for CI and for code scanners.
// [Init] writes rules that the present shape passes. A rule that asks for something
// the source does not contain is [Unknown], it never passes. This package reads no
// clock and prints nothing.
package check

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
)

// A Subject is what a rule is about. It is also the rule's key in the file.
type Subject string

// The subjects of rules.
const (
	Nodes      Subject = "nodes"      // the number of compute nodes
	Pending    Subject = "pending"    // the number of nodes that wait for approval
	Requesters Subject = "requesters" // the number of requesters
	Listed     Subject = "listed"     // the number of nodes in the lists, requesters included
	Versions   Subject = "versions"   // the distance between the oldest and the newest version
	Free       Subject = "free"       // the free capacity of all nodes together
	Silence    Subject = "silence"    // the time since each node's last heartbeat
)

// Bounds are the limits of a count, both inclusive. A nil one is no limit.
type Bounds struct{ AtLeast, AtMost *int }

func (b Bounds) contain(n int) bool {
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

// A Rule is one requirement on the shape of a network.
type Rule struct {
	Name    string // unique in the file
	Message string // advice for when the rule is broken; may be empty
	Line    int    // where the rule begins in the file, from 1
	Column  int

	Subject    Subject
	Select     string             // Kubernetes label selector; empty for all nodes
	State      cluster.Connection // Connected, Disconnected, or empty for both
	Membership cluster.Membership // or empty for all

	Bounds Bounds            // of Nodes, Pending, Requesters and Listed
	Minors int               // of Versions: the largest distance, in minor versions
	Free   cluster.Resources // of Free: the least free capacity; zero is no limit
	AtMost time.Duration     // of Silence

	selector     labels.Selector // of Select
	requirements []requirement   // of selector
}

// Rules are the contents of a file of rules.
type Rules struct {
	File  string // its name, as it was passed to [Read]
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

// maxFile is the size limit of a file of rules, in bytes. A larger file is hardly one.
const maxFile = 1 << 20

// Read reads rules from YAML. The name of the file is for messages. Each mistake in
// the text gives a [*RuleError]. Rules that no network passes are a mistake where
// one rule, a pair of them, or a rule and others about different nodes show it; so are
// rules that every network passes.
func Read(r io.Reader, file string) (Rules, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return Rules{}, fmt.Errorf("reading the rules %s: %w", display.Printable(file), err)
	}
	p := parser{file: file}
	if len(text) > maxFile {
		return Rules{}, p.errorAt(1, 1, "the file is larger than %d bytes", maxFile)
	}
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("<")) {
		return Rules{}, p.errorAt(1, 1, "not rules in YAML, but HTML or XML")
	}
	dec := yaml.NewDecoder(bytes.NewReader(text))
	var doc, more yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return Rules{}, p.errorAt(1, 1, "no rules (bacviz check --init prints some to start with)")
	case err != nil:
		return Rules{}, p.syntaxError(text, err)
	}
	switch err := dec.Decode(&more); {
	case err == nil:
		return Rules{}, p.errorOf(&more, "a second YAML document: put all rules into one")
	case !errors.Is(err, io.EOF):
		return Rules{}, p.syntaxError(text, err)
	}
	rules, err := p.rules(doc.Content[0])
	if err != nil {
		return Rules{}, err
	}
	return Rules{File: file, Rules: rules}, nil
}
