//go:build !wasip1

package main

// This file serves a network: its page, pictures, events, metrics.

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/history"
	"github.com/bacviz/bacviz/cluster/redact"
	"github.com/bacviz/bacviz/cmd/bacviz/gctune"
	"github.com/bacviz/bacviz/examples"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/infile"
	"github.com/bacviz/bacviz/internal/serve"
	"github.com/bacviz/bacviz/internal/serve/guard"
)

// serveOptions are the flags of serve.
type serveOptions struct {
	network networkFlags
	redact  redactOptions
	history historyFlags
	notify  notifyFlags

	listen    string
	every     time.Duration
	hosts     []string
	tokenFile string
	noAuth    bool
	tlsCert   string
	tlsKey    string
}

func newServe(std stdio) *cobra.Command {
	var opt serveOptions
	cmd := &cobra.Command{
		Use:        "serve [SOURCE...]",
		SuggestFor: []string{"server", "live", "watch", "dashboard", "http"},
		Short:      "Show the network on a page that follows what happens",
		Long: `Serve reads the SOURCEs again and again, and shows the network on a page that
changes as the network does. It prints the address of the page, and ends with
Ctrl-C. If a SOURCE does not answer, the page keeps what it said last, and says
how old that is.

Besides the page there are pictures, as render draws them: /topology.svg, .png,
.json and so on, with the flags of render as a query, as in
/topology.svg?group-by=region, and charts as chart draws them, as in
/chart.svg?kind=heatmap. /api/events is a stream of changes, /metrics is for
Prometheus, /healthz and /readyz are for what supervises a server. docs/live.md
has more.

Serve listens on this machine only. Another address needs --token-file, so that
only those see the network who know the token, or --no-auth.`,
		Example: `  bacviz serve http://10.0.0.5:1234
  bacviz serve eu=http://eu:1234 us=http://us:1234 --every 10s
  bacviz serve --listen :8080 --token-file token
  bacviz serve --demo --listen 127.0.0.1:0`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return opt.run(cmd.Context(), args, std)
		},
	}
	opt.addFlags(cmd)
	return cmd
}

func (o *serveOptions) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&o.listen, "listen", "127.0.0.1:8080", "`address` and port to listen on; port 0 is any that is free")
	f.DurationVar(&o.every, "every", 5*time.Second, "`time` between two readings of a SOURCE")

	end := heading(f, "Who may ask")
	f.StringVar(&o.tokenFile, "token-file", "", fmt.Sprintf("`file` that holds the token that requests need, at least %d random bytes, and nothing else", guard.MinToken))
	f.BoolVar(&o.noAuth, "no-auth", false, "let everybody see the network who reaches the address")
	f.StringSliceVar(&o.hosts, "host", nil, "`names` that the server is reached by, besides localhost and IP addresses")
	f.StringVar(&o.tlsCert, "tls-cert", "", "PEM `file` of the server's certificate, read again when it changes; with --tls-key, the server speaks https")
	f.StringVar(&o.tlsKey, "tls-key", "", "PEM `file` of its private key")
	end()

	o.history.add(cmd)
	o.notify.add(cmd)
	o.redact.add(cmd, &o.network.source)
	o.network.add(cmd)
	f.Lookup("timeout").Usage = "`time` limit of one reading, such as 30s or 5m"
	f.Lookup("strict").Hidden = true // a source that fails is said to
}

// run serves until ctx ends.
func (o *serveOptions) run(ctx context.Context, args []string, std stdio) error {
	if err := o.check(args, std); err != nil {
		return err
	}
	gctune.Stays()
	opt, err := o.options(ctx, args, std)
	if err != nil {
		return err
	}
	rules, err := o.notify.open(ctx, &o.redact, opt.Epoch, opt.Log)
	if err != nil {
		return err
	}
	listener, err := o.open(ctx, &opt)
	if err != nil {
		return err
	}
	if opt.History, err = o.openHistory(ctx); err != nil {
		return errors.Join(err, listener.Close())
	}
	defer opt.History.Close() // each change is stored already
	if err := std.print(ctx, []byte(o.address(listener)+"\n")); err != nil {
		return errors.Join(err, listener.Close())
	}
	if rules != nil {
		opt.Seen = rules.seen
	}
	if rules != nil && rules.sender != nil {
		limited, cancel := context.WithCancel(ctx)
		var sending sync.WaitGroup
		sending.Go(func() { rules.sender.Run(limited) })
		defer sending.Wait()
		defer cancel()
	}
	return serve.Serve(ctx, listener, opt)
}

// What is kept in memory of what happened.
const (
	memoryKeep  = 24 * time.Hour
	memoryBytes = 16 << 20 // some 10,000 changes
)

// check finds mistakes in the flags before any work is done.
func (o *serveOptions) check(args []string, std stdio) error {
	if o.network.source.strict && !yields(o.network.source.cmd.Flags(), "strict") {
		return usagef("--strict has no effect on serve: the page says which SOURCE does not answer")
	}
	if slices.Contains(places(args), "-") {
		return usagef("serve reads its sources again and again, and standard input can be read only once")
	}
	const least = 100 * time.Millisecond
	if o.every < least {
		return usagef("--every %s is less than %s", o.every, least)
	}
	if o.network.timeout <= 0 {
		return usagef("--timeout %s: a reading needs a time limit", o.network.timeout)
	}
	if err := o.checkListen(); err != nil {
		return err
	}
	if err := o.redact.check(); err != nil {
		return err
	}
	if err := o.notify.check(); err != nil {
		return err
	}
	if err := o.history.check(o.network.source.cmd.Flags(), args, "", std); err != nil {
		return err
	}
	return o.network.check(args)
}

