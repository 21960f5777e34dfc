package main

// This file holds fleet run, which has a network of Bacalhau make the facts of a fleet.

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/bacviz/bacviz/check"
	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/fetch/config"
	"github.com/bacviz/bacviz/fetch/jobspec"
	"github.com/bacviz/bacviz/fleet"
	"github.com/bacviz/bacviz/fleet/remote"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/outfile"
)

// fleetRunOptions are the flags of fleet run.
type fleetRunOptions struct {
	jobFlags

	on, module, image, rules, selector, publisher string
	inputs, resume                                []string
	spec                                          remote.Options
	maxBytes                                      byteSize
	output, title                                 string
	dryRun                                        bool
}

func newFleetRun(std stdio) *cobra.Command {
	opt := fleetRunOptions{maxBytes: bacalhau.DefaultMaxBytes}
	cmd := &cobra.Command{
		Use:   "run --input LOCATION... --module LOCATION -o report/",
		Short: "Have a Bacalhau network make the facts, and report",
		Long: `Run submits a job that makes the facts of a fleet where its snapshots are,
follows it, fetches what its executions publish, and writes the report. An
orchestrator of v1.6 or later gets one job with a partition for each shard; one
that is older gets a job for each.

A LOCATION is where the nodes find data:

    /data/snapshots                      a path on each node (of a folder)
    https://files.example/eu.json        a file at an address
    s3://bucket/prefix/?region=eu-west-1
    ipfs://CID

--input takes NAME=LOCATION, too: the name is that of the cluster, if there are
snapshots right in the LOCATION; ipfs://CID needs one. --module says where the
nodes find bacviz-fleet.wasm; --image runs a container instead.

Ctrl-C ends the waiting, not the job. --resume JOB waits for it again and goes
on; it needs no --input. --dry-run prints the job file, and submits nothing.`,
		Example: `  bacviz fleet run --on http://10.0.0.5:1234 --input /data/snapshots \
      --module /opt/bacviz-fleet.wasm --shards 8 -o report/
  bacviz fleet run --on http://10.0.0.5:1234 --resume j-0d2d943b -o report/`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return &usageError{fmt.Errorf("bacviz fleet run takes no arguments, got %d", len(args)), "--input says what to read"}
			}
			return nil
		},
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		err := opt.run(cmd.Context(), std) // not within: it removes what it has begun to write
		return opt.source.explainDefault(explainFleet(cmd.Context(), err), "--on names the orchestrator")
	}
	opt.addFlags(cmd)
	return cmd
}

func (o *fleetRunOptions) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&o.on, "on", "", "`URL` of the orchestrator (default: as for bacviz job)")
	f.StringArrayVar(&o.inputs, "input", nil, "`LOCATION` of snapshots, which may be repeated")
	f.IntVar(&o.spec.Shards, "shards", 1, "`number` of parts that are worked on side by side")
	f.StringVar(&o.module, "module", "", "`LOCATION` of bacviz-fleet.wasm")
	f.StringVar(&o.image, "image", "", "container `image` of bacviz to use instead of a module")
	f.StringVar(&o.rules, "rules", "", "`file` of rules, in YAML")
	f.StringVar(&o.publisher, "publisher", "local", "`LOCATION` of the results: local, ipfs, or s3://bucket/prefix?region=...")
	f.StringVar(&o.selector, "select", "", "only nodes that match this label `selector`, as in kubectl: region=eu,rack!=r2,gpu")
	f.StringVar(&o.spec.CPU, "cpu", "1", "`cores` that an execution needs")
	f.StringVar(&o.spec.Memory, "memory", "1gb", "`memory` that an execution needs")
	f.StringVarP(&o.output, "output", "o", "", "`folder` to write the report to, or a file of facts, such as facts.jsonl")
	f.StringVar(&o.title, "title", "Fleet", "`title` of the report")
	f.StringSliceVar(&o.resume, "resume", nil, "go on with this `JOB`, or these, that an earlier run submitted")
	f.BoolVar(&o.dryRun, "dry-run", false, "check the job and print the request instead of sending it")
	f.Var(&o.maxBytes, "max-size", "refuse answers and files larger than this `size`, uncompressed")
	f.DurationVar(&o.limit, "timeout", 0, "overall `time` limit, such as 30s or 5m (0: none)")
	namespaceVar(cmd, &o.spec.Namespace)
	o.source.addConnection(cmd)
	f.Lookup(config.Host).Usage = "`host` or URL of the orchestrator"
}

