package main

// This file reads a network when the Tab key asks for its names. It is silent: a network
// that does not answer in time has nothing to offer.

import (
	"context"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/fetch/config"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/natural"
)

const (
	completionTime = time.Second // that somebody waits after the Tab key
	completionSize = 64 << 20    // bytes of a list; larger ones take longer to read
)

// A network is what a command line is about, as far as it could be read.
type network struct{ cluster.Snapshot }

// readNetwork reads the SOURCEs on the line, or the orchestrator that the command would
// ask. It never reads standard input.
func readNetwork(cmd *cobra.Command, args []string) network {
	return network{readWithin(cmd, func(ctx context.Context) (cluster.Snapshot, error) {
		if demo := cmd.Flags().Lookup("demo"); demo != nil && demo.Value.String() == "true" {
			n := networkFlags{demo: true}
			return n.snapshot(ctx, nil, silentIO())
		}
		s, sources, err := completionSources(cmd, args)
		if err != nil {
			return cluster.Snapshot{}, err
		}
		return fetch.Snapshot(ctx, sources, fetch.Options{Separate: s.separate})
	})}
}

// readJobs reads the jobs of the SOURCEs on the line, or of the orchestrator that the
// command would ask.
func readJobs(cmd *cobra.Command, args []string) []cluster.Job {
	return readWithin(cmd, func(ctx context.Context) ([]cluster.Job, error) {
		_, sources, err := completionSources(cmd, args)
		if err != nil {
			return nil, err
		}
		var all []cluster.Job
		for _, source := range sources {
			source, _ = fetch.Unnamed(source)
			if client, ok := source.(*bacalhau.Client); ok {
				if space := cmd.Flags().Lookup("namespace"); space != nil {
					client.Namespace = space.Value.String()
				}
				jobs, err := client.Jobs(ctx)
				if err != nil {
					return nil, err
				}
				all = append(all, jobs...)
				continue
			}
			list, err := source.List(ctx)
			if err != nil {
				return nil, err
			}
			all = append(all, list.Jobs...)
		}
		return all, nil
	})
}

// readWithin returns what read returns within the time, or nothing.
func readWithin[T any](cmd *cobra.Command, read func(context.Context) (T, error)) T {
	ctx, cancel := context.WithTimeout(cmd.Context(), completionTime)
	defer cancel()
	cmd.SetContext(ctx) // which the settings are read with
	result, err := within(ctx, func() (T, error) { return read(ctx) })
	if err != nil {
		var nothing T
		return nothing
	}
	return result
}

// completionSources returns the sources of a command line that is being typed. Nothing
// is asked twice, and nothing is read that a second reader would miss, such as a FIFO.
func completionSources(cmd *cobra.Command, args []string) (sourceFlags, []fetch.Source, error) {
	s := sourceFlags{cmd: cmd, maxBytes: completionSize}
	if separate := cmd.Flags().Lookup("separate"); separate != nil {
		s.separate = separate.Value.String() == "true"
	}
	args = slices.Clone(args)
	if err := useSettings(cmd, args, silentIO()); err != nil {
		return s, nil, err
	}
	hasOrchestrator := cmd.Flags().Lookup(config.Host) != nil
	var readable []string
	for i, place := range places(args) {
		info, err := os.Stat(withoutTime(place))
		if isURL(place) && hasOrchestrator || err == nil && info.Mode().IsRegular() {
			readable = append(readable, args[i])
		}
	}
	if len(readable) == 0 && (len(args) > 0 || !hasOrchestrator) {
		return s, nil, nil
	}
	sources, err := s.sources(readable, silentIO())
	for _, source := range sources {
		source, _ = fetch.Unnamed(source)
		if client, ok := source.(*bacalhau.Client); ok {
			client.Retries = -1
		}
	}
	return s, sources, err
}

// silentIO has nothing to read, and drops messages.
func silentIO() stdio { return stdio{strings.NewReader(""), io.Discard, io.Discard} }

// safe reports whether a text from a network may be offered. A shell puts an offer on the
// command line as it is, so nothing in it may mean something to one.
func safe(text string) bool {
	if text == "" || text[0] == '-' || text[0] == '=' {
		return false
	}
	return !strings.ContainsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_.:/@+=", r)
	})
}

func safeWords(words []string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(word string) bool { return !safe(word) })
}

// hubs offers the nodes that --hub may name.
func (n network) hubs() (all []string) {
	for _, id := range safeWords(mayBeHub(&n.Snapshot)) {
		all = append(all, cobra.CompletionWithDesc(id, n.about(id)))
	}
	return all
}

