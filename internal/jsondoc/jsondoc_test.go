package jsondoc_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/internal/jsondoc"
)

type letters []string

func (l *letters) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return jsondoc.ReadList(dec, func(offset int64) error {
		t, err := dec.ReadToken()
		if err == nil && len(t.String()) != 1 {
			return jsondoc.Errorf(offset, "not a letter")
		}
		*l = append(*l, t.String())
		return err
	})
}

// example has a field of each kind that documents have.
type example struct {
	jsondoc.Header
	Word     string            `json:"word"`
	Flag     bool              `json:"flag"`
	Size     uint64            `json:"size"`
	Number   int               `json:"number"`
	Count    jsondoc.Count     `json:"count"`
	Positive jsondoc.Positive  `json:"positive"`
	Amount   jsondoc.Amount    `json:"amount"`
	Time     time.Time         `json:"time"`
	Words    []string          `json:"words"`
	Map      map[string]string `json:"map"`
	Letters  letters           `json:"letters"`
	Inner    struct {
		Word string `json:"word"`
	} `json:"inner"`
	Raw jsondoc.Raw `json:"raw"`
}

func TestDecodeSaysWhatIsWrongAndWhere(t *testing.T) {
	const known = "(have bacviz, version, needs, word, flag, size, number, count, positive, amount, time, words, map, letters, inner, raw)"
	for text, want := range map[string]string{
		`{}`:                              "",
		"":                                "line 1, column 1: the file is empty",
		" \n":                             "line 2, column 1: the file is empty",
		"\ufeff{":                         "line 1, column 2: unexpected end of the file",
		`[]`:                              "line 1, column 1: expected an object, found a list",
		`[`:                               "line 1, column 1: expected an object, found a list",
		`null`:                            "line 1, column 1: null is not allowed here; leave it out",
		"{}\n {}":                         "line 2, column 2: unexpected text after the document",
		`{"wrd": 1}`:                      `line 1, column 2: unknown field "wrd" ` + known,
		`{"Word": "x"}`:                   `line 1, column 2: unknown field "Word" ` + known,
		`{"inner": {"x": {"y": 1}}}`:      `line 1, column 12: unknown field "x" (have word)`,
		"{\"word\": \"é\",\n\"word\": 1}": `line 2, column 1: "word" occurs twice`,
		`{"map": {"é": "", "é": ""}}`:     `line 1, column 19: "é" occurs twice`,
		`{"word": 1}`:                     "line 1, column 10: expected a string, found 1",
		`{"word": "` + "\xff" + `"}`:      "line 1, column 11: not valid JSON: invalid UTF-8",
		`{"flag": "true"}`:                `line 1, column 10: expected true or false, found "true"`,
		`{"size": -1}`:                    "line 1, column 10: expected a whole number from 0 to 2^64-1, found -1",
		`{"size": 18446744073709551616}`:  "line 1, column 10: expected a whole number from 0 to 2^64-1, found 18446744073709551616",
		`{"size": 1e3}`:                   "line 1, column 10: expected a whole number from 0 to 2^64-1, found 1e3",
		`{"size": ` + strings.Repeat("9", 100) + `}`: "line 1, column 10: expected a whole number from 0 to 2^64-1, found " + strings.Repeat("9", 39) + "…",
		`{"number": 1.5}`:                "line 1, column 12: expected a whole number from -2^63 to 2^63-1, found 1.5",
		`{"count": -1}`:                  "line 1, column 11: expected a whole number from 0 to 1000000000, found -1",
		`{"positive":0}`:                 "line 1, column 13: expected a whole number from 1 to 2^63-1, found 0",
		`{"amount": -0.5}`:               "line 1, column 12: expected a number from 0 to 1000000000, found -0.5",
		`{"amount": 1e999}`:              "line 1, column 12: expected a number from 0 to 1000000000, found 1e999",
		`{"amount": []}`:                 "line 1, column 12: expected a number from 0 to 1000000000, found a list",
		`{"time": "now"}`:                `line 1, column 10: expected a time such as 2026-01-15T12:00:00Z, found "now"`,
		`{"words": "x"}`:                 `line 1, column 11: expected a list, found "x"`,
		`{"words": ["x", {}]}`:           "line 1, column 17: expected a string, found an object",
		`{"words": ["x", null]}`:         "line 1, column 17: null is not allowed here; leave it out",
		`{"amount": null}`:               "line 1, column 12: null is not allowed here; leave it out",
		`{"word": "null"}`:               "",
		`{"map": {"x": true}}`:           "line 1, column 15: expected a string, found true",
		`{"letters": {}}`:                "line 1, column 13: expected a list, found an object",
		`{"letters": ["a", "bc"]}`:       "line 1, column 19: not a letter",
		`{"letters": null}`:              "line 1, column 13: null is not allowed here; leave it out",
		`{"word": "x",}`:                 `line 1, column 13: not valid JSON: invalid character ',' at start of value`,
		`{"raw": {"y": 1, "y": 2}}`:      `line 1, column 18: "y" occurs twice`,
		`{"raw": {"y": [1, 2]}, "x": 1}`: `line 1, column 24: unknown field "x" ` + known,
	} {
		var v example
		err := jsondoc.New([]byte(text), "try this").Decode(&v)
		checkError(t, text, err, want)
	}
}

func checkError(t *testing.T, text string, err error, want string) {
	t.Helper()
	var e *jsondoc.Error
	switch {
	case want == "" && err == nil:
	case want == "" || err == nil || err.Error() != want:
		t.Errorf("%s: got %v, want %q", text, err, want)
	case !errors.As(err, &e) || e.Hint == "":
		t.Errorf("%s: no hint", text)
	}
}

