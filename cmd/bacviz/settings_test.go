package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"

	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/golden"
	"github.com/bacviz/bacviz/internal/settings"
)

// inRepository makes a repository with a file of settings, and a home with another one, and
// works in the first.
func inRepository(t *testing.T, repository, own string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range map[string]string{"repo/.git/HEAD": "", "repo/.bacviz.yaml": repository, "own/bacviz/config.yaml": own} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv(configVar, "")
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(dir, "own"))
	for _, home := range []string{"HOME", "USERPROFILE"} {
		t.Setenv(home, dir)
	}
	t.Chdir(filepath.Join(dir, "repo"))
	return dir
}

// The file of a repository that somebody else wrote sends no key anywhere, writes and reads no
// file outside, and lets nobody see the network. Each refusal says how to trust it.
func TestRepositoryFileCannotDoHarm(t *testing.T) {
	inRepository(t, "", "")
	if err := os.Symlink("/etc/passwd", "link.yaml"); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"all: {api-host: evil.example}":                          "decides where requests and keys go",
		"all: {tls: false}":                                      "decides where requests and keys go",
		"render: {insecure: true}":                               "decides where requests and keys go",
		"render: {cacert: ca.pem}":                               "decides where requests and keys go",
		"render: {profile: prod}":                                "decides where requests and keys go",
		"job: {submit: {api-host: evil.example}}":                "decides where requests and keys go",
		"render: {api-key-file: .bacviz.yaml}":                   "decides where requests and keys go",
		"render: {output: /tmp/x.svg}":                           "writes a file",
		"render: {output: x.svg}":                                "writes a file",
		"snapshot: {history: x.db}":                              "writes a file",
		"snapshot: {keep: 1h}":                                   "deletes what a history has",
		"render: {link: 'https://evil.example/{id}'}":            "puts an address behind each node",
		"render: {redact: false}":                                "decides what is hidden",
		"all: {redact-key: known.key}":                           "decides what is hidden",
		"serve: {notify: 'https://evil.example'}":                "sends what happens to an address",
		"serve: {listen: '0.0.0.0:80'}":                          "decides who sees the network",
		"serve: {no-auth: true}":                                 "decides who sees the network",
		"job: {submit: {force: true}}":                           "is for the one who runs the command to decide",
		"snapshot: {with-jobs: true}":                            "is for the one who runs the command to decide",
		"all: {max-size: 1TiB}":                                  "is for the one who runs the command to decide",
		"check: {wait: 999h}":                                    "decides how long a command takes",
		"check: {timeout: 0}":                                    "decides how long a command takes",
		"all: {timeout: 999h}":                                   "decides how long a command takes",
		"job: {submit: {wait: true}}":                            "decides how long a command takes",
		"fleet: {run: {timeout: 0}}":                             "decides how long a command takes",
		"nodes: {watch: true}":                                   "decides how long a command takes",
		"nodes: {interval: 1ms}":                                 "decides how long a command takes",
		"serve: {every: 1ms}":                                    "is for the one who runs the command to decide",
		"all: {max-records: 1000000000}":                         "is for the one who runs the command to decide",
		"check: {rules: ../rules.yaml}":                          "rules leads out of the repository",
		"check: {rules: /etc/passwd}":                            "rules leads out of the repository",
		"check: {rules: ~/rules.yaml}":                           "",
		"check: {rules: link.yaml}":                              "rules leads out of the repository",
		"render: {theme: ../theme.json}":                         "theme leads out of the repository",
		"clusters: {a: {url: 'http://e:1', key-file: key}}":      "which decides where keys go",
		"clusters: {a: {url: 'http://e:1', profile: prod}}":      "which decides where keys go",
		"clusters: {a: {url: 'http://e:1', insecure: true}}":     "which decides where keys go",
		"clusters: {a: {history: ../../net.db}}":                 "history leads out of the repository",
		"render: {engine: rings, theme: dark, group-by: region}": "",
		"all: {redact: true}":                                    "--redact needs a key",
		"nodes: {output: json, columns: [id]}":                   "",
	} {
		if err := os.WriteFile(settings.Name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		status, _, stderr := bacviz(t, "render", "--demo", "-o", "x.svg")
		trust := strings.Contains(stderr, "BACVIZ_CONFIG=.bacviz.yaml") || strings.Contains(want, "redact needs")
		if want == "" && status != 0 || want != "" && (status != exitUsage || !strings.Contains(stderr, want) || !trust) {
			t.Errorf("%s: status %d: %s", text, status, stderr)
		}
	}
	if err := os.WriteFile(settings.Name, []byte("render: {output: x.png}"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(configVar, settings.Name)
	if status, _, stderr := bacviz(t, "render", "--demo"); status != 0 {
		t.Errorf("a file that is trusted: %s", stderr)
	}
	if _, err := os.Stat("x.png"); err != nil {
		t.Error(err)
	}
}

// asking serves a network, and counts the requests that have a key.
func asking(t *testing.T) (url string, keys *atomic.Int64) {
	t.Helper()
	keys = new(atomic.Int64)
	list := clustertest.Cluster(1, clustertest.Options{Nodes: 3})[0]
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			keys.Add(1)
		}
		if r.URL.Path == clustertest.PathAgent {
			_ = clustertest.WriteAgent(w, list, "v1.9.3") // the client may have gone
			return
		}
		_ = clustertest.WriteList(w, list, "v1.9.3") // the same
	}))
	t.Cleanup(server.Close)
	return server.URL, keys
}

