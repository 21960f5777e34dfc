// Package config finds out which orchestrator a person means, as Bacalhau's own
// command line does: from flags, the environment, profiles and configuration
// files of every version from v1.4 on.
//
// What comes in are [Options]; what goes out are [Settings], which know where
// each of their values came from. Nothing is written, and no message holds a
// secret or what may be one.
package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// DefaultAddress is where an orchestrator on this machine answers.
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
	Profile      = "profile"
	KeyFile      = "api-key-file"
	Username     = "api-username"
	PasswordFile = "api-password-file"
)

// Variables lists the environment variables that are read, each with the setting
// that it is for. Of two for the same setting the first one counts.
var Variables = []struct{ Name, Setting, Doc string }{
	{"BACALHAU_API_HOST", Host, "host, or the whole URL"},
	{"BACALHAU_API_PORT", Port, "port"},
	{"BACALHAU_API_TLS_USETLS", TLS, "true to use https (Bacalhau v1.5 and later)"},
	{"BACALHAU_API_TLS", TLS, "the same in v1.4"},
	{"BACALHAU_API_TLS_CAFILE", CACert, "file of authorities to trust (v1.5 and later)"},
	{"BACALHAU_API_CACERT", CACert, "the same in v1.4"},
	{"BACALHAU_API_TLS_INSECURE", Insecure, "true to trust any certificate (v1.5 and later)"},
	{"BACALHAU_API_INSECURE", Insecure, "the same in v1.4"},
	{"BACALHAU_API_KEY", "api-key", "API key or token"},
	{"BACALHAU_API_USERNAME", Username, "name, together with a password"},
	{"BACALHAU_API_PASSWORD", "api-password", "password, together with a name"},
	{"BACALHAU_PROFILE", Profile, "profile to use (v1.9)"},
	{"BACALHAU_DIR", "dir", "folder of Bacalhau's files; ~/.bacalhau without it"},
	{"REQUESTER_BASE_URL", Host, "host or URL, as older guides set it"},
	{"REQUESTER_API_PORT", Port, "port, as older guides set it"},
}

// Options are what a person said on the command line.
type Options struct {
	// Flags holds the flags that were given, by setting.
	Flags map[string]string

	// Getenv looks up an environment variable; nil means os.Getenv.
	Getenv func(string) string

	// Home is the folder that holds .bacalhau; empty means the user's home.
	Home string
}

// A Setting is a value that is in force.
type Setting struct {
	Name  string
	Value string // masked if it is a secret
	From  string // the flag, variable or file that it came from, or "default"
}

// Settings are the values in force.
type Settings struct {
	Address  string        // the orchestrator's base URL; may hold user-info
	Timeout  time.Duration // of the profile; 0 if it has none
	Warnings []string      // files that could not be read, and the like

	list       []Setting
	key        string
	username   string
	password   string
	keyAnyhost bool // said by flag or variable, so for whatever address is named
	tokens     map[string]string
	caFile     string
	insecure   bool
	insecureBy level
}

// An Error says which setting is wrong, and why.
type Error struct {
	Message string // names the flag, variable or file
	Hint    string // what to do; may be empty
	Err     error  // the cause; may be nil
}

func (e *Error) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

func failf(hint, format string, args ...any) *Error {
	return &Error{Message: fmt.Sprintf(format, args...), Hint: hint}
}

// A level is where a value comes from; a lower number counts for more.
type level int

const (
	byFlag level = iota
	byNamedProfile
	byVariable
	byOldVariable
	byProfile
	byFile
	byOldFile
	byDefault
)

type value struct {
	text string
	from string
	by   level
}

// A layer holds what one level says.
type layer struct {
	by       level
	values   map[string]value
	endpoint *endpoint // of its host
}

// An endpoint is a host that may come with more of a URL.
type endpoint struct {
	scheme, host, port, path string
	user                     *url.Userinfo
}

// Resolve finds the values in force.
func Resolve(opt Options) (*Settings, error) {
	r := resolver{opt: opt, s: &Settings{}}
	if r.opt.Getenv == nil {
		r.opt.Getenv = os.Getenv
	}
	if err := r.run(); err != nil {
		return nil, err
	}
	return r.s, nil
}

type resolver struct {
	opt    Options
	s      *Settings
	dir    string
	layers []layer
}

