package theme

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/jsondoc"
)

// document is a theme in a file. What it leaves out, or leaves empty, is as in the
// theme that it is based on.
type document struct {
	Base      baseName                    `json:"base"` // default light
	Page      pageColor                   `json:"page"` // or "none": transparent, on the page of the base
	Title     hexColor                    `json:"title"`
	Subtitle  hexColor                    `json:"subtitle"`
	Edge      hexColor                    `json:"edge"`
	FaintEdge hexColor                    `json:"faintEdge"` // where edges are many
	Group     hexColor                    `json:"group"`     // the areas of groups, instead of a tint for each
	GroupEdge hexColor                    `json:"groupEdge"`
	Nodes     map[className]styleDocument `json:"nodes"`
	Runs      map[outcomeName]hexColor    `json:"runs"`    // edges of jobs
	Values    values                      `json:"values"`  // fills for --color-by a label
	Amounts   amounts                     `json:"amounts"` // fills for --color-by @utilisation, from 0 to 100 %
}

type styleDocument struct {
	Fill   hexColor `json:"fill"`
	Stroke hexColor `json:"stroke"`
	Text   hexColor `json:"text"` // default: black or white, whichever has more contrast to the fill
}

// Read reads a theme from JSON:
//
//	{"base": "dark", "page": "#000000", "nodes": {"hub": {"fill": "#ffcc00"}}}
//
// Colours are written #rrggbb. The page may be "none": it is transparent then, and its
// colours are held against the page of the base. It returns an error with line and column for a field
// or a word that it does not know, for a field that occurs twice or is null, and for
// a value that is not a colour; and an error for text, edges and nodes that have too
// little contrast to what is behind them.
func Read(text []byte) (*Theme, error) {
	var d document
	if err := jsondoc.New(text, "").Decode(&d); err != nil {
		return nil, err
	}
	t := d.theme()
	if err := t.readable(); err != nil {
		return nil, d.suggestBase(err)
	}
	return t, nil
}

// suggestBase adds to the hint of a contrast error the base that suits the page of the
// document: a dark page needs another title, other edges and so on.
func (d document) suggestBase(err error) error {
	var low *ContrastError
	if !errors.As(err, &low) || d.Page.color == "" {
		return err
	}
	for _, base := range []baseName{"light", "dark"} {
		d.Base = base
		if d.theme().readable() == nil {
			low.Hint += fmt.Sprintf(`; or begin with "base": %q, whose other colours suit`, base)
			break
		}
	}
	return low
}

// theme returns the theme that a document describes.
func (d *document) theme() *Theme {
	t := light
	if d.Base != "" {
		t = *themes[string(d.Base)]
	}
	d.Page.color.set(&t.Page)
	t.Transparent = d.Page.none
	d.Title.set(&t.Title)
	d.Subtitle.set(&t.Subtitle)
	d.Edge.set(&t.Edge)
	d.FaintEdge.set(&t.FaintEdge)
	d.Group.set(&t.Area)
	d.GroupEdge.set(&t.AreaEdge)
	if d.Group != "" || d.GroupEdge != "" {
		t.Tints = nil
	}
	d.Page.color.set(&t.Unknown)
	for class, style := range d.Nodes {
		st := &t.Classes[class]
		if style.Fill != "" {
			st.Fill, st.Text = string(style.Fill), textOn(string(style.Fill))
		}
		style.Stroke.set(&st.Stroke)
		style.Text.set(&st.Text)
	}
	for outcome, c := range d.Runs {
		c.set(&t.Runs[outcome])
	}
	if d.Values != nil {
		t.Values = d.Values
	}
	if d.Amounts != nil {
		t.Amounts = d.Amounts
	}
	return &t
}

// A hexColor is "#rrggbb", or "" for the one of the base.
type hexColor string

// set replaces a colour of the base.
func (c hexColor) set(to *string) {
	if c != "" {
		*to = string(c)
	}
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (c *hexColor) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return readWord(dec, c.parse)
}

func (c *hexColor) parse(word string) error {
	color := strings.ToLower(word)
	if word != "" && !isColor(color) {
		return fmt.Errorf("%s is not a colour such as #56b4e9", display.Quote(word))
	}
	*c = hexColor(color)
	return nil
}

// A pageColor is a hexColor, or none.
type pageColor struct {
	color hexColor
	none  bool
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (p *pageColor) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return readWord(dec, func(word string) error {
		if p.none = word == "none"; p.none {
			return nil
		}
		return p.color.parse(word)
	})
}

// A baseName is the name of a theme that comes with bacviz.
type baseName string

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (b *baseName) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return readWord(dec, func(word string) error {
		if _, ok := themes[word]; !ok && word != "" {
			return unknown("base", word, slices.Sorted(maps.Keys(themes)))
		}
		*b = baseName(word)
		return nil
	})
}

// A className is the name of a class of nodes, as in CSS.
type className diagram.Class

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (c *className) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return readWord(dec, func(word string) error {
		var names []string
		for _, class := range diagram.Classes() {
			names = append(names, class.CSS())
			if class.CSS() == word {
				*c = className(class)
				return nil
			}
		}
		return unknown("node class", word, names)
	})
}

// An outcomeName is the name of an outcome of runs.
type outcomeName diagram.Outcome

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (o *outcomeName) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return readWord(dec, func(word string) error {
		outcome, ok := diagram.OutcomeNamed(word)
		if !ok {
			var names []string
			for _, o := range diagram.Outcomes() {
				names = append(names, o.Name())
			}
			return unknown("run", word, names)
		}
		*o = outcomeName(outcome)
		return nil
	})
}

func unknown(what, word string, known []string) error {
	return fmt.Errorf("unknown %s %s (have %s)", what, display.Quote(word), strings.Join(known, ", "))
}

// readWord reads a string. An error of take is that of its place.
func readWord(dec *jsontext.Decoder, take func(word string) error) error {
	offset := dec.InputOffset()
	var word string
	if err := json.UnmarshalDecode(dec, &word); err != nil {
		return err
	}
	if err := take(word); err != nil {
		return jsondoc.Errorf(offset, "%v", err)
	}
	return nil
}

// values and amounts are lists of colours.
type (
	values  []string
	amounts []string
)

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (v *values) UnmarshalJSONFrom(dec *jsontext.Decoder) (err error) {
	*v, err = readColors(dec, minValues)
	return err
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (a *amounts) UnmarshalJSONFrom(dec *jsontext.Decoder) (err error) {
	*a, err = readColors(dec, minAmounts)
	return err
}

// The least numbers of fills: five give each of the 30 values that a legend explains
// an appearance of its own, two are the ends of a scale.
const (
	minValues  = 5
	minAmounts = 2
)

// readColors reads a list of at least so many colours.
func readColors(dec *jsontext.Decoder, least int) ([]string, error) {
	start := dec.InputOffset()
	var all []string
	err := jsondoc.ReadList(dec, func(offset int64) error {
		var c hexColor
		err := json.UnmarshalDecode(dec, &c)
		if err == nil && c == "" {
			err = jsondoc.Errorf(offset, "no colour")
		}
		all = append(all, string(c))
		return err
	})
	if err == nil && len(all) < least {
		err = jsondoc.Errorf(start, "%s; at least %d are needed", display.Count(len(all), "colour"), least)
	}
	return all, err
}
