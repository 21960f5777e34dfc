package bacalhau_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/internal/clustertest"
)

func TestKeyGoesToTheFirstHostOnly(t *testing.T) {
	orchestrator := clustertest.Serve(t, "v1.9.3", nil)
	second := clustertest.ServeFault(t, clustertest.FaultNone, orchestrator.Config.Handler)
	first := clustertest.ServeFault(t, clustertest.FaultElsewhere, orchestrator.Config.Handler)
	first.Elsewhere, first.Path = second.URL, clustertest.PathNodes
	basic := "Basic YW5uOnMzY3JldA==" // ann:s3cret
	for _, c := range []struct {
		client bacalhau.Client
		want   string
	}{
		{bacalhau.Client{BaseURL: first.URL, Auth: bacalhau.Auth{Key: secretKey}}, "Bearer " + secretKey},
		{bacalhau.Client{BaseURL: first.URL, Auth: bacalhau.Auth{Username: "ann", Password: "s3cret"}}, basic},
		{bacalhau.Client{BaseURL: strings.Replace(first.URL, "http://", "http://ann:s3cret@", 1)}, basic},
		{bacalhau.Client{BaseURL: first.URL, Auth: bacalhau.Auth{Key: secretKey}, HTTP: &http.Client{}}, "Bearer " + secretKey},
	} {
		seen, there := len(first.Requests()), len(second.Requests())
		list, warnings, err := listNodes(t.Context(), &c.client)
		if err != nil || len(list.Nodes) != 7 || len(warnings) > 0 {
			t.Error(len(list.Nodes), warnings, err)
		}
		if got := first.Requests()[seen:]; len(got) != 2 {
			t.Errorf("%d requests", len(got))
		} else {
			for _, r := range got {
				if r.Header.Get("Authorization") != c.want {
					t.Errorf("the first host got %q, want %q", r.Header.Get("Authorization"), c.want)
				}
			}
		}
		if got := second.Requests()[there:]; len(got) != 1 {
			t.Errorf("%d requests elsewhere", len(got))
		} else if len(got[0].Header.Values("Authorization")) > 0 || strings.Contains(fmt.Sprint(got[0].Header, got[0].URL), "s3cret") {
			t.Errorf("the second host got %v", got[0].Header)
		}
	}

	// If the other host asks for a key, the hint says why it got none.
	second.Fault = "401"
	_, _, err := listNodes(t.Context(), &bacalhau.Client{BaseURL: first.URL, Auth: bacalhau.Auth{Key: secretKey}})
	var e *bacalhau.Error
	if !errors.As(err, &e) || !strings.HasPrefix(e.Hint, "credentials are not sent on to "+second.URL) {
		t.Errorf("%v, %+v", err, e)
	}
}

func TestKeyOverPlainHTTPIsWarnedOf(t *testing.T) {
	_, warnings, _ := listNodes(t.Context(), &bacalhau.Client{BaseURL: "http://orchestrator.invalid:1234", Auth: bacalhau.Auth{Key: secretKey}, Timeout: time.Second})
	if len(warnings) != 1 || warnings[0].String() != "http://orchestrator.invalid:1234: credentials are sent without encryption; use https" {
		t.Error(warnings)
	}
	for _, c := range []bacalhau.Client{
		{BaseURL: "http://orchestrator.invalid:1234"},
		{BaseURL: "https://orchestrator.invalid:1234", Auth: bacalhau.Auth{Key: secretKey}},
		{BaseURL: "http://localhost:1", Auth: bacalhau.Auth{Key: secretKey}},
		{BaseURL: "http://[::1]:1", Auth: bacalhau.Auth{Key: secretKey}},
	} {
		c.Timeout = time.Second
		if _, warnings, _ := listNodes(t.Context(), &c); len(warnings) > 0 {
			t.Error(c.BaseURL, warnings)
		}
	}
}

func TestAuthShowsNoSecret(t *testing.T) {
	for _, auth := range []bacalhau.Auth{{Key: secretKey}, {Username: "ann", Password: "s3cret"}} {
		client := bacalhau.Client{BaseURL: "http://localhost:1", Auth: auth}
		wantNoSecret(t, fmt.Sprintf("%v %+v %#v %s %q %d %v %+v %#v", auth, auth, auth, auth, auth, auth, client, client, &client))
	}
}

// No recorded answer brings a secret into a message.
func TestNoSecretInMessagesOfCaptures(t *testing.T) {
	for _, version := range clustertest.Versions() {
		for _, name := range clustertest.Names(version) {
			server := clustertest.Serve(t, version, clustertest.Routes{clustertest.PathNodes: name})
			for _, client := range []bacalhau.Client{
				{BaseURL: server.URL, Auth: bacalhau.Auth{Key: secretKey}},
				{BaseURL: strings.Replace(server.URL, "http://", "http://ann:s3cret@", 1) + "/?token=s3cret"},
			} {
				_, warnings, err := listNodes(t.Context(), &client)
				wantNoSecret(t, everyWord(warnings, err)+client.Name())
			}
		}
	}
}

func TestForbiddenAnswersHaveAHint(t *testing.T) {
	server := httptest.NewServer(clustertest.Answer{Status: http.StatusForbidden, Body: []byte("Forbidden")})
	t.Cleanup(server.Close)
	for _, c := range []struct {
		auth bacalhau.Auth
		hint string
	}{
		{bacalhau.Auth{}, "does this orchestrator require credentials? set BACALHAU_API_KEY"},
		{bacalhau.Auth{Key: "k"}, "the credentials do not allow this"},
	} {
		_, err := (&bacalhau.Client{BaseURL: server.URL, Auth: c.auth}).List(t.Context())
		var e *bacalhau.Error
		if !errors.As(err, &e) || !strings.HasPrefix(e.Hint, c.hint) {
			t.Errorf("got %+v, want the hint %q", err, c.hint)
		}
	}
}
