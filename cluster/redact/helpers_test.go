package redact_test

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/redact"
)

var redactKey = []byte("0123456789abcdef")

func redacted(t testing.TB, s cluster.Snapshot, ids ...string) *redact.Redaction {
	t.Helper()
	r, err := redact.New(t.Context(), s, redactKey, cluster.Snapshot{Orchestrators: ids})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// texts calls add with every text in a value, and with its path.
func texts(v reflect.Value, path string, add func(path, text string)) {
	switch v.Kind() {
	case reflect.String:
		add(path, v.String())
	case reflect.Pointer:
		if !v.IsNil() {
			texts(v.Elem(), path, add)
		}
	case reflect.Slice:
		for i := range v.Len() {
			texts(v.Index(i), path+"[]", add)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			texts(k, path+" key", add)
			texts(v.MapIndex(k), path+" value", add)
		}
	case reflect.Struct:
		if v.Type().PkgPath() == "time" {
			return
		}
		for i := range v.NumField() {
			texts(v.Field(i), path+"."+v.Type().Field(i).Name, add)
		}
	}
}

var (
	pseudonym = regexp.MustCompile(`^[nvkwje]-[0-9a-hjkmnp-tv-z]{8}$`)

	// ordinary matches texts that may be in the snapshot of any network.
	ordinary = regexp.MustCompile(`^(|Requester Node|Requester|Compute|CONNECTED|DISCONNECTED|PENDING|APPROVED|REJECTED)$`)
)

// originals returns the NodeIDs and label values of a snapshot, and the IDs and names
// of its jobs.
func originals(s cluster.Snapshot) map[string]bool {
	all := make(map[string]bool)
	for _, o := range s.Orchestrators {
		all[o] = true
	}
	for _, o := range s.Origins {
		all[o.Cluster], all[o.Source] = true, true
	}
	if s.Selection != nil {
		for _, c := range s.Selection.By {
			for _, v := range c.Values {
				if c.Field[0] != '@' {
					all[v] = true
				}
			}
		}
	}
	for _, n := range s.Nodes {
		all[n.ID] = true
		for _, v := range n.Labels {
			all[v] = true
		}
		for _, s := range n.Sightings {
			all[s.Orchestrator] = true
		}
	}
	for _, j := range s.Jobs {
		all[j.ID], all[j.Name], all[j.Short()], all[j.Orchestrator] = true, true, true, true
		for _, e := range j.Executions {
			all[e.ID], all[e.NodeID] = true, true
		}
	}
	delete(all, cluster.FallbackHub)
	return all
}

// wantNothingLeft fails if r's snapshot contains an original. It also looks at fields
// that Snapshot may get later.
func wantNothingLeft(t *testing.T, before cluster.Snapshot, r *redact.Redaction) {
	t.Helper()
	all := originals(before)
	texts(reflect.ValueOf(r.Snapshot), "Snapshot", func(path, text string) {
		if ordinary.MatchString(text) {
			return
		}
		switch path {
		case "Snapshot.Orchestrators[]", "Snapshot.Nodes[].ID", "Snapshot.Nodes[].Sightings[].Orchestrator", "Snapshot.Nodes[].Labels value",
			"Snapshot.Origins key", "Snapshot.Origins value.Cluster", "Snapshot.Origins value.Source", "Snapshot.Selection.Kept[]",
			"Snapshot.Jobs[].ID", "Snapshot.Jobs[].Name", "Snapshot.Jobs[].Orchestrator",
			"Snapshot.Jobs[].Executions[].ID", "Snapshot.Jobs[].Executions[].JobID", "Snapshot.Jobs[].Executions[].NodeID":
			if !pseudonym.MatchString(text) {
				t.Errorf("%s is %q, no pseudonym", path, text)
			}
		case "Snapshot.Selection.By[].Field", "Snapshot.Selection.By[].Operator", "Snapshot.Selection.By[].Values[]": // states are words of bacviz
		case "Snapshot.Nodes[].Labels key", "Snapshot.Nodes[].Version", "Snapshot.Nodes[].Type",
			"Snapshot.Nodes[].Engines[]", "Snapshot.Nodes[].Publishers[]", "Snapshot.Nodes[].Storage[]",
			"Snapshot.Nodes[].Sightings[].Connection", "Snapshot.Nodes[].Sightings[].Membership",
			"Snapshot.Jobs[].Namespace", "Snapshot.Jobs[].Type", "Snapshot.Jobs[].State", "Snapshot.Jobs[].Engines[]",
			"Snapshot.Jobs[].Publishers[]", "Snapshot.Jobs[].Executions[].State":
		default:
			t.Errorf("%s holds %q: may it be shown?", path, text)
		}
		for o := range all {
			if len(o) >= 4 && strings.Contains(text, o) {
				t.Errorf("%s is %q, with %q in it", path, text, o)
			}
		}
	})
}

// wantSameShape fails if r changed anything but names.
func wantSameShape(t *testing.T, before cluster.Snapshot, r *redact.Redaction) {
	t.Helper()
	after := r.Snapshot
	if !slices.IsSorted(after.Orchestrators) || !slices.IsSortedFunc(after.Nodes, func(a, b cluster.Node) int { return strings.Compare(a.ID, b.ID) }) {
		t.Error("not in canonical order")
	}
	if len(after.Nodes) != len(before.Nodes) || len(after.Orchestrators) != len(before.Orchestrators) {
		t.Fatalf("%d nodes and %d orchestrators became %d and %d", len(before.Nodes), len(before.Orchestrators), len(after.Nodes), len(after.Orchestrators))
	}
	for _, o := range before.Orchestrators {
		if _, ok := slices.BinarySearch(after.Orchestrators, r.ID(o)); !ok {
			t.Errorf("no orchestrator for %s", o)
		}
	}
	became := make(map[[2]string]string) // of label key and value
	for _, b := range before.Nodes {
		a := after.Node(r.ID(b.ID))
		if a == nil {
			t.Errorf("no node for %s", b.ID)
			continue
		}
		type shape struct {
			Type                            cluster.Type
			Computes                        bool
			Connection                      cluster.Connection
			Membership                      cluster.Membership
			Max, Available, Queued          cluster.Resources
			Running, Enqueued               int
			Engines, Publishers, Storage    int
			Labels                          []string
			NoLabels                        bool
			ConnectedBy, MissedBy, Rejected []string
		}
		of := func(n *cluster.Node, id, key func(string) string) shape {
			s := shape{
				Type: n.Type, Computes: n.Computes(), Connection: n.Connection(), Membership: n.Membership(),
				Max: n.Max, Available: n.Available, Queued: n.Queued, Running: n.Running, Enqueued: n.Enqueued,
				Engines: len(n.Engines), Publishers: len(n.Publishers), Storage: len(n.Storage), NoLabels: n.Labels == nil,
			}
			for _, g := range n.Sightings {
				by := &s.MissedBy
				if g.Connection == cluster.Connected {
					by = &s.ConnectedBy
				}
				*by = append(*by, id(g.Orchestrator)+g.LastHeartbeat.String()+g.ConnectedSince.String()+g.DisconnectedSince.String())
				if g.Membership == cluster.Rejected {
					s.Rejected = append(s.Rejected, id(g.Orchestrator))
				}
			}
			for k := range n.Labels {
				s.Labels = append(s.Labels, key(k))
			}
			slices.Sort(s.Labels)
			slices.Sort(s.ConnectedBy)
			slices.Sort(s.MissedBy)
			slices.Sort(s.Rejected)
			return s
		}
		same := func(s string) string { return s }
		if d := cmp.Diff(of(&b, r.ID, r.Key), of(a, same, same)); d != "" {
			t.Errorf("%s: %s", b.ID, d)
		}
		for k, v := range b.Labels {
			got := a.Labels[r.Key(k)]
			if old, ok := became[[2]string{k, v}]; ok && old != got {
				t.Errorf("%s=%s became %q and %q", k, v, old, got)
			}
			became[[2]string{k, v}] = got
			if before.Node(v) != nil && v != cluster.FallbackHub && got != r.ID(v) {
				t.Errorf("%s=%s, which is a node, became %q", k, v, got)
			}
		}
	}
	owners := make(map[[2]string]string)
	for kv, p := range became {
		if v, ok := owners[[2]string{kv[0], p}]; ok && v != kv[1] {
			t.Errorf("%s=%q and %q became one", kv[0], v, kv[1])
		}
		owners[[2]string{kv[0], p}] = kv[1]
	}
}
