package main

// This file submits the jobs of fleet run, and says how to go on with them.

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/bacviz/bacviz/fetch/config"
	"github.com/bacviz/bacviz/fetch/jobspec"
	"github.com/bacviz/bacviz/internal/display"
)

// cpuText matches a number of cores, as Bacalhau takes it: 2, 0.5, 500m.
var cpuText = regexp.MustCompile(`^([0-9]+(\.[0-9]+)?|\.[0-9]+)m?$`)

// checkResources finds mistakes in --cpu and --memory, which an orchestrator may find only when it has
// taken the job.
func checkResources(cpu, memory string) error {
	if cpu != "" && (!cpuText.MatchString(cpu) || strings.Trim(cpu, "0.m") == "") {
		return &usageError{fmt.Errorf("--cpu %s is no number of cores", display.Quote(cpu)), "such as 2, 0.5 or 500m"}
	}
	if n, err := humanize.ParseBytes(memory); memory != "" && (err != nil || n == 0) {
		return &usageError{fmt.Errorf("--memory %s is no size", display.Quote(memory)), "such as 512mb or 2gb"}
	}
	return nil
}

// submit submits the jobs, and says how to go on with them.
func (o *fleetRunOptions) submit(ctx context.Context, jobs []*jobspec.Spec, std stdio) (ids []string, err error) {
	for _, spec := range jobs {
		s, err := request(o.client.Submit(ctx, spec.Request()))
		if err != nil && len(ids) > 0 {
			err = &hintError{fmt.Errorf("%w; %d of %d jobs were submitted", err, len(ids), len(jobs)), "bacviz job stop stops one: " + strings.Join(ids, ", ")}
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

// resumeFlags are the flags, besides --on, that a run that goes on needs again. None has a secret in it.
var resumeFlags = []string{
	config.Host, config.Port, config.TLS, config.CACert, config.ClientCert, config.ClientKey, config.Insecure, config.Profile,
	config.KeyFile, config.Username, config.PasswordFile, "title", "max-size",
}

// resumeCommand returns the command that goes on, for a shell, and what has to be added to it, which is
// secret; empty for nothing.
func (o *fleetRunOptions) resumeCommand(ids []string) (command, add string) {
	words := []string{"bacviz", "fleet", "run"}
	address := func(flag, text string) {
		public, had := withoutUser(text)
		if had {
			add = ", with the user name and the password in the address again"
		}
		words = append(words, "--"+flag, shellWord(public))
	}
	if o.on != "" {
		address("on", o.on)
	}
	flags := o.source.cmd.Flags()
	for _, name := range resumeFlags {
		flag := flags.Lookup(name)
		switch {
		case !flag.Changed, fromSettings(flag) != "": // a file of settings says it again
		case name == config.Host && o.on != "":
		case name == config.Host:
			address(name, flag.Value.String())
		case name == "max-size":
			words = append(words, fmt.Sprintf("--%s %d", name, int64(o.maxBytes)))
		case flag.Value.Type() == "bool":
			words = append(words, "--"+name+"="+flag.Value.String())
		default:
			words = append(words, "--"+name, shellWord(flag.Value.String()))
		}
	}
	words = append(words, "--resume", shellWord(strings.Join(ids, ",")), "-o", shellWord(o.output))
	return strings.Join(words, " "), add
}

// withoutUser returns an address without a user name and a password, and whether it had any.
func withoutUser(address string) (string, bool) {
	scheme, rest, ok := strings.Cut(address, "://")
	if scheme += "://"; !ok {
		scheme, rest = "", address
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	at := strings.LastIndexByte(rest[:end], '@')
	return scheme + rest[at+1:], at >= 0
}

// shellPlain matches words that need no quotes in a shell.
var shellPlain = regexp.MustCompile(`^[\pL\pN./_:,@%+-]+$`)

// shellWord returns a text as one word for a shell.
func shellWord(text string) string {
	if shellPlain.MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// resumable adds to an error how to go on.
func (o *fleetRunOptions) resumable(ids []string, err error) error {
	command, add := o.resumeCommand(ids)
	return &hintError{err, "to go on" + add + ": " + display.Printable(command)}
}
