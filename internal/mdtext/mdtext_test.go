package mdtext_test

import (
	"bytes"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	renderer "github.com/yuin/goldmark/renderer/html"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/mdtext"
)

// hostile are texts that mean something in Markdown, in HTML, on GitHub or on GitLab.
var hostile = []string{
	"plain", "n-1", "1. item", "1.", "- item", "-", "+ item", "* item", "= heading", "# heading", "> quote", "```", "~~~", "    indented",
	"*a* _b_ **c** __d__ ~~e~~", "`code`", "a`b", "a|b", `a\|b`, `a\`, "| a | b |", "[a](b)", "![a](b)", "[a]: b", "[^1]", "<b>bold</b>", "<!-- -->",
	"&lt;", "&#35;1", "www.example.com", "WWW.example.com", "https://example.com", "ftp://example.com", "a@example.com", "mailto:a@b.example", "@all", "#1", "!1", ":tada:",
	"$a$", "$$a$$", "a: b", ": b", "é\u202e漢字", "a\nb", "\x1b[31m", "{{ x }}", "{{x1}}", "  a  ", "GH-1", "see gh-12, #3 (@all).",
	"0123456789abcdef0123456789abcdef01234567", "deadbee", "octo/repo@0123456", "CVE-2024-1", "[[wiki page]]", "{+ a +}", "a~label &1 ~x ^alert#1", "$ a $",
	"---", "--", "- - -", "-1", ".5 a", "1.5 a", "1-2", "- [ ] task", "www.", "12) a", "(1) b", "`www.a.b` c", "2026-11-01 00:00 to 12:30:59", "39 %", "100 % of a", ":00:", "12:100:00", "`", "` @all `", "1 2 3", "&1;", "é@all", "a^b", "%1", "<script>", "http://[::1]:80/",
}

// render returns the HTML that a reader gets of a document with tables and links.
func render(t *testing.T, source string) string {
	t.Helper()
	var b bytes.Buffer
	unsafe := goldmark.WithRendererOptions(renderer.WithUnsafe()) // HTML in the document is kept
	if err := goldmark.New(goldmark.WithExtensions(extension.GFM), unsafe).Convert([]byte(source), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// shown returns the text of HTML that may have code in it.
func shown(source string) string {
	return html.UnescapeString(strings.NewReplacer("<code>", "", "</code>", "").Replace(source))
}

var cell = regexp.MustCompile(`(?s)<td>(.*?)</td>`)

func TestTextsShowAsTheyAre(t *testing.T) {
	for _, s := range hostile {
		want := strings.TrimSpace(display.Printable(s))
		got := render(t, mdtext.Escape(s)+"\n")
		text, ok := strings.CutPrefix(strings.TrimSuffix(shown(got), "</p>\n"), "<p>")
		if !ok || strings.TrimSpace(text) != want {
			t.Errorf("%q in a paragraph: %s", s, got)
		}
		cells := cell.FindAllStringSubmatch(render(t, "| a | b |\n| - | - |\n| "+mdtext.Escape(s)+" | "+mdtext.Code(s)+" |\n"), -1)
		if len(cells) != 2 {
			t.Errorf("%q: %d cells", s, len(cells))
			continue
		}
		if got := strings.TrimSpace(shown(cells[0][1])); got != want {
			t.Errorf("%q in a cell: %s", s, got)
		}
	}
}

// linked matches what GitHub or GitLab make a link, a mention, a reference or an emoji of,
// wherever it stands in the text of a page.
var linked = regexp.MustCompile(`(?i)www\.\w|\w://|\w@\w|@\w|[#!$%&~]\w|\bGH-\d|\b[0-9a-f]{7,40}\b|:\w+:|\b[a-z]+-\d|\[\[`)

func TestNothingInATextIsTakenForALink(t *testing.T) {
	code := regexp.MustCompile(`<code>.*?</code>`)
	for _, s := range append(hostile, "a www.x.org and GH-1, #1 of @name in 0123456789abcdef0123456789abcdef01234567 :tada:") {
		if text := html.UnescapeString(code.ReplaceAllString(render(t, mdtext.Escape(s)+"\n"), "")); linked.MatchString(text) {
			t.Errorf("%q: outside of code is %q", s, linked.FindString(text))
		}
	}
}

func TestCodeShowsTextsAsTheyAre(t *testing.T) {
	tag := regexp.MustCompile(`</?[a-z]+>`)
	for _, s := range hostile {
		source := "| a |\n| - |\n| " + mdtext.Code(s) + " |\n"
		cells := cell.FindAllStringSubmatch(render(t, source), -1)
		if len(cells) != 1 {
			t.Errorf("%q: %d cells", s, len(cells))
			continue
		}
		got := cells[0][1]
		if strings.Join(tag.FindAllString(got, -1), "") != "<code></code>" || html.UnescapeString(got) != "<code>"+display.Printable(s)+"</code>" {
			t.Errorf("%q as code: %s", s, got)
		}
	}
	if got := mdtext.Code(""); got != "" {
		t.Errorf("no text gives %q", got)
	}
}
