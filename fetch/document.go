package fetch

// This file reads the snapshots that bacviz wrote.

import (
	"errors"
	"io"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/snapshot"
	"github.com/bacviz/bacviz/fetch/internal/input"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/infile"
)

// limitOf returns the options of a snapshot for --max-records.
func limitOf(maxRecords int) snapshot.ReadOptions {
	if maxRecords > 0 {
		return snapshot.ReadOptions{MaxRecords: maxRecords}
	}
	return snapshot.ReadOptions{MaxRecords: input.FreeRecords, BytesPerRecord: input.BytesPerRecord}
}

func readSnapshot(r io.Reader, name string, maxRecords int) (cluster.List, error) {
	snap, err := snapshot.Read(r, limitOf(maxRecords))
	if err == nil {
		return snap.List(), nil
	}
	e := &Error{Op: opRead, Source: name, Message: display.Excerpt(infile.Reason(err)), Err: err}
	var faulty *snapshot.Error
	var tooLarge *input.TooLargeError
	switch {
	case errors.As(err, &faulty):
		e.Message, e.Hint = display.Excerpt(faulty.Error()), faulty.Hint
	case errors.As(err, &tooLarge):
		e.Message, e.Hint = tooLarge.Error(), tooLarge.Hint()
	}
	return cluster.List{}, e
}
