//go:build !wasip1

package history

// This file answers who was there when.

import (
	"context"
	"iter"

	"github.com/bacviz/bacviz/cluster/snapshot"
)

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
