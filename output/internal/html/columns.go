package html

// This file writes the nodes of the page's data. Columns of numbers take a fifth of the room
// of an object for each node, and are read several times as fast.

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/interrupt"
)

// A column appends its value of a node as JSON, or nothing if the node has none. The script
// reads "free.cpu" as the field cpu of the field free.
type column struct {
	name   string
	append func(b []byte, n *pageNode) []byte
	varied bool // few nodes have the same value
}

// nodeColumns are the fields of the nodes in the page's script; see page/data.js.
var nodeColumns = slices.Concat([]column{
	{"id", func(b []byte, n *pageNode) []byte { return appendText(b, n.ID) }, true},
	{"label", func(b []byte, n *pageNode) []byte { return appendText(b, n.Label) }, true},
	{"link", func(b []byte, n *pageNode) []byte { return appendText(b, n.Link) }, true},
	{"role", func(b []byte, n *pageNode) []byte { return appendText(b, n.Role) }, false},
	{"kind", func(b []byte, n *pageNode) []byte { return strconv.AppendInt(b, int64(n.Kind), 10) }, false},
	{"state", func(b []byte, n *pageNode) []byte { return appendText(b, n.State) }, false},
	{"membership", func(b []byte, n *pageNode) []byte { return appendText(b, n.Membership) }, false},
	{"version", func(b []byte, n *pageNode) []byte { return appendText(b, n.Version) }, false},
	{"engines", func(b []byte, n *pageNode) []byte { return appendTexts(b, n.Engines) }, false},
	{"clusters", func(b []byte, n *pageNode) []byte { return appendTexts(b, n.Clusters) }, false},
	{"hubs", func(b []byte, n *pageNode) []byte { return appendTexts(b, n.Hubs) }, false},
	{"changes", func(b []byte, n *pageNode) []byte { return appendTexts(b, n.Changes) }, false},
	{"type", func(b []byte, n *pageNode) []byte { return appendText(b, n.Type) }, false},
	{"hub", func(b []byte, n *pageNode) []byte { return appendTrue(b, n.Hub) }, false},
	{"job", func(b []byte, n *pageNode) []byte { return appendTrue(b, n.Job) }, false},
	{"kept", func(b []byte, n *pageNode) []byte { return appendTrue(b, n.Kept) }, false},
	{"part", func(b []byte, n *pageNode) []byte { return appendTrue(b, n.Part) }, false},
	{"idle", func(b []byte, n *pageNode) []byte { return appendTrue(b, n.Idle) }, false},
	{"group", func(b []byte, n *pageNode) []byte { return appendCount(b, n.Group, n.Group > 0) }, false},
	{"value", func(b []byte, n *pageNode) []byte { return appendCount(b, n.Value-1, n.Value > 0) }, false},
	{"share", func(b []byte, n *pageNode) []byte {
		if n.Share == nil {
			return b
		}
		return appendNumber(b, *n.Share, true)
	}, true},
	{"executions", func(b []byte, n *pageNode) []byte { return appendCount(b, n.Executions, n.Executions > 0) }, false},
	{"members", func(b []byte, n *pageNode) []byte { return appendCount(b, n.Members, n.Members > 0) }, false},
	{"connected", func(b []byte, n *pageNode) []byte { return appendCount(b, n.Connected, n.Members > 0) }, false},
	{"awaiting", func(b []byte, n *pageNode) []byte { return appendCount(b, n.Awaiting, n.Awaiting > 0) }, false},
	{"offers", func(b []byte, n *pageNode) []byte { return appendCount(b, n.Load.Offers, n.Load.Offers > 0) }, false},
	{"running", func(b []byte, n *pageNode) []byte { return appendCount(b, n.Load.Running, n.Load.Known) }, false},
	{"waiting", func(b []byte, n *pageNode) []byte { return appendCount(b, n.Load.Waiting, n.Load.Known) }, false},
}, amountColumns("", false, func(n *pageNode) (diagram.Amounts, known) {
	// The API has 0 for what it does not know. A node without GPUs is usual.
	c := n.Capacity
	return c, known{c.CPU > 0, c.Memory > 0, c.Disk > 0, c.CPU > 0 || c.Memory > 0}
}), amountColumns("free.", true, func(n *pageNode) (diagram.Amounts, known) {
	return n.Load.Free, all(n.Load.FreeKnown)
}), amountColumns("used.", true, func(n *pageNode) (diagram.Amounts, known) {
	return n.Load.InUse, all(n.Load.FreeKnown)
}), amountColumns("queued.", false, func(n *pageNode) (diagram.Amounts, known) {
	return n.Load.Queued, all(n.Load.Known && n.Load.Queued != diagram.Amounts{})
}))

// known says which amounts are known.
type known struct{ cpu, memory, disk, gpu bool }

func all(k bool) known { return known{k, k, k, k} }

// amountColumns returns a column for each amount: cores, bytes, bytes, devices.
func amountColumns(prefix string, varied bool, of func(n *pageNode) (diagram.Amounts, known)) []column {
	return []column{
		{prefix + "cpu", func(b []byte, n *pageNode) []byte { a, k := of(n); return appendNumber(b, rounded(a.CPU), k.cpu) }, false},
		{prefix + "memory", func(b []byte, n *pageNode) []byte { a, k := of(n); return appendBytes(b, a.Memory, k.memory) }, varied},
		{prefix + "disk", func(b []byte, n *pageNode) []byte { a, k := of(n); return appendBytes(b, a.Disk, k.disk) }, true},
		{prefix + "gpu", func(b []byte, n *pageNode) []byte { a, k := of(n); return appendBytes(b, a.GPU, k.gpu) }, false},
	}
}

