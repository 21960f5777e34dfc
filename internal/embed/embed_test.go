package embed_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/internal/embed"
)

func TestReplaceTouchesNothingElse(t *testing.T) {
	const doc = "\ufeff# Title\n\ttab  \nfoo <!-- a comment -->\n" +
		"<!-- bacviz:start -->\nold\n<!-- bacviz:end -->\n\n" +
		"`<!-- bacviz:start -->` in a span\n\n```html\n<!-- bacviz:start -->\n```\n\n~~~~\n<!-- bacviz:end -->\n~~~\n~~~~\n\n    <!-- bacviz:start x -->\n\n" +
		"<!--bacviz:start format=table group-by=region,@state-->   \n<!-- bacviz:end -->"
	for _, eol := range []string{"\n", "\r\n"} {
		text := strings.ReplaceAll(doc, "\n", eol)
		blocks, err := embed.Scan("a.md", []byte(text))
		if err != nil || len(blocks) != 2 {
			t.Fatalf("%v, %v", blocks, err)
		}
		if b := blocks[1]; b.Line != 21 || b.Column != 1 || b.Options.Format != embed.Table || strings.Join(b.Options.GroupBy, "|") != "region|@state" {
			t.Errorf("%+v", b)
		}
		got := embed.Replace([]byte(text), blocks, []string{"one\ntwo", "\n\n| x |\n"})
		want := strings.Replace(text, eol+"old"+eol, eol+eol+"one"+eol+"two"+eol+eol, 1)
		want = strings.Replace(want, "-->   "+eol, "-->   "+eol+eol+"| x |"+eol+eol, 1)
		if string(got) != want {
			t.Errorf("%q\nwant %q", got, want)
		}
		blocks, err = embed.Scan("a.md", got)
		if err != nil {
			t.Fatal(err)
		}
		if again := embed.Replace(got, blocks, []string{"one\ntwo", "\n\n| x |\n"}); !bytes.Equal(again, got) {
			t.Errorf("a second time gives %q", again)
		}
	}
}

func TestOptions(t *testing.T) {
	blocks, err := embed.Scan("a.md", []byte("<!-- bacviz:start  format=picture title=\"Our = 'own'\" name='a.b-c' engine=rings include=all -->\n<!-- bacviz:end -->\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprintf("%+v", blocks[0].Options), "{Format:picture Title:Our = 'own' GroupBy:[] Include:all Engine:rings Fill:none Name:a.b-c}"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if b := blocks[0]; b.ColumnOf("engine") != 68 || b.ColumnOf("group-by") != 1 {
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
		{"- item\n\n  " + start + "  " + end, "a.md:3:3: a marker must be alone on its line"},
		{"> " + start + "> " + end, "a.md:1:3: a marker must be alone on its line"},
		{"<!-- bacviz:start\n-->\n" + end, "a.md:1:1: a marker must end with --> on its line"},
		{"<!-- bacviz:begin -->\n" + end, `a.md:1:1: unknown marker "bacviz:begin" (have bacviz:start, bacviz:end)`},
		{start + "<!-- bacviz:end x=1 -->\n", "a.md:2:16: a bacviz:end marker takes no options"},
		{"<!-- bacviz:start format=png -->\n" + end, `a.md:1:19: unknown format "png" (have mermaid, picture, table)`},
		{"<!-- bacviz:start include=some -->\n" + end, `unknown include "some"`},
		{"<!-- bacviz:start formt=table -->\n" + end, `a.md:1:19: unknown option "formt" (have engine, fill, format, group-by, include, name, title)`},
		{"<!-- bacviz:start format=table format=table -->\n" + end, "a.md:1:32: option format is given twice"},
		{"<!-- bacviz:start title=\"\" -->\n" + end, "a.md:1:19: option title is empty"},
		{"<!-- bacviz:start title=\"x -->\n" + end, "a.md:1:19: no closing quote: "},
		{"<!-- bacviz:start title=a b -->\n" + end, "a.md:1:27: a value with spaces needs quotes"},
		{"```\n" + start + end + "```\n", "a.md:2:1: a marker in code,"},
		{"<!-- bacviz:start table -->\n" + end, "a.md:1:19: not an option such as"},
		{"<!-- bacviz:start format=picture name=../x -->\n" + end, `a.md:1:34: name "../x" must consist of letters`},
		{"<!-- bacviz:start name=x -->\n" + end, "a.md:1:19: option name works only with format=picture"},
		{"<!-- bacviz:start fill=gpu -->\n" + end, "a.md:1:19: option fill works only with format=picture"},
		{"<!-- bacviz:start format=picture fill=disk -->\n" + end, `a.md:1:34: unknown fill "disk" (have cpu, memory, gpu, none)`},
		{"<!-- bacviz:start format=table title=x -->\n" + end, "a.md:1:32: option title does not work with format=table"},
		{"<!-- bacviz:start format=picture -->\n" + end + "<!-- bacviz:start format=picture name=Topology -->\n" + end, `a.md:3:1: a second picture named "Topology" (the first is in line 1)`},
	} {
		_, err := embed.Scan("a.md", []byte(c.doc))
		if err == nil || !strings.Contains(err.Error(), c.want) || !errors.As(err, new(*embed.Error)) {
			t.Errorf("%q: %v, want %s", c.doc, err, c.want)
		}
	}
}

func TestFence(t *testing.T) {
	if got, want := embed.Fence("mermaid", "a\n````\n"), "`````mermaid\na\n````\n`````"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// Replace changes a document only between its markers, and keeps these.
func FuzzScan(f *testing.F) {
	f.Add([]byte("a\r\n<!-- bacviz:start format=picture name=x -->\r\nb\r\n<!-- bacviz:end -->\r\nc"))
	f.Add([]byte("```\n<!-- bacviz:start -->\n```\n<!-- bacviz:start title='t' -->\n<!-- bacviz:end -->"))
	f.Add([]byte("<div>\n<!-- bacviz:start -->\n</div>\n\n> <!-- bacviz:end -->"))
	f.Add([]byte("<!--\n<!-- bacviz:start --> <b\n\n\tx"))
	f.Fuzz(func(t *testing.T, doc []byte) {
		blocks, err := embed.Scan("a.md", doc)
		if err != nil {
			var where *embed.Error
			if !errors.As(err, &where) || where.Line < 1 || where.Column < 1 || strings.ContainsAny(err.Error(), "\n\x1b\x00") {
				t.Fatalf("%q", err)
			}
			return
		}
		contents := make([]string, len(blocks))
		for i := range contents {
			contents[i] = embed.Fence("mermaid", fmt.Sprint("new ", i))
		}
		got := embed.Replace(doc, blocks, contents)
		again, err := embed.Scan("a.md", got)
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
	blocks, err := embed.Scan("README.md", doc)
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
