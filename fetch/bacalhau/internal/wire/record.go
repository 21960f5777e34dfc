package wire

import (
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bacviz/bacviz/cluster"
)

// A recordReader reads the records of a node list one after the other, straight
// from the tokens of the text: reflection would take twice as long. Fields that it
// does not know are skipped; a field of a wrong type makes the record a bad one, and
// the rest of it is skipped.
type recordReader struct {
	dec     *jsontext.Decoder
	problem string // the first thing wrong in the record

	words     words
	lists     map[string][]string // lists of words, by their JSON
	sightings []cluster.Sighting  // room for the next nodes
	scratch   []byte
}

// next returns the next record, or the problem that makes it a bad one. The error
// is that of the text.
func (r *recordReader) next() (n cluster.Node, problem string, err error) {
	r.problem = ""
	var s cluster.Sighting
	err = r.object(func(name []byte) error {
		switch string(name) {
		case `"Info"`:
			return r.info(&n)
		case `"Membership"`:
			return readText(r, &s.Membership)
		case `"Connection"`:
			return readText(r, &s.Connection)
		case `"ConnectionState"`: // from v1.6 on
			return r.state(&s)
		}
		return r.dec.SkipValue()
	})
	if r.problem == "" && n.ID == "" {
		r.problem = "no NodeID"
	}
	if len(r.sightings) == 0 {
		r.sightings = make([]cluster.Sighting, 64)
	}
	s.Settle()
	r.sightings[0] = s
	n.Sightings, r.sightings = r.sightings[:1:1], r.sightings[1:]
	return n, r.problem, err
}

func (r *recordReader) info(n *cluster.Node) error {
	return r.object(func(name []byte) error {
		switch string(name) {
		case `"NodeID"`:
			return r.id(&n.ID)
		case `"NodeType"`:
			return readText(r, &n.Type)
		case `"Labels"`:
			return r.labels(n)
		case `"ComputeNodeInfo"`:
			return r.compute(n)
		case `"BacalhauVersion"`:
			return r.object(func(name []byte) error {
				if string(name) == `"GitVersion"` {
					return readText(r, &n.Version)
				}
				return r.dec.SkipValue()
			})
		}
		return r.dec.SkipValue()
	})
}

func (r *recordReader) compute(n *cluster.Node) error {
	return r.object(func(name []byte) error {
		switch string(name) {
		case `"ExecutionEngines"`:
			return r.list(&n.Engines)
		case `"Publishers"`:
			return r.list(&n.Publishers)
		case `"StorageSources"`:
			return r.list(&n.Storage)
		case `"MaxCapacity"`:
			return r.resources(&n.Max)
		case `"AvailableCapacity"`:
			return r.resources(&n.Available)
		case `"QueueCapacity"`: // queued, not room in the queue
			return r.resources(&n.Queued)
		case `"RunningExecutions"`:
			return r.count(&n.Running)
		case `"EnqueuedExecutions"`:
			return r.count(&n.Enqueued)
		}
		return r.dec.SkipValue()
	})
}

func (r *recordReader) resources(to *cluster.Resources) error {
	return r.object(func(name []byte) error {
		switch string(name) {
		case `"CPU"`:
			return r.float(&to.CPU)
		case `"Memory"`:
			return r.uint(&to.Memory)
		case `"Disk"`:
			return r.uint(&to.Disk)
		case `"GPU"`:
			return r.devices(&to.GPU)
		}
		return r.dec.SkipValue()
	})
}

func (r *recordReader) state(s *cluster.Sighting) error {
	return r.object(func(name []byte) error {
		switch string(name) {
		case `"LastHeartbeat"`:
			return r.time(&s.LastHeartbeat)
		case `"ConnectedSince"`:
			return r.time(&s.ConnectedSince)
		case `"DisconnectedSince"`:
			return r.time(&s.DisconnectedSince)
		case `"LastError"`:
			return readText(r, &s.LastError)
		}
		return r.dec.SkipValue()
	})
}

// object calls member for each member of the next object, with its name as JSON;
// member reads the value. A null is an object without members.
func (r *recordReader) object(member func(name []byte) error) error {
	if r.problem != "" {
		return r.dec.SkipValue()
	}
	switch kind := r.dec.PeekKind(); kind {
	case '{':
	case 'n':
		return r.dec.SkipValue()
	default:
		return r.wrongType(kind)
	}
	if _, err := r.dec.ReadToken(); err != nil {
		return err
	}
	for members := 0; r.dec.PeekKind() != '}'; members++ {
		name, err := r.dec.ReadValue()
		if err != nil {
			return err
		}
		if len(name) > maxText || members >= maxMembers {
			r.tooMuch(members)
		}
		if err := member(name); err != nil {
			return err
		}
	}
	_, err := r.dec.ReadToken()
	return err
}
