package bacalhau

// This file finds jobs by what people call them.

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
)

// FindJob describes the job that a text means. It asks the server, as [Client.Job] does. If
// that knows no such job, as before v1.9 and in other namespaces, FindJob looks for the text
// among the jobs that [Client.Jobs] lists, by the rules of [cluster.FindJobs]. An error that
// matches [ErrManyJobs] lists them.
func (c *Client) FindJob(ctx context.Context, text string) (JobDetail, error) {
	d, err := c.Job(ctx, text)
	var refusal *Error
	if unknown := errors.Is(err, ErrNoJob); !unknown && !errors.Is(err, ErrManyJobs) || !errors.As(err, &refusal) || refusal.Status == 0 {
		return d, err
	}
	all, listErr := c.Jobs(ctx)
	if listErr != nil {
		return d, err
	}
	switch found := cluster.FindJobs(all, text); {
	case len(found) == 0:
		return d, err
	case len(found) == 1 && errors.Is(err, ErrNoJob):
		return c.Job(ctx, found[0].ID)
	default:
		several := *refusal
		several.Err, several.Message, several.Hint = ErrManyJobs, "more than one job is named "+display.Quote(text), "give the ID: "
		if strings.HasPrefix(found[0].ID, text) {
			several.Message, several.Hint = "more than one job ID begins with "+display.Quote(text), "give more of the ID: "
		}
		ids := ShortIDs(found)
		several.Hint += ids
		several.Quoted = append(slices.Clone(several.Quoted), ids)
		return JobDetail{}, &several
	}
}

// ShortIDs lists jobs, up to five, for a hint.
func ShortIDs(jobs []cluster.Job) string {
	const most = 5
	var ids []string
	for i := range jobs {
		if i == most {
			ids = append(ids, "…")
			break
		}
		ids = append(ids, display.Excerpt(jobs[i].Short()))
	}
	return strings.Join(ids, ", ")
}
