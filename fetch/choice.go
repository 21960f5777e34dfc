package fetch

// This file reads the jobs that a snapshot is to hold.

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/cluster"
)

// RecentJobs is how many jobs are meant by the recent ones.
const RecentJobs = 50

// A JobChoice says which jobs are meant: those that any part of it means. Its zero
// value means none.
type JobChoice struct {
	IDs     []string // IDs or their beginnings; in snapshots, and from v1.9 on, names too
	Running bool     // all that have not ended
	Recent  int      // the newest ones, so many of them
}

// Empty reports whether no job is meant.
func (c *JobChoice) Empty() bool { return len(c.IDs) == 0 && !c.Running && c.Recent == 0 }

// ErrNoJobs is the cause of the error of sources none of which can tell of jobs.
var ErrNoJobs = errors.New("no source of jobs")

// chosen is what one source has of the jobs that are meant.
type chosen struct {
	jobs     []cluster.Job
	byID     map[string][]string // IDs of the jobs that one of JobChoice.IDs means
	missing  map[string]error    // why one of them means none, or is ambiguous
	warnings []Warning
	err      error // of the whole; of listing, or one that is about no ID
}

// listed picks the jobs that a choice means but by ID. They must come newest first.
func (c *JobChoice) listed(all []cluster.Job) []cluster.Job {
	var picked []cluster.Job
	for i, j := range all {
		if i < c.Recent || c.Running && !j.State.Ended() {
			picked = append(picked, j)
		}
	}
	return picked
}

// jobs asks the orchestrator for the jobs that are meant, with their executions.
func (c *Client) jobs(ctx context.Context, choice *JobChoice) (r chosen) {
	r.byID, r.missing = map[string][]string{}, map[string]error{}
	told := func(warnings []Warning) {
		for _, w := range warnings {
			if !slices.Contains(r.warnings, w) { // each request may give the same
				r.warnings = append(r.warnings, w)
			}
		}
	}
	var jobs []cluster.Job
	if choice.Running || choice.Recent > 0 {
		all, warnings, err := c.Jobs(ctx)
		told(warnings)
		if err != nil {
			r.err = err
			return r
		}
		jobs = choice.listed(all)
	}
	for _, id := range choice.IDs {
		j, warnings, err := c.Job(ctx, id)
		told(warnings)
		switch {
		case errors.Is(err, ErrNoJob), errors.Is(err, ErrManyJobs):
			r.missing[id] = err
			continue
		case err != nil:
			r.err = err
			return r
		}
		r.byID[id] = append(r.byID[id], j.ID)
		if !slices.ContainsFunc(jobs, func(have cluster.Job) bool { return have.ID == j.ID }) {
			jobs = append(jobs, j.Job)
		}
	}
	ids := make([]string, len(jobs))
	for i := range jobs {
		ids[i] = jobs[i].ID
	}
	executions, warnings, err := c.ExecutionsOf(ctx, ids)
	told(warnings)
	if err != nil {
		r.err = err
		return r
	}
	r.jobs = make([]cluster.Job, 0, len(jobs))
	for i, j := range jobs {
		if executions[i] == nil {
			continue // which a warning tells
		}
		j.Executions = slices.DeleteFunc(executions[i], func(e cluster.Execution) bool { return e.NodeID == "" })
		r.jobs = append(r.jobs, j)
	}
	return r
}

// jobsOf picks the jobs that are meant of those that a snapshot holds.
func jobsOf(source string, all []cluster.Job, choice *JobChoice) (r chosen) {
	r.byID, r.missing = map[string][]string{}, map[string]error{}
	newest := slices.Clone(all)
	slices.SortStableFunc(newest, func(a, b cluster.Job) int { return b.Created.Compare(a.Created) })
	r.jobs = append([]cluster.Job{}, choice.listed(newest)...)
	for _, id := range choice.IDs {
		// As an orchestrator does: the ID, else the beginning of one, else the name.
		var found []cluster.Job
		for _, means := range []func(*cluster.Job) bool{
			func(j *cluster.Job) bool { return j.ID == id },
			func(j *cluster.Job) bool { return strings.HasPrefix(j.ID, id) },
			func(j *cluster.Job) bool { return j.Name == id },
		} {
			for i := range all {
				if id != "" && means(&all[i]) {
					found = append(found, all[i])
				}
			}
			if len(found) > 0 {
				break
			}
		}
		others := func(j cluster.Job) bool { return j.ID != found[0].ID }
		fail := func(message, hint string, jobs []cluster.Job, cause error) {
			ids := listed(jobs)
			r.missing[id] = &Error{
				Op: "looking up job " + clean(id), Source: source, Message: message,
				Hint: hint + "the snapshot holds " + cmp.Or(ids, "no jobs"), Said: []string{ids}, Err: cause,
			}
		}
		switch {
		case len(found) == 0:
			fail("there is no job "+quote(id), "", all, ErrNoJob)
		case !slices.ContainsFunc(found, others):
			r.byID[id] = []string{found[0].ID}
			r.jobs = append(r.jobs, found...)
		case !strings.HasPrefix(found[0].ID, id):
			fail("more than one job is named "+quote(id), "give the ID; ", found, ErrManyJobs)
		default:
			fail("more than one job's ID begins with "+quote(id), "give more of the ID; ", found, ErrManyJobs)
		}
	}
	return r
}

