package main

// This file holds the flags that say which jobs to draw on the network.

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bacviz/bacviz/fetch"
)

// overlayFlags say which jobs are drawn.
type overlayFlags struct {
	flags *pflag.FlagSet
	ids   []string
	given func() bool // whether --job was
	which string
	space string // namespace, or empty
}

const jobsHeading = "Jobs"

// add defines the flags.
func (o *overlayFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	defer heading(f, jobsHeading)()
	f.StringSliceVar(&o.ids, "job", nil, "`ID` of a job, its beginning, or the job's name, to draw with the nodes that it was placed on (repeatable)")
	o.flags = f
	o.given = func() bool { return f.Changed("job") }
	choiceVar(cmd, &o.which, "jobs", "", "", fmt.Sprintf("`which` jobs to draw, where recent means the newest %d", fetch.RecentJobs), choices{"running", "recent"})
	namespaceVar(cmd, &o.space)
}

// choice checks the flags and returns what they mean.
func (o *overlayFlags) choice() (fetch.JobChoice, error) {
	c := fetch.JobChoice{IDs: o.ids, Running: o.which == "running", Namespace: o.space}
	blank := func(id string) bool { return strings.TrimSpace(id) == "" }
	if o.given() && (len(o.ids) == 0 || slices.ContainsFunc(o.ids, blank)) {
		return c, &usageError{errors.New("--job needs the ID of a job"), "bacviz job list shows the jobs"}
	}
	if o.which == "recent" {
		c.Recent = fetch.RecentJobs
	}
	if o.space != "" && c.Empty() && !yields(o.flags, "namespace") {
		return c, usagef("--namespace needs --job or --jobs")
	}
	return c, nil
}

// noJobsUsage makes wrong usage of the error that the sources cannot have jobs.
func noJobsUsage(err error) error {
	var e *fetch.Error
	if errors.Is(err, fetch.ErrNoJobs) && errors.As(err, &e) {
		return &usageError{err, e.Hint}
	}
	return err
}
