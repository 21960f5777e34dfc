package pages

// This file fills the templates of HTML.

import (
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/bacviz/bacviz/capacity"
	"github.com/bacviz/bacviz/check"
	"github.com/bacviz/bacviz/fleet"
	"github.com/bacviz/bacviz/internal/display"
)

var (
	//go:embed style.css
	styles string
	//go:embed parts.html.tmpl
	partsText string
	//go:embed index.html.tmpl
	indexText string
	//go:embed cluster.html.tmpl
	clusterText string
)

// policy lets a page show its own styles, and pictures beside it, and nothing else.
var policy = func() string {
	sum := sha256.Sum256([]byte(styles))
	return "default-src 'none'; img-src 'self'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"
}()

var (
	indexTemplate   = sync.OnceValue(func() *template.Template { return parse("index", indexText) })
	clusterTemplate = sync.OnceValue(func() *template.Template { return parse("cluster", clusterText) })
)

// parse returns a template that knows the parts and the functions.
func parse(name, text string) *template.Template {
	t := template.New(name).Funcs(template.FuncMap{
		"policy":     func() string { return policy },
		"style":      func() template.HTML { return template.HTML("<style>" + styles + "</style>") },
		"count":      count,
		"number":     number,
		"noun":       func(n int, one, many string) string { return map[bool]string{true: one, false: many}[n == 1] },
		"moment":     momentText,
		"machine":    func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"counts":     countsText,
		"figures":    figuresOf,
		"subject":    func(c fleet.Change) string { return subject(&c) },
		"join":       func(words []string) string { return strings.Join(words, "; ") },
		"more":       func(m fleet.Moment) int { return m.All() - len(m.Changes) },
		"earlier":    earlier,
		"printable":  printable,
		"unlisted":   func(p page) int { return p.LeftOut - len(p.Report.Lost) },
		"rulesText":  rulesText,
		"brokenOf":   brokenOf,
		"broken":     broken,
		"unknown":    unknown,
		"lostFirst":  func(all []lost) []lost { return all[:min(mostLost, len(all))] },
		"lostOthers": func(all []lost) int { return max(0, len(all)-mostLost) },
		"happened":   fleet.Counts.All,
		"first":      func(all []finding) []finding { return all[:min(mostOpen, len(all))] },
		"others":     func(all []finding) int { return max(0, len(all)-mostOpen) },
	})
	return template.Must(template.Must(t.Parse(partsText)).Parse(text))
}

// momentText returns a time for people, in UTC.
func momentText(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") }

// grouped returns a text that begins with a number, with the thousands of that set apart.
func grouped(text string) string {
	rest := strings.TrimLeft(text, "0123456789")
	n, err := strconv.ParseInt(strings.TrimSuffix(text, rest), 10, 64)
	if err != nil {
		return text
	}
	return humanize.Comma(n) + rest
}

// number returns a number for people, such as 165,840.
func number(n int) string { return humanize.Comma(int64(n)) }

// count returns a number with the noun for that many.
func count(n int, noun string) string { return grouped(display.Count(n, noun)) }

// countsText says what happened, in the words of bacviz log.
func countsText(c fleet.Counts) string {
	var words []string
	for _, w := range []struct {
		n    int
		word string
	}{{c.Joined, "joined"}, {c.Left, "left"}, {c.Other, "changed"}} {
		if w.n > 0 {
			words = append(words, number(w.n)+" "+w.word)
		}
	}
	return strings.Join(words, ", ")
}

// A figure is what all nodes have of a resource, in words.
type figure struct{ Name, Share, Has string }

// figuresOf returns the figures of the resources that some nodes have.
func figuresOf(s capacity.Sum) (all []figure) {
	for _, r := range capacity.Resources() {
		if f := s.Of(r); f.Told && f.Total > 0 {
			name := r.Title()
			all = append(all, figure{strings.ToUpper(name[:1]) + name[1:], shareText(&s, r), grouped(r.Text(f.Total))})
		}
	}
	return all
}

// rulesText says in how many clusters rules are broken, and how many are unknown.
func rulesText(open []finding) string {
	seen := make(map[string]bool)
	unknown := 0
	for _, f := range open {
		if f.Status == check.Broken {
			seen[f.File] = true
		} else {
			unknown++
		}
	}
	var words []string
	if len(seen) > 0 {
		words = append(words, "in "+count(len(seen), "cluster"))
	}
	if unknown > 0 {
		words = append(words, fmt.Sprintf("%d unknown", unknown))
	}
	return cmp.Or(strings.Join(words, ", "), "all hold")
}

// brokenOf returns how many findings are rules that are broken.
func brokenOf(open []finding) int {
	n := 0
	for _, f := range open {
		if f.Status == check.Broken {
			n++
		}
	}
	return n
}

// A page is what the page of a cluster shows.
type page struct {
	*fleet.Report
	Name        string
	Large, Time picture
}

// earlier says how many moments are not listed.
func earlier(p page) string {
	if n := p.Changed - len(p.Moments); n > 0 {
		return count(n, "moment")
	}
	return ""
}

func clusterPage(w io.Writer, j job, d drawn) error {
	base := path.Base(j.name)
	p := page{
		Report: j.report, Name: printable(j.report.Cluster),
		Large: picture{base + largeSuffix, base + largeNarrowSuffix, "The network: " + d.said, pixels(large.width), pixels(large.height)},
		Time:  picture{base + timeSuffix, base + timeNarrowSuffix, d.chart, pixels(wide.width), pixels(wide.height)},
	}
	return clusterTemplate().Execute(w, p)
}

func indexPage(w io.Writer, o *overview) error { return indexTemplate().Execute(w, o) }
