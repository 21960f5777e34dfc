// Package snapshot writes a [cluster.Snapshot] as a JSON document, and reads such
// documents of every version. Package fetch reads them where a network is named by
// a file; docs/snapshot.schema.json describes them for other programs.
package snapshot

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bacviz/bacviz/cluster"
)

// Version is the newest version of the documents that [Write] writes, that
// of those with jobs; without jobs it is 1, which older programs read too. [Read]
// reads all of them.
const Version = 2

// WriteOptions say what of a snapshot goes into its document. With the zero value
// that is the shape of the network, which does not change by itself.
type WriteOptions struct {
	// Load adds what does: the time, heartbeats, what is free, what runs and
	// waits, and the totals of disks, which drift on an idle node.
	Load bool
}

// Write writes a snapshot as a document that [Read] reads. The same snapshot
// gives the same bytes. Each node is a block of lines, so that git shows what
// changed of it. What orchestrators say of errors is left out, for it may hold
// addresses.
func Write(w io.Writer, s cluster.Snapshot, opt WriteOptions) error {
	d := documentWriter{load: opt.Load}
	d.buf = make([]byte, 0, 256+len(s.Nodes)*768)
	d.add("{\n  \"bacviz\": \"snapshot\",\n  \"version\": ")
	version := int64(1)
	if s.Jobs != nil {
		version = Version
	}
	d.buf = strconv.AppendInt(d.buf, version, 10)
	if opt.Load && !s.Taken.IsZero() {
		d.add(",\n  \"taken\": ")
		d.time(s.Taken)
	}
	d.add(",\n  \"orchestrators\": [")
	for i, o := range s.Orchestrators {
		d.separate(i, "\n    ")
		d.text(o)
	}
	d.end(len(s.Orchestrators), "\n  ]")
	d.add(",\n  \"nodes\": [")
	for i := range s.Nodes {
		d.separate(i, "\n    ")
		if err := d.node(&s.Nodes[i]); err != nil {
			return fmt.Errorf("writing node %s: %w", quoted(s.Nodes[i].ID), err)
		}
	}
	d.end(len(s.Nodes), "\n  ]")
	if s.Jobs != nil {
		d.add(",\n  \"jobs\": [")
		for i := range s.Jobs {
			d.separate(i, "\n    ")
			d.job(&s.Jobs[i])
		}
		d.end(len(s.Jobs), "\n  ]")
	}
	d.add("\n}\n")
	_, err := w.Write(d.buf)
	return err
}

// AppendJSON appends a node as a block of a document, with its first line where buf
// ends and the others indented as there.
func AppendNode(n *cluster.Node, buf []byte, opt WriteOptions) ([]byte, error) {
	d := documentWriter{buf: buf, load: opt.Load}
	err := d.node(n)
	return d.buf, err
}

type documentWriter struct {
	buf  []byte
	load bool
}

func (d *documentWriter) add(s string) { d.buf = append(d.buf, s...) }

// separate comes before the i-th item of a list.
func (d *documentWriter) separate(i int, space string) {
	if i > 0 {
		d.buf = append(d.buf, ',')
	}
	d.add(space)
}

// end closes a list of n items: where there are none, on the same line.
func (d *documentWriter) end(n int, how string) {
	if n == 0 {
		how = how[len(how)-1:]
	}
	d.add(how)
}

