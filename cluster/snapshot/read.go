package snapshot

import (
	"errors"
	"io"
	"math"
	"time"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/jsondoc"
	"github.com/bacviz/bacviz/internal/noderecord"
)

// kind is what a snapshot calls itself.
const kind = "snapshot"

// An Error is a mistake in a document, with its place. See its fields Line,
// Column, Message and Hint.
type Error = jsondoc.Error

const (
	hint    = "write a snapshot with bacviz snapshot -o FILE"
	hintCut = "the file is incomplete: take the snapshot again"
)

// document is a snapshot without jobs: version 1.
type document struct {
	jsondoc.Header
	Taken         time.Time         `json:"taken"`
	Orchestrators []string          `json:"orchestrators"`
	Clusters      map[string]string `json:"clusters"` // names, by orchestrator
	Selection     *selectionRecord  `json:"selection"`
	Nodes         *noderecord.Nodes `json:"nodes"`
}

// documentWithJobs is a snapshot with jobs: version 2.
type documentWithJobs struct {
	document
	Jobs *jobs `json:"jobs"`
}

// ReadOptions say what of a document is read. The zero value reads any document.
type ReadOptions struct {
	MaxRecords int // the most nodes, and the most jobs; 0 means any number

	// BytesPerRecord allows more of them in a long document: one for each so many of
	// its bytes. Zero means no more.
	BytesPerRecord int
}

// Read reads a document of any version and returns its snapshot in canonical order.
// A mistake in it, and too many records, is an [*Error]; other errors are r's.
func Read(r io.Reader, opt ReadOptions) (cluster.Snapshot, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return cluster.Snapshot{}, err
	}
	return Parse(text, opt)
}

// Parse is [Read] of a text. The snapshot does not use its memory.
func Parse(text []byte, opt ReadOptions) (cluster.Snapshot, error) {
	snap, err := read(jsondoc.New(text, hint), opt.limit(len(text)))
	if faulty := (*Error)(nil); errors.Is(err, io.ErrUnexpectedEOF) && errors.As(err, &faulty) {
		faulty.Hint = hintCut
	}
	return snap, err
}

// A limit is how many nodes and jobs a document may have, and what to do about more.
type limit struct {
	most int
	hint string
}

// limit returns the limit for a document of so many bytes.
func (opt ReadOptions) limit(bytes int) limit {
	switch {
	case opt.MaxRecords == 0:
		return limit{most: math.MaxInt}
	case opt.BytesPerRecord == 0:
		return limit{opt.MaxRecords, "--max-records sets a larger limit"}
	}
	return limit{
		max(opt.MaxRecords, bytes/opt.BytesPerRecord),
		"small records take many times their size in memory; --max-records reads as many as you say",
	}
}

func read(in *jsondoc.Document, most limit) (cluster.Snapshot, error) {
	version, err := in.Version(kind, Version)
	if err != nil {
		return cluster.Snapshot{}, err
	}
	var d documentWithJobs
	d.Nodes, d.Jobs = &noderecord.Nodes{Most: most.most}, &jobs{most: most.most}
	if version < 2 {
		err = in.Decode(&d.document)
	} else {
		err = in.Decode(&d)
	}
	var faulty *Error
	if (d.Nodes.TooMany || d.Jobs.tooMany) && errors.As(err, &faulty) {
		faulty.Hint = most.hint
	}
	if err != nil {
		return cluster.Snapshot{}, err
	}
	switch {
	case d.Orchestrators != nil && len(d.Orchestrators) == 0:
		return cluster.Snapshot{}, in.Errorf(0, `"orchestrators" is empty`)
	case d.Orchestrators == nil:
		return cluster.Snapshot{}, in.Errorf(0, `a snapshot without "orchestrators"`)
	case !d.Nodes.Given:
		return cluster.Snapshot{}, in.Errorf(0, `a snapshot without "nodes"`)
	case !d.Jobs.given && version >= 2:
		return cluster.Snapshot{}, in.Errorf(0, `a snapshot of version 2 without "jobs"`)
	}
	if err := d.check(in); err != nil {
		return cluster.Snapshot{}, err
	}
	return d.snapshot(), nil
}

func (d *documentWithJobs) snapshot() cluster.Snapshot {
	s := cluster.Snapshot{
		Orchestrators: d.Orchestrators, Origins: d.origins(), Selection: d.selection(), Nodes: d.Nodes.All, Taken: d.Taken.UTC(),
	}
	if d.Jobs.given {
		s.Jobs = d.Jobs.all
	}
	s.Sort()
	return s
}

// check returns an error for what no field alone shows to be wrong: a name that
// nothing in the document has, and a node or a job that occurs twice.
func (d *documentWithJobs) check(in *jsondoc.Document) error {
	orchestrators := make(map[string]bool, len(d.Orchestrators))
	for _, id := range d.Orchestrators {
		orchestrators[id] = true
	}
	listed := func(id string) bool { return orchestrators[id] }
	if err := d.checkFrame(in, listed); err != nil {
		return err
	}
	const unlisted = `%s, which is not in "orchestrators"`
	nodes := make(map[string]bool, len(d.Nodes.All))
	for i := range d.Nodes.All {
		n := &d.Nodes.All[i]
		for k := range n.Sightings {
			if by := n.Sightings[k].Orchestrator; !listed(by) {
				return in.Errorf(d.Nodes.Offsets[i], "a node is seen by "+unlisted, display.Quote(by))
			}
		}
		if nodes[n.ID] {
			return in.Errorf(d.Nodes.Offsets[i], "node %s occurs twice", display.Quote(n.ID))
		}
		nodes[n.ID] = true
	}
	if !d.Jobs.given {
		return nil
	}
	type owned struct{ orchestrator, id string }
	found := make(map[owned]bool, len(d.Jobs.all))
	for i := range d.Jobs.all {
		j := &d.Jobs.all[i]
		key := owned{j.Orchestrator, j.ID}
		if !listed(j.Orchestrator) {
			return in.Errorf(d.Jobs.offsets[i], "a job is of "+unlisted, display.Quote(j.Orchestrator))
		}
		if found[key] {
			return in.Errorf(d.Jobs.offsets[i], "job %s occurs twice", display.Quote(j.ID))
		}
		found[key] = true
	}
	return nil
}
