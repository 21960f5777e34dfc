package bacalhau

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/bacviz/bacviz/internal/display"
)

// A Submission is the answer of an orchestrator to a job.
type Submission struct {
	JobID        string
	EvaluationID string
	Warnings     []string
}

// Submit sends a job, once: a job that is sent again may run again. The request is
// the JSON {"Job":{…}}, as package jobspec makes it. From v1.9 on, a job with the name
// and namespace of another one updates that, and is refused if nothing has changed,
// unless the request is forced.
func (c *Client) Submit(ctx context.Context, request []byte) (Submission, error) {
	return call(ctx, c, "submitting the job", func(ctx context.Context, v *visit) (s Submission, err *Error) {
		body, err := v.send(ctx, http.MethodPut, pathJobs, nil, request)
		if err == nil {
			err = v.readJSON(ctx, body, &s)
		}
		switch {
		case err == nil && s.JobID == "":
			err = v.fail("answered without a job ID", hintSubmitted)
		case err != nil && (err.Status == 0 || err.Status >= http.StatusInternalServerError) && !unreachable(err):
			err.Hint = hintSubmitted
		}
		if err != nil && strings.Contains(err.Message, "no changes detected") { // from v1.9 on
			err.Hint = "--force submits it again, as the next version of that job; a job without a Name is always a new one"
		}
		for i := range s.Warnings {
			s.Warnings[i] = v.auth.scrub(s.Warnings[i])
		}
		return s, err
	})
}

const hintSubmitted = "the job may have been submitted: check with bacviz job list"

// unreachable reports whether nothing can have been sent.
func unreachable(e *Error) bool {
	return e.Message == "connection refused" || strings.HasPrefix(e.Message, "no such host")
}

// Stop asks for a job to be stopped, and returns the ID of the evaluation that will
// do so. The reason may be empty.
func (c *Client) Stop(ctx context.Context, id, reason string) (evaluation string, _ error) {
	return call(ctx, c, "stopping job "+display.Excerpt(id), func(ctx context.Context, v *visit) (string, *Error) {
		path, err := jobPath(v, id, "")
		if err != nil {
			return "", err
		}
		query := url.Values{}
		if reason != "" {
			query.Set("reason", reason)
		}
		body, err := v.send(ctx, http.MethodDelete, path, query, nil)
		if err != nil {
			return "", aboutID(err, id)
		}
		var answer struct{ EvaluationID string }
		err = v.readJSON(ctx, body, &answer)
		return answer.EvaluationID, err
	})
}