// checkListen refuses to show the network to others unless that is said.
func (o *serveOptions) checkListen() error {
	host, port, err := net.SplitHostPort(o.listen)
	if err != nil || port == "" {
		return &usageError{fmt.Errorf("--listen %s is not an address and a port", display.Quote(o.listen)), "write it like 127.0.0.1:8080"}
	}
	switch {
	case (o.tlsCert == "") != (o.tlsKey == ""):
		return usagef("--tls-cert and --tls-key need each other")
	case o.tokenFile != "" && o.noAuth && !yields(o.network.source.cmd.Flags(), "token-file") && !yields(o.network.source.cmd.Flags(), "no-auth"):
		return usagef("--token-file and --no-auth cannot be combined")
	case o.tokenFile == "" && !o.noAuth && !isLoopback(host):
		return &usageError{
			fmt.Errorf("--listen %s shows the network to other machines, and nothing says who may see it", o.listen),
			"add --token-file with a token, or --no-auth if everybody may; make a token with: head -c 32 /dev/urandom | base64 > token",
		}
	}
	return nil
}

// isLoopback reports whether only this machine reaches a host.
func isLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && address.IsLoopback()
}

// options returns what is served. It reads the files that flags name.
func (o *serveOptions) options(ctx context.Context, args []string, std stdio) (serve.Options, error) {
	opt := serve.Options{
		Every: o.every, Timeout: o.network.timeout, Separate: o.network.source.separate,
		Draw: drawQuery, Charts: chartFormats(), Hosts: o.hosts, Version: version(), Random: mathrand.Float64,
		Log: func(format string, args ...any) { std.note(format, args...) },
	}
	epoch := make([]byte, 6)
	if _, err := rand.Read(epoch); err != nil {
		return opt, err
	}
	opt.Epoch = hex.EncodeToString(epoch)
	var err error
	if opt.Sources, err = o.sources(args, std); err != nil {
		return opt, err
	}
	if err := o.redact.load(ctx); err != nil {
		return opt, err
	}
	if o.redact.on {
		opt.Redact = func(ctx context.Context, snap cluster.Snapshot) (cluster.Snapshot, error) {
			r, err := redact.New(ctx, snap, o.redact.key)
			if err != nil {
				return cluster.Snapshot{}, fmt.Errorf("redacting: %w", err)
			}
			return r.Snapshot, nil
		}
	}
	opt.Token, err = o.token(ctx)
	return opt, err
}

// openHistory opens the file of --history, or returns one in memory.
func (o *serveOptions) openHistory(ctx context.Context) (*history.Store, error) {
	if o.history.file == "" {
		return history.Memory(ctx, history.Options{Keep: memoryKeep, KeepLoad: memoryKeep, LoadEvery: loadEvery, MaxBytes: memoryBytes})
	}
	return history.Open(ctx, o.history.file, history.Options{
		Keep: time.Duration(o.history.keep), KeepLoad: time.Duration(o.history.keepLoad), LoadEvery: loadEvery,
	})
}

// sources returns the sources, to be read many times.
func (o *serveOptions) sources(args []string, std stdio) ([]fetch.Source, error) {
	if o.network.demo {
		return []fetch.Source{demoSource{}}, nil
	}
	sources, err := o.network.source.sources(args, std)
	for _, s := range sources {
		s, _ = fetch.Unnamed(s)
		if client, ok := s.(*bacalhau.Client); ok {
			client.Retries = 1 // what fails twice is worth telling, and is read again soon
		}
	}
	return sources, err
}

// A demoSource is the sample network, again and again.
type demoSource struct{}

func (demoSource) Name() string { return "the sample network" }

func (s demoSource) List(ctx context.Context) (cluster.List, error) {
	return fetch.Stream{Reader: bytes.NewReader(examples.Demo), Label: s.Name()}.List(ctx)
}

// token reads the token, or returns nil if there is none.
func (o *serveOptions) token(ctx context.Context) ([]byte, error) {
	if o.tokenFile == "" {
		return nil, nil
	}
	const hint = "make one with: head -c 32 /dev/urandom | base64 > token"
	text, err := infile.Read(ctx, o.tokenFile, maxKey)
	if err != nil {
		return nil, &hintError{fmt.Errorf("reading the file of --token-file: %s", infile.Reason(err)), hint}
	}
	text = bytes.TrimSpace(text)
	if len(text) < guard.MinToken {
		return nil, &usageError{fmt.Errorf("the token in the file of --token-file has %s, and at least %d are needed", display.Count(len(text), "byte"), guard.MinToken), hint}
	}
	return text, nil
}

// open listens, with TLS if there is a certificate.
func (o *serveOptions) open(ctx context.Context, opt *serve.Options) (net.Listener, error) {
	var own *guard.Certificate
	if o.tlsCert != "" {
		var err error
		own, err = guard.LoadCertificate(o.tlsCert, o.tlsKey, func(err error) { opt.Log("%s; the one before stays", err) })
		if err != nil {
			return nil, err
		}
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", o.listen)
	if err != nil {
		return nil, &hintError{fmt.Errorf("listening on %s: %s", o.listen, infile.Reason(err)), "choose another port with --listen"}
	}
	if own != nil {
		listener = tls.NewListener(listener, &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: own.Get, NextProtos: []string{"h2", "http/1.1"}})
	}
	return listener, nil
}

// address returns the URL of the page.
func (o *serveOptions) address(listener net.Listener) string {
	scheme := "http"
	if o.tlsCert != "" {
		scheme = "https"
	}
	host, _, _ := net.SplitHostPort(o.listen) // as it was checked
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	if address, err := netip.ParseAddr(host); host == "" || err == nil && address.IsUnspecified() {
		host = "localhost" // and every other name of this machine
	}
	return scheme + "://" + net.JoinHostPort(host, port) + "/"
}
