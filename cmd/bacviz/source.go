package main

// This file holds what the commands share that read networks: the flags by which
// they find and narrow their sources.

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/fetch/config"
)

// sourceFlags are the flags that say which orchestrator is meant, and how to
// talk to it.
type sourceFlags struct {
	strict   bool
	discreet *bool // whether what is told of the sources must not name what they hold; nil: no
	maxBytes byteSize

	cmd      *cobra.Command
	settings *config.Settings
	spent    time.Duration // on finding them
}

// connectionFlags are the flags that become settings.
var connectionFlags = []struct{ name, usage string }{
	{config.Host, "`host` of the orchestrator, or its URL, when no SOURCE is given"},
	{config.Port, "`port` of its API (default 1234)"},
	{config.TLS, "use https"},
	{config.CACert, "`file` with certificates of authorities to trust, in PEM"},
	{config.Insecure, "trust any certificate; whoever is on the way can read and change all"},
	{config.Profile, "`name` of the Bacalhau profile to use"},
	{config.KeyFile, "`file` that holds the API key or token, and nothing else"},
	{config.Username, "`name` for basic authentication"},
	{config.PasswordFile, "`file` that holds its password"},
}

// addConnection defines the flags of a connection.
func (s *sourceFlags) addConnection(cmd *cobra.Command) {
	s.cmd = cmd
	defer heading(cmd.Flags(), "Sources and connection")()
	for _, f := range connectionFlags {
		if f.name == config.TLS || f.name == config.Insecure {
			cmd.Flags().Bool(f.name, false, f.usage)
		} else {
			cmd.Flags().String(f.name, "", f.usage)
		}
	}
}

// add defines the flags of a command that reads SOURCEs.
func (s *sourceFlags) add(cmd *cobra.Command) {
	s.addConnection(cmd)
	defer heading(cmd.Flags(), "Sources and connection")()
	s.maxBytes = fetch.DefaultMaxBytes
	cmd.Flags().Var(&s.maxBytes, "max-size", "largest answer to read, unpacked, as a `size` such as 500MiB")
	cmd.Flags().BoolVar(&s.strict, "strict", false, "fail if any one SOURCE fails, instead of leaving it out with a warning")
}

// resolve finds the settings in force, once. It gives up on files that block
// after the time that a command has for the whole.
func (s *sourceFlags) resolve(timeout time.Duration) (*config.Settings, error) {
	if s.settings != nil {
		return s.settings, nil
	}
	given := map[string]string{}
	ctx := context.Background()
	if s.cmd != nil {
		ctx = s.cmd.Context()
		for _, f := range connectionFlags {
			if flag := s.cmd.Flags().Lookup(f.name); flag.Changed {
				given[f.name] = flag.Value.String()
			}
		}
	}
	began := time.Now()
	ctx, cancel := s.limit(ctx, timeout)
	defer cancel()
	settings, err := config.Resolve(ctx, config.Options{Flags: given})
	var wrong *config.Error
	if errors.As(err, &wrong) {
		err = &hintError{fmt.Errorf("settings: %w", err), wrong.Hint}
		if wrong.Usage {
			err = &usageError{err, wrong.Hint}
		}
		return nil, err
	}
	s.settings, s.spent = settings, time.Since(began)
	return settings, err
}

// limit bounds the time for the whole of a command, or for one list of a watch.
// What it took to find the settings counts, once. Call what it returns in the end.
func (s *sourceFlags) limit(ctx context.Context, timeout time.Duration) (context.Context, context.CancelFunc) {
	if timeout <= 0 {
		return ctx, func() {}
	}
	left := timeout - s.spent
	s.spent = 0
	return context.WithTimeout(ctx, left)
}

// settle finds the settings, if the arguments need them. It lets the profile that
// is in force set the time-out, unless --timeout did or the profile is not what
// is asked.
func (s *sourceFlags) settle(args []string, timeout *time.Duration) error {
	isURL := func(arg string) bool { return strings.Contains(arg, "://") }
	if len(args) > 0 && !slices.ContainsFunc(args, isURL) {
		return nil
	}
	settings, err := s.resolve(*timeout)
	if err == nil && len(args) == 0 && settings.Timeout > 0 && !s.cmd.Flags().Changed("timeout") {
		*timeout = settings.Timeout
	}
	return err
}

