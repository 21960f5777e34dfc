package theme

// This file reads themes that users write.

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bacviz/bacviz/diagram"
)

// themeFile is a theme as JSON. What it leaves out is as in the theme that it is
// based on.
type themeFile struct {
	Base      string              `json:"base"` // light, dark, classic or print; default light
	Page      string              `json:"page"`
	Title     string              `json:"title"`
	Subtitle  string              `json:"subtitle"`
	Edge      string              `json:"edge"`
	FaintEdge string              `json:"faintEdge"` // where edges are many
	Group     string              `json:"group"`     // the area of a group
	GroupEdge string              `json:"groupEdge"`
	Nodes     map[string]nodeFile `json:"nodes"`   // by class: hub, compute, …
	Runs      map[string]string   `json:"runs"`    // edges of jobs, by outcome: failed, completed, …
	Values    []string            `json:"values"`  // fills for --color-by a label
	Amounts   []string            `json:"amounts"` // fills for --color-by @utilisation, from 0 to 100 %
}

func outcomeNames() (names []string) {
	for _, o := range diagram.Outcomes() {
		names = append(names, o.Name())
	}
	return names
}

func classNames() (names []string) {
	for _, c := range diagram.Classes() {
		names = append(names, c.CSS())
	}
	return names
}

type nodeFile struct {
	Fill   string `json:"fill"`
	Stroke string `json:"stroke"`
	Text   string `json:"text"` // default: black or white, whichever reads better
}

// leastValues is how many fills give each of the 30 values that a legend explains
// a look of its own.
const leastValues = 5

// leastContrast is what WCAG 2.1 (AA) asks of text on its background.
const leastContrast = 4.5

// What has to be told from the page needs a contrast of 3:1 by WCAG 2.1: the lines of jobs,
// and of a node its fill or its outline. Edges need less: so strong, hundreds of
// them would be all that is seen, and where one leads the colour of its node tells too.
const (
	leastGraphics  = 3
	leastEdge      = 2
	leastFaintEdge = 1.4
)

// Read reads a theme from JSON:
//
//	{"base": "dark", "page": "#000000", "nodes": {"hub": {"fill": "#ffcc00"}}}
//
// Colours are written #rrggbb. It returns an error for a word that it does not
// know, for one that is there twice or null, and for text, edges and nodes that would
// not stand out from what they are on.
func Read(text []byte) (*Theme, error) {
	var f themeFile
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return nil, fmt.Errorf("not a theme: %w", err)
	}
	if rest := text[dec.InputOffset():]; len(bytes.TrimSpace(rest)) > 0 {
		return nil, fmt.Errorf("not a theme: more follows after the object that ends at byte %d", dec.InputOffset())
	}
	if err := ambiguous(text); err != nil {
		return nil, fmt.Errorf("not a theme: %w", err)
	}
	if f.Base == "" {
		f.Base = "light"
	}
	base, ok := themes[f.Base]
	if !ok {
		return nil, fmt.Errorf("unknown base %q (have %s)", f.Base, strings.Join(slices.Sorted(maps.Keys(themes)), ", "))
	}
	t := *base
	r := themeReader{}
	r.set("page", f.Page, &t.Page)
	r.set("title", f.Title, &t.Title)
	r.set("subtitle", f.Subtitle, &t.Subtitle)
	r.set("edge", f.Edge, &t.Edge)
	r.set("faintEdge", f.FaintEdge, &t.FaintEdge)
	r.set("group", f.Group, &t.Area)
	r.set("groupEdge", f.GroupEdge, &t.AreaEdge)
	if f.Page != "" {
		t.Unknown = t.Page
	}
	for _, class := range slices.Sorted(maps.Keys(f.Nodes)) {
		k := slices.Index(classNames(), class)
		if k < 0 {
			return nil, fmt.Errorf("unknown node class %q (have %s)", class, strings.Join(classNames(), ", "))
		}
		n, st := f.Nodes[class], &t.Classes[k]
		r.set(class+" fill", n.Fill, &st.Fill)
		r.set(class+" stroke", n.Stroke, &st.Stroke)
		if n.Text == "" && n.Fill != "" && r.err == nil {
			st.Text = textOn(st.Fill)
		}
		r.set(class+" text", n.Text, &st.Text)
	}
	for _, name := range slices.Sorted(maps.Keys(f.Runs)) {
		o, ok := diagram.OutcomeNamed(name)
		if !ok {
			return nil, fmt.Errorf("unknown run %q (have %s)", name, strings.Join(outcomeNames(), ", "))
		}
		color := t.Runs[o]
		r.set("run "+name, f.Runs[name], &color)
		t.Runs[o] = color
	}
	t.Values, t.Amounts = r.list("values", f.Values, leastValues, t.Values), r.list("amounts", f.Amounts, 2, t.Amounts)
	if r.err != nil {
		return nil, r.err
	}
	if err := t.readable(); err != nil {
		return nil, err
	}
	return &t, nil
}

