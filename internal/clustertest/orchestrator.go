package clustertest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bacviz/bacviz/cluster"
)

// PathJobs is where jobs are, and each of them under its ID.
const PathJobs = "/api/v1/orchestrator/jobs"

// A Plan says what becomes of a job that is submitted to an [Orchestrator].
type Plan struct {
	Nodes     []string // that run it, one execution each; those of the cluster if empty
	Fail      int      // how many of the executions fail, each retried on the next node
	Reject    int      // how many nodes reject the bid first
	Refuse    string   // why every node rejects the bid, so that the job fails; empty if they do not
	ExitCode  int      // of those that complete
	Stdout    string
	Stderr    string
	Truncated bool // what they wrote was cut
	Publish   bool
	Never     bool // it does not end unless stopped
	Queue     bool // no node suits it, or with Refuse no node takes it, and it waits for one

	// Serving, which may be nil, is called when an archive of results is asked for, before it is sent.
	Serving func()

	// Work does what an execution is to do; nil means that nothing is done. Its archive is
	// published, whatever Publish says. FailParts is how often the executions of a partition
	// fail, each of which is tried up to Tries times; 0 means as often as it takes.
	Work      func(Work) Done
	FailParts map[int]int
	Tries     int
}

// An Orchestrator accepts jobs and remembers them. Each look at a job moves its
// executions one state on, so that what a client sees does not depend on time.
type Orchestrator struct {
	*httptest.Server

	version string
	nodes   []string
	plan    Plan
	mu      sync.Mutex
	jobs    []*memoryJob
	clock   int64
	puts    int
	handler http.Handler
}

type memoryJob struct {
	id, name, kind string
	namespace      string
	body           map[string]any
	version        int
	state, message string
	plan           Plan
	created        int64
	modified       int64
	executions     []*memoryExecution
	events         []map[string]any
}

type memoryExecution struct {
	id, node, message string
	state             cluster.ExecutionState
	fails, rejects    bool
	created, modified int64
	partition         int
	working           chan Done
	done              *Done // what the work came to
}

// ServeJobs starts an orchestrator of the given version, with the nodes of list,
// until the test ends. Jobs go as plan says.
func ServeJobs(t testing.TB, version string, list cluster.List, plan Plan) *Orchestrator {
	t.Helper()
	behind := ServeCluster(t, version, list)
	o := &Orchestrator{version: version, plan: plan, clock: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC).UnixNano()}
	for _, n := range list.Nodes {
		if n.Computes() && n.Connected() {
			o.nodes = append(o.nodes, n.ID)
		}
	}
	sort.Strings(o.nodes)
	o.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, pathPublished) {
			o.serveArchive(w, r)
			return
		}
		if r.URL.Path != PathJobs && !strings.HasPrefix(r.URL.Path, PathJobs+"/") {
			behind.Config.Handler.ServeHTTP(w, r)
			return
		}
		o.mu.Lock()
		defer o.mu.Unlock()
		status, answer := o.answer(r)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Bacalhau-Git-Version", version)
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(answer) // the client may have gone
	})
	o.Server = httptest.NewServer(o.handler)
	t.Cleanup(func() { o.Close() })
	return o
}

// Submissions returns how many jobs were sent, accepted or not.
func (o *Orchestrator) Submissions() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.puts
}

func (o *Orchestrator) old() bool { return strings.HasPrefix(o.version, "v1.4") }

// knowsNames reports whether a name stands for one job of its namespace.
func (o *Orchestrator) knowsNames() bool { return strings.HasPrefix(o.version, "v1.9") }

func (o *Orchestrator) now() int64 {
	o.clock += int64(time.Second)
	return o.clock
}

func (o *Orchestrator) refuse(status int, message string) (int, any) {
	if o.old() {
		if status != http.StatusBadRequest {
			status = http.StatusInternalServerError
		}
		return status, map[string]any{"error": message, "message": http.StatusText(status)}
	}
	return status, map[string]any{"Status": status, "Message": message, "RequestID": "", "Code": "NotFound", "Component": "JobStore"}
}

