package fetch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What an [Error] was doing.
const (
	opList   = "listing nodes"
	opRead   = "reading nodes"
	opSource = "source"
	opJob    = "reading the job"
)

// An Error says what failed, where, and why, in words for the person who asked.
// None of its texts holds user-info or a query of a URL.
type Error struct {
	Op      string   // such as "listing nodes"
	Source  string   // as [Source.Name]
	Status  int      // of the HTTP answer; 0 without one
	Message string   // lower case where it is ours, without a full stop
	Hint    string   // what to try, on a line of its own; may be empty
	Said    []string // what of Message and Hint others said, besides what stands in quotes there
	Err     error    // the cause; may be nil. Its own text may hold secrets
}

// Error joins what is known: listing nodes: http://10.0.0.5:1234: 401
// Unauthorized: Missing Authorization header.
func (e *Error) Error() string {
	return join(e.Op, e.Source, statusText(e.Status), e.Message)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Discreet returns the error without IDs, names and other words of what was read,
// for logs that others can see. What the caller gave stays: the Source.
func (e *Error) Discreet() *Error {
	d := *e
	if op, _, ofJob := strings.Cut(e.Op, " job "); ofJob {
		d.Op = op + " a job"
	}
	d.Message, d.Said = discreet(e.Message, e.Said...), nil
	if d.Hint = discreet(e.Hint, e.Said...); d.Hint != e.Hint {
		d.Hint = "" // it lists what there is
	}
	return &d
}

// discreet puts an ellipsis in the place of what others said in a text, and of all that
// stands in quotes, the last of which may lack their end.
func discreet(text string, said ...string) string {
	for _, s := range said {
		if s != "" {
			text = strings.ReplaceAll(text, s, "…")
		}
	}
	return quotedWords.ReplaceAllString(text, `"…"`)
}

var quotedWords = regexp.MustCompile(`(?s)"(\\.|[^"\\])*("|\\?$)`)

// join puts a colon between the texts that are not empty.
func join(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), ": ")
}

func statusText(status int) string {
	if status == 0 {
		return ""
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
}

// An errorAnswer is what an API says when it refuses, in any version.
type errorAnswer struct {
	// v1.4: Error holds the useful text, and message only names the status.
	Error string `json:"error"`

	// v1.5 and later.
	Status  int
	Message string
	Code    string
	Hint    string
	Details struct {
		Reason string `json:"reason"`
	}
}

// parseErrorAnswer reads the body of an error answer. It reports false when
// body is no such thing.
func parseErrorAnswer(body []byte) (a errorAnswer, ok bool) {
	if body = bytes.TrimSpace(body); len(body) == 0 || body[0] != '{' {
		return a, false
	}
	var wrongType *json.UnmarshalTypeError // the other fields are filled in
	if err := json.Unmarshal(body, &a); err != nil && !errors.As(err, &wrongType) {
		return a, false
	}
	return a, a.Error != "" || a.Message != "" || a.Details.Reason != ""
}

// text is what the answer says beyond its status.
func (a *errorAnswer) text(status int) string {
	message := a.Message
	if a.Error != "" {
		message = a.Error
	}
	message = stripCode(message)
	// "Request Unauthorized" says no more than "401 Unauthorized".
	if strings.EqualFold(strings.TrimPrefix(message, "Request "), http.StatusText(status)) {
		message = ""
	}
	reason := a.Details.Reason
	switch {
	case message == "" || strings.Contains(reason, message):
		return sentence(reason)
	case reason == "" || strings.Contains(message, reason):
		return sentence(message)
	}
	return sentence(strings.TrimRight(message, ".") + ": " + reason)
}

// Echo, the HTTP framework of the API, wraps messages in one or more of these.
var codePrefix = regexp.MustCompile(`^(code=\d+, message=)+`)

func stripCode(s string) string {
	if prefix := codePrefix.FindString(s); prefix != "" {
		s, _, _ = strings.Cut(s[len(prefix):], ", internal=")
	}
	return s
}

// isHTML reports whether a text begins like a page (or other XML) does.
func isHTML(text []byte) bool {
	text = bytes.TrimLeftFunc(text, unicode.IsSpace)
	return len(text) > 1 && text[0] == '<' && (text[1] == '!' || text[1] == '?' || unicode.IsLetter(rune(text[1])))
}

// firstLine is the first line of a text that is not blank.
func firstLine(text []byte) string {
	line, _, _ := bytes.Cut(bytes.TrimLeftFunc(text, unicode.IsSpace), []byte("\n"))
	return sentence(string(line))
}

// sentence fits somebody else's words into ours.
func sentence(s string) string {
	return strings.TrimRight(clean(strings.TrimSpace(s)), ".")
}

// maxQuote is how many characters of somebody else's text a message shows, escapes
// counted as they are written.
const maxQuote = 200

// clean makes a text fit for one line of a terminal: it escapes what is not
// printable, and cuts what is too long.
func clean(s string) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		c := string(r)
		switch {
		case r == '\t':
			c = " "
		case unicode.IsPrint(r):
		case r < 0x80:
			c = fmt.Sprintf(`\x%02x`, r)
		default:
			c = fmt.Sprintf(`\u%04x`, r)
		}
		if n += utf8.RuneCountInString(c); n > maxQuote {
			b.WriteString("…")
			break
		}
		b.WriteString(c)
	}
	return b.String()
}

// quote puts a text between quotes, which end where it does.
func quote(s string) string { return `"` + strings.ReplaceAll(clean(s), `"`, `\"`) + `"` }

// redact removes user-info, query and fragment from what may be a URL, so that
// no secret in it reaches a message.
func redact(raw string) string {
	if u, err := url.Parse(raw); err == nil && u.Host != "" {
		u.User, u.RawQuery, u.ForceQuery, u.Fragment, u.RawFragment = nil, "", false, "", ""
		// A password with a slash in it ends up in the path.
		if !strings.Contains(u.Path, "@") {
			return clean(u.String())
		}
	}
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok {
		scheme, rest = "", raw
	} else {
		scheme += "://"
	}
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		rest = rest[i+1:]
	}
	if i := strings.IndexAny(rest, "?#"); i >= 0 {
		rest = rest[:i]
	}
	return clean(scheme + rest)
}

// innermost follows the chain of single causes to its end.
func innermost(err error) error {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err
		}
		err = next
	}
}