// nodes offers all nodes.
func (n network) nodes() (all []string) {
	for i := range n.Nodes {
		if id := n.Nodes[i].ID; safe(id) {
			all = append(all, cobra.CompletionWithDesc(id, n.about(id)))
		}
	}
	return all
}

// about says what a node is and how it is.
func (n network) about(id string) string {
	node := n.Node(id)
	if node == nil {
		return "orchestrator"
	}
	return string(n.Role(node)) + ", " + strings.ToLower(string(n.Connection(node)))
}

// values counts the nodes by the values of a label.
func (n network) values(key string) map[string]int {
	count := map[string]int{}
	for i := range n.Nodes {
		if value, ok := n.Nodes[i].Labels[key]; ok {
			count[value]++
		}
	}
	return count
}

// keys offers the keys of labels, with some of their values.
func (n network) keys() (all []string) {
	known := map[string]map[string]bool{}
	for i := range n.Nodes {
		for key, value := range n.Nodes[i].Labels {
			if known[key] == nil {
				known[key] = map[string]bool{}
			}
			known[key][value] = true
		}
	}
	for _, key := range slices.SortedFunc(maps.Keys(known), natural.Compare) {
		if safe(key) {
			all = append(all, cobra.CompletionWithDesc(key, someValues(known[key])))
		}
	}
	return all
}

// someValues lists a few values, and says how many more there are.
func someValues(values map[string]bool) string {
	const most, room = 3, 40 // values, and characters of them
	sorted := slices.SortedFunc(maps.Keys(values), natural.Compare)
	shown := safeWords(sorted[:min(most, len(sorted))])
	for len(shown) > 0 && len(strings.Join(shown, ", ")) > room {
		shown = shown[:len(shown)-1]
	}
	switch {
	case len(shown) == 0:
		return display.Count(len(sorted), "value")
	case len(shown) < len(sorted):
		shown = append(shown, display.Count(len(sorted), "value")+" in all")
	}
	return strings.Join(shown, ", ")
}

// fields offers the built-in fields and the keys of labels.
func (n network) fields(builtin []field) []string {
	all := n.keys()
	for _, f := range builtin {
		all = append(all, cobra.CompletionWithDesc(f.name, f.help))
	}
	return all
}

// conditions offers conditions of --select: keys, and the values of a key.
func (n network) conditions(typed string) (all []string) {
	before := typed[:strings.LastIndexByte(typed, ',')+1]
	last := typed[len(before):]
	if strings.ContainsAny(typed, "( ") { // "key in (a, b)", in which commas part values
		return nil
	}
	key, value, isValue := strings.Cut(last, "=")
	if !isValue {
		for _, offer := range n.keys() {
			key, help, _ := strings.Cut(offer, "\t")
			all = append(all, cobra.CompletionWithDesc(before+key+"=", help))
		}
		return all
	}
	sign := "="
	if strings.HasPrefix(value, "=") {
		sign = "=="
	}
	counts := n.values(strings.TrimSuffix(key, "!"))
	for _, value := range slices.SortedFunc(maps.Keys(counts), natural.Compare) {
		if safe(value) {
			all = append(all, cobra.CompletionWithDesc(before+key+sign+value, display.Count(counts[value], "node")))
		}
	}
	return all
}

// isUnfinished reports whether an offer is a key that needs a value.
func isUnfinished(offer string) bool {
	word, _, _ := strings.Cut(offer, "\t")
	return strings.HasSuffix(word, "=")
}

// jobOffers offers jobs by their short IDs, or by what of their IDs or names has been typed.
func jobOffers(jobs []cluster.Job, typed string) (all []string) {
	for i := range jobs {
		j := &jobs[i]
		var words []string
		if short := j.Short(); strings.HasPrefix(short, typed) {
			words = append(words, short)
		} else if strings.HasPrefix(j.ID, typed) {
			words = append(words, j.ID)
		}
		if typed != "" && strings.HasPrefix(j.Name, typed) {
			words = append(words, j.Name)
		}
		about := strings.ToLower(string(j.State))
		if safe(j.Name) {
			about = j.Name + ", " + about
		}
		for _, word := range safeWords(words) {
			if offer := cobra.CompletionWithDesc(word, about); !slices.Contains(all, offer) {
				all = append(all, offer)
			}
		}
	}
	return all
}

// namespaceOffers offers the namespaces of jobs.
func namespaceOffers(jobs []cluster.Job) []string {
	var all []string
	for i := range jobs {
		all = append(all, jobs[i].Namespace)
	}
	slices.Sort(all)
	return safeWords(slices.Compact(all))
}
