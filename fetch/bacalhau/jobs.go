package bacalhau

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch/bacalhau/internal/wire"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/lazy"
	"github.com/bacviz/bacviz/internal/parallel"
)

const pathJobs = "/api/v1/orchestrator/jobs"

// pageLimit is how many entries of a list to ask for at a time.
const pageLimit = "200"

// Causes of errors about the ID of a job.
var (
	ErrNoJob    = errors.New("no such job")
	ErrManyJobs = errors.New("several such jobs")
)

// A JobDetail is a job and the JSON that it was read from.
type JobDetail struct {
	cluster.Job
	Text json.RawMessage // as the server sent it, with fields that bacviz does not read
}

// Jobs lists the jobs of the client's namespace, newest first.
func (c *Client) Jobs(ctx context.Context) ([]cluster.Job, error) {
	return call(ctx, c, "listing jobs", func(ctx context.Context, v *visit) ([]cluster.Job, *Error) {
		query := url.Values{"limit": {pageLimit}, "namespace": {cmp.Or(c.Namespace, "*")}}
		jobs, err := items(ctx, v, pathJobs, query, "job", func(j cluster.Job) string { return j.ID }, wire.ReadJob)
		slices.SortStableFunc(jobs, func(a, b cluster.Job) int {
			return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(a.ID, b.ID))
		})
		return jobs, err
	})
}

// Job describes a job, which may be named by the beginning of its ID, and from v1.9
// on by its name in the client's namespace. An error about the ID matches [ErrNoJob] or [ErrManyJobs].
func (c *Client) Job(ctx context.Context, id string) (JobDetail, error) {
	return call(ctx, c, "looking up job "+display.Excerpt(id), func(ctx context.Context, v *visit) (JobDetail, *Error) {
		d, err := v.job(ctx, id)
		if short := longPrefix().FindStringSubmatch(id); short != nil && err != nil && errors.Is(err, ErrNoJob) {
			if found, shortErr := v.job(ctx, short[1]); shortErr == nil && strings.HasPrefix(found.ID, id) {
				return found, nil
			}
		}
		return d, err
	})
}

// longPrefix matches the short form of an ID at the beginning of a longer part of
// it. Servers complete nothing longer than the short form.
var longPrefix = lazy.Regexp(`^((?:[a-z]-)?[0-9a-f]{8})-`)

func (v *visit) job(ctx context.Context, id string) (JobDetail, *Error) {
	path, err := jobPath(v, id, "")
	if err != nil {
		return JobDetail{}, err
	}
	var answer struct{ Job json.RawMessage }
	query := url.Values{}
	if v.client.Namespace != "" {
		query.Set("namespace", v.client.Namespace)
	}
	if err := v.getJSON(ctx, path, query, &answer); err != nil {
		return JobDetail{}, aboutID(err, id)
	}
	job, ok := wire.ParseJob(answer.Job)
	if !ok {
		return JobDetail{}, v.fail("answered without a job", wire.HintHTML)
	}
	return JobDetail{job, answer.Job}, nil
}

// Executions lists the executions of a job, in the order of [cluster.Attempts].
func (c *Client) Executions(ctx context.Context, id string) ([]cluster.Execution, error) {
	return call(ctx, c, "listing executions of job "+display.Excerpt(id), func(ctx context.Context, v *visit) ([]cluster.Execution, *Error) {
		path, err := jobPath(v, id, "executions")
		if err != nil {
			return nil, err
		}
		sent, err := items(ctx, v, path, url.Values{}, "execution", func(e wire.Execution) string { return e.ID }, wire.ReadExecution)
		if err != nil {
			return nil, aboutID(err, id)
		}
		version, err := v.serverVersion(ctx)
		if err != nil {
			return nil, err
		}
		executions := make([]cluster.Execution, len(sent))
		for i := range sent {
			executions[i] = sent[i].Of(version)
			executions[i].JobID = cmp.Or(executions[i].JobID, id)
		}
		cluster.Attempts(executions)
		return executions, nil
	})
}

// ExecutionsOf lists the executions of several jobs that are known to exist, up to 16
// jobs at a time, in the order of ids. A job that the server does not know has none:
// v1.5 says so before the first execution of a job. The list of a job whose executions
// could not be read is nil, and a warning says how many there are. ExecutionsOf fails if
// all lists failed, and when ctx ends. The output of executions is left out.
func (c *Client) ExecutionsOf(ctx context.Context, ids []string) ([][]cluster.Execution, error) {
	shared, closeAll := c.keepingAlive(ctx)
	defer closeAll()
	all, errs, warnings := make([][]cluster.Execution, len(ids)), make([]error, len(ids)), make([][]Warning, len(ids))
	parallel.Do(len(ids), func(i int) {
		own := *shared
		own.Warn = func(w Warning) { warnings[i] = append(warnings[i], w) }
		all[i], errs[i] = own.Executions(ctx, ids[i])
		if errors.Is(errs[i], ErrNoJob) {
			all[i], errs[i] = []cluster.Execution{}, nil
		}
		for _, e := range all[i] {
			if e.Output != nil {
				*e.Output = cluster.RunOutput{ExitCode: e.Output.ExitCode}
			}
		}
	})
	c.warnOnce(slices.Concat(warnings...))
	failed := slices.DeleteFunc(errs, func(err error) bool { return err == nil })
	if len(failed) > 0 && (ctx.Err() != nil || len(failed) == len(ids)) {
		return nil, failed[0]
	}
	if len(failed) > 0 {
		c.warnOnce([]Warning{NewWarning(c.Name(), fmt.Sprintf("%d of %d jobs left out: their executions could not be listed", len(failed), len(ids)), failed[0])})
	}
	return all, nil
}

