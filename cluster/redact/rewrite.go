package redact

import (
	"context"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/interrupt"
	"github.com/bacviz/bacviz/internal/lazy"
)

// rewrite returns a copy of s in canonical order, in which the result of name replaces
// each original.
func (r *Redaction) rewrite(ctx context.Context, s *cluster.Snapshot, name func(original) string) cluster.Snapshot {
	w := rewriter{r, name}
	out := cluster.Snapshot{Taken: s.Taken, Sources: s.Sources, Unread: s.Unread}
	for _, o := range s.Orchestrators {
		out.Orchestrators = append(out.Orchestrators, w.id(o))
	}
	for id, o := range s.Origins {
		if out.Origins == nil {
			out.Origins = make(cluster.Origins)
		}
		out.Origins[w.id(id)] = cluster.Origin{Cluster: w.word(clusterName, o.Cluster, false), Source: w.word(sourceName, o.Source, false)}
	}
	for i := range interrupt.Range(ctx, len(s.Nodes)) {
		n := s.Nodes[i]
		w.node(&n)
		out.Nodes = append(out.Nodes, n)
	}
	if s.Jobs != nil {
		out.Jobs = []cluster.Job{}
	}
	for i := range interrupt.Range(ctx, len(s.Jobs)) {
		j := s.Jobs[i]
		w.job(&j)
		out.Jobs = append(out.Jobs, j)
	}
	if s.Selection != nil {
		out.Selection = w.selection(s.Selection)
	}
	out.Sort()
	return out
}

// A rewriter replaces the originals in nodes, jobs and selections.
type rewriter struct {
	*Redaction
	name func(original) string
}

func (w *rewriter) node(n *cluster.Node) {
	n.ID = w.id(n.ID)
	n.Type = cluster.Type(w.word("type", string(n.Type), n.Type == cluster.Requester || n.Type == cluster.Compute))
	n.Labels = w.labels(n.Labels)
	n.Engines = w.words("engine", n.Engines)
	n.Publishers = w.words("publisher", n.Publishers)
	n.Storage = w.words("storage", n.Storage)
	n.Version = w.word("version", n.Version, commonVersion().MatchString(n.Version) && !w.secrets.in(n.Version))
	n.Sightings = slices.Clone(n.Sightings)
	for i := range n.Sightings {
		s := &n.Sightings[i]
		s.Orchestrator = w.id(s.Orchestrator)
		s.Connection = cluster.Connection(w.state("connection", string(s.Connection)))
		s.Membership = cluster.Membership(w.state("membership", string(s.Membership)))
		s.LastError = ""
	}
}

func (w *rewriter) job(j *cluster.Job) {
	id := j.ID
	j.ID = w.name(original{kindJob, "", id})
	switch {
	case j.Name == "":
	case j.Name == id: // the name that Bacalhau gives a job without one
		j.Name = j.ID
	case w.ids[j.Name]:
		j.Name = w.id(j.Name)
	default:
		j.Name = w.name(original{kindWord, jobName, j.Name})
	}
	j.Namespace = w.word("namespace", j.Namespace, j.Namespace == "default" && !w.secrets.in(j.Namespace))
	j.Type = w.word("job type", j.Type, jobTypes[strings.ToLower(j.Type)] && !w.secrets.in(j.Type))
	j.State = cluster.JobState(w.state("job state", string(j.State)))
	j.Message = ""
	j.Engines, j.Publishers = w.words("engine", j.Engines), w.words("publisher", j.Publishers)
	j.Orchestrator = w.id(j.Orchestrator)
	j.Executions = slices.Clone(j.Executions)
	for i := range j.Executions {
		e := &j.Executions[i]
		e.ID, e.JobID, e.NodeID, e.Message = w.name(original{kindRun, "", e.ID}), j.ID, w.id(e.NodeID), ""
		if !unnamedState().MatchString(string(e.State)) {
			e.State = cluster.ExecutionState(w.state("execution state", string(e.State)))
		}
		if e.Output != nil {
			e.Output = &cluster.RunOutput{ExitCode: e.Output.ExitCode}
		}
	}
}

// unnamedState matches what [cluster.ExecutionStateOf] returns for a number that has no
// name.
var unnamedState = lazy.Regexp(`^unknown\(-?\d{1,4}\)$`)