// AppendJSONString appends s as a JSON string. Besides what JSON asks for, what
// steers a terminal or turns the direction of text is escaped, so that a
// document, and a diff of it, shows what is in it.
func AppendJSONString(buf []byte, s string) []byte {
	const hex = "0123456789abcdef"
	buf = append(buf, '"')
	for _, r := range s { // what is no UTF-8 comes as U+FFFD
		switch {
		case r == '"', r == '\\':
			buf = append(buf, '\\', byte(r))
		case r < ' ', r >= 0x7f && r < 0xa0, r == 0xad, r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e,
			r >= 0x2060 && r <= 0x206f, r == 0x61c, r == 0xfeff, r >= 0xfff9 && r <= 0xfffb:
			buf = append(buf, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
		case r >= 0xe0000 && r <= 0xe0fff: // tags, which nothing shows
			for _, half := range []rune{0xd800 + (r-0x10000)>>10, 0xdc00 + (r-0x10000)&0x3ff} {
				buf = append(buf, '\\', 'u', hex[half>>12&15], hex[half>>8&15], hex[half>>4&15], hex[half&15])
			}
		default:
			buf = utf8.AppendRune(buf, r)
		}
	}
	return append(buf, '"')
}

func (d *documentWriter) text(s string) { d.buf = AppendJSONString(d.buf, s) }

func (d *documentWriter) time(t time.Time) {
	d.buf = append(d.buf, '"')
	d.buf = t.UTC().AppendFormat(d.buf, time.RFC3339Nano)
	d.buf = append(d.buf, '"')
}

// key begins a member of a node or a job.
func (d *documentWriter) key(name string) {
	d.add(",\n      \"")
	d.add(name)
	d.add("\": ")
}

// word writes a member of a node or a job, if there is one.
func (d *documentWriter) word(name, value string) {
	if value != "" {
		d.key(name)
		d.text(value)
	}
}

func (d *documentWriter) list(name string, words []string) {
	if len(words) == 0 {
		return
	}
	d.key(name)
	d.add("[")
	for i, s := range words {
		if i > 0 {
			d.add(", ")
		}
		d.text(s)
	}
	d.add("]")
}

// job writes what pictures show of a job. Messages and output are left out, for
// they may hold anything.
func (d *documentWriter) job(j *cluster.Job) {
	d.add("{\n      \"id\": ")
	d.text(j.ID)
	d.word("by", j.Orchestrator)
	d.word("name", j.Name)
	d.word("namespace", j.Namespace)
	d.word("type", j.Type)
	if j.Count != 0 {
		d.key("count")
		d.buf = strconv.AppendInt(d.buf, int64(j.Count), 10)
	}
	d.word("state", string(j.State))
	d.list("engines", j.Engines)
	d.list("publishers", j.Publishers)
	for _, t := range []struct {
		name string
		time.Time
	}{{"created", j.Created}, {"modified", j.Modified}} {
		if !t.IsZero() {
			d.key(t.name)
			d.time(t.Time)
		}
	}
	if len(j.Executions) > 0 {
		d.key("executions")
		d.add("[")
		for i := range j.Executions {
			d.separate(i, "\n        ")
			d.execution(&j.Executions[i])
		}
		d.add("\n      ]")
	}
	d.add("\n    }")
}

func (d *documentWriter) execution(e *cluster.Execution) {
	d.add("{\"id\": ")
	d.text(e.ID)
	d.add(", \"node\": ")
	d.text(e.NodeID)
	d.add(", \"state\": ")
	d.text(string(e.State))
	if code := e.ExitCode(); code != cluster.NotReported {
		d.add(", \"exit\": ")
		d.buf = strconv.AppendInt(d.buf, int64(code), 10)
	}
	if e.Attempt > 1 {
		d.add(", \"attempt\": ")
		d.buf = strconv.AppendInt(d.buf, int64(e.Attempt), 10)
	}
	d.add("}")
}

func (d *documentWriter) node(n *cluster.Node) error {
	d.add("{\n      \"id\": ")
	d.text(n.ID)
	d.word("type", string(n.Type))
	d.word("version", n.Version)
	if len(n.Labels) > 0 {
		d.key("labels")
		d.add("{")
		for i, k := range sortedKeys(n.Labels) {
			d.separate(i, "\n        ")
			d.text(k)
			d.add(": ")
			d.text(n.Labels[k])
		}
		d.add("\n      }")
	}
	d.list("engines", n.Engines)
	d.list("publishers", n.Publishers)
	d.list("storage", n.Storage)
	shape := n.Max
	shape.Disk = 0
	if shape != (cluster.Resources{}) {
		d.key("capacity")
		if err := d.resources(shape); err != nil {
			return err
		}
	}
	if d.load && !n.LoadUnknown {
		d.key("load")
		d.add("{\"running\": ")
		d.buf = strconv.AppendInt(d.buf, int64(n.Running), 10)
		d.add(", \"enqueued\": ")
		d.buf = strconv.AppendInt(d.buf, int64(n.Enqueued), 10)
		d.add(", \"disk\": ")
		d.buf = strconv.AppendUint(d.buf, n.Max.Disk, 10)
		for _, r := range []struct {
			name string
			cluster.Resources
		}{{"free", n.Available}, {"queued", n.Queued}} {
			d.add(", \"" + r.name + "\": ")
			if err := d.resources(r.Resources); err != nil {
				return err
			}
		}
		d.add("}")
	}
	if len(n.Sightings) > 0 {
		d.key("seen")
		d.add("[")
		for i := range n.Sightings {
			d.separate(i, "\n        ")
			d.sighting(&n.Sightings[i], d.load && !n.LoadUnknown)
		}
		d.add("\n      ]")
	}
	d.add("\n    }")
	return nil
}

func (d *documentWriter) sighting(s *cluster.Sighting, load bool) {
	d.add("{\"by\": ")
	d.text(s.Orchestrator)
	word := func(name, value string) {
		if value != "" {
			d.add(", \"" + name + "\": ")
			d.text(value)
		}
	}
	word("connection", string(s.Connection))
	word("membership", string(s.Membership))
	if load {
		for _, t := range []struct {
			name string
			time.Time
		}{{"heartbeat", s.LastHeartbeat}, {"connected", s.ConnectedSince}, {"disconnected", s.DisconnectedSince}} {
			if !t.IsZero() {
				d.add(", \"" + t.name + "\": ")
				d.time(t.Time)
			}
		}
	}
	d.add("}")
}

// resources leaves out what there is none of.
func (d *documentWriter) resources(r cluster.Resources) error {
	d.add("{")
	start := len(d.buf)
	key := func(name string) {
		if len(d.buf) > start {
			d.add(", ")
		}
		d.add("\"" + name + "\": ")
	}
	if r.CPU != 0 {
		if math.IsNaN(r.CPU) || math.IsInf(r.CPU, 0) || r.CPU < 0 {
			return fmt.Errorf("%v is no number of CPUs", r.CPU)
		}
		key("cpu")
		d.buf = append(d.buf, jsontext.Float(r.CPU).String()...)
	}
	for _, amount := range []struct {
		name  string
		value uint64
	}{{"memory", r.Memory}, {"disk", r.Disk}, {"gpu", r.GPU}} {
		if amount.value != 0 {
			key(amount.name)
			d.buf = strconv.AppendUint(d.buf, amount.value, 10)
		}
	}
	d.add("}")
	return nil
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// A Error says what is wrong with a document, and where.
type Error struct {
	Line, Column int // from 1; columns are characters
	Message      string

	// Hint says what to do about it; it may be empty.
	Hint string
}

// Error begins with the place: line 3, column 5: …
func (e *Error) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
}

const hintDocument = "write a snapshot with bacviz snapshot -o FILE"

// IsDocument reports whether a text is a document of bacviz, an object with the
// key "bacviz", as far as the text goes.
func IsDocument(text []byte) bool {
	dec := jsontext.NewDecoder(bytes.NewBuffer(text))
	if dec.PeekKind() != '{' {
		return false
	}
	_, err := dec.ReadToken()
	for err == nil {
		var key jsontext.Token
		if key, err = dec.ReadToken(); err != nil || key.Kind() != '"' {
			return false
		}
		if key.String() == "bacviz" {
			return true
		}
		err = dec.SkipValue()
	}
	return false
}

// Read reads a document that [Write] wrote, of this version or an older one, and
// puts it in canonical order. What is wrong with it is told by a [*Error];
// other errors are r's.
func Read(r io.Reader) (cluster.Snapshot, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return cluster.Snapshot{}, err
	}
	return parseDocument(bytes.TrimPrefix(text, []byte("\ufeff")))
}

