package config

import (
	"cmp"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/bacviz/bacviz/fetch/internal/address"
)

// address builds the base URL, and lists the settings of its connection.
func (r *resolver) address() error {
	i := slices.IndexFunc(r.layers, func(l layer) bool { _, ok := l.values[Host]; return ok })
	at := &r.layers[i] // defaults have one
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
		port = value{map[bool]string{false: "80", true: "443"}[secure], host.from, host.by} // a URL needs no other port
	}
	u := url.URL{Scheme: "http", Host: net.JoinHostPort(e.host, port.text), Path: e.path}
	if secure {
		u.Scheme = "https"
	}
	r.s.Address = u.String()
	if err := r.pairKeys(); err != nil {
		return err
	}
	r.certificates(at)
	r.add("address", r.s.Address, host.from)
	r.add(Host, e.host, host.from)
	r.add(Port, port.text, port.from)
	r.add(TLS, strconv.FormatBool(secure), useTLS.from)
	if err := r.certificatesInUse(); err != nil {
		return err
	}
	return r.profileInUse(at)
}

// profileInUse lists the profile, and its timeout if the host is that of the profile.
func (r *resolver) profileInUse(at *layer) (err error) {
	for _, l := range r.layers {
		v, ok := l.values[Profile]
		if !ok || !l.isProfile() {
			continue
		}
		r.add(Profile, v.text, v.from)
		if t, ok := l.values["timeout"]; ok && at.by == l.by {
			if r.s.Timeout, err = time.ParseDuration(t.text); err != nil || r.s.Timeout <= 0 {
				return t.wrong("a timeout looks like 30s", "not a duration")
			}
			r.add("timeout", r.s.Timeout.String(), t.from)
		}
		break
	}
	return nil
}

// pick returns the port or the scheme that belongs to the host of the layer at;
// within is the one that the host has in itself, or "". A profile is a unit: other
// layers do not take from it, nor does it take from layers with less precedence.
func (r *resolver) pick(name string, at *layer, within string) (value, error) {
	for i := range r.layers {
		l := &r.layers[i]
		v, ok := l.values[name]
		switch {
		case l.by == at.by && within != "":
			if ok && l.by == byFlag && v.text != within {
				return value{}, v.wrong("give one of the two", "conflicts with --"+Host)
			}
			return value{within, at.values[Host].from, at.by}, nil
		case !ok, l.isProfile() && l.by != at.by, at.isProfile() && l.by > at.by && l.by != byDefault:
		default:
			return v, nil
		}
	}
	return value{}, failf("", "no %s", name) // does not happen: there are defaults
}

// origin returns the scheme, host and port that a layer has by itself.
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
	if port == "" && !(l.isProfile() && e.scheme != "") { // a URL needs no other port
		port = defaultPort
	}
	return address.Origin(&url.URL{Scheme: cmp.Or(scheme, "http"), Host: net.JoinHostPort(e.host, port)}), nil
}

// An endpoint is a host, with other parts of a URL if it has them.
type endpoint struct {
	scheme, host, port, path string
	user                     *url.Userinfo
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
	case err != nil, u.Hostname() == "", strings.Contains(u.Path, "@"),
		u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https", strings.ContainsFunc(u.Hostname(), notInHost):
		return nil, v.wrong(hint, "not an address") // err may show a password
	}
	if what, hint := address.Unused(text, u); what != "" {
		return nil, v.wrong(hint, what)
	}
	e.scheme, e.host, e.port, e.path, e.user = u.Scheme, u.Hostname(), u.Port(), strings.TrimRight(u.Path, "/"), u.User
	if ip := net.ParseIP(e.host); ip != nil && ip.IsUnspecified() {
		e.host = defaultHost // the address that a server listens on is not one to connect to
	}
	return e, nil
}

func notInHost(r rune) bool {
	return unicode.IsSpace(r) || !unicode.IsPrint(r) || strings.ContainsRune(`"'<>\^{|};,=&`+"`", r)
}
