package chart

// This file writes drawings as SVG.

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/typeface"
	"github.com/bacviz/bacviz/output/theme"
)

// An svgWriter appends to a document.
type svgWriter struct {
	strings.Builder
	theme *theme.Theme
}

func writeSVG(ctx context.Context, w io.Writer, d *Drawing, opt Options) error {
	s := svgWriter{theme: opt.colors()}
	style := ""
	if opt.Theme == nil {
		style = darkRules(theme.Dark())
	}
	sum := sha256.Sum256([]byte(style))
	scope := "c" + hex.EncodeToString(sum[:4]) // rules of this document apply to no other in a page
	fmt.Fprintf(&s, `<svg xmlns="http://www.w3.org/2000/svg" class="bacviz %s" font-family="%s" role="img" width="%s" height="%s" viewBox="0 0 %s %s">`+"\n",
		scope, typeface.Family, number(d.Width*opt.pixels()), number(d.Height*opt.pixels()), number(d.Width), number(d.Height))
	s.WriteString("<title>" + escape(d.Title) + "</title>\n<desc>" + escape(d.Description) + "</desc>\n")
	if style != "" {
		s.WriteString("<style>" + strings.ReplaceAll(style, "SCOPE", scope) + "</style>\n")
	}
	if !s.theme.Transparent {
		fmt.Fprintf(&s, `<rect%s width="%s" height="%s"/>`+"\n", s.paint("fill", Page), number(d.Width), number(d.Height))
	}
	for i := range interrupt.Range(ctx, len(d.shapes)) {
		s.shape(&d.shapes[i])
	}
	s.WriteString("</svg>\n")
	if err := ctx.Err(); err != nil {
		return err
	}
	_, err := io.WriteString(w, s.String())
	return err
}

// darkRules are the colours for readers who prefer dark.
func darkRules(dark *theme.Theme) string {
	var b strings.Builder
	b.WriteString("@media (prefers-color-scheme: dark){")
	for i := Page; i < inks; i++ {
		fmt.Fprintf(&b, ".SCOPE .fill%d{fill:%s}.SCOPE .stroke%d{stroke:%s}", i, i.of(dark), i, i.of(dark))
	}
	b.WriteString("}")
	return b.String()
}

// paint returns the attributes of a fill or a stroke: its colour in the theme, unless a rule
// for the reader has another for its class.
func (s *svgWriter) paint(what string, ink Ink) string {
	return fmt.Sprintf(` class="%s%d" %s="%s"`, what, ink, what, ink.of(s.theme))
}

func (s *svgWriter) shape(h *shape) {
	switch h.kind {
	case rectangle:
		class, colors := fmt.Sprintf("fill%d", h.fill), fmt.Sprintf(`fill="%s"`, h.fill.of(s.theme))
		if h.stroke != None {
			class += fmt.Sprintf(" stroke%d", h.stroke)
			colors += fmt.Sprintf(` stroke="%s" stroke-width="%s"`, h.stroke.of(s.theme), number(h.width))
		}
		fmt.Fprintf(s, `<rect class="%s" x="%s" y="%s" width="%s" height="%s" %s`, class, number(h.x), number(h.y), number(h.w), number(h.h), colors)
		if h.text == "" {
			s.WriteString("/>\n")
		} else {
			s.WriteString("><title>" + escape(h.text) + "</title></rect>\n")
		}
	case line:
		dash := ""
		if h.dashed {
			dash = ` stroke-dasharray="2 2"`
		}
		fmt.Fprintf(s, `<path d="M%s %sL%s %s"%s stroke-width="%s"%s/>`+"\n", number(h.x), number(h.y), number(h.x+h.w), number(h.y+h.h), s.paint("stroke", h.stroke), number(h.width), dash)
	case label:
		weight, at := "", fmt.Sprintf(`x="%s"`, number(h.x))
		if h.bold {
			weight = ` font-weight="bold"`
		}
		if typeface.RightToLeft(h.text) { // it starts at the right
			at = fmt.Sprintf(`direction="rtl" x="%s"`, number(h.x+h.measured))
		}
		fmt.Fprintf(s, `<text%s%s %s y="%s" font-size="%s" textLength="%s" lengthAdjust="spacingAndGlyphs">%s</text>`+"\n",
			s.paint("fill", h.fill), weight, at, number(h.y), number(h.size), number(h.measured), escape(h.text))
	}
}

// number returns a coordinate with two decimals at most.
func number(x float64) string {
	return strconv.FormatFloat(math.Round(x*100)/100, 'f', -1, 64)
}

// escape returns a text from outside as XML has it, printable.
func escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(display.Printable(text))) // a Builder does not fail
	return b.String()
}
