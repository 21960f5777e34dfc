package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/lazy"
)

// A Refusal is the answer of an API that refuses a request, in any version.
type Refusal struct {
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

// ParseRefusal reads the body of an answer. It reports false for a body that is
// not a refusal.
func ParseRefusal(body []byte) (r Refusal, ok bool) {
	if body = bytes.TrimSpace(body); len(body) == 0 || body[0] != '{' {
		return r, false
	}
	var wrongType *json.UnmarshalTypeError // the other fields are filled in
	if err := json.Unmarshal(body, &r); err != nil && !errors.As(err, &wrongType) {
		return r, false
	}
	return r, r.Error != "" || r.Message != "" || r.Details.Reason != ""
}

// Text returns what the refusal says beyond its status, cut to fit into a message.
func (r *Refusal) Text(status int) string {
	message := r.Message
	if r.Error != "" {
		message = r.Error
	}
	message = stripCode(message)
	// "Request Unauthorized" says no more than "401 Unauthorized".
	if strings.EqualFold(strings.TrimPrefix(message, "Request "), http.StatusText(status)) {
		message = ""
	}
	reason := r.Details.Reason
	switch {
	case message == "" || strings.Contains(reason, message):
		return Sentence(reason)
	case reason == "" || strings.Contains(message, reason):
		return Sentence(message)
	}
	return Sentence(strings.TrimRight(message, ".") + ": " + reason)
}

// Echo, the HTTP framework of the API, wraps messages in one or more of these.
var codePrefix = lazy.Regexp(`^(code=\d+, message=)+`)

func stripCode(s string) string {
	if prefix := codePrefix().FindString(s); prefix != "" {
		s, _, _ = strings.Cut(s[len(prefix):], ", internal=")
	}
	return s
}

// Sentence returns somebody else's sentence as a part of a message: its beginning,
// without a full stop.
func Sentence(s string) string { return display.Excerpt(trimSentence(s)) }

func trimSentence(s string) string { return strings.TrimRight(strings.TrimSpace(s), ".") }

// StatusText returns an HTTP status with its name, "404 Not Found", or "" for 0.
func StatusText(status int) string {
	if status == 0 {
		return ""
	}
	return strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status))
}

// Join puts a colon between the texts that are not empty.
func Join(texts ...string) string {
	var some []string
	for _, s := range texts {
		if s != "" {
			some = append(some, s)
		}
	}
	return strings.Join(some, ": ")
}