// sources turns arguments into sources, or the address in force when there are
// none.
func (s *sourceFlags) sources(args []string, std stdio) ([]fetch.Source, error) {
	opt := fetch.Options{
		Stdin: std.in,
		// The context of the command bounds the whole; --timeout 0 leaves no other limit.
		Client:   fetch.Client{Timeout: -1},
		MaxBytes: int64(s.maxBytes),
	}
	if len(args) == 0 {
		settings, err := s.resolve(fetch.DefaultTimeout)
		if err != nil {
			return nil, err
		}
		args = []string{settings.Address}
	}
	sources, err := fetch.ParseAll(args, opt)
	if err != nil {
		return nil, err
	}
	for _, source := range sources {
		client, ok := source.(*fetch.Client)
		if !ok {
			continue
		}
		settings, err := s.resolve(fetch.DefaultTimeout) // which settle has found
		if err != nil {
			return nil, err
		}
		to := settings.For(client.BaseURL)
		client.Auth = fetch.Auth{Key: to.Key, Username: to.Username, Password: to.Password}
		client.CAFile, client.Insecure = to.CAFile, to.Insecure
	}
	return sources, nil
}

// snapshot reads the sources, with the jobs that are meant, tells how far it is and
// what is in doubt. Where the output is redacted, so is what it tells: a log of CI is
// read by as many.
func (s *sourceFlags) snapshot(ctx context.Context, sources []fetch.Source, jobs fetch.JobChoice, std stdio) (cluster.Snapshot, error) {
	p := startProgress(std, sources)
	snap, warnings, err := fetch.SnapshotWithJobs(p.context(ctx), sources, s.strict, jobs)
	p.stop()
	if s.settings != nil {
		for _, w := range s.settings.Warnings {
			std.warn("%s", oneLine(w))
		}
	}
	if s.discreet != nil && *s.discreet {
		for i, w := range warnings {
			warnings[i] = w.Discreet()
		}
		if told := (*fetch.Error)(nil); errors.As(err, &told) {
			err = told.Discreet()
		}
	}
	tell(std, warnings)
	return snap, jobless(err)
}

// A byteSize is the value of a flag.
type byteSize int64

func (b *byteSize) String() string {
	if *b <= 0 {
		return ""
	}
	return strings.ReplaceAll(humanize.IBytes(uint64(*b)), " ", "")
}

func (b *byteSize) Type() string { return "size" }

func (b *byteSize) Set(text string) error {
	n, err := humanize.ParseBytes(text)
	if err != nil || n == 0 || n > 1<<50 {
		return errors.New("a size is a number of bytes, or one like 500MiB")
	}
	*b = byteSize(n)
	return nil
}

// filterFlags are the flags that narrow the nodes.
type filterFlags struct {
	selector                  string
	status, membership, types []string
}

// The words of the flags, as people write them.
var (
	statusWords     = []string{"connected", "disconnected"}
	membershipWords = []string{"approved", "pending", "rejected"}
	typeWords       = []string{"compute", "requester"}
)

func (f *filterFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	defer heading(flags, "Which nodes")()
	flags.StringVar(&f.selector, "select", "", "label `selector`, as in kubectl: region=eu,rack!=r2,gpu")
	flags.StringSliceVar(&f.status, "status", nil, "only nodes in this `state`: "+strings.Join(statusWords, ", "))
	flags.StringSliceVar(&f.membership, "membership", nil, "only nodes of this `standing`: "+strings.Join(membershipWords, ", "))
	flags.StringSliceVar(&f.types, "type", nil, "only nodes of this `type`: "+strings.Join(typeWords, ", "))
	for flag, words := range map[string][]string{"status": statusWords, "membership": membershipWords, "type": typeWords} {
		// An error here would be a flag that is not defined above.
		_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	}
}

// filter checks the flags and builds what they mean.
func (f *filterFlags) filter() (cluster.Filter, error) {
	filter := cluster.Filter{Status: f.status, Membership: f.membership, Type: f.types}
	for _, c := range []struct {
		flag         string
		given, known []string
	}{{"status", f.status, statusWords}, {"membership", f.membership, membershipWords}, {"type", f.types, typeWords}} {
		for _, word := range c.given {
			if !containsFold(c.known, word) {
				return filter, usagef("unknown --%s %q (have %s)", c.flag, word, strings.Join(c.known, ", "))
			}
		}
	}
	if f.selector != "" {
		var err error
		if filter.Select, err = cluster.ParseSelector(f.selector); err != nil {
			return filter, &usageError{fmt.Errorf("--select %s: %w", strconv.Quote(f.selector), err), "a selector looks like region=eu,rack!=r2,gpu or region in (eu,us)"}
		}
	}
	return filter, nil
}

func containsFold(words []string, word string) bool {
	for _, w := range words {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}
