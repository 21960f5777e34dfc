package embed_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/internal/embed"
)

// scan finds the blocks of a document that has the extension of its language. Markers
// take a few more options.
func scan(file, doc string) ([]embed.Block, error) {
	syntax, _ := embed.SyntaxOf(file)
	return embed.Scan(file, []byte(doc), syntax, map[string]bool{"collapse": true, "engine": false, "fill": false, "group-by": false, "include": false, "title": false})
}

func TestReplaceTouchesNothingElse(t *testing.T) {
	const doc = "\ufeff# Title\n\ttab  \nfoo <!-- a comment -->\n" +
		"<!-- bacviz:start -->\nold\n<!-- bacviz:end -->\n\n" +
		"`<!-- bacviz:start -->` in a span\n\n```html\n<!-- bacviz:start -->\n```\n\n~~~~\n<!-- bacviz:end -->\n~~~\n~~~~\n\n    <!-- bacviz:start x -->\n\n" +
		"<!--bacviz:start format=table group-by=region,@state-->   \n<!-- bacviz:end -->"
	for _, eol := range []string{"\n", "\r\n"} {
		text := strings.ReplaceAll(doc, "\n", eol)
		blocks, err := scan("a.md", text)
		if err != nil || len(blocks) != 2 {
			t.Fatalf("%v, %v", blocks, err)
		}
		if b := blocks[1]; b.Line != 21 || b.Column != 1 || b.Options.Format != embed.Table || fmt.Sprint(b.Options.Flags) != "[{group-by region,@state}]" {
			t.Errorf("%+v", b)
		}
		got := embed.Replace([]byte(text), blocks, []string{"one\ntwo", "\n\n| x |\n"})
		want := strings.Replace(text, eol+"old"+eol, eol+eol+"one"+eol+"two"+eol+eol, 1)
		want = strings.Replace(want, "-->   "+eol, "-->   "+eol+eol+"| x |"+eol+eol, 1)
		if string(got) != want {
			t.Errorf("%q\nwant %q", got, want)
		}
		blocks, err = scan("a.md", string(got))
		if err != nil {
			t.Fatal(err)
		}
		if again := embed.Replace(got, blocks, []string{"one\ntwo", "\n\n| x |\n"}); !bytes.Equal(again, got) {
			t.Errorf("a second time gives %q", again)
		}
	}
}

func TestOptions(t *testing.T) {
	blocks, err := scan("a.md", "<!-- bacviz:start  format=picture title=\"Our = 'own'\" name='i/a.b-c' engine=rings include=all alt=x collapse -->\n<!-- bacviz:end -->\n")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprintf("%+v", blocks[0].Options), "{Format:picture Name:i/a.b-c Alt:x Diff: Link: Flags:[{Name:title Value:Our = 'own'} {Name:engine Value:rings} {Name:include Value:all} {Name:collapse Value:true}]}"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if b := blocks[0]; b.ColumnOf("engine") != 70 || b.ColumnOf("group-by") != 1 {
		t.Errorf("engine in column %d, what is not given in %d", b.ColumnOf("engine"), b.ColumnOf("group-by"))
	}
}

