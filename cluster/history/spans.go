package history

// This file answers who was there when.

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/snapshot"
)

// A Span is a time over which a node stayed as it was.
type Span struct {
	From, To time.Time    // to the next change of the node, or to when the network was last seen
	Node     cluster.Node // without its load

	// Connection is that of the snapshot; see [cluster.Snapshot.Connection].
	Connection cluster.Connection
}

// Spans yields what each node was over the time of a query, by ID and then by time. Where a
// node was not listed there is no span. It ends with the first error. A store in memory
// answers nothing else meanwhile.
func (s *Store) Spans(ctx context.Context, q Query) iter.Seq2[Span, error] {
	return func(yield func(Span, error) bool) {
		_, seen, err := s.Range(ctx)
		if err != nil {
			yield(Span{}, err)
			return
		}
		low, high := span(q.From, q.To)
		rows, err := s.read.QueryContext(ctx, `SELECT begun.at, ifnull(ended.at, ?4), record, begun.frame
			FROM version JOIN moment AS begun ON begun.seq = version.first LEFT JOIN moment AS ended ON ended.seq = version.last
			WHERE begun.at <= ?2 AND ifnull(ended.at, ?4) >= ?1 AND (?3 = '' OR node = ?3)
			ORDER BY node, version.first`, low, high, q.Node, millis(seen))
		if err != nil {
			yield(Span{}, s.explain(ctx, err))
			return
		}
		defer rows.Close() // says nothing that rows.Err does not
		hubs := hubsOf{}
		for rows.Next() {
			var from, to int64
			var record, frame string
			err := rows.Scan(&from, &to, &record, &frame)
			one := Span{From: timeOf(max(from, low)), To: timeOf(min(to, high))}
			if err == nil {
				one.Node, err = snapshot.Node(record)
			}
			if err == nil && q.Match != nil && !q.Match(&one.Node) {
				continue
			}
			if err == nil {
				one.Connection, err = hubs.connection(&one.Node, frame)
			}
			if !yield(one, s.explain(ctx, err)) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(Span{}, s.explain(ctx, err))
		}
	}
}

// A hubsOf holds the orchestrators of each frame, few of which differ.
type hubsOf map[string][]string

// connection returns the connection of a node in a snapshot with that frame.
func (h hubsOf) connection(n *cluster.Node, frame string) (cluster.Connection, error) {
	hubs, known := h[frame]
	if !known {
		snap, err := snapshot.Parts{Frame: frame}.Join()
		if err != nil {
			return "", err
		}
		hubs = snap.Orchestrators
		h[frame] = hubs
	}
	snap := cluster.Snapshot{Orchestrators: hubs}
	c := snap.Connection(n)
	if _, answered := slices.BinarySearch(hubs, n.ID); answered && c == "" {
		return cluster.Connected, nil
	}
	return c, nil
}
