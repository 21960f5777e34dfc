package redact_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/cluster"
)

func TestRedactWords(t *testing.T) {
	type m = map[string]string
	const acme = "acme" // in texts that must not remain
	for _, c := range []struct {
		name  string
		node  cluster.Node
		gone  []string
		stays []string
	}{
		{"known words stay", cluster.Node{Engines: []string{"docker", "wasm"}, Publishers: []string{"s3managed"}, Storage: []string{"repoCloneLFS"}, Version: "v1.9.3"}, nil, []string{"docker", "wasm", "s3managed", "repoCloneLFS", "v1.9.3"}},
		{"an engine of one's own", cluster.Node{Engines: []string{"acme-gpu", "wasm"}}, []string{acme}, []string{"wasm"}},
		{"a publisher of one's own", cluster.Node{Publishers: []string{"acme"}, Storage: []string{"acmefs"}}, []string{acme}, nil},
		{"a known engine that is a label value", cluster.Node{Engines: []string{"docker", "wasm"}, Labels: m{"runs": "docker"}}, []string{"docker"}, nil},
		{"known engines that are a label value", cluster.Node{Engines: []string{"docker", "wasm"}, Labels: m{"runs": "docker+wasm"}}, []string{"docker"}, nil},
		{"a version that is a label value", cluster.Node{Version: "v1.9.3", Labels: m{"bacalhau": "v1.9.3"}}, []string{"1.9.3"}, nil},
		{"a version that has a label value in it", cluster.Node{Version: "v1.9.3", Labels: m{"bacalhau": "1.9.3"}}, []string{"1.9.3"}, nil},
		{"a candidate", cluster.Node{Version: "v1.9.3-rc1"}, nil, []string{"v1.9.3-rc1"}},
		{"a build of one's own", cluster.Node{Version: "v1.9.3-dirty-acme"}, []string{acme}, nil},
		{"a version that is an address", cluster.Node{Version: "10.1.22.3"}, []string{"10.1"}, nil},
		{"label keys", cluster.Node{Labels: m{"rack": "r1", "os_type": "x", "区域": "y", "topology.kubernetes.io/zone": "z"}}, nil, []string{"rack", "os_type", "区域", "topology.kubernetes.io/zone"}},
		{"a key with a domain", cluster.Node{Labels: m{"acme.example/rack": "r1", "com.acme.rack": "r2", "rack@acme": "r3", "acme/rack": "r4"}}, []string{acme}, nil},
		{"a key with somebody's domain in a known one's place", cluster.Node{Labels: m{"acmekubernetes.io/zone": "z", "kubernetes.io/acme.test/x": "y"}}, []string{acme}, nil},
		{"a key that is a label value", cluster.Node{Labels: m{"blue-rack": "1", "by": "rack"}}, []string{"rack"}, []string{"by"}},
		{"a key that has the node's ID in it", cluster.Node{Labels: m{"is-an-id": "1"}}, []string{"an-id"}, nil},
		{"a short value", cluster.Node{Labels: m{"region": "eu"}, Version: "v1.9.3"}, []string{"eu"}, []string{"region"}},
		{"an empty value", cluster.Node{Labels: m{"gpu": ""}}, nil, []string{"gpu"}},
		{"an endless word", cluster.Node{Engines: []string{strings.Repeat("acme", 1e5)}, Labels: m{strings.Repeat("a", 1e6): strings.Repeat("b", 1e6)}}, []string{acme, "aaaa", "bbbb"}, nil},
		{"free text", cluster.Node{Sightings: []cluster.Sighting{{LastError: "dial tcp 10.0.0.1: acme"}}}, []string{acme, "10.0"}, nil},
		{"states", cluster.Node{Type: "Acme", Sightings: []cluster.Sighting{{Connection: "SEEN_BY_acme", Membership: "acme"}}}, []string{"acme", "Acme"}, nil},
		{"known states that are label values", cluster.Node{Type: cluster.Compute, Labels: m{"a": "CONNECTED"}, Sightings: []cluster.Sighting{{Connection: cluster.Connected}}}, nil, []string{"CONNECTED", "Compute"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.node.ID = "an-id"
			got := redacted(t, cluster.Snapshot{Nodes: []cluster.Node{c.node}}).Snapshot
			var all []string
			texts(reflect.ValueOf(got), "", func(_, text string) { all = append(all, text) })
			for _, g := range append(c.gone, "an-id") {
				if slices.ContainsFunc(all, func(s string) bool { return strings.Contains(s, g) }) {
					t.Errorf("%q is in %q", g, all)
				}
			}
			for _, s := range c.stays {
				if !slices.Contains(all, s) {
					t.Errorf("%q is not in %q", s, all)
				}
			}
		})
	}
}
