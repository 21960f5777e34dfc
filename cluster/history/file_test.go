package history_test

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/history"
	"github.com/bacviz/bacviz/diff"
)

// database makes a database by statements.
func database(t *testing.T, statements string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "other.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statements); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFilesOfOthersAreLeftAlone(t *testing.T) {
	text := filepath.Join(t.TempDir(), "cluster.json")
	if err := os.WriteFile(text, []byte(strings.Repeat("not a database\n", 100)), 0o644); err != nil {
		t.Fatal(err)
	}
	newer := filepath.Join(t.TempDir(), "newer.db")
	if err := open(t, newer, history.Options{}).Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", newer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("PRAGMA user_version = 2; PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		path string
		want error
	}{
		"text":                        {text, history.ErrForeign},
		"another program's tables":    {database(t, "CREATE TABLE moment (x)"), history.ErrForeign},
		"another program's number":    {database(t, "PRAGMA application_id = 7"), history.ErrForeign},
		"another program's version":   {database(t, "PRAGMA user_version = 1"), history.ErrForeign},
		"a newer version's history":   {newer, history.ErrNewer},
		"a folder that is not there":  {filepath.Join(t.TempDir(), "none", "h.db"), nil},
		"a folder in place of a file": {t.TempDir(), nil},
	} {
		before, _ := os.ReadFile(c.path)
		for verb, err := range map[string]error{
			"Open": second(history.Open(t.Context(), c.path, history.Options{})),
			"View": second(history.View(t.Context(), c.path)),
		} {
			var failed *history.Error
			if !errors.As(err, &failed) || failed.Path != c.path || c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("%s: %s returns %v", name, verb, err)
			}
		}
		if after, _ := os.ReadFile(c.path); string(after) != string(before) {
			t.Errorf("%s: the file was changed", name)
		}
		if _, err := os.Stat(c.path + "-lock"); err == nil && errors.Is(c.want, history.ErrForeign) {
			t.Errorf("%s: a lock stays beside it", name)
		}
	}
}

func second(_ *history.Store, err error) error { return err }

func TestAnEmptyFileBecomesAHistory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a file?#%41.db")
	if _, err := history.View(t.Context(), path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := history.View(t.Context(), path); !errors.Is(err, history.ErrEmpty) {
		t.Errorf("an empty file: %v", err)
	}
	s := open(t, path, history.Options{})
	tell(t, s, network(states{"a": up}))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + "-wal"); err == nil {
		t.Error("a closed history has a log beside it")
	}
	v, err := history.View(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	if snap, err := v.Snapshot(t.Context(), start); err != nil || len(snap.Nodes) != 2 {
		t.Errorf("%v, %v", snap, err)
	}
	if _, err := v.Append(t.Context(), start, network(nil)); err == nil {
		t.Error("a view was written to")
	}
}

// A lock goes by the name, and so does SQLite's log.
func TestAFileWithSeveralNamesIsNotWrittenTo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "h.db")
	s := open(t, path, history.Options{})
	tell(t, s, network(states{"a": up}))
	other := filepath.Join(filepath.Dir(path), "other.db")
	if err := os.Link(path, other); err != nil {
		t.Fatal(err)
	}
	if _, err := history.Open(t.Context(), other, history.Options{}); !errors.Is(err, history.ErrLinked) {
		t.Errorf("a second writer by a hard link: %v", err)
	}
	tell(t, s, network(states{"a": down}))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(other); err != nil {
		t.Fatal(err)
	}
	if err := open(t, path, history.Options{}).Close(); err != nil {
		t.Error(err)
	}
}

