package fetch

// This file reads the jobs that a snapshot is to have.

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/internal/display"
)

// RecentJobs is the number of jobs that commands mean by the recent ones.
const RecentJobs = 50

// A JobChoice says which jobs to read: those that any of its fields means. The zero
// value means none.
type JobChoice struct {
	IDs     []string // IDs or their beginnings, or names; see [cluster.FindJobs]
	Running bool     // all jobs that have not ended
	Recent  int      // the newest jobs, at most so many

	// Namespace is where all of these jobs are. Empty means any; of a name, that in
	// "default" comes first.
	Namespace string
}

// elsewhere returns an error about a job that an ID means and that is in another
// namespace, or nil.
func (c *JobChoice) elsewhere(source, id string, j *cluster.Job) error {
	if c.Namespace == "" || j.Namespace == c.Namespace {
		return nil
	}
	return &Error{
		Op: "looking up job " + display.Excerpt(id), Source: source, Quoted: []string{j.Namespace},
		Message: "job " + display.Excerpt(j.Short()) + " is in the namespace " + display.Quote(j.Namespace) + ", not in " + display.Quote(c.Namespace),
		Hint:    "leave out --namespace: an ID needs none", Err: bacalhau.ErrNoJob,
	}
}

// Empty reports whether no job is meant.
func (c *JobChoice) Empty() bool { return len(c.IDs) == 0 && !c.Running && c.Recent == 0 }

// ErrNoJobs is the cause of an error about sources none of which has jobs.
var ErrNoJobs = errors.New("no source of jobs")

// chosen holds the jobs of one source that are meant.
type chosen struct {
	jobs     []cluster.Job       // nil if the source has no jobs at all
	byID     map[string][]string // IDs of the jobs that one of JobChoice.IDs means
	missing  map[string]error    // errors of JobChoice.IDs that mean no job, or several
	warnings []Warning
	err      error // of the source; not one about an ID
}

// newChosen returns a chosen without jobs.
func newChosen() chosen {
	return chosen{byID: map[string][]string{}, missing: map[string]error{}}
}

// pickListed picks the jobs that a choice means without naming them. They must be in
// order, newest first.
func (c *JobChoice) pickListed(all []cluster.Job) []cluster.Job {
	var picked []cluster.Job
	for i, j := range all {
		if i < c.Recent || c.Running && !j.State.Ended() {
			picked = append(picked, j)
		}
	}
	return picked
}

// jobsOfOrchestrator asks the orchestrator for the jobs that are meant, with their
// executions.
func jobsOfOrchestrator(ctx context.Context, c bacalhau.Client, choice *JobChoice) chosen {
	r := newChosen()
	c.Namespace = choice.Namespace
	c.Warn = func(w Warning) {
		if !slices.Contains(r.warnings, w) { // each request may cause the same
			r.warnings = append(r.warnings, w)
		}
	}
	r.jobs, r.err = askJobs(ctx, &c, choice, &r)
	return r
}

