package fleet_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/check"
	"github.com/bacviz/bacviz/fleet"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// said returns what a report says of rules, and how many snapshots it counts.
func said(r *fleet.Report) string {
	var all []string
	for _, rule := range r.Rules {
		all = append(all, fmt.Sprint(rule.Name, " ", rule.Broken, "/", rule.Unknown, " ", rule.Open))
	}
	samples := 0
	for _, s := range r.Samples {
		samples += s.Joined + s.Left + s.Other
	}
	return fmt.Sprint(r.Snapshots, " snapshots, ", samples, " changes, ", r.Checked, " rules; ", strings.Join(all, ", "))
}

// A snapshot whose facts were made with several sets of rules, and with none, counts once, with all that they say;
// whatever the order in which they are merged, and however often.
func TestASnapshotWithOtherRulesCountsOnce(t *testing.T) {
	dir := makeFleet(t, clustertest.FleetOptions{Clusters: 1, Snapshots: 10, Nodes: 12})
	with := func(text string) string {
		if text == "" {
			return facts(t, fleet.Options{}, dir)
		}
		r, err := check.Read(strings.NewReader("rules:\n"+text), "rules.yaml")
		if err != nil {
			t.Fatal(err)
		}
		return facts(t, fleet.Options{Rules: &r}, dir)
	}
	none := with("")
	old := with("- {name: same, nodes: {atLeast: 1000}}\n- {name: first, nodes: {atLeast: 1000}}\n- {name: holds, nodes: {atLeast: 1}}\n")
	fresh := with("- {name: same, free: {cpu: 100000}}\n- {name: second, nodes: {atLeast: 1000}}\n")
	plain := said(reports(t, none)[0])
	if !strings.HasPrefix(plain, "10 snapshots") {
		t.Fatal(plain)
	}
	want := strings.Replace(plain, " 0 rules; ", " 3 rules; first 10/0 true, same 10/0 true, second 10/0 true", 1)
	for _, files := range [][]string{{none, old, fresh}, {fresh, none, old}, {old, fresh, old, none, fresh}, {merged(t, fresh, old), none}} {
		if got := said(reports(t, merged(t, files...))[0]); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if got := said(reports(t, merged(t, none, old))[0]); !strings.HasSuffix(got, "3 rules; first 10/0 true, same 10/0 true") {
		t.Error("with one set, and with none:", got)
	}
	if !slices.Equal(reports(t, old)[0].Samples, reports(t, merged(t, old, fresh))[0].Samples) {
		t.Error("the figures are others")
	}
}

// The report says since when a rule has not held: since the first snapshot of the present spell. One that was
// checked against no rules ends no spell.
func TestAnOpenRuleSaysSinceWhen(t *testing.T) {
	checked, unchecked := t.TempDir(), t.TempDir()
	put := func(dir, day string, nodes int) {
		var all strings.Builder
		for i := range nodes {
			fmt.Fprintf(&all, `{"id": "n%d", "type": "Compute"}, `, i)
		}
		file := filepath.Join(dir, "eu", day+".json")
		text := `{"bacviz": "snapshot", "version": 1, "orchestrators": ["o"], "nodes": [` + all.String() + `{"id": "o", "type": "Requester"}]}`
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	for i, nodes := range []int{1, 2, 1, 0, 1} {
		put(checked, fmt.Sprint("2026-01-0", 1+2*i), nodes)
	}
	put(unchecked, "2026-01-06", 3)
	put(unchecked, "2026-01-08", 3)
	r, err := check.Read(strings.NewReader("rules:\n- {name: two, nodes: {atLeast: 2}, message: call the owner}\n"), "rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	all := merged(t, facts(t, fleet.Options{Rules: &r}, checked), facts(t, fleet.Options{}, unchecked))
	rule := reports(t, all)[0].Rules[0]
	if rule.Broken != 4 || !rule.Open || rule.Since.Format("2006-01-02") != "2026-01-05" || rule.Message != "call the owner" {
		t.Errorf("%+v", rule)
	}
	if strings.Contains(facts(t, fleet.Options{Rules: &r, Redact: []byte("0123456789abcdefghijklmnop")}, checked), "call the owner") {
		t.Error("the message, which may have any name in it, is in redacted facts")
	}
}
