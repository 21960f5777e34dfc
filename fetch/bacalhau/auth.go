package bacalhau

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/bacviz/bacviz/fetch/internal/address"
)

// Auth identifies a user to an orchestrator: a key, or a name and a password.
// However it is printed, it does not show its secrets.
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

// header returns the value of the Authorization header, or "".
func (a Auth) header() string {
	switch {
	case a.Key != "":
		return "Bearer " + a.Key
	case a.Username != "" || a.Password != "":
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(a.Username+":"+a.Password))
	}
	return ""
}

// scrub returns a text without the secrets: a server may repeat what it was sent,
// in quotes or as it is. Beginnings of secrets that were cut off at an "…" are taken
// out too.
func (a Auth) scrub(text string) string {
	for _, secret := range []string{a.Key, a.Password, strings.TrimPrefix(a.header(), "Basic ")} {
		quoted := strconv.Quote(secret)
		for _, form := range []string{secret, quoted[1 : len(quoted)-1]} {
			if form != "" {
				text = scrubBeginnings(strings.ReplaceAll(text, form, "***"), form)
			}
		}
	}
	return text
}

// scrubQuoted returns a text without the secrets in what others wrote: in the quoted
// parts, and in quotes. It leaves bacviz's own words as they are, since a word with a
// gap would tell what is in the gap.
func (a Auth) scrubQuoted(text string, quoted ...string) string {
	for _, q := range quoted {
		if q != "" {
			text = strings.ReplaceAll(text, q, a.scrub(q))
		}
	}
	return inQuotes().ReplaceAllStringFunc(text, a.scrub)
}

// scrubBeginnings takes the longest beginning of the secret, of three bytes or more,
// out of the text before each "…".
func scrubBeginnings(text, secret string) string {
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

// An originTransport sends credentials to one origin and to no other, wherever a
// redirect leads. An http.Client would send them to other ports of the same host, to
// its subdomains, and from https to http.
type originTransport struct {
	base   http.RoundTripper
	origin string
	header string
	last   atomic.Pointer[url.URL] // where the last request went
}

func (t *originTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	t.last.Store(req.URL)
	if t.header != "" && address.Origin(req.URL) == t.origin {
		req = req.Clone(req.Context())
		req.Header.Set("Authorization", t.header)
	}
	return t.base.RoundTrip(req)
}

// elsewhere returns the scheme and host that a redirect led the last request to, or ""
// if it went to the origin.
func (t *originTransport) elsewhere() string {
	last := t.last.Load()
	if last == nil || address.Origin(last) == t.origin {
		return ""
	}
	return address.Public(last.Scheme + "://" + last.Host)
}
