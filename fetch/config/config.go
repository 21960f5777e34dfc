// Package config finds out which orchestrator a person means, as Bacalhau's own
// command line does: from flags, the environment, profiles and configuration files of
// every version from v1.4 on.
//
// What comes in are [Options]; what goes out are [Settings], which know where each
// of their values came from. Nothing is sent or written, and no message holds a secret
// or a text that may be one.
//
// It is made for bacviz's own commands, and may change with a minor version: see
// docs/versions.md.
package config

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/bacviz/bacviz/fetch/internal/address"
	"github.com/bacviz/bacviz/internal/display"
)

// DefaultAddress is the address of an orchestrator on this machine.
const DefaultAddress = "http://127.0.0.1:1234"

const (
	defaultHost = "127.0.0.1"
	defaultPort = "1234"
)

// Names of settings, which are those of the flags.
const (
	Host         = "api-host"
	Port         = "api-port"
	TLS          = "tls"
	CACert       = "cacert"
	Insecure     = "insecure"
	ClientCert   = "client-cert"
	ClientKey    = "client-key"
	Profile      = "profile"
	KeyFile      = "api-key-file"
	Username     = "api-username"
	PasswordFile = "api-password-file"

	password   = "api-password" // not a flag, nor are these
	tokensFile = "tokens-file"
)

// Variables lists the environment variables that are read, each with its setting. Of
// two variables for one setting the first has precedence.
var Variables = []struct{ Name, Setting, Doc string }{
	{"BACALHAU_API_HOST", Host, "host or URL"},
	{"BACALHAU_NODE_CLIENTAPI_HOST", Host, "the same in v1.4"},
	{"BACALHAU_API_PORT", Port, "port"},
	{"BACALHAU_NODE_CLIENTAPI_PORT", Port, "the same in v1.4"},
	{"BACALHAU_API_TLS_USETLS", TLS, "true to use https (Bacalhau v1.5 and later)"},
	{"BACALHAU_API_TLS", TLS, "the same in v1.4"},
	{"BACALHAU_NODE_CLIENTAPI_CLIENTTLS_USETLS", TLS, "the same in v1.4"},
	{"BACALHAU_API_TLS_CAFILE", CACert, "file with certificates of authorities to trust (v1.5 and later)"},
	{"BACALHAU_API_CACERT", CACert, "the same in v1.4"},
	{"BACALHAU_NODE_CLIENTAPI_CLIENTTLS_CACERT", CACert, "the same in v1.4"},
	{"BACALHAU_API_TLS_INSECURE", Insecure, "true to skip verification of the server's certificate (v1.5 and later)"},
	{"BACALHAU_API_INSECURE", Insecure, "the same in v1.4"},
	{"BACALHAU_NODE_CLIENTAPI_CLIENTTLS_INSECURE", Insecure, "the same in v1.4"},
	{"BACVIZ_CLIENT_CERT", ClientCert, "file with a client certificate; Bacalhau's command has no such setting"},
	{"BACVIZ_CLIENT_KEY", ClientKey, "file with its private key, if the first one does not hold it"},
	{"BACALHAU_API_KEY", "api-key", "API key or token"},
	{"BACALHAU_API_USERNAME", Username, "username, together with a password"},
	{"BACALHAU_API_PASSWORD", password, "password, together with a username"},
	{"BACALHAU_PROFILE", Profile, "profile to use (v1.9)"},
	{"BACALHAU_DIR", "dir", "folder of Bacalhau's files (default ~/.bacalhau)"},
	{"BACALHAU_DATADIR", "dir", "the same as a setting of v1.5 and later"},
	{"BACALHAU_AUTH_TOKENSPATH", tokensFile, "file of tokens in v1.4, in place of tokens.json"},
	{"REQUESTER_BASE_URL", Host, "host or URL, in older guides"},
	{"REQUESTER_API_PORT", Port, "port, in older guides"},
}

// Options are what a person gave on the command line.
type Options struct {
	// Flags holds the flags that were given, by setting.
	Flags map[string]string

	// Cluster holds the settings of a cluster that was named in place of its address. They
	// count as flags do, below those that were given.
	Cluster map[string]Given

	// File holds the settings of bacviz's own file, which count for less than variables.
	// Credentials in it are for the address in it, or else for the one in use.
	File map[string]Given

	// Getenv looks up an environment variable; nil means os.Getenv.
	Getenv func(string) string

	// Home is the folder that holds .bacalhau; empty means the user's home.
	Home string
}

// A Given is the value of a setting, and where it is from.
type Given struct{ Text, From string }