func (r *resolver) run() error {
	flags := layer{by: byFlag, values: map[string]value{}}
	for name, text := range r.opt.Flags {
		flags.values[name] = value{text, "--" + name, byFlag}
	}
	env, old := layer{by: byVariable, values: map[string]value{}}, layer{by: byOldVariable, values: map[string]value{}}
	for _, v := range slices.Backward(Variables) { // the first one counts
		text := strings.TrimSpace(r.opt.Getenv(v.Name))
		switch {
		case text == "":
		case strings.HasPrefix(v.Name, "REQUESTER_"):
			old.values[v.Setting] = value{text, v.Name, byOldVariable}
		default:
			env.values[v.Setting] = value{text, v.Name, byVariable}
		}
	}
	r.findDir(env)

	named, current, err := r.profiles(flags, env)
	if err != nil {
		return err
	}
	file, oldFile, err := r.configFile()
	if err != nil {
		return err
	}
	defaults := layer{by: byDefault, values: map[string]value{}}
	for name, text := range map[string]string{Host: defaultHost, Port: defaultPort, TLS: "false", Insecure: "false"} {
		defaults.values[name] = value{text, "default", byDefault}
	}
	r.layers = []layer{flags, named, env, old, current, file, oldFile, defaults}
	if err := r.address(); err != nil {
		return err
	}
	if err := r.credentials(flags, env); err != nil {
		return err
	}
	return nil
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
			return // no home, no files
		}
	}
	r.dir = filepath.Join(home, ".bacalhau")
}

// address puts the base URL together, and what belongs to its connection.
func (r *resolver) address() error {
	var host value
	var at layer
	for i := range r.layers {
		l := &r.layers[i]
		if v, ok := l.values[Host]; ok {
			e, err := parseEndpoint(v)
			if err != nil {
				return err
			}
			l.endpoint = e
			host, at = v, *l
			break
		}
	}
	e := at.endpoint
	isProfile := at.by == byNamedProfile || at.by == byProfile

	port, err := r.pick(Port, at, e.port)
	if err != nil {
		return err
	}
	if n, err := strconv.Atoi(port.text); err != nil || n < 1 || n > 65535 {
		return failf("a port is a number from 1 to 65535", "%s: not a port", port.from)
	}
	schemeTLS := map[string]string{"http": "false", "https": "true"}[e.scheme]
	useTLS, err := r.pick(TLS, at, schemeTLS)
	if err != nil {
		return err
	}
	secure, err := truth(useTLS)
	if err != nil {
		return err
	}
	if isProfile && e.scheme != "" && e.port == "" && port.by == byDefault {
		port = value{map[bool]string{false: "80", true: "443"}[secure], host.from, host.by} // a URL is whole by itself
	}
	insecure, err := r.pick(Insecure, at, "")
	if err != nil {
		return err
	}
	if r.s.insecure, err = truth(insecure); err != nil {
		return err
	}
	r.s.insecureBy = insecure.by

	u := url.URL{Scheme: "http", Host: net.JoinHostPort(e.host, port.text), Path: e.path, User: e.user}
	if secure {
		u.Scheme = "https"
	}
	r.s.Address = u.String()
	u.User = nil
	r.add("address", u.String(), host.from)
	r.add(Host, e.host, host.from)
	r.add(Port, port.text, port.from)
	r.add(TLS, strconv.FormatBool(secure), useTLS.from)
	for _, l := range r.layers {
		if v, ok := l.values[CACert]; ok {
			r.s.caFile = v.text
			r.add(CACert, v.text, v.from)
			break
		}
	}
	r.add(Insecure, strconv.FormatBool(r.s.insecure), insecure.from)
	for _, l := range r.layers {
		if v, ok := l.values[Profile]; ok && (l.by == byNamedProfile || l.by == byProfile) {
			r.add(Profile, v.text, v.from)
			if t, ok := l.values["timeout"]; ok && at.by == l.by {
				if r.s.Timeout, err = time.ParseDuration(t.text); err != nil || r.s.Timeout <= 0 {
					return failf("a time-out looks like 30s", "%s: its timeout is no time", t.from)
				}
				r.add("timeout", r.s.Timeout.String(), t.from)
			}
			break
		}
	}
	return nil
}

// pick finds a value that belongs to the host of the layer at; within is what
// the host itself says of it. A profile is a whole: others do not take from it,
// nor does it take from what counts for less.
func (r *resolver) pick(name string, at layer, within string) (value, error) {
	for _, l := range r.layers {
		isProfile := l.by == byNamedProfile || l.by == byProfile
		inProfile := at.by == byNamedProfile || at.by == byProfile
		if l.by == at.by && within != "" {
			return value{within, at.values[Host].from, at.by}, nil
		}
		v, ok := l.values[name]
		if !ok || isProfile && l.by != at.by || inProfile && l.by > at.by && l.by != byDefault {
			continue
		}
		return v, nil
	}
	return value{}, failf("", "no %s", name) // cannot be: there are defaults
}

