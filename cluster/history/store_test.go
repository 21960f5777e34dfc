package history_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/history"
)

// TestMain is also the program that other tests start: BACVIZ_TEST_WRITER makes it write to
// a history.
func TestMain(m *testing.M) {
	if path := os.Getenv("BACVIZ_TEST_WRITER"); path != "" {
		os.Exit(writeOn(path))
	}
	goleak.VerifyTestMain(m)
}

// writeOn appends to a history as fast as it can, until it is killed or an error occurs, and
// prints the number of each moment once it is stored. The network at a moment follows from its
// number.
func writeOn(path string) int {
	ctx := context.Background()
	s, err := history.Open(ctx, path, history.Options{LoadEvery: time.Hour, Keep: 200 * time.Minute})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer s.Close()
	last, err := s.Moments(ctx, time.Time{}, time.Time{})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	n := 1
	if len(last) > 0 {
		n = int(last[len(last)-1].Seq) + 1
	}
	for ; ; n++ {
		added, err := s.Append(ctx, minute(n), numbered(n))
		if err != nil {
			fmt.Println(err)
			return 1
		}
		fmt.Println(added.Seq)
	}
}

// numbered returns the network of a moment: of its eleven nodes, those are connected whose
// bits are set in its number.
func numbered(n int) cluster.Snapshot {
	all := states{}
	for bit := range 11 {
		all[fmt.Sprint("node-", bit)] = down
		if n>>bit&1 == 1 {
			all[fmt.Sprint("node-", bit)] = up
		}
	}
	return network(all)
}

// start is the time of the first snapshot of a story.
var start = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// minute returns the time so many minutes after start.
func minute(n int) time.Time { return start.Add(time.Duration(n) * time.Minute) }

// network returns a snapshot of an orchestrator and its compute nodes, each in a state.
func network(states map[string]cluster.Connection) cluster.Snapshot {
	l := cluster.List{Orchestrator: "hub", Nodes: []cluster.Node{{ID: "hub", Type: cluster.Requester, Sightings: seen(cluster.Connected)}}}
	for id, c := range states {
		l.Nodes = append(l.Nodes, cluster.Node{
			ID: id, Type: cluster.Compute, Version: "v1.9.3", Labels: map[string]string{"name": "the node " + id},
			Engines: []string{"docker"}, Max: cluster.Resources{CPU: 4, Memory: 1 << 30}, LoadUnknown: true, Sightings: seen(c),
		})
	}
	return cluster.Merge(l)
}

func seen(c cluster.Connection) []cluster.Sighting {
	return []cluster.Sighting{{Connection: c, Membership: cluster.Approved}}
}

const (
	up   = cluster.Connected
	down = cluster.Disconnected
)

type states = map[string]cluster.Connection

// stores opens one store of each kind, and calls test with each.
func stores(t *testing.T, opt history.Options, test func(t *testing.T, s *history.Store)) {
	t.Run("memory", func(t *testing.T) {
		s, err := history.Memory(t.Context(), opt)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		test(t, s)
	})
	t.Run("file", func(t *testing.T) {
		s := open(t, filepath.Join(t.TempDir(), "h.db"), opt)
		defer s.Close()
		test(t, s)
	})
}

func open(t *testing.T, path string, opt history.Options) *history.Store {
	t.Helper()
	s, err := history.Open(t.Context(), path, opt)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// tell appends a network for each minute.
func tell(t *testing.T, s *history.Store, story ...cluster.Snapshot) {
	t.Helper()
	for i, snap := range story {
		if _, err := s.Append(t.Context(), minute(i), snap); err != nil {
			t.Fatal(err)
		}
	}
}

// told returns the changes that a query finds, as "minute kind ID".
func told(t *testing.T, s *history.Store, q history.Query) (all []string) {
	t.Helper()
	for c, err := range s.Changes(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c.At.Sub(start).String()+" "+string(c.Kind)+" "+c.ID)
	}
	return all
}

