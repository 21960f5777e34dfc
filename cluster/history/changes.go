//go:build !wasip1

package history

// This file answers what changed, of all nodes or of one.

import (
	"context"
	"database/sql"
	"iter"
	"strings"

	"github.com/bacviz/bacviz/cluster/snapshot"
	"github.com/bacviz/bacviz/diff"
)

// Changes yields the changes that a query means, newest first; those of one moment in the
// order of the text of package diff. It ends with the first error. A store in memory answers
// nothing else meanwhile.
func (s *Store) Changes(ctx context.Context, q Query) iter.Seq2[Change, error] {
	return func(yield func(Change, error) bool) {
		text, args := q.sql()
		rows, err := s.read.QueryContext(ctx, text, args...)
		if err != nil {
			yield(Change{}, s.explain(ctx, err))
			return
		}
		defer rows.Close() // says nothing that rows.Err does not
		for rows.Next() {
			c, matches, err := q.change(rows)
			if !matches && err == nil {
				continue
			}
			if !yield(c, s.explain(ctx, err)) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(Change{}, s.explain(ctx, err))
		}
	}
}

// sql returns the statement for a query. A node is looked for in two indexes.
func (q Query) sql() (text string, args []any) {
	columns := "SELECT change.rowid AS id, change.seq AS seq, moment.at AS at, change.node, former, orchestrator, kind, diff, "
	if q.Match == nil {
		columns += "NULL FROM "
	} else {
		columns += `(SELECT record FROM version WHERE version.node = change.node AND version.first <= change.seq ORDER BY version.first DESC LIMIT 1) FROM `
	}
	const joined = "change JOIN moment ON moment.seq = change.seq WHERE moment.at BETWEEN ?1 AND ?2"
	low, high := span(q.From, q.To)
	args = []any{low, high}
	text = columns + "moment CROSS JOIN change ON change.seq = moment.seq WHERE moment.at BETWEEN ?1 AND ?2"
	if q.Node != "" {
		text = columns + joined + " AND change.node = ?3 UNION ALL " + columns + joined + " AND former = ?3 AND former != '' AND change.node != ?3"
		args = append(args, q.Node)
	}
	return text + " ORDER BY at DESC, seq DESC, id", args
}

// change reads a change, and reports whether the query means it.
func (q Query) change(rows *sql.Rows) (c Change, matches bool, err error) {
	var id, at int64
	var kind, text string
	var record sql.NullString
	if err := rows.Scan(&id, &c.Seq, &at, &c.ID, &c.From, &c.Orchestrator, &kind, &text, &record); err != nil {
		return c, false, err
	}
	if q.Match != nil {
		if c.Orchestrator || !record.Valid {
			return c, false, nil
		}
		node, err := snapshot.Node(record.String)
		if err != nil || !q.Match(&node) {
			return c, false, err
		}
	}
	c.At, c.Kind = timeOf(at), diff.Kind(kind)
	c.Diff, err = diff.Read(strings.NewReader(text), diff.ReadOptions{})
	return c, true, err
}

// Nodes returns the IDs of the nodes and orchestrators that the history has a change or a
// version of: of the one with that ID, or else of all whose ID has the text in it, sorted,
// but not more than a few.
func (s *Store) Nodes(ctx context.Context, text string) ([]string, error) {
	const most = 10
	for _, where := range []string{"node = ?1", "instr(node, ?1) > 0"} {
		rows, err := s.read.QueryContext(ctx, "SELECT node FROM version WHERE "+where+
			" UNION SELECT node FROM change WHERE "+where+
			" UNION SELECT former FROM change WHERE former != '' AND "+strings.Replace(where, "node", "former", 1)+
			" ORDER BY 1 LIMIT ?2", text, most)
		if err != nil {
			return nil, s.explain(ctx, err)
		}
		var all []string
		for rows.Next() {
			var id string
			if err := rows.Scan(&id); err != nil {
				rows.Close() // the error says more
				return nil, s.explain(ctx, err)
			}
			all = append(all, id)
		}
		if err := rows.Err(); err != nil || len(all) > 0 {
			return all, s.explain(ctx, err)
		}
	}
	return nil, nil
}
