// Package redact replaces the names in a [cluster.Snapshot], so that its picture
// can be shown without saying whose network it is. The result goes where the
// snapshot would have gone, mostly to package graph.
package redact

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/cluster"
)

// MinKey is the least length in bytes of a key for [New].
const MinKey = 16

// A Redaction is a snapshot with pseudonyms in it, and what became what.
type Redaction struct {
	Snapshot cluster.Snapshot

	// pseudonym holds the key, which must not show when a Redaction is printed.
	pseudonym func(o original, round uint64) string
	names     map[original]string
	ids       map[string]bool
	sought    map[string]bool // IDs and label values of at least telling bytes
	lengths   []int           // of these, ascending
	held      map[string]bool // what holds answered
}

// An original is what a pseudonym stands for.
type original struct {
	kind string // the pseudonym's prefix, one of the kinds below
	key  string // of a label value, its key; of a word, what it is a word for
	text string
}

// The kinds of originals. Prefixes are shorter than telling, so that none of
// them is an original that survived, as "node-" would be of a node-2; and a
// pseudonym has one dash, so that short labels show all of it.
const (
	kindNode  = "n-"
	kindValue = "v-"
	kindKey   = "k-"
	kindWord  = "w-"
	kindJob   = "j-" // its ID
	kindRun   = "e-" // the ID of an execution
)

// jobName is what a job's name is a word for.
const jobName = "job name"

// telling is the length from which a text that shows up elsewhere counts as
// survived. Shorter ones, such as "eu", are parts of ordinary words.
const telling = 4

// New replaces what tells whose network s shows by pseudonyms, and sorts the
// result anew. The same original and key give the same pseudonym in every
// snapshot, so that a node is known again; without the key nobody can tell
// whether a pseudonym stands for an ID they know. The originals of further
// snapshots must not survive either: those of nodes that a filter left out, of the
// other side of a difference, of a hub in no list. The key must have at least
// [MinKey] bytes.
//
//   - A NodeID becomes n- and eight characters, wherever it stands;
//     [cluster.FallbackHub] is no node's and stays.
//   - A label value becomes v- and eight characters. Equal values of one key
//     stay equal, so that nodes group as before; those of two keys do not. A
//     value that is a NodeID becomes the node's pseudonym. That a well-known
//     value such as "linux" tells little does not keep it.
//   - Label keys stay, for they say what the network is grouped by, unless they
//     hold a domain or an address, other than Kubernetes' and Bacalhau's.
//   - States, versions, and the engines, publishers and storage sources that
//     Bacalhau comes with stay. Other such words may be somebody's own.
//   - IDs of jobs and executions become j- and e- with eight characters, names of
//     jobs w-; types and the namespace default stay.
//   - LastError and the messages and output of jobs, which are free text, are left
//     out.
//   - What would stay, but holds a NodeID or a label value of four or more
//     characters, becomes a pseudonym too: the engine docker, for one, when a
//     label has that value. The known states are the exception; they are words
//     that pictures of all networks use.
//
// Amounts, times and who is connected to whom stay: who knows the network may
// know it again by its shape.
func New(s cluster.Snapshot, key []byte, further ...cluster.Snapshot) (*Redaction, error) {
	if len(key) < MinKey {
		return nil, fmt.Errorf("the key has %d bytes, of at least %d", len(key), MinKey)
	}
	key = slices.Clone(key)
	r := &Redaction{
		pseudonym: func(o original, round uint64) string { return pseudonym(key, o, round) },
		names:     make(map[original]string),
		held:      make(map[string]bool),
	}
	all := append([]cluster.Snapshot{s}, further...)
	r.seek(all)

	var found []original
	collect := func(o original) string {
		if _, ok := r.names[o]; !ok {
			r.names[o] = ""
			found = append(found, o)
		}
		return ""
	}
	for id := range r.ids {
		collect(original{kindNode, "", id})
	}
	for i := range all {
		r.rewrite(&all[i], collect)
	}
	r.christen(found)
	r.Snapshot = r.rewrite(&s, func(o original) string { return r.names[o] })
	return r, nil
}

