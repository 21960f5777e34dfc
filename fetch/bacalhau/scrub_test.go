package bacalhau

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/internal/display"
)

// TestSecretsAreNotCutInHalf checks that no part of a key is shown when a server
// repeats it, even if the key is longer than a message may be, or the message is cut
// within it.
func TestSecretsAreNotCutInHalf(t *testing.T) {
	for _, key := range []string{strings.Repeat("JWT5", 80), "SEKRETKEY1234567890"} {
		for filler := 0; filler < 2*display.MaxExcerpt; filler += 7 {
			for _, body := range []string{`{"Status":403,"Message":"%s%s"}`, "%s%s"} {
				s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					w.WriteHeader(http.StatusForbidden)
					fmt.Fprintf(w, body, strings.Repeat("x", filler), r.Header.Get("Authorization"))
				}))
				c := Client{BaseURL: s.URL, Auth: Auth{Key: key}}
				_, err := c.List(t.Context())
				s.Close()
				if err == nil || strings.Contains(err.Error(), key[:6]) {
					t.Fatalf("after %d characters: %v", filler, err)
				}
			}
		}
	}
}
