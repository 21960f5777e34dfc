package diff

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/jsondoc"
	"github.com/bacviz/bacviz/internal/noderecord"
)

// kindOfDocument is what a diff calls itself.
const kindOfDocument = "diff"

// An Error is a mistake in a document, with its place. See its fields Line,
// Column, Message and Hint.
type Error = jsondoc.Error

const hintDocument = "write a diff with bacviz diff -f json"

// document is a diff as JSON; docs/diff.schema.json describes it. A field that is
// a pointer has to be there.
type document struct {
	jsondoc.Header
	Waited float64 `json:"waited"` // seconds; nothing depends on it
	Load   *bool   `json:"load"`
	Nodes  *struct {
		Before jsondoc.Count `json:"before"`
		After  jsondoc.Count `json:"after"`
	} `json:"nodes"`
	Taken struct {
		Before time.Time `json:"before"`
		After  time.Time `json:"after"`
	} `json:"taken"`
	Orchestrators *struct {
		Renamed []renameRecord `json:"renamed"`
		Added   []string       `json:"added"`
		Removed []string       `json:"removed"`
	} `json:"orchestrators"`
	Renamed *[]renameRecord  `json:"renamed"`
	Added   noderecord.Nodes `json:"added"`
	Removed noderecord.Nodes `json:"removed"`
	Changed changedNodes     `json:"changed"`
	Error   *troubleRecord   `json:"error"`
}

type renameRecord struct {
	From  string      `json:"from"`
	To    string      `json:"to"`
	Guess jsondoc.Raw `json:"guess"`
}

type changedRecord struct {
	ID      string  `json:"id"`
	Changes changes `json:"changes"`
}

// changedNodes is the list of the nodes that changed.
type changedNodes struct {
	most  int // how many there may be; 0 means any number
	given bool
	all   []NodeChange
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (c *changedNodes) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	c.given = true
	return jsondoc.ReadList(dec, func(offset int64) error {
		if c.most > 0 && len(c.all) >= c.most {
			return jsondoc.Errorf(offset, "more than %d nodes", c.most)
		}
		var r changedRecord
		err := json.UnmarshalDecode(dec, &r)
		c.all = append(c.all, NodeChange{r.ID, r.Changes})
		return err
	})
}

// ReadOptions say what of a document is read. The zero value reads any document.
type ReadOptions struct {
	MaxRecords int // the most added, removed and changed nodes, each; 0 means any number
}

// Read reads a document that [Diff.WriteJSON] wrote, of this version or an older
// one. A mistake in it, and too many records, is an [*Error]; other errors are r's.
func Read(r io.Reader, opt ReadOptions) (*Diff, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	in := jsondoc.New(text, hintDocument)
	version, err := in.Version(kindOfDocument, DocumentVersion)
	if err != nil {
		return nil, err
	}
	var d document
	d.Added.Most, d.Removed.Most, d.Changed.most = opt.MaxRecords, opt.MaxRecords, opt.MaxRecords
	if err := in.Decode(&d); err != nil {
		return nil, err
	}
	if d.Error != nil {
		return nil, in.Errorf(0, "the networks could not be compared, so there is no diff: %s", display.Excerpt(d.Error.Message))
	}
	for _, field := range []struct {
		name  string
		given bool
	}{
		{"load", d.Load != nil}, {"nodes", d.Nodes != nil}, {"orchestrators", d.Orchestrators != nil}, {"renamed", d.Renamed != nil},
		{"added", d.Added.Given}, {"removed", d.Removed.Given}, {"changed", d.Changed.given},
	} {
		if !field.given {
			return nil, in.Errorf(in.End(), "a diff without %q", field.name)
		}
	}
	changes := d.diff()
	changes.upgrade(version)
	return changes, nil
}

// diff returns the diff that a document with all its fields holds.
func (d *document) diff() *Diff {
	all := &Diff{
		load:     *d.Load,
		OldNodes: int(d.Nodes.Before), NewNodes: int(d.Nodes.After),
		OldTaken: d.Taken.Before.UTC(), NewTaken: d.Taken.After.UTC(),
		AddedOrchestrators: sortedWords(d.Orchestrators.Added), RemovedOrchestrators: sortedWords(d.Orchestrators.Removed),
		RenamedOrchestrators: renames(d.Orchestrators.Renamed), Renamed: renames(*d.Renamed),
		Added: d.Added.All, Removed: d.Removed.All, Changed: d.Changed.all,
	}
	return all
}