// run does all of it: submit, follow, fetch, report.
func (o *fleetRunOptions) run(ctx context.Context, std stdio) error {
	if err := o.check(); err != nil {
		return err
	}
	limited, cancel := ctx, context.CancelFunc(func() {})
	if o.limit > 0 {
		limited, cancel = context.WithTimeout(ctx, o.limit)
	}
	defer cancel()
	o.timeout = defaultTimeout // of each request
	if err := o.connect(std); err != nil {
		return err
	}
	o.silence = longestSilence
	ids := o.resume
	for _, id := range ids {
		if o.space == "" {
			break // wait says what is wrong with a job
		}
		if _, err := o.found(limited, id); err != nil {
			return err
		}
	}
	if len(ids) == 0 {
		o.warnSigned(std)
		jobs, err := o.jobs(limited)
		if err != nil {
			return err
		}
		if o.dryRun {
			return printJobs(limited, jobs, std)
		}
		if ids, err = o.submit(limited, jobs, std); err != nil {
			return err
		}
	}
	if err := o.wait(limited, ids, std); err != nil {
		return err
	}
	err := o.collect(ctx, limited, ids, std)
	full := syscall.Errno(0) // such as a disk that is; a mistake in the facts would be there again
	switch {
	case err != nil && ctx.Err() != nil:
		return o.resumable(ids, errInterrupted)
	case errors.As(err, &full):
		return o.resumable(ids, err)
	}
	return err
}