func TestAHistoryTellsWhoJoinedAndLeftAndWhen(t *testing.T) {
	stores(t, history.Options{}, func(t *testing.T, s *history.Store) {
		tell(t, s,
			network(states{"a": up, "b": up}),
			network(states{"a": up, "b": down}),
			network(states{"a": up, "b": down}),
			network(states{"a": up, "b": up, "c": up}),
			network(states{"a": up, "c": up}),
		)
		want := []string{"4m0s left b", "3m0s joined b", "3m0s joined c", "1m0s left b"}
		if got := told(t, s, history.Query{}); !slices.Equal(sortedWithin(got), sortedWithin(want)) {
			t.Errorf("the changes are %q", got)
		}
		want = []string{"4m0s left b", "3m0s joined b", "1m0s left b"}
		if got := told(t, s, history.Query{Node: "b"}); !slices.Equal(got, want) {
			t.Errorf("the story of b is %q", got)
		}
		if got := told(t, s, history.Query{Node: "b", From: minute(2), To: minute(3)}); !slices.Equal(got, want[1:2]) {
			t.Errorf("the story of b in between is %q", got)
		}
		moments, err := s.Moments(t.Context(), time.Time{}, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(moments, []history.Moment{
			{Seq: 1, At: minute(0)},
			{Seq: 2, At: minute(1), Left: 1},
			{Seq: 3, At: minute(3), Joined: 2},
			{Seq: 4, At: minute(4), Left: 1},
		}); d != "" {
			t.Error(d)
		}
	})
}

// sortedWithin sorts the changes, whose order within a moment is that of package diff.
func sortedWithin(all []string) []string {
	all = slices.Clone(all)
	slices.Sort(all)
	return all
}

func TestTheSnapshotAtAnyTimeIsTheOneOfThatTime(t *testing.T) {
	stores(t, history.Options{}, func(t *testing.T, s *history.Store) {
		story := []cluster.Snapshot{
			network(states{"a": up, "b": up}),
			network(states{"a": up, "b": cluster.AwaitingReconnection}),
			network(states{"b": down, "c": up}),
		}
		tell(t, s, story...)
		for i, want := range story {
			got, err := s.Snapshot(t.Context(), minute(i).Add(30*time.Second))
			if err != nil {
				t.Fatal(err)
			}
			want.Taken = minute(i)
			for k := range want.Nodes { // a history has no load, if it is not asked for
				want.Nodes[k].LoadUnknown = true
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("minute %d:\n%s", i, d)
			}
		}
		if _, err := s.Snapshot(t.Context(), minute(-1)); !errors.Is(err, history.ErrEarlier) {
			t.Errorf("a time before the history gives %v", err)
		}
	})
}

func TestASourceThatCannotBeReadMakesNoNodeLeave(t *testing.T) {
	stores(t, history.Options{}, func(t *testing.T, s *history.Store) {
		list := func(hub string, ids ...string) cluster.List {
			l := cluster.List{Orchestrator: hub}
			for _, id := range ids {
				l.Nodes = append(l.Nodes, cluster.Node{ID: id, Type: cluster.Compute, Labels: map[string]string{"id": id}, Sightings: seen(up)})
			}
			return l
		}
		both := cluster.Merge(list("one", "a", "shared"), list("two", "b", "shared"))
		both.Sources = 2
		one := cluster.Merge(list("one", "a", "shared", "new"))
		one.Sources, one.Unread = 2, 1
		gone := cluster.Merge(list("one", "a", "shared", "new"))
		gone.Sources = 1
		tell(t, s, both, one, both, gone)
		want := []string{"3m0s changed two", "3m0s joined new", "3m0s left b", "3m0s changed shared", "2m0s left new", "1m0s joined new"}
		if got := told(t, s, history.Query{}); !slices.Equal(sortedWithin(got), sortedWithin(want)) {
			t.Errorf("the changes are %q", got)
		}
	})
}

func TestAnEmptyHistoryHasNoMoments(t *testing.T) {
	stores(t, history.Options{}, func(t *testing.T, s *history.Store) {
		if _, err := s.Snapshot(t.Context(), start); !errors.Is(err, history.ErrEmpty) {
			t.Errorf("its snapshot gives %v", err)
		}
		from, to, err := s.Range(t.Context())
		if err != nil || !from.IsZero() || !to.IsZero() {
			t.Errorf("it goes from %v to %v, %v", from, to, err)
		}
		if all := told(t, s, history.Query{}); len(all) > 0 {
			t.Errorf("it has changes: %q", all)
		}
	})
}

func TestAppendEndsWithItsContextAndStoresNothing(t *testing.T) {
	stores(t, history.Options{}, func(t *testing.T, s *history.Store) {
		tell(t, s, network(states{"a": up}))
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.Append(ended, minute(1), network(states{"b": up})); !errors.Is(err, context.Canceled) {
			t.Fatalf("Append returns %v", err)
		}
		if all := told(t, s, history.Query{}); len(all) > 0 {
			t.Errorf("it stored %q", all)
		}
	})
}

func TestSpansSayWhoWasThereWhen(t *testing.T) {
	stores(t, history.Options{}, func(t *testing.T, s *history.Store) {
		tell(t, s,
			network(states{"a": up, "b": up}),
			network(states{"a": down, "b": up}),
			network(states{"a": up}),
			network(states{"a": up, "b": up}),
			network(states{"a": up, "b": up}),
		)
		spans := func(q history.Query) (all []string) {
			for span, err := range s.Spans(t.Context(), q) {
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, fmt.Sprintf("%s %s %d-%d", span.Node.ID, span.Connection, int(span.From.Sub(start).Minutes()), int(span.To.Sub(start).Minutes())))
			}
			return all
		}
		want := []string{
			"a CONNECTED 0-1", "a DISCONNECTED 1-2", "a CONNECTED 2-4", "b CONNECTED 0-2", "b CONNECTED 3-4", "hub CONNECTED 0-4",
		}
		if d := cmp.Diff(want, spans(history.Query{})); d != "" {
			t.Error(d)
		}
		if d := cmp.Diff([]string{"a DISCONNECTED 1-2", "a CONNECTED 2-3"}, spans(history.Query{Node: "a", From: minute(1).Add(time.Second), To: minute(3)})); d != "" {
			t.Error(d)
		}
	})
}

