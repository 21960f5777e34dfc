package fleet

// This file makes the facts of one snapshot.

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"time"

	"github.com/bacviz/bacviz/capacity"
	"github.com/bacviz/bacviz/check"
	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/redact"
	"github.com/bacviz/bacviz/cluster/snapshot"
	"github.com/bacviz/bacviz/fetch/versions"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/infile"
	"github.com/bacviz/bacviz/internal/jsondoc"
)

// facts are what is known of one snapshot.
type facts struct {
	leftOut     string // the content of the line that says so, if it was left out
	warnings    []string
	at          time.Time
	shape       string       // its name
	figures     *figures     // of the snapshot
	text        string       // the content of its line, which says them
	definitions []definition // that this reader has not returned for this cluster before
}

// A definition is a record or a shape, with its name.
type definition struct {
	what, name, content string
	made                content
	needs               []string // of a shape, the names of its records
}

// A reader makes facts. It remembers the snapshot that it read last, as few records change from one to
// the next.
type reader struct {
	opt     *Options
	in      infile.Reader
	cluster string
	exact   bool            // the nodes are as a document has them: pseudonyms are in another order than names
	sent    map[string]bool // names
	frame   frame
	last    lastShape
}

// A lastShape is the shape of the snapshot that was read last.
type lastShape struct {
	frame, name string
	nodes       []record // in the order of their IDs
}

// A record is a node with the name of its record.
type record struct {
	node *cluster.Node
	name string
}

// A frame is the document of a snapshot without its nodes.
type frame struct {
	of   cluster.Snapshot // without nodes
	text string
}

func newReader(opt *Options) *reader { return &reader{opt: opt} }

// read returns the facts of a snapshot. One that cannot be read is left out with a warning.
func (r *reader) read(ctx context.Context, t *task) (f facts) {
	if r.sent == nil || r.cluster != t.cluster {
		r.cluster, r.sent, r.last = t.cluster, make(map[string]bool), lastShape{}
	}
	if err := r.facts(ctx, t, &f); err != nil {
		return r.opt.lost(&leftOut{t.cluster, t.file, r.opt.reason(err)})
	}
	return f
}

func (r *reader) facts(ctx context.Context, t *task, f *facts) error {
	snap, err := r.snapshot(ctx, &t.file)
	if err != nil {
		return err
	}
	r.exact = t.file.source == nil && r.opt.Redact == nil
	f.at = t.file.at
	if f.at.IsZero() {
		f.at = snap.Taken
	}
	f.at = f.at.UTC().Truncate(time.Millisecond)
	switch year := f.at.Year(); {
	case f.at.IsZero():
		return errors.New("neither its name nor the document has a time; name it like 2026-11-01T12:00:00Z.json")
	case year < 1 || year > 9999:
		return fmt.Errorf("the year %d has more than four digits", year)
	}
	results, err := r.check(ctx, snap, f.at)
	if err != nil {
		return err
	}
	if r.opt.Redact != nil {
		redacted, err := redact.New(ctx, snap, r.opt.Redact)
		if err != nil {
			return err
		}
		snap = redacted.Snapshot
		for i := range results {
			r := &results[i]
			r.Rule.Name, r.Rule.Message = fmt.Sprintf("rule %d", i+1), "" // its own may have a name that this snapshot has not
			r.Found = redacted.Text(r.Found)
		}
	}
	sum := capacity.Total(&snap)
	f.figures = newFigures(len(snap.Nodes), &sum, results)
	f.text = f.figures.text()
	return r.define(&snap, f)
}

// snapshot reads one snapshot.
func (r *reader) snapshot(ctx context.Context, f *file) (cluster.Snapshot, error) {
	if f.source != nil {
		return f.source.Snapshot(ctx)
	}
	most := r.opt.MaxBytes
	if most <= 0 {
		most = math.MaxInt64 - 1
	}
	text, err := r.in.Read(ctx, f.path, most)
	if err != nil {
		return cluster.Snapshot{}, err
	}
	return snapshot.Parse(text, snapshot.ReadOptions{})
}

// check returns what the rules say of a snapshot; nil without rules.
func (r *reader) check(ctx context.Context, snap cluster.Snapshot, at time.Time) ([]check.Result, error) {
	if r.opt.Rules == nil {
		return nil, nil
	}
	report, err := check.Evaluate(ctx, snap, *r.opt.Rules, at)
	return report.Results, err
}