// parseEndpoint reads a host, host:port or URL.
func parseEndpoint(v value) (*endpoint, error) {
	const hint = "an address is a host, host:port, or a URL such as http://10.0.0.5:1234"
	text := v.text
	e := &endpoint{}
	if !strings.Contains(text, "://") {
		// An IPv6 address without brackets is a host as well.
		if ip := net.ParseIP(text); ip != nil && strings.Contains(text, ":") {
			text = "[" + text + "]"
		}
		text = "//" + text
	}
	u, err := url.Parse(text)
	switch {
	case err != nil, u.Hostname() == "", u.RawQuery != "", u.Fragment != "", strings.Contains(u.Path, "@"),
		u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https", strings.ContainsFunc(u.Hostname(), notInHost):
		return nil, failf(hint, "%s: not an address", v.from) // which may hold a password
	}
	e.scheme, e.host, e.port, e.path, e.user = u.Scheme, u.Hostname(), u.Port(), strings.TrimRight(u.Path, "/"), u.User
	if ip := net.ParseIP(e.host); ip != nil && ip.IsUnspecified() {
		e.host = defaultHost // where a server listens is not where to find it
	}
	return e, nil
}

func notInHost(r rune) bool {
	return unicode.IsSpace(r) || !unicode.IsPrint(r) || strings.ContainsRune(`"'<>\^{|}`+"`", r)
}

func truth(v value) (bool, error) {
	b, err := strconv.ParseBool(strings.ToLower(v.text))
	if err != nil {
		return false, failf("it is true or false", "%s: neither true nor false", v.from)
	}
	return b, nil
}

// credentials finds the key, or the name and password.
func (r *resolver) credentials(flags, env layer) error {
	s := r.s
	s.tokens = map[string]string{}
	const both = "give a key, or a name with a password"
	for _, l := range []layer{flags, env} {
		key, hasKey := l.values["api-key"]
		var err error
		if v, ok := l.values[KeyFile]; ok {
			if key, err = readSecret(v); err != nil {
				return err
			}
			hasKey = true
		}
		name, hasName := l.values[Username]
		password, hasPassword := l.values["api-password"]
		if v, ok := l.values[PasswordFile]; ok {
			if password, err = readSecret(v); err != nil {
				return err
			}
			hasPassword = true
		}
		// The name may be a flag, and the password a variable.
		if l.by == byFlag && hasName != hasPassword {
			if v, ok := env.values[Username]; ok && !hasName {
				name, hasName = v, true
			}
			if v, ok := env.values["api-password"]; ok && !hasPassword {
				password, hasPassword = v, true
			}
		}
		switch {
		case hasKey && (hasName || hasPassword):
			other := name.from
			if !hasName {
				other = password.from
			}
			return failf(both, "%s and %s are two kinds of credentials at once", key.from, other)
		case hasName && !hasPassword:
			return failf("set BACALHAU_API_PASSWORD, or pass --"+PasswordFile, "%s is a name without a password", name.from)
		case hasPassword && !hasName:
			return failf("set BACALHAU_API_USERNAME, or pass --"+Username, "%s is a password without a name", password.from)
		case hasKey:
			if !sendable(key.text) {
				return failf("a key is one line of printable characters", "%s: not a key", key.from)
			}
			s.key, s.keyAnyhost = key.text, true
			r.add("api-key", mask, key.from)
			return nil
		case hasName:
			s.username, s.password, s.keyAnyhost = name.text, password.text, true
			r.add(Username, name.text, name.from)
			r.add("api-password", mask, password.from)
			return nil
		}
	}

	// Tokens of files are for the addresses that they were given for.
	file := filepath.Join(r.dir, "tokens.json")
	tokens, err := readTokens(file)
	if err != nil {
		r.s.Warnings = append(r.s.Warnings, err.Error())
	}
	from := map[string]string{}
	for address, token := range tokens {
		if o, ok := origin(address); ok && sendable(token) {
			s.tokens[o], from[o] = token, file
		}
	}
	for _, l := range slices.Backward(r.layers) { // the first one counts
		token, hasToken := l.values["token"]
		host, hasHost := l.values[Host]
		if !hasToken || !hasHost {
			continue
		}
		if !sendable(token.text) {
			return failf("a token is one line of printable characters", "%s: its token is none", token.from)
		}
		e, err := parseEndpoint(host)
		if err != nil {
			return err
		}
		if o, ok := origin(profileURL(e)); ok {
			s.tokens[o], from[o] = token.text, token.from
		}
	}
	o, ok := origin(s.Address)
	if s.key, ok = s.tokens[o], ok && s.tokens[o] != ""; ok {
		r.add("api-key", mask, from[o])
	} else if u, err := url.Parse(s.Address); err == nil && u.User != nil {
		r.add(Username, u.User.Username(), s.list[0].From)
		r.add("api-password", mask, s.list[0].From)
	}
	return nil
}