func TestMistakes(t *testing.T) {
	const start, end = "<!-- bacviz:start -->\n", "<!-- bacviz:end -->\n"
	for _, c := range []struct{ doc, want string }{
		{"", "a.md:1:1: no bacviz:start marker: write "},
		{"\xff\xfe<\x00!\x00", "a.md:1:1: the file is in UTF-16; save it as UTF-8"},
		{"x\n\n" + start, "a.md:3:1: no bacviz:end marker after this bacviz:start"},
		{"<!-- bacviz:start -->", "a.md:1:1: no bacviz:end marker after"},
		{start + "```\n" + end, "a.md:1:1: no bacviz:end marker after"},
		{"x\n\n" + end, "a.md:3:1: a bacviz:end marker without a bacviz:start"},
		{start + end + end, "a.md:3:1: a bacviz:end marker without"},
		{start + start + end + end, "a.md:2:1: a bacviz:start marker inside the block that begins in line 1"},
		{"é: <!-- bacviz:start -->\n\n" + end, "a.md:1:4: a marker must be alone on its line"},
		{"<!-- bacviz:start --> x\n" + end, "a.md:1:1: a marker must be alone on its line"},
		{"<!-- bacviz:start --><!-- bacviz:end -->\n", "a.md:1:1: a marker must be alone on its line"},
		{"- item\n\n  " + start + "  " + end, "a.md:3:3: a marker must be alone on its line and begin it, outside of lists and quotes"},
		{"> " + start + "> " + end, "a.md:1:3: a marker must be alone on its line"},
		{"<!-- bacviz:start\n-->\n" + end, "a.md:1:1: a marker must end with --> on its line"},
		{"<!-- bacviz:begin -->\n" + end, `a.md:1:1: unknown marker "bacviz:begin" (have bacviz:start, bacviz:end)`},
		{start + "<!-- bacviz:end x=1 -->\n", "a.md:2:16: a bacviz:end marker takes no options"},
		{"<!-- bacviz:start format=png -->\n" + end, `a.md:1:19: unknown format "png" (have image, mermaid, picture, table)`},
		{"<!-- bacviz:start formt=table -->\n" + end, `a.md:1:19: unknown option "formt" (have alt, collapse, diff, engine, fill, format, group-by, include, link, name, title)`},
		{"<!-- bacviz:start format=table format=table -->\n" + end, "a.md:1:32: option format is given twice"},
		{"<!-- bacviz:start title=\"\" -->\n" + end, "a.md:1:19: option title is empty"},
		{"<!-- bacviz:start title=\"x -->\n" + end, "a.md:1:19: no closing quote: "},
		{"<!-- bacviz:start title=\"a\\\"b\" -->\n" + end, `a.md:1:19: no space after the closing quote; a value with " in it may stand in '…': `},
		{"<!-- bacviz:start title='a'b -->\n" + end, `a value with ' in it may stand in "…": `},
		{"<!-- bacviz:start title=a b -->\n" + end, "a.md:1:27: a value with spaces needs quotes"},
		{"```\n" + start + end + "```\n", "a.md:2:1: a marker in code,"},
		{"<!-- bacviz:start table -->\n" + end, "a.md:1:19: not an option such as"},
		{"<!-- bacviz:start format=picture name=../x -->\n" + end, `a.md:1:34: name "../x" must consist of letters`},
		{"<!-- bacviz:start name=x -->\n" + end, "a.md:1:19: option name works only with format=image or format=picture"},
		{"<!-- bacviz:start format=image name=a/../x -->\n" + end, `name "a/../x" must consist of letters`},
		{"<!-- bacviz:start format=image name=a.light -->\n" + end + "<!-- bacviz:start format=picture name=A -->\n" + end, `a.md:3:1: a second picture named "A" (the first is in line 1)`},
		{"{/* bacviz:start\n*/}\n" + end, "a.md:1:1: a marker must end with */} on its line"},
		{"text\n[//]: # (bacviz:start)\n\n[//]: # (bacviz:end)\n", "a.md:2:1: a marker of this form needs a blank line before it"},
		{"text\n\n[//]: # (bacviz:start title=\"a (b) c\")\n\n[//]: # (bacviz:end)\n", "a.md:3:1: a marker of this form ends at a parenthesis"},
		{"<!-- bacviz:start format=picture -->\n" + end + "<!-- bacviz:start format=picture name=Topology -->\n" + end, `a.md:3:1: a second picture named "Topology" (the first is in line 1)`},
	} {
		_, err := scan("a.md", c.doc)
		if err == nil || !strings.Contains(err.Error(), c.want) || !errors.As(err, new(*embed.Error)) {
			t.Errorf("%q: %v, want %s", c.doc, err, c.want)
		}
	}
}

// Each language has its own comments, and its own code, in which they do not count.
func TestMarkersOfEachLanguage(t *testing.T) {
	for name, c := range map[string]struct{ doc, format string }{
		"a.mdx":  {"```\n{/* bacviz:start */}\n```\n\n`{/* bacviz:end */}`\n\n<Tabs>\n{/* bacviz:start name=a */}\n\n{/* bacviz:end */}\n</Tabs>\n", embed.Mermaid},
		"b.md":   {"{/*bacviz:start name=a*/}\n{/*bacviz:end*/}\n", embed.Mermaid},
		"c.md":   {"text\n\n[//]: # (bacviz:start name=a)\nold\n\n[//]: # (bacviz:end)\n\n```\n[//]: # (bacviz:start)\n```\n", embed.Mermaid},
		"d.adoc": {"= Title\n\n----\n// bacviz:start\n----\n\n////\n// bacviz:end\n////\n\n// bacviz:start name=a\nimage::x.svg[]\n// bacviz:end\n", embed.Image},
		"e.rst":  {"::\n\n   .. bacviz:start\n\n.. bacviz:start name=a\n\n.. bacviz:end\n", embed.Image},
	} {
		c.doc = strings.Replace(c.doc, "name=a", "format="+c.format, 1)
		for _, doc := range []string{c.doc, "\ufeff" + c.doc, strings.ReplaceAll(c.doc, "\n", "\r\n")} {
			blocks, err := scan(name, doc)
			if err != nil || len(blocks) != 1 || blocks[0].Column != 1 {
				t.Fatalf("%s: %v, %v", name, blocks, err)
			}
			got := embed.Replace([]byte(doc), blocks, []string{"new"})
			if again, err := scan(name, string(got)); err != nil || !bytes.Equal(embed.Replace(got, again, []string{"new"}), got) || !bytes.Contains(got, []byte("new")) {
				t.Errorf("%s: %v, %q", name, err, got)
			}
		}
	}
	for _, c := range []struct{ file, doc, want string }{
		{"a.mdx", "<!-- bacviz:start -->\n<!-- bacviz:end -->\n", "a.mdx:1:1: MDX has no such comments; write {/* bacviz:start */}"},
		{"a.mdx", "", "write {/* bacviz:start */} and {/* bacviz:end */}, each on"},
		{"a.adoc", "", "write // bacviz:start and // bacviz:end, each on"},
		{"a.rst", "  .. bacviz:start\n", "a.rst:1:1: a marker in code,"},
		{"a.adoc", "// bacviz:start format=picture\n// bacviz:end\n", "a.adoc:1:17: format=picture is HTML, and the document is AsciiDoc; format=image has the same"},
	} {
		if _, err := scan(c.file, c.doc); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %q: %v, want %s", c.file, c.doc, err, c.want)
		}
	}
}

