// Package wire reads what Bacalhau's API sends, in any version from v1.4 on: lists
// of nodes and their records, jobs, executions, events and refusals. Bytes come in;
// values of package cluster go out to package bacalhau. A record that cannot be read
// is left out and reported; it does not lose its list.
//
// The records are bacviz's own, not those of the official client, which decodes a
// disconnected node of v1.4 as connected and loses a whole list on one odd record.
package wire

import (
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bacviz/bacviz/cluster"
)

// Hints of what to try.
const (
	HintHTML    = "this may be a proxy, a login page or the port of another server; Bacalhau's API is on port 1234 by default"
	hintPage    = "it may have been saved from a proxy or a login page: check the URL that it came from"
	hintPicture = "give the node list or the snapshot that it was drawn from"
	hintRead    = "save a list with `bacalhau node list --output json`, or the answer of /api/v1/orchestrator/nodes"
	hintEmpty   = "an orchestrator lists at least itself: was the list filtered?"
)

// MaxValue bounds each part of an answer that is held in memory at once, such as a
// record, in bytes. A record is of 1 to 2 KiB, and a job with its files inline of some
// MiB. Reading a value takes up to ten times its size.
const MaxValue = 16 << 20

// Bounds of a record, far above what is real. A record beyond them is a bad one.
const (
	maxText    = cluster.MaxText // bytes of a text, or of the JSON of a list of words
	maxMembers = 1024            // of an object, such as the labels
)

// MaxWarned is how many skipped records, and how many repeated ones, get a warning
// each; one more warning counts the rest.
const MaxWarned = 5

// An Error says what an answer or a file holds instead of the wanted list.
type Error struct {
	Message string   // lower case, without a full stop
	Hint    string   // what to try; may be empty
	Quoted  []string // parts of Message that others wrote, besides those in quotes
	Err     error    // the cause; may be nil
}

func (e *Error) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// A ReadError is a failure of the reader that an answer came from.
type ReadError struct{ Err error }

func (e *ReadError) Error() string { return e.Err.Error() }

// Unwrap returns the error of the reader.
func (e *ReadError) Unwrap() error { return e.Err }

// An Agent is the answer of /api/v1/agent/node: v1.4 and v1.5 wrap the node in
// Info, later versions send it bare.
type Agent struct {
	AgentInfo
	Info AgentInfo
}

// An AgentInfo is the node that answers.
type AgentInfo struct {
	NodeID   string
	NodeType cluster.Type
}

// Node returns the node that answers, whatever the version.
func (a *Agent) Node() AgentInfo {
	if a.Info.NodeID != "" {
		return a.Info
	}
	return a.AgentInfo
}

// newDecoder returns a decoder that accepts what encoding/json accepts: a repeated
// name, whose last value counts, and text that is not UTF-8, which is replaced.
func newDecoder(r io.Reader) *jsontext.Decoder {
	return jsontext.NewDecoder(r, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}