// define sets the shape of the facts, and the definitions that they need.
func (r *reader) define(snap *cluster.Snapshot, f *facts) error {
	nodes := make([]record, len(snap.Nodes))
	before := r.last.nodes
	for i := range snap.Nodes {
		n := &snap.Nodes[i]
		for len(before) > 0 && before[0].node.ID < n.ID {
			before = before[1:]
		}
		if len(before) > 0 && snapshot.SameShape(before[0].node, n) {
			nodes[i] = before[0]
			continue
		}
		var err error
		if nodes[i], err = r.record(n, f); err != nil {
			return err
		}
	}
	frame := r.frameOf(snap)
	same := func(a, b record) bool { return a.name == b.name }
	if r.last.name != "" && frame == r.last.frame && slices.EqualFunc(nodes, r.last.nodes, same) {
		f.shape = r.last.name
		return nil
	}
	d := shapeDefinition(frame, nodes)
	f.shape = d.name
	r.last = lastShape{frame, d.name, nodes}
	f.add(r, d)
	return nil
}

// record returns the record of a node that was another one in the last snapshot, and defines it.
func (r *reader) record(n *cluster.Node, f *facts) (record, error) {
	part, err := snapshot.Part(n)
	if err != nil {
		return record{}, err
	}
	own := snapshot.Shape(n) // alone: the other nodes may be forgotten
	d := definition{what: nodeLine, content: `"record":` + part}
	d.name = nameOf(d.content)
	if r.exact {
		d.made.node = &own
	}
	f.add(r, d)
	return record{&own, d.name}, nil
}

// shapeDefinition returns the definition of a shape.
func shapeDefinition(frame string, nodes []record) definition {
	names := make([]string, len(nodes))
	b := jsondoc.Builder{Text: make([]byte, 0, len(names)*(nameLength+3)+len(frame)+64)}
	b.Raw(`"frame":`)
	b.Raw(frame)
	b.Raw(`,"nodes":[`)
	for i := range nodes {
		names[i] = nodes[i].name
		if i > 0 {
			b.Raw(",")
		}
		b.Raw(`"`)
		b.Raw(names[i])
		b.Raw(`"`)
	}
	b.Raw("]")
	text := string(b.Text)
	return definition{shapeLine, nameOf(text), text, content{shape: &shapeParts{frame, names}}, names}
}

// add adds a definition that this reader has not returned yet.
func (f *facts) add(r *reader, d definition) {
	if key := d.what[:1] + d.name; !r.sent[key] {
		r.sent[key] = true
		f.definitions = append(f.definitions, d)
	}
}

// frameOf returns the frame of a snapshot, which is mostly that of the one before.
func (r *reader) frameOf(snap *cluster.Snapshot) string {
	f := &r.frame
	if f.text == "" || snap.Selection != nil || len(snap.Origins) > 0 || f.of.Selection != nil || len(f.of.Origins) > 0 ||
		!slices.Equal(snap.Orchestrators, f.of.Orchestrators) {
		f.of = *snap
		f.of.Nodes, f.of.Jobs = nil, nil
		f.text = snapshot.Frame(f.of)
	}
	return f.text
}

// A leftOut is a file that is left out.
type leftOut struct {
	cluster string
	file    file
	reason  string
}

// lost returns what is known of a file that is left out, with a warning.
func (o *Options) lost(l *leftOut) facts {
	name := l.file.name
	if o.Redact != nil {
		name = redact.Cluster(o.Redact, l.cluster+"/"+name)
	}
	var b jsondoc.Builder
	b.Raw(`"file":`)
	b.String(name)
	b.Raw(`,"reason":`)
	b.String(l.reason)
	return facts{
		leftOut: string(b.Text), at: l.file.at.UTC().Truncate(time.Millisecond),
		warnings: []string{fmt.Sprintf("%s: left out: %s", o.shown(l.cluster, l.file.path), l.reason)},
	}
}

// clusterName returns what facts call a cluster.
func (o *Options) clusterName(name string) string {
	if o.Redact != nil {
		return redact.Cluster(o.Redact, name)
	}
	return name
}

// shown returns what messages call a file of a cluster. With pseudonyms, that is the time in the
// name: the rest of it may name the cluster.
func (o *Options) shown(cluster, file string) string {
	if o.Redact == nil {
		return display.Printable(file)
	}
	said := "a file without a time in its name"
	if isAddress(file) {
		said = "an address"
	}
	if at, is := versions.TimeOfName(filepath.Base(file)); is {
		said = at.UTC().Format(time.RFC3339)
	}
	return o.clusterName(cluster) + ", " + said
}

// reason says why a snapshot was left out. A mistake in a document may quote a name.
func (o *Options) reason(err error) string {
	var wrong *snapshot.Error
	var failed *Error
	switch {
	case errors.As(err, &failed): // of a source
		return failed.Message
	case errors.As(err, &wrong) && o.Redact != nil:
		return fmt.Sprintf("not a snapshot: a mistake in line %d, column %d", wrong.Line, wrong.Column)
	case errors.As(err, &wrong):
		return err.Error()
	}
	return infile.Reason(err)
}