func parseDocument(text []byte) (s cluster.Snapshot, err error) {
	d := NewDocumentReader(text)
	version, err := d.Header("snapshot", Version)
	if err != nil {
		return cluster.Snapshot{}, err
	}
	var has struct{ orchestrators, nodes, jobs bool }
	type place struct {
		id string
		at int64
	}
	var nodes, jobs []place
	var signed []place // the orchestrators of sightings, as they change from one to the next
	err = d.Object(func(key string) error {
		switch key {
		case "bacviz", "version", "needs":
			return d.Skip()
		case "taken":
			return d.Time(&s.Taken)
		case "orchestrators":
			has.orchestrators = true
			return d.Array(func() error {
				var id string
				if err := d.Text(&id); err != nil {
					return err
				}
				s.Orchestrators = append(s.Orchestrators, id)
				return nil
			})
		case "nodes":
			has.nodes = true
			return d.Array(func() error {
				at := d.start()
				n, err := d.Node()
				if err != nil {
					return err
				}
				for i := range n.Sightings {
					if by := n.Sightings[i].Orchestrator; len(signed) == 0 || signed[len(signed)-1].id != by {
						signed = append(signed, place{by, at})
					}
				}
				nodes = append(nodes, place{n.ID, at})
				s.Nodes = append(s.Nodes, n)
				return nil
			})
		case "jobs":
			if version < 2 {
				break
			}
			has.jobs = true
			s.Jobs = []cluster.Job{}
			return d.Array(func() error {
				at := d.start()
				j, err := d.job()
				if err != nil {
					return err
				}
				jobs = append(jobs, place{j.Orchestrator + "\x00" + j.ID, at})
				s.Jobs = append(s.Jobs, j)
				return nil
			})
		}
		return d.Unknown(key)
	})
	if err == nil {
		err = d.End()
	}
	if err != nil {
		return cluster.Snapshot{}, err
	}
	switch {
	case !has.orchestrators || len(s.Orchestrators) == 0:
		return cluster.Snapshot{}, d.fail(d.begin, `a snapshot without "orchestrators"`)
	case !has.nodes:
		return cluster.Snapshot{}, d.fail(d.begin, `a snapshot without "nodes"`)
	case version >= 2 && !has.jobs:
		return cluster.Snapshot{}, d.fail(d.begin, `a snapshot of version 2 without "jobs"`)
	}
	slices.Sort(s.Orchestrators)
	s.Orchestrators = slices.Compact(s.Orchestrators)
	for _, by := range signed {
		if _, ok := slices.BinarySearch(s.Orchestrators, by.id); !ok {
			return cluster.Snapshot{}, d.fail(by.at, fmt.Sprintf("a node is seen by %s, which is none of the orchestrators", quoted(by.id)))
		}
	}
	twice := func(all []place) (place, bool) {
		slices.SortFunc(all, func(a, b place) int { return cmp.Or(strings.Compare(a.id, b.id), cmp.Compare(a.at, b.at)) })
		for i := 1; i < len(all); i++ {
			if all[i].id == all[i-1].id {
				return all[i], true
			}
		}
		return place{}, false
	}
	if n, is := twice(nodes); is {
		return cluster.Snapshot{}, d.fail(n.at, fmt.Sprintf("node %s is there twice", quoted(n.id)))
	}
	for i := range s.Jobs {
		if by := s.Jobs[i].Orchestrator; !slices.Contains(s.Orchestrators, by) {
			return cluster.Snapshot{}, d.fail(jobs[i].at, fmt.Sprintf("a job is of %s, which is none of the orchestrators", quoted(by)))
		}
	}
	if j, is := twice(jobs); is {
		_, id, _ := strings.Cut(j.id, "\x00")
		return cluster.Snapshot{}, d.fail(j.at, fmt.Sprintf("job %s is there twice", quoted(id)))
	}
	s.Sort()
	return s, nil
}

