// Package guard keeps away from a server whoever has no business there: pages of other
// origins, names that an attacker points at it, clients without its token, and those that
// hold connections for nothing. Requests come in; the ones that may pass go on.
package guard

import (
	"encoding/json"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/internal/display"
)

// Refuse answers a request with an error, as a JSON document with what was wrong and what to try.
func Refuse(w http.ResponseWriter, status int, message, hint string) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Del("ETag")
	w.WriteHeader(status)
	// The client may have gone.
	_ = json.NewEncoder(w).Encode(struct {
		Error string `json:"error"`
		Hint  string `json:"hint,omitempty"`
	}{display.OneLine(message), display.OneLine(hint)})
}

// Hosts lets requests pass whose Host header is an IP address, localhost or one of the
// names, and that no page of another origin sent. A page whose name an attacker points at
// this server (DNS rebinding) has a name that is none of these. The paths of embeddable
// may be part of pages elsewhere.
func Hosts(names []string, embeddable func(path string) bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !known(r.Host, names):
			Refuse(w, http.StatusMisdirectedRequest, "this server does not know the host "+display.Quote(display.Excerpt(r.Host)),
				"use its IP address, or start it with --host and the name that it is reached by")
		case foreign(r) && !embeddable(r.URL.Path):
			Refuse(w, http.StatusForbidden, "a page of another origin may not ask for this", "open the address itself")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// known reports whether a Host header, with or without a port, names this server.
func known(header string, names []string) bool {
	host := strings.ToLower(hostOf(header))
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	return host == "localhost" || slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, host) })
}

// hostOf returns a Host header without its port and without brackets.
func hostOf(header string) string {
	if host, _, err := net.SplitHostPort(header); err == nil {
		return host
	}
	return strings.TrimSuffix(strings.TrimPrefix(header, "["), "]")
}

// foreign reports whether a browser says that a page of another origin sent the request.
// That a person follows a link is none of that page's doing.
func foreign(r *http.Request) bool {
	switch site := r.Header.Get("Sec-Fetch-Site"); site {
	case "": // an old browser, or a program
	case "same-origin", "none":
		return false
	default:
		return r.Header.Get("Sec-Fetch-Mode") != "navigate" || r.Method != http.MethodGet
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false
	}
	from, err := url.Parse(origin)
	return err != nil || !strings.EqualFold(from.Host, r.Host)
}

// Headers adds what tells browsers to be careful with an answer: not to guess what it is, to show it
// in no frame of another site, and to tell nobody where a link was.
func Headers(embeddable func(path string) bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Content-Security-Policy", "frame-ancestors 'self'")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if embeddable(r.URL.Path) {
			h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		}
		next.ServeHTTP(w, r)
	})
}

// Client returns the address of who sent a request, without its port.
func Client(r *http.Request) string { return hostOf(r.RemoteAddr) }
