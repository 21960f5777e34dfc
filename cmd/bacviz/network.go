package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/examples"
	"github.com/bacviz/bacviz/fetch"
)

// networkFlags are the flags of commands that read a network.
type networkFlags struct {
	source       sourceFlags
	demo         bool
	timeout      time.Duration
	jobs         fetch.JobChoice // to read with the network
	alwaysStrict bool            // fail if any SOURCE fails, even without --strict
}

// add defines the flags of a command that makes do with the SOURCEs that can be
// read, unless --strict is given.
func (n *networkFlags) add(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&n.demo, "demo", false, "use a sample network instead of a SOURCE")
	timeoutVar(cmd, &n.timeout, "overall `time` limit")
	n.source.add(cmd)
}

// addStrict defines the flags of a command that fails if any SOURCE fails.
func (n *networkFlags) addStrict(cmd *cobra.Command) {
	n.add(cmd)
	n.alwaysStrict = true
	cmd.Flags().Lookup("strict").Hidden = true // it always is
}

// check finds mistakes in the flags before any work is done, and reads the settings.
func (n *networkFlags) check(args []string) error {
	if n.demo && len(args) > 0 && !yields(n.source.cmd.Flags(), "demo") {
		return usagef("--demo cannot be combined with the source %q", shown(args[0]))
	}
	if err := n.checkStrict(args); err != nil {
		return err
	}
	if err := n.checkSeparate(args); err != nil {
		return err
	}
	if err := checkTimeout(n.timeout); err != nil {
		return err
	}
	if n.demo {
		return n.source.refuseConnection("the sample network")
	}
	return n.source.loadSettings(places(args), &n.timeout)
}

// checkStrict refuses --strict where nothing could be left out: of several SOURCEs, those
// that fail, and of jobs, those that cannot be listed. Hidden, it may stand anywhere.
func (n *networkFlags) checkStrict(args []string) error {
	if !n.source.strict || n.alwaysStrict || len(args) > 1 || !n.jobs.Empty() {
		return nil
	}
	if yields(n.source.cmd.Flags(), "strict") {
		return nil
	}
	return usagef("--strict has no effect on one source: if it fails, so does the command")
}

// checkSeparate refuses --separate where it could not tell the clusters apart.
func (n *networkFlags) checkSeparate(args []string) error {
	if !n.source.separate {
		return nil
	}
	const example = "write NAME=SOURCE, such as eu="
	unnamed := func(arg string) bool { name, _ := fetch.SplitName(arg); return name == "" }
	if (len(args) == 0 || slices.ContainsFunc(args, unnamed)) && yields(n.source.cmd.Flags(), "separate") {
		return nil
	}
	if len(args) == 0 {
		return &usageError{errors.New("--separate has no effect without a SOURCE that has a name"), example + "http://eu:1234"}
	}
	for _, arg := range args {
		if name, _ := fetch.SplitName(arg); name == "" {
			return &usageError{fmt.Errorf("--separate needs a name for each SOURCE, and %s has none", shown(arg)), example + shown(arg)}
		}
	}
	return nil
}

// places returns the arguments without the names of clusters, as they are written.
func places(args []string) []string {
	all := make([]string, len(args))
	for i, arg := range args {
		_, all[i] = fetch.SplitName(arg)
	}
	return all
}

// limit bounds the time of the command. The caller calls cancel when it is done.
func (n *networkFlags) limit(ctx context.Context) (limited context.Context, cancel context.CancelFunc) {
	return n.source.limit(ctx, n.timeout)
}

// snapshot reads the network.
func (n *networkFlags) snapshot(ctx context.Context, args []string, std stdio) (cluster.Snapshot, error) {
	sources := []fetch.Source{fetch.Stream{Reader: bytes.NewReader(examples.Demo), Label: "the sample network"}}
	if !n.demo {
		var err error
		if sources, err = n.source.sources(args, std); err != nil {
			return cluster.Snapshot{}, err
		}
	}
	n.source.strict = n.source.strict || n.alwaysStrict
	snap, err := n.source.snapshot(ctx, sources, n.jobs, std)
	return snap, n.explain(ctx, err)
}

// warnReconnection warns of the network's compute nodes that await reconnection, or may
// do so, if any of the chosen ones does.
func warnReconnection(network, chosen cluster.Census, std stdio) {
	if s := reconnection(network, chosen); s != "" {
		std.warn("%s", s)
	}
}

// warnAwaited is warnReconnection for a command that chooses no nodes.
func warnAwaited(snap *cluster.Snapshot, std stdio) {
	census := snap.Census(snap.Orchestrators)
	warnReconnection(census, census, std)
}

// reconnection returns the warning of warnReconnection, or "".
func reconnection(network, chosen cluster.Census) string {
	s := diagram.Reconnection(network, chosen)
	if s == "" {
		return ""
	}
	return strings.TrimSuffix(strings.ToLower(s[:1])+s[1:], ".")
}

// setTaken dates a snapshot now, if an orchestrator was asked for it. When an answer
// in a file was given is not known.
func (n *networkFlags) setTaken(snap *cluster.Snapshot, args []string) {
	if !n.demo && (len(args) == 0 || slices.ContainsFunc(args, isURL)) {
		snap.Taken = time.Now().Truncate(time.Second)
	}
}

// explain returns err, with why ctx ended early if it did.
func (n *networkFlags) explain(ctx context.Context, err error) error {
	return explain(ctx, n.timeout, err)
}