// askJobs returns the jobs that are meant, and notes in r which IDs mean which.
func askJobs(ctx context.Context, c *bacalhau.Client, choice *JobChoice, r *chosen) ([]cluster.Job, error) {
	var jobs []cluster.Job
	if choice.Running || choice.Recent > 0 {
		all, err := c.Jobs(ctx)
		if err != nil {
			return nil, err
		}
		jobs = choice.pickListed(all)
	}
	for _, id := range choice.IDs {
		j, err := c.FindJob(ctx, id)
		switch {
		case errors.Is(err, bacalhau.ErrNoJob), errors.Is(err, bacalhau.ErrManyJobs):
			r.missing[id] = err
			continue
		case err != nil:
			return nil, err
		}
		if err := choice.elsewhere(c.Name(), id, &j.Job); err != nil {
			r.missing[id] = err
			continue
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
	executions, err := c.ExecutionsOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	listed := make([]cluster.Job, 0, len(jobs))
	for i, j := range jobs {
		if executions[i] == nil {
			continue // there is a warning about it
		}
		j.Executions = slices.DeleteFunc(executions[i], func(e cluster.Execution) bool { return e.NodeID == "" })
		listed = append(listed, j)
	}
	return listed, nil
}

// jobsOfSnapshot picks the jobs that are meant from those that a snapshot holds.
func jobsOfSnapshot(source string, all []cluster.Job, choice *JobChoice) chosen {
	r := newChosen()
	if choice.Namespace != "" {
		all = slices.DeleteFunc(slices.Clone(all), func(j cluster.Job) bool { return j.Namespace != choice.Namespace })
	}
	newest := slices.Clone(all)
	slices.SortStableFunc(newest, func(a, b cluster.Job) int { return b.Created.Compare(a.Created) })
	r.jobs = append([]cluster.Job{}, choice.pickListed(newest)...)
	for _, id := range choice.IDs {
		found := cluster.FindJobs(all, id)
		others := func(j cluster.Job) bool { return j.ID != found[0].ID }
		fail := func(message, hint string, jobs []cluster.Job, cause error) {
			ids := bacalhau.ShortIDs(jobs)
			r.missing[id] = &Error{
				Op: "looking up job " + display.Excerpt(id), Source: source, Message: message,
				Hint: hint + "the snapshot holds " + cmp.Or(ids, "no jobs"), Quoted: []string{ids}, Err: cause,
			}
		}
		switch {
		case len(found) == 0:
			fail("there is no job "+display.Quote(id), "", all, bacalhau.ErrNoJob)
		case !slices.ContainsFunc(found, others):
			r.byID[id] = []string{found[0].ID}
			r.jobs = append(r.jobs, found...)
		case !strings.HasPrefix(found[0].ID, id):
			fail("more than one job is named "+display.Quote(id), "give the ID; ", found, bacalhau.ErrManyJobs)
		default:
			fail("more than one job ID begins with "+display.Quote(id), "give more of the ID; ", found, bacalhau.ErrManyJobs)
		}
	}
	return r
}

// checkJobs collects the warnings about the sources' jobs. It returns an error if
// there are none to merge, or an ID means no job or several.
func (s *reading) checkJobs(ctx context.Context) error {
	var without []Warning
	var failed error
	some := false
	for i, r := range s.results {
		s.warnings = append(s.warnings, r.jobs.warnings...)
		some = some || r.jobs.jobs != nil
		if err := r.jobs.err; err != nil {
			failed = cmp.Or(failed, err)
			without = append(without, bacalhau.NewWarning(s.sources[i].Name(), "its jobs are left out", err))
		}
	}
	if failed != nil && (s.opt.Strict || !some || ctx.Err() != nil) {
		return failed
	}
	s.warnings = append(s.warnings, without...)
	if !some && failed == nil {
		return s.noJobs()
	}
	for _, id := range s.opt.Jobs.IDs {
		if err := s.checkID(id); err != nil {
			return err
		}
	}
	return nil
}

// noJobs returns the error of sources that have no jobs.
func (s *reading) noJobs() error {
	e := &Error{Op: "reading jobs", Source: s.sources[0].Name(), Message: "a node list contains no jobs", Err: ErrNoJobs}
	if len(s.sources) > 1 {
		e.Source, e.Message = "", "no source has jobs: node lists contain none"
	}
	e.Hint = "give an orchestrator's URL, or a snapshot made with bacviz snapshot --with-jobs"
	return e
}

// checkID returns an error if no source knows the ID, or if it means several jobs.
func (s *reading) checkID(id string) error {
	var found []string
	var missing error
	for _, r := range s.results {
		found = append(found, r.jobs.byID[id]...)
		if err := r.jobs.missing[id]; err != nil && (missing == nil || errors.Is(err, bacalhau.ErrManyJobs)) {
			missing = err
		}
	}
	slices.Sort(found)
	found = slices.Compact(found)
	switch {
	case errors.Is(missing, bacalhau.ErrManyJobs), len(found) == 0 && missing != nil:
		return missing
	case len(found) > 1:
		jobs := make([]cluster.Job, len(found))
		for i := range found {
			jobs[i].ID = found[i]
		}
		ids := bacalhau.ShortIDs(jobs)
		return &Error{
			Op: "looking up job " + display.Excerpt(id), Message: "more than one job is called, or begins with, " + display.Quote(id) + ", in several sources",
			Hint: "give the ID: " + ids, Quoted: []string{ids}, Err: bacalhau.ErrManyJobs,
		}
	}
	return nil
}
