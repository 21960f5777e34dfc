package bacalhau

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch/bacalhau/internal/wire"
	"github.com/bacviz/bacviz/fetch/internal/input"
	"github.com/bacviz/bacviz/internal/infile"
)

// opNodes names the operation of [Client.List] in messages.
const opNodes = "listing nodes"

// List asks the orchestrator for its name and for its nodes. An orchestrator that
// does not give its name causes a warning, and a list without it.
func (c *Client) List(ctx context.Context) (cluster.List, error) {
	return call(ctx, c, opNodes, func(ctx context.Context, v *visit) (list cluster.List, err *Error) {
		// The short answer comes first: it distinguishes a compute node from an
		// orchestrator, and shows whether anything answers.
		agent, agentErr := v.identify(ctx)
		if agentErr != nil && (agentErr.Status == 0 && agentErr.Err != nil || agentErr.Status == http.StatusUnauthorized || transient(agentErr.Status)) {
			return list, agentErr
		}
		before := len(v.warnings)
		err = v.retrying(ctx, func() (err *Error) {
			list.Nodes, err = v.nodes(ctx)
			return err
		})
		if err == nil && agentErr != nil {
			v.warnings = slices.Insert(v.warnings, before, NewWarning(v.name, "the orchestrator's name could not be read", agentErr))
		}
		list.Orchestrator = agent.NodeID
		return list, err
	})
}

// nodes asks for the list, without a limit and without filters: no known version has
// real pages, and v1.4 would filter out its own requester.
func (v *visit) nodes(ctx context.Context) ([]cluster.Node, *Error) {
	d := wire.NodeDecoder{Live: true, MaxRecords: input.RecordLimit(v.client.MaxRecords), Warn: v.warn, Progress: progress(v.client.Progress, v.name)}
	left := v.client.maxBytes()
	query := url.Values{}
	seen := map[string]bool{}
	for {
		body, err := v.get(ctx, "/api/v1/orchestrator/nodes", query)
		if err != nil {
			return nil, err
		}
		known, records := d.Len(), d.Records
		in := &input.LimitedReader{Context: ctx, Reader: body, Left: left, Limit: v.client.maxBytes()}
		next, pageErr := d.ReadPage(in)
		body.Close() // only read from
		left = in.Left
		if pageErr != nil {
			return nil, v.explain(ctx, pageErr)
		}
		// An empty page may be the last one, but not one of many.
		stuck := records > 0 && d.Len() == known
		switch {
		case stuck && d.Records > records, next != "" && (stuck || seen[next]):
			return nil, v.fail("the orchestrator sent the same page of nodes twice", "a proxy may be dropping the query of the URL")
		case next == "":
			nodes, err := d.Finish()
			if err != nil {
				return nil, v.explain(ctx, err)
			}
			return nodes, nil
		}
		seen[next] = true
		query.Set("next_token", next)
	}
}

// progress returns a function for a decoder, or nil.
func progress(report func(Progress), source string) func(int64, int) {
	if report == nil {
		return nil
	}
	return func(bytes int64, records int) { report(Progress{source, bytes, records}) }
}

// ReadOptions say how [ReadNodes] reads.
type ReadOptions struct {
	Name       string         // names the reader in warnings and errors
	MaxRecords int            // the most records to read; 0 means as many as a Client reads
	Warn       func(Warning)  // receives warnings, as they are found; nil drops them
	Progress   func(Progress) // called now and then; may be nil
}

// ReadNodes reads a node list that was saved or piped: an orchestrator's answer to
// GET /api/v1/orchestrator/nodes, or what `bacalhau node list --output json` prints,
// with log lines before it or without, in UTF-8 or, as PowerShell redirects it, in
// UTF-16. It returns at least one node, in the order of their IDs, which are not empty
// and of which each occurs once.
func ReadNodes(r io.Reader, opt ReadOptions) ([]cluster.Node, error) {
	const op = "reading nodes"
	warn := func(message string) {
		if opt.Warn != nil {
			opt.Warn(Warning{Source: opt.Name, Message: message})
		}
	}
	d := wire.NodeDecoder{MaxRecords: input.RecordLimit(opt.MaxRecords), Warn: warn, Progress: progress(opt.Progress, opt.Name)}
	_, err := d.ReadPage(r)
	var nodes []cluster.Node
	if err == nil {
		nodes, err = d.Finish()
	}
	var problem *wire.Error
	switch {
	case err == nil:
		return nodes, nil
	case errors.As(err, &problem):
		return nil, &Error{Op: op, Source: opt.Name, Message: problem.Message, Hint: problem.Hint, Quoted: problem.Quoted, Err: problem.Err}
	}
	return nil, &Error{Op: op, Source: opt.Name, Message: infile.Reason(err), Err: err}
}
