package main

// This file holds the flags that say which jobs to draw on the network.

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/fetch"
)

// overlayFlags say which jobs are drawn.
type overlayFlags struct {
	ids   []string
	given func() bool // whether --job was
	which string
}

// The words of --jobs.
var overlayWords = []string{"running", "recent"}

func (o *overlayFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringSliceVar(&o.ids, "job", nil, "`ID` of a job, or its beginning, to draw on the nodes that it was placed on; may be given again")
	o.given = func() bool { return f.Changed("job") }
	f.StringVar(&o.which, "jobs", "", fmt.Sprintf("`which` jobs to draw so: running, or recent (the newest %d)", fetch.RecentJobs))
	// An error here would be a flag that is not defined above.
	_ = cmd.RegisterFlagCompletionFunc("jobs", cobra.FixedCompletions(overlayWords, cobra.ShellCompDirectiveNoFileComp))
}

// choice checks the flags and builds what they mean.
func (o *overlayFlags) choice() (fetch.JobChoice, error) {
	c := fetch.JobChoice{IDs: o.ids}
	blank := func(id string) bool { return strings.TrimSpace(id) == "" }
	if o.given() && (len(o.ids) == 0 || slices.ContainsFunc(o.ids, blank)) {
		return c, &usageError{errors.New("--job names no job"), "bacviz job list shows the jobs there are"}
	}
	switch strings.ToLower(o.which) {
	case "":
	case "running":
		c.Running = true
	case "recent":
		c.Recent = fetch.RecentJobs
	default:
		return c, usagef("unknown --jobs %q (have %s)", o.which, strings.Join(overlayWords, ", "))
	}
	return c, nil
}

// jobless makes wrong usage of jobs that are asked of what has none.
func jobless(err error) error {
	var e *fetch.Error
	if errors.Is(err, fetch.ErrNoJobs) && errors.As(err, &e) {
		return &usageError{err, e.Hint}
	}
	return err
}