// A Reader reads the JSON documents of bacviz: strictly, so that what is
// misspelt is told, with line and column, and not passed over. Its errors are
// [*Error].
type Reader struct {
	text  []byte
	dec   *jsontext.Decoder
	begin int64             // where the document does
	key   string            // that was read last
	keyAt int64             // where it is
	words map[string]string // one copy of words that come again and again
	lists map[string][]string
}

// NewDocumentReader reads a text, from its beginning.
func NewDocumentReader(text []byte) *Reader {
	d := &Reader{
		text: text, dec: jsontext.NewDecoder(bytes.NewBuffer(text)),
		words: make(map[string]string), lists: make(map[string][]string),
	}
	d.begin = d.start()
	return d
}

// fail makes an error of what stands at a byte.
func (d *Reader) fail(at int64, message string) error {
	before := d.text[:min(at, int64(len(d.text)))]
	start := bytes.LastIndexByte(before, '\n') + 1
	return &Error{
		Line: 1 + bytes.Count(before, []byte("\n")), Column: 1 + utf8.RuneCount(before[start:]),
		Message: message, Hint: hintDocument,
	}
}

// Fail makes an error of the value that comes next.
func (d *Reader) Fail(message string) error { return d.fail(d.start(), message) }

// failBefore makes an error of the value that was just read.
func (d *Reader) failBefore(raw []byte, message string) error {
	return d.fail(d.dec.InputOffset()-int64(len(raw)), message)
}

