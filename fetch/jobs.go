package fetch

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bacviz/bacviz/cluster"
)

const (
	pathJobs    = "/api/v1/orchestrator/jobs"
	pathVersion = "/api/v1/agent/version"
)

// Causes of errors about the ID of a job.
var (
	ErrNoJob    = errors.New("no such job")
	ErrManyJobs = errors.New("several such jobs")
)

// A JobDetail is a job and the text it came in.
type JobDetail struct {
	cluster.Job
	Text json.RawMessage // the job as the server tells it, with what bacviz does not read
}

// A Submission is what an orchestrator answers to a job.
type Submission struct {
	JobID        string
	EvaluationID string
	JobVersion   int // from v1.9 on; above 1 when a job of that name was there
	Warnings     []string
}

// pageLimit is how many entries of a list to ask for at a time.
const pageLimit = "200"

// Jobs lists the jobs of every namespace, newest first.
func (c *Client) Jobs(ctx context.Context) ([]cluster.Job, []Warning, error) {
	return call(ctx, c, "listing jobs", func(ctx context.Context, v *visit) ([]cluster.Job, []Warning, *Error) {
		query := url.Values{"limit": {pageLimit}, "namespace": {"*"}}
		jobs, warnings, err := items(ctx, v, pathJobs, query, "job", func(j cluster.Job) string { return j.ID }, func(r *itemReader) (cluster.Job, error) {
			var w wireJob
			err := r.object(w.fields())
			return w.job(), err
		})
		slices.SortStableFunc(jobs, func(a, b cluster.Job) int {
			return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(a.ID, b.ID))
		})
		return jobs, warnings, err
	})
}

// Job describes a job, which may be named by the beginning of its ID, and from
// v1.9 on by its name. An error about the ID matches [ErrNoJob] or [ErrManyJobs].
func (c *Client) Job(ctx context.Context, id string) (JobDetail, []Warning, error) {
	return call(ctx, c, "looking up job "+clean(id), func(ctx context.Context, v *visit) (JobDetail, []Warning, *Error) {
		d, err := v.job(ctx, id)
		if short := longPrefix.FindStringSubmatch(id); short != nil && err != nil && errors.Is(err, ErrNoJob) {
			if found, shortErr := v.job(ctx, short[1]); shortErr == nil && strings.HasPrefix(found.ID, id) {
				return found, nil, nil
			}
		}
		return d, nil, err
	})
}

// longPrefix matches the short form of an ID of which more is given. Servers
// complete nothing longer than the short form.
var longPrefix = regexp.MustCompile(`^((?:[a-z]-)?[0-9a-f]{8})-`)

func (v *visit) job(ctx context.Context, id string) (d JobDetail, err *Error) {
	var answer struct{ Job json.RawMessage }
	if err = v.ask(ctx, id, "", &answer); err != nil {
		return d, err
	}
	var w wireJob
	r := itemReader{dec: newDecoder(bytes.NewReader(answer.Job))}
	if len(answer.Job) == 0 || r.object(w.fields()) != nil || w.ID == "" {
		return d, v.fail("answered without a job", hintHTML)
	}
	return JobDetail{w.job(), answer.Job}, nil
}

// Executions lists the executions of a job, in the order of [cluster.Attempts].
func (c *Client) Executions(ctx context.Context, id string) ([]cluster.Execution, []Warning, error) {
	return call(ctx, c, "listing executions of job "+clean(id), func(ctx context.Context, v *visit) ([]cluster.Execution, []Warning, *Error) {
		path, err := jobPath(v, id, "executions")
		if err != nil {
			return nil, nil, err
		}
		wires, warnings, err := items(ctx, v, path, url.Values{}, "execution", func(w wireExecution) string { return w.ID }, func(r *itemReader) (wireExecution, error) {
			var w wireExecution
			err := r.object(w.fields()) // and not its Job, which may be long
			return w, err
		})
		if err != nil {
			return nil, warnings, aboutID(err, id)
		}
		version, told, err := v.serverVersion(ctx)
		if err != nil {
			return nil, warnings, err
		}
		executions := make([]cluster.Execution, len(wires))
		for i := range wires {
			executions[i] = wires[i].execution(version)
			executions[i].JobID = cmp.Or(executions[i].JobID, id)
		}
		cluster.Attempts(executions)
		return executions, append(warnings, told...), nil
	})
}

