package config

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/infile"
)

// readSecret reads the file that a setting names, which holds one line.
func (r *resolver) readSecret(v value, setting string) (value, error) {
	of := v.from + " " // a flag
	switch {
	case strings.HasPrefix(v.from, "--"):
	case v.by == byFlag: // a field of a cluster
		of = v.from + ": " + strings.TrimPrefix(setting, "api-") + " "
	default:
		of = v.from + ": " + setting + " "
	}
	text, err := r.readSmall(v.text)
	if err != nil {
		return value{}, &Error{Message: fmt.Sprintf("%s%s: %s", of, display.Printable(v.text), reason(err)), Err: err}
	}
	secret := strings.TrimRight(string(text), "\r\n")
	if secret == "" || strings.ContainsAny(secret, "\r\n\x00") {
		return value{}, failf("the file must hold the secret and nothing else", "%s%s: not one line", of, display.Printable(v.text))
	}
	return value{secret, v.from + " " + display.Printable(v.text), v.by}, nil
}

// readTokens reads tokens.json, which need not exist and may be empty. A token is a
// string, or an object with the string as its Value.
func (r *resolver) readTokens(file string) (map[string]string, error) {
	text, err := r.readFound(file)
	switch {
	case infile.IsMissing(err), err == nil && len(strings.TrimSpace(string(text))) == 0:
		return nil, nil
	case err != nil:
		return nil, &Error{Message: fmt.Sprintf("%s: %s; its tokens are not used", display.Printable(file), reason(err)), Err: err}
	}
	var entries map[string]json.RawMessage
	if json.Unmarshal(text, &entries) != nil { // its error may show a token
		return nil, failf("", "%s: not a JSON object; its tokens are not used", display.Printable(file))
	}
	tokens := map[string]string{}
	for address, raw := range entries {
		var token string
		var object struct{ Scheme, Value string }
		switch {
		case json.Unmarshal(raw, &token) == nil:
			tokens[address] = token
		case json.Unmarshal(raw, &object) == nil && (object.Scheme == "" || strings.EqualFold(object.Scheme, "bearer")):
			tokens[address] = object.Value
		}
	}
	return tokens, nil
}