// quoted is a text as errors show it: on one line, and not endless.
func quoted(s string) string {
	if r := []rune(s); len(r) > 80 {
		s = string(r[:79]) + "…"
	}
	return strconv.Quote(s)
}

// start is where the next value begins.
func (d *Reader) start() int64 {
	at := d.dec.InputOffset()
	for at < int64(len(d.text)) && strings.IndexByte(" \t\r\n,:", d.text[at]) >= 0 {
		at++
	}
	return at
}

// broken explains an error of the decoder.
func (d *Reader) broken(err error) error {
	var syntax *jsontext.SyntacticError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return d.fail(int64(len(d.text)), "cut off")
	case errors.As(err, &syntax) && errors.Is(err, jsontext.ErrDuplicateName):
		return d.fail(syntax.ByteOffset, quoted(syntax.JSONPointer.LastToken())+" is there twice")
	case errors.As(err, &syntax):
		return d.fail(syntax.ByteOffset, "not valid JSON: "+syntax.Err.Error())
	}
	return d.fail(d.dec.InputOffset(), "not valid JSON: "+err.Error())
}

// Header reads what a document says of itself, wherever that stands in it, and
// returns its version. It must be of the kind, and of a version up to newest.
// What comes next is the document, from its beginning.
func (d *Reader) Header(kind string, newest int) (version int, err error) {
	what, needs := "", ""
	var raw jsontext.Value
	at := d.start() // of the document, then of its kind
	wrong := func(message string) error { return d.fail(at, message) }
	if d.dec.PeekKind() != '{' {
		if err := d.token(); err != nil {
			return 0, err
		}
		return 0, wrong("no " + kind + ": a document of bacviz is a JSON object")
	}
	var versionError error
	err = d.Object(func(key string) error {
		switch key {
		case "bacviz":
			at = d.start()
			if d.dec.PeekKind() != '"' {
				return d.Skip()
			}
			return d.Text(&what)
		case "needs": // of later versions, the release that reads them
			if d.dec.PeekKind() == '"' {
				return d.Text(&needs)
			}
		case "version":
			at := d.start()
			if raw, err = d.dec.ReadValue(); err != nil {
				return d.broken(err)
			}
			var notANumber error
			if version, notANumber = strconv.Atoi(string(raw)); notANumber != nil || version < 1 {
				versionError = d.fail(at, "the version is no number from 1 on")
			} else if version > newest {
				versionError = d.fail(at, fmt.Sprintf("%s version %d is newer than this bacviz, which reads up to version %d", kind, version, newest))
			}
			if what == kind && versionError == nil {
				return errEnough // as Write writes it
			}
			return nil
		}
		return d.Skip()
	})
	if err != nil && !errors.Is(err, errEnough) && (what == "" || versionError == nil) {
		return 0, err
	}
	switch {
	case what == "":
		return 0, wrong("no " + kind + ` of bacviz: it does not begin with {"bacviz": "` + kind + `"`)
	case what != kind:
		return 0, wrong(fmt.Sprintf("a %s where a %s should be", quoted(what), kind))
	case versionError != nil:
		var e *Error
		if errors.As(versionError, &e) && version > newest {
			e.Hint = "use the release of bacviz that wrote it, or a later one"
			if needs != "" {
				e.Message += "; it needs bacviz " + needs + " or later"
			}
		}
		return 0, versionError
	case version == 0:
		return 0, d.fail(d.begin, "a "+kind+` without "version"`)
	}
	d.dec = jsontext.NewDecoder(bytes.NewBuffer(d.text))
	return version, nil
}

