package serve

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
)

// Limits of what nodes and sources make of the metrics. A version is what a node says it is.
const (
	maxVersions   = 20 // the others are counted as "other"
	maxLabelValue = 64 // runes
)

// A collector makes metrics of the newest view when somebody asks.
type collector struct {
	server *server

	nodes, capacity, available, executions *prometheus.Desc
	answered, up, polls, failures          *prometheus.Desc
	sequence, revision, streams, open      *prometheus.Desc
	drawn, refused, missed                 *prometheus.Desc
}

func (s *server) newMetrics() http.Handler {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("bacviz_"+name, help, labels, nil)
	}
	c := &collector{
		server:     s,
		nodes:      desc("nodes", "Nodes that the sources list.", "state", "membership", "role", "version"),
		capacity:   desc("capacity", "Capacity of connected compute nodes, in cores, bytes and GPUs.", "resource"),
		available:  desc("available", "The free part of bacviz_capacity.", "resource"),
		executions: desc("executions", "Executions on connected compute nodes.", "state"),
		answered:   desc("source_age_seconds", "Time since the last answer of a source. Missing until there is one.", "source"),
		up:         desc("source_up", "Whether the last reading of a source gave a list.", "source"),
		polls:      desc("polls_total", "Readings of a source.", "source"),
		failures:   desc("poll_failures_total", "Readings of a source that gave no list.", "source"),
		sequence:   desc("changes_total", "Changes of the network's shape since the start."),
		revision:   desc("revisions_total", "Changes of the network, its load included, since the start."),
		streams:    desc("streams", "Streams of events that are open."),
		open:       desc("connections", "Connections that are open."),
		drawn:      desc("pictures_total", "Pictures, pages and documents that were made. Those who ask for the same share one."),
		refused:    desc("pictures_refused_total", "Those that were not made because too many others waited, or too many of the same client."),
		missed:     desc("history_failures_total", "Answers that could not be written to the history."),
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(c, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "bacviz_build_info", Help: "The version of bacviz.", ConstLabels: prometheus.Labels{"version": labelValue(s.opt.Version)},
	})
	build.Set(1)
	registry.MustRegister(build)
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: headerLimit})
}

// Describe sends what Collect may send.
func (c *collector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		c.nodes, c.capacity, c.available, c.executions, c.answered, c.up, c.polls, c.failures,
		c.sequence, c.revision, c.streams, c.open, c.drawn, c.refused, c.missed,
	} {
		to <- d
	}
}

// Collect sends the metrics of the newest view.
func (c *collector) Collect(to chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, x float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, x, labels...)
	}
	counter := func(d *prometheus.Desc, x uint64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(x), labels...)
	}
	v := c.server.keeper.view.Load()
	counter(c.sequence, v.Seq)
	counter(c.revision, v.Revision)
	counter(c.missed, c.server.keeper.missed.Load())
	pages, refusedPages := c.server.pages.counts()
	pictures, refusedPictures := c.server.pictures.counts()
	counter(c.drawn, pages+pictures)
	counter(c.refused, refusedPages+refusedPictures)
	gauge(c.streams, float64(c.server.streams.Len()))
	gauge(c.open, float64(c.server.connections.Len()))
	for i, name := range sourceNames(v.Sources) {
		s := &v.Sources[i]
		up := 0.0
		if s.Error == "" && !s.Answered.IsZero() {
			up = 1
		}
		gauge(c.up, up, name)
		counter(c.polls, s.Polls, name)
		counter(c.failures, s.Failures, name)
		if !s.Answered.IsZero() {
			gauge(c.answered, max(0, time.Since(s.Answered).Seconds()), name)
		}
	}
	if v.Seq > 0 {
		c.collectNodes(&v.Snapshot, gauge)
	}
}

// collectNodes sends what the nodes are and have.
func (c *collector) collectNodes(s *cluster.Snapshot, gauge func(*prometheus.Desc, float64, ...string)) {
	versions := topVersions(s)
	counts := map[[4]string]int{}
	var has, free cluster.Resources
	running, queued := 0, 0
	for i := range s.Nodes {
		n := &s.Nodes[i]
		version := labelValue(n.Version)
		if !versions[version] {
			version = "other"
		}
		counts[[4]string{state(s, n), membership(n), string(s.Role(n)), version}]++
		if !n.Computes() || s.Connection(n) != cluster.Connected {
			continue
		}
		addResources(&has, n.Max)
		if n.ReportsFree() {
			addResources(&free, n.Free())
		}
		running, queued = running+n.Running, queued+n.Enqueued
	}
	for labels, n := range counts {
		gauge(c.nodes, float64(n), labels[:]...)
	}
	for d, r := range map[*prometheus.Desc]cluster.Resources{c.capacity: has, c.available: free} {
		gauge(d, r.CPU, "cpu")
		gauge(d, float64(r.Memory), "memory")
		gauge(d, float64(r.Disk), "disk")
		gauge(d, float64(r.GPU), "gpu")
	}
	gauge(c.executions, float64(running), "running")
	gauge(c.executions, float64(queued), "queued")
}

func addResources(sum *cluster.Resources, r cluster.Resources) {
	sum.CPU += r.CPU
	sum.Memory += r.Memory
	sum.Disk += r.Disk
	sum.GPU += r.GPU
}

// state returns the word for the state of a node, one of a few whatever the node says.
func state(s *cluster.Snapshot, n *cluster.Node) string {
	switch c := s.Connection(n); c {
	case cluster.Connected, "": // an orchestrator that answered
		return "connected"
	case cluster.AwaitingReconnection, cluster.Disconnected:
		return strings.ToLower(string(c))
	}
	return "unknown"
}

// membership returns the word for the membership of a node, one of a few.
func membership(n *cluster.Node) string {
	switch m := n.Membership(); m {
	case cluster.Approved, cluster.Pending, cluster.Rejected:
		return strings.ToLower(string(m))
	}
	return "unknown"
}

// topVersions returns the versions that most nodes have, as label values.
func topVersions(s *cluster.Snapshot) map[string]bool {
	counts := map[string]int{}
	for i := range s.Nodes {
		counts[labelValue(s.Nodes[i].Version)]++
	}
	var all []string
	for v := range counts {
		all = append(all, v)
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(counts[b]-counts[a], strings.Compare(a, b)) })
	top := map[string]bool{}
	for _, v := range all[:min(maxVersions, len(all))] {
		top[v] = true
	}
	return top
}

// sourceNames returns a label value for each source, all of them different.
func sourceNames(sources []Source) []string {
	var names []string
	for _, s := range sources {
		name := labelValue(s.Name)
		for slices.Contains(names, name) {
			name += "'"
		}
		names = append(names, name)
	}
	return names
}

// labelValue returns a text from outside as the value of a label: printable and short.
func labelValue(text string) string {
	runes := []rune(display.Printable(text))
	return string(runes[:min(maxLabelValue, len(runes))])
}
