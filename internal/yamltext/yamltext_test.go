package yamltext_test

import (
	"strings"
	"testing"

	"github.com/bacviz/bacviz/internal/yamltext"
)

func TestCheckFindsThePlace(t *testing.T) {
	many := strings.Repeat("- {name: a, nodes: 3}\n", 4000)
	for _, c := range []struct{ text, want string }{
		{"rules:\n  - name: a\n    nodes: 3\n", ""},
		{"", ""},
		{"a: 1\n---\nb: 2\n---\n: ]", ""},
		{"rules:\n  - name: a\n    nodes: 3\n   bad: x\n", "line 4, column 4: did not find expected"},
		{"rules:\n  - name: a\n    nodes\n  - name: b\n", "line 3, column 5: could not find expected ':'"},
		{"rules:\n  - name: \"a\n    nodes: 3\n  - b\n", "line 2, column 11: found unexpected end of stream"},
		{"rules: 'a\n b\n", "line 1, column 8: found unexpected end of stream"},
		{"rules:\n  - {name: a, nodes: 3\n  - b\n", "line 2, column 15: did not find expected ',' or '}'"},
		{"rules:\n  - name: [", "line 2, column 11: did not find expected node content"},
		{"rules:\n\t- a\n", "line 2, column 1: found a tab|line 2, column 1: found character that cannot start any token"},
		{"rules: é: x\n", "line 1, column 9: mapping values are not allowed"},
		{"rules: [a, b]]\n", "line 1, column 14: did not find expected"},
		{"a: b\nö: @c\n", "line 2, column 4: found character that cannot start any token"},
		{"a: %b\n", "line 1, column 4: found character that cannot start any token"},
		{"a: 1\nb: \x01\n", "line 2, column 4: control characters are not allowed"},
		{"a: 1\nb: \xff\n", "line 2, column 4: invalid leading UTF-8 octet"},
		{"a: 1\nb: *ab\n", "line 2, column 6: unknown anchor 'ab' referenced"},
		{"a: 1\n---\nb: ]\n", "line 3, column 4: did not find expected node content"},
		{"\ufeffa: ]\n", "line 1, column 4: did not find expected node content"},
		{"\xff\xfea\x00:\x00\n\x00b\x00:\x00 \x00]\x00", "line 2, column 4: did not find expected|line 2, column 1: did not find"},
		{"a: 1\r\nb: ]\r\n", "line 2, column 4: did not find expected node content"},
		{many + "- ]\n" + many, "line 4001, column 3: did not find expected node content"},
		{strings.Repeat("# x\n", 1<<19) + "- ]", "line 524289, column 3: did not find expected node content"},
	} {
		got := ""
		if e := yamltext.Check([]byte(c.text)); e != nil {
			got = e.Error()
		}
		ok := got == c.want
		for w := range strings.SplitSeq(c.want, "|") {
			ok = ok || w != "" && strings.HasPrefix(got, w)
		}
		if !ok {
			t.Errorf("%.60q: %q, want %q", c.text, got, c.want)
		}
	}
}