// A Setting is a value that applies.
type Setting struct {
	Name  string
	Value string // masked if it is a secret
	From  string // the flag, variable or file that it came from, or "default"
}

// Settings are the values that apply.
type Settings struct {
	Address  string        // the orchestrator's base URL, without user-info
	Timeout  time.Duration // of the profile; 0 if it has none
	Warnings []string      // about files that could not be read, and the like

	// AddressWarnings are about variables that may have been meant to name the Address.
	AddressWarnings []string

	keyWarning  string // for an address without a credential; may be empty
	list        []Setting
	credentials []credential // the first one for an origin applies
	trust       []trust      // the first one of a name for an origin applies
}

// List returns the values that apply, with secrets masked, the address first.
func (s *Settings) List() []Setting { return slices.Clone(s.list) }

// A Connection is what it takes to connect to one address. Secrets are in it.
type Connection struct {
	Key, Username, Password string
	CAFile                  string
	CertFile, KeyFile       string // of the client; the same file if it holds both
	Insecure                bool

	// Warning is about a variable that may have been meant to hold a credential, if there
	// is none for the address; or empty.
	Warning string
}

// IsAddress reports whether a URL has the scheme, host and port of the Address.
func (s *Settings) IsAddress(url string) bool {
	here, _ := address.ParseOrigin(s.Address)
	there, ok := address.ParseOrigin(url)
	return ok && here == there
}

// ForStranger returns the settings for a base URL that the user did not choose, but a file
// of somebody else: without the secrets that apply to any address. It reports whether there
// are such secrets.
func (s *Settings) ForStranger(baseURL string) (c Connection, withheld bool) {
	isForAny := func(origin string) bool { return origin == "" }
	bound := *s
	bound.credentials = slices.DeleteFunc(slices.Clone(s.credentials), func(c credential) bool { return isForAny(c.origin) })
	bound.trust = slices.DeleteFunc(slices.Clone(s.trust), func(t trust) bool {
		return isForAny(t.origin) && (t.name == ClientCert || t.name == ClientKey)
	})
	bound.keyWarning = ""
	c = bound.For(baseURL)
	whole := s.For(baseURL)
	return c, whole.Key != c.Key || whole.Password != c.Password || whole.CertFile != c.CertFile
}

// For returns the settings for a base URL: those of flags and variables, which apply
// to any address, and those for this URL's scheme, host and port.
func (s *Settings) For(baseURL string) Connection {
	there, ok := address.ParseOrigin(baseURL)
	if !ok {
		return Connection{}
	}
	var c Connection
	if found := s.credentialFor(there); found != nil {
		c.Key, c.Username, c.Password = found.key, found.username, found.password
	} else if u, err := url.Parse(baseURL); err == nil && u.User == nil {
		c.Warning = s.keyWarning
	}
	caFile, _ := s.trustFor(CACert, there)
	insecure, _ := s.trustFor(Insecure, there)
	c.CAFile = caFile.text
	certFile, _ := s.trustFor(ClientCert, there)
	keyFile, _ := s.trustFor(ClientKey, there)
	c.CertFile, c.KeyFile = certFile.text, keyFile.text
	c.Insecure, _ = truth(insecure) // neither true nor false: certificates are verified
	return c
}

// An Error says which setting is wrong, and why.
type Error struct {
	Message string // names the flag, variable or file
	Hint    string // what to do; may be empty
	Usage   bool   // whether the value of a flag is wrong
	Err     error  // the cause; may be nil
}

func (e *Error) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

func failf(hint, format string, args ...any) *Error {
	return &Error{Message: fmt.Sprintf(format, args...), Hint: hint}
}

// Resolve finds the settings that apply. When ctx ends, it gives up on files that
// block. Its errors are of the type [*Error].
func Resolve(ctx context.Context, opt Options) (*Settings, error) {
	r := resolver{ctx: ctx, opt: opt, s: &Settings{}}
	if r.opt.Getenv == nil {
		r.opt.Getenv = os.Getenv
	}
	if err := r.run(); err != nil {
		return nil, err
	}
	return r.s, nil
}

// Profiles returns the names of the profiles that there are, sorted. When ctx ends, it
// gives up on files that block.
func Profiles(ctx context.Context, opt Options) []string {
	r := resolver{ctx: ctx, opt: opt, s: &Settings{}}
	if r.opt.Getenv == nil {
		r.opt.Getenv = os.Getenv
	}
	env, _ := r.variables()
	if _, _, err := r.locate(env); err != nil || r.dir == "" {
		return nil
	}
	return r.profileNames()
}