func TestASecondWriterIsRefusedAndReadersAreNot(t *testing.T) {
	t.Parallel() // it waits
	path := filepath.Join(t.TempDir(), "h.db")
	link := filepath.Join(t.TempDir(), "link.db")
	s := open(t, path, history.Options{})
	defer s.Close()
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, link} {
		_, err := history.Open(t.Context(), name, history.Options{})
		if !errors.Is(err, history.ErrBusy) || !strings.Contains(err.Error(), name) {
			t.Errorf("a second writer of %s gets %v", name, err)
		}
	}
	v, err := history.View(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	tell(t, s, network(states{"a": up}), network(states{"a": down}))
	if got := told(t, v, history.Query{}); !cmp.Equal(got, []string{"1m0s left a"}) {
		t.Errorf("a reader sees %q", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, path, history.Options{})
	defer again.Close()
	if _, err := again.Append(t.Context(), minute(2), network(states{"a": up})); err != nil {
		t.Error(err)
	}
}

func TestAWriterGoesOnWhereTheLastOneEnded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "h.db")
	story := []cluster.Snapshot{
		network(states{"a": up, "b": up}), network(states{"a": up, "b": up}), network(states{"a": up, "b": down}), network(states{"a": down, "b": up}),
	}
	for i, snap := range story {
		s := open(t, path, history.Options{})
		added, err := s.Append(t.Context(), minute(i), snap)
		if err != nil {
			t.Fatal(err)
		}
		if added.New == (i == 1) || added.First != (i == 0) {
			t.Errorf("minute %d adds %+v", i, added)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	s, err := history.View(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	want := []string{"3m0s left a", "3m0s joined b", "2m0s left b"}
	if got := told(t, s, history.Query{}); !cmp.Equal(got, want) {
		t.Errorf("the changes are %q", got)
	}
	if from, to, err := s.Range(t.Context()); err != nil || !from.Equal(start) || !to.Equal(minute(3)) {
		t.Errorf("it goes from %s to %s, %v", from, to, err)
	}
}

func TestWhatContradictsTheStoryIsRefused(t *testing.T) {
	stores(t, history.Options{}, func(t *testing.T, s *history.Store) {
		tell(t, s, network(states{"a": up}), network(states{"a": down}))
		if _, err := s.Append(t.Context(), minute(0), network(states{"a": up})); !errors.Is(err, history.ErrOrder) {
			t.Errorf("an older snapshot: %v", err)
		}
		whole := network(states{"a": up})
		part := whole.Filter(cluster.Filter{State: []string{"connected"}})
		if _, err := s.Append(t.Context(), minute(2), part); !errors.Is(err, history.ErrPart) {
			t.Errorf("another part: %v", err)
		}
	})
}

func TestPruningKeepsTheNetworkAsItWasAtThatTime(t *testing.T) {
	stores(t, history.Options{}, func(t *testing.T, s *history.Store) {
		tell(t, s, network(states{"a": up}), network(states{"a": down}), network(states{"a": up}), network(states{"a": down}))
		if err := s.Prune(t.Context(), minute(2).Add(time.Second), time.Time{}); err != nil {
			t.Fatal(err)
		}
		if got := told(t, s, history.Query{}); !cmp.Equal(got, []string{"3m0s left a"}) {
			t.Errorf("the changes are %q", got)
		}
		snap, err := s.Snapshot(t.Context(), minute(2).Add(time.Second))
		if err != nil || !diff.Here(&snap, "a") {
			t.Errorf("%v, %v", snap, err)
		}
		if _, err := s.Snapshot(t.Context(), minute(1)); !errors.Is(err, history.ErrEarlier) {
			t.Errorf("what was deleted: %v", err)
		}
		if err := s.Prune(t.Context(), minute(-5), minute(-5)); err != nil { // before all
			t.Error(err)
		}
	})
}

func TestOldChangesAreDeletedAsTheOptionsSay(t *testing.T) {
	stores(t, history.Options{Keep: 24 * time.Hour}, func(t *testing.T, s *history.Store) {
		for hour := range 60 {
			state := up
			if hour%2 == 1 {
				state = down
			}
			if _, err := s.Append(t.Context(), minute(60*hour), network(states{"a": state})); err != nil {
				t.Fatal(err)
			}
		}
		moments, err := s.Moments(t.Context(), time.Time{}, time.Time{})
		if err != nil || len(moments) < 24 || len(moments) > 27 || moments[len(moments)-1].Seq != 60 {
			t.Errorf("%d moments, %v", len(moments), err)
		}
	})
}

func TestAMemoryStaysWithinItsBound(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and finds no data races")
	}
	const bound = 300 << 10
	s, err := history.Memory(t.Context(), history.Options{MaxBytes: bound})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	pruned := 0
	for i := range 1000 {
		state := up
		if i%2 == 1 {
			state = down
		}
		added, err := s.Append(t.Context(), minute(i), network(states{"a": state, "b": up}))
		if err != nil {
			t.Fatal(err)
		}
		if added.Pruned {
			pruned++
		}
	}
	moments, err := s.Moments(t.Context(), time.Time{}, time.Time{})
	if err != nil || pruned < 2 || len(moments) < 50 || len(moments) > 700 {
		t.Errorf("pruned %d times, %d moments left, %v", pruned, len(moments), err)
	}
	if snap, err := s.Snapshot(t.Context(), minute(999)); err != nil || diff.Here(&snap, "a") {
		t.Errorf("the last snapshot is lost: %v", err)
	}
}

func TestLoadAndJobsAreKeptInSteps(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and finds no data races")
	}
	stores(t, history.Options{LoadEvery: 5 * time.Minute, KeepLoad: time.Hour}, func(t *testing.T, s *history.Store) {
		steps := 0
		for i := range 180 {
			snap := network(states{"a": up})
			n := snap.Node("a")
			n.LoadUnknown, n.Running, n.Max.Disk = false, i, 1<<40
			n.Available = cluster.Resources{CPU: 1}
			n.Sightings[0].LastHeartbeat = minute(i)
			snap.Jobs = []cluster.Job{{ID: "j", Orchestrator: "hub", Count: i + 1, State: cluster.JobRunning}}
			added, err := s.Append(t.Context(), minute(i), snap)
			if err != nil {
				t.Fatal(err)
			}
			if added.Loaded {
				steps++
			}
		}
		snap, err := s.Snapshot(t.Context(), minute(173))
		if err != nil {
			t.Fatal(err)
		}
		n := snap.Node("a")
		if steps != 36 || n.Running != 170 || n.LoadUnknown || n.Max.Disk != 1<<40 || !n.Sightings[0].LastHeartbeat.Equal(minute(170)) || len(snap.Jobs) != 1 || snap.Jobs[0].Count != 171 {
			t.Errorf("after %d steps, the load of minute 173 is %+v, the jobs %+v", steps, n, snap.Jobs)
		}
		if snap, err = s.Snapshot(t.Context(), minute(30)); err != nil || !snap.Node("a").LoadUnknown || snap.Jobs != nil {
			t.Errorf("load that is not kept: %+v, %v", snap, err)
		}
	})
}

