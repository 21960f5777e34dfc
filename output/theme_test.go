package output_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest/faults"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
	"github.com/bacviz/bacviz/output/theme"
)

func TestThemeFile(t *testing.T) {
	colors, err := theme.Read([]byte(`{"base": "dark", "page": "#000000", "group": "#101010", "nodes": {"hub": {"fill": "#FFCC00"}, "compute": {"fill": "#003060"}}, "values": ["#99ccff", "#123456", "#ffcc99", "#cccccc", "#ccff99"]}`))
	if err != nil {
		t.Fatal(err)
	}
	d := drawing(t, everyState(), graph.Options{All: true, GroupBy: []string{"region"}}, layout.Options{Engine: "rings"})
	text := string(write(t, d, "svg", output.Options{Theme: colors}))
	for _, want := range []string{
		".page{fill:#000000}", ".hull{fill:#101010;", ".hub{fill:#ffcc00;",
		".compute text{fill:#ffffff;", // what reads on the fill
		".off{fill:#10161d;",          // of its base
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the SVG lacks %q", want)
		}
	}
	if strings.Contains(text, "prefers-color-scheme") {
		t.Error("a theme that was chosen gives way to the reader's")
	}
}

func TestThemeFileIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		``:                      "line 1, column 1: the file is empty",
		`[]`:                    "line 1, column 1: expected an object, found a list",
		`{"base": "light"} {}`:  "line 1, column 19: unexpected text after the document",
		`{"paper": "#ffffff"}`:  `line 1, column 2: unknown field "paper"`,
		`{"base": "auto"}`:      `line 1, column 10: unknown base "auto" (have classic, dark, light, print)`,
		`{"page": "white"}`:     `line 1, column 10: "white" is not a colour such as #56b4e9`,
		`{"page": "#fff;}x{a"}`: "is not a colour",
		`{"nodes": {"hubs": {"fill": "#ffffff"}}}`:                            `line 1, column 12: unknown node class "hubs" (have hub, hybrid,`,
		`{"nodes": {"hub": {"fill": "#ffffff", "text": "#999999"}}}`:          "hub: #999999 on #ffffff has a contrast of 2.8:1, and needs 4.5:1",
		`{"page": "#16202c"}`:                                                 "title: #16202c on #16202c has a contrast of 1.0:1",
		`{"subtitle": "#aaaaaa"}`:                                             "subtitle: #aaaaaa on #ffffff",
		`{"group": "#333333"}`:                                                "also used for names of groups: #16202c on #333333",
		`{"values": ["#ffffff", "#cccccc", "#aaaaaa", "#999999"]}`:            "line 1, column 12: 4 colours; at least 5 are needed",
		`{"amounts": ["#777777", "#777777"]}`:                                 "amounts: #ffffff on #777777 has a contrast of 4.4:1, and needs 4.5:1",
		`{"edge": "#ffffff"}`:                                                 "edge: #ffffff on #ffffff has a contrast of 1.0:1, and needs 2.0:1 to be seen",
		`{"faintEdge": "#f4f4f4"}`:                                            "faintEdge: #f4f4f4 on #ffffff has a contrast of 1.0:1, and needs 1.4:1 to be seen",
		`{"base": "dark", "runs": {"failed": "#10161d"}}`:                     "run failed: #10161d on #10161d",
		`{"nodes": {"compute": {"fill": "#ffffff", "stroke": "#fafafa"}}}`:    "compute stroke, because its fill has little contrast to the page: #fafafa on #ffffff",
		`{"group": "#94a3b3"}`:                                                "edge: #94a3b3 on #94a3b3",
		`{"values": []}`:                                                      "line 1, column 12: 0 colours; at least 5 are needed",
		`{"amounts": []}`:                                                     "line 1, column 13: 0 colours; at least 2 are needed",
		`null`:                                                                "line 1, column 1: null is not allowed here",
		`{"values": null}`:                                                    `line 1, column 12: null is not allowed here; leave it out`,
		`{"nodes": {"hub": {"fill": null}}}`:                                  "line 1, column 28: null is not allowed here",
		`{"page": "#ffffff", "page": "#000000"}`:                              `line 1, column 21: "page" occurs twice`,
		`{"nodes": {"hub": {"fill": "#ffffff"}, "hub": {"text": "#000000"}}}`: `line 1, column 40: "hub" occurs twice`,
		`{"amounts": ["#ffffff", ""]}`:                                        "line 1, column 25: no colour",
		`{"values": ["#ffffff", "red", "", "", ""]}`:                          `line 1, column 24: "red" is not a colour`,
		`{"base": "dark", "nodes": {"compute": {"stroke": "#12345g"}}}`:       `line 1, column 50: "#12345g" is not a colour`,
	} {
		colors, err := theme.Read([]byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		} else if colors != nil {
			t.Errorf("%s: a theme besides the error", text)
		}
	}
}

func TestContrastErrorsSayWhichColoursToChange(t *testing.T) {
	for text, want := range map[string]string{
		`{"page": "#16202c"}`:                     `set another colour for title, or for page; or begin with "base": "dark", whose other colours suit`,
		`{"base": "dark", "page": "#ffffff"}`:     `set another colour for title, or for page; or begin with "base": "light", whose other colours suit`,
		`{"page": "#888888"}`:                     "set another colour for subtitle, or for page",
		`{"edge": "#ffffff"}`:                     "set another colour for edge, or for page",
		`{"group": "#333333"}`:                    "set another colour for title, or for group",
		`{"nodes": {"hub": {"text": "#aaa000"}}}`: "set another colour for nodes.hub.text, or for nodes.hub.fill",
		`{"runs": {"failed": "#f0f0f0"}}`:         "set another colour for runs.failed, or for page",
		`{"amounts": ["#777777", "#ffffff"]}`:     "make #777777 lighter or darker",
	} {
		_, err := theme.Read([]byte(text))
		var low *theme.ContrastError
		if !errors.As(err, &low) || low.Hint != want {
			t.Errorf("%s: got %+v, want the hint %q", text, err, want)
		}
	}
}

func TestThemeFileReportsThePlaceOfEachFault(t *testing.T) {
	const good = `{
  "base": "dark",
  "page": "#000000",
  "title": "#ffffff",
  "nodes": {
    "hub": {"fill": "#ffcc00", "stroke": "#ffffff", "text": "#000000"},
    "compute": {"fill": "#003060"}
  },
  "runs": {"failed": "#ff8080"},
  "values": ["#99ccff", "#123456", "#ffcc99", "#cccccc", "#ccff99"],
  "amounts": ["#99ccff", "#123456"]
}`
	faults.Check(t, good, func(text string) error {
		_, err := theme.Read([]byte(text))
		return err
	}, "/nodes", "/runs")
}
