package main

// This file holds the flags that say which orchestrator is meant, and how to talk
// to it.

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/fetch/config"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/settings"
)

// sourceFlags are the flags of a connection, and what is read with them.
type sourceFlags struct {
	strict     bool
	separate   bool
	redacted   *bool // whether messages must not quote what the sources hold; nil: no
	maxBytes   byteSize
	maxRecords int

	cmd      *cobra.Command
	settings *config.Settings
	spent    time.Duration // on reading the settings
}

// connectionFlags are the flags that become settings.
var connectionFlags = []struct{ name, usage string }{
	{config.Host, "`host` or URL of the orchestrator to use when no SOURCE is given"},
	{config.Port, "`port` of the orchestrator's API (default 1234)"},
	{config.TLS, "use https"},
	{config.CACert, "PEM `file` of certificate authorities to trust"},
	{config.ClientCert, "PEM `file` of a certificate to show to a server that requires one"},
	{config.ClientKey, "PEM `file` of its private key, not encrypted (default: in the file of the certificate)"},
	{config.Insecure, "do not verify the server's certificate (traffic can be read and altered)"},
	{config.Profile, "`name` of the Bacalhau profile to use"},
	{config.KeyFile, "`file` that holds the API key or token and nothing else"},
	{config.Username, "user `name` for basic authentication"},
	{config.PasswordFile, "`file` that holds the password and nothing else"},
}

const sourceHeading = "Sources and connection"