// The place of an error in a raw value is that in the document.
func TestRawIsDecodedLater(t *testing.T) {
	for text, want := range map[string]string{
		"{\n\"raw\": {\"word\": \"x\"}}": "",
		"{\n\"raw\": {\"word\": 1}}":     "line 2, column 17: expected a string, found 1",
		"{\n\"raw\": {\"wrd\": 1}}":      `line 2, column 9: unknown field "wrd" (have word)`,
	} {
		doc := jsondoc.New([]byte(text), "try this")
		var v wrapper
		checkError(t, text, doc.Decode(&v), want)
	}
}

type wrapper struct {
	Raw laterRead `json:"raw"`
}

type laterRead struct{ raw jsondoc.Raw }

func (l *laterRead) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if err := l.raw.UnmarshalJSONFrom(dec); err != nil {
		return err
	}
	var v struct {
		Word string `json:"word"`
	}
	return l.raw.Decode(&v)
}

func TestVersion(t *testing.T) {
	for text, want := range map[string]string{
		`{"bacviz": "recipe", "version": 2}`:                       "",
		"\ufeff" + `{"version": 1, "x": [{}], "bacviz": "recipe"}`: "",
		`[]`:                                   "line 1, column 1: not a recipe: a document of bacviz is a JSON object",
		` {"version": 1}`:                      `line 1, column 2: not a recipe of bacviz: it does not begin with {"bacviz": "recipe"`,
		`{"bacviz": 1}`:                        `line 1, column 12: not a recipe of bacviz: it does not begin with {"bacviz": "recipe"`,
		`{"bacviz": "menu", "version": 9}`:     `line 1, column 12: this document is a "menu", not a recipe`,
		`{"bacviz": "recipe"}`:                 `line 1, column 1: a recipe without "version"`,
		`{"bacviz": "recipe", "version": "1"}`: `line 1, column 33: version must be a number from 1, found "1"`,
		"\n<html></html>":                      "line 2, column 1: not JSON, but HTML or XML",
		`{"bacviz": "recipe", "version": 0}`:   "line 1, column 33: version must be a number from 1, found 0",
		`{"bacviz": "recipe", "version": 3, "steps": {"all": "new"}}`:               "line 1, column 33: recipe version 3 is newer than this bacviz, which reads up to version 2",
		`{"needs": "9.1", "bacviz": "recipe", "version": 3`:                         "line 1, column 49: recipe version 3 is newer than this bacviz, which reads up to version 2; it needs bacviz 9.1 or later",
		`{"bacviz": "recipe", "version": 3, "needs": "9.1"}`:                        "line 1, column 33: recipe version 3 is newer than this bacviz, which reads up to version 2; it needs bacviz 9.1 or later",
		`{"bacviz": "recipe",`:                                                      "line 1, column 21: unexpected end of the file",
		`{"bacviz": "recipe", "bacviz": "menu"}`:                                    `line 1, column 22: "bacviz" occurs twice`,
		`{"bacviz" "recipe"}`:                                                       `line 1, column 11: not valid JSON: invalid character '"' after object name (expecting ':')`,
		`{"bacviz": "recipe", "version": ` + strings.Repeat("1", 30) + `, "x": []}`: "line 1, column 33: version must be a number from 1, found " + strings.Repeat("1", 30),
	} {
		_, err := jsondoc.New([]byte(text), "try this").Version("recipe", 2)
		checkError(t, text, err, want)
	}
}

func TestBuilder(t *testing.T) {
	var b jsondoc.Builder
	b.List(2, "    ", func(i int) { b.Int(i) })
	b.Object(0, "    ", nil)
	b.Field("x")
	b.Strings([]string{"a", "\"\\\n\u202e\u200b\U000e0041é\U0001f600\xff"})
	b.Word("y", "")
	b.Words("z", nil)
	b.Time(time.Date(2026, 1, 15, 13, 0, 0, 5, time.FixedZone("", 3600)))
	b.Float(1e21)
	b.Uint(1 << 63)
	const want = "[\n    0,\n    1\n  ]{},\n      \"x\": [\"a\", \"\\\"\\\\\\u000a\\u202e\\u200b\\udb40\\udc41é\U0001f600\ufffd\"]" +
		`"2026-01-15T12:00:00.000000005Z"1e+219223372036854775808`
	if got := string(b.Text); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestEncodeIsThatOfTheStandardLibraryWithEscapes(t *testing.T) {
	type inner struct {
		Map   map[string]any `json:"map"`
		None  *int           `json:"none"`
		Empty []string       `json:"empty"`
		Left  string         `json:"left,omitempty"`
	}
	value := []any{inner{Map: map[string]any{"b": 1.5e-9, "a": "é <&> \n 日本"}, Empty: []string{}}, 1e21, math.Copysign(0, -1), uint64(1 << 63), true, map[string]string{}}
	var want, got bytes.Buffer
	e := json.NewEncoder(&want)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := errors.Join(e.Encode(value), jsondoc.Encode(&got, value)); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want.String(), got.String()); d != "" {
		t.Error(d)
	}
	got.Reset()
	long := strings.Repeat("日本\u202e", 5000) // longer than a piece
	if err := jsondoc.Encode(&got, long); err != nil {
		t.Fatal(err)
	}
	if want := `"` + strings.Repeat(`日本\u202e`, 5000) + "\"\n"; got.String() != want {
		t.Error("characters at the ends of pieces were changed")
	}
}