// listed names jobs in a hint.
func listed(jobs []cluster.Job) string {
	const most = 5
	var ids []string
	for i := range jobs {
		if i == most {
			ids = append(ids, "…")
			break
		}
		ids = append(ids, clean(jobs[i].Short()))
	}
	return strings.Join(ids, ", ")
}

// tell gives the warnings and the error of the sources' jobs.
func (c *JobChoice) tell(ctx context.Context, sources []Source, all []chosen, strict bool) ([]Warning, error) {
	var warnings, without []Warning
	var failed error
	some := false
	for i, r := range all {
		warnings = append(warnings, r.warnings...)
		some = some || r.jobs != nil
		if r.err != nil {
			failed = cmp.Or(failed, r.err)
			without = append(without, because(sources[i], "its jobs are left out", r.err))
		}
	}
	if failed != nil && (strict || !some || ctx.Err() != nil) {
		return warnings, failed
	}
	return append(warnings, without...), c.settle(sources, all)
}

// settle reports what is wrong with a choice over all sources: an ID that none of
// them knows, or that means several jobs.
func (c *JobChoice) settle(sources []Source, all []chosen) error {
	if !slices.ContainsFunc(all, func(r chosen) bool { return r.jobs != nil || r.err != nil }) {
		e := &Error{Op: "reading jobs", Source: sources[0].Name(), Message: "a list of nodes tells of no jobs", Err: ErrNoJobs}
		if len(sources) > 1 {
			e.Source, e.Message = "", "none of the sources tells of jobs: lists of nodes do not"
		}
		e.Hint = "give an orchestrator's URL, or a snapshot that bacviz snapshot --with-jobs wrote"
		return e
	}
	for _, id := range c.IDs {
		var found []string
		var missing error
		for _, r := range all {
			found = append(found, r.byID[id]...)
			if err := r.missing[id]; err != nil && (missing == nil || errors.Is(err, ErrManyJobs)) {
				missing = err
			}
		}
		slices.Sort(found)
		found = slices.Compact(found)
		switch {
		case errors.Is(missing, ErrManyJobs), len(found) == 0 && missing != nil:
			return missing
		case len(found) > 1:
			return &Error{
				Op: "looking up job " + clean(id), Message: "more than one job's ID begins with " + quote(id) + ", of several sources",
				Hint: "give more of the ID", Err: ErrManyJobs,
			}
		}
	}
	return nil
}

// ExecutionsOf lists the executions of several jobs that are known to be there, some
// of them at a time. One of which the server knows nothing has none: v1.5 says so of
// a job before its first execution. Of a job whose executions cannot be listed there
// is nil, and a warning says how many are left out so; it fails when it is so for all
// of them, and when ctx ends. What the executions wrote is left out.
func (c *Client) ExecutionsOf(ctx context.Context, ids []string) ([][]cluster.Execution, []Warning, error) {
	c, closeAll := c.keepingAlive(ctx)
	defer closeAll()
	type result struct {
		warnings []Warning
		err      error
	}
	all, results := make([][]cluster.Execution, len(ids)), make([]result, len(ids))
	atOnce(len(ids), func(i int) {
		r := &results[i]
		all[i], r.warnings, r.err = c.Executions(ctx, ids[i])
		if errors.Is(r.err, ErrNoJob) {
			all[i], r.err = []cluster.Execution{}, nil
		}
		for _, e := range all[i] {
			if e.Output != nil {
				*e.Output = cluster.RunOutput{ExitCode: e.Output.ExitCode}
			}
		}
	})
	var warnings []Warning
	var first error
	failed := 0
	for _, r := range results {
		for _, w := range r.warnings {
			if !slices.Contains(warnings, w) { // such as one about the connection
				warnings = append(warnings, w)
			}
		}
		if r.err != nil {
			failed++
			first = cmp.Or(first, r.err)
		}
	}
	if first != nil && (ctx.Err() != nil || failed == len(ids)) {
		return nil, warnings, first
	}
	if failed > 0 {
		warnings = append(warnings, because(c, fmt.Sprintf("%d of %d jobs left out, for their executions could not be listed", failed, len(ids)), first))
	}
	return all, warnings, nil
}

// keepingAlive returns the client with connections that many requests share.
func (c *Client) keepingAlive(ctx context.Context) (*Client, func()) {
	if c.HTTP != nil {
		return c, func() {}
	}
	v := visit{client: c}
	transport := v.ownTransport(ctx)
	transport.DisableKeepAlives = false
	transport.MaxIdleConnsPerHost = maxAtOnce
	shared := *c
	shared.HTTP = &http.Client{Transport: transport}
	return &shared, transport.CloseIdleConnections
}