// appendColumns appends the nodes as a JSON object of columns:
//
//	{"count": 3, "id": ["a", "b", "c"], "role": {"values": ["requester", "compute"], "of": [1, 2, 2]}, …}
//
// A column is an array with a value for each node, null for none; or, if its values are
// often the same, the different values, and for each node the number of its value from 1, 0
// for none. A column without any value is missing. Labels are the different pairs of
// keys and values, and for each node the numbers of its pairs, from 1.
func appendColumns(ctx context.Context, b []byte, nodes []pageNode) []byte {
	const nodeBytes = 256 // of a usual node
	b = append(slices.Grow(b, nodeBytes*len(nodes)), `{"count":`...)
	b = strconv.AppendInt(b, int64(len(nodes)), 10)
	for _, c := range nodeColumns {
		if c.varied {
			b = c.appendVaried(ctx, b, nodes)
		} else {
			b = c.appendNumbered(ctx, b, nodes)
		}
	}
	b = appendLabels(ctx, b, nodes)
	return append(b, '}')
}

func (c *column) appendVaried(ctx context.Context, b []byte, nodes []pageNode) []byte {
	start, filled := len(b), false
	b = append(append(append(b, `,"`...), c.name...), `":[`...)
	for i := range interrupt.Range(ctx, len(nodes)) {
		before := len(b)
		if b = c.append(b, &nodes[i]); len(b) > before {
			filled = true
		} else {
			b = append(b, "null"...)
		}
		b = append(b, ',')
	}
	if !filled {
		return b[:start]
	}
	b[len(b)-1] = ']'
	return b
}

func (c *column) appendNumbered(ctx context.Context, b []byte, nodes []pageNode) []byte {
	var values numbering
	var value []byte
	of := make([]byte, 0, 3*len(nodes))
	for i := range interrupt.Range(ctx, len(nodes)) {
		value = c.append(value[:0], &nodes[i])
		of = append(strconv.AppendInt(of, int64(values.number(value)), 10), ',')
	}
	if len(values.of) == 0 {
		return b
	}
	b = append(append(append(b, `,"`...), c.name...), `":{"values":[`...)
	b = append(append(b, values.list...), `],"of":[`...)
	return append(append(b, of[:len(of)-1]...), "]}"...)
}

// appendLabels appends the labels of all nodes, if there are any.
func appendLabels(ctx context.Context, b []byte, nodes []pageNode) []byte {
	var pairs numbering
	var pair []byte
	of := make([]byte, 0, 16*len(nodes))
	for i := range interrupt.Range(ctx, len(nodes)) {
		of = append(of, '[')
		for k, key := range slices.Sorted(maps.Keys(nodes[i].Labels)) {
			pair = appendTexts(pair[:0], []string{display.Printable(key), display.Printable(nodes[i].Labels[key])})
			if k > 0 {
				of = append(of, ',')
			}
			of = strconv.AppendInt(of, int64(pairs.number(pair)), 10)
		}
		of = append(of, "],"...)
	}
	if len(pairs.of) == 0 {
		return b
	}
	b = append(append(append(b, `,"labels":{"pairs":[`...), pairs.list...), `],"of":[`...)
	return append(append(b, of[:len(of)-1]...), "]}"...)
}

// A numbering gives values numbers, from 1, in the order of their first appearance.
type numbering struct {
	of   map[string]int
	list []byte // the values, separated by commas
}

// number returns the number of a value, 0 for none.
func (u *numbering) number(value []byte) int {
	if len(value) == 0 {
		return 0
	}
	if n, ok := u.of[string(value)]; ok {
		return n
	}
	if u.of == nil {
		u.of = make(map[string]int)
	} else {
		u.list = append(u.list, ',')
	}
	u.list = append(u.list, value...)
	u.of[string(value)] = len(u.of) + 1
	return len(u.of)
}

// appendText appends a string, unless it is empty. It escapes < and &.
func appendText(b []byte, s string) []byte {
	if s == "" {
		return b
	}
	return append(b, quoted(s)...)
}

func quoted(s string) []byte {
	text, _ := json.Marshal(s) // strings do not fail
	return text
}

// appendTexts appends an array, unless it is empty.
func appendTexts(b []byte, all []string) []byte {
	for i, s := range all {
		b = append(append(b, "[,"[min(i, 1)]), quoted(s)...)
	}
	if len(all) > 0 {
		b = append(b, ']')
	}
	return b
}

func appendTrue(b []byte, yes bool) []byte {
	if yes {
		return append(b, "true"...)
	}
	return b
}

func appendCount(b []byte, n int, known bool) []byte {
	if known {
		return strconv.AppendInt(b, int64(n), 10)
	}
	return b
}

func appendBytes(b []byte, n uint64, known bool) []byte {
	if known {
		return strconv.AppendUint(b, n, 10)
	}
	return b
}

func appendNumber(b []byte, x float64, known bool) []byte {
	if known {
		return strconv.AppendFloat(b, x, 'f', -1, 64)
	}
	return b
}