// All snapshots of a walk are compared at its end: none may share what another changed.
func TestAWalkYieldsTheSnapshotOfEachTime(t *testing.T) {
	stores(t, history.Options{LoadEvery: time.Minute, LoadFor: 90 * time.Second}, func(t *testing.T, s *history.Store) {
		var times []time.Time
		for i := range 12 {
			snap := numbered(i * 37)
			for k := range snap.Nodes {
				n := &snap.Nodes[k]
				n.LoadUnknown, n.Running, n.Available.CPU = i%3 == 2, i+k, 1/float64(i+1)
				n.Sightings[0].LastHeartbeat = minute(i)
			}
			if _, err := s.Append(t.Context(), minute(2*i), snap); err != nil {
				t.Fatal(err)
			}
			times = append(times, minute(2*i), minute(2*i).Add(30*time.Second), minute(2*i).Add(100*time.Second))
		}
		times = append(times, minute(3), minute(1)) // back again
		var got []cluster.Snapshot
		for snap, err := range s.Snapshots(t.Context(), append(times, minute(-1))) {
			if err == nil {
				got = append(got, snap)
			} else if len(got) != len(times) || !errors.Is(err, history.ErrEarlier) {
				t.Fatal(err)
			}
		}
		for i, at := range times {
			want, err := s.Snapshot(t.Context(), at)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, got[i]); d != "" {
				t.Errorf("%s:\n%s", at, d)
			}
		}
	})
}

func TestAWalkReadsANodeThatStaysOnce(t *testing.T) {
	stores(t, history.Options{}, func(t *testing.T, s *history.Store) {
		all := states{}
		for i := range 200 {
			all[fmt.Sprint("node-", i)] = up
		}
		tell(t, s, network(all))
		read := func(times ...time.Time) float64 {
			return testing.AllocsPerRun(1, func() {
				for _, err := range s.Snapshots(t.Context(), times) {
					if err != nil {
						t.Fatal(err)
					}
				}
			})
		}
		one, ten := read(minute(1)), read(slices.Repeat([]time.Time{minute(1)}, 10)...)
		if ten > 5*one {
			t.Errorf("10 snapshots take %v allocations, and one takes %v", ten, one)
		}
	})
}