// alphabet is Crockford's base 32 in lower case: no letters that look alike, and
// no words by chance.
var alphabet = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// pseudonym has 40 bits of HMAC-SHA-256: two of 3,000 originals share one in
// one network of 250,000.
func pseudonym(key []byte, o original, round uint64) string {
	mac := hmac.New(sha256.New, key)
	var message []byte
	for _, field := range []string{"bacviz pseudonym 1", o.kind, o.key, o.text} {
		message = binary.BigEndian.AppendUint64(message, uint64(len(field)))
		message = append(message, field...)
	}
	mac.Write(binary.BigEndian.AppendUint64(message, round)) // never fails
	return o.kind + alphabet.EncodeToString(mac.Sum(nil)[:5])
}

// christen gives each original a pseudonym. Those that would share one, or
// whose pseudonym spells an original by chance, all try another, so that the
// outcome does not depend on any order.
func (r *Redaction) christen(all []original) {
	const most = 100 // rounds, for a list may hold all there is to spell
	rounds := make(map[original]uint64)
	retry := all
	for n := 0; len(retry) > 0; n++ {
		for _, o := range retry {
			r.names[o] = r.pseudonym(o, rounds[o])
		}
		owners := make(map[string]int, len(all))
		for _, o := range all {
			owners[r.names[o]]++
		}
		retry = nil
		for _, o := range all {
			if owners[r.names[o]] > 1 || n < most && r.holds(r.names[o]) {
				rounds[o]++
				retry = append(retry, o)
			}
		}
	}
}

// seek notes the NodeIDs, and every text that must not survive.
func (r *Redaction) seek(all []cluster.Snapshot) {
	r.ids, r.sought = make(map[string]bool), make(map[string]bool)
	id := func(id string) {
		if id != "" && id != cluster.FallbackHub {
			r.ids[id] = true
		}
	}
	for _, s := range all {
		for _, o := range s.Orchestrators {
			id(o)
		}
		for i := range s.Nodes {
			n := &s.Nodes[i]
			id(n.ID)
			for k := range n.Sightings {
				id(n.Sightings[k].Orchestrator)
			}
			for _, v := range n.Labels {
				if len(v) >= telling {
					r.sought[v] = true
				}
			}
		}
		for i := range s.Jobs {
			j := &s.Jobs[i]
			id(j.Orchestrator)
			for _, e := range j.Executions {
				id(e.NodeID)
				r.sought[e.ID] = len(e.ID) >= telling
			}
			for _, text := range []string{j.ID, j.Short(), j.Name} {
				r.sought[text] = len(text) >= telling
			}
		}
	}
	maps.DeleteFunc(r.sought, func(_ string, seek bool) bool { return !seek })
	for id := range r.ids {
		if len(id) >= telling {
			r.sought[id] = true
		}
	}
	lengths := make(map[int]bool)
	for text := range r.sought {
		lengths[len(text)] = true
	}
	r.lengths = slices.Sorted(maps.Keys(lengths))
}

// holds reports whether a text has an original within it.
func (r *Redaction) holds(text string) bool {
	const most = 256 // what is longer is no word; looking through it would take long
	if len(text) > most {
		return true
	}
	held, ok := r.held[text]
	if !ok {
		held = r.search(text)
		r.held[text] = held
	}
	return held
}

func (r *Redaction) search(text string) bool {
	for _, n := range r.lengths {
		if n > len(text) {
			break
		}
		for i := 0; i+n <= len(text); i++ {
			if r.sought[text[i:i+n]] {
				return true
			}
		}
	}
	return false
}

