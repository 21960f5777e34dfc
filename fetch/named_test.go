package fetch_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/bacviz/bacviz/fetch"
)

func TestSplitNameTellsNamesFromPathsAndURLs(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("a=b", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ arg, name, source string }{
		{"eu=http://10.0.0.5:1234", "eu", "http://10.0.0.5:1234"},
		{"eu west 1=-", "eu west 1", "-"},
		{"eu=x=y.json", "eu", "x=y.json"},
		{"eu=a=b", "eu", "a=b"},
		{"eu=http://host?a=b", "eu", "http://host?a=b"},
		{"eu=", "eu", ""},
		{"a=b", "", "a=b"}, // a file
		{filepath.Join("dir=x", "list.json"), "dir", filepath.Join("x", "list.json")},
		{"./a=c", "", "./a=c"},
		{`C:\dir=x\list.json`, "", `C:\dir=x\list.json`},
		{"http://host?a=b", "", "http://host?a=b"},
		{"user:pass=word@host:1234", "", "user:pass=word@host:1234"},
		{"host:1234/?x=y", "", "host:1234/?x=y"},
		{"=x", "", "=x"},
		{"nodes.json", "", "nodes.json"},
		{"", "", ""},
	} {
		if name, source := fetch.SplitName(c.arg); name != c.name || source != c.source {
			t.Errorf("%q is %q of %q, want %q of %q", c.arg, source, name, c.source, c.name)
		}
	}
}