// warnOnce gives the warnings to Warn, each once: many are about the connection and
// repeat.
func (c *Client) warnOnce(warnings []Warning) {
	warned := map[Warning]bool{}
	for _, w := range warnings {
		if c.Warn != nil && !warned[w] {
			warned[w] = true
			c.Warn(w)
		}
	}
}

// Results lists what a job published, in the order of their addresses.
func (c *Client) Results(ctx context.Context, id string) ([]cluster.Result, error) {
	return call(ctx, c, "listing results of job "+display.Excerpt(id), func(ctx context.Context, v *visit) ([]cluster.Result, *Error) {
		path, err := jobPath(v, id, "results")
		if err != nil {
			return nil, err
		}
		results, err := items(ctx, v, path, url.Values{}, "result", wire.ResultKey, wire.ReadResult)
		slices.SortStableFunc(results, func(a, b cluster.Result) int {
			return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.URL, b.URL))
		})
		return results, aboutID(err, id)
	})
}

// History lists what happened to a job and its executions, oldest first.
func (c *Client) History(ctx context.Context, id string) ([]cluster.Event, error) {
	return call(ctx, c, "reading the history of job "+display.Excerpt(id), func(ctx context.Context, v *visit) ([]cluster.Event, *Error) {
		path, err := jobPath(v, id, "history")
		if err != nil {
			return nil, err
		}
		n := 0
		key := func(e wire.Event) string {
			if e.Number > 0 {
				return strconv.FormatInt(e.Number, 10)
			}
			n++ // v1.4 does not number them, and sends them all at once
			return "-" + strconv.Itoa(n)
		}
		sent, err := items(ctx, v, path, url.Values{"limit": {pageLimit}}, "event", key, wire.ReadEvent)
		if err != nil {
			return nil, aboutID(err, id)
		}
		version, err := v.serverVersion(ctx)
		if err != nil {
			return nil, err
		}
		var events []cluster.Event
		nodes := map[string]string{} // by execution: only its first event names the node
		for i := range sent {
			e := sent[i].Of(version)
			if e.NodeID != "" && e.ExecutionID != "" {
				nodes[e.ExecutionID] = e.NodeID
			}
			e.NodeID = cmp.Or(e.NodeID, nodes[e.ExecutionID])
			events = append(events, e)
		}
		slices.SortStableFunc(events, func(a, b cluster.Event) int { return a.Time.Compare(b.Time) })
		return events, nil
	})
}

// jobPath returns the path of a job, or of a list that belongs to it.
func jobPath(v *visit, id, list string) (string, *Error) {
	if id == "" || id == "." || id == ".." {
		e := v.fail(display.Quote(id)+" is not a job ID", hintJobs)
		e.Err = ErrNoJob
		return "", e
	}
	path := pathJobs + "/" + url.PathEscape(id)
	if list != "" {
		path += "/" + list
	}
	return path, nil
}

const hintJobs = "bacviz job list shows the jobs"

// aboutID recognizes an error about the ID of a job by its text, which depends on the
// version. Until v1.5 the status is 500, and without executions the text names a bucket.
func aboutID(e *Error, id string) *Error {
	if e == nil || e.Status < 400 {
		return e
	}
	text := strings.ToLower(e.Message)
	switch {
	case strings.Contains(text, "multiple job ids found for same job name"):
		e.Message, e.Hint = "more than one job is named "+display.Quote(id), "give the ID; "+hintJobs
		e.Err = ErrManyJobs
	case strings.Contains(text, "multiple jobs"), e.Status == http.StatusConflict && text == "":
		e.Message, e.Hint = "more than one job ID begins with "+display.Quote(id), "give more of the ID; "+hintJobs
		e.Err = ErrManyJobs
	case strings.Contains(text, "not found") && (strings.Contains(text, "job") || strings.Contains(text, "bucket")): // and not a path
		e.Message, e.Hint = "there is no job "+display.Quote(id), hintJobs
		e.Err = ErrNoJob
	}
	return e
}

// Version returns the version of the orchestrator, such as v1.9.3; empty if it does not say.
func (c *Client) Version(ctx context.Context) (string, error) {
	return call(ctx, c, "asking for the version", func(ctx context.Context, v *visit) (string, *Error) {
		var answer struct{ GitVersion string }
		err := v.getJSON(ctx, pathVersion, nil, &answer)
		return answer.GitVersion, err
	})
}

const pathVersion = "/api/v1/agent/version"

// serverVersion returns the version that the last answer named, or asks for it. The
// meaning of the number of a state depends on it.
func (v *visit) serverVersion(ctx context.Context) (string, *Error) {
	if v.version != "" {
		return v.version, nil
	}
	var answer struct{ GitVersion string }
	err := v.getJSON(ctx, pathVersion, nil, &answer)
	if err != nil && ctx.Err() != nil {
		return "", err
	}
	if answer.GitVersion == "" {
		v.warn("the server does not report its version; execution states are read as those of v1.5.2 and later")
	}
	return answer.GitVersion, nil
}
