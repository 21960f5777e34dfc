// Package notify tells somebody when a rule breaks, and when it holds again, once each.
//
// Reports of package check come in, one for each look at the network. What goes out are
// messages to a URL, which are sent again until they arrive or there is no hope. The URL
// may hold a secret, and is in no message and no error.
package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/bacviz/bacviz/check"
	"github.com/bacviz/bacviz/internal/display"
)

// A Message says that a rule broke, or that it holds again.
type Message struct {
	ID     string // the same each time that the message is sent
	At     time.Time
	Rule   string
	Advice string // the message of the rule; may be empty
	Broken bool
	Found  string
	Nodes  []string // at fault
}

// A Watch finds what is worth telling. It is used by one goroutine.
type Watch struct {
	// After is how long a rule has to be broken before that is told: a restart of an
	// orchestrator takes 20 s, and looks as if all nodes were gone.
	After time.Duration

	Epoch string // names this start of the server in the IDs of messages

	broken map[place]*outage
	told   int
}

// A place is where a rule is in its file. Its name may be another one in the next report: pseudonyms
// in it are those of the network as it is.
type place struct{ line, column int }

// An outage is a rule that does not hold.
type outage struct {
	since time.Time
	told  bool
}

// Take returns what a report has that was not told. A rule that cannot be evaluated is as
// it was.
func (w *Watch) Take(report check.Report, at time.Time) (all []Message) {
	if w.broken == nil {
		w.broken = map[place]*outage{}
	}
	for i := range report.Results {
		r := &report.Results[i]
		of := place{r.Rule.Line, r.Rule.Column}
		now := w.broken[of]
		switch {
		case r.Status == check.Broken:
			if now == nil {
				now = &outage{since: at}
				w.broken[of] = now
			}
			if !now.told && at.Sub(now.since) >= w.After {
				now.told = true
				all = append(all, w.message(r, at))
			}
		case r.Status == check.Holds && now != nil:
			if delete(w.broken, of); now.told {
				all = append(all, w.message(r, at))
			}
		}
	}
	return all
}

func (w *Watch) message(r *check.Result, at time.Time) Message {
	w.told++
	return Message{
		ID: w.Epoch + "-" + strconv.Itoa(w.told), At: at.UTC(), Rule: r.Rule.Name, Advice: r.Rule.Message,
		Broken: r.Status == check.Broken, Found: r.Found, Nodes: r.Nodes,
	}
}

// String returns the message on one line.
func (m Message) String() string {
	if m.Broken {
		return fmt.Sprintf("the rule %s is broken: %s", display.Quote(m.Rule), m.Found)
	}
	return fmt.Sprintf("the rule %s holds again: %s", display.Quote(m.Rule), m.Found)
}

// Formats are the forms that a message is sent in.
var Formats = []string{"json", "slack"}

// maxNodes is how many nodes a message names.
const maxNodes = 100

// body returns the message in a form: "slack" is what incoming webhooks of Slack, and of
// others that follow it, take.
func (m Message) body(format string) ([]byte, error) {
	nodes := m.Nodes[:min(maxNodes, len(m.Nodes))]
	if format == "slack" {
		text := "bacviz: " + m.String()
		if m.Broken && m.Advice != "" {
			text += "\n" + m.Advice
		}
		if m.Broken && len(nodes) > 0 {
			text += "\n" + display.Count(len(m.Nodes), "node") + ": " + strings.Join(nodes[:min(10, len(nodes))], ", ")
		}
		return json.Marshal(map[string]string{"text": slackText.Replace(text)})
	}
	status := check.Holds
	if m.Broken {
		status = check.Broken
	}
	return json.Marshal(struct {
		Kind    string       `json:"bacviz"`
		Version int          `json:"version"`
		ID      string       `json:"id"`
		At      time.Time    `json:"at"`
		Rule    string       `json:"rule"`
		Status  check.Status `json:"status"`
		Found   string       `json:"found"`
		Message string       `json:"message,omitempty"`
		Count   int          `json:"count,omitempty"` // of the nodes at fault
		Nodes   []string     `json:"nodes,omitempty"` // some of them
	}{"notification", 1, m.ID, m.At, m.Rule, status, m.Found, m.Advice, len(m.Nodes), nodes})
}

// slackText escapes what Slack takes for links and mentions:
// https://api.slack.com/reference/surfaces/formatting#escaping
var slackText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// A Sender sends messages to a URL, in their order.
type Sender struct {
	URL    string
	Format string        // of Formats
	Wait   time.Duration // before the second attempt; it doubles with each
	Log    func(format string, args ...any)

	queue chan Message
}

const (
	attempts  = 10
	maxWait   = time.Minute
	perSend   = 10 * time.Second
	maxQueued = 256
)

// CheckURL returns an error if messages cannot be sent there. The error does not show the URL.
func CheckURL(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return errors.New("not an http or https URL")
	}
	return nil
}

// NewSender returns a sender to a URL.
func NewSender(to, format string, wait time.Duration, log func(string, ...any)) *Sender {
	return &Sender{URL: to, Format: format, Wait: wait, Log: log, queue: make(chan Message, maxQueued)}
}

// Send has a message sent, and does not wait for that.
func (s *Sender) Send(m Message) {
	select {
	case s.queue <- m:
	default:
		s.Log("nobody can be told, as too much waits to be: %s", m)
	}
}

// Run sends messages until ctx ends.
func (s *Sender) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case m := <-s.queue:
			if err := s.deliver(ctx, m); err != nil && ctx.Err() == nil {
				s.Log("nobody could be told that %s: %s", m, display.Excerpt(err.Error()))
			}
		}
	}
}

// deliver sends a message until it arrives.
func (s *Sender) deliver(ctx context.Context, m Message) error {
	body, err := m.body(s.Format)
	if err != nil {
		return err
	}
	wait := s.Wait
	for i := 1; ; i++ {
		after, again, err := s.post(ctx, body)
		if err == nil || !again || i == attempts {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(max(after, wait)):
		}
		wait = min(2*wait, maxWait)
	}
}

// post sends a body once. It reports whether another attempt may help, and how long to
// wait for that if the server says so.
func (s *Sender) post(ctx context.Context, body []byte) (after time.Duration, again bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, perSend)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL, bytes.NewReader(body))
	if err != nil {
		return 0, false, errors.New("not a valid URL") // which err shows
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "bacviz")
	// A redirect would take the message, and perhaps a secret, to somebody else.
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		if shows := (*url.Error)(nil); errors.As(err, &shows) {
			err = shows.Err
		}
		return 0, true, err
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection is used again
	if err := resp.Body.Close(); err != nil {
		return 0, true, err
	}
	if resp.StatusCode/100 == 2 {
		return 0, false, nil
	}
	seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After")) // 0 if it is a date
	after = min(time.Duration(max(0, seconds))*time.Second, maxWait)
	again = resp.StatusCode >= 500 || resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode == http.StatusRequestTimeout
	return after, again, fmt.Errorf("%d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
}
