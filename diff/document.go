package diff

// This file writes and reads diffs as JSON documents; docs/diff.schema.json describes
// them.

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/snapshot"
)

// DocumentVersion is the version of the documents that [Diff.WriteJSON] writes.
const DocumentVersion = 2

// WriteJSON writes the diff as a document that [Read] reads: all of it, so that
// it can be applied. The same diff gives the same bytes.
func (d *Diff) WriteJSON(w io.Writer) error {
	j := jsonWriter{load: d.load}
	j.add("{\n  \"bacviz\": \"diff\",\n  \"version\": ")
	j.buf = strconv.AppendInt(j.buf, DocumentVersion, 10)
	j.key("load")
	j.buf = strconv.AppendBool(j.buf, d.load)
	j.key("nodes")
	j.add(fmt.Sprintf(`{"before": %d, "after": %d}`, d.OldNodes, d.NewNodes))
	if !d.OldTaken.IsZero() || !d.NewTaken.IsZero() {
		j.key("taken")
		j.add("{")
		j.values(timeOrNil(d.OldTaken), timeOrNil(d.NewTaken), "")
		j.add("}")
	}
	j.key("orchestrators")
	j.add("{\n    \"renamed\": ")
	j.renames(d.RenamedOrchestrators, "      ")
	j.add(",\n    \"added\": ")
	j.texts(d.AddedOrchestrators)
	j.add(",\n    \"removed\": ")
	j.texts(d.RemovedOrchestrators)
	j.add("\n  }")
	j.key("renamed")
	j.renames(d.Renamed, "    ")
	for _, side := range []struct {
		name  string
		nodes []cluster.Node
	}{{"added", d.Added}, {"removed", d.Removed}} {
		j.key(side.name)
		err := j.list(len(side.nodes), "    ", func(i int) (err error) {
			j.buf, err = snapshot.AppendNode(&side.nodes[i], j.buf, snapshot.WriteOptions{Load: d.load})
			return err
		})
		if err != nil {
			return err
		}
	}
	j.key("changed")
	err := j.list(len(d.Changed), "    ", func(i int) error {
		n := &d.Changed[i]
		j.add("{\n      \"id\": ")
		j.text(n.ID)
		j.add(",\n      \"changes\": ")
		err := j.list(len(n.Changes), "        ", func(k int) error {
			j.change(&n.Changes[k])
			return nil
		})
		j.add("\n    }")
		return err
	})
	if err != nil {
		return err
	}
	j.add("\n}\n")
	_, err = w.Write(j.buf)
	return err
}

