// Package fleet tells what happened in many clusters over years.
//
// What comes in are folders of snapshots, or facts that were made of them: sorted [Line]
// values, which [Open] reads and merges, and [Write] writes. [Reports] makes of them what
// people want to know of each cluster, and package fleet/pages the pages that show it. A job
// of Bacalhau runs this package, so it imports no client of Bacalhau, no history in SQLite
// and no engine. It reads no clock and prints nothing. See docs/design/fleet.md.
//
// It is made for bacviz's own commands, and may change with a minor version: see
// docs/versions.md.
package fleet

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/bacviz/bacviz/check"
	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch/versions"
	"github.com/bacviz/bacviz/internal/display"
)

// Options say how facts are made. The zero value takes all snapshots and no rules.
type Options struct {
	// Shard is the part of the snapshots that is read; files of facts are read whole.
	Shard Shard

	// Rules are checked on each snapshot that is read; nil means none.
	Rules *check.Rules

	// Redact is the key of the pseudonyms that replace the names in snapshots that are
	// read; nil means that names stay.
	Redact []byte

	// Sources makes sources of the addresses that a manifest names, one of each, in their order;
	// nil means that this program has no network. An error is that of reading.
	Sources func(addresses []string) ([]Source, error)

	MaxBytes int64          // the longest document; 0 means any
	Warn     func(string)   // receives what was left out, as printable text; nil drops it
	Progress func(Progress) // receives how far the reading is, after each snapshot; may be nil
}

// A Source is a place other than a file where the snapshot of a cluster is read.
type Source interface {
	// Name returns what facts and messages call the source, without secrets.
	Name() string

	// Snapshot reads the network as it is now. Its Taken is that time. The text of an error says why it
	// failed, and not of which source.
	Snapshot(ctx context.Context) (cluster.Snapshot, error)
}

// Progress is how far the reading of snapshots is.
type Progress struct {
	Cluster   string // the one that is being read
	Clusters  int    // how many there are
	Done      int    // how many of them are read
	Snapshots int    // that were read so far, of all clusters
}

func (o *Options) warn(format string, args ...any) {
	if o.Warn != nil {
		o.Warn(fmt.Sprintf(format, args...))
	}
}

// An Error is what went wrong with an input, with a hint that may be empty.
type Error = versions.Error

// Extension is that of files of facts, by which [Open] knows them.
const Extension = ".jsonl"

// Packed is what gzip adds to the names of files.
const Packed = ".gz"

// IsFacts reports whether an argument names a file of facts, which gzip may have packed.
func IsFacts(arg string) bool {
	return strings.HasSuffix(strings.TrimSuffix(arg, Packed), Extension)
}

// Open yields the lines of what the arguments name, merged: folders of clusters, manifests,
// and files of facts. The lines of snapshots are made as they are needed, by all
// processors. It ends with the first error. Opening the same files twice gives the same lines.
func Open(ctx context.Context, args []string, opt Options) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		var places []place
		var all []iter.Seq2[Line, error]
		for _, arg := range args {
			if IsFacts(arg) {
				all = append(all, readFile(ctx, arg))
				continue
			}
			found, err := find(ctx, arg, &opt)
			if err == nil {
				err = checkNames(found)
			}
			if err == nil {
				err = opt.open(found)
			}
			if err != nil {
				yield(Line{}, err)
				return
			}
			places = append(places, found...)
		}
		if len(places) > 0 {
			all = append(all, extract(ctx, places, &opt))
		}
		merge(ctx, all)(yield)
	}
}

// open makes sources of the addresses of places.
func (o *Options) open(places []place) error {
	var all []string
	for i := range places {
		if p := &places[i]; len(p.addresses) > 0 && o.Sources == nil {
			return &Error{
				Message: fmt.Sprintf("cluster %s has an address in the manifest, and this program has no network: it reads files alone", display.Printable(p.cluster)),
				Hint:    "give it files, or make the facts with a build of bacviz for your system",
			}
		}
		all = append(all, places[i].addresses...)
	}
	if len(all) == 0 {
		return nil
	}
	sources, err := o.Sources(all)
	if err != nil {
		return err
	}
	for i := range places {
		n := len(places[i].addresses)
		places[i].sources, sources = sources[:n], sources[n:]
	}
	return nil
}

// named returns an error of a file.
func named(path string, err error, reason string) error {
	return &Error{Message: fmt.Sprintf("reading %s: %s", display.Printable(path), reason), Err: err}
}
