package output

// This file checks links to pages about nodes.

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/bacviz/bacviz/output/internal/paint"
)

// checkLink returns an error for a link that is not http or https, that contains a
// password, or whose host depends on the ID of a node.
func checkLink(link string) error {
	u, err := url.Parse(strings.ReplaceAll(link, paint.LinkID, "id"))
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return fmt.Errorf("the link is not a URL that begins with https:// or http://")
	case u.User != nil:
		return fmt.Errorf("the link contains a user name or a password, which anybody could read in the picture")
	}
	_, address, _ := strings.Cut(link, "://")
	if i := strings.Index(address, paint.LinkID); i < 0 || !strings.ContainsAny(address[:i], "/?#") {
		return fmt.Errorf("the link has no %s after its host, where the ID of a node belongs", paint.LinkID)
	}
	return nil
}