// A cluster of one's own gets its key. One that a repository names gets none that was meant
// for any address, and none of a cluster of one's own that has the same name.
func TestKeysGoToClustersOfOnesOwnAlone(t *testing.T) {
	url, keys := asking(t)
	other, stolen := asking(t)
	dir := inRepository(t, "clusters:\n  team: {url: "+other+"}\n  prod: {url: "+other+"}\n  same: {url: "+url+"}\n",
		"clusters:\n  mine: {url: "+url+", key-file: key}\n  prod: {url: "+url+", key-file: ~/own/bacviz/key}\n  same: {url: "+url+"/, key-file: key}\n")
	if err := os.WriteFile(filepath.Join(dir, "own", "bacviz", "key"), []byte("k3y\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"mine", "eu=mine", "same"} { // the last: both files mean the same network
		keys.Store(0)
		if status, _, stderr := bacviz(t, "nodes", name); status != 0 || keys.Load() == 0 {
			t.Errorf("%s: %d keys were sent: %s", name, keys.Load(), stderr)
		}
	}
	t.Setenv("BACALHAU_API_KEY", "s3cret")
	status, _, stderr := bacviz(t, "nodes", "team")
	if status != 0 || !strings.Contains(stderr, "team is asked without a key") || stolen.Load() != 0 {
		t.Errorf("%d keys were sent: %s", stolen.Load(), stderr)
	}
	status, _, stderr = bacviz(t, "nodes", "prod")
	if status != exitUsage || !strings.Contains(stderr, "cluster prod means one network in ") || stolen.Load() != 0 {
		t.Errorf("%d keys were sent: %s", stolen.Load(), stderr)
	}
	// What the user writes is the user's choice.
	if status, _, stderr := bacviz(t, "nodes", other); status != 0 || stolen.Load() == 0 {
		t.Errorf("no key was sent: %s", stderr)
	}
}

// A key that a file of one's own gives for an address goes to no other one.
func TestAKeyOfAFileStaysWithItsAddress(t *testing.T) {
	url, keys := asking(t)
	other, stolen := asking(t)
	inRepository(t, "", "all: {api-host: '"+url+"', api-key-file: key}\n")
	if err := os.WriteFile(filepath.Join(os.Getenv("XDG_CONFIG_HOME"), "bacviz", "key"), []byte("k3y\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, _, stderr := bacviz(t, "nodes"); status != 0 || keys.Load() == 0 {
		t.Errorf("%d keys were sent: %s", keys.Load(), stderr)
	}
	if status, _, stderr := bacviz(t, "nodes", other); status != 0 || stolen.Load() != 0 {
		t.Errorf("%d keys were sent: %s", stolen.Load(), stderr)
	}
	if status, _, stderr := bacviz(t, "nodes", "--api-host", other); status != 0 || stolen.Load() != 0 {
		t.Errorf("%d keys were sent: %s", stolen.Load(), stderr)
	}
	_, out, _ := bacviz(t, "config")
	if !strings.Contains(out, "config.yaml:1:17") || strings.Contains(out, "k3y") {
		t.Errorf("%s", out)
	}
	t.Setenv("BACALHAU_API_HOST", other) // counts for more than a file
	if _, out, _ := bacviz(t, "config"); !strings.Contains(out, other) {
		t.Errorf("%s", out)
	}
}

// What config lists of a file has no password, whichever flag has the address.
func TestConfigShowsNoPasswordOfAFile(t *testing.T) {
	inRepository(t, "", `all: {api-host: "http://u:pwSECRET@127.0.0.1:9"}
render: {link: "https://u:pwSECRET@wiki.example/{id}", title: "http://u:pwSECRET@x", group-by: [region, "http://u:pwSECRET@y"], color-by: "@group"}
job: {list: {api-host: "u:pwSECRET@127.0.0.1"}}
serve: {notify: "http://u:pwSECRET@127.0.0.1:9"}
clusters: {a: {url: "http://u:pwSECRET@127.0.0.1:9"}}
`)
	for _, format := range []string{"table", "json", "yaml"} {
		status, out, stderr := bacviz(t, "config", "-o", format)
		if status != 0 || strings.Contains(out+stderr, "SECRET") || !strings.Contains(out, "http://127.0.0.1:9") || !strings.Contains(out, "@group") {
			t.Errorf("%s: %d: %s%s", format, status, out, stderr)
		}
	}
}

// Every flag can have a default in a file, but those that are about files of settings, and
// none has the name of a command below its own.
func TestEveryFlagCanBeSetInAFile(t *testing.T) {
	root := newRoot(stdio{})
	for _, cmd := range commandsOf(root, settings.All) {
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			for _, sub := range cmd.Commands() {
				if sub.Name() == f.Name {
					t.Errorf("%s is a flag and a command", f.Name)
				}
			}
		})
	}
}