func (o *Orchestrator) answer(r *http.Request) (int, any) {
	rest := strings.Trim(strings.TrimPrefix(r.URL.Path, PathJobs), "/")
	id, of, _ := strings.Cut(rest, "/")
	switch {
	case rest == "" && r.Method == http.MethodPut:
		return o.put(r)
	case rest == "":
		return o.list(r)
	}
	var found []*memoryJob
	namespace := cmp.Or(r.URL.Query().Get("namespace"), "default")
	for _, j := range o.jobs {
		// Servers complete nothing longer than the short form.
		isShort := len(id) <= len("j-00000000") && strings.HasPrefix(j.id, id)
		if j.id == id || isShort || o.knowsNames() && j.name == id && j.namespace == namespace {
			found = append(found, j)
		}
	}
	switch {
	case len(found) == 0 && o.old():
		return o.refuse(http.StatusNotFound, "Job not found. ID: "+id)
	case len(found) == 0:
		return o.refuse(http.StatusNotFound, "job not found: "+id)
	case len(found) > 1:
		return o.refuse(http.StatusConflict, "multiple jobs found for id "+id)
	}
	j := found[0]
	switch {
	case r.Method == http.MethodDelete:
		o.stop(j, r.URL.Query().Get("reason"))
		return http.StatusOK, map[string]any{"EvaluationID": "11111111-0000-0000-0000-000000000000"}
	case of == "":
		o.step(j)
		return http.StatusOK, map[string]any{"Job": o.job(j)}
	case of == "executions":
		return http.StatusOK, map[string]any{"NextToken": "", "Items": o.executions(j)}
	case of == "history":
		return http.StatusOK, map[string]any{"NextToken": "", "Items": j.events}
	case of == "results":
		items := []any{}
		for _, e := range j.executions {
			if e.done != nil && e.done.Archive != nil && e.state == cluster.StateCompleted {
				items = append(items, map[string]any{"Type": "urlDownload", "Params": map[string]any{"URL": o.URL + pathPublished + j.id + "/" + e.id + ".tar.gz"}})
			} else if j.plan.Publish && e.state == cluster.StateCompleted {
				items = append(items, map[string]any{"Type": "urlDownload", "Params": map[string]any{"URL": "http://" + e.node + ".example/" + e.id + ".tar.gz"}})
			}
		}
		return http.StatusOK, map[string]any{"NextToken": "", "Items": items}
	}
	return o.refuse(http.StatusNotFound, "Not Found")
}