// collect fetches the results of jobs that ended, which the limited context ends, and writes the report.
func (o *fleetRunOptions) collect(ctx, limited context.Context, ids []string, std stdio) error {
	folder, err := os.MkdirTemp("", "bacviz-fleet-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder) // the system removes what is left
	facts, err := o.fetch(limited, ids, folder, std)
	if err != nil {
		return err
	}
	return o.write(ctx, facts, std)
}

// longestSilence is for how long an orchestrator may not answer while jobs are followed: a machine
// starts again in less.
const longestSilence = 10 * time.Minute

// ofJobFile are the flags that say what is in the job file.
var ofJobFile = []string{"input", "shards", "module", "image", "rules", "publisher", "select", "cpu", "memory", "dry-run"}

// check finds mistakes in the flags.
func (o *fleetRunOptions) check() (err error) {
	if err := checkTimeout(o.limit); err != nil {
		return err
	}
	if o.on != "" {
		if f := o.source.cmd.Flags(); f.Changed(config.Host) && !yields(f, config.Host) {
			return usagef("--on and --api-host cannot be combined: both name the orchestrator")
		}
		if err := o.source.cmd.Flags().Set(config.Host, o.on); err != nil {
			return err
		}
	}
	if o.output == "" && !o.dryRun {
		return &usageError{errors.New("there is no folder to write to"), "name one with -o: bacviz fleet run … -o report/"}
	}
	if len(o.resume) > 0 {
		for _, name := range ofJobFile {
			if o.source.cmd.Flags().Changed(name) {
				return &usageError{fmt.Errorf("--%s has no effect with --resume, which goes on with a job as it is", name), "leave it out"}
			}
		}
		o.space = o.spec.Namespace
		return o.checkOutput()
	}
	switch {
	case len(o.inputs) == 0:
		return &usageError{errors.New("there is nothing to read"), "--input says where the nodes find snapshots"}
	case o.module == "" && o.image == "":
		return &usageError{errors.New("nodes need something to run"), "--module says where they find bacviz-fleet.wasm, or --image names a container image of bacviz"}
	case o.module != "" && o.image != "" && !yields(o.source.cmd.Flags(), "image") && !yields(o.source.cmd.Flags(), "module"):
		return usagef("--module and --image cannot be combined")
	case o.spec.Shards < 1:
		return usagef("--shards %d: there is at least one", o.spec.Shards)
	case o.spec.Shards > remote.MaxShards:
		return usagef("--shards %d: more than %d", o.spec.Shards, remote.MaxShards)
	}
	if err := checkResources(o.spec.CPU, o.spec.Memory, o.module != ""); err != nil {
		return err
	}
	if err := o.locations(); err != nil {
		return &usageError{err: err}
	}
	if o.dryRun {
		return nil
	}
	return o.checkOutput()
}

// locations reads the flags that say where data are.
func (o *fleetRunOptions) locations() (err error) {
	if o.spec.Image = o.image; o.module != "" {
		if o.spec.Module, err = remote.ParseLocation(o.module); err != nil {
			return fmt.Errorf("--module: %w", err)
		}
	}
	for _, text := range o.inputs {
		in, err := remote.ParseInput(text)
		if err != nil {
			return fmt.Errorf("--input: %w", err)
		}
		o.spec.Inputs = append(o.spec.Inputs, in)
	}
	if o.spec.Publisher, err = remote.ParsePublisher(o.publisher); err != nil {
		return fmt.Errorf("--publisher: %w", err)
	}
	selected, err := labels.Parse(o.selector)
	if err != nil {
		return fmt.Errorf("--select: %w", err)
	}
	requirements, _ := selected.Requirements()
	for _, r := range requirements {
		o.spec.Constraints = append(o.spec.Constraints, remote.Constraint{Key: r.Key(), Operator: string(r.Operator()), Values: r.ValuesUnsorted()})
	}
	return nil
}

// jobs returns the jobs to submit.
func (o *fleetRunOptions) jobs(ctx context.Context) (all []*jobspec.Spec, err error) {
	if err := o.readRules(ctx); err != nil {
		return nil, err
	}
	if o.spec.Version, err = request(o.client.Version(ctx)); err != nil {
		return nil, err
	}
	documents, err := remote.Jobs(o.spec)
	if err != nil {
		return nil, &usageError{err: err}
	}
	for _, text := range documents {
		spec, err := jobspec.Read(bytes.NewReader(text), "the job")
		if err != nil {
			return nil, err
		}
		all = append(all, spec)
	}
	return all, nil
}

// maxRulesInJob is the largest file of rules that becomes a part of a job, in bytes: with 4 MB of
// inline inputs, Bacalhau's queue takes no more jobs.
const maxRulesInJob = 512 << 10

// readRules reads the rules, and finds mistakes in them before a job does.
func (o *fleetRunOptions) readRules(ctx context.Context) error {
	if o.rules == "" {
		return nil
	}
	text, err := readRulesText(ctx, o.rules)
	if err == nil {
		_, err = check.Read(bytes.NewReader(text), o.rules)
	}
	if err == nil && len(text) > maxRulesInJob {
		err = fmt.Errorf("reading the rules %s: larger than %s, which a job may hold", display.Printable(o.rules), display.Bytes(maxRulesInJob))
	}
	if err != nil {
		return &fileError{err: err, file: o.rules}
	}
	o.spec.Rules = text
	return nil
}

// printJobs prints what would be submitted, as files for bacviz job submit.
func printJobs(ctx context.Context, jobs []*jobspec.Spec, std stdio) error {
	var b bytes.Buffer
	for i, spec := range jobs {
		if i > 0 {
			b.WriteString("---\n")
		}
		if err := encode(&b, "yaml", json.RawMessage(spec.Request())); err != nil {
			return err
		}
	}
	return std.print(ctx, b.Bytes())
}

// write writes the report, or the facts.
func (o *fleetRunOptions) write(ctx context.Context, facts []string, std stdio) error {
	if fleet.IsFacts(o.output) {
		return o.writeFacts(ctx, facts, std)
	}
	report := fleetFlags{}
	if err := report.report(ctx, facts, o.output, o.title); err != nil {
		return err
	}
	if isTerminal(std.err) {
		std.note("wrote %s", o.output)
	}
	return nil
}

func (o *fleetRunOptions) writeFacts(ctx context.Context, facts []string, std stdio) error {
	return outfile.Stream(ctx, o.output, std.out, func(w io.Writer) error {
		return fleet.Write(ctx, w, fleet.Open(ctx, facts, fleet.Options{}))
	})
}

// checkOutput refuses an output that cannot be written to.
func (o *fleetRunOptions) checkOutput() error {
	if fleet.IsFacts(o.output) {
		return checkFactsFile(o.output)
	}
	if _, err := outfile.CheckFolder(o.output); err != nil {
		return &usageError{err: err}
	}
	return nil
}