// commonVersion matches versions that many networks have. Others may contain the name
// of a host or a person, and four numbers may be an address.
var commonVersion = lazy.Regexp(`^v?\d{1,4}\.\d{1,4}(\.\d{1,4})?(-(alpha|beta|dev|rc)[.\d]{0,8})?$`)

// id returns the name of a NodeID.
func (w *rewriter) id(id string) string {
	if !w.ids[id] {
		return id // "" or the fallback hub
	}
	return w.name(original{kindNode, "", id})
}

// word returns the name of a word in a field, unless it may stay.
func (w *rewriter) word(field, text string, stays bool) string {
	if stays || text == "" {
		return text
	}
	return w.name(original{kindWord, field, text})
}

func (w *rewriter) state(field, text string) string { return w.word(field, text, states[text]) }

// words returns the names of the words in a list, except those of Bacalhau.
func (w *rewriter) words(field string, all []string) []string {
	if len(all) == 0 {
		return nil
	}
	// Pictures show the words of a list side by side: together they may be an original.
	stay := !slices.ContainsFunc([]string{"+", ",", ", ", " ", "/"}, func(separator string) bool {
		return w.secrets.in(strings.Join(all, separator))
	})
	out := make([]string, len(all))
	for i, word := range all {
		out[i] = w.word(field, word, stay && commonWords[strings.ToLower(word)])
	}
	return out
}

// selection returns a selection with pseudonyms for the label keys and values in it.
func (w *rewriter) selection(s *cluster.Selection) *cluster.Selection {
	out := &cluster.Selection{Of: s.Of}
	for _, c := range s.By {
		if !strings.HasPrefix(c.Field, "@") {
			values := slices.Clone(c.Values)
			for i, v := range values {
				values[i] = w.label(c.Field, v)
			}
			slices.Sort(values)
			c.Field, c.Values = w.key(c.Field), values
		}
		out.By = append(out.By, c)
	}
	for _, id := range s.Kept {
		out.Kept = append(out.Kept, w.id(id))
	}
	slices.Sort(out.Kept)
	return out
}

func (w *rewriter) labels(all map[string]string) map[string]string {
	if all == nil {
		return nil
	}
	out := make(map[string]string, len(all))
	for k, v := range all {
		out[w.key(k)] = w.label(k, v)
	}
	return out
}

// label returns the name of the value of a label.
func (w *rewriter) label(key, value string) string {
	switch {
	case value == "":
		return ""
	case w.ids[value]:
		return w.id(value)
	}
	return w.name(original{kindValue, key, value})
}

// key returns the name of the key of a label.
func (w *rewriter) key(key string) string {
	if w.keyStays(key) {
		return key
	}
	return w.name(original{kindKey, "", key})
}

// commonDomains are the domains whose label keys are the same in many networks.
var commonDomains = []string{"kubernetes.io", "k8s.io", "bacalhau.org"}

// keyStays reports whether a label key is only the name of a property.
func (w *rewriter) keyStays(key string) bool {
	if w.secrets.in(key) {
		return false
	}
	domain, property, found := strings.Cut(key, "/")
	if !found {
		return !strings.ContainsAny(key, "./:@")
	}
	common := slices.ContainsFunc(commonDomains, func(d string) bool { return domain == d || strings.HasSuffix(domain, "."+d) })
	return common && !strings.ContainsAny(property, "./:@")
}

// jobTypes are the types of jobs.
var jobTypes = set("batch", "ops", "daemon", "service")

// states are the states of nodes, jobs and executions.
var states = func() map[string]bool {
	all := set(string(cluster.Connected), string(cluster.AwaitingReconnection), string(cluster.Disconnected), string(cluster.Pending), string(cluster.Approved), string(cluster.Rejected),
		string(cluster.JobPending), string(cluster.JobQueued), string(cluster.JobRunning), string(cluster.JobCompleted), string(cluster.JobFailed), string(cluster.JobStopped))
	for _, s := range cluster.ExecutionStates("") {
		all[string(s)] = true
	}
	return all
}()

// commonWords are the engines, publishers and storage sources of Bacalhau
// (pkg/models/constants.go), which versions write in upper or lower case.
var commonWords = set(
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
