package output

// This file links nodes to pages about them.

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/bacviz/bacviz/graph"
)

// linkID is where a node's ID belongs in Options.Link.
const linkID = "{id}"

// checkLink returns an error for a link that a browser would run, that carries a
// password, or that leads a node's ID elsewhere than to the host it names.
func checkLink(link string) error {
	u, err := url.Parse(strings.ReplaceAll(link, linkID, "id"))
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return fmt.Errorf("the link is no address that begins with https:// or http://")
	case u.User != nil:
		return fmt.Errorf("the link has a user or a password in it, which could be read in the picture")
	}
	_, rest, _ := strings.Cut(link, "://")
	if i := strings.Index(rest, linkID); i < 0 || !strings.ContainsAny(rest[:i], "/?#") {
		return fmt.Errorf("the link has no %s after its host, where the ID of a node belongs", linkID)
	}
	return nil
}

// linkTo is the address of the page about a vertex, or "" if there is none: the
// page of a group is nowhere, and a job is no node.
func linkTo(link string, v *graph.Vertex) string {
	if link == "" || v == nil || v.Members != nil || v.Job != nil {
		return ""
	}
	// As in a query, but a space is not a plus, so that it does in a path too.
	id := strings.ReplaceAll(url.QueryEscape(v.NodeID()), "+", "%20")
	return strings.ReplaceAll(link, linkID, id)
}