func timeOrNil(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

type jsonWriter struct {
	buf  []byte
	load bool
}

func (j *jsonWriter) add(s string)    { j.buf = append(j.buf, s...) }
func (j *jsonWriter) text(s string)   { j.buf = snapshot.AppendJSONString(j.buf, s) }
func (j *jsonWriter) key(name string) { j.add(",\n  \"" + name + "\": ") }

// list writes n items, each on a line of its own behind the indent.
func (j *jsonWriter) list(n int, indent string, item func(i int) error) error {
	j.add("[")
	for i := range n {
		if i > 0 {
			j.add(",")
		}
		j.add("\n" + indent)
		if err := item(i); err != nil {
			return err
		}
	}
	if n > 0 {
		j.add("\n" + indent[2:])
	}
	j.add("]")
	return nil
}

func (j *jsonWriter) renames(all []Rename, indent string) {
	_ = j.list(len(all), indent, func(i int) error { // no item fails
		j.add(`{"from": `)
		j.text(all[i].From)
		j.add(`, "to": `)
		j.text(all[i].To)
		j.add(`, "guess": true}`)
		return nil
	})
}

func (j *jsonWriter) texts(all []string) {
	j.add("[")
	for i, s := range all {
		if i > 0 {
			j.add(", ")
		}
		j.text(s)
	}
	j.add("]")
}

func (j *jsonWriter) change(c *Change) {
	j.add(`{"field": "` + c.Field + `"`)
	if keyed(c.Field) {
		name := "by"
		if c.Field == "labels" {
			name = "key"
		}
		j.add(`, "` + name + `": `)
		j.text(c.Key)
	}
	j.values(c.Before, c.After, ", ")
	j.add("}")
}

// keyed reports whether the changes of a field have a key.
func keyed(name string) bool {
	f := fieldNamed(name)
	return name == "labels" || name == "seen" || f != nil && f.getSeen != nil
}

func (j *jsonWriter) values(before, after any, separator string) {
	for _, v := range []struct {
		name  string
		value any
	}{{"before", before}, {"after", after}} {
		if v.value == nil {
			continue
		}
		j.add(separator + `"` + v.name + `": `)
		separator = ", "
		j.value(v.value)
	}
}

func (j *jsonWriter) value(v any) {
	switch v := v.(type) {
	case string:
		j.text(v)
	case []string:
		j.texts(v)
	case float64:
		j.buf = append(j.buf, jsontext.Float(v).String()...)
	case uint64:
		j.buf = strconv.AppendUint(j.buf, v, 10)
	case int:
		j.buf = strconv.AppendInt(j.buf, int64(v), 10)
	case time.Time:
		j.text(v.Format(time.RFC3339Nano))
	case Seen:
		j.add(`{"connection": `)
		j.text(string(v.Connection))
		j.add(`, "membership": `)
		j.text(string(v.Membership))
		for _, t := range []struct {
			name string
			at   time.Time
		}{{"heartbeat", v.LastHeartbeat}, {"connected", v.ConnectedSince}, {"disconnected", v.DisconnectedSince}} {
			if !t.at.IsZero() {
				j.add(`, "` + t.name + `": `)
				j.value(t.at)
			}
		}
		j.add("}")
	}
}

// Read reads a document that [Diff.WriteJSON] wrote, of this version or an older
// one. What is wrong with it is told by a [*snapshot.Error].
func Read(r io.Reader) (*Diff, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	in := snapshot.NewDocumentReader(bytes.TrimPrefix(text, []byte("\ufeff")))
	version, err := in.Header("diff", DocumentVersion)
	if err != nil {
		return nil, err
	}
	d := &Diff{}
	lacks := []string{"load", "nodes", "orchestrators", "renamed", "added", "removed", "changed"}
	err = in.Object(func(key string) error {
		lacks = slices.DeleteFunc(lacks, func(k string) bool { return k == key })
		switch key {
		case "bacviz", "version", "needs":
			return in.Skip()
		case "load":
			return in.Bool(&d.load)
		case "nodes":
			return in.Object(func(key string) error {
				switch key {
				case "before":
					return in.Count(&d.OldNodes)
				case "after":
					return in.Count(&d.NewNodes)
				}
				return in.Unknown(key)
			})
		case "taken":
			return in.Object(func(key string) error {
				switch key {
				case "before":
					return in.Time(&d.OldTaken)
				case "after":
					return in.Time(&d.NewTaken)
				}
				return in.Unknown(key)
			})
		case "orchestrators":
			return in.Object(func(key string) error {
				switch key {
				case "renamed":
					return readRenames(in, &d.RenamedOrchestrators)
				case "added":
					return in.Texts(&d.AddedOrchestrators)
				case "removed":
					return in.Texts(&d.RemovedOrchestrators)
				}
				return in.Unknown(key)
			})
		case "renamed":
			return readRenames(in, &d.Renamed)
		case "added":
			return readNodes(in, &d.Added)
		case "removed":
			return readNodes(in, &d.Removed)
		case "changed":
			return in.Array(func() error {
				var n NodeChange
				err := in.Object(func(key string) error {
					switch key {
					case "id":
						return in.Text(&n.ID)
					case "changes":
						return in.Array(func() error {
							c, err := readChange(in)
							n.Changes = append(n.Changes, c)
							return err
						})
					}
					return in.Unknown(key)
				})
				d.Changed = append(d.Changed, n)
				return err
			})
		}
		return in.Unknown(key)
	})
	if err == nil && len(lacks) > 0 {
		err = in.Fail(fmt.Sprintf("a diff without %q", lacks[0]))
	}
	if err == nil {
		err = in.End()
	}
	if err != nil {
		return nil, err
	}
	d.upgrade(version)
	return d, nil
}

func readNodes(in *snapshot.Reader, to *[]cluster.Node) error {
	return in.Array(func() error {
		n, err := in.Node()
		*to = append(*to, n)
		return err
	})
}

func readRenames(in *snapshot.Reader, to *[]Rename) error {
	return in.Array(func() error {
		var r Rename
		err := in.Object(func(key string) error {
			switch key {
			case "from":
				return in.Text(&r.From)
			case "to":
				return in.Text(&r.To)
			case "guess":
				return in.Skip()
			}
			return in.Unknown(key)
		})
		*to = append(*to, r)
		return err
	})
}

// readChange reads a change, whose field comes before its values.
func readChange(in *snapshot.Reader) (c Change, err error) {
	var f *field
	err = in.Object(func(key string) error {
		switch key {
		case "field":
			at := in.Fail("unknown field")
			if err := in.Text(&c.Field); err != nil {
				return err
			}
			if f = fieldNamed(c.Field); f == nil {
				return at
			}
			return nil
		case "by", "key":
			return in.Text(&c.Key)
		case "before", "after":
			if f == nil {
				return in.Fail(`a value before the "field" that it is of`)
			}
			to := &c.Before
			if key == "after" {
				to = &c.After
			}
			return readValue(in, f.kind, to)
		}
		return in.Unknown(key)
	})
	if err == nil && (f == nil || f.name != "labels" && f.name != "seen" && (c.Before == nil || c.After == nil)) {
		err = in.Fail("the change before this has no field, or lacks a value")
	}
	return c, err
}

func readValue(in *snapshot.Reader, kind kind, to *any) (err error) {
	switch kind {
	case kindText:
		var v string
		err = in.Text(&v)
		*to = v
	case kindTexts:
		var v []string
		err = in.Texts(&v)
		*to = slices.Clip(v)
	case kindFloat:
		var v float64
		err = in.Float(&v)
		*to = v
	case kindAmount:
		var v uint64
		err = in.Uint(&v)
		*to = v
	case kindInt:
		var v int
		err = in.Count(&v)
		*to = v
	case kindTime:
		var v time.Time
		err = in.Time(&v)
		*to = v
	case kindSeen:
		var v Seen
		err = in.Object(func(key string) error {
			switch key {
			case "connection":
				return in.Text((*string)(&v.Connection))
			case "membership":
				return in.Text((*string)(&v.Membership))
			case "heartbeat":
				return in.Time(&v.LastHeartbeat)
			case "connected":
				return in.Time(&v.ConnectedSince)
			case "disconnected":
				return in.Time(&v.DisconnectedSince)
			}
			return in.Unknown(key)
		})
		*to = v
	}
	return err
}