// Results lists what a job published, in the order of their addresses.
func (c *Client) Results(ctx context.Context, id string) ([]cluster.Result, []Warning, error) {
	return call(ctx, c, "listing results of job "+clean(id), func(ctx context.Context, v *visit) ([]cluster.Result, []Warning, *Error) {
		path, err := jobPath(v, id, "results")
		if err != nil {
			return nil, nil, err
		}
		key := func(r cluster.Result) string { return r.Type + fmt.Sprint(r.Info) } // in the order of its names
		results, warnings, err := items(ctx, v, path, url.Values{}, "result", key, func(r *itemReader) (cluster.Result, error) {
			var result cluster.Result
			var params map[string]any
			err := r.object(map[string]any{"Type": &result.Type, "Params": &params})
			for name, value := range params {
				if text, ok := value.(string); ok {
					if result.Info == nil {
						result.Info = map[string]string{}
					}
					result.Info[name] = text
				}
			}
			result.URL = result.Info["URL"]
			return result, err
		})
		slices.SortStableFunc(results, func(a, b cluster.Result) int {
			return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.URL, b.URL))
		})
		return results, warnings, aboutID(err, id)
	})
}

// History lists what happened to a job and its executions, oldest first.
func (c *Client) History(ctx context.Context, id string) ([]cluster.Event, []Warning, error) {
	return call(ctx, c, "reading the history of job "+clean(id), func(ctx context.Context, v *visit) ([]cluster.Event, []Warning, *Error) {
		path, err := jobPath(v, id, "history")
		if err != nil {
			return nil, nil, err
		}
		n := 0
		key := func(w wireEvent) string {
			if w.SeqNum > 0 {
				return strconv.FormatInt(w.SeqNum, 10)
			}
			n++ // v1.4 does not number them, and sends them all at once
			return "-" + strconv.Itoa(n)
		}
		wires, warnings, err := items(ctx, v, path, url.Values{"limit": {pageLimit}}, "event", key, func(r *itemReader) (wireEvent, error) {
			var w wireEvent
			err := r.object(w.fields())
			return w, err
		})
		if err != nil {
			return nil, warnings, aboutID(err, id)
		}
		version, told, err := v.serverVersion(ctx)
		if err != nil {
			return nil, warnings, err
		}
		var events []cluster.Event
		nodes := map[string]string{} // by execution: only its first event tells
		for i := range wires {
			e := wires[i].event(version)
			if e.NodeID != "" && e.ExecutionID != "" {
				nodes[e.ExecutionID] = e.NodeID
			}
			e.NodeID = cmp.Or(e.NodeID, nodes[e.ExecutionID])
			events = append(events, e)
		}
		slices.SortStableFunc(events, func(a, b cluster.Event) int { return a.Time.Compare(b.Time) })
		return events, append(warnings, told...), nil
	})
}

// Submit sends a job, once: a job that is sent again may run again.
func (c *Client) Submit(ctx context.Context, job *JobSpec) (Submission, []Warning, error) {
	return call(ctx, c, "submitting the job", func(ctx context.Context, v *visit) (s Submission, _ []Warning, err *Error) {
		body, err := v.send(ctx, http.MethodPut, pathJobs, nil, job.Request())
		if err == nil {
			err = v.answer(ctx, body, &s)
		}
		switch {
		case err == nil && s.JobID == "":
			err = v.fail("answered without a job ID", hintHTML)
		case err != nil && (err.Status == 0 || err.Status >= http.StatusBadGateway) && !refusedConnection(err):
			err.Hint = "the job may have arrived all the same: bacviz job list tells"
		}
		for i := range s.Warnings {
			s.Warnings[i] = v.auth.scrub(s.Warnings[i])
		}
		return s, nil, err
	})
}

