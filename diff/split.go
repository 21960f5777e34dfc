package diff

// This file takes a diff apart by what it is about.

import (
	"context"
	"iter"
)

// A Subject is what a part of a diff is about: a node or an orchestrator.
type Subject struct {
	ID           string // of several IDs of a renamed node or orchestrator, the new one
	From         string // its old ID, if it was probably renamed
	Orchestrator bool   // whether the part is about an orchestrator's list
}

// Split yields the parts of the diff, each about one node or one orchestrator, in the order
// in which the text lists them. Each says how many nodes there are in all. It ends early
// with ctx.
func (d *Diff) Split(ctx context.Context) iter.Seq2[Subject, *Diff] {
	return func(yield func(Subject, *Diff) bool) {
		part := func() *Diff { return &Diff{OldNodes: d.OldNodes, NewNodes: d.NewNodes, load: d.load} }
		hub := func(id, from string, fill func(*Diff)) bool {
			p := part()
			fill(p)
			return yield(Subject{id, from, true}, p)
		}
		for _, r := range d.RenamedOrchestrators {
			if !hub(r.To, r.From, func(p *Diff) { p.RenamedOrchestrators = []Rename{r} }) {
				return
			}
		}
		for _, id := range d.AddedOrchestrators {
			if !hub(id, "", func(p *Diff) { p.AddedOrchestrators = []string{id} }) {
				return
			}
		}
		for _, id := range d.RemovedOrchestrators {
			if !hub(id, "", func(p *Diff) { p.RemovedOrchestrators = []string{id} }) {
				return
			}
		}
		d.splitNodes(ctx, part, yield)
	}
}

// splitNodes yields the parts about nodes. That a renamed node was added, and removed or
// changed, is in its one part.
func (d *Diff) splitNodes(ctx context.Context, part func() *Diff, yield func(Subject, *Diff) bool) {
	at := d.renameOf()
	renamed := make([]*Diff, len(d.Renamed))
	for i, r := range d.Renamed {
		renamed[i] = part()
		renamed[i].Renamed = []Rename{r}
	}
	var parts []*Diff
	var subjects []Subject
	of := func(id string) *Diff {
		if k, is := at[id]; is {
			return renamed[k]
		}
		parts, subjects = append(parts, part()), append(subjects, Subject{ID: id})
		return parts[len(parts)-1]
	}
	for i := range d.Added {
		p := of(d.Added[i].ID)
		p.Added = append(p.Added, d.Added[i])
	}
	for i := range d.Removed {
		p := of(d.Removed[i].ID)
		p.Removed = append(p.Removed, d.Removed[i])
	}
	for i := range d.Changed {
		p := of(d.Changed[i].ID)
		p.Changed = append(p.Changed, d.Changed[i])
	}
	for i, r := range d.Renamed {
		if ctx.Err() != nil || !yield(Subject{ID: r.To, From: r.From}, renamed[i]) {
			return
		}
	}
	for i := range parts {
		if ctx.Err() != nil || !yield(subjects[i], parts[i]) {
			return
		}
	}
}

// Words returns what the text says of each change, one line each: for a node that was added
// or removed what it is, for one that changed each field with its old and new value. With
// several orchestrators, it names the one that reports a value.
func (d *Diff) Words(ctx context.Context, several bool) (all []string) {
	for _, e := range d.entriesFor(ctx, several) {
		if e.about != "" {
			all = append(all, e.about)
		}
		for _, l := range e.lines {
			all = append(all, l.String())
		}
	}
	return all
}
