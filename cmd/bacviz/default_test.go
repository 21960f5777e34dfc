package main

import (
	"strings"
	"testing"

	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/fetch/config"
)

// Whoever has set nothing up learns how to, and of the sample network. (Port 1234 may
// be in use where tests run, so nothing is asked.)
func TestRefusalOfTheDefaultAddressSaysHowToNameAnother(t *testing.T) {
	for _, v := range config.Variables {
		t.Setenv(v.Name, "")
	}
	refused := &fetch.Error{Source: config.DefaultAddress, Message: "connection refused", Hint: "as it was"}
	for _, c := range []struct {
		flags map[string]string
		err   error
		want  string
	}{
		{nil, refused, "--demo"},
		{nil, &fetch.Error{Source: config.DefaultAddress, Message: "401", Hint: "as it was"}, "as it was"},
		{map[string]string{config.Host: "127.0.0.1"}, refused, "as it was"},
	} {
		settings, err := config.Resolve(t.Context(), config.Options{Flags: c.flags, Home: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		source := sourceFlags{settings: settings}
		if hint := hintOf(source.explainDefault(c.err, "--demo")); !strings.HasSuffix(hint, c.want) {
			t.Errorf("%v: hint %q, want %s", c.err, hint, c.want)
		}
	}
}