func TestACorruptFileIsAnErrorAndNoPanic(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and finds no data races")
	}
	path := filepath.Join(t.TempDir(), "h.db")
	s := open(t, path, history.Options{})
	tell(t, s, network(states{"a": up}), network(states{"a": down}), network(states{"b": up}))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := 100; at < len(whole); at += len(whole) / 40 {
		torn := append([]byte(nil), whole...)
		for i := at; i < min(at+200, len(torn)); i++ {
			torn[i] ^= 0xa5
		}
		if err := os.WriteFile(path, torn, 0o644); err != nil {
			t.Fatal(err)
		}
		use(t.Context(), path)
	}
	for _, size := range []int{1, 100, 4096, len(whole) / 2, len(whole) - 1} {
		if err := os.WriteFile(path, whole[:size], 0o644); err != nil {
			t.Fatal(err)
		}
		use(t.Context(), path)
	}
}

// use reads and writes a file that may be damaged, whatever comes of it.
func use(ctx context.Context, path string) {
	if v, err := history.View(ctx, path); err == nil {
		_, _ = v.Snapshot(ctx, minute(5))
		_, _ = v.Moments(ctx, time.Time{}, time.Time{})
		for _, err := range v.Changes(ctx, history.Query{Node: "a"}) {
			_ = err
		}
		_ = v.Close()
	}
	if s, err := history.Open(ctx, path, history.Options{}); err == nil {
		_, _ = s.Append(ctx, minute(9), network(states{"c": up}))
		_ = s.Close()
	}
}

func TestLoadStepsEndWhereTheNextBeginsOrTheyExpire(t *testing.T) {
	stores(t, history.Options{LoadEvery: 5 * time.Minute}, func(t *testing.T, s *history.Store) {
		for _, at := range []int{0, 5, 7, 30} {
			if _, err := s.Append(t.Context(), minute(at), network(states{"a": up})); err != nil {
				t.Fatal(err)
			}
		}
		want := []history.LoadStep{{From: minute(0), Until: minute(5)}, {From: minute(5), Until: minute(15)}, {From: minute(30), Until: minute(40)}}
		if have, err := s.LoadSteps(t.Context(), time.Time{}, time.Time{}); err != nil || !slices.Equal(have, want) {
			t.Errorf("have %v, %v, want %v", have, err, want)
		}
		if have, err := s.LoadSteps(t.Context(), minute(6), minute(20)); err != nil || !slices.Equal(have, want[1:2]) {
			t.Errorf("from minute 6 to 20: have %v, %v", have, err)
		}
	})
}

func TestLoadIsBoundedAndChangesStay(t *testing.T) {
	const most = 4 << 10
	stores(t, history.Options{LoadEvery: 1, LoadFor: time.Hour, MaxLoadBytes: most}, func(t *testing.T, s *history.Store) {
		for i := range 40 {
			if _, err := s.Append(t.Context(), minute(i), numbered(i)); err != nil {
				t.Fatal(err)
			}
		}
		steps, err := s.LoadSteps(t.Context(), time.Time{}, time.Time{})
		moments, _ := s.Moments(t.Context(), time.Time{}, time.Time{})
		if n := len(steps); err != nil || n == 0 || n > 20 || !steps[n-1].From.Equal(minute(39)) || len(moments) != 40 {
			t.Errorf("have %d steps and %d moments, %v", n, len(moments), err)
		}
	})
}
