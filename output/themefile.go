package output

// This file reads themes that users write.

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/graph"
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

// outcomeName is one word for an outcome, as classes and themes have it.
func outcomeName(o graph.Outcome) string {
	if o == graph.Unknown {
		return "unknown"
	}
	return string(o)
}

func outcomeNames() (names []string) {
	for _, o := range graph.Outcomes() {
		names = append(names, outcomeName(o))
	}
	return names
}

func outcomeNamed(name string) (graph.Outcome, bool) {
	i := slices.Index(outcomeNames(), name)
	if i < 0 {
		return "", false
	}
	return graph.Outcomes()[i], true
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

// ReadTheme reads a theme from JSON:
//
//	{"base": "dark", "page": "#000000", "nodes": {"hub": {"fill": "#ffcc00"}}}
//
// Colours are written #rrggbb. It returns an error for a word that it does not
// know, and for text that would not stand out from what it is on.
func ReadTheme(text []byte) (*Theme, error) {
	var f themeFile
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return nil, fmt.Errorf("not a theme: %w", err)
	}
	if rest := text[dec.InputOffset():]; len(bytes.TrimSpace(rest)) > 0 {
		return nil, fmt.Errorf("not a theme: more follows after the object that ends at byte %d", dec.InputOffset())
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
	r.set("page", f.Page, &t.page)
	r.set("title", f.Title, &t.title)
	r.set("subtitle", f.Subtitle, &t.subtitle)
	r.set("edge", f.Edge, &t.edge)
	r.set("faintEdge", f.FaintEdge, &t.faintEdge)
	r.set("group", f.Group, &t.hull)
	r.set("groupEdge", f.GroupEdge, &t.hullEdge)
	if f.Page != "" {
		t.unknown = t.page
	}
	for _, class := range slices.Sorted(maps.Keys(f.Nodes)) {
		k := slices.Index(kindClasses[:len(t.kinds)], class)
		if k < 0 {
			return nil, fmt.Errorf("unknown node class %q (have %s)", class, strings.Join(kindClasses[:len(t.kinds)], ", "))
		}
		n, st := f.Nodes[class], &t.kinds[k]
		r.set(class+" fill", n.Fill, &st.fill)
		r.set(class+" stroke", n.Stroke, &st.stroke)
		if n.Text == "" && n.Fill != "" && r.err == nil {
			st.text = textOn(st.fill)
		}
		r.set(class+" text", n.Text, &st.text)
	}
	t.runs = maps.Clone(t.runs)
	for _, name := range slices.Sorted(maps.Keys(f.Runs)) {
		o, ok := outcomeNamed(name)
		if !ok {
			return nil, fmt.Errorf("unknown run %q (have %s)", name, strings.Join(outcomeNames(), ", "))
		}
		color := t.runs[o]
		r.set("run "+name, f.Runs[name], &color)
		t.runs[o] = color
	}
	t.values, t.amounts = r.list("values", f.Values, leastValues, t.values), r.list("amounts", f.Amounts, 2, t.amounts)
	if r.err != nil {
		return nil, r.err
	}
	if err := t.readable(); err != nil {
		return nil, err
	}
	return &t, nil
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
	if len(values) == 0 {
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

// readable returns an error if a text of the theme does not stand out from what
// it is on.
func (t *Theme) readable() error {
	check := func(what, text, on string) error {
		if c := contrast(text, on); c < leastContrast {
			return fmt.Errorf("%s: %s on %s has a contrast of %.1f:1, and needs %.1f:1 to be read", what, text, on, c, leastContrast)
		}
		return nil
	}
	for _, c := range [][3]string{
		{"title", t.title, t.page},
		{"subtitle", t.subtitle, t.page},
		{"title, which names of groups have too", t.title, t.hull},
	} {
		if err := check(c[0], c[1], c[2]); err != nil {
			return err
		}
	}
	for k, st := range t.kinds {
		if err := check(kindClasses[k], st.text, st.fill); err != nil {
			return err
		}
	}
	for _, fill := range slices.Concat(t.values, t.amounts, []string{t.unknown}) {
		if err := check("values and amounts", textOn(fill), fill); err != nil {
			return err
		}
	}
	return nil
}
