package html

// This file writes the nodes of the page's data. Columns of numbers take a fifth of the room
// of an object for each node, and are read several times as fast.

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/parallel"
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

// writeColumns writes so many nodes as a JSON object of columns:
//
//	{"count": 3, "id": ["a", "b", "c"], "role": {"values": ["requester", "compute"], "of": [1, 2, 2]}, …}
//
// A column is an array with a value for each node, null for none; or, if its values are
// often the same, the different values, and for each node the number of its value from 1, 0
// for none. A column without any value is missing. Labels are the different pairs of
// keys and values, and for each node the numbers of its pairs, from 1.
//
// The function returns the nodes from one number up to but without another, which are only valid
// until the next call.
func writeColumns(ctx context.Context, w io.Writer, count int, nodes func(from, to int) []pageNode) error {
	const batch = 4096
	texts := []columnText{&labelColumn{numbers: make(map[label]int)}} // the one that takes longest
	for i := range nodeColumns {
		texts = append(texts, &valueColumn{column: &nodeColumns[i]})
	}
	memory := make([]*[]byte, runtime.GOMAXPROCS(0))
	for i := range memory {
		memory[i] = new([]byte)
	}
	for from := 0; from < count && ctx.Err() == nil; from += batch {
		some := nodes(from, min(count, from+batch))
		parallel.With(ctx, memory, len(texts), func(b *[]byte, i int) { *b = texts[i].add((*b)[:0], some) })
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, `{"count":%d`, count); err != nil {
		return err
	}
	for _, t := range append(texts[1:], texts[0]) {
		if err := t.write(w); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, "}")
	return err
}

// A columnText is the text of a column of the nodes so far.
type columnText interface {
	// add adds nodes. It makes their text in the given memory, and returns that to be used again.
	add(b []byte, nodes []pageNode) []byte
	// write writes the member of an object, or nothing for a column without any value.
	write(w io.Writer) error
}

// A valueColumn is the text of a column of values.
type valueColumn struct {
	*column
	values numbering // of a column that is not varied
	filled bool      // some node has a value
	pieces pieces
}

func (c *valueColumn) add(b []byte, nodes []pageNode) []byte {
	var value []byte
	for i := range nodes {
		if c.varied {
			before := len(b)
			if b = c.append(b, &nodes[i]); len(b) == before {
				b = append(b, "null"...)
			} else {
				c.filled = true
			}
		} else {
			value = c.append(value[:0], &nodes[i])
			b = strconv.AppendInt(b, int64(c.values.number(value)), 10)
		}
		b = append(b, ',')
	}
	c.pieces.add(b)
	return b
}

func (c *valueColumn) write(w io.Writer) error {
	switch {
	case c.varied && c.filled:
		return c.pieces.write(w, `,"`+c.name+`":[`, nil, "", "]")
	case len(c.values.of) > 0:
		return c.pieces.write(w, `,"`+c.name+`":{"values":[`, c.values.list, `],"of":[`, "]}")
	}
	return nil
}

// A label is a key and its value, both printable.
type label struct{ key, value string }

// A labelColumn is the text of the labels.
type labelColumn struct {
	numbers map[label]int // from 1
	pairs   []byte        // separated by commas, in the order of their numbers
	keys    []string      // memory
	pieces  pieces
}

func (c *labelColumn) add(b []byte, nodes []pageNode) []byte {
	for i := range nodes {
		labels := nodes[i].Labels
		c.keys = c.keys[:0]
		for key := range labels {
			c.keys = append(c.keys, key)
		}
		slices.Sort(c.keys)
		b = append(b, '[')
		for k, key := range c.keys {
			if k > 0 {
				b = append(b, ',')
			}
			b = strconv.AppendInt(b, int64(c.number(label{display.Printable(key), display.Printable(labels[key])})), 10)
		}
		b = append(b, "],"...)
	}
	c.pieces.add(b)
	return b
}

// number returns the number of a label.
func (c *labelColumn) number(l label) int {
	n := c.numbers[l]
	if n == 0 {
		if n = len(c.numbers) + 1; n > 1 {
			c.pairs = append(c.pairs, ',')
		}
		c.pairs = appendTexts(c.pairs, []string{l.key, l.value})
		c.numbers[l] = n
	}
	return n
}

func (c *labelColumn) write(w io.Writer) error {
	if len(c.numbers) == 0 {
		return nil
	}
	return c.pieces.write(w, `,"labels":{"pairs":[`, c.pairs, `],"of":[`, "]}")
}

// pieces are texts, one behind the other, each of which ends with a comma.
type pieces [][]byte

func (p *pieces) add(text []byte) { *p = append(*p, bytes.Clone(text)) }

// write writes the pieces, without the last comma, between other texts.
func (p pieces) write(w io.Writer, name string, values []byte, before, after string) error {
	last := len(p) - 1
	p[last] = append(p[last][:len(p[last])-1], after...)
	for _, text := range slices.Concat([][]byte{[]byte(name), values, []byte(before)}, p) {
		if _, err := w.Write(text); err != nil {
			return err
		}
	}
	return nil
}

// A numbering gives values numbers, from 1, in the order of their first appearance.
type numbering struct {
	of   map[string]int
	list []byte // the values, separated by commas

	last       []byte // the value that was asked for last, as neighbours are often alike
	lastNumber int
}

// number returns the number of a value, 0 for none.
func (u *numbering) number(value []byte) int {
	if len(value) == 0 {
		return 0
	}
	if bytes.Equal(value, u.last) {
		return u.lastNumber
	}
	n, ok := u.of[string(value)]
	if !ok {
		n = u.add(value)
	}
	u.last, u.lastNumber = append(u.last[:0], value...), n
	return n
}

// add gives a value a number.
func (u *numbering) add(value []byte) int {
	if u.of == nil {
		u.of = make(map[string]int)
	} else {
		u.list = append(u.list, ',')
	}
	u.list = append(u.list, value...)
	n := len(u.of) + 1
	u.of[string(value)] = n
	return n
}

// appendText appends a string, unless it is empty. It escapes < and &.
func appendText(b []byte, s string) []byte {
	if s == "" {
		return b
	}
	return appendQuoted(b, s)
}

// appendQuoted appends a string as JSON.
func appendQuoted(b []byte, s string) []byte {
	if display.IsPlain(s) && strings.IndexByte(s, '"') < 0 && !strings.ContainsAny(s, `\<>&`) { // most texts
		return append(append(append(b, '"'), s...), '"')
	}
	text, _ := json.Marshal(s) // strings do not fail
	return append(b, text...)
}

// appendTexts appends an array, unless it is empty.
func appendTexts(b []byte, all []string) []byte {
	for i, s := range all {
		b = appendQuoted(append(b, "[,"[min(i, 1)]), s)
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
