package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/bacviz/bacviz/fetch/config"
)

// docs/connecting.md has every flag and variable in its tables, and no others.
func TestConnectingHasEveryFlagAndVariable(t *testing.T) {
	text, err := os.ReadFile("../../docs/connecting.md")
	if err != nil {
		t.Fatal(err)
	}
	section := func(title string) string {
		_, rest, found := strings.Cut(string(text), "\n## "+title+"\n")
		if !found {
			t.Fatalf("there is no section %q", title)
		}
		body, _, _ := strings.Cut(rest, "\n## ")
		return body
	}

	var flags []string
	for _, name := range []string{"timeout", "max-size", "max-records", "strict"} {
		flags = append(flags, "--"+name)
	}
	for _, f := range connectionFlags {
		flags = append(flags, "--"+f.name)
	}
	var documented []string
	for _, m := range regexp.MustCompile("(?m)^\\| `(--[a-z-]+)` \\|").FindAllStringSubmatch(section("Flags"), -1) {
		documented = append(documented, m[1])
	}
	slices.Sort(flags)
	slices.Sort(documented)
	if !slices.Equal(flags, documented) {
		t.Errorf("documented flags %q, want %q", documented, flags)
	}

	// The commands have these flags, and no flag that the section leaves out is
	// about connecting.
	connects := regexp.MustCompile(`^(api|tls|cacert|ca-|insecure|profile|timeout|max|retr|strict|key|token|client|password|user|host|port|url)`)
	secret := regexp.MustCompile(`(key|password|token|secret)$`)
	for _, cmd := range newRoot(stdio{}).Commands() {
		if !slices.Contains([]string{"render", "nodes", "config"}, cmd.Name()) {
			continue
		}
		for _, flag := range flags {
			isConfig := cmd.Name() == "config" && slices.Contains([]string{"--timeout", "--max-size", "--max-records", "--strict"}, flag)
			if cmd.Flags().Lookup(strings.TrimPrefix(flag, "--")) == nil && !isConfig {
				t.Errorf("%s has no %s", cmd.Name(), flag)
			}
		}
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if connects.MatchString(f.Name) && !slices.Contains(flags, "--"+f.Name) {
				t.Errorf("%s --%s is not documented", cmd.Name(), f.Name)
			}
			if secret.MatchString(f.Name) && !strings.Contains(f.Usage, "`file`") {
				t.Errorf("%s --%s takes a secret as its value", cmd.Name(), f.Name)
			}
		})
	}

	var want []string
	for _, v := range config.Variables {
		want = append(want, "| `"+v.Name+"` | "+v.Setting+" | "+v.Doc+" |")
	}
	var got []string
	for line := range strings.Lines(section("Environment variables")) {
		if strings.HasPrefix(line, "| `") {
			got = append(got, strings.TrimSpace(line))
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("the table of variables should be:\n%s", strings.Join(want, "\n"))
	}
	for _, setting := range []string{
		"API.Host", "API.Port", "API.TLS.UseTLS", "API.TLS.CAFile", "API.TLS.Insecure",
		"Node.ClientAPI.Host", "Node.ClientAPI.ClientTLS.CACert", "endpoint", "auth.token", "tokens.json",
	} {
		if !strings.Contains(section("Files"), "`"+setting+"`") {
			t.Errorf("Files does not name %s", setting)
		}
	}
}

// The example in docs/connecting.md is what the command prints.
func TestConnectingExample(t *testing.T) {
	for _, v := range config.Variables {
		t.Setenv(v.Name, "")
	}
	t.Setenv("HOME", t.TempDir())
	t.Setenv("USERPROFILE", t.TempDir())
	t.Setenv("BACALHAU_API_PORT", "20000")
	_, out, _ := bacviz(t, "config")
	text, err := os.ReadFile("../../docs/connecting.md")
	if err != nil || !strings.Contains(strings.ReplaceAll(string(text), "\r\n", "\n"), out) {
		t.Errorf("docs/connecting.md does not have this (%v):\n%s", err, out)
	}
}