var errEnough = errors.New("enough")

// End checks that nothing follows.
func (d *Reader) End() error {
	at := d.start()
	if _, err := d.dec.ReadToken(); !errors.Is(err, io.EOF) {
		return d.fail(at, "something follows the document")
	}
	return nil
}

// token passes over a token.
func (d *Reader) token() error {
	if _, err := d.dec.ReadToken(); err != nil {
		return d.broken(err)
	}
	return nil
}

// Skip passes over a value.
func (d *Reader) Skip() error {
	if err := d.dec.SkipValue(); err != nil {
		return d.broken(err)
	}
	return nil
}

// Unknown is the error of a key that was just read, which a document does not
// have.
func (d *Reader) Unknown(key string) error {
	return d.fail(d.keyAt, "unknown field "+quoted(key))
}

func (d *Reader) wants(kind jsontext.Kind, what string) error {
	got := d.dec.PeekKind()
	if got == kind {
		return nil
	}
	at := d.start()
	if got == 0 { // no value at all
		if err := d.token(); err != nil {
			return err
		}
	}
	return d.fail(at, "not "+what)
}

// Object calls member with the key of each member of the object that comes next;
// member reads the value.
func (d *Reader) Object(member func(key string) error) error {
	if err := d.wants('{', "an object"); err != nil {
		return err
	}
	if err := d.token(); err != nil {
		return err
	}
	for {
		switch d.dec.PeekKind() {
		case '}':
			return d.token()
		case '"':
		default:
			if err := d.token(); err != nil {
				return err
			}
		}
		raw, err := d.dec.ReadValue()
		if err != nil {
			return d.broken(err)
		}
		d.keyAt = d.dec.InputOffset() - int64(len(raw))
		d.key = d.word(raw)
		if err := member(d.key); err != nil {
			return err
		}
	}
}

// Array calls item for each item of the list that comes next; item reads it.
func (d *Reader) Array(item func() error) error {
	if err := d.wants('[', "a list"); err != nil {
		return err
	}
	if err := d.token(); err != nil {
		return err
	}
	for d.dec.PeekKind() != ']' {
		if d.dec.PeekKind() == 0 {
			if err := d.token(); err != nil {
				return err
			}
		}
		if err := item(); err != nil {
			return err
		}
	}
	return d.token()
}

// word is what a JSON string says.
func (d *Reader) word(raw []byte) string {
	if known, ok := d.words[string(raw)]; ok {
		return known
	}
	unquoted, _ := jsontext.AppendUnquote(nil, raw) // it has been read, so it is valid
	s := string(unquoted)
	if len(raw) < 64 && len(d.words) < 1<<16 {
		d.words[string(raw)] = s
	}
	return s
}

// Text reads a string.
func (d *Reader) Text(to *string) error {
	if err := d.wants('"', "a string"); err != nil {
		return err
	}
	raw, err := d.dec.ReadValue()
	if err != nil {
		return d.broken(err)
	}
	*to = d.word(raw)
	return nil
}

// Time reads a time.
func (d *Reader) Time(to *time.Time) error {
	at := d.start()
	var s string
	if err := d.Text(&s); err != nil {
		return err
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return d.fail(at, "not a time such as 2026-01-15T12:00:00Z")
	}
	*to = t.UTC()
	return nil
}

