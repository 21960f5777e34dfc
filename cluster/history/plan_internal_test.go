//go:build !wasip1

package history

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// long makes a history of n changes of a hundred nodes, one a minute, by statements: to append
// them one by one takes minutes.
func long(t testing.TB, n int) *Store {
	t.Helper()
	ctx := context.Background()
	s, err := Open(ctx, filepath.Join(t.TempDir(), "long.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	exec := func(stmt *sql.Stmt, args ...any) {
		if _, err := stmt.ExecContext(ctx, args...); err != nil {
			t.Fatal(err)
		}
	}
	prepare := func(text string) *sql.Stmt {
		stmt, err := tx.PrepareContext(ctx, text)
		if err != nil {
			t.Fatal(err)
		}
		return stmt
	}
	moment := prepare(`INSERT INTO moment (seq, at, seen, joined, "left", changed, frame) VALUES (?, ?, ?, 0, 0, 1, ?)`)
	version := prepare("INSERT INTO version (node, first, last, record) VALUES (?, ?, ?, ?)")
	change := prepare("INSERT INTO change (seq, node, former, orchestrator, kind, diff) VALUES (?, ?, '', 0, 'changed', ?)")
	const nodes = 100
	for seq := 1; seq <= n; seq++ {
		node := fmt.Sprintf("node-%02d", seq%nodes)
		at := int64(seq) * time.Minute.Milliseconds()
		end := int64(forever)
		if seq+nodes <= n {
			end = int64(seq + nodes)
		}
		labels := fmt.Sprintf(`"labels":{"name":"%s","region":"eu-west-%d","rack":"r%d"}`, node, seq%3, seq%20)
		exec(moment, seq, at, at, `{"bacviz":"snapshot","version":1,"orchestrators":["hub"]}`)
		exec(version, node, seq, end, fmt.Sprintf(`{"id":"%s","type":"Compute","version":"v1.9.%d",%s,"engines":["docker","wasm"],"capacity":{"cpu":16,"memory":68719476736},"seen":[{"by":"hub","connection":"CONNECTED","membership":"APPROVED"}]}`, node, seq/nodes, labels))
		exec(change, seq, node, fmt.Sprintf(`{"bacviz":"diff","version":2,"load":false,"nodes":{"before":100,"after":100},"orchestrators":{"renamed":[],"added":[],"removed":[]},"renamed":[],"added":[],"removed":[],"changed":[{"id":"%s","changes":[{"field":"version","before":"v1.9.%d","after":"v1.9.%d"}]}]}`, node, seq/nodes-1, seq/nodes))
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	return s
}

// A question must find its rows by an index, whatever else the history holds.
func TestQuestionsAreAnsweredByIndexes(t *testing.T) {
	s := long(t, 500)
	match, args := Query{Node: "node-07", Match: nil}.sql()
	all, span := Query{From: time.Unix(600, 0), To: time.Unix(1200, 0)}.sql()
	for name, q := range map[string]struct {
		text string
		args []any
	}{
		"the story of a node":  {match, args},
		"the changes of a day": {all, span},
		"the nodes at a time":  {nodesAt, []any{7}},
		"the moment of a time": {momentOf, []any{7}},
		"the load at a time":   {loadAt, []any{7}},
	} {
		rows, err := s.read.Query("EXPLAIN QUERY PLAN "+q.text, q.args...)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		searches := 0
		for rows.Next() {
			var id, parent, unused int
			var step string
			if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(step, "SCAN") {
				t.Errorf("%s: %s", name, step)
			}
			if strings.HasPrefix(step, "SEARCH") {
				searches++
			}
		}
		if err := rows.Err(); err != nil || searches == 0 {
			t.Errorf("%s: %d searches, %v", name, searches, err)
		}
	}
}

func TestOneNodeOfALongHistory(t *testing.T) {
	s := long(t, 1000)
	found := 0
	for c, err := range s.Changes(t.Context(), Query{Node: "node-07"}) {
		if err != nil || c.ID != "node-07" || len(c.Diff.Changed) != 1 {
			t.Fatalf("%+v, %v", c, err)
		}
		found++
	}
	if found != 10 {
		t.Errorf("%d changes", found)
	}
	snap, err := s.Snapshot(t.Context(), time.UnixMilli(500*time.Minute.Milliseconds()))
	if err != nil || len(snap.Nodes) != 100 || snap.Node("node-07").Version != "v1.9.4" || snap.Node("node-00").Version != "v1.9.5" {
		t.Errorf("%d nodes, %v", len(snap.Nodes), err)
	}
}

func BenchmarkLongHistory(b *testing.B) {
	s := long(b, 100_000)
	ctx := context.Background()
	b.Run("one node", func(b *testing.B) {
		for b.Loop() {
			v, err := View(ctx, s.path)
			if err != nil {
				b.Fatal(err)
			}
			for _, err := range v.Changes(ctx, Query{Node: "node-07"}) {
				if err != nil {
					b.Fatal(err)
				}
			}
			v.Close()
		}
	})
	b.Run("snapshot in the middle", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Snapshot(ctx, time.UnixMilli(50_000*time.Minute.Milliseconds())); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("snapshot near the beginning", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Snapshot(ctx, time.UnixMilli(200*time.Minute.Milliseconds())); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("all changes", func(b *testing.B) {
		for b.Loop() {
			for _, err := range s.Changes(ctx, Query{}) {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}
