package fetch

// This file reads the node lists that commands print for people and programs.

import (
	"bytes"
	"errors"
	"io"
	"math"
	"slices"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch/internal/input"
	"github.com/bacviz/bacviz/fetch/internal/printed"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/infile"
)

// readPrinted reads a list of a format that was found in the text of r.
func (d document) readPrinted(r io.Reader, format printed.Format, warn func(Warning)) (cluster.List, error) {
	text, err := io.ReadAll(r)
	var list *printed.List
	if err == nil {
		list, err = format.Read(text, input.RecordLimit(d.maxRecords))
	}
	if err != nil {
		return cluster.List{}, d.explainPrinted(err)
	}
	d.maxRecords = math.MaxInt // they are counted
	nodes, err := d.readNodes(bytes.NewReader(list.JSON), warn)
	if err != nil || list.Orchestrators == nil {
		return cluster.List{Nodes: nodes}, err
	}
	return seenBy(nodes, list.Orchestrators), nil
}

func (d document) explainPrinted(err error) error {
	e := &Error{Op: opRead, Source: d.name, Message: infile.Reason(err), Err: err}
	var wrong *printed.Error
	var tooLarge *input.TooLargeError
	switch {
	case errors.As(err, &wrong):
		e.Message, e.Hint = display.OneLine(wrong.Error()), wrong.Hint
	case errors.As(err, &tooLarge):
		e.Message, e.Hint = tooLarge.Error(), tooLarge.Hint()
	}
	return e
}

// seenBy returns a list in which each node has a sighting for each orchestrator that lists
// it. All of them say what the printed row says: that does not tell them apart.
func seenBy(nodes []cluster.Node, orchestrators map[string][]string) cluster.List {
	list := cluster.List{Nodes: nodes}
	for i := range nodes {
		n := &nodes[i]
		ids := slices.Compact(slices.Sorted(slices.Values(orchestrators[n.ID])))
		seen := n.Sightings[0]
		n.Sightings = make([]cluster.Sighting, len(ids))
		for k, id := range ids {
			n.Sightings[k] = seen
			n.Sightings[k].Orchestrator = id
		}
		list.Orchestrators = append(list.Orchestrators, ids...)
	}
	slices.Sort(list.Orchestrators)
	list.Orchestrators = slices.Compact(list.Orchestrators)
	return list
}