// profileURL is the whole URL of a profile's endpoint.
func profileURL(e *endpoint) string {
	scheme, port := e.scheme, e.port
	if scheme == "" {
		scheme = "http"
	}
	if port == "" && e.scheme == "" {
		port = defaultPort
	}
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[scheme]
	}
	return scheme + "://" + net.JoinHostPort(e.host, port)
}

// sendable reports whether a text can be part of a header.
func sendable(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r >= 0x7f })
}

// mask stands for a secret, whatever its length.
const mask = "********"

func (r *resolver) add(name, text, from string) {
	r.s.list = append(r.s.list, Setting{name, printable(text), from})
}

// List returns the values in force, secrets masked, the address first.
func (s *Settings) List() []Setting { return slices.Clone(s.list) }

// A Connection is what it takes to talk to one address. Secrets are in it.
type Connection struct {
	Key, Username, Password string
	CAFile                  string
	Insecure                bool
}

// For returns the settings for a base URL. Where it is not the address in force,
// only what was said by flags and variables counts, and the tokens that were
// given for it.
func (s *Settings) For(address string) Connection {
	c := Connection{CAFile: s.caFile}
	here, ok := origin(s.Address)
	there, isURL := origin(address)
	same := ok && isURL && here == there
	c.Insecure = s.insecure && (same || s.insecureBy == byFlag || s.insecureBy == byVariable)
	switch {
	case s.keyAnyhost:
		c.Key, c.Username, c.Password = s.key, s.username, s.password
	case isURL:
		c.Key = s.tokens[there]
	}
	return c
}

// origin is the scheme, host and port of a URL.
func origin(address string) (string, bool) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return "", false
	}
	scheme, port := strings.ToLower(u.Scheme), u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[scheme]
	}
	return scheme + "://" + net.JoinHostPort(strings.ToLower(u.Hostname()), port), true
}

// readSecret reads the file that a flag names: one line.
func readSecret(v value) (value, error) {
	text, err := readSmall(v.text)
	if err != nil {
		return value{}, &Error{Message: fmt.Sprintf("%s %s: %s", v.from, printable(v.text), reason(err)), Err: err}
	}
	secret := strings.TrimRight(string(text), "\r\n")
	if secret == "" || strings.ContainsAny(secret, "\r\n\x00") {
		return value{}, failf("the file holds the secret and nothing else", "%s %s: not one line", v.from, printable(v.text))
	}
	return value{secret, v.from + " " + printable(v.text), v.by}, nil
}

// readTokens reads tokens.json, which need not exist and may be empty. A token
// is a text, or an object with the text as its Value.
func readTokens(file string) (map[string]string, error) {
	text, err := readSmall(file)
	switch {
	case errors.Is(err, os.ErrNotExist), err == nil && len(strings.TrimSpace(string(text))) == 0:
		return nil, nil
	case err != nil:
		return nil, &Error{Message: fmt.Sprintf("%s: %s; its tokens are not used", printable(file), reason(err)), Err: err}
	}
	var entries map[string]json.RawMessage
	if json.Unmarshal(text, &entries) != nil { // whose error may show a token
		return nil, failf("", "%s: not a JSON object of tokens; they are not used", printable(file))
	}
	tokens := map[string]string{}
	for address, raw := range entries {
		var token string
		var credential struct{ Scheme, Value string }
		switch {
		case json.Unmarshal(raw, &token) == nil:
			tokens[address] = token
		case json.Unmarshal(raw, &credential) == nil && (credential.Scheme == "" || strings.EqualFold(credential.Scheme, "bearer")):
			tokens[address] = credential.Value
		}
	}
	return tokens, nil
}

// printable keeps what others wrote from steering a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '\uFFFD'
	}, s)
}