// Stop asks for a job to be stopped, and returns the ID of the evaluation that
// will do so. The reason may be empty.
func (c *Client) Stop(ctx context.Context, id, reason string) (evaluation string, _ []Warning, _ error) {
	return call(ctx, c, "stopping job "+clean(id), func(ctx context.Context, v *visit) (string, []Warning, *Error) {
		path, err := jobPath(v, id, "")
		if err != nil {
			return "", nil, err
		}
		query := url.Values{}
		if reason != "" {
			query.Set("reason", reason)
		}
		body, err := v.send(ctx, http.MethodDelete, path, query, nil)
		if err != nil {
			return "", nil, aboutID(err, id)
		}
		var answer struct{ EvaluationID string }
		err = v.answer(ctx, body, &answer)
		return answer.EvaluationID, nil, err
	})
}

// call wraps what every method of a Client does around its requests.
func call[T any](ctx context.Context, c *Client, op string, do func(context.Context, *visit) (T, []Warning, *Error)) (T, []Warning, error) {
	var zero T
	ctx, v, done, err := c.begin(ctx, op)
	if err != nil {
		return zero, nil, err
	}
	defer done()
	value, warnings, err := do(ctx, v)
	if err != nil && err.Status == http.StatusNotFound && !errors.Is(err, ErrNoJob) {
		agent, agentErr := v.agent(ctx)
		v.explainNotFound(err, agent, agentErr)
	}
	warnings, failed := v.scrubbed(append(v.exposed(), warnings...), err)
	if failed != nil {
		return zero, warnings, failed
	}
	return value, warnings, nil
}

// jobPath is the path of a job, or of something of it.
func jobPath(v *visit, id, of string) (string, *Error) {
	if id == "" || id == "." || id == ".." {
		e := v.fail(quote(id)+" is not the ID of a job", hintJobs)
		e.Err = ErrNoJob
		return "", e
	}
	path := pathJobs + "/" + url.PathEscape(id)
	if of != "" {
		path += "/" + of
	}
	return path, nil
}

const hintJobs = "bacviz job list shows the jobs there are"

// aboutID recognizes an error about the ID of a job in what the versions say:
// until v1.5 with status 500, and where there are no executions, of a bucket.
func aboutID(e *Error, id string) *Error {
	if e == nil || e.Status < 400 {
		return e
	}
	said := strings.ToLower(e.Message)
	switch {
	case strings.Contains(said, "multiple job ids found for same job name"):
		e.Message, e.Hint = "more than one job is named "+quote(id), "give the ID; "+hintJobs
		e.Err = ErrManyJobs
	case strings.Contains(said, "multiple jobs"), e.Status == http.StatusConflict && said == "":
		e.Message, e.Hint = "more than one job's ID begins with "+quote(id), "give more of the ID; "+hintJobs
		e.Err = ErrManyJobs
	case strings.Contains(said, "not found") && (strings.Contains(said, "job") || strings.Contains(said, "bucket")): // and not a path
		e.Message, e.Hint = "there is no job "+quote(id), hintJobs
		e.Err = ErrNoJob
	}
	return e
}

// refusedConnection reports whether nobody was there to be sent anything.
func refusedConnection(e *Error) bool {
	return e.Message == "connection refused" || strings.HasPrefix(e.Message, "no such host")
}

// ask gets a small answer about a job.
func (v *visit) ask(ctx context.Context, id, of string, to any) *Error {
	path, err := jobPath(v, id, of)
	if err != nil {
		return err
	}
	return aboutID(v.retrying(ctx, func() *Error {
		body, err := v.get(ctx, path, nil)
		if err != nil {
			return err
		}
		return v.answer(ctx, body, to)
	}), id)
}

// answer reads one small answer.
func (v *visit) answer(ctx context.Context, body io.ReadCloser, to any) *Error {
	defer body.Close() // only read from
	text, readErr := io.ReadAll(&limitReader{r: contextReader{ctx, body}, left: maxValue, limit: maxValue})
	if readErr != nil {
		return v.readFailed(ctx, readErr)
	}
	if err := json.Unmarshal(text, to); err != nil {
		return v.notItems(text, err)
	}
	return nil
}

func (v *visit) readFailed(ctx context.Context, err error) *Error {
	var tooLarge *tooLargeError
	if errors.As(err, &tooLarge) {
		e := v.fail("answered with something "+tooLarge.Error(), "")
		e.Err = err
		return e
	}
	return v.transportError(ctx, err, "complete answer")
}