// rewrite returns a copy of s in canonical order, with what name returns in the
// place of each original.
func (r *Redaction) rewrite(s *cluster.Snapshot, name func(original) string) cluster.Snapshot {
	id := func(id string) string {
		if !r.ids[id] {
			return id // "" or FallbackHub
		}
		return name(original{kindNode, "", id})
	}
	word := func(field, text string, stays bool) string {
		if stays || text == "" {
			return text
		}
		return name(original{kindWord, field, text})
	}
	words := func(field string, all []string) []string {
		if len(all) == 0 {
			return nil
		}
		// Readers are shown the words of a list side by side.
		stay := !slices.ContainsFunc([]string{"+", ",", ", ", " ", "/"}, func(by string) bool { return r.holds(strings.Join(all, by)) })
		out := make([]string, len(all))
		for i, w := range all {
			out[i] = word(field, w, stay && knownWords[strings.ToLower(w)])
		}
		return out
	}
	labels := func(all map[string]string) map[string]string {
		if all == nil {
			return nil
		}
		out := make(map[string]string, len(all))
		for k, v := range all {
			switch {
			case v == "":
			case r.ids[v]:
				v = id(v)
			default:
				v = name(original{kindValue, k, v})
			}
			if !r.keyStays(k) {
				k = name(original{kindKey, "", k})
			}
			out[k] = v
		}
		return out
	}

	out := cluster.Snapshot{Taken: s.Taken, Jobs: r.rewriteJobs(s.Jobs, id, word, words, name)}
	for _, o := range s.Orchestrators {
		out.Orchestrators = append(out.Orchestrators, id(o))
	}
	for _, n := range s.Nodes {
		n.ID = id(n.ID)
		n.Type = cluster.Type(word("type", string(n.Type), n.Type == cluster.Requester || n.Type == cluster.Compute))
		n.Labels = labels(n.Labels)
		n.Engines = words("engine", n.Engines)
		n.Publishers = words("publisher", n.Publishers)
		n.Storage = words("storage", n.Storage)
		n.Version = word("version", n.Version, plainVersion.MatchString(n.Version) && !r.holds(n.Version))
		n.Sightings = slices.Clone(n.Sightings)
		for i := range n.Sightings {
			s := &n.Sightings[i]
			s.Orchestrator = id(s.Orchestrator)
			s.Connection = cluster.Connection(word("connection", string(s.Connection), knownStates[string(s.Connection)]))
			s.Membership = cluster.Membership(word("membership", string(s.Membership), knownStates[string(s.Membership)]))
			s.LastError = ""
		}
		out.Nodes = append(out.Nodes, n)
	}
	out.Sort()
	return out
}

// rewriteJobs is rewrite for jobs.
func (r *Redaction) rewriteJobs(jobs []cluster.Job, id func(string) string, word func(field, text string, stays bool) string,
	words func(string, []string) []string, name func(original) string) []cluster.Job {
	var out []cluster.Job
	if jobs != nil {
		out = []cluster.Job{}
	}
	for _, j := range jobs {
		was := j.ID
		j.ID = name(original{kindJob, "", j.ID})
		switch {
		case j.Name == "":
		case j.Name == was: // as Bacalhau names a job that has no name
			j.Name = j.ID
		case r.ids[j.Name]:
			j.Name = id(j.Name)
		default:
			j.Name = name(original{kindWord, jobName, j.Name})
		}
		j.Namespace = word("namespace", j.Namespace, j.Namespace == "default" && !r.holds(j.Namespace))
		j.Type = word("job type", j.Type, knownTypes[strings.ToLower(j.Type)] && !r.holds(j.Type))
		j.State = cluster.JobState(word("job state", string(j.State), knownStates[string(j.State)]))
		j.Message = ""
		j.Engines, j.Publishers = words("engine", j.Engines), words("publisher", j.Publishers)
		j.Orchestrator = id(j.Orchestrator)
		j.Executions = slices.Clone(j.Executions)
		for i := range j.Executions {
			e := &j.Executions[i]
			e.ID, e.JobID, e.NodeID, e.Message = name(original{kindRun, "", e.ID}), j.ID, id(e.NodeID), ""
			e.State = cluster.ExecutionState(word("execution state", string(e.State), knownStates[string(e.State)] || unknownState.MatchString(string(e.State))))
			if e.Output != nil {
				e.Output = &cluster.RunOutput{ExitCode: e.Output.ExitCode}
			}
		}
		out = append(out, j)
	}
	return out
}

// knownTypes are the types of jobs.
var knownTypes = set("batch", "ops", "daemon", "service")

// unknownState is what ExecutionStateOf makes of a number without a name.
var unknownState = regexp.MustCompile(`^unknown\(-?\d{1,4}\)$`)

// plainVersion is a version that names nobody: a build of one's own may have a
// host or a person behind the numbers, and four numbers are an address.
var plainVersion = regexp.MustCompile(`^v?\d{1,4}\.\d{1,4}(\.\d{1,4})?(-(alpha|beta|dev|rc)[.\d]{0,8})?$`)

var knownStates = func() map[string]bool {
	known := set(string(cluster.Connected), string(cluster.Disconnected), string(cluster.Pending), string(cluster.Approved), string(cluster.Rejected),
		string(cluster.JobPending), string(cluster.JobQueued), string(cluster.JobRunning), string(cluster.JobCompleted), string(cluster.JobFailed), string(cluster.JobStopped))
	for _, s := range cluster.ExecutionStates("") {
		known[string(s)] = true
	}
	return known
}()

