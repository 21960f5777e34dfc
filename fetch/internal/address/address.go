// Package address says where a URL leads, whether that is this machine, and how to
// show it without its secrets. Nothing is looked up.
package address

import (
	"net"
	"net/url"
	"strings"

	"github.com/bacviz/bacviz/internal/display"
)

// Origin returns the scheme, host and port of a URL, in lower case, with the port
// of the scheme where the URL names none: https://host:443.
func Origin(u *url.URL) string {
	scheme, port := strings.ToLower(u.Scheme), u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[scheme]
	}
	return scheme + "://" + net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}

// ParseOrigin returns the [Origin] of a text, and whether the text is a URL with a
// host.
func ParseOrigin(text string) (string, bool) {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" {
		return "", false
	}
	return Origin(u), true
}

// IsLoopback reports whether what is sent to a host stays on this machine.
func IsLoopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || net.ParseIP(host).IsLoopback()
}

// Public returns a text that may be a URL, without user-info, query and fragment,
// cut to fit into a message: no secret in it is shown.
func Public(text string) string {
	if u, err := url.Parse(text); err == nil && u.Host != "" {
		u.User, u.RawQuery, u.ForceQuery, u.Fragment, u.RawFragment = nil, "", false, "", ""
		// A password with a slash in it ends up in the path.
		if !strings.Contains(u.Path, "@") {
			return display.Excerpt(u.String())
		}
	}
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok {
		scheme, rest = "", text
	} else {
		scheme += "://"
	}
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		rest = rest[i+1:]
	}
	if i := strings.IndexAny(rest, "?#"); i >= 0 {
		rest = rest[:i]
	}
	return display.Excerpt(scheme + rest)
}
