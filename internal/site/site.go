// Package site makes a website of the repository's Markdown pages.
//
// What comes in are the files of the repository, and the reference of the commands in
// Markdown; what goes out are the files of the website. A page is everything in Markdown
// that the README or docs/README.md lead to. Paths stay as they are, so that a link which
// works in the repository works on the website too: README.md becomes index.html, other
// pages get the extension .html, and a file that is no page and no picture is a link to the
// repository. A link that leads nowhere is an error.
package site

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// Commands is the folder of the commands' reference.
const Commands = "docs/commands"

const (
	home     = "README.md"      // of the repository
	contents = "docs/README.md" // which lists the pages
)

// Options say what the website is made of.
type Options struct {
	Files     fs.FS             // the repository
	Reference map[string][]byte // pages of commands, by their names in the folder Commands
	Source    string            // the address of the repository's files on the web, with a slash at the end
	Version   string            // of the program; empty if it is not known
}

// Build returns the files of the website by path. Its error names every link that leads
// nowhere.
func Build(opt Options) (map[string][]byte, error) {
	s := &site{opt: opt, pages: map[string]*page{}, files: map[string][]byte{}}
	s.need(home)
	s.need(contents)
	for name := range opt.Reference {
		s.need(path.Join(Commands, name))
	}
	for len(s.queue) > 0 {
		file := s.queue[0]
		s.queue = s.queue[1:]
		s.add(file)
	}
	s.checkFragments()
	if len(s.faults) > 0 {
		slices.Sort(s.faults)
		return nil, errors.New(strings.Join(slices.Compact(s.faults), "\n"))
	}
	if err := s.write(); err != nil {
		return nil, err
	}
	return s.files, nil
}

// site is a website in the making.
type site struct {
	opt    Options
	queue  []string
	pages  map[string]*page // by path in the repository
	files  map[string][]byte
	jumps  []jump // to headings, which are known when all pages are
	faults []string
}

// A jump is a link to a heading.
type jump struct{ from, to, fragment string }

func (s *site) fault(file, format string, args ...any) {
	s.faults = append(s.faults, file+": "+fmt.Sprintf(format, args...))
}

// need has a page made, unless that was asked for already.
func (s *site) need(file string) {
	if _, known := s.pages[file]; !known {
		s.pages[file] = nil
		s.queue = append(s.queue, file)
	}
}

// read returns a file of the repository or of the reference.
func (s *site) read(file string) ([]byte, error) {
	if dir, name := path.Split(file); path.Clean(dir) == Commands {
		if text, ok := s.opt.Reference[name]; ok {
			return text, nil
		}
	}
	return fs.ReadFile(s.opt.Files, file)
}

// add reads a page and follows its links.
func (s *site) add(file string) {
	text, err := s.read(file)
	if err != nil {
		s.fault(file, "%v", err)
		return
	}
	p := parse(file, text)
	s.pages[file] = p
	p.walk(func(n ast.Node) {
		switch n := n.(type) {
		case *ast.Link:
			n.Destination = []byte(s.resolve(file, string(n.Destination)))
		case *ast.Image:
			n.Destination = []byte(s.resolve(file, string(n.Destination)))
		}
	})
}

// resolve returns where a link of a page leads on the website.
func (s *site) resolve(from, link string) string {
	u, err := url.Parse(link)
	switch {
	case err != nil:
		s.fault(from, "%v", err)
		return link
	case u.IsAbs() || u.Host != "":
		if err := checkForm(u); err != nil {
			s.fault(from, "the link %s %v", link, err)
		}
		return link
	}
	to := from
	if u.Path != "" {
		to = path.Join(path.Dir(from), u.Path)
	}
	if info, err := fs.Stat(s.opt.Files, to); err == nil && info.IsDir() {
		if _, err := fs.Stat(s.opt.Files, path.Join(to, "README.md")); err != nil {
			return s.opt.Source + to
		}
		to = path.Join(to, "README.md")
	}
	switch path.Ext(to) {
	case ".md":
		s.need(to)
		if u.Fragment != "" {
			s.jumps = append(s.jumps, jump{from, to, u.Fragment})
		}
		u.Path = ""
		if to != from {
			u.Path = relative(address(from), address(to))
		}
		return u.String()
	case ".svg", ".png", ".jpg", ".json":
		return s.copied(from, to)
	}
	if _, err := fs.Stat(s.opt.Files, to); err != nil {
		s.fault(from, "the link %s leads to no file", link)
	}
	return s.opt.Source + to
}

// copied makes a file part of the website and returns the link to it.
func (s *site) copied(from, to string) string {
	if _, known := s.files[to]; !known {
		data, err := s.read(to)
		if err != nil {
			s.fault(from, "%v", err)
		}
		s.files[to] = data
	}
	return relative(address(from), to)
}

// checkForm refuses addresses of other places that cannot be right. Whether they answer
// is not known here.
func checkForm(u *url.URL) error {
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return fmt.Errorf("is not an address of the web")
	case !strings.Contains(u.Hostname(), "."):
		return fmt.Errorf("names no host")
	}
	return nil
}

// checkFragments finds links to headings that are not there.
func (s *site) checkFragments() {
	for _, j := range s.jumps {
		if p := s.pages[j.to]; p != nil && !p.anchors[j.fragment] {
			s.fault(j.from, "%s has no heading #%s", j.to, j.fragment)
		}
	}
}

// address returns the path of a page on the website.
func address(file string) string {
	dir, name := path.Split(file)
	if name == "README.md" {
		return dir + "index.html"
	}
	return dir + strings.TrimSuffix(name, ".md") + ".html"
}

// relative returns the link from one file of the website to another.
func relative(from, to string) string {
	up := strings.Split(path.Dir(from), "/")
	down := strings.Split(path.Dir(to), "/")
	if path.Dir(from) == "." {
		up = nil
	}
	if path.Dir(to) == "." {
		down = nil
	}
	for len(up) > 0 && len(down) > 0 && up[0] == down[0] {
		up, down = up[1:], down[1:]
	}
	return strings.Repeat("../", len(up)) + strings.Join(append(down, path.Base(to)), "/")
}

// lines returns the text of a block of lines.
func lines(n ast.Node, source []byte) string {
	var b bytes.Buffer
	for i := range n.Lines().Len() {
		segment := n.Lines().At(i)
		b.Write(segment.Value(source))
	}
	return b.String()
}