// notItems explains an answer that is not what was asked for.
func (v *visit) notItems(text []byte, err error) *Error {
	trimmed := bytes.TrimLeft(text, " \t\r\n") // what JSON calls space: Unicode has more
	switch {
	case isHTML(text):
		return v.fail("answered with an HTML page", hintHTML)
	case len(trimmed) == 0:
		return v.fail("answered with nothing at all", hintHTML)
	case trimmed[0] != '{':
		return v.fail("answered with text that is not JSON: "+quote(firstLine(text)), hintHTML)
	}
	e := v.fail("answered with JSON of another kind: "+clean(innermost(err).Error()), "")
	e.Err = err
	return e
}

// serverVersion is the version that the last answer bore, or else that the
// server tells when asked. The numbers of states depend on it.
func (v *visit) serverVersion(ctx context.Context) (string, []Warning, *Error) {
	if v.version != "" {
		return v.version, nil, nil
	}
	var answer struct{ GitVersion string }
	err := v.retrying(ctx, func() *Error {
		body, err := v.get(ctx, pathVersion, nil)
		if err != nil {
			return err
		}
		return v.answer(ctx, body, &answer)
	})
	if err != nil && ctx.Err() != nil {
		return "", nil, err
	}
	if answer.GitVersion == "" {
		return "", []Warning{{Source: v.name, Message: "the server does not tell its version; the states of executions are read as those of v1.5.2 and later"}}, nil
	}
	return answer.GitVersion, nil, nil
}

// An itemReader reads the fields of one entry of a list.
type itemReader struct {
	dec     *jsontext.Decoder
	problem string // the first thing wrong in the entry
}

// object reads the fields that are named into what they point to, and passes
// over the others without holding them. A field of a wrong type is a problem,
// and stays as it was.
func (r *itemReader) object(fields map[string]any) error {
	if r.dec.PeekKind() != '{' {
		r.problem = "is no object"
		return r.dec.SkipValue()
	}
	if _, err := r.dec.ReadToken(); err != nil {
		return err
	}
	for r.dec.PeekKind() != '}' {
		name, err := r.dec.ReadToken()
		if err != nil {
			return err
		}
		key := name.String()
		to, wanted := fields[key]
		if !wanted {
			if err := r.dec.SkipValue(); err != nil {
				return err
			}
			continue
		}
		raw, err := r.dec.ReadValue()
		if err != nil {
			return err
		}
		if json.Unmarshal(raw, to) != nil && r.problem == "" {
			r.problem = key + " cannot be " + quote(firstLine(raw))
		}
	}
	_, err := r.dec.ReadToken()
	return err
}

// items reads a list of all its pages. It ends with the page that names no next
// one, and with one that brings nothing new: v1.9 may name a next page on the last
// one. An entry that cannot be read is left out, with a warning.
func items[T any](ctx context.Context, v *visit, path string, query url.Values, what string, key func(T) string, read func(*itemReader) (T, error)) ([]T, []Warning, *Error) {
	limit := v.client.MaxBytes
	if limit <= 0 {
		limit = DefaultMaxBytes
	}
	left := limit
	var list []T
	var warnings []Warning
	seen, tokens, bad := map[string]bool{}, map[string]bool{}, 0
	for {
		var page []T
		var told []Warning
		var next string
		err := v.retrying(ctx, func() *Error {
			page, told, next = nil, nil, ""
			body, err := v.get(ctx, path, query)
			if err != nil {
				return err
			}
			defer body.Close() // only read from
			in := &limitReader{r: contextReader{ctx, body}, left: left, limit: limit}
			next, err = readItems(ctx, v, in, func(r *itemReader) error {
				item, readErr := read(r)
				if readErr != nil {
					return readErr
				}
				if r.problem == "" && key(item) == "" {
					r.problem = "no ID"
				}
				if r.problem != "" {
					told = append(told, Warning{Source: v.name, Message: what + " left out: " + r.problem})
					return nil
				}
				page = append(page, item)
				return nil
			})
			if err == nil {
				left = in.left
			}
			return err
		})
		if err != nil {
			return nil, warnings, err
		}
		for _, w := range told {
			if bad++; bad <= maxTold {
				warnings = append(warnings, w)
			}
		}
		fresh := 0
		for _, item := range page {
			if k := key(item); !seen[k] {
				seen[k] = true
				fresh++
				list = append(list, item)
			}
		}
		if next == "" || fresh == 0 && len(told) == 0 || tokens[next] {
			if fresh == 0 && len(page) > 0 {
				warnings = append(warnings, Warning{Source: v.name, Message: "sends the same page of " + what + "s again; there may be more of them"})
			}
			break
		}
		tokens[next] = true
		query.Set("next_token", next)
	}
	if bad > maxTold {
		warnings = append(warnings, Warning{Source: v.name, Message: fmt.Sprintf("%d %ss left out in all", bad, what)})
	}
	return list, warnings, nil
}

