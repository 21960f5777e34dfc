package clustertest

import (
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/bacviz/bacviz/cluster"
)

// Work is what a node is to do: an execution of a job.
type Work struct {
	Version     string         // of the orchestrator
	Job         map[string]any // as it was submitted
	ID, Node    string
	Part, Parts int // the partition, from 0, of how many; Parts is 0 where there are none
}

// Done is what an execution came to.
type Done struct {
	Archive  []byte // of the results; nil if there are none
	Stderr   string
	ExitCode int
	Err      error // why the program could not be run, or did not end by itself
}

// pathPublished is where archives of results are.
const pathPublished = "/published/"

// begin starts the work of an execution, which goes on while the orchestrator answers.
func (o *Orchestrator) begin(j *memoryJob, e *memoryExecution) {
	work := Work{Version: o.version, Job: maps.Clone(j.body), ID: e.id, Node: e.node}
	if !o.old() {
		work.Part, work.Parts = e.partition, len(j.plan.Nodes)
	}
	e.working = make(chan Done, 1)
	go func() { e.working <- j.plan.Work(work) }()
}

// ended reports whether the work of an execution has ended.
func (e *memoryExecution) ended() bool {
	if e.done != nil {
		return true
	}
	select {
	case done := <-e.working:
		e.done = &done
		return true
	default:
		return false
	}
}

// tries returns how many executions a partition has had.
func (j *memoryJob) tries(partition int) (n int) {
	for _, e := range j.executions {
		if e.partition == partition {
			n++
		}
	}
	return n
}

// exhausted reports whether a partition is not tried again.
func (j *memoryJob) exhausted(partition int) bool {
	if j.plan.Tries == 0 || j.tries(partition) < j.plan.Tries {
		return false
	}
	for _, e := range j.executions {
		if e.partition == partition && e.state != cluster.StateFailed {
			return false
		}
	}
	return true
}

// serveArchive answers with what an execution published.
func (o *Orchestrator) serveArchive(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, j := range o.jobs {
		for _, e := range j.executions {
			if e.done != nil && pathPublished+j.id+"/"+e.id+".tar.gz" == r.URL.Path {
				if o.plan.Serving != nil {
					o.plan.Serving()
				}
				_, _ = w.Write(e.done.Archive) // the client may have gone
				return
			}
		}
	}
	http.NotFound(w, r)
}

// Die ends the orchestrator: its address refuses connections. Jobs go on.
func (o *Orchestrator) Die() { o.Close() }

// Return starts the orchestrator at its address, with what it had.
func (o *Orchestrator) Return() error {
	listener, err := net.Listen("tcp", strings.TrimPrefix(o.URL, "http://"))
	if err != nil {
		return err
	}
	server := httptest.NewUnstartedServer(o.handler)
	server.Listener.Close()
	server.Listener = listener
	server.Start()
	o.Server = server
	return nil
}