func renames(records []renameRecord) (all []Rename) {
	for _, r := range records {
		all = append(all, Rename{r.From, r.To})
	}
	return all
}

func sortedWords(words []string) []string {
	slices.Sort(words)
	return slices.Clip(slices.Compact(words))
}

// changes is the list of what changed of a node.
type changes []Change

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (all *changes) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return jsondoc.ReadList(dec, func(offset int64) error {
		var r changeRecord
		err := json.UnmarshalDecode(dec, &r)
		if err != nil {
			return err
		}
		c, err := r.change(offset)
		*all = append(*all, c)
		return err
	})
}

// changeRecord is a change in a document. What its values are depends on the field,
// which comes before them.
type changeRecord struct {
	Field  fieldName   `json:"field"`
	By     string      `json:"by"`
	Key    string      `json:"key"`
	Before jsondoc.Raw `json:"before"`
	After  jsondoc.Raw `json:"after"`
}

// A fieldName is the name of a field in the table of fields.
type fieldName struct {
	*field
	offset int64
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (f *fieldName) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	f.offset = dec.InputOffset()
	var name string
	if err := json.UnmarshalDecode(dec, &name); err != nil {
		return err
	}
	if f.field = fieldNamed(name); f.field == nil {
		return jsondoc.Errorf(f.offset, "unknown field %s of a node", display.Quote(name))
	}
	return nil
}

// change returns the change that a record at an offset holds.
func (r *changeRecord) change(offset int64) (c Change, err error) {
	for _, v := range []struct {
		raw *jsondoc.Raw
		to  *any
	}{{&r.Before, &c.Before}, {&r.After, &c.After}} {
		if !v.raw.Given() {
			continue
		}
		if r.Field.field == nil || r.Field.offset > v.raw.Offset {
			return c, jsondoc.Errorf(v.raw.Offset, `"field" has to come before "before" and "after"`)
		}
		if *v.to, err = r.Field.kind.read(v.raw); err != nil {
			return c, err
		}
	}
	if r.Field.field == nil {
		return c, jsondoc.Errorf(offset, `a change without "field"`)
	}
	c.Field, c.Key = r.Field.name, r.By+r.Key
	mayLack := c.Field == "labels" || c.Field == "seen"
	if !mayLack && (c.Before == nil || c.After == nil) {
		return c, jsondoc.Errorf(offset, `a change without "before" or "after"`)
	}
	return c, nil
}

// read returns a value of the kind.
func (k kind) read(raw *jsondoc.Raw) (any, error) {
	switch k {
	case kindText:
		return read(raw, func(v string) any { return v })
	case kindTexts:
		return read(raw, func(v []string) any { return sortedWords(v) })
	case kindFloat:
		return read(raw, func(v jsondoc.Amount) any { return float64(v) })
	case kindAmount:
		return read(raw, func(v uint64) any { return v })
	case kindInt:
		return read(raw, func(v jsondoc.Count) any { return int(v) })
	case kindTime:
		return read(raw, func(v time.Time) any { return v.UTC() })
	case kindSeen:
		return read(raw, func(v seenRecord) any { return v.seen() })
	}
	return nil, fmt.Errorf("a field of unknown kind %d", k)
}

func read[T any](raw *jsondoc.Raw, value func(T) any) (any, error) {
	var v T
	if err := raw.Decode(&v); err != nil {
		return nil, err
	}
	return value(v), nil
}

// seenRecord is a [Seen] in a document.
type seenRecord struct {
	Connection   cluster.Connection `json:"connection"`
	Membership   cluster.Membership `json:"membership"`
	Heartbeat    time.Time          `json:"heartbeat"`
	Connected    time.Time          `json:"connected"`
	Disconnected time.Time          `json:"disconnected"`
}

func (s *seenRecord) seen() Seen {
	return Seen{s.Connection, s.Membership, s.Heartbeat.UTC(), s.Connected.UTC(), s.Disconnected.UTC()}
}
