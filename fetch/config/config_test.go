package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/fetch/config"
)

// home makes a home folder with these files in its .bacalhau; a file called current
// becomes a link.
func home(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, ".bacalhau", "profiles"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		path := filepath.Join(dir, ".bacalhau", filepath.FromSlash(name))
		err := os.WriteFile(path, []byte(text), 0o600)
		if strings.HasSuffix(name, "current") {
			err = os.Remove(path)
			if err == nil {
				err = os.Symlink(text, path)
			}
			if err != nil && runtime.GOOS == "windows" {
				t.Skip("no links: ", err)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

type vars map[string]string

func resolve(t testing.TB, flags, env vars, files map[string]string) (*config.Settings, error) {
	t.Helper()
	return config.Resolve(t.Context(), config.Options{Flags: flags, Getenv: func(name string) string { return env[name] }, Home: home(t, files)})
}

func TestAddress(t *testing.T) {
	const (
		yaml     = "API:\n  Host: file.example\n  Port: 5000\n"
		old      = "node:\n  clientapi:\n    HOST: old.example\n    port: 6000\n    clienttls: {usetls: true, cacert: /old/ca.pem}\n"
		prod     = "endpoint: https://prod.example:443\nauth:\n  token: s3cret-prod\ntimeout: 60s\n"
		staging  = "endpoint: staging.example:7000\ntls: {insecure: true}\n"
		noPort   = "endpoint: https://plain.example\n"
		bareHost = "endpoint: bare.example\n"
	)
	both := map[string]string{"config.yaml": yaml, "profiles/prod.yaml": prod, "profiles/staging.yaml": staging, "profiles/current": "prod.yaml"}
	for _, c := range []struct {
		name       string
		flags, env vars
		files      map[string]string
		want, from string
	}{
		{"nothing", nil, nil, nil, config.DefaultAddress, "default"},
		{"empty variables", nil, vars{"BACALHAU_API_HOST": " ", "BACALHAU_API_PORT": ""}, nil, config.DefaultAddress, "default"},
		{"flags", vars{"api-host": "10.0.0.5", "api-port": "80"}, vars{"BACALHAU_API_HOST": "x"}, both, "http://10.0.0.5:80", "--api-host"},
		{"URL in a flag", vars{"api-host": "https://h.example:9/a/"}, nil, nil, "https://h.example:9/a", "--api-host"},
		{"host:port", vars{"api-host": "h:99"}, vars{"BACALHAU_API_PORT": "1"}, nil, "http://h:99", "--api-host"},
		{"port of another level", vars{"api-port": "99"}, vars{"BACALHAU_API_HOST": "http://h:1"}, nil, "http://h:99", "BACALHAU_API_HOST"},
		{"port of a URL stays with its host", vars{"api-host": "g"}, vars{"BACALHAU_API_HOST": "http://h:1"}, nil, "http://g:1234", "--api-host"},
		{"URL without a port", nil, vars{"BACALHAU_API_HOST": "https://h"}, nil, "https://h:1234", "BACALHAU_API_HOST"},
		{"IPv6", nil, vars{"BACALHAU_API_HOST": "::1"}, nil, "http://[::1]:1234", "BACALHAU_API_HOST"},
		{"IPv6 with a port", nil, vars{"BACALHAU_API_HOST": "[fe80::1]:5"}, nil, "http://[fe80::1]:5", "BACALHAU_API_HOST"},
		{"TLS flag", vars{"tls": "true"}, nil, nil, "https://127.0.0.1:1234", "default"},
		{"TLS flag against a URL", vars{"tls": "true"}, vars{"BACALHAU_API_HOST": "http://h"}, nil, "https://h:1234", "BACALHAU_API_HOST"},
		{"TLS variable", nil, vars{"BACALHAU_API_TLS_USETLS": "TRUE"}, nil, "https://127.0.0.1:1234", "default"},
		{"TLS variable of v1.4", nil, vars{"BACALHAU_API_TLS": "1"}, nil, "https://127.0.0.1:1234", "default"},
		{"both TLS variables", nil, vars{"BACALHAU_API_TLS": "1", "BACALHAU_API_TLS_USETLS": "0"}, nil, "http://127.0.0.1:1234", "default"},
		{"v1.4's own variables", nil, vars{"BACALHAU_NODE_CLIENTAPI_HOST": "h", "BACALHAU_NODE_CLIENTAPI_PORT": "20000", "BACALHAU_NODE_CLIENTAPI_CLIENTTLS_USETLS": "true", "REQUESTER_BASE_URL": "x"}, both, "https://h:20000", "BACALHAU_NODE_CLIENTAPI_HOST"},
		{"v1.4's own variables count for less", nil, vars{"BACALHAU_NODE_CLIENTAPI_HOST": "h", "BACALHAU_API_HOST": "g"}, nil, "http://g:1234", "BACALHAU_API_HOST"},
		{"older guides", nil, vars{"REQUESTER_BASE_URL": "http://r", "REQUESTER_API_PORT": "20000"}, nil, "http://r:20000", "REQUESTER_BASE_URL"},
		{"older guides, port alone", nil, vars{"REQUESTER_API_PORT": "20000"}, nil, "http://127.0.0.1:20000", "default"},
		{"older guides count for less", nil, vars{"REQUESTER_BASE_URL": "http://r:1", "REQUESTER_API_PORT": "2", "BACALHAU_API_HOST": "b", "BACALHAU_API_PORT": "3"}, both, "http://b:3", "BACALHAU_API_HOST"},
		{"older guides count for more than files", nil, vars{"REQUESTER_BASE_URL": "http://r:1"}, both, "http://r:1", "REQUESTER_BASE_URL"},
		{"config.yaml", nil, nil, map[string]string{"config.yaml": yaml}, "http://file.example:5000", "config.yaml api.host"},
		{"config.yaml of v1.4", nil, nil, map[string]string{"config.yaml": old}, "https://old.example:6000", "config.yaml node.clientapi.host"},
		{"config.yaml with dotted keys", nil, nil, map[string]string{"config.yaml": "api.host: d\nAPI.Port: '7'\n"}, "http://d:7", "config.yaml api.host"},
		{"host by variable, port of config.yaml", nil, vars{"BACALHAU_API_HOST": "h"}, map[string]string{"config.yaml": yaml}, "http://h:5000", "BACALHAU_API_HOST"},
		{"where a server listens", nil, nil, map[string]string{"config.yaml": "API: {Host: 0.0.0.0}"}, config.DefaultAddress, "config.yaml api.host"},
		{"empty config.yaml", nil, nil, map[string]string{"config.yaml": "\n# nothing\n"}, config.DefaultAddress, "default"},
		{"current profile", nil, nil, both, "https://prod.example:443", "prod.yaml endpoint"},
		{"profile by variable", nil, vars{"BACALHAU_PROFILE": "staging"}, both, "http://staging.example:7000", "staging.yaml endpoint"},
		{"variable against a profile's", nil, vars{"BACALHAU_PROFILE": "staging", "BACALHAU_API_HOST": "h"}, both, "http://h:5000", "BACALHAU_API_HOST"},
		{"profile by flag", vars{"profile": "staging"}, vars{"BACALHAU_PROFILE": "prod", "BACALHAU_API_HOST": "h", "BACALHAU_API_PORT": "1"}, both, "http://staging.example:7000", "staging.yaml endpoint"},
		{"profile with a port by flag", vars{"profile": "prod", "api-port": "9999"}, nil, both, "https://prod.example:9999", "prod.yaml endpoint"},
		{"profile with a URL that is whole", vars{"profile": "p"}, nil, map[string]string{"config.yaml": yaml, "profiles/p.yaml": noPort}, "https://plain.example:443", "p.yaml endpoint"},
		{"profile with a bare host", vars{"profile": "p"}, nil, map[string]string{"config.yaml": yaml, "profiles/p.yaml": bareHost}, "http://bare.example:1234", "p.yaml endpoint"},
		{"no files at all", nil, vars{"BACALHAU_DIR": "/nowhere"}, both, config.DefaultAddress, "default"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := resolve(t, c.flags, c.env, c.files)
			if err != nil {
				t.Fatal(err)
			}
			if list := s.List(); s.Address != c.want || list[0].Value != c.want || !strings.HasSuffix(list[0].From, c.from) {
				t.Errorf("%s from %s, want %s from %s", s.Address, list[0].From, c.want, c.from)
			}
			if len(s.Warnings) > 0 {
				t.Error(s.Warnings)
			}
		})
	}
}

func TestCredentials(t *testing.T) {
	files := map[string]string{
		"tokens.json":          `{"http://one.example:1234":"s3cret-one","https://two.example":{"Scheme":"Bearer","Value":"s3cret-two"},"bad":7,"http://three:1":{"Scheme":"Basic","Value":"x"}}`,
		"profiles/prod.yaml":   "endpoint: https://prod.example:443\nauth: {token: s3cret-prod}\ntimeout: 60s\ntls: {insecure: true}\n",
		"profiles/bare.yaml":   "endpoint: https://bare.example\n",
		"profiles/mutual.yaml": "endpoint: https://mutual.example:443\ntls: {caFile: /p-ca.pem, clientCert: /p.pem, clientKey: /p.key}\n",
		"key":                  "s3cret-file\n", "password": "s3cret pass\r\n", "two": "a\nb\n", "empty": "\n",
	}
	at := func(name string) string { return "HOME/.bacalhau/" + name }
	for _, c := range []struct {
		name       string
		flags, env vars
		address    string // asked for; empty for the one in force
		want       config.Connection
		err        string
	}{
		{name: "none"},
		{name: "key", env: vars{"BACALHAU_API_KEY": "s3cret"}, want: config.Connection{Key: "s3cret"}},
		{name: "key, for another address", env: vars{"BACALHAU_API_KEY": "s3cret"}, address: "http://else:1", want: config.Connection{Key: "s3cret"}},
		{name: "key file", flags: vars{"api-key-file": at("key")}, env: vars{"BACALHAU_API_KEY": "other"}, want: config.Connection{Key: "s3cret-file"}},
		{name: "key file against a name", flags: vars{"api-key-file": at("key")}, env: vars{"BACALHAU_API_USERNAME": "ann", "BACALHAU_API_PASSWORD": "x"}, want: config.Connection{Key: "s3cret-file"}},
		{name: "basic", env: vars{"BACALHAU_API_USERNAME": "ann", "BACALHAU_API_PASSWORD": "s3cret"}, want: config.Connection{Username: "ann", Password: "s3cret"}},
		{name: "basic, with a file", flags: vars{"api-username": "ann", "api-password-file": at("password")}, want: config.Connection{Username: "ann", Password: "s3cret pass"}},
		{name: "basic, half and half", flags: vars{"api-username": "ann"}, env: vars{"BACALHAU_API_PASSWORD": "s3cret"}, want: config.Connection{Username: "ann", Password: "s3cret"}},
		{name: "both kinds", env: vars{"BACALHAU_API_KEY": "s3cret", "BACALHAU_API_USERNAME": "ann", "BACALHAU_API_PASSWORD": "s3cret"}, err: "BACALHAU_API_KEY and BACALHAU_API_USERNAME are two kinds of credentials"},
		{name: "both kinds, by flags", flags: vars{"api-key-file": at("key"), "api-username": "ann"}, err: "are two kinds of credentials"},
		{name: "name alone", env: vars{"BACALHAU_API_USERNAME": "ann"}, err: "BACALHAU_API_USERNAME is a username without a password"},
		{name: "password alone", env: vars{"BACALHAU_API_PASSWORD": "s3cret"}, err: "BACALHAU_API_PASSWORD is a password without a username"},
		{name: "a key in two lines", flags: vars{"api-key-file": at("two")}, err: "two: not one line"},
		{name: "no key in the file", flags: vars{"api-key-file": at("empty")}, err: "empty: not one line"},
		{name: "no file", flags: vars{"api-key-file": at("none")}, err: "none: no such file"},
		{name: "a folder", flags: vars{"api-key-file": at("profiles")}, err: "profiles: is a directory"},
		{name: "a key with a line break", env: vars{"BACALHAU_API_KEY": "s3cret\r\nX: y"}, err: "BACALHAU_API_KEY: not a key"},
		{name: "token", env: vars{"BACALHAU_API_HOST": "one.example"}, want: config.Connection{Key: "s3cret-one"}},
		{name: "token, for another address", address: "https://TWO.example:443/x", want: config.Connection{Key: "s3cret-two"}},
		{name: "token of another port", address: "http://one.example:1235"},
		{name: "token, and a key that counts for more", env: vars{"BACALHAU_API_HOST": "one.example", "BACALHAU_API_KEY": "s3cret"}, want: config.Connection{Key: "s3cret"}},
		{name: "profile", flags: vars{"profile": "prod"}, want: config.Connection{Key: "s3cret-prod", Insecure: true}},
		{name: "profile by flag against variables", flags: vars{"profile": "prod"}, env: vars{"BACALHAU_API_KEY": "other", "BACALHAU_API_TLS_INSECURE": "false"}, want: config.Connection{Key: "s3cret-prod", Insecure: true}},
		{name: "profile by variable against variables", env: vars{"BACALHAU_PROFILE": "prod", "BACALHAU_API_KEY": "s3cret", "BACALHAU_API_TLS_INSECURE": "false"}, want: config.Connection{Key: "s3cret"}},
		{name: "profile without a token", flags: vars{"profile": "bare"}, env: vars{"BACALHAU_API_KEY": "s3cret", "BACALHAU_API_TLS_INSECURE": "true"}, want: config.Connection{Key: "s3cret"}},
		{name: "user-info against a key of the same level", env: vars{"BACALHAU_API_HOST": "http://ann:s3cret@h", "BACALHAU_API_KEY": "s3cret-key"}, want: config.Connection{Key: "s3cret-key"}},
		{name: "user-info of a flag against a variable", flags: vars{"api-host": "http://ann:s3cret@h"}, env: vars{"BACALHAU_API_KEY": "other"}, want: config.Connection{Username: "ann", Password: "s3cret"}},
		{name: "user-info of a variable against a file", env: vars{"BACALHAU_API_HOST": "http://ann:s3cret@one.example"}, want: config.Connection{Username: "ann", Password: "s3cret"}},
		{name: "user-info, for another address", env: vars{"BACALHAU_API_HOST": "http://ann:s3cret@h"}, address: "http://else:1234"},
		{name: "password with spaces at its ends", env: vars{"BACALHAU_API_USERNAME": "ann", "BACALHAU_API_PASSWORD": " s3cret "}, want: config.Connection{Username: "ann", Password: " s3cret "}},
		{name: "profile's are for its own address", flags: vars{"profile": "prod"}, address: "https://else.example"},
		{name: "profile's token not to another host", env: vars{"BACALHAU_PROFILE": "prod", "BACALHAU_API_HOST": "else.example"}},
		{name: "insecure by flag", flags: vars{"insecure": "true", "cacert": "/ca.pem"}, address: "https://else.example", want: config.Connection{Insecure: true, CAFile: "/ca.pem"}},
		{name: "client certificate", flags: vars{"client-cert": "/c.pem", "client-key": "/c.key"}, env: vars{"BACVIZ_CLIENT_CERT": "/e.pem", "BACVIZ_CLIENT_KEY": "/e.key"}, address: "https://else.example", want: config.Connection{CertFile: "/c.pem", KeyFile: "/c.key"}},
		{name: "client certificate with its key in one file", flags: vars{"client-cert": "/c.pem"}, env: vars{"BACVIZ_CLIENT_KEY": "/e.key"}, want: config.Connection{CertFile: "/c.pem", KeyFile: "/c.pem"}},
		{name: "client certificate by variable", env: vars{"BACVIZ_CLIENT_CERT": "/e.pem"}, address: "https://else.example", want: config.Connection{CertFile: "/e.pem", KeyFile: "/e.pem"}},
		{name: "client certificate of a profile", flags: vars{"profile": "mutual"}, want: config.Connection{CAFile: "/p-ca.pem", CertFile: "/p.pem", KeyFile: "/p.key"}},
		{name: "client certificate of a profile, for another address", flags: vars{"profile": "mutual"}, address: "https://else.example"},
		{name: "client certificate of a profile, for another port", env: vars{"BACALHAU_PROFILE": "mutual"}, address: "https://mutual.example:444"},
		{name: "client key alone", env: vars{"BACVIZ_CLIENT_KEY": "/e.key"}, err: "BACVIZ_CLIENT_KEY: a key without a client certificate"},
		{name: "of v1.4, by its own variables", env: vars{"BACALHAU_NODE_CLIENTAPI_CLIENTTLS_INSECURE": "true", "BACALHAU_NODE_CLIENTAPI_CLIENTTLS_CACERT": "/ca.pem"}, want: config.Connection{Insecure: true, CAFile: "/ca.pem"}},
		{name: "of v1.4", env: vars{"BACALHAU_API_INSECURE": "true", "BACALHAU_API_CACERT": "/ca.pem"}, want: config.Connection{Insecure: true, CAFile: "/ca.pem"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := home(t, files)
			for name, text := range c.flags {
				c.flags[name] = strings.Replace(text, "HOME", dir, 1)
			}
			s, err := config.Resolve(t.Context(), config.Options{Flags: c.flags, Getenv: func(n string) string { return c.env[n] }, Home: dir})
			if c.err != "" {
				var e *config.Error
				if !errors.As(err, &e) || !strings.Contains(e.Message, c.err) || strings.Contains(e.Message+e.Hint, "s3cret") {
					t.Errorf("%v, want %s", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if c.address == "" {
				c.address = s.Address
			}
			if d := cmp.Diff(c.want, s.For(c.address)); d != "" {
				t.Error(d)
			}
			for _, setting := range s.List() {
				if strings.Contains(setting.Value+setting.From, "s3cret") {
					t.Errorf("a secret shows: %+v", setting)
				}
			}
		})
	}
}

// Settings of a file about certificates apply to the address that it names: neither
// insecure nor the authorities apply to another host.
func TestCertificatesOfAFileAreForItsOwnHost(t *testing.T) {
	const (
		named = "API: {Host: file.example, Port: 5000, TLS: {UseTLS: true, CAFile: /f.pem, Insecure: true}}"
		old   = "Node: {ClientAPI: {Host: file.example, Port: 5000, ClientTLS: {UseTLS: true, CACert: /f.pem, Insecure: true}}}"
		bare  = "API: {TLS: {UseTLS: true, CAFile: /f.pem, Insecure: true}}"
	)
	both := config.Connection{CAFile: "/f.pem", Insecure: true}
	profile := map[string]string{"profiles/p.yaml": "endpoint: https://prod.example:443\n"}
	for _, c := range []struct {
		name, yaml string
		flags, env vars
		address    string
		want       config.Connection
	}{
		{"in force", named, nil, nil, "", both},
		{"in force, v1.4", old, nil, nil, "", both},
		{"its host with another port", named, vars{"api-port": "6"}, nil, "", both},
		{"the same address as SOURCE", named, nil, vars{"BACALHAU_API_HOST": "h"}, "https://file.example:5000", both},
		{"another port as SOURCE", named, nil, nil, "https://file.example:6", config.Connection{}},
		{"another SOURCE", named, nil, nil, "https://else.example", config.Connection{}},
		{"another SOURCE, v1.4", old, nil, nil, "https://else.example", config.Connection{}},
		{"host by flag", named, vars{"api-host": "h"}, nil, "", config.Connection{}},
		{"host by variable", named, nil, vars{"BACALHAU_API_HOST": "h"}, "", config.Connection{}},
		{"profile by flag", named, vars{"profile": "p"}, nil, "", config.Connection{}},
		{"no host at all", bare, nil, nil, "", both},
		{"no host in the file, one by variable", bare, nil, vars{"BACALHAU_API_HOST": "h"}, "", both},
		{"no host in the file, one by flag", bare, vars{"api-host": "h"}, nil, "", config.Connection{CAFile: "/f.pem"}},
		{"no host in the file, profile by flag", bare, vars{"profile": "p"}, nil, "", config.Connection{}},
		{"no host in the file, SOURCE", bare, nil, nil, "https://else.example", config.Connection{}},
		{"variables are for any", named, nil, vars{"BACALHAU_API_TLS_CAFILE": "/v.pem", "BACALHAU_API_TLS_INSECURE": "1"}, "https://else.example", config.Connection{CAFile: "/v.pem", Insecure: true}},
		{"a variable against the file", named, nil, vars{"BACALHAU_API_TLS_INSECURE": "0"}, "", config.Connection{CAFile: "/f.pem"}},
	} {
		profile["config.yaml"] = c.yaml
		s, err := resolve(t, c.flags, c.env, profile)
		if err != nil {
			t.Error(c.name, err)
			continue
		}
		address := c.address
		if address == "" {
			address = s.Address
			shown := config.Connection{}
			for _, setting := range s.List() {
				switch setting.Name {
				case config.CACert:
					shown.CAFile = setting.Value
				case config.Insecure:
					shown.Insecure = setting.Value == "true"
				}
			}
			if shown != c.want {
				t.Errorf("%s: shown %+v, want %+v", c.name, shown, c.want)
			}
		}
		if got := s.For(address); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

// The credentials that are shown are the ones that are sent.
func TestListShowsWhatIsSent(t *testing.T) {
	for _, c := range []struct {
		flags, env vars
		want       string
	}{
		{nil, vars{"BACALHAU_API_HOST": "http://ann:s3cret@h", "BACALHAU_API_KEY": "s3cret"}, "api-key BACALHAU_API_KEY"},
		{vars{"api-host": "http://ann:s3cret@h"}, vars{"BACALHAU_API_KEY": "s3cret"}, "api-username --api-host"},
		{vars{"profile": "p"}, vars{"BACALHAU_API_KEY": "s3cret"}, "api-key p.yaml auth.token"},
	} {
		s, err := resolve(t, c.flags, c.env, map[string]string{"profiles/p.yaml": "endpoint: h\nauth: {token: s3cret}\n"})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, setting := range s.List() {
			if setting.Name == "api-key" || setting.Name == config.Username {
				got += setting.Name + " " + filepath.Base(setting.From)
			}
		}
		if got != c.want || strings.Contains(s.Address, "@") {
			t.Errorf("%v %v: %s at %s, want %s", c.flags, c.env, got, s.Address, c.want)
		}
		if to := s.For(s.Address); (to.Key != "") != strings.HasPrefix(c.want, "api-key") || (to.Key != "") == (to.Username != "") {
			t.Errorf("%v %v: %+v", c.flags, c.env, to)
		}
	}
}

// A flag's value is wrong usage; a variable's or a file's is not.
func TestWrongFlagsAreWrongUsage(t *testing.T) {
	for _, c := range []struct {
		flags, env vars
		usage      bool
	}{
		{vars{"api-port": "x"}, nil, true},
		{vars{"api-host": "a b"}, nil, true},
		{vars{"api-host": "h:1", "api-port": "2"}, nil, true},
		{vars{"api-host": "https://h", "tls": "false"}, nil, true},
		{vars{"profile": "x"}, nil, true},
		{vars{"profile": "../x"}, nil, true},
		{vars{"api-username": "ann"}, nil, true},
		{vars{"api-key-file": "nosuch"}, nil, false},
		{nil, vars{"BACALHAU_API_PORT": "x"}, false},
		{nil, vars{"BACALHAU_PROFILE": "x"}, false},
	} {
		_, err := resolve(t, c.flags, c.env, nil)
		var e *config.Error
		if !errors.As(err, &e) || e.Usage != c.usage {
			t.Errorf("%v %v: %v, %+v", c.flags, c.env, err, e)
		}
	}
	if _, err := resolve(t, vars{"api-host": "https://h:1", "api-port": "1", "tls": "true"}, nil, nil); err != nil {
		t.Error("flags that agree: ", err)
	}
}

func TestWhatIsOverriddenMayBeBroken(t *testing.T) {
	s, err := resolve(t, nil, vars{"BACALHAU_API_HOST": "h", "BACALHAU_API_TLS_INSECURE": "0"},
		map[string]string{"config.yaml": "API: {Host: 'a b', Port: 0, TLS: {Insecure: maybe}}\nNode: {ClientAPI: {Host: 'c d'}}", "profiles/current": "p.yaml", "profiles/p.yaml": "auth: {token: s3cret}\n"})
	if err == nil || !strings.HasSuffix(err.Error(), "config.yaml api.port: not a port") {
		t.Error(s, err) // the port is not overridden
	}
	s, err = resolve(t, vars{"api-port": "1"}, vars{"BACALHAU_API_HOST": "h", "BACALHAU_API_TLS_INSECURE": "0"},
		map[string]string{"config.yaml": "API: {Host: 'a b', TLS: {Insecure: maybe}}\nNode: {ClientAPI: {Host: 'c d'}}"})
	if err != nil || s.Address != "http://h:1" {
		t.Error(s, err)
	}
}

func TestListShowsWhereValuesComeFrom(t *testing.T) {
	s, err := resolve(t, vars{"api-port": "80", "cacert": "/ca.pem\x1b[2J", "client-cert": "/c.pem"}, vars{"BACALHAU_API_HOST": "http://ann:s3cret@h", "BACALHAU_API_INSECURE": "1"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]config.Setting{
		{Name: "address", Value: "http://h:80", From: "BACALHAU_API_HOST"},
		{Name: "api-host", Value: "h", From: "BACALHAU_API_HOST"},
		{Name: "api-port", Value: "80", From: "--api-port"},
		{Name: "tls", Value: "false", From: "BACALHAU_API_HOST"},
		{Name: "cacert", Value: `/ca.pem\x1b[2J`, From: "--cacert"},
		{Name: "client-cert", Value: "/c.pem", From: "--client-cert"},
		{Name: "client-key", Value: "/c.pem", From: "--client-cert"},
		{Name: "insecure", Value: "true", From: "BACALHAU_API_INSECURE"},
		{Name: "api-username", Value: "ann", From: "BACALHAU_API_HOST"},
		{Name: "api-password", Value: "********", From: "BACALHAU_API_HOST"},
	}, s.List()); d != "" {
		t.Error(d)
	}
	s, err = resolve(t, vars{"profile": "p"}, nil, map[string]string{"profiles/p.yaml": "endpoint: h\ntimeout: 2m\n"})
	if err != nil || s.Timeout != 2*time.Minute {
		t.Error(s, err)
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		name       string
		flags, env vars
		files      map[string]string
		want       string
	}{
		{"port", vars{"api-port": "http"}, nil, nil, "--api-port: not a port"},
		{"port 0", nil, vars{"BACALHAU_API_PORT": "0"}, nil, "BACALHAU_API_PORT: not a port"},
		{"port in a URL", nil, vars{"BACALHAU_API_HOST": "h:70000"}, nil, "BACALHAU_API_HOST: not a port"},
		{"host", nil, vars{"BACALHAU_API_HOST": "http://ann:s3cret@h:x"}, nil, "BACALHAU_API_HOST: not an address"},
		{"host of two words", nil, vars{"BACALHAU_API_HOST": "a b"}, nil, "BACALHAU_API_HOST: not an address"},
		{"scheme", nil, vars{"BACALHAU_API_HOST": "nats://h"}, nil, "BACALHAU_API_HOST: not an address"},
		{"query", nil, vars{"BACALHAU_API_HOST": "http://h?key=s3cret"}, nil, "BACALHAU_API_HOST: the address has a query, which would not be used"},
		{"fragment", vars{"api-host": "h#s3cret"}, nil, nil, "--api-host: the address has a query, which would not be used"},
		{"parameters", vars{"api-host": "http://h;x=s3cret"}, nil, nil, "--api-host: not an address"},
		{"parameters of a path", nil, vars{"BACALHAU_API_HOST": "http://h/;x=s3cret"}, nil, "BACALHAU_API_HOST: the address has parameters in its path, which would not be used"},
		{"page", vars{"api-host": "h:8438/nodes"}, nil, nil, "--api-host: the address is that of a page for people, not of an API"},
		{"bool", nil, vars{"BACALHAU_API_TLS_USETLS": "maybe"}, nil, "BACALHAU_API_TLS_USETLS: neither true nor false"},
		{"profile", vars{"profile": "x"}, nil, map[string]string{"profiles/a.yaml": "", "profiles/b.yaml": ""}, `--profile: there is no profile "x" (have a, b)`},
		{"profile elsewhere", vars{"profile": "../x"}, nil, nil, "--profile: not the name of a profile"},
		{"profile by variable", nil, vars{"BACALHAU_PROFILE": "x"}, nil, `BACALHAU_PROFILE: there is no profile "x"`},
		{"YAML", nil, nil, map[string]string{"config.yaml": "a: s3cret\n  b: s3cret\n"}, "config.yaml: not valid YAML at line 2, column 4"},
		{"anchor", nil, nil, map[string]string{"config.yaml": "a: *s3cret\n"}, "config.yaml: not valid YAML at line 1, column 10"},
		{"list", nil, nil, map[string]string{"config.yaml": "- a\n"}, "config.yaml: not a YAML mapping"},
		{"profile without an endpoint", vars{"profile": "p"}, nil, map[string]string{"profiles/p.yaml": "auth: {token: s3cret}"}, "p.yaml: no endpoint"},
		{"timeout", vars{"profile": "p"}, nil, map[string]string{"profiles/p.yaml": "endpoint: h\ntimeout: soon"}, "p.yaml timeout: not a duration"},
		{"aliases", nil, nil, map[string]string{"config.yaml": bomb()}, "config.yaml: not valid YAML"},
		{"large", nil, nil, map[string]string{"config.yaml": strings.Repeat("#", 2<<20)}, "config.yaml: larger than 1 MiB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := resolve(t, c.flags, c.env, c.files)
			var e *config.Error
			if !errors.As(err, &e) || !strings.HasSuffix(e.Message, c.want) || strings.Contains(e.Message+e.Hint, "s3cret") {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

// bomb is a short document that means a billion words.
func bomb() string {
	text := "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
	for i := '1'; i < '9'; i++ {
		prev := string(i - 1)
		text += "a" + string(i) + ": &a" + string(i) + " [" + strings.Repeat("*a"+prev+",", 8) + "*a" + prev + "]\n"
	}
	return text
}

func TestWhatIsBrokenButNotNeededIsAWarning(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"tokens.json: not a JSON object; its tokens are not used": {"tokens.json": `["s3cret"`},
		`current: there is no profile "gone" (have a)`:            {"profiles/current": "gone.yaml", "profiles/a.yaml": ""},
	} {
		s, err := resolve(t, nil, nil, files)
		if err != nil || len(s.Warnings) != 1 || !strings.HasSuffix(s.Warnings[0], name) || s.Address != config.DefaultAddress {
			t.Errorf("%s: %v, %+v", name, err, s)
		}
	}
	if s, err := resolve(t, nil, nil, map[string]string{"tokens.json": ""}); err != nil || len(s.Warnings) > 0 {
		t.Error("an empty tokens.json: ", err)
	}
}

// A home that is no folder, as of service users, has no files in it.
func TestHomeThatIsNoFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, env := range []vars{{}, {"BACALHAU_DIR": file}} {
		opt := config.Options{Getenv: func(n string) string { return env[n] }, Home: file}
		if s, err := config.Resolve(t.Context(), opt); err != nil || len(s.Warnings) > 0 || s.Address != config.DefaultAddress {
			t.Errorf("%v: %v, %+v", env, err, s)
		}
		opt.Flags = vars{"profile": "p"}
		if _, err := config.Resolve(t.Context(), opt); err == nil || err.Error() != `--profile: there is no profile "p"` {
			t.Errorf("%v: %v", env, err)
		}
	}
}

func FuzzFiles(f *testing.F) {
	f.Add("API: {Host: h, Port: 1}", `{"http://h:1":"t"}`, "endpoint: h\nauth: {token: t}")
	f.Add("node: {clientapi: {host: h, clienttls: {usetls: yes}}}", "", "endpoint: https://h\ntimeout: 1s")
	f.Add("a: &a [*a]", "[", "? {a: b}\n: c")
	f.Add(bomb(), `{"x":{"Value":"y"}}`, "endpoint: 'http://a:b@h'")
	dir := f.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, ".bacalhau", "profiles"), 0o700); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, yaml, tokens, profile string) {
		for name, text := range map[string]string{"config.yaml": yaml, "tokens.json": tokens, "profiles/p.yaml": profile} {
			if err := os.WriteFile(filepath.Join(dir, ".bacalhau", name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for _, env := range []vars{{}, {"BACALHAU_PROFILE": "p"}} {
			s, err := config.Resolve(t.Context(), config.Options{Getenv: func(n string) string { return env[n] }, Home: dir})
			var e *config.Error
			if err != nil {
				if !errors.As(err, &e) || e.Message == "" || strings.ContainsAny(e.Message, "\n\x1b") {
					t.Errorf("%q", err)
				}
				continue
			}
			if !strings.HasPrefix(s.Address, "http") || len(s.List()) < 5 {
				t.Errorf("%q, %v", s.Address, s.List())
			}
			for _, setting := range s.List() {
				if strings.ContainsAny(setting.Value+setting.From, "\n\x1b") {
					t.Errorf("%+v", setting)
				}
			}
			s.For(s.Address)
		}
	})
}
