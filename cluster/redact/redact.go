// Package redact replaces the names in a [cluster.Snapshot] with pseudonyms, so that
// its picture can be shown without saying whose network it is. The result is used in
// place of the snapshot, mostly by package graph.
package redact

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/cluster"
)

// MinKey is the least length of a key for [New], in bytes.
const MinKey = 16

// A Redaction is a snapshot with pseudonyms, which also replaces the names in other
// texts about the network.
type Redaction struct {
	Snapshot cluster.Snapshot

	// Kept says that all names were pseudonyms already, and have stayed.
	Kept bool

	// pseudonym holds the key, which must not show when a Redaction is printed.
	pseudonym func(o original, round uint64) string
	names     map[original]string // the pseudonyms
	ids       map[string]bool     // the NodeIDs
	secrets   secrets
}

// New replaces the names in s with pseudonyms, and sorts the result. The same original
// and key give the same pseudonym in every snapshot, so that a node is recognized in
// each; without the key nobody can find out whether a pseudonym stands for an ID that
// they know. The originals of further snapshots must not remain in the result either:
// those of nodes that a filter left out, of the other side of a difference, of a hub
// that is not in a list. The key must have at least [MinKey] bytes.
//
//   - A NodeID becomes n- and eight characters, everywhere. [cluster.FallbackHub] is
//     not a NodeID, and stays.
//   - A label value becomes v- and eight characters. Equal values of one key become
//     equal pseudonyms, so that the groups stay the same; equal values of different
//     keys do not. A value that is a NodeID becomes the pseudonym of that node. Common
//     values such as "linux" are replaced, too.
//   - Label keys stay, as they say what the network is grouped by, unless they contain
//     a domain or an address. The domains of Kubernetes and Bacalhau may stay.
//   - States and versions stay, and the engines, publishers and storage sources that
//     are part of Bacalhau. Other such words may be private, and are replaced.
//   - IDs of jobs and executions become j- and e- with eight characters, names of jobs
//     w-. Types of jobs and the namespace "default" stay.
//   - LastError, and the messages and output of jobs, are free text, and left out.
//   - A text that would stay, but contains a NodeID or a label value of four or more
//     characters, is replaced: the engine docker, for one, if a label has that value.
//     States are the exception, as pictures of all networks show them.
//
// A snapshot in which all that would be replaced has the form of a pseudonym was redacted
// before. Its names stay, whatever the key, so that to redact twice is to redact once.
//
// Amounts and times stay, and who is connected to whom: people who know the network
// may recognize its shape.
//
// New returns an error if the key is too short, and ctx.Err() if ctx ends first.
func New(ctx context.Context, s cluster.Snapshot, key []byte, further ...cluster.Snapshot) (*Redaction, error) {
	if len(key) < MinKey {
		return nil, fmt.Errorf("the key has %d bytes; at least %d are needed", len(key), MinKey)
	}
	key = slices.Clone(key)
	all := append([]cluster.Snapshot{s}, further...)
	ids := nodeIDs(all)
	r := &Redaction{
		pseudonym: func(o original, round uint64) string { return pseudonym(key, o, round) },
		names:     make(map[original]string),
		ids:       ids,
		secrets:   newSecrets(all, ids),
	}
	own, others := r.originals(ctx, all)
	if r.Kept = arePseudonyms(own); r.Kept {
		for _, o := range own {
			r.names[o] = o.text
		}
		own = nil
	}
	r.assign(ctx, slices.Concat(own, others))
	r.Snapshot = r.rewrite(ctx, &s, func(o original) string { return r.names[o] })
	if err := ctx.Err(); err != nil {
		return nil, err // the redaction is not complete
	}
	return r, nil
}

// nodeIDs returns all NodeIDs in the snapshots.
func nodeIDs(all []cluster.Snapshot) map[string]bool {
	ids := make(map[string]bool)
	for i := range all {
		s := &all[i]
		for _, o := range s.Orchestrators {
			ids[o] = true
		}
		for k := range s.Nodes {
			ids[s.Nodes[k].ID] = true
			for _, seen := range s.Nodes[k].Sightings {
				ids[seen.Orchestrator] = true
			}
		}
		for k := range s.Jobs {
			ids[s.Jobs[k].Orchestrator] = true
			for _, e := range s.Jobs[k].Executions {
				ids[e.NodeID] = true
			}
		}
	}
	delete(ids, "")
	delete(ids, cluster.FallbackHub)
	return ids
}

// originals returns everything that needs a pseudonym, each once: the names in the first
// snapshot, and all others. Those are in further snapshots only, or name a file that the
// first one was read from.
func (r *Redaction) originals(ctx context.Context, all []cluster.Snapshot) (own, others []original) {
	first := true
	known := make(map[original]bool)
	collect := func(o original) string {
		switch {
		case known[o]:
			return ""
		case first && o.key != sourceName:
			own = append(own, o)
		default:
			others = append(others, o)
		}
		known[o] = true
		return ""
	}
	for i := range all {
		r.rewrite(ctx, &all[i], collect)
		first = false
	}
	for id := range r.ids {
		collect(original{kindNode, "", id})
	}
	return own, others
}

// ID returns the pseudonym of a NodeID.
func (r *Redaction) ID(id string) string {
	if id == "" || id == cluster.FallbackHub {
		return id
	}
	o := original{kindNode, "", id}
	return cmp.Or(r.names[o], r.pseudonym(o, 0))
}

// Key returns a label key as it is in the redacted snapshot; most are unchanged. A key
// that no label has may contain an original, which is replaced. The names of built-in
// fields, which begin with an @, are returned unchanged.
func (r *Redaction) Key(key string) string {
	if name := r.names[original{kindKey, "", key}]; name != "" || strings.HasPrefix(key, "@") || !r.secrets.in(key) {
		return cmp.Or(name, key)
	}
	return r.Text(key)
}
