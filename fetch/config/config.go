// Package config finds out which orchestrator a person means, as Bacalhau's own
// command line does: from flags, the environment, profiles and configuration
// files of every version from v1.4 on.
//
// What comes in are [Options]; what goes out are [Settings], which know where
// each of their values came from. Nothing is written, and no message holds a
// secret or what may be one.
package config

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
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

	password = "api-password" // no flag
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
	{"BACALHAU_API_PASSWORD", password, "password, together with a name"},
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
	Address  string        // the orchestrator's base URL, without user-info
	Timeout  time.Duration // of the profile; 0 if it has none
	Warnings []string      // files that could not be read, and the like

	list        []Setting
	credentials []credential // the first one that fits counts
	trust       []trust      // so does the first of these, of each name
}

// A credential is a key, or a name and a password, and where it may be sent.
type credential struct {
	origin                  string // empty for whatever address is named
	key, username, password string
	shown                   []Setting
}

// A trust is what somebody says of certificates, and of whose.
type trust struct {
	name   string // CACert or Insecure
	value  value
	origin string // empty for whatever address is named
}

// An Error says which setting is wrong, and why.
type Error struct {
	Message string // names the flag, variable or file
	Hint    string // what to do; may be empty
	Usage   bool   // what is wrong is the value of a flag
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

// wrong is the error of a value. It does not show the value, which may be or
// hold a secret.
func (v value) wrong(hint, what string) *Error {
	return &Error{Message: printable(v.from) + ": " + what, Hint: hint, Usage: v.by == byFlag}
}

// A layer holds what one level says.
type layer struct {
	by     level
	values map[string]value
}

func (l *layer) isProfile() bool { return l.by == byNamedProfile || l.by == byProfile }
func (l *layer) isFile() bool    { return l.by == byFile || l.by == byOldFile }

// An endpoint is a host that may come with more of a URL.
type endpoint struct {
	scheme, host, port, path string
	user                     *url.Userinfo
}

// Resolve finds the values in force. When ctx ends it gives up on files that
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

type resolver struct {
	ctx    context.Context
	opt    Options
	s      *Settings
	dir    string
	layers []layer
	host   level // of the host in force
}

func (r *resolver) run() error {
	flags := layer{by: byFlag, values: map[string]value{}}
	for name, text := range r.opt.Flags {
		flags.values[name] = value{text, "--" + name, byFlag}
	}
	env, old := layer{by: byVariable, values: map[string]value{}}, layer{by: byOldVariable, values: map[string]value{}}
	for _, v := range slices.Backward(Variables) { // the first one counts
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
	return r.allCredentials()
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
	i := slices.IndexFunc(r.layers, func(l layer) bool { _, ok := l.values[Host]; return ok })
	at := &r.layers[i] // there are defaults
	host := at.values[Host]
	r.host = at.by
	e, err := parseEndpoint(host)
	if err != nil {
		return err
	}
	port, err := r.pick(Port, at, e.port)
	if err != nil {
		return err
	}
	if n, err := strconv.Atoi(port.text); err != nil || n < 1 || n > 65535 {
		return port.wrong("a port is a number from 1 to 65535", "not a port")
	}
	useTLS, err := r.pick(TLS, at, map[string]string{"http": "false", "https": "true"}[e.scheme])
	if err != nil {
		return err
	}
	secure, err := truth(useTLS)
	if err != nil {
		return err
	}
	if at.isProfile() && e.scheme != "" && e.port == "" && port.by == byDefault {
		port = value{map[bool]string{false: "80", true: "443"}[secure], host.from, host.by} // a URL is whole by itself
	}
	u := url.URL{Scheme: "http", Host: net.JoinHostPort(e.host, port.text), Path: e.path}
	if secure {
		u.Scheme = "https"
	}
	r.s.Address = u.String()
	r.certificates(at)
	here, _ := origin(r.s.Address)
	caFile, hasCA := r.s.trusting(CACert, here)
	insecure, _ := r.s.trusting(Insecure, here) // there is a default
	trustAll, err := truth(insecure)
	if err != nil {
		return err
	}

	r.add("address", r.s.Address, host.from)
	r.add(Host, e.host, host.from)
	r.add(Port, port.text, port.from)
	r.add(TLS, strconv.FormatBool(secure), useTLS.from)
	if hasCA {
		r.add(CACert, caFile.text, caFile.from)
	}
	r.add(Insecure, strconv.FormatBool(trustAll), insecure.from)
	for _, l := range r.layers {
		v, ok := l.values[Profile]
		if !ok || !l.isProfile() {
			continue
		}
		r.add(Profile, v.text, v.from)
		if t, ok := l.values["timeout"]; ok && at.by == l.by {
			if r.s.Timeout, err = time.ParseDuration(t.text); err != nil || r.s.Timeout <= 0 {
				return t.wrong("a time-out looks like 30s", "its timeout is no time")
			}
			r.add("timeout", r.s.Timeout.String(), t.from)
		}
		break
	}
	return nil
}

// pick finds the port or the scheme that belongs to the host of the layer at;
// within is what the host itself says of it. A profile is a whole: others do not
// take from it, nor does it take from what counts for less.
func (r *resolver) pick(name string, at *layer, within string) (value, error) {
	for i := range r.layers {
		l := &r.layers[i]
		v, ok := l.values[name]
		switch {
		case l.by == at.by && within != "":
			if ok && l.by == byFlag && v.text != within {
				return value{}, v.wrong("give one of them", "--"+Host+" says another")
			}
			return value{within, at.values[Host].from, at.by}, nil
		case !ok, l.isProfile() && l.by != at.by, at.isProfile() && l.by > at.by && l.by != byDefault:
		default:
			return v, nil
		}
	}
	return value{}, failf("", "no %s", name) // cannot be: there are defaults
}

// certificates finds who says what of certificates, and for which addresses.
// What a flag or a variable says is for whatever address is named; what a file
// says, for the one that it names. A file that names none means the address in
// force, but that insecure does not follow a host that a flag gives.
func (r *resolver) certificates(at *layer) {
	here, _ := origin(r.s.Address)
	for i := range r.layers {
		l := &r.layers[i]
		for _, name := range []string{CACert, Insecure} {
			v, ok := l.values[name]
			if !ok {
				continue
			}
			_, hasHost := l.values[Host]
			switch {
			case !l.isProfile() && !l.isFile():
				r.s.trust = append(r.s.trust, trust{name, v, ""})
				continue
			case l.by == at.by, l.isFile() && !hasHost && !at.isProfile() && (at.by != byFlag || name == CACert):
				r.s.trust = append(r.s.trust, trust{name, v, here})
			}
			if own, err := l.origin(); err == nil && hasHost {
				r.s.trust = append(r.s.trust, trust{name, v, own})
			}
		}
	}
}

// origin is the scheme, host and port that a layer names by itself.
func (l *layer) origin() (string, error) {
	e, err := parseEndpoint(l.values[Host])
	if err != nil {
		return "", err
	}
	scheme, port := e.scheme, e.port
	if v, ok := l.values[TLS]; ok && scheme == "" {
		if secure, err := truth(v); err != nil {
			return "", err
		} else if secure {
			scheme = "https"
		}
	}
	if v, ok := l.values[Port]; ok && port == "" {
		port = v.text
	}
	if port == "" && !(l.isProfile() && e.scheme != "") { // a URL is whole by itself
		port = defaultPort
	}
	o, _ := origin((&url.URL{Scheme: cmp.Or(scheme, "http"), Host: net.JoinHostPort(e.host, port)}).String()) // it has a host
	return o, nil
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
		return nil, v.wrong(hint, "not an address") // which may hold a password
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
		return false, v.wrong("it is true or false", "neither true nor false")
	}
	return b, nil
}

// allCredentials finds every key, and every name and password, in the order in
// which they count.
func (r *resolver) allCredentials() error {
	var env *layer
	for i := range r.layers {
		if r.layers[i].by == byVariable {
			env = &r.layers[i]
		}
	}
	for i := range r.layers {
		l := &r.layers[i]
		flagged := slices.ContainsFunc(r.s.credentials, func(c credential) bool { return c.origin == "" })
		if l.by == byFlag || l.by == byVariable && !flagged { // which would never be sent
			if err := r.given(l, env); err != nil {
				return err
			}
		}
		if l.by == byFile { // below profiles, and not part of config.yaml
			r.tokens()
		}
		if err := r.ofEndpoint(l); err != nil {
			return err
		}
	}
	here, _ := origin(r.s.Address)
	if c := r.s.credential(here); c != nil {
		r.s.list = append(r.s.list, c.shown...)
	}
	return nil
}

// given finds the credentials that flags or variables give by name, for whatever
// address.
func (r *resolver) given(l, env *layer) (err error) {
	const both = "give a key, or a name with a password"
	key, hasKey := l.values["api-key"]
	if v, ok := l.values[KeyFile]; ok {
		if key, err = r.readSecret(v); err != nil {
			return err
		}
		hasKey = true
	}
	name, hasName := l.values[Username]
	pass, hasPassword := l.values[password]
	if v, ok := l.values[PasswordFile]; ok {
		if pass, err = r.readSecret(v); err != nil {
			return err
		}
		hasPassword = true
	}
	// The name may be a flag, and the password a variable.
	if l.by == byFlag && hasName != hasPassword {
		if v, ok := env.values[Username]; ok && !hasName {
			name, hasName = v, true
		}
		if v, ok := env.values[password]; ok && !hasPassword {
			pass, hasPassword = v, true
		}
	}
	fail := func(hint, format string, args ...any) error {
		e := failf(hint, format, args...)
		e.Usage = l.by == byFlag
		return e
	}
	switch {
	case hasKey && (hasName || hasPassword):
		other := name.from
		if !hasName {
			other = pass.from
		}
		return fail(both, "%s and %s are two kinds of credentials at once", key.from, other)
	case hasName && !hasPassword:
		return fail("set BACALHAU_API_PASSWORD, or pass --"+PasswordFile, "%s is a name without a password", name.from)
	case hasPassword && !hasName:
		return fail("set BACALHAU_API_USERNAME, or pass --"+Username, "%s is a password without a name", pass.from)
	case hasKey:
		if !sendable(key.text) {
			return failf("a key is one line of printable characters", "%s: not a key", key.from)
		}
		r.keep("", key)
	case hasName:
		r.keepName("", name, pass)
	}
	return nil
}

// ofEndpoint finds what a layer gives together with its host: the token of a
// profile, and user-info. They are for that scheme, host and port.
func (r *resolver) ofEndpoint(l *layer) error {
	host, ok := l.values[Host]
	if !ok {
		return nil
	}
	e, err := parseEndpoint(host)
	if err != nil {
		return nil // another's host is in force, or this would have been told
	}
	at, err := l.origin()
	if err != nil {
		return nil
	}
	if token, ok := l.values["token"]; ok {
		if !sendable(token.text) {
			return failf("a token is one line of printable characters", "%s: its token is none", token.from)
		}
		r.keep(at, token)
	}
	if e.user == nil {
		return nil
	}
	if r.host == l.by {
		at, _ = origin(r.s.Address) // whose port may come from elsewhere
	}
	pass, _ := e.user.Password()
	r.keepName(at, value{e.user.Username(), host.from, l.by}, value{pass, host.from, l.by})
	return nil
}

// tokens finds those of tokens.json, each for the address that it is given for.
func (r *resolver) tokens() {
	if r.dir == "" {
		return
	}
	file := filepath.Join(r.dir, "tokens.json")
	tokens, err := r.readTokens(file)
	if err != nil {
		r.s.Warnings = append(r.s.Warnings, err.Error())
	}
	for _, address := range slices.Sorted(maps.Keys(tokens)) {
		if o, ok := origin(address); ok && sendable(tokens[address]) {
			r.keep(o, value{tokens[address], file, byFile})
		}
	}
}

func (r *resolver) keep(origin string, key value) {
	r.s.credentials = append(r.s.credentials, credential{
		origin: origin, key: key.text, shown: []Setting{{"api-key", mask, printable(key.from)}},
	})
}

func (r *resolver) keepName(origin string, name, pass value) {
	r.s.credentials = append(r.s.credentials, credential{
		origin: origin, username: name.text, password: pass.text,
		shown: []Setting{{Username, printable(name.text), printable(name.from)}, {password, mask, printable(pass.from)}},
	})
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

// For returns the settings for a base URL: what flags and variables say, which
// is for whatever address is named, and what is said for this one's scheme, host
// and port.
func (s *Settings) For(address string) Connection {
	there, ok := origin(address)
	if !ok {
		return Connection{}
	}
	var c Connection
	if found := s.credential(there); found != nil {
		c.Key, c.Username, c.Password = found.key, found.username, found.password
	}
	caFile, _ := s.trusting(CACert, there)
	insecure, _ := s.trusting(Insecure, there)
	c.CAFile = caFile.text
	c.Insecure, _ = truth(insecure) // what is neither is not trusted
	return c
}

// credential returns what is to be sent to an origin, or nil.
func (s *Settings) credential(origin string) *credential {
	for i, c := range s.credentials {
		if c.origin == "" || c.origin == origin {
			return &s.credentials[i]
		}
	}
	return nil
}

// trusting returns what is in force of certificates for an origin.
func (s *Settings) trusting(name, origin string) (value, bool) {
	for _, t := range s.trust {
		if t.name == name && (t.origin == "" || t.origin == origin) {
			return t.value, true
		}
	}
	return value{}, false
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
func (r *resolver) readSecret(v value) (value, error) {
	text, err := r.readSmall(v.text)
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
func (r *resolver) readTokens(file string) (map[string]string, error) {
	text, err := r.readSmall(file)
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
