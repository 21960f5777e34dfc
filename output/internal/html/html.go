// Package html writes a drawing as a page: the SVG of package svg to pan, zoom, search and
// filter, with the details of each node and a table. The page is one file, and loads
// nothing.
package html

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"io"
	"strings"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output/internal/paint"
	"github.com/bacviz/bacviz/output/internal/svg"
	"github.com/bacviz/bacviz/output/theme"
)

var (
	//go:embed page/page.html
	pageHTML string
	//go:embed page/page.css
	frameCSS string
	//go:embed page/picture.css
	pictureCSS string
	//go:embed page/flow.css
	flowCSS string
	//go:embed page/live.css
	liveCSS string
	//go:embed page/table.css
	tableCSS string

	pageCSS = frameCSS + pictureCSS + flowCSS + liveCSS + tableCSS
)

// Write writes the drawing as a page that is a file.
func Write(ctx context.Context, w io.Writer, d *layout.Drawing, opt paint.Options) error {
	return WritePage(ctx, w, d, opt, nil)
}

// WritePage writes the drawing as a page: as a file, or with live as a page that a server
// shows, which goes on asking it.
func WritePage(ctx context.Context, w io.Writer, d *layout.Drawing, opt paint.Options, live *Live) error {
	picture := pictureOf(d, opt)
	nodes := newNodeReader(ctx, d.Diagram, opt)
	colors := pageColors(opt.Theme)
	return fill(w, pageHTML, map[string]part{
		"csp":      text(contentSecurityPolicy([]string{colors, pageCSS, picture.CSS}, pageScript(), live != nil)),
		"title":    text(escaped(display.Printable(d.Diagram.Title))),
		"subtitle": text(escaped(pageSubtitle(d.Diagram))),
		"styles":   text("<style>" + colors + "</style>\n<style>" + pageCSS + "</style>"),
		"filters":  text(filters(d, opt.Colors())),
		"svg":      func(w io.Writer) error { return picture.Write(ctx, w) },
		"table":    text(nodeTable(ctx, d.Diagram, nodes)),
		"data":     func(w io.Writer) error { return writeData(ctx, w, d, nodes, opt, live, nil) },
		"script":   text(pageScript()),
	})
}

// pictureOf returns the picture of the page. Where boxes flow it is for readers without
// scripts alone, and has tooltips as an SVG document has.
func pictureOf(d *layout.Drawing, opt paint.Options) *svg.Picture {
	return svg.New(d, opt, flows(d) && len(d.Boxes) > svg.MaxTooltips)
}

// A part writes a part of a page. Some are too large to be held.
type part func(w io.Writer) error

// text returns a part that is made already.
func text(s string) part {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// fill writes a template with a part in place of each {{name}}.
func fill(w io.Writer, template string, parts map[string]part) error {
	for template != "" {
		before, rest, found := strings.Cut(template, "{{")
		if _, err := io.WriteString(w, before); err != nil || !found {
			return err
		}
		name, after, _ := strings.Cut(rest, "}}")
		if err := parts[name](w); err != nil {
			return err
		}
		template = after
	}
	return nil
}

// contentSecurityPolicy returns a policy that allows these styles, this script, and
// nothing to be loaded, or with live only what the page's own server has.
func contentSecurityPolicy(styles []string, script string, live bool) string {
	hash := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	csp := "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; script-src" + hash(script) + "; style-src"
	for _, s := range styles {
		csp += hash(s)
	}
	if live {
		csp += "; connect-src 'self'"
	}
	return csp
}

func escaped(text string) string { return string(svg.AppendEscaped(nil, text)) }

// pageSubtitle returns the subtitle of the diagram, followed by its notes.
func pageSubtitle(d *diagram.Diagram) string {
	parts := []string{d.Subtitle}
	for _, n := range d.Notes {
		parts = append(parts, strings.TrimSuffix(n, "."))
	}
	return strings.Join(parts, " · ")
}

// pageColors returns the rules for the custom properties with the colours of page.css.
func pageColors(t *theme.Theme) string {
	properties := func(t *theme.Theme) string {
		return "--page:" + t.Page + ";--ink:" + t.Title + ";--soft:" + t.Subtitle + ";--accent:" + t.Accent() + paletteOf(t)
	}
	if t == nil {
		return ":root{color-scheme:light dark;" + properties(theme.Light()) + "}\n" +
			"@media (prefers-color-scheme:dark){:root{" + properties(theme.Dark()) + "}}\n"
	}
	scheme := "light"
	if t.IsDark() {
		scheme = "dark"
	}
	return ":root{color-scheme:" + scheme + ";" + properties(t) + "}\n"
}