// settingsSchema returns the JSON schema of a file of settings.
func settingsSchema() map[string]any {
	root := newRoot(stdio{})
	all, sections := map[string]any{}, map[string]any{}
	var section func(cmd *cobra.Command) map[string]any
	section = func(cmd *cobra.Command) map[string]any {
		properties := map[string]any{}
		if takesSettings(cmd) {
			cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
				if f.Name == "help" || f.Name == configFlag {
					return
				}
				rules := flagSchema(f)
				properties[f.Name] = rules
				known, isKnown := all[f.Name].(map[string]any)
				switch {
				case f.Name == "output":
				case !isKnown:
					all[f.Name] = maps.Clone(rules)
				default: // what one command takes, another may not
					rules = maps.Clone(rules)
					if rules["description"] = known["description"]; !cmp.Equal(rules, known) {
						all[f.Name] = map[string]any{"description": known["description"]}
					}
				}
			})
		}
		for _, sub := range cmd.Commands() {
			if below := section(sub); below != nil {
				properties[sub.Name()] = below
			}
		}
		if len(properties) == 0 {
			return nil
		}
		return map[string]any{"description": cmd.Short, "type": []string{"object", "null"}, "additionalProperties": false, "properties": properties}
	}
	for _, cmd := range root.Commands() {
		if s := section(cmd); s != nil {
			sections[cmd.Name()] = s
		}
	}
	sections[settings.All] = map[string]any{"description": "Defaults for every command that has the flag", "type": []string{"object", "null"}, "additionalProperties": false, "properties": all}
	fields := map[string]any{}
	for _, name := range settings.Fields {
		fields[name] = map[string]any{"type": "string", "minLength": 1}
	}
	fields["url"] = map[string]any{"type": "string", "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://."}
	fields["insecure"] = map[string]any{"type": "boolean"}
	cluster := map[string]any{
		"type": "object", "additionalProperties": false, "properties": fields,
		"anyOf": []any{map[string]any{"required": []string{"url"}}, map[string]any{"required": []string{"profile"}}, map[string]any{"required": []string{"history"}}},
	}
	sections["clusters"] = map[string]any{
		"description": "Networks by name, each usable as a SOURCE", "type": []string{"object", "null"}, "additionalProperties": false,
		"patternProperties": map[string]any{"^[A-Za-z0-9][A-Za-z0-9._-]*$": cluster},
	}
	return map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Settings of bacviz",
		"description": "The file .bacviz.yaml of a repository, or bacviz/config.yaml in the folder of a user's settings.",
		"type":        []string{"object", "null"}, "additionalProperties": false, "properties": sections,
	}
}