func TestFencesAreLongerThanThoseOfTheSource(t *testing.T) {
	for syntax, want := range map[embed.Syntax]string{
		embed.Markdown: "`````mermaid\na\n````\n-----\n`````",
		embed.AsciiDoc: "[mermaid]\n------\na\n````\n-----\n------",
	} {
		if got := syntax.Diagram("a\n````\n-----\n"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Replace changes a document only between its markers, and keeps these.
func FuzzScan(f *testing.F) {
	f.Add([]byte("a\r\n<!-- bacviz:start format=picture name=x -->\r\nb\r\n<!-- bacviz:end -->\r\nc"))
	f.Add([]byte("```\n<!-- bacviz:start -->\n```\n<!-- bacviz:start title='t' -->\n<!-- bacviz:end -->"))
	f.Add([]byte("<div>\n<!-- bacviz:start -->\n</div>\n\n> <!-- bacviz:end -->"))
	f.Add([]byte("{/* bacviz:start a=b */}\n`{/* bacviz:x`\n\n[//]: # (bacviz:end)\n<!-- bacviz:start -->"))
	f.Add([]byte("<!--\n<!-- bacviz:start --> <b\n\n\tx"))
	f.Fuzz(func(t *testing.T, doc []byte) {
		blocks, err := scan("a.md", string(doc))
		if err != nil {
			var where *embed.Error
			if !errors.As(err, &where) || where.Line < 1 || where.Column < 1 || strings.ContainsAny(err.Error(), "\n\x1b\x00") {
				t.Fatalf("%q", err)
			}
			return
		}
		contents := make([]string, len(blocks))
		for i := range contents {
			contents[i] = embed.Markdown.Diagram(fmt.Sprint("new ", i))
		}
		got := embed.Replace(doc, blocks, contents)
		again, err := scan("a.md", string(got))
		if err != nil || len(again) != len(blocks) {
			t.Fatalf("%q gives %q: %v", doc, got, err)
		}
		if twice := embed.Replace(got, again, contents); !bytes.Equal(twice, got) {
			t.Fatalf("%q, then %q", got, twice)
		}
	})
}

func Example() {
	doc := []byte("# Network\n\n<!-- bacviz:start -->\n<!-- bacviz:end -->\n")
	blocks, err := embed.Scan("README.md", doc, embed.Markdown, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s", embed.Replace(doc, blocks, []string{"(a picture)"}))
	// Output:
	// # Network
	//
	// <!-- bacviz:start -->
	//
	// (a picture)
	//
	// <!-- bacviz:end -->
}

// Names stay readable in the source of a table, and what AsciiDoc knows is written as numbers. No line
// ends with a space.
func TestAsciiDocTableEscapesWhatItHasTo(t *testing.T) {
	got := embed.AsciiDoc.Table([]string{"node", "free CPU"}, [][]string{{"n-5298.r2", "a -- b..."}, {"-x", "a->b *c* {d} | e--f"}})
	const want = "[%autowidth]\n|===\n|node |free CPU\n" +
		"\n|n-5298.r2\n|a &#45;&#45; b&#46;&#46;&#46;\n" +
		"\n|&#45;x\n|a&#45;&#62;b &#42;c&#42; &#123;d&#125; &#124; e&#45;&#45;f\n|==="
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}