// readItems reads one page.
func readItems(ctx context.Context, v *visit, in *limitReader, item func(*itemReader) error) (next string, _ *Error) {
	count := &counter{r: in}
	br, err := utf8Reader(count)
	var head []byte // what there is of it
	if err == nil {
		_, err = skipSpace(br)
		head, _ = br.Peek(4096)
	}
	failed := func(err error) (string, *Error) {
		switch {
		case count.err != nil && !errors.Is(count.err, io.EOF):
			return "", v.readFailed(ctx, count.err)
		case len(head) > 0 && head[0] == '{' && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)):
			e := v.fail(fmt.Sprintf("answered with JSON cut off after %s", plural(int(count.n), "byte")), "the list is incomplete: ask again")
			e.Err = errCutOff
			return "", e
		}
		return "", v.notItems(head, err)
	}
	if err != nil && !errors.Is(err, io.EOF) || len(head) == 0 || head[0] != '{' {
		return failed(err)
	}
	dec := newDecoder(br)
	found := false
	if _, err := dec.ReadToken(); err != nil {
		return failed(err)
	}
	for dec.PeekKind() != '}' {
		count.allow(maxValue)
		name, err := dec.ReadToken()
		if err != nil {
			return failed(err)
		}
		switch key := name.String(); {
		case key == "Items" && dec.PeekKind() == '[':
			found = true
			if _, err := dec.ReadToken(); err != nil {
				return failed(err)
			}
			for dec.PeekKind() != ']' {
				count.allow(maxValue)
				if err := item(&itemReader{dec: dec}); err != nil {
					return failed(err)
				}
			}
			_, err = dec.ReadToken()
		case key == "Items": // null: none
			found = dec.PeekKind() == 'n'
			err = dec.SkipValue()
		case key == "NextToken":
			var raw jsontext.Value
			if raw, err = dec.ReadValue(); err == nil && json.Unmarshal(raw, &next) != nil {
				next = "" // none that is text
			}
		default:
			err = dec.SkipValue()
		}
		if err != nil {
			return failed(err)
		}
	}
	if _, err := dec.ReadToken(); err != nil {
		return failed(err)
	}
	if !found {
		return failed(errors.New("it has no list of items"))
	}
	return next, nil
}

// nanoseconds is a time since 1970, as jobs and executions bear; zero is never.
type nanoseconds int64

func (n nanoseconds) time() time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, int64(n)).UTC()
}

type wireJob struct {
	ID, Name, Namespace, Type string
	Count, Version            int
	State                     struct{ StateType, Message string }
	Tasks                     []struct{ Engine, Publisher struct{ Type string } }
	CreateTime, ModifyTime    nanoseconds
}

func (w *wireJob) fields() map[string]any {
	return map[string]any{
		"ID": &w.ID, "Name": &w.Name, "Namespace": &w.Namespace, "Type": &w.Type, "Count": &w.Count, "Version": &w.Version,
		"State": &w.State, "Tasks": &w.Tasks, "CreateTime": &w.CreateTime, "ModifyTime": &w.ModifyTime,
	}
}

func (w *wireJob) job() cluster.Job {
	j := cluster.Job{
		ID: w.ID, Name: w.Name, Namespace: w.Namespace, Type: w.Type, Count: w.Count, Version: w.Version,
		State: cluster.JobState(w.State.StateType), Message: w.State.Message,
		Created: w.CreateTime.time(), Modified: w.ModifyTime.time(),
	}
	for _, task := range w.Tasks {
		if task.Engine.Type != "" {
			j.Engines = append(j.Engines, task.Engine.Type)
		}
		if task.Publisher.Type != "" {
			j.Publishers = append(j.Publishers, task.Publisher.Type)
		}
	}
	return j
}

