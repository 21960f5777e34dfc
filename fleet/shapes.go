package fleet

// This file keeps the networks that a cluster has had.

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/snapshot"
	"github.com/bacviz/bacviz/internal/display"
)

// shapes are the networks of one cluster, by name. A network takes 4 bytes for each node; of
// nodes and frames that several have there is one.
type shapes struct {
	nodes  []cluster.Node
	at     map[string]uint32 // the index of each record, by name
	frames map[string]cluster.Snapshot
	all    map[string]shape
}

// A shape is the frame and the nodes of a network.
type shape struct {
	frame string
	nodes []uint32
}

func newShapes() shapes {
	return shapes{at: map[string]uint32{}, frames: map[string]cluster.Snapshot{}, all: map[string]shape{}}
}

// addNode adds the record of a node.
func (s *shapes) addNode(l *Line) error {
	node := l.made.node
	if node == nil {
		record, is := strings.CutPrefix(l.rest, `"record":`)
		read, err := snapshot.Node(record)
		if !is || err != nil {
			return errors.New("not the record of a node")
		}
		node = &read
	}
	s.at[l.name] = uint32(len(s.nodes))
	s.nodes = append(s.nodes, *node)
	return nil
}

// A shapeParts is what the line of a shape has: the frame of a snapshot, and the names of the records of its
// nodes.
type shapeParts struct {
	frame string
	nodes []string
}

// shapeOf returns what the line of a shape has.
func shapeOf(l *Line) (*shapeParts, error) {
	if parts := l.made.shape; parts != nil {
		return parts, nil
	}
	var is struct {
		Frame jsontext.Value `json:"frame"`
		Nodes []string       `json:"nodes"`
	}
	if err := json.Unmarshal([]byte("{"+l.rest+"}"), &is); err != nil {
		return nil, fmt.Errorf("not a shape: %s", display.OneLine(err.Error()))
	}
	return &shapeParts{string(is.Frame), is.Nodes}, nil
}

// add adds a network, whose records were added before.
func (s *shapes) add(l *Line) error {
	is, err := shapeOf(l)
	if err != nil {
		return err
	}
	frame := is.frame
	if _, known := s.frames[frame]; !known {
		snap, err := (snapshot.Parts{Frame: frame}).Join()
		if err != nil {
			return fmt.Errorf("not the frame of a snapshot: %s", display.OneLine(err.Error()))
		}
		s.frames[frame] = snap
	}
	nodes := make([]uint32, len(is.nodes))
	for i, name := range is.nodes {
		at, known := s.at[name]
		switch {
		case !known:
			return errors.New("the record of a node is missing")
		case i > 0 && s.nodes[at].ID <= s.nodes[nodes[i-1]].ID:
			return errors.New("the nodes of a shape are not in order")
		}
		nodes[i] = at
	}
	s.all[l.name] = shape{frame, nodes}
	return nil
}

// network returns the network of a name.
func (s *shapes) network(name string) (snap cluster.Snapshot, err error) {
	is, known := s.all[name]
	if !known {
		return snap, errors.New("the shape of the snapshot is missing")
	}
	snap = s.frames[is.frame]
	snap.Nodes = make([]cluster.Node, len(is.nodes))
	for i, at := range is.nodes {
		snap.Nodes[i] = s.nodes[at]
	}
	return snap, nil
}