// addConnection defines the flags of a connection, without some.
func (s *sourceFlags) addConnection(cmd *cobra.Command, without ...string) {
	s.cmd = cmd
	defer heading(cmd.Flags(), sourceHeading)()
	for _, f := range connectionFlags {
		if slices.Contains(without, f.name) {
			continue
		}
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
	defer heading(cmd.Flags(), sourceHeading)()
	s.maxBytes = bacalhau.DefaultMaxBytes
	cmd.Flags().Var(&s.maxBytes, "max-size", "refuse answers and files larger than this `size`, uncompressed")
	s.addMaxRecords(cmd)
	cmd.Flags().BoolVar(&s.separate, "separate", false, "keep clusters apart that use the same node IDs; each SOURCE needs a name")
	cmd.Flags().BoolVar(&s.strict, "strict", false, "fail if any SOURCE fails, instead of leaving it out with a warning")
}

// addMaxRecords defines --max-records.
func (s *sourceFlags) addMaxRecords(cmd *cobra.Command) {
	cmd.Flags().IntVar(&s.maxRecords, "max-records", 0, "refuse lists of more nodes, jobs or executions than this `number` (default 50000, and more in long lists)")
}

// resolve reads the settings in force, once. It gives up on files that block when
// the command's time is over.
func (s *sourceFlags) resolve(timeout time.Duration) (*config.Settings, error) {
	if s.settings != nil {
		return s.settings, nil
	}
	ctx := context.Background()
	if s.cmd != nil {
		ctx = s.cmd.Context()
	}
	began := time.Now()
	ctx, cancel := s.limit(ctx, timeout)
	defer cancel()
	settings, err := config.Resolve(ctx, config.Options{Flags: s.flags(), File: settingsOf(s.cmd).connection})
	if err != nil {
		if err = settingsError(err); s.cmd != nil && s.cmd.Context().Err() != nil {
			err = &statusError{err, exitInterrupted}
		}
		return nil, err
	}
	s.settings, s.spent = settings, time.Since(began)
	return settings, err
}

// flags returns the flags of a connection that were given.
func (s *sourceFlags) flags() map[string]string {
	given := map[string]string{}
	if s.cmd == nil {
		return given
	}
	for _, f := range connectionFlags {
		if flag := s.cmd.Flags().Lookup(f.name); flag != nil && flag.Changed {
			given[f.name] = flag.Value.String()
		}
	}
	return given
}

// limit bounds the time of a command, or of one list of a watch. The time spent on
// the settings is part of it, once. The caller calls cancel when it is done.
func (s *sourceFlags) limit(ctx context.Context, timeout time.Duration) (limited context.Context, cancel context.CancelFunc) {
	if timeout <= 0 {
		return ctx, func() {}
	}
	left := timeout - s.spent
	s.spent = 0
	return context.WithTimeout(ctx, left)
}

// loadSettings reads the settings, if the arguments need them. The profile in force
// sets the timeout, unless --timeout did or the profile is not what is read.
func (s *sourceFlags) loadSettings(args []string, timeout *time.Duration) error {
	if err := s.checkUsed(args); err != nil {
		return err
	}
	if len(args) > 0 && !slices.ContainsFunc(args, isURL) {
		return nil
	}
	settings, err := s.resolve(*timeout)
	if err != nil {
		return err
	}
	if len(args) == 0 && settings.Timeout > 0 && !isSet(s.cmd.Flags(), "timeout") {
		*timeout = settings.Timeout
	}
	if err := s.checkProfileUsed(args, settings); err != nil {
		return err
	}
	return s.checkCertificateUsed(args, settings)
}

// checkUsed refuses flags of a connection that would not be used: with a SOURCE, those
// that say which orchestrator is meant, and without a URL all of them.
func (s *sourceFlags) checkUsed(args []string) error {
	if len(args) == 0 {
		return nil
	}
	if !slices.ContainsFunc(args, isURL) {
		return s.refuseConnection("a file")
	}
	for _, name := range []string{config.Host, config.Port} {
		if s.cmd.Flags().Changed(name) {
			return &usageError{fmt.Errorf("--%s cannot be combined with a SOURCE, which names the orchestrator itself", name), "leave out one of the two"}
		}
	}
	isHTTP := func(arg string) bool { return strings.HasPrefix(strings.ToLower(arg), "http://") }
	if s.cmd.Flags().Lookup(config.TLS).Value.String() == "true" && slices.ContainsFunc(args, isHTTP) {
		return &usageError{errors.New("--tls conflicts with a SOURCE that begins with http://"), "write https:// in it"}
	}
	return nil
}

// refuseConnection refuses the flags of a connection where there is none.
func (s *sourceFlags) refuseConnection(instead string) error {
	for _, f := range connectionFlags {
		if s.cmd.Flags().Changed(f.name) {
			return usagef("--%s is for an orchestrator, and has no effect on %s", f.name, instead)
		}
	}
	return nil
}

// checkProfileUsed refuses the profile of a flag if it is for none of the SOURCEs.
func (s *sourceFlags) checkProfileUsed(args []string, settings *config.Settings) error {
	if len(args) == 0 || !s.cmd.Flags().Changed(config.Profile) {
		return nil
	}
	isItsOwn := func(arg string) bool { return isURL(arg) && settings.IsAddress(arg) }
	if slices.ContainsFunc(args, isItsOwn) {
		return nil
	}
	return &usageError{
		fmt.Errorf("--%s is of %s, which is not a SOURCE", config.Profile, settings.Address),
		"leave out the SOURCE to ask the orchestrator of the profile",
	}
}

// isURL reports whether an argument is an orchestrator's address, not a file.
func isURL(arg string) bool { return strings.Contains(arg, "://") }

// checkCertificateUsed refuses the flags about certificates if nothing is asked over https.
func (s *sourceFlags) checkCertificateUsed(args []string, settings *config.Settings) error {
	if len(args) == 0 {
		args = []string{settings.Address}
	}
	isHTTPS := func(arg string) bool { return strings.HasPrefix(strings.ToLower(arg), "https://") }
	if slices.ContainsFunc(args, isHTTPS) {
		return nil
	}
	for _, name := range []string{config.CACert, config.ClientCert, config.Insecure} {
		if flag := s.cmd.Flags().Lookup(name); flag.Changed && flag.Value.String() != flag.DefValue {
			return &usageError{fmt.Errorf("--%s has no effect without https", name), "use https in the address, or --tls"}
		}
	}
	return nil
}

// shown returns an argument as messages show it. It may be an address with a password,
// in any command that takes none.
func shown(arg string) string {
	if path := withoutTime(arg); path != arg {
		return display.Printable(arg)
	}
	return fetch.File{Path: arg}.Name()
}

// sources turns arguments into sources, or the address in force if there are none.
func (s *sourceFlags) sources(args []string, std stdio) ([]fetch.Source, error) {
	if s.cmd != nil && isSet(s.cmd.Flags(), "max-records") && s.maxRecords < 1 {
		return nil, usagef("--max-records %d is not above 0", s.maxRecords)
	}
	opt := fetch.ParseOptions{
		Stdin: std.in,
		// The context of the command is the only time limit.
		Client:     bacalhau.Client{Timeout: -1},
		MaxBytes:   int64(s.maxBytes),
		MaxRecords: s.maxRecords,
		Other:      func(arg string) (fetch.Source, error) { return pastSource(arg, time.Now()) },
	}
	if len(args) == 0 {
		settings, err := s.resolve(defaultTimeout)
		if err != nil {
			return nil, err
		}
		for _, w := range settings.AddressWarnings {
			std.warn("%s", w)
		}
		args = []string{settings.Address}
	}
	sources, err := fetch.ParseAll(args, opt)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist): // of what the user wrote
		return nil, &usageError{err, hintOf(err)}
	case err != nil:
		return nil, err
	}
	unread := "" // the same for all sources
	for i, source := range sources {
		source, _ = fetch.Unnamed(source)
		client, ok := source.(*bacalhau.Client)
		if !ok {
			continue
		}
		settings, err := s.resolve(defaultTimeout) // read by loadSettings
		if err != nil {
			return nil, err
		}
		to := settings.For(client.BaseURL)
		if cluster, ok := settingsOf(s.cmd).byArg[args[i]]; ok {
			if to, err = s.connect(s.cmd.Context(), cluster, client.BaseURL, std); err != nil {
				return nil, err
			}
		}
		client.Auth = bacalhau.Auth{Key: to.Key, Username: to.Username, Password: to.Password}
		unread = cmp.Or(unread, to.Warning)
		client.CAFile, client.CertFile, client.KeyFile, client.Insecure = to.CAFile, to.CertFile, to.KeyFile, to.Insecure
	}
	if unread != "" {
		std.warn("%s", unread)
	}
	return sources, nil
}