// flagSchema returns the schema of a flag's value.
func flagSchema(f *pflag.Flag) map[string]any {
	_, usage := pflag.UnquoteUsage(f)
	one := map[string]any{}
	switch v := f.Value.(type) {
	case *choiceValue:
		one["enum"] = v.from
	case *choiceList:
		one["enum"] = v.from
	default:
		one = map[string]map[string]any{ // a number in quotes is one, too
			"bool":    {"enum": []any{true, false, "true", "false"}},
			"int":     {"type": []string{"integer", "string"}, "pattern": "^[-+]?[0-9]+$"},
			"float64": {"type": []string{"number", "string"}, "pattern": "^[-+]?[0-9.]+([eE][-+]?[0-9]+)?$"},
			"duration": {"anyOf": []any{
				map[string]any{"type": "string", "pattern": "^[-+]?(0|([0-9.]+(ns|us|µs|ms|s|m|h))+)$"},
				map[string]any{"const": 0.0},
			}},
		}[f.Value.Type()]
		if one == nil {
			one = map[string]any{"type": []string{"string", "number", "boolean"}}
		}
	}
	if isList(f) {
		return map[string]any{"description": usage, "anyOf": []any{map[string]any{"type": "string"}, map[string]any{"type": "array", "items": one}}}
	}
	one["description"] = usage
	return one
}

// sameRules reports whether two schemas differ in nothing but the descriptions in them.
func sameRules(t *testing.T, have any, want []byte) bool {
	t.Helper()
	var strip func(v any)
	strip = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if _, isText := v["description"].(string); isText {
				delete(v, "description")
			}
			for _, w := range v {
				strip(w)
			}
		case []any:
			for _, w := range v {
				strip(w)
			}
		}
	}
	wanted, err := jsonschema.UnmarshalJSON(bytes.NewReader(want))
	if err != nil {
		t.Fatal(err)
	}
	strip(have)
	strip(wanted)
	return cmp.Equal(have, wanted)
}

// The schema beside the others is that of the flags there are; -update writes it again.
func TestSettingsSchemaKnowsEveryFlag(t *testing.T) {
	text, err := json.MarshalIndent(settingsSchema(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	const file = "../../docs/settings.schema.json"
	isUpdate := flag.Lookup("update").Value.String() == "true"
	if isUpdate || !sameRules(t, golden.JSON(t, file), text) { // as help may be worded anew at any time
		golden.Check(t, file, append(text, '\n'))
	}
	schema := golden.Schema(t, "../../docs/settings.schema.json")
	for text, ok := range map[string]bool{
		"render: {engine: trays, group-by: [region, gpu], width: 10, redact: true}\nall: {timeout: 30s}\n":                        true,
		"job: {list: {output: json, limit: 5}}\nclusters: {prod: {url: 'https://prod:1234', key-file: ~/key, history: net.db}}\n": true,
		"render: {width: \"9\", limit: \"5000\", timeout: 0, collapse: \"true\"}\n":                                               true,
		"check: {timeout: 1m30s, wait: 1.5h}\n":                                                                                   true,
		"render: {timeout: 20}\n":                                                                                                 false,
		"all: {timeout: 20}\n":                                                                                                    false,
		"clusters: {a: {url: x}}\n":                                                                                               false,
		"":                                                                                                                        true,
		"render:\n":                                                                                                               true,
		"rendr: {}\n":                                                                                                             false,
		"render: {engin: trays}\n":                                                                                                false,
		"render: {engine: nope}\n":                                                                                                false,
		"render: {engine: [trays]}\n":                                                                                             false,
		"render: {width: wide}\n":                                                                                                 false,
		"version: {output: json}\n":                                                                                               false,
		"all: {output: json}\n":                                                                                                   false,
		"clusters: {prod: {key-file: k}}\n":                                                                                       false,
		"clusters: {a/b: {url: 'http://e'}}\n":                                                                                    false,
		"clusters: {a: {urll: 'http://e'}}\n":                                                                                     false,
		"nodes: {columns: [id, nope]}\n":                                                                                          false,
		"clusters: {a: 'http://10.0.0.5:1234'}":                                                                                   false,
	} {
		var doc any
		if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
			t.Fatal(err)
		}
		err := schema.Validate(doc)
		file := filepath.Join(t.TempDir(), "settings.yaml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		status, _, stderr := bacviz(t, "config", "--config", file)
		if (err == nil) != ok || (status == 0) != ok {
			t.Errorf("%q: the schema says %v, and bacviz %d: %s", text, err, status, stderr)
		}
	}
}
