package wire

import "github.com/bacviz/bacviz/cluster"

// A recordReader reads the records of a node list one after the other. Fields that it
// does not know are skipped; a field of a wrong type makes the record a bad one, and
// the rest of it is skipped.
type recordReader struct {
	in      cursor
	path    [][]byte // the names, as JSON, of the members that are being read
	problem string   // the first thing wrong in the record

	words   words
	lists   map[string][]string // lists of words, by their JSON
	scratch []byte
}

// read reads a record, whose JSON is valid, into an empty node and its sighting. It returns
// the problem that makes it a bad one, or "".
func (r *recordReader) read(json []byte, n *cluster.Node, s *cluster.Sighting) (problem string) {
	r.in, r.path, r.problem = cursor{text: json}, r.path[:0], ""
	r.object(func(name []byte) {
		switch string(name) {
		case `"Info"`:
			r.info(n)
		case `"Membership"`:
			readText(r, &s.Membership)
		case `"Connection"`:
			readText(r, &s.Connection)
		case `"ConnectionState"`: // from v1.6 on
			r.state(s)
		}
	})
	if r.problem == "" && n.ID == "" {
		r.problem = "no NodeID"
	}
	s.Settle()
	return r.problem
}

func (r *recordReader) info(n *cluster.Node) {
	r.object(func(name []byte) {
		switch string(name) {
		case `"NodeID"`:
			r.id(&n.ID)
		case `"NodeType"`:
			readText(r, &n.Type)
		case `"Labels"`:
			r.labels(n)
		case `"ComputeNodeInfo"`:
			r.compute(n)
		case `"BacalhauVersion"`:
			r.object(func(name []byte) {
				if string(name) == `"GitVersion"` {
					readText(r, &n.Version)
				}
			})
		}
	})
}

func (r *recordReader) compute(n *cluster.Node) {
	r.object(func(name []byte) {
		switch string(name) {
		case `"ExecutionEngines"`:
			r.list(&n.Engines)
		case `"Publishers"`:
			r.list(&n.Publishers)
		case `"StorageSources"`:
			r.list(&n.Storage)
		case `"MaxCapacity"`:
			r.resources(&n.Max)
		case `"AvailableCapacity"`:
			r.resources(&n.Available)
		case `"QueueCapacity"`: // queued, not room in the queue
			r.resources(&n.Queued)
		case `"RunningExecutions"`:
			r.count(&n.Running)
		case `"EnqueuedExecutions"`:
			r.count(&n.Enqueued)
		}
	})
}

func (r *recordReader) resources(to *cluster.Resources) {
	r.object(func(name []byte) {
		switch string(name) {
		case `"CPU"`:
			r.float(&to.CPU)
		case `"Memory"`:
			r.uint(&to.Memory)
		case `"Disk"`:
			r.uint(&to.Disk)
		case `"GPU"`:
			r.devices(&to.GPU)
		}
	})
}

func (r *recordReader) state(s *cluster.Sighting) {
	r.object(func(name []byte) {
		switch string(name) {
		case `"LastHeartbeat"`:
			r.time(&s.LastHeartbeat)
		case `"ConnectedSince"`:
			r.time(&s.ConnectedSince)
		case `"DisconnectedSince"`:
			r.time(&s.DisconnectedSince)
		case `"LastError"`:
			readText(r, &s.LastError)
		}
	})
}

// object calls member for each member of the next object, with its name as JSON;
// member may read the value. A null is an object without members.
func (r *recordReader) object(member func(name []byte)) {
	switch kind := r.in.peek(); kind {
	case '{':
	case 'n':
		r.in.value()
		return
	default:
		r.wrongType(kind)
		return
	}
	r.in.at++
	r.path = append(r.path, nil)
	for members := 0; r.in.peek() != '}'; members++ {
		name := r.in.value()
		if len(name) > maxText || members >= maxMembers {
			r.tooMuch(members)
			return
		}
		r.path[len(r.path)-1] = name
		behind := r.in.at
		if member(name); r.problem != "" {
			return
		}
		if r.in.at == behind {
			r.in.value()
		}
	}
	r.in.at++
	r.path = r.path[:len(r.path)-1]
}
