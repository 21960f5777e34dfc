package pages

// This file has what the index says of files that were left out, and of clusters that fell silent.

import (
	"time"

	"github.com/bacviz/bacviz/fleet"
)

// A lost is how many files of a cluster were left out, with one of them.
type lost struct {
	Cluster, File string // printable; the path of the page, empty if the cluster has no snapshot
	Number        int
	Name, Reason  string // of the last that the report has
}

// mostLost is how many clusters with files that were left out the index lists at most.
const mostLost = 40

func newLost(r *fleet.Report) lost {
	last := r.Lost[len(r.Lost)-1]
	out := lost{Cluster: printable(r.Cluster), Number: r.LeftOut, Name: printable(last.File), Reason: printable(last.Reason)}
	if r.Snapshots > 0 {
		out.File = nameOf(r.Cluster) + ".html"
	}
	return out
}

// counts reports whether a cluster is a part of the figures of all at a time: from its first snapshot
// until it has been silent for a day, and for three times as long as is usual between its snapshots.
func (r *row) counts(at time.Time) bool {
	const least, times = 24 * time.Hour, 3
	silence := least
	if r.Snapshots > 1 {
		silence = max(least, times*(r.To.Sub(r.From)/time.Duration(r.Snapshots-1)))
	}
	return !at.Before(r.From) && !at.After(r.To.Add(silence))
}