func readNumber[N any](d *Reader, to *N, what string, parse func(string) (N, error)) error {
	if err := d.wants('0', what); err != nil {
		return err
	}
	raw, err := d.dec.ReadValue()
	if err != nil {
		return d.broken(err)
	}
	if *to, err = parse(string(raw)); err != nil {
		return d.failBefore(raw, fmt.Sprintf("%s is %.40s, not %s", quoted(d.key), raw, what))
	}
	return nil
}

// Float reads a number from 0 on.
func (d *Reader) Float(to *float64) error {
	return readNumber(d, to, "a number from 0 on that fits", func(s string) (float64, error) {
		v, err := strconv.ParseFloat(s, 64)
		if v < 0 {
			err = strconv.ErrRange
		}
		return v, err
	})
}

// Count reads a whole number from 0 on that counts something.
func (d *Reader) Count(to *int) error {
	return readNumber(d, to, "a whole number from 0 on that fits", func(s string) (int, error) {
		v, err := strconv.ParseUint(s, 10, strconv.IntSize-1)
		return int(v), err
	})
}

// Uint reads a whole number from 0 on.
func (d *Reader) Uint(to *uint64) error {
	return readNumber(d, to, "a whole number from 0 on that fits", func(s string) (uint64, error) { return strconv.ParseUint(s, 10, 64) })
}

// Int reads a whole number.
func (d *Reader) Int(to *int) error {
	return readNumber(d, to, "a whole number that fits", strconv.Atoi)
}

// Texts reads a list of strings, and sorts it.
func (d *Reader) Texts(to *[]string) error {
	if err := d.wants('[', "a list"); err != nil {
		return err
	}
	start := d.start()
	var list []string
	err := d.Array(func() error {
		var s string
		if err := d.Text(&s); err != nil {
			return err
		}
		list = append(list, s)
		return nil
	})
	if err != nil {
		return err
	}
	raw := d.text[start:d.dec.InputOffset()]
	if known, ok := d.lists[string(raw)]; ok {
		*to = known
		return nil
	}
	slices.Sort(list)
	list = slices.Compact(list)
	if len(raw) < 256 && len(d.lists) < 1024 {
		d.lists[string(raw)] = list
	}
	*to = list
	return nil
}

// Node reads a node, as it is in the documents.
func (d *Reader) Node() (cluster.Node, error) {
	n := cluster.Node{LoadUnknown: true}
	at := d.start()
	var disk uint64
	err := d.Object(func(key string) error {
		switch key {
		case "id":
			return d.Text(&n.ID)
		case "type":
			return d.Text((*string)(&n.Type))
		case "version":
			return d.Text(&n.Version)
		case "labels":
			return d.Object(func(key string) error {
				var value string
				if err := d.Text(&value); err != nil {
					return err
				}
				if n.Labels == nil {
					n.Labels = make(map[string]string, 8)
				}
				n.Labels[key] = value
				return nil
			})
		case "engines":
			return d.Texts(&n.Engines)
		case "publishers":
			return d.Texts(&n.Publishers)
		case "storage":
			return d.Texts(&n.Storage)
		case "capacity":
			return d.resources(&n.Max, false)
		case "load":
			n.LoadUnknown = false
			return d.Object(func(key string) error {
				switch key {
				case "running":
					return d.Count(&n.Running)
				case "enqueued":
					return d.Count(&n.Enqueued)
				case "disk":
					return d.Uint(&disk)
				case "free":
					return d.resources(&n.Available, true)
				case "queued":
					return d.resources(&n.Queued, true)
				}
				return d.Unknown(key)
			})
		case "seen":
			return d.Array(func() error {
				n.Sightings = append(n.Sightings, cluster.Sighting{})
				return d.sighting(&n.Sightings[len(n.Sightings)-1])
			})
		}
		return d.Unknown(key)
	})
	if err != nil {
		return cluster.Node{}, err
	}
	n.Max.Disk = disk
	if n.ID == "" {
		return cluster.Node{}, d.fail(at, `a node without "id"`)
	}
	slices.SortFunc(n.Sightings, func(a, b cluster.Sighting) int { return strings.Compare(a.Orchestrator, b.Orchestrator) })
	for i := 1; i < len(n.Sightings); i++ {
		if by := n.Sightings[i].Orchestrator; by == n.Sightings[i-1].Orchestrator {
			return cluster.Node{}, d.fail(at, fmt.Sprintf("node %s is seen by %s twice", quoted(n.ID), quoted(by)))
		}
	}
	return n, nil
}

