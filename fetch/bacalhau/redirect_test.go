package bacalhau_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// An error after a redirect is about the place that it leads to, and so is its hint.
func TestErrorsAfterARedirectNameWhereItLeads(t *testing.T) {
	now := time.Now()
	secure, _ := serveTLS(t, []string{"127.0.0.1"}, now.Add(-time.Hour), now.Add(time.Hour))
	required, _ := serveTLS(t, []string{"127.0.0.1"}, now.Add(-time.Hour), now.Add(time.Hour), requiring(t, newIdentity(t, now), 0))
	plain := clustertest.Serve(t, "v1.9.3", clustertest.Routes{clustertest.PathNodes: "auth_badkey_nodes"}).URL
	swap := func(url, from, to string) string { return strings.Replace(url, from+"://", to+"://", 1) }
	refused := refusing(t)
	hangsUp := listen(t, "")
	for _, c := range []struct {
		to, message, hint string
		client            bacalhau.Client
	}{
		{refused, "connection refused", "is the orchestrator running", bacalhau.Client{}},
		{"http://s3cret.invalid", "no such host: ***.invalid", "check the name", bacalhau.Client{}},
		{swap(secure, "https", "http"), "the server expects https", "use " + secure, bacalhau.Client{}},
		{swap(plain, "http", "https"), "the server does not speak https", "use " + plain, bacalhau.Client{}},
		{hangsUp, "the server closed the connection without an answer", "does it expect https? if so, use " + swap(hangsUp, "http", "https"), bacalhau.Client{Retries: -1}},
		{secure, "the server's certificate is signed by an unknown authority", "pass the authority's", bacalhau.Client{}},
		{required, "the server requires a client certificate", "a client certificate is not sent on to " + required, bacalhau.Client{Insecure: true}},
		{plain, "", "credentials are not sent on to " + plain, bacalhau.Client{}},
	} {
		first := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, c.to+r.URL.Path, http.StatusFound)
		}))
		c.client.BaseURL, c.client.Auth = first.URL, bacalhau.Auth{Key: "s3cret"}
		_, _, err := listNodes(t.Context(), &c.client)
		first.Close()
		var e *bacalhau.Error
		want := "redirected to " + strings.Replace(c.to, "s3cret", "***", 1) + ": " + c.message
		if !errors.As(err, &e) || !strings.HasPrefix(e.Message, want) || !strings.HasPrefix(e.Hint, c.hint) || e.Source != first.URL {
			t.Errorf("%v, %+v, want %s", err, e, want)
			continue
		}
		wantNoSecret(t, everyWord(nil, err))
		if r := e.Redacted(); strings.Contains(r.Message+r.Hint, strings.TrimPrefix(c.to, "http")) {
			t.Errorf("redacted: %s, hint %s", r.Message, r.Hint)
		}
	}
}

// A secret that is a part of bacviz's own words does not leave a gap in them, which
// would tell what it is.
func TestOwnWordsAreNotMasked(t *testing.T) {
	answer := `{"Status":401,"Message":"not accepted: %s"}`
	for _, password := range []string{"pted", "credentials", "a"} {
		locked := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusUnauthorized)
			_, sent, _ := r.BasicAuth()
			_, _ = w.Write([]byte(strings.Replace(answer, "%s", sent, 1))) // a server on this machine
		}))
		_, _, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: locked.URL, Auth: bacalhau.Auth{Username: "ann", Password: password}})
		locked.Close()
		var e *bacalhau.Error
		if !errors.As(err, &e) || e.Hint != "the credentials were not accepted; bacviz config shows where they come from" || strings.HasSuffix(e.Message, password) {
			t.Errorf("%s: %v, %+v", password, err, e)
		}
		gone := bacalhau.Client{BaseURL: refusing(t), Auth: bacalhau.Auth{Key: "refused"}}
		if _, _, err = listNodes(t.Context(), &gone); err == nil || !strings.HasSuffix(err.Error(), ": connection refused") {
			t.Error(err)
		}
		exposed := bacalhau.Client{BaseURL: "http://orchestrator.invalid", Auth: bacalhau.Auth{Key: "encryption"}}
		if _, warnings, _ := listNodes(t.Context(), &exposed); len(warnings) != 1 || !strings.Contains(warnings[0].Message, "without encryption") {
			t.Error(warnings)
		}
	}
}
