package main

// This file submits the jobs of fleet run, and says how to go on with them.

import (
	"context"
	"fmt"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/bacviz/bacviz/fetch/config"
	"github.com/bacviz/bacviz/fetch/jobspec"
	"github.com/bacviz/bacviz/fleet/remote"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/lazy"
)

// cpuText matches a number of cores, as Bacalhau takes it: 2, 0.5, 500m.
var cpuText = lazy.Regexp(`^([0-9]+(\.[0-9]+)?|\.[0-9]+)m?$`)

// maxModuleMemory is how much memory WebAssembly addresses with 32 bits, in bytes.
const maxModuleMemory = 4 << 30

// checkResources finds mistakes in --cpu and --memory, which an orchestrator may find only when it has
// taken the job, or only a node.
func checkResources(cpu, memory string, isModule bool) error {
	if cpu != "" && (!cpuText().MatchString(cpu) || strings.Trim(cpu, "0.m") == "") {
		return &usageError{fmt.Errorf("--cpu %s is no number of cores", display.Quote(cpu)), "such as 2, 0.5 or 500m"}
	}
	n, err := humanize.ParseBytes(memory)
	switch {
	case memory == "":
	case err != nil || n == 0:
		return &usageError{fmt.Errorf("--memory %s is no size", display.Quote(memory)), "such as 512mb or 2gb"}
	case isModule && n > maxModuleMemory:
		return &usageError{fmt.Errorf("--memory %s is more than the 4 GiB that a WebAssembly module can have", display.Quote(memory)), "ask for 4gb or less, or run a container with --image"}
	}
	return nil
}

// warnSigned warns of addresses that let in whoever has them.
func (o *fleetRunOptions) warnSigned(std stdio) {
	say := func(flag string, at *remote.Location) {
		if name := at.Signed(); name != "" {
			std.warn("%s: %s in the address will stand in the job for all to read", flag, name)
		}
	}
	say("--module", &o.spec.Module)
	for i := range o.spec.Inputs {
		say("--input "+display.Quote(o.spec.Inputs[i].Name), &o.spec.Inputs[i].Location)
	}
}

// submit submits the jobs, and says how to go on with them.
func (o *fleetRunOptions) submit(ctx context.Context, jobs []*jobspec.Spec, std stdio) (ids []string, err error) {
	for _, spec := range jobs {
		s, err := request(o.client.Submit(ctx, spec.Request()))
		if err != nil && len(ids) > 0 {
			err = &hintError{fmt.Errorf("%w; %d of %d jobs were submitted", err, len(ids), len(jobs)), o.again("stop", "JOB") + " stops one: " + strings.Join(ids, ", ")}
		}
		if err != nil {
			return nil, err
		}
		for _, w := range s.Warnings {
			std.warn("%s", display.Printable(w))
		}
		ids = append(ids, s.JobID)
	}
	command, add := o.resumeCommand(ids)
	std.note("submitted; to go on if this ends%s: %s", add, command)
	return ids, nil
}

// resumeCommand returns the command that goes on, for a shell, and what has to be added to it, which is
// secret; empty for nothing.
func (o *fleetRunOptions) resumeCommand(ids []string) (command, add string) {
	flags := o.source.cmd.Flags()
	words, add := connectionWords(flags, map[bool]string{true: "on", false: config.Host}[o.on != ""])
	words = append([]string{"bacviz", "fleet", "run"}, words...)
	if title := flags.Lookup("title"); isSaid(title) {
		words = append(words, "--title", shellWord(o.title))
	}
	if size := flags.Lookup("max-size"); isSaid(size) {
		words = append(words, fmt.Sprintf("--max-size %d", int64(o.maxBytes)))
	}
	words = append(words, "--resume", shellWord(strings.Join(ids, ",")), "-o", shellWord(o.output))
	return strings.Join(words, " "), add
}

// resumable adds to an error how to go on.
func (o *fleetRunOptions) resumable(ids []string, err error) error {
	command, add := o.resumeCommand(ids)
	return &hintError{err, "to go on" + add + ": " + display.Printable(command)}
}
