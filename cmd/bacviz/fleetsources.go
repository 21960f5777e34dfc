package main

// This file reads the orchestrators that a manifest of a fleet names.

import (
	"context"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/fetch/config"
	"github.com/bacviz/bacviz/fleet"
	"github.com/bacviz/bacviz/internal/display"
)

// fleetSources are the flags about addresses in manifests.
type fleetSources struct {
	connection sourceFlags
	timeout    time.Duration // of each address
}

// add defines the flags. Those that say which orchestrator is meant have no use where a manifest does.
func (o *fleetSources) add(cmd *cobra.Command) {
	o.connection.addConnection(cmd, config.Host, config.Port, config.TLS)
	defer heading(cmd.Flags(), sourceHeading)()
	timeoutVar(cmd, &o.timeout, "`time` limit for each address in a manifest")
	o.connection.addMaxRecords(cmd)
}

// check refuses flags of a connection that have no use.
func (o *fleetSources) check(args []string) error {
	if err := checkTimeout(o.timeout); err != nil {
		return err
	}
	isManifest := func(arg string) bool {
		extension := strings.ToLower(filepath.Ext(arg))
		return extension == ".yaml" || extension == ".yml"
	}
	if !slices.ContainsFunc(args, isManifest) {
		return o.connection.refuseConnection("files: only a manifest (.yaml) names addresses")
	}
	return nil
}

// open returns what makes sources of addresses; nil in a build without a network.
func (o *fleetSources) open(opt *fleet.Options, std stdio) func([]string) ([]fleet.Source, error) {
	if runtime.GOOS == "wasip1" {
		return nil
	}
	return func(addresses []string) ([]fleet.Source, error) {
		o.connection.maxBytes = byteSize(opt.MaxBytes)
		sources, err := o.connection.sources(addresses, std)
		if err != nil {
			return nil, err
		}
		if s := o.connection.settings; s != nil {
			for _, w := range s.Warnings {
				std.warn("%s", w)
			}
		}
		all := make([]fleet.Source, len(sources))
		for i, s := range sources {
			all[i] = &fleetSource{s, o.timeout, opt}
		}
		return all, nil
	}
}

// A fleetSource is the orchestrator of a cluster.
type fleetSource struct {
	from    fetch.Source
	timeout time.Duration
	opt     *fleet.Options
}

func (s *fleetSource) Name() string { return s.from.Name() }

// Snapshot implements [fleet.Source].
func (s *fleetSource) Snapshot(ctx context.Context) (cluster.Snapshot, error) {
	if s.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, s.timeout)
		defer cancel()
	}
	snap, err := fetch.Snapshot(ctx, []fetch.Source{s.from}, fetch.Options{Warn: s.warn})
	if err != nil {
		w := bacalhau.NewWarning(s.Name(), "", err)
		if s.opt.Redact != nil {
			w = w.Redacted()
		}
		return snap, &fleet.Error{Message: w.Message, Err: err}
	}
	snap.Taken = time.Now().UTC().Truncate(time.Second)
	return snap, nil
}

// warn passes on a warning about a part of the answer.
func (s *fleetSource) warn(w fetch.Warning) {
	if s.opt.Redact != nil {
		w = w.Redacted()
		w.Source = "an address"
	}
	if s.opt.Warn != nil {
		s.opt.Warn(display.Printable(w.String()))
	}
}