// ambiguous returns an error for what encoding/json passes over in an object: a name that
// is there twice, of which the last would count, and null, which would count for nothing.
func ambiguous(text []byte) error {
	dec := jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowInvalidUTF8(true))
	for {
		token, err := dec.ReadToken()
		var syntax *jsontext.SyntacticError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, jsontext.ErrDuplicateName) && errors.As(err, &syntax):
			return fmt.Errorf("%q is there twice", syntax.JSONPointer.LastToken())
		case err != nil:
			return err
		case token.Kind() != 'n':
		case dec.StackDepth() == 0:
			return errors.New("null, and no object")
		default:
			return fmt.Errorf("%q is null; leave it out for what its base has", strings.TrimPrefix(string(dec.StackPointer()), "/"))
		}
	}
}

// themeReader sets colours and keeps the first error.
type themeReader struct{ err error }

var hexColor = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

func (r *themeReader) set(what, value string, to *string) {
	switch {
	case value == "" || r.err != nil:
	case !hexColor.MatchString(value):
		r.err = fmt.Errorf("%s: %q is not a colour such as #56b4e9", what, value)
	default:
		*to = strings.ToLower(value)
	}
}

func (r *themeReader) list(what string, values []string, least int, or []string) []string {
	if values == nil {
		return or
	}
	if len(values) < least && r.err == nil {
		r.err = fmt.Errorf("%s: %d colours, of %d at least", what, len(values), least)
	}
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = "#000000"
		r.set(fmt.Sprintf("%s, %d", what, i+1), v, &out[i])
		if v == "" && r.err == nil {
			r.err = fmt.Errorf("%s, %d: no colour", what, i+1)
		}
	}
	return out
}

// readable returns an error if a text, an edge or a node of the theme does not stand
// out from what it is on.
func (t *Theme) readable() error {
	atLeast := func(least float64, to, what, color, on string) error {
		if c := Contrast(color, on); c < least {
			return fmt.Errorf("%s: %s on %s has a contrast of %.1f:1, and needs %.1f:1 to be %s", what, color, on, c, least, to)
		}
		return nil
	}
	check := func(what, text, on string) error { return atLeast(leastContrast, "read", what, text, on) }
	for _, c := range [][3]string{
		{"title", t.Title, t.Page},
		{"subtitle", t.Subtitle, t.Page},
		{"title, which names of groups have too", t.Title, t.Area},
	} {
		if err := check(c[0], c[1], c[2]); err != nil {
			return err
		}
	}
	for k, st := range t.Classes {
		if err := check(diagram.Class(k).CSS(), st.Text, st.Fill); err != nil {
			return err
		}
		if Contrast(st.Fill, t.Page) < leastGraphics {
			if err := atLeast(leastGraphics, "seen", diagram.Class(k).CSS()+" stroke, as its fill is like the page", st.Stroke, t.Page); err != nil {
				return err
			}
		}
	}
	for _, on := range []string{t.Page, t.Area} {
		if err := atLeast(leastEdge, "seen", "edge", t.Edge, on); err != nil {
			return err
		}
		if err := atLeast(leastFaintEdge, "seen", "faintEdge", t.FaintEdge, on); err != nil {
			return err
		}
		for _, o := range diagram.Outcomes() {
			if err := atLeast(leastGraphics, "seen", "run "+o.Name(), t.Runs[o], on); err != nil {
				return err
			}
		}
	}
	for _, fill := range slices.Concat(t.Values, t.Amounts, []string{t.Unknown}) {
		if err := check("values and amounts", textOn(fill), fill); err != nil {
			return err
		}
	}
	return nil
}
