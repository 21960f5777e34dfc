package diff

import (
	"context"
	"io"
	"time"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/jsondoc"
	"github.com/bacviz/bacviz/internal/noderecord"
)

// DocumentVersion is the version of the documents that [Diff.WriteJSON] writes.
const DocumentVersion = 2

// WriteJSON writes the diff as a document that [Read] reads: all of it, so that
// it can be applied. The same diff gives the same bytes.
func (d *Diff) WriteJSON(ctx context.Context, w io.Writer) error {
	return writeDocument(ctx, w, d, WriteOptions{})
}

func writeDocument(ctx context.Context, w io.Writer, d *Diff, opt WriteOptions) error {
	j := jsonWriter{}
	j.head()
	if opt.Waited > 0 {
		j.section("waited")
		j.value(opt.Waited.Seconds())
	}
	j.section("load")
	j.value(d.load)
	j.section("nodes")
	j.Raw("{")
	j.values(d.OldNodes, d.NewNodes, "")
	j.Raw("}")
	if !d.OldTaken.IsZero() || !d.NewTaken.IsZero() {
		j.section("taken")
		j.Raw("{")
		j.values(timeOrNil(d.OldTaken), timeOrNil(d.NewTaken), "")
		j.Raw("}")
	}
	j.section("orchestrators")
	j.Raw("{\n    \"renamed\": ")
	j.renames(d.RenamedOrchestrators, "      ")
	j.Raw(",\n    \"added\": ")
	j.Strings(d.AddedOrchestrators)
	j.Raw(",\n    \"removed\": ")
	j.Strings(d.RemovedOrchestrators)
	j.Raw("\n  }")
	j.section("renamed")
	j.renames(d.Renamed, "    ")
	j.section("added")
	if err := j.nodes(ctx, d.Added, d.load); err != nil {
		return err
	}
	j.section("removed")
	if err := j.nodes(ctx, d.Removed, d.load); err != nil {
		return err
	}
	j.section("changed")
	ended := interrupt.Ended(ctx)
	j.List(len(d.Changed), "    ", func(i int) {
		if !ended() {
			j.changed(&d.Changed[i])
		}
	})
	j.Raw("\n}\n")
	if err := ctx.Err(); err != nil {
		return err
	}
	_, err := w.Write(j.Text)
	return err
}

func timeOrNil(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

type jsonWriter struct{ jsondoc.Builder }

// head begins a document.
func (j *jsonWriter) head() {
	j.Raw("{\n  \"" + jsondoc.KindField + "\": \"" + kindOfDocument + "\",\n  \"version\": ")
	j.Int(DocumentVersion)
}

// section begins a further field of the document.
func (j *jsonWriter) section(name string) {
	j.Raw(",\n  ")
	j.Name(name)
}

func (j *jsonWriter) nodes(ctx context.Context, all []cluster.Node, withLoad bool) (err error) {
	ended := interrupt.Ended(ctx)
	j.List(len(all), "    ", func(i int) {
		switch {
		case err != nil:
		case ended():
			err = ctx.Err()
		default:
			err = noderecord.Append(&j.Builder, &all[i], withLoad)
		}
	})
	return err
}

func (j *jsonWriter) renames(all []Rename, indent string) {
	j.List(len(all), indent, func(i int) {
		j.Raw(`{"from": `)
		j.String(all[i].From)
		j.Raw(`, "to": `)
		j.String(all[i].To)
		j.Raw(`, "guess": true}`)
	})
}

func (j *jsonWriter) changed(n *NodeChange) {
	j.Raw("{\n      \"id\": ")
	j.String(n.ID)
	j.Raw(",\n      \"changes\": ")
	j.List(len(n.Changes), "        ", func(i int) { j.change(&n.Changes[i]) })
	j.Raw("\n    }")
}

func (j *jsonWriter) change(c *Change) {
	j.Raw(`{"field": "` + c.Field + `"`)
	if hasKey(c.Field) {
		name := "by"
		if c.Field == "labels" {
			name = "key"
		}
		j.Raw(", ")
		j.Name(name)
		j.String(c.Key)
	}
	j.values(c.Before, c.After, ", ")
	j.Raw("}")
}

// hasKey reports whether the changes of a field have a key.
func hasKey(name string) bool {
	f := fieldNamed(name)
	return name == "labels" || name == "seen" || f != nil && f.getSeen != nil
}

// values writes "before" and "after", without the one that is nil.
func (j *jsonWriter) values(before, after any, separator string) {
	for _, v := range []struct {
		name  string
		value any
	}{{"before", before}, {"after", after}} {
		if v.value == nil {
			continue
		}
		j.Raw(separator)
		j.Name(v.name)
		separator = ", "
		j.value(v.value)
	}
}

func (j *jsonWriter) value(v any) {
	switch v := v.(type) {
	case bool:
		if v {
			j.Raw("true")
		} else {
			j.Raw("false")
		}
	case string:
		j.String(v)
	case []string:
		j.Strings(v)
	case float64:
		j.Float(v)
	case uint64:
		j.Uint(v)
	case int:
		j.Int(v)
	case time.Time:
		j.Time(v)
	case Seen:
		j.seen(&v)
	}
}

func (j *jsonWriter) seen(s *Seen) {
	j.Raw(`{"connection": `)
	j.String(string(s.Connection))
	j.Raw(`, "membership": `)
	j.String(string(s.Membership))
	for _, t := range []struct {
		name string
		time.Time
	}{{"heartbeat", s.LastHeartbeat}, {"connected", s.ConnectedSince}, {"disconnected", s.DisconnectedSince}} {
		if !t.IsZero() {
			j.Raw(", ")
			j.Name(t.name)
			j.Time(t.Time)
		}
	}
	j.Raw("}")
}