// A wireState is the number of a state, or the word that some version may send.
type wireState struct {
	number int
	word   string
}

func (s *wireState) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] == '"' {
		return json.Unmarshal(text, &s.word)
	}
	return json.Unmarshal(text, &s.number)
}

func (s wireState) state(version string) cluster.ExecutionState {
	if s.word != "" {
		return cluster.ExecutionState(s.word)
	}
	return cluster.ExecutionStateOf(s.number, version)
}

type wireExecution struct {
	ID, NodeID, JobID          string
	ComputeState, DesiredState struct {
		StateType wireState
		Message   string
	}
	RunOutput *struct {
		Stdout          string
		StdoutTruncated bool
		Stderr          string `json:"stderr"` // lower case in every version
		StderrTruncated bool
		ExitCode        int
		ErrorMsg        string
	}
	PartitionIndex, JobVersion int
	CreateTime, ModifyTime     nanoseconds
}

func (w *wireExecution) fields() map[string]any {
	return map[string]any{
		"ID": &w.ID, "NodeID": &w.NodeID, "JobID": &w.JobID, "ComputeState": &w.ComputeState, "DesiredState": &w.DesiredState,
		"RunOutput": &w.RunOutput, "PartitionIndex": &w.PartitionIndex, "JobVersion": &w.JobVersion,
		"CreateTime": &w.CreateTime, "ModifyTime": &w.ModifyTime,
	}
}

func (w *wireExecution) execution(version string) cluster.Execution {
	e := cluster.Execution{
		ID: w.ID, NodeID: w.NodeID, JobID: w.JobID, State: w.ComputeState.StateType.state(version), Message: w.ComputeState.Message,
		Partition: w.PartitionIndex, JobVersion: w.JobVersion, Created: w.CreateTime.time(), Modified: w.ModifyTime.time(),
	}
	if e.State == cluster.StateCancelled { // v1.4 keeps the message of the state before
		e.Message = cmp.Or(w.DesiredState.Message, e.Message)
	}
	if desired := w.DesiredState.StateType; desired.number == 1 || desired.word == "Running" {
		switch e.State {
		case cluster.StateAskForBidAccepted, cluster.StateBidAccepted, cluster.StateRunning, cluster.StatePublishing:
			e.Active = true
		}
	}
	if o := w.RunOutput; o != nil {
		e.Output = &cluster.RunOutput{
			Stdout: o.Stdout, Stderr: o.Stderr, StdoutTruncated: o.StdoutTruncated, StderrTruncated: o.StderrTruncated,
			ExitCode: o.ExitCode, Error: o.ErrorMsg,
		}
	}
	return e
}

type wireEvent struct {
	SeqNum                    int64
	Type, ExecutionID, NodeID string
	JobState                  *struct{ New string }
	ExecutionState            *struct{ New wireState }
	Comment                   string
	Event                     struct {
		Message, Topic string
		Timestamp      time.Time
		Details        map[string]string
	}
	Time time.Time
}

func (w *wireEvent) fields() map[string]any {
	return map[string]any{
		"SeqNum": &w.SeqNum, "Type": &w.Type, "ExecutionID": &w.ExecutionID, "NodeID": &w.NodeID, "JobState": &w.JobState,
		"ExecutionState": &w.ExecutionState, "Comment": &w.Comment, "Event": &w.Event, "Time": &w.Time,
	}
}

func (w *wireEvent) event(version string) cluster.Event {
	e := cluster.Event{
		Time: w.Time, Level: w.Type, ExecutionID: w.ExecutionID, NodeID: cmp.Or(w.NodeID, w.Event.Details["NodeID"]),
		Topic: w.Event.Topic, Message: cmp.Or(w.Event.Message, w.Comment), State: w.Event.Details["NewState"],
	}
	if e.Time.IsZero() {
		e.Time = w.Event.Timestamp
	}
	switch {
	case w.JobState != nil: // until v1.5.1
		e.State = w.JobState.New
	case w.ExecutionState != nil:
		e.State = string(w.ExecutionState.New.state(version))
	}
	return e
}