func (o *Orchestrator) put(r *http.Request) (int, any) {
	o.puts++
	var body struct {
		Job   map[string]any
		Force bool
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || body.Job == nil {
		return o.refuse(http.StatusBadRequest, "empty/nil job")
	}
	if tasks, _ := body.Job["Tasks"].([]any); len(tasks) == 0 {
		return o.refuse(http.StatusBadRequest, "missing job tasks")
	}
	j := o.submitted(body.Job)
	if j.version > 1 && !body.Force && reflect.DeepEqual(j.body, body.Job) {
		return http.StatusInternalServerError, map[string]any{
			"Status": http.StatusInternalServerError, "Hint": "Use the --force flag to override this warning",
			"Message": fmt.Sprintf("no changes detected for new job spec. Job Name: '%s', Job Id: '%s'", j.name, j.id),
		}
	}
	o.start(j, body.Job)
	return http.StatusOK, map[string]any{"JobID": j.id, "EvaluationID": "00000000-0000-0000-0000-000000000001", "Warnings": nil}
}

// submitted returns the job that a submission starts: a new one, or from v1.9 on the next
// version of the one with its name. A job without a name is named by its ID.
func (o *Orchestrator) submitted(body map[string]any) *memoryJob {
	j := &memoryJob{id: fmt.Sprintf("j-abc%05x-0000-4000-8000-000000000000", len(o.jobs)), body: body, version: 1, created: o.now()}
	j.name, _ = body["Name"].(string)
	j.name = cmp.Or(j.name, j.id)
	j.namespace, _ = body["Namespace"].(string)
	j.namespace = cmp.Or(j.namespace, "default")
	for _, had := range o.jobs {
		if o.knowsNames() && had.name == j.name && had.namespace == j.namespace {
			next := *had
			next.version++
			return &next
		}
	}
	return j
}

// start remembers a job in place of its version before, and places it on nodes.
func (o *Orchestrator) start(j *memoryJob, body map[string]any) {
	j.body, j.plan, j.state, j.executions = body, o.plan, "Pending", nil
	j.kind, _ = body["Type"].(string)
	j.modified = o.clock
	count := 1
	if n, ok := body["Count"].(float64); ok {
		count = int(n)
	}
	if len(j.plan.Nodes) == 0 {
		for i := range min(count, count*len(o.nodes)) { // several run on one node if there are few
			j.plan.Nodes = append(slices.Clip(j.plan.Nodes), o.nodes[i%len(o.nodes)])
		}
	}
	o.jobs = append(slices.DeleteFunc(o.jobs, func(had *memoryJob) bool { return had.id == j.id }), j)
	o.event(j, nil, "Submission", "Job submitted", "Pending")
	if j.plan.Queue && j.plan.Refuse == "" {
		o.queue(j, "labels don't match")
		return
	}
	for i, node := range j.plan.Nodes {
		o.place(j, node, i)
	}
}

// queue lets the job wait, as no node suits it.
func (o *Orchestrator) queue(j *memoryJob, why string) {
	j.state = "Queued"
	j.message = fmt.Sprintf("Job queued. not enough nodes to run job. requested: 1, available: %[1]d, suitable: 0.\n• %[1]d of %[1]d nodes: %[2]s", len(o.nodes), why)
}

// place starts an execution on a node.
func (o *Orchestrator) place(j *memoryJob, node string, partition int) {
	n := len(j.executions)
	now := o.now()
	e := &memoryExecution{
		id: fmt.Sprintf("e-%08x-%s", n, strings.TrimPrefix(j.id, "j-")[9:]), node: node, state: cluster.StateNew, partition: partition,
		rejects: n < j.plan.Reject, fails: n >= j.plan.Reject && n < j.plan.Reject+j.plan.Fail, created: now, modified: now,
	}
	e.fails = e.fails || j.tries(partition) < j.plan.FailParts[partition]
	j.executions = append(j.executions, e)
	o.event(j, e, "Scheduling", "Requested execution on "+node, "")
}

// step moves what is under way one state on.
func (o *Orchestrator) step(j *memoryJob) {
	for _, e := range append([]*memoryExecution{}, j.executions...) {
		before := e.state
		o.advance(j, e)
		if e.state != before {
			e.modified = o.now()
			o.event(j, e, "Execution", string(e.state), "")
			again := e.state == cluster.StateFailed || e.state == cluster.StateAskForBidRejected
			if again && !j.exhausted(e.partition) && (j.plan.Refuse == "" || len(j.executions) < len(o.nodes)) {
				o.place(j, o.nodes[len(j.executions)%len(o.nodes)], e.partition)
			}
		}
	}
	if j.state != "Stopped" && j.state != "Queued" {
		o.conclude(j)
	}
}

// advance moves an execution to its next state.
func (o *Orchestrator) advance(j *memoryJob, e *memoryExecution) {
	switch e.state {
	case cluster.StateNew:
		e.state = cluster.StateAskForBid
	case cluster.StateAskForBid:
		e.state = cluster.StateBidAccepted
		if e.rejects || j.plan.Refuse != "" {
			e.state, e.message = cluster.StateAskForBidRejected, cmp.Or(j.plan.Refuse, "not enough capacity")
		}
	case cluster.StateBidAccepted, cluster.StateRunning:
		if e.working == nil && j.plan.Work != nil && !e.fails {
			o.begin(j, e)
		}
		if e.state == cluster.StateBidAccepted && slices.Contains(cluster.ExecutionStates(o.version), cluster.StateRunning) {
			e.state, e.message = cluster.StateRunning, "Running"
			break
		}
		if e.working == nil || e.ended() {
			o.end(j, e)
		}
	}
}

// conclude sets the state of a job by those of its executions.
func (o *Orchestrator) conclude(j *memoryJob) {
	under, failed := 0, false
	for _, e := range j.executions {
		switch e.state {
		case cluster.StateCompleted:
			failed = failed || j.plan.ExitCode > 0 || e.done != nil && e.done.ExitCode > 0
		case cluster.StateFailed, cluster.StateAskForBidRejected, cluster.StateCancelled:
			failed = failed || j.exhausted(e.partition)
		default:
			under++
		}
	}
	state := "Running"
	switch {
	case under > 0:
	case failed:
		state, j.message = "Failed", "execution failed"
	case j.plan.Refuse != "" && j.plan.Queue:
		o.queue(j, "rejected the job")
		return
	case j.plan.Refuse != "":
		state = "Failed"
		j.message = fmt.Sprintf("not enough nodes to run job. requested: 1, available: %[1]d, suitable: 0.\n• %[1]d of %[1]d nodes: rejected the job", len(o.nodes))
	default:
		state = "Completed"
	}
	if state != j.state {
		j.state, j.modified = state, o.now()
		o.event(j, nil, "State Update", state, state)
	}
}

func (o *Orchestrator) end(j *memoryJob, e *memoryExecution) {
	switch {
	case e.fails:
		e.state, e.message = cluster.StateFailed, "wasm error: unreachable"
	case e.done != nil && e.done.Err != nil:
		e.state, e.message = cluster.StateFailed, e.done.Err.Error()
	case !j.plan.Never:
		e.state = cluster.StateCompleted
	}
}

func (o *Orchestrator) stop(j *memoryJob, reason string) {
	j.state, j.message, j.modified = "Stopped", reason, o.now()
	for _, e := range j.executions {
		if e.state != cluster.StateCompleted && e.state != cluster.StateFailed {
			e.state, e.message, e.modified = cluster.StateCancelled, "job has been stopped", o.now()
		}
	}
	o.event(j, nil, "State Update", "Stopped", "Stopped")
}

// number is how the version counts a state.
func (o *Orchestrator) number(state cluster.ExecutionState) int {
	for i, s := range cluster.ExecutionStates(o.version) {
		if s == state {
			return i
		}
	}
	return 0
}

func (o *Orchestrator) event(j *memoryJob, e *memoryExecution, topic, message, state string) {
	at := time.Unix(0, o.clock).UTC().Format(time.RFC3339Nano)
	item := map[string]any{"Type": "JobLevel", "JobID": j.id, "Time": at}
	details := map[string]any{}
	switch {
	case e != nil && o.old():
		item["NodeID"], item["ExecutionState"] = e.node, map[string]any{"Previous": 1, "New": o.number(e.state)}
	case e != nil:
		details["NodeID"] = e.node
	case o.old():
		item["JobState"] = map[string]any{"Previous": j.state, "New": state}
	case state != "":
		details["NewState"] = state
	}
	if e != nil {
		item["Type"], item["ExecutionID"] = "ExecutionLevel", e.id
	}
	event := map[string]any{"Message": message, "Topic": topic, "Timestamp": at}
	if !o.old() {
		item["SeqNum"] = len(j.events) + 1
		event["Details"] = details
	}
	item["Event"] = event
	j.events = append(j.events, item)
}

func (o *Orchestrator) list(r *http.Request) (int, any) {
	items := []any{}
	namespace := r.URL.Query().Get("namespace")
	for _, j := range o.jobs {
		if namespace == "*" || j.namespace == cmp.Or(namespace, "default") {
			items = append(items, o.job(j))
		}
	}
	start := 0
	_, _ = fmt.Sscanf(r.URL.Query().Get("next_token"), "from%d", &start) // 0 without one
	limit := 10
	_, _ = fmt.Sscanf(r.URL.Query().Get("limit"), "%d", &limit)
	limit = min(limit, 10) // to make pages of what tests have
	start = min(start, len(items))
	end := min(start+limit, len(items))
	next := ""
	if end < len(items) || !o.old() && end-start == limit { // also on a last page that is full
		next = fmt.Sprintf("from%d", end)
	}
	return http.StatusOK, map[string]any{"NextToken": next, "Items": items[start:end]}
}

func (o *Orchestrator) job(j *memoryJob) map[string]any {
	job := map[string]any{}
	for key, value := range j.body {
		job[key] = value
	}
	job["ID"], job["Name"], job["Namespace"], job["Version"] = j.id, j.name, j.namespace, j.version
	job["State"] = map[string]any{"StateType": j.state, "Message": j.message}
	job["CreateTime"], job["ModifyTime"] = j.created, j.modified
	return job
}

func (o *Orchestrator) executions(j *memoryJob) []any {
	items := []any{}
	for _, e := range j.executions {
		desired := 1
		var output any
		switch e.state {
		case cluster.StateCompleted:
			desired = 2
			output = map[string]any{
				"Stdout": j.plan.Stdout, "stderr": j.plan.Stderr, "StdoutTruncated": j.plan.Truncated, "StderrTruncated": false,
				"ExitCode": j.plan.ExitCode, "ErrorMsg": "",
			}
			if e.done != nil {
				output = map[string]any{"Stdout": "", "stderr": e.done.Stderr, "ExitCode": e.done.ExitCode, "ErrorMsg": ""}
			}
		case cluster.StateFailed, cluster.StateCancelled:
			desired = 2
		}
		item := map[string]any{
			"ID": e.id, "NodeID": e.node, "JobID": j.id, "DesiredState": map[string]any{"StateType": desired},
			"ComputeState":    map[string]any{"StateType": o.number(e.state), "Message": e.message},
			"PublishedResult": nil, "RunOutput": output, "CreateTime": e.created, "ModifyTime": e.modified,
		}
		if !o.old() {
			item["Job"], item["PartitionIndex"] = o.job(j), e.partition
		}
		items = append(items, item)
	}
	return items
}
