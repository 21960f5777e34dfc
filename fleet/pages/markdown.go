package pages

// This file writes the index in Markdown.

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/bacviz/bacviz/internal/mdtext"
)

// markdown returns the index for a repository or a wiki.
func markdown(o *overview) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s, %s", mdtext.Escape(o.Title), count(len(o.Rows), "cluster"), count(o.Snapshots, "snapshot"))
	if o.LeftOut > 0 {
		fmt.Fprintf(&b, ", %s left out", count(o.LeftOut, "file"))
	}
	fmt.Fprintf(&b, ", %s to %s (UTC). %s of %s connected.\n", momentText(o.From), momentText(o.To), number(o.Sum.Connected), count(o.Sum.Nodes, "compute node"))
	if o.Silent > 0 {
		fmt.Fprintf(&b, "\nSilent, and not in these figures: %s.\n", count(o.Silent, "cluster"))
	}
	fmt.Fprintf(&b, "\n![Nodes and CPU of all clusters over time](%s)\n", o.Chart.File)
	if len(o.Open) > 0 {
		b.WriteString("\n## Rules that are broken or unknown\n\n| Cluster | Rule | Status | Since | Found |\n|---|---|---|---|---|\n")
		for _, f := range o.Open[:min(mostOpen, len(o.Open))] {
			found := mdtext.Escape(f.Found)
			if f.Message != "" {
				found += ": " + mdtext.Escape(f.Message)
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", mdtext.Code(f.Cluster), mdtext.Code(f.Name), f.Status, momentText(f.Since), found)
		}
		if more := len(o.Open) - mostOpen; more > 0 {
			fmt.Fprintf(&b, "\n%s more are on the pages of their clusters.\n", number(more))
		}
	}
	if len(o.Latest) > 0 {
		b.WriteString("\n## What changed last\n\n| Time | Cluster | What | Who |\n|---|---|---|---|\n")
		for _, m := range o.Latest {
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", momentText(m.At), mdtext.Code(m.Cluster), countsText(m.Counts), mdtext.Code(m.Who))
		}
		if o.AtOnce > 0 {
			fmt.Fprintf(&b, "\n%s changed at the last of these times.\n", count(o.AtOnce, "more cluster"))
		}
	}
	b.WriteString("\n## Clusters\n\n| Cluster | Picture | Connected | Nodes | CPU in use | Changes | Rules | Last snapshot |\n|---|---|--:|--:|--:|---|---|---|\n")
	for i := range o.Rows {
		r := &o.Rows[i]
		rules := "not checked"
		if r.Checked > 0 {
			rules = fmt.Sprintf("%d broken, %d unknown", broken(r.Open()), unknown(r.Open()))
		}
		changes := countsText(r.Counts)
		if changes == "" {
			changes = "none"
		}
		last := momentText(r.To)
		if r.Silent {
			last += ", silent since"
		}
		fmt.Fprintf(&b, "| %s | [![](%s)](%s) | %s | %s | %s | %s | %s | %s |\n", mdtext.Code(r.Name), pathOf(r.Picture.File), pathOf(strings.TrimSuffix(r.File, ".html")+".svg"),
			number(r.Sum.Connected), number(r.Sum.Nodes), r.Share(), changes, rules, last)
	}
	o.leftOut(&b)
	return []byte(b.String())
}

// leftOut writes which files were left out.
func (o *overview) leftOut(b *strings.Builder) {
	if len(o.Lost) == 0 {
		return
	}
	b.WriteString("\n## Left out\n\n| Cluster | Files | Such as | Reason |\n|---|--:|---|---|\n")
	for _, l := range o.Lost[:min(mostLost, len(o.Lost))] {
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", mdtext.Code(l.Cluster), number(l.Number), mdtext.Code(l.Name), mdtext.Escape(l.Reason))
	}
	if more := len(o.Lost) - mostLost; more > 0 {
		fmt.Fprintf(b, "\n%s more.\n", count(more, "cluster"))
	}
}

// pathOf returns the URL of a file beside the page.
func pathOf(file string) string { return (&url.URL{Path: file}).EscapedPath() }
