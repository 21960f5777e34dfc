package fetch

import (
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
)

// Auth is what an orchestrator knows its users by: a key, or a name and a
// password. However it is printed, it does not show its secrets.
type Auth struct {
	Key                string // an API key or a token, sent as a bearer token
	Username, Password string
}

// Format keeps secrets out of every format, %#v included.
func (a Auth) Format(s fmt.State, _ rune) {
	text := "none"
	switch {
	case a.Key != "":
		text = "key"
	case a.Username != "" || a.Password != "":
		text = "username and password"
	}
	_, _ = io.WriteString(s, text) // a State keeps its errors to itself
}

// header is the value of the Authorization header, or empty.
func (a Auth) header() string {
	switch {
	case a.Key != "":
		return "Bearer " + a.Key
	case a.Username != "" || a.Password != "":
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(a.Username+":"+a.Password))
	}
	return ""
}

// scrub takes the secrets out of a text, which may be a server's that repeats
// what it was sent, and the beginnings of secrets that were cut off at an "…".
func (a Auth) scrub(text string) string {
	for _, secret := range []string{a.Key, a.Password, strings.TrimPrefix(a.header(), "Basic ")} {
		if secret != "" {
			text = cutOff(strings.ReplaceAll(text, secret, "***"), secret)
		}
	}
	return text
}

// cutOff takes the longest beginning of the secret, of three bytes or more, out
// of what stands before each "…".
func cutOff(text, secret string) string {
	parts := strings.Split(text, "…")
	for i := range parts[:len(parts)-1] {
		for n := min(len(secret), len(parts[i])); n >= 3; n-- {
			if strings.HasSuffix(parts[i], secret[:n]) {
				parts[i] = parts[i][:len(parts[i])-n] + "***"
				break
			}
		}
	}
	return strings.Join(parts, "…")
}

// An originTransport sends credentials to one origin and to no other, wherever
// a redirect leads. http.Client on its own would send them to other ports of the
// same host, to its subdomains, and from https to http.
type originTransport struct {
	base     http.RoundTripper
	origin   string
	header   string
	withheld atomic.Pointer[url.URL] // where else a redirect led
}

func (t *originTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	switch {
	case t.header == "":
	case origin(req.URL) == t.origin:
		req = req.Clone(req.Context())
		req.Header.Set("Authorization", t.header)
	default:
		t.withheld.Store(req.URL)
	}
	return t.base.RoundTrip(req)
}

// origin is the scheme, host and port of a URL.
func origin(u *url.URL) string {
	scheme, port := strings.ToLower(u.Scheme), u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[scheme]
	}
	return scheme + "://" + net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}

// isLoopback reports whether what is sent to a host stays on this machine.
func isLoopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || net.ParseIP(host).IsLoopback()
}
