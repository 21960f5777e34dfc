// Package address says where a URL leads, whether that is this machine, and how to
// show it without its secrets. No name is looked up.
package address

import (
	"net"
	"net/url"
	"os"
	"strings"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/lazy"
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

// Meant returns the URL that a text without :// was probably meant to be, with its
// secrets, and whether it looks like one: a mistyped http://, host:port, user-info, the
// name of a machine, or an IP address. The last two get Bacalhau's port.
func Meant(text string) (string, bool) {
	if m := mistyped().FindStringSubmatch(text); m != nil {
		return strings.ToLower(m[1]) + "://" + m[2], true
	}
	switch ip := net.ParseIP(text); {
	case hostPort().MatchString(text), userInfo().MatchString(text):
		return "http://" + text, true
	case strings.EqualFold(text, "localhost"), ip != nil, hostName().MatchString(text) && !fileName().MatchString(text):
		return "http://" + net.JoinHostPort(text, bacalhauPort), true
	}
	return "", false
}

var (
	// mistyped matches http:/host, http//host, http:\\host and the like.
	mistyped = lazy.Regexp(`^(?i:(https?))(?:[:;][/\\]*|[/\\]{2,})(.+)$`)

	// hostPort matches host:port and [v6]:port, with or without user-info before and a
	// path behind it.
	hostPort = lazy.Regexp(`^([^/\\]*@)?([\w.-]+|\[[0-9a-fA-F:.]+\]):\d{1,5}(/.*)?$`)

	// hostName matches a name with a domain, whose last part is a word, as in
	// host.example.com.
	hostName = lazy.Regexp(`^([\pL\pN]([\pL\pN-]*[\pL\pN])?\.)+\pL{2,}\.?$`)

	// fileName matches names of files with an extension that bacviz reads or writes, or
	// that others give to such files.
	fileName = lazy.Regexp(`(?i)\.(json|jsonl|ndjson|ya?ml|csv|tsv|txt|text|log|out|old|bak|orig|tmp|gz|zip|zst|bz|xz|tgz|tar|svg|png|jpe?g|pdf|dot|gv|mmd|md|gexf|graphml|cyjs|html?|xml|toml|conf|cfg|ini|sh|py|go|key|pem|crt)$`)

	// userInfo matches user:password@host, whatever the password is, but no C:\path.
	userInfo = lazy.Regexp(`^[^@]{2,}:.*@`)
)

// Unused returns what a URL has that asks for something else than an orchestrator, and
// what to do about it; "" if it has nothing of that kind. The text is what u was read
// from. To leave that out would give the answer to another question.
func Unused(text string, u *url.URL) (what, hint string) {
	const selects = "; --select picks nodes by their labels"
	switch {
	case u.RawQuery != "", u.ForceQuery, u.Fragment != "", strings.HasSuffix(text, "#"):
		return "the address has a query, which would not be used", "leave out the part from ? or # on" + selects
	case strings.ContainsAny(u.Path, parameters):
		return "the address has parameters in its path, which would not be used", "leave out the part from ;, %3B, %3F or %23 on" + selects
	case webUI().MatchString(u.Path), u.Port() == webUIPort && webPage().MatchString(u.Path):
		api := *u
		api.Path, api.RawPath = "", ""
		if u.Port() == webUIPort {
			api.Host = net.JoinHostPort(u.Hostname(), bacalhauPort)
		}
		return "the address is that of a page for people, not of an API", "name the orchestrator's API: " + Public(api.String())
	}
	return "", ""
}

// parameters begin what is not the name of a resource in a path.
const parameters = "?#;"

var (
	// webUI matches the paths of Bacalhau's web UI below its own name.
	webUI = lazy.Regexp(`^/webui(/|$)`)

	// webPage matches those at its own port. At another one, such a path may be that of an
	// API behind a proxy.
	webPage = lazy.Regexp(`^/(nodes|jobs)(/[^/]+)?/*$`)
)

// Ports that Bacalhau serves at by default.
const (
	bacalhauPort = "1234"
	webUIPort    = "8438"
)

// Public returns a text that may be a URL, without user-info, parameters, query and fragment,
// cut to fit into a message: no secret in it is shown.
func Public(text string) string {
	if u, err := url.Parse(text); err == nil && u.Host != "" {
		behind := u.Path + u.RawQuery + u.Fragment
		u.User, u.RawQuery, u.ForceQuery, u.Fragment, u.RawFragment = nil, "", false, "", ""
		if i := strings.IndexAny(u.Path, parameters); i >= 0 {
			u.Path, u.RawPath = u.Path[:i], ""
		}
		// A password with a slash, a ? or a # in it ends up behind the host.
		if !strings.Contains(behind, "@") {
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

// PublicPath returns a path, cut to fit into a message. If there is no such file, what
// stands before an @ in it is left out, since it may be the password of a mistyped
// address.
func PublicPath(path string) string {
	if !strings.Contains(path, "@") || Exists(path) {
		return display.Excerpt(path)
	}
	public := Public(path)
	if !strings.Contains(public, "://") {
		public = "***@" + public
	}
	return public
}

// Exists reports whether there is a file, of any kind.
func Exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