// knownWords are the engines, publishers and storage sources of Bacalhau
// (pkg/models/constants.go), which versions write in upper or lower case.
var knownWords = set(
	"docker", "wasm", "noop",
	"estuary", "ipfs", "local", "s3", "s3managed",
	"inline", "localdirectory", "repoclone", "repoclonelfs", "s3presigned", "urldownload",
)

func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}

// ownersOfKeys are the domains under which label keys are the same everywhere.
var ownersOfKeys = []string{"kubernetes.io", "k8s.io", "bacalhau.org"}

// keyStays reports whether a label's key is no more than the name of a property.
func (r *Redaction) keyStays(key string) bool {
	if r.holds(key) {
		return false
	}
	domain, property, found := strings.Cut(key, "/")
	if !found {
		domain, property = "", key
	}
	known := domain == "" && !found || slices.ContainsFunc(ownersOfKeys, func(o string) bool {
		return domain == o || strings.HasSuffix(domain, "."+o)
	})
	return known && !strings.ContainsAny(property, "./:@")
}

// ID returns the pseudonym of a NodeID.
func (r *Redaction) ID(id string) string {
	if id == "" || id == cluster.FallbackHub {
		return id
	}
	o := original{kindNode, "", id}
	return cmp.Or(r.names[o], r.pseudonym(o, 0))
}

// Key returns what a label's key became: mostly itself. What is no key of a label, and
// was given in the place of one, may have an original in it; a built-in field, which
// begins with an @, has none.
func (r *Redaction) Key(key string) string {
	if name := r.names[original{kindKey, "", key}]; name != "" || strings.HasPrefix(key, "@") || !r.holds(key) {
		return cmp.Or(name, key)
	}
	return r.Text(key)
}

// Text returns a text that somebody wrote, such as a title, with pseudonyms in
// the place of what has four or more characters of the NodeIDs, label values, and IDs
// and names of jobs in it, in upper or lower case, and of the parts that a NodeID is shortened to:
// n-0d2d943b of n-0d2d943b-1234-….
func (r *Redaction) Text(text string) string {
	if text == "" {
		return ""
	}
	names := make(map[string]original) // by what they read in lower case: several may read alike
	lengths := make(map[int]bool)
	note := func(words string, o original) {
		names[strings.ToLower(words)] = o
		lengths[len(words)], lengths[len(strings.ToLower(words))] = true, true
	}
	for _, o := range slices.SortedFunc(maps.Keys(r.names), func(a, b original) int {
		return -cmp.Or(strings.Compare(a.kind, b.kind), strings.Compare(a.key, b.key), strings.Compare(a.text, b.text))
	}) {
		switch {
		case !r.sought[o.text]:
		case o.kind == kindNode, o.kind == kindValue, o.kind == kindRun, o.kind == kindWord && o.key == jobName:
			note(o.text, o) // in the end by the first
		case o.kind == kindJob:
			note(o.text, o)
			note(cluster.ShortID(o.text), o)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(r.ids)) {
		for _, short := range shortened(id) {
			if _, ok := names[strings.ToLower(short)]; !ok && len(short) >= telling {
				note(short, original{kindNode, "", id})
			}
		}
	}
	longest := slices.SortedFunc(maps.Keys(lengths), func(a, b int) int { return b - a })

	var b strings.Builder
	for i := 0; i < len(text); {
		n := slices.IndexFunc(longest, func(n int) bool {
			if i+n > len(text) {
				return false
			}
			_, ok := names[strings.ToLower(text[i:i+n])]
			return ok
		})
		if n < 0 {
			b.WriteByte(text[i])
			i++
			continue
		}
		b.WriteString(r.names[names[strings.ToLower(text[i:i+longest[n]])]])
		i += longest[n]
	}
	return b.String()
}

// shortened are the parts of a NodeID that are shown in its place: its beginning, up
// to each dash but the first where it has more than three parts; by Bacalhau's own
// rule eight characters of what has no name.
func shortened(id string) []string {
	var all []string
	if parts := strings.Split(id, "-"); len(parts) > 3 {
		for n := 2; n < len(parts); n++ {
			all = append(all, strings.Join(parts[:n], "-"))
		}
	}
	if len(id) > 8 && (strings.HasPrefix(id, "Qm") || strings.Count(id, "-") == 4) {
		all = append(all, id[:8])
	}
	return all
}
