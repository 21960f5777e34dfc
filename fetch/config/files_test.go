package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/fetch/config"
)

// Folders and files that settings of Bacalhau name are those that are read.
func TestWhereBacalhausFilesAre(t *testing.T) {
	write := func(path, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	write(filepath.Join(dir, "data", "tokens.json"), `{"http://h:1234": "of-the-data"}`)
	write(filepath.Join(dir, "data", "profiles", "p.yaml"), "endpoint: http://profile:1")
	write(filepath.Join(dir, "old-tokens"), `{"http://h:1234": "of-the-file"}`)
	write(filepath.Join(dir, "xdg", "bacalhau", "config.yaml"), "api: {host: xdg}\n")
	data := "api: {host: h}\ndatadir: " + filepath.ToSlash(filepath.Join(dir, "data"))
	for _, c := range []struct {
		name         string
		flags, env   vars
		config       string
		address, key string
	}{
		{"DataDir", nil, nil, data, "http://h:1234", "of-the-data"},
		{"a profile in DataDir", vars{"profile": "p"}, nil, data, "http://profile:1", ""},
		{"BACALHAU_DATADIR", nil, vars{"BACALHAU_DATADIR": filepath.Join(dir, "data"), "BACALHAU_API_HOST": "h"}, "", "http://h:1234", "of-the-data"},
		{"Auth.TokensPath", nil, nil, "node: {clientapi: {host: h}}\nauth: {tokenspath: " + filepath.ToSlash(filepath.Join(dir, "old-tokens")) + "}", "http://h:1234", "of-the-file"},
		{"BACALHAU_AUTH_TOKENSPATH", nil, vars{"BACALHAU_AUTH_TOKENSPATH": filepath.Join(dir, "old-tokens")}, data, "http://h:1234", "of-the-file"},
		{"the user's configurations", nil, vars{"XDG_CONFIG_HOME": filepath.Join(dir, "xdg")}, "", "http://xdg:1234", ""},
		{"both", nil, vars{"XDG_CONFIG_HOME": filepath.Join(dir, "xdg")}, "api: {host: h}", "http://h:1234", ""},
		{"not beside a folder that is named", nil, vars{"XDG_CONFIG_HOME": filepath.Join(dir, "xdg"), "BACALHAU_DIR": dir}, "", config.DefaultAddress, ""},
	} {
		files := map[string]string{}
		if c.config != "" {
			files["config.yaml"] = c.config
		}
		s, err := resolve(t, c.flags, c.env, files)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if key := s.For(s.Address).Key; s.Address != c.address || key != c.key {
			t.Errorf("%s: %s with key %q, want %s with %q", c.name, s.Address, key, c.address, c.key)
		}
	}
}

// A variable that looks like a setting but is none is named, unless the setting is there,
// wherever it comes from.
func TestVariablesThatAreNotReadAreNamed(t *testing.T) {
	files := map[string]string{
		"profiles/p.yaml": "endpoint: h\nauth: {token: s3cret}", "profiles/none.yaml": "endpoint: h",
		"tokens.json": `{"http://one:1234":"s3cret"}`,
	}
	for _, c := range []struct {
		env        vars
		key, named string // part of the warnings about the key, and about the address
	}{
		{vars{"BACALHAU_API_TOKEN": "s3cret"}, "set BACALHAU_API_KEY", ""},
		{vars{"BACALHAU_API_TOKEN": "s3cret", "BACALHAU_API_KEY": "k"}, "", ""},
		{vars{"BACALHAU_API_TOKEN": "s3cret", "BACALHAU_API_USERNAME": "u", "BACALHAU_API_PASSWORD": "p"}, "", ""},
		{vars{"BACALHAU_API_TOKEN": "s3cret", "BACALHAU_PROFILE": "p"}, "", ""},
		{vars{"BACALHAU_API_TOKEN": "s3cret", "BACALHAU_PROFILE": "none"}, "set BACALHAU_API_KEY", ""},
		{vars{"BACALHAU_API_TOKEN": "s3cret", "BACALHAU_API_HOST": "one"}, "", ""},
		{vars{"BACALHAU_API_TOKEN": "s3cret", "BACALHAU_API_HOST": "two"}, "set BACALHAU_API_KEY", ""},
		{vars{"BACALHAU_API_TOKEN": "s3cret", "BACALHAU_API_HOST": "http://u:p@two"}, "", ""},
		{vars{"BACALHAU_HOST": "h"}, "", "set BACALHAU_API_HOST"},
		{vars{"BACALHAU_PORT": "1"}, "", "set BACALHAU_API_PORT"},
		{vars{"BACALHAU_HOST": "h", "BACALHAU_API_HOST": "h"}, "", ""},
		{vars{"BACALHAU_ENVIRONMENT": "production"}, "", "BACALHAU_ENVIRONMENT chose a public network"},
		{vars{"BACALHAU_ENVIRONMENT": "local"}, "", ""},
	} {
		s, err := resolve(t, nil, c.env, files)
		if err != nil {
			t.Fatal(err)
		}
		key, named := s.For(s.Address).Warning, strings.Join(s.AddressWarnings, "\n")
		if (key == "") != (c.key == "") || (named == "") != (c.named == "") ||
			!strings.Contains(key, c.key) || !strings.Contains(named, c.named) || strings.Contains(key+named, "s3cret") {
			t.Errorf("%v: %q, %q", c.env, key, named)
		}
	}
}