// snapshot reads the sources, with the jobs of that choice, shows its progress and
// prints warnings. Where the output is redacted, so are the warnings: as many people
// read a log of CI.
func (s *sourceFlags) snapshot(ctx context.Context, sources []fetch.Source, jobs fetch.JobChoice, std stdio) (cluster.Snapshot, error) {
	p := startProgress(std, sources)
	var warnings []fetch.Warning
	snap, err := fetch.Snapshot(ctx, sources, fetch.Options{
		Strict: s.strict, Separate: s.separate, Jobs: jobs, Progress: p.report,
		Warn: func(w fetch.Warning) { warnings = append(warnings, w) },
	})
	p.stop()
	if s.settings != nil {
		for _, w := range s.settings.Warnings {
			std.warn("%s", w)
		}
	}
	if s.redacted != nil && *s.redacted {
		for i, w := range warnings {
			warnings[i] = w.Redacted()
		}
		if failed := (*fetch.Error)(nil); errors.As(err, &failed) {
			err = failed.Redacted()
		}
	}
	warnAll(std, warnings)
	return snap, s.explainDefault(noJobsUsage(err), "bacviz config shows the settings, and --demo draws a sample network")
}

// explainDefault adds to the refusal of the default address how to name another.
func (s *sourceFlags) explainDefault(err error, more string) error {
	var failed *fetch.Error
	if s.settings == nil || !errors.As(err, &failed) {
		return err
	}
	if strings.HasPrefix(failed.Message, "no such host") {
		return s.explainCluster(err)
	}
	if failed.Source != config.DefaultAddress || !strings.HasPrefix(failed.Message, "connection refused") {
		return err
	}
	if address := s.settings.List()[0]; address.From != "default" {
		return err
	}
	return &hintError{err, "is an orchestrator running here? give its address if it runs elsewhere; " + more}
}

// explainCluster adds to the failure of an address that is the name of a cluster how to write
// it: only a SOURCE can have the name.
func (s *sourceFlags) explainCluster(err error) error {
	c, _, unclear := settingsOf(s.cmd).cluster(s.flags()[config.Host])
	switch {
	case c == nil || unclear != nil:
		return err
	case takesSources(s.cmd):
		return &hintError{err, c.Name + " is a cluster of " + c.Place.String() + ": write it as a SOURCE, without --" + config.Host}
	}
	var written []string
	for _, field := range settings.Fields {
		flag, v := clusterFlags[field], c.Values[field]
		switch {
		case v.Text() == "":
		case field == "url":
			written = append(written, "--"+config.Host+" "+shown(v.Text()))
		case field == "insecure":
			written = append(written, "--"+flag+"="+v.Text())
		case flag != "":
			written = append(written, "--"+flag+" "+display.Printable(v.Text()))
		}
	}
	return &hintError{err, c.Name + " is a cluster of " + c.Place.String() + ": here, write " + strings.Join(written, " ")}
}

// warnAll prints warnings, but no flood of them.
func warnAll(std stdio, warnings []fetch.Warning) {
	const most = 10
	for i, w := range warnings {
		if i == most {
			std.warn("%d more warnings like these", len(warnings)-most)
			return
		}
		std.warn("%s", w)
	}
}
