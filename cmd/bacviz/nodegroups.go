package main

// This file holds nodes --by, the list of groups with what each has in use and free.

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bacviz/bacviz/capacity"
	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/display"
)

const byUsage = "one `field` whose groups to show in place of nodes, with what each has in use and free: a label key, or @state, @membership, @version, @engine, @orchestrator, @source"

// readGroups returns the groups of what was seen.
func (o *nodesOptions) readGroups(ctx context.Context, seen cluster.Snapshot, std stdio) (*capacity.Table, error) {
	o.filter.warn(&seen, true, false, std)
	snap, _ := o.filter.apply(seen)
	return figures(ctx, snap, &seen, o.by)
}

// renderGroups writes groups in the format asked for, and all of them together as the last row.
func (o *nodesOptions) renderGroups(ctx context.Context, table *capacity.Table, s screen) (listing, error) {
	switch o.format {
	case "json", "yaml":
		var b bytes.Buffer
		err := encode(&b, o.format, table.Records())
		return listingOf(b.Bytes()), err
	case "csv":
		return listingOf(figuresCSV(table, table.Rows)), nil
	}
	const total = "all"
	rows := append(slices.Clone(table.Rows), capacity.Row{Name: total, Sum: table.All})
	for i := range table.Rows {
		if strings.Trim(rows[i].Name, `"`) == total { // a group, and not the row of the totals
			rows[i].Name = `"` + rows[i].Name + `"`
		}
	}
	columns := groupColumns(o.by)
	switch {
	case len(o.columns) > 0:
		columns = chosenColumns(columns, o.columns)
	case o.format != "wide":
		columns = slices.DeleteFunc(columns, func(c column[capacity.Row]) bool { return c.name == "disk" })
	}
	return tableFor(ctx, columns, sliceRows(rows), s, !o.bare, nil)
}

// figures returns the table of a part of a network, by node or by a field.
func figures(ctx context.Context, snap cluster.Snapshot, whole *cluster.Snapshot, by string) (*capacity.Table, error) {
	opt := graph.Options{All: true, Unfiltered: whole}
	if by != "" {
		opt.GroupBy = []string{by}
	}
	topo, err := graph.Build(ctx, snap, opt)
	if err != nil {
		return nil, refusedField(ctx, by, err)
	}
	return capacity.New(ctx, topo, by)
}

// refusedField returns the error of a network that cannot be grouped by the field of --by. The flag that
// groups a picture takes several fields.
func refusedField(ctx context.Context, by string, err error) error {
	if strings.Contains(by, ",") && ctx.Err() == nil {
		return &usageError{err, "--by takes one field, and not several as --group-by of render does"}
	}
	return refusedOptions(ctx, err)
}

// groupColumns returns all columns of a list of groups for people.
func groupColumns(by string) []column[capacity.Row] {
	figure := func(of capacity.Resource) func([]byte, *capacity.Row) []byte {
		return func(b []byte, r *capacity.Row) []byte { return append(b, figureText(of, r)...) }
	}
	count := func(of func(*capacity.Row) int) func([]byte, *capacity.Row) []byte {
		return func(b []byte, r *capacity.Row) []byte { return strconv.AppendInt(b, int64(of(r)), 10) }
	}
	return []column[capacity.Row]{
		{name: "group", head: display.Printable(by), text: true, cell: func(b []byte, r *capacity.Row) []byte { return append(b, r.Name...) }},
		{name: "nodes", rank: 1, cell: count(func(r *capacity.Row) int { return r.Nodes })},
		{name: "connected", rank: 5, cell: count(func(r *capacity.Row) int { return r.Connected })},
		{name: "cpu", rank: 2, cell: figure(capacity.CPU)},
		{name: "memory", rank: 3, cell: figure(capacity.Memory)},
		{name: "disk", rank: 9, cell: figure(capacity.Disk)},
		{name: "gpu", rank: 4, cell: figure(capacity.GPU)},
		{name: "running", rank: 7, cell: func(b []byte, r *capacity.Row) []byte { return append(b, executionsText(r, r.Running)...) }},
		{name: "queued", rank: 8, cell: func(b []byte, r *capacity.Row) []byte { return append(b, executionsText(r, r.Queued)...) }},
		{name: "no report", rank: 6, cell: count(func(r *capacity.Row) int { return r.Nodes - r.Load.Nodes })},
	}
}

// executionsText writes a number of executions on the nodes of a row, if any of them reports it.
func executionsText(r *capacity.Row, n int) string {
	if r.Loads == 0 && r.Nodes > 0 {
		return unknown
	}
	return strconv.Itoa(n)
}

// figureText writes a figure as people read it: free of the total of the nodes that say what
// is free, and what others have in addition: "12/48 +16?".
func figureText(r capacity.Resource, row *capacity.Row) string {
	f := row.Of(r)
	unit := func(x float64) string {
		switch r {
		case capacity.CPU:
			return string(appendCores(nil, x))
		case capacity.GPU:
			return string(appendDevices(nil, uint64(x)))
		}
		return string(appendBytes(nil, uint64(x)))
	}
	switch {
	case row.Nodes == 0:
		return none
	case !f.Told:
		return unknown
	case f.Total == 0:
		return none
	case !f.Known:
		return unknown + "/" + unit(f.Total)
	case f.Unknown > 0:
		return fmt.Sprintf("%s/%s +%s?", unit(f.Free), unit(f.Free+f.Used), unit(f.Unknown))
	}
	return unit(f.Free) + "/" + unit(f.Free+f.Used)
}

// figuresCSV returns rows for a spreadsheet: plain numbers, and nothing where nothing is
// known.
func figuresCSV(t *capacity.Table, rows []capacity.Row) []byte {
	head, lines := t.Flat(rows)
	return plainCSV(head, lines)
}

// plainCSV writes plain columns as CSV.
func plainCSV(head []string, lines [][]any) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write(head) // a Buffer does not fail
	for _, line := range lines {
		out := make([]string, len(line))
		for i, x := range line {
			switch x := x.(type) {
			case string:
				if out[i] = x; head[i] == "id" { // all other texts are printable
					out[i] = textCell(x)
				}
			case float64:
				out[i] = numberText(x)
			case int:
				out[i] = strconv.Itoa(x)
			}
		}
		_ = w.Write(spreadsheetCells(out))
	}
	w.Flush()
	return b.Bytes()
}
