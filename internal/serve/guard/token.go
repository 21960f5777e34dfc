package guard

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// MinToken is the length of the shortest token, in bytes.
const MinToken = 16

const maxForm = 4 << 10 // bytes of the form of a login

// A Token lets those pass who know it. Programs send it as a Bearer token; a browser sends
// it once, in a form, and gets a cookie that is derived from it.
type Token struct {
	sum    [sha256.Size]byte // of the token; all of the same length, they compare in constant time
	cookie string

	// Browsers send cookies to all ports of a host, so servers with different tokens need
	// cookies of different names.
	cookieName string
}

// NewToken returns the check of a token.
func NewToken(token []byte) *Token {
	derive := func(what string) []byte {
		mac := hmac.New(sha256.New, token)
		mac.Write([]byte("bacviz serve: " + what))
		return mac.Sum(nil)
	}
	return &Token{
		sum:        sha256.Sum256(token),
		cookie:     base64.RawURLEncoding.EncodeToString(derive("cookie")),
		cookieName: fmt.Sprintf("bacviz-%x", derive("name of the cookie")[:4]),
	}
}

// Require lets requests pass that have the token or its cookie, or whose path is open to all.
func (t *Token) Require(open func(path string) bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case open(r.URL.Path), t.has(r):
			next.ServeHTTP(w, r)
		case r.URL.Path == "/login" && r.Method == http.MethodPost:
			t.login(w, r)
		case strings.Contains(r.Header.Get("Accept"), "text/html"):
			askForToken(w, "")
		default:
			w.Header().Set("WWW-Authenticate", `Bearer realm="bacviz"`)
			Refuse(w, http.StatusUnauthorized, "this server needs its token", "send the header Authorization: Bearer TOKEN, or open its page in a browser")
		}
	})
}

// has reports whether a request has the token.
func (t *Token) has(r *http.Request) bool {
	if scheme, token, found := strings.Cut(r.Header.Get("Authorization"), " "); found && strings.EqualFold(scheme, "Bearer") {
		return t.is(token)
	}
	cookie, err := r.Cookie(t.cookieName)
	return err == nil && subtle.ConstantTimeCompare([]byte(cookie.Value), []byte(t.cookie)) == 1
}

func (t *Token) is(token string) bool {
	sum := sha256.Sum256([]byte(strings.TrimSpace(token)))
	return subtle.ConstantTimeCompare(sum[:], t.sum[:]) == 1
}

// login sets the cookie for whoever sends the token. Without a path, a browser keeps it for
// the folder of the page, wherever a proxy puts that.
func (t *Token) login(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil || !t.is(r.PostForm.Get("token")) {
		askForToken(w, "That is not the token of this server.")
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: t.cookieName, Value: t.cookie, HttpOnly: true, SameSite: http.SameSiteStrictMode,
		Secure: r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https",
	})
	w.Header().Set("Location", "./")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusSeeOther)
}

const loginCSS = "body{font:1rem system-ui,sans-serif;max-width:24rem;margin:20vh auto;padding:0 1rem}" +
	":root{color-scheme:light dark}input,button{font:inherit;padding:.4rem;margin:.3rem 0;width:100%;box-sizing:border-box}"

// askForToken sends the page that asks for the token.
func askForToken(w http.ResponseWriter, wrong string) {
	sum := sha256.Sum256([]byte(loginCSS))
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
	w.WriteHeader(http.StatusUnauthorized)
	_, _ = io.WriteString(w, `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>bacviz</title><style>`+loginCSS+`</style></head>
<body><main><h1>bacviz</h1><form method="post" action="login"><p role="alert">`+wrong+`</p><label>Token of this server
<input type="password" name="token" autocomplete="current-password" required autofocus></label><button>Open the page</button></form></main></body></html>
`) // the client may have gone
}