type resolver struct {
	ctx    context.Context
	opt    Options
	s      *Settings
	dir    string  // of Bacalhau's files; empty if there is none
	layers []layer // those with precedence first
	host   level   // of the host that applies
}

func (r *resolver) run() error {
	flags := layer{by: byFlag, values: map[string]value{}}
	for name, given := range r.opt.Cluster {
		flags.values[name] = value{given.Text, given.From, byFlag}
	}
	for name, text := range r.opt.Flags {
		flags.values[name] = value{text, "--" + name, byFlag}
	}
	own := layer{by: bySettings, values: map[string]value{}}
	for name, given := range r.opt.File {
		own.values[name] = value{given.Text, given.From, bySettings}
	}
	env, old := r.variables()
	file, oldFile, err := r.locate(env)
	if err != nil {
		return err
	}
	named, current, err := r.profiles(flags, env, own)
	if err != nil {
		return err
	}
	defaults := layer{by: byDefault, values: map[string]value{}}
	for name, text := range map[string]string{Host: defaultHost, Port: defaultPort, TLS: "false", Insecure: "false"} {
		defaults.values[name] = value{text, "default", byDefault}
	}
	r.layers = []layer{flags, named, env, old, own, current, file, oldFile, defaults}
	if err := r.address(); err != nil {
		return err
	}
	if err := r.allCredentials(); err != nil {
		return err
	}
	r.warnUnread(flags, env, old)
	return nil
}

// locate finds the folder of Bacalhau's files, which config.yaml may name.
func (r *resolver) locate(env layer) (file, oldFile layer, err error) {
	r.findDir(env)
	file, oldFile, err = r.configFile(env)
	if v, ok := file.values["dir"]; ok && err == nil && env.values["dir"].text == "" {
		r.dir = v.text
	}
	return file, oldFile, err
}

// warnUnread warns of variables that are set, but that bacviz does not read: those of
// Bacalhau's SDKs and of its command before v1.3, and of its public networks. They matter
// where no other setting says the same.
func (r *resolver) warnUnread(given ...layer) {
	hasPort := slices.ContainsFunc(given, func(l layer) bool { return l.values[Port].text != "" })
	isSet := func(name string) bool { return r.opt.Getenv(name) != "" }
	instead := func(name, other string) string {
		return name + " is set, which neither Bacalhau's command nor bacviz reads: set " + other
	}
	if isSet("BACALHAU_API_TOKEN") {
		r.s.keyWarning = instead("BACALHAU_API_TOKEN", "BACALHAU_API_KEY")
	}
	if r.host != byDefault {
		return
	}
	for _, name := range []string{"HOST", "PORT"} {
		if isSet("BACALHAU_"+name) && !hasPort {
			r.s.AddressWarnings = append(r.s.AddressWarnings, instead("BACALHAU_"+name, "BACALHAU_API_"+name))
		}
	}
	if network := r.opt.Getenv("BACALHAU_ENVIRONMENT"); network == "staging" || network == "production" {
		r.s.AddressWarnings = append(r.s.AddressWarnings, "BACALHAU_ENVIRONMENT chose a public network up to Bacalhau v1.4, and bacviz does not read it: name the orchestrator with BACALHAU_API_HOST")
	}
}

// variables returns what the environment says, and what the variables of older guides
// say.
func (r *resolver) variables() (env, old layer) {
	env, old = layer{by: byVariable, values: map[string]value{}}, layer{by: byOldVariable, values: map[string]value{}}
	for _, v := range slices.Backward(Variables) { // the first one has precedence
		text := r.opt.Getenv(v.Name)
		if v.Setting != password {
			text = strings.TrimSpace(text)
		}
		switch {
		case text == "":
		case strings.HasPrefix(v.Name, "REQUESTER_"):
			old.values[v.Setting] = value{text, v.Name, byOldVariable}
		default:
			env.values[v.Setting] = value{text, v.Name, byVariable}
		}
	}
	return env, old
}

func (r *resolver) findDir(env layer) {
	if v, ok := env.values["dir"]; ok {
		r.dir = v.text
		return
	}
	home := r.opt.Home
	if home == "" {
		var err error
		if home, err = os.UserHomeDir(); err != nil {
			return // without a home there are no files
		}
	}
	r.dir = filepath.Join(home, ".bacalhau")
}

func (r *resolver) add(name, text, from string) {
	r.s.list = append(r.s.list, Setting{name, display.Printable(text), from})
}
