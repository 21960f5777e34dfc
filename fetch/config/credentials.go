package config

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/fetch/internal/address"
	"github.com/bacviz/bacviz/internal/display"
)

// A credential is a key, or a username and a password, and the origin that it may be
// sent to.
type credential struct {
	origin                  string // empty for any address
	key, username, password string
	shown                   []Setting
}

// allCredentials finds every key, and every username with its password, those with
// precedence first.
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
		if l.by == byFlag || l.by == byVariable && !flagged { // one of a flag is always sent instead
			if err := r.given(l, env); err != nil {
				return err
			}
		}
		if l.by == bySettings {
			if err := r.ofSettings(l); err != nil {
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
	here, _ := address.ParseOrigin(r.s.Address)
	if c := r.s.credentialFor(here); c != nil {
		r.s.list = append(r.s.list, c.shown...)
	}
	return nil
}

// secret returns the value of a setting, or the content of the file that another setting
// names, and whether a layer has either.
func (r *resolver) secret(l *layer, name, file string) (v value, is bool, err error) {
	if of, ok := l.values[file]; ok {
		v, err = r.readSecret(of, file)
		return v, true, err
	}
	v, is = l.values[name]
	return v, is, nil
}

// given finds the credentials that flags or variables give for any address.
func (r *resolver) given(l, env *layer) error {
	const either = "give either a key, or a username and a password"
	key, hasKey, err := r.secret(l, "api-key", KeyFile)
	if err != nil {
		return err
	}
	name, hasName := l.values[Username]
	pass, hasPassword, err := r.secret(l, password, PasswordFile)
	if err != nil {
		return err
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
		return fail(either, "%s and %s are two kinds of credentials", key.from, other)
	case hasName && !hasPassword:
		return fail("set BACALHAU_API_PASSWORD, or pass --"+PasswordFile, "%s is a username without a password", name.from)
	case hasPassword && !hasName:
		return fail("set BACALHAU_API_USERNAME, or pass --"+Username, "%s is a password without a username", pass.from)
	case hasKey:
		if !sendable(key.text) {
			return failf("a key is one line of printable characters", "%s: not a key", key.from)
		}
		r.addKey("", key)
	case hasName:
		r.addName("", name, pass)
	}
	return nil
}

// ofSettings finds the credentials that bacviz's own file gives, for the address that it
// names. If it names none, that is the one in use, unless a flag has that.
func (r *resolver) ofSettings(l *layer) error {
	key, hasKey, err := r.secret(l, "", KeyFile)
	if err != nil {
		return err
	}
	name, hasName := l.values[Username]
	pass, hasPassword, err := r.secret(l, "", PasswordFile)
	if err != nil {
		return err
	}
	origin, _ := address.ParseOrigin(r.s.Address)
	if _, hasHost := l.values[Host]; hasHost && r.host != bySettings {
		if origin, err = l.origin(); err != nil {
			return err
		}
	} else if !hasHost && r.host == byFlag {
		return nil
	}
	switch {
	case hasKey && (hasName || hasPassword):
		return key.wrong("give either a key, or a username and a password", "two kinds of credentials")
	case hasKey && !sendable(key.text):
		return key.wrong("a key is one line of printable characters", "not a key")
	case hasKey:
		r.addKey(origin, key)
	case hasName != hasPassword:
		return failf("name the other one beside it", "%s and %s need each other", Username, PasswordFile)
	case hasName:
		r.addName(origin, name, pass)
	}
	return nil
}

// ofEndpoint finds the credentials that a layer has for its host: the token of a
// profile, and user-info. They apply to that scheme, host and port.
func (r *resolver) ofEndpoint(l *layer) error {
	host, ok := l.values[Host]
	if !ok {
		return nil
	}
	e, err := parseEndpoint(host)
	if err != nil {
		return nil // the host that applies is another's, or there would have been an error
	}
	at, err := l.origin()
	if err != nil {
		return nil
	}
	if token, ok := l.values["token"]; ok {
		if !sendable(token.text) {
			return failf("a token is one line of printable characters", "%s: not a token", token.from)
		}
		r.addKey(at, token)
	}
	if e.user == nil {
		return nil
	}
	if r.host == l.by {
		at, _ = address.ParseOrigin(r.s.Address) // its port may come from another layer
	}
	pass, _ := e.user.Password()
	r.addName(at, value{e.user.Username(), host.from, l.by}, value{pass, host.from, l.by})
	return nil
}

// tokens finds the tokens of tokens.json, or of the file that a setting names. Each of
// them applies to one address.
func (r *resolver) tokens() {
	file := ""
	if r.dir != "" {
		file = filepath.Join(r.dir, "tokens.json")
	}
	for i := range slices.Backward(r.layers) {
		if v, ok := r.layers[i].values[tokensFile]; ok {
			file = v.text
		}
	}
	if file == "" {
		return
	}
	tokens, err := r.readTokens(file)
	if err != nil {
		r.s.Warnings = append(r.s.Warnings, err.Error())
	}
	for _, url := range slices.Sorted(maps.Keys(tokens)) {
		if origin, ok := address.ParseOrigin(url); ok && sendable(tokens[url]) {
			r.addKey(origin, value{tokens[url], file, byFile})
		}
	}
}

func (r *resolver) addKey(origin string, key value) {
	r.s.credentials = append(r.s.credentials, credential{
		origin: origin, key: key.text, shown: []Setting{{"api-key", mask, display.Printable(key.from)}},
	})
}

func (r *resolver) addName(origin string, name, pass value) {
	r.s.credentials = append(r.s.credentials, credential{
		origin: origin, username: name.text, password: pass.text,
		shown: []Setting{{Username, display.Printable(name.text), display.Printable(name.from)}, {password, mask, display.Printable(pass.from)}},
	})
}

// sendable reports whether a text can be the value of a header.
func sendable(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r >= 0x7f })
}

// mask is shown in place of a secret of any length.
const mask = "********"

// credentialFor returns what to send to an origin, or nil.
func (s *Settings) credentialFor(origin string) *credential {
	for i, c := range s.credentials {
		if c.origin == "" || c.origin == origin {
			return &s.credentials[i]
		}
	}
	return nil
}