func (d *Reader) job() (j cluster.Job, err error) {
	at := d.start()
	err = d.Object(func(key string) error {
		switch key {
		case "id":
			return d.Text(&j.ID)
		case "by":
			return d.Text(&j.Orchestrator)
		case "name":
			return d.Text(&j.Name)
		case "namespace":
			return d.Text(&j.Namespace)
		case "type":
			return d.Text(&j.Type)
		case "count":
			return d.Int(&j.Count)
		case "state":
			return d.Text((*string)(&j.State))
		case "engines":
			return d.Texts(&j.Engines)
		case "publishers":
			return d.Texts(&j.Publishers)
		case "created":
			return d.Time(&j.Created)
		case "modified":
			return d.Time(&j.Modified)
		case "executions":
			return d.Array(func() error {
				j.Executions = append(j.Executions, cluster.Execution{})
				return d.execution(&j.Executions[len(j.Executions)-1])
			})
		}
		return d.Unknown(key)
	})
	if err == nil && (j.ID == "" || j.Orchestrator == "") {
		err = d.fail(at, `a job without "id" or "by"`)
	}
	for i := range j.Executions {
		j.Executions[i].JobID = j.ID
	}
	return j, err
}

func (d *Reader) execution(e *cluster.Execution) error {
	at := d.start()
	e.Attempt = 1
	err := d.Object(func(key string) error {
		switch key {
		case "id":
			return d.Text(&e.ID)
		case "node":
			return d.Text(&e.NodeID)
		case "state":
			return d.Text((*string)(&e.State))
		case "exit":
			e.Output = &cluster.RunOutput{}
			return d.Int(&e.Output.ExitCode)
		case "attempt":
			at := d.start()
			if err := d.Int(&e.Attempt); err != nil || e.Attempt > 0 {
				return err
			}
			return d.fail(at, "an attempt is a number from 1 on")
		}
		return d.Unknown(key)
	})
	if err == nil && (e.ID == "" || e.NodeID == "" || e.State == "") {
		return d.fail(at, `an execution without "id", "node" or "state"`)
	}
	if e.ExitCode() == cluster.NotReported {
		e.Output = nil
	}
	return err
}

func (d *Reader) sighting(s *cluster.Sighting) error {
	at := d.start()
	signed := false
	err := d.Object(func(key string) error {
		switch key {
		case "by":
			signed = true
			return d.Text(&s.Orchestrator)
		case "connection":
			return d.Text((*string)(&s.Connection))
		case "membership":
			return d.Text((*string)(&s.Membership))
		case "heartbeat":
			return d.Time(&s.LastHeartbeat)
		case "connected":
			return d.Time(&s.ConnectedSince)
		case "disconnected":
			return d.Time(&s.DisconnectedSince)
		}
		return d.Unknown(key)
	})
	if err == nil && !signed {
		return d.fail(at, `a sighting without "by"`)
	}
	return err
}

func (d *Reader) resources(r *cluster.Resources, disk bool) error {
	return d.Object(func(key string) error {
		switch key {
		case "cpu":
			return d.Float(&r.CPU)
		case "memory":
			return d.Uint(&r.Memory)
		case "gpu":
			return d.Uint(&r.GPU)
		case "disk":
			if disk {
				return d.Uint(&r.Disk)
			}
		}
		return d.Unknown(key)
	})
}

// Bool reads true or false.
func (d *Reader) Bool(to *bool) error {
	kind := d.dec.PeekKind()
	if kind != 't' && kind != 'f' {
		return d.wants('t', "true or false")
	}
	*to = kind == 't'
	return d.token()
}
