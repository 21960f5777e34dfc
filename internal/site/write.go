package site

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"path"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

// look is what every page has: the template, the style, the script of the search.
//
//go:embed look
var look embed.FS

var frame = template.Must(template.ParseFS(look, "look/page.html"))

// An entry is a link in the navigation.
type entry struct {
	Title, Link string
	Here        bool
	page        string // its path in the repository
}

// A group is a heading of the navigation.
type group struct {
	Title   string
	Entries []entry
	Open    bool
}

// A view is what the template shows.
type view struct {
	Title, Summary string
	Root           string // the link to the folder of the website
	Contents       string // the link to the table of contents
	Source         string // the page's own source
	Version        string
	Groups         []group
	Heads          []head
	Body           template.HTML
}

// write makes the files of all pages.
func (s *site) write() error {
	groups := s.navigation()
	for _, p := range s.pages {
		body, err := p.html()
		if err != nil {
			return err
		}
		at := address(p.file)
		v := view{
			Title: p.title, Summary: shortened(p.summary), Version: s.opt.Version,
			Root: strings.TrimSuffix(relative(at, "index.html"), "index.html"), Contents: relative(at, address(contents)),
			Groups: linked(groups, p.file),
			Body:   template.HTML(body),
		}
		if !s.isReference(p.file) {
			v.Source = s.opt.Source + p.file
		}
		for _, h := range p.heads {
			if h.Level == 2 {
				v.Heads = append(v.Heads, h)
			}
		}
		var b bytes.Buffer
		if err := frame.Execute(&b, v); err != nil {
			return fmt.Errorf("%s: %w", p.file, err)
		}
		s.files[at] = b.Bytes()
	}
	for _, name := range []string{"style.css", "search.js", "icon.svg"} {
		data, err := look.ReadFile("look/" + name)
		if err != nil {
			return err
		}
		s.files[name] = data
	}
	return s.writeIndex()
}

func (s *site) isReference(file string) bool { return path.Dir(file) == Commands }

// navigation returns the groups of links: those of the tables in docs/README.md, and the
// commands.
func (s *site) navigation() []group {
	var groups []group
	of := s.pages[contents]
	of.walk(func(n ast.Node) {
		switch n := n.(type) {
		case *ast.Heading:
			if n.Level == 2 {
				groups = append(groups, group{Title: of.words(n)})
			}
		case *extast.TableRow:
			link, ok := n.FirstChild().FirstChild().(*ast.Link)
			if !ok || len(groups) == 0 {
				return
			}
			last := &groups[len(groups)-1]
			for file := range s.pages {
				if relative(address(contents), address(file)) == string(link.Destination) {
					last.Entries = append(last.Entries, entry{Title: of.words(link), page: file})
				}
			}
		}
	})
	commands := group{Title: "Commands"}
	for name := range s.opt.Reference {
		file := path.Join(Commands, name)
		commands.Entries = append(commands.Entries, entry{Title: s.pages[file].title, page: file})
	}
	slices.SortFunc(commands.Entries, func(a, b entry) int { return cmp.Compare(a.Title, b.Title) })
	groups = append(groups, commands)
	return slices.DeleteFunc(groups, func(g group) bool { return len(g.Entries) == 0 })
}

// linked returns the groups with links from a page. The groups of guides are open, and the
// one that has the page.
func linked(groups []group, file string) []group {
	all := make([]group, len(groups))
	for i, g := range groups {
		all[i] = group{Title: g.Title, Open: i < 2}
		for _, e := range g.Entries {
			e.Link, e.Here = relative(address(file), address(e.page)), e.page == file
			all[i].Open = all[i].Open || e.Here
			all[i].Entries = append(all[i].Entries, e)
		}
	}
	return all
}

// shortened returns the beginning of a text, for the description of a page.
func shortened(text string) string {
	const most = 160 // characters that search engines show
	if r := []rune(text); len(r) > most {
		return strings.TrimSpace(string(r[:most-1])) + "…"
	}
	return text
}

// A section is what the search finds.
type section struct {
	Page  string `json:"page"`
	Title string `json:"title,omitempty"`
	Link  string `json:"link"`
	Text  string `json:"text"`
}

// writeIndex writes what the search looks through, as a script: a page that is opened from
// a disk may read no other file.
func (s *site) writeIndex() error {
	sections := []section{}
	for _, p := range s.pages {
		for i := range p.heads {
			h := &p.heads[i]
			link := address(p.file)
			if h.ID != "" {
				link += "#" + h.ID
			}
			sections = append(sections, section{p.title, h.Title, link, strings.Join(strings.Fields(h.text.String()), " ")})
		}
	}
	slices.SortFunc(sections, func(a, b section) int { return cmp.Compare(a.Link, b.Link) })
	data, err := json.Marshal(sections)
	if err != nil {
		return err
	}
	s.files["search-index.js"] = fmt.Appendf(nil, "window.siteIndex = %s;\n", data)
	return nil
}
