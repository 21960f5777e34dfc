package fetch_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/cluster/snapshot"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// submitted returns an orchestrator with jobs of these names, each asked for that many
// times: a job advances each time.
func submitted(t *testing.T, version string, plan clustertest.Plan, seed uint64, looks int, names ...string) *clustertest.Orchestrator {
	t.Helper()
	o := clustertest.ServeJobs(t, version, clustertest.Cluster(seed, clustertest.Options{Nodes: 5})[0], plan)
	c := &bacalhau.Client{BaseURL: o.URL}
	for _, name := range names {
		request := fmt.Sprintf(`{"Job":{"Name":%q,"Type":"batch","Count":2,"Tasks":[{"Name":"main","Engine":{"Type":"docker","Params":{"Image":"ubuntu"}}}]}}`, name)
		s, err := c.Submit(t.Context(), []byte(request))
		if err != nil {
			t.Fatal(err)
		}
		for range looks {
			if _, err := c.Job(t.Context(), s.JobID); err != nil {
				t.Fatal(err)
			}
		}
	}
	return o
}

func sources(t *testing.T, args ...string) []fetch.Source {
	t.Helper()
	all, err := fetch.ParseAll(args, fetch.ParseOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// outcomes returns the jobs with the outcomes of their executions, on one line.
func outcomes(jobs []cluster.Job) string {
	var lines []string
	for _, j := range jobs {
		line := j.Name + " " + string(j.State)
		for i := range j.Executions {
			line += " " + string(j.Executions[i].Outcome())
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return strings.Join(lines, "; ")
}

// Both numberings of states give the same jobs, and so does a saved snapshot.
func TestSnapshotWithJobs(t *testing.T) {
	for _, version := range []string{"v1.4.0", "v1.9.3"} {
		o := submitted(t, version, clustertest.Plan{Fail: 1}, 1, 8, "first", "second")
		saved := filepath.Join(t.TempDir(), "snapshot.json")
		for _, c := range []struct {
			choice fetch.JobChoice
			want   string
		}{
			{fetch.JobChoice{Recent: 9}, "first Completed Failed Completed Completed; second Completed Failed Completed Completed"},
			{fetch.JobChoice{Recent: 1}, "second Completed Failed Completed Completed"},
			{fetch.JobChoice{Running: true}, ""},
			{fetch.JobChoice{IDs: []string{"j-abc00000"}}, "first Completed Failed Completed Completed"},
			{fetch.JobChoice{IDs: []string{"j-abc00000", "j-abc00001-0000", "j-abc00000"}}, "first Completed Failed Completed Completed; second Completed Failed Completed Completed"},
		} {
			for _, from := range []string{o.URL, saved} {
				s, warnings, err := readSnapshot(t.Context(), sources(t, from), fetch.Options{Strict: true, Jobs: c.choice})
				if err != nil || len(warnings) > 0 || s.Jobs == nil || outcomes(s.Jobs) != c.want {
					t.Errorf("%s %+v of %s: %q, %v, %v", version, c.choice, from, outcomes(s.Jobs), warnings, err)
				}
				for _, j := range s.Jobs {
					if j.Orchestrator != s.Orchestrators[0] || j.Executions[len(j.Executions)-1].Attempt != 2 {
						t.Errorf("%+v", j)
					}
				}
				if from == o.URL && c.choice.Recent == 9 {
					var b bytes.Buffer
					if err := errors.Join(snapshot.Write(t.Context(), &b, s, snapshot.WriteOptions{}), os.WriteFile(saved, b.Bytes(), 0o644)); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		for id, want := range map[string]string{
			"j-f":   `there is no job "j-f"`,
			"j-abc": `more than one job ID begins with "j-abc"`,
			"":      "job", // which differs
		} {
			for _, from := range []string{o.URL, saved} {
				_, _, err := readSnapshot(t.Context(), sources(t, from), fetch.Options{Jobs: fetch.JobChoice{IDs: []string{id}}})
				var e *fetch.Error
				if !errors.As(err, &e) || !strings.Contains(e.Message, want) || e.Hint == "" || !errors.Is(err, bacalhau.ErrNoJob) && !errors.Is(err, bacalhau.ErrManyJobs) {
					t.Errorf("%s %q of %s: %v", version, id, from, err)
				}
			}
		}
		// Without a choice there are no jobs, whatever the file holds.
		if s, _, err := readSnapshot(t.Context(), sources(t, saved), fetch.Options{}); err != nil || s.Jobs != nil {
			t.Errorf("%v, %v", s.Jobs, err)
		}
	}
}

// Jobs belong to the orchestrator that lists them, and one need know an ID.
func TestJobsOfSeveralSources(t *testing.T) {
	a, b := submitted(t, "v1.9.3", clustertest.Plan{}, 1, 8, "one"), submitted(t, "v1.4.0", clustertest.Plan{}, 2, 8, "two", "three")
	list := saveList(t)
	s, _, err := readSnapshot(t.Context(), sources(t, a.URL, b.URL, list), fetch.Options{Jobs: fetch.JobChoice{Recent: 5}})
	if err != nil || len(s.Jobs) != 3 || s.Jobs[0].ID != s.Jobs[1].ID || s.Jobs[0].Orchestrator == s.Jobs[1].Orchestrator {
		t.Errorf("%+v, %v", s.Jobs, err)
	}
	s, _, err = readSnapshot(t.Context(), sources(t, a.URL, b.URL), fetch.Options{Jobs: fetch.JobChoice{IDs: []string{"j-abc00001"}}})
	if err != nil || outcomes(s.Jobs) != "three Completed Completed Completed" {
		t.Errorf("%+v, %v", s.Jobs, err)
	}
	if _, _, err = readSnapshot(t.Context(), sources(t, a.URL, b.URL), fetch.Options{Jobs: fetch.JobChoice{IDs: []string{"j-abc"}}}); !errors.Is(err, bacalhau.ErrManyJobs) {
		t.Errorf("a beginning that one of two finds ambiguous: %v", err)
	}
	for _, args := range [][]string{{list}, {list, saveList(t)}} {
		_, _, err = readSnapshot(t.Context(), sources(t, args...), fetch.Options{Jobs: fetch.JobChoice{Recent: 5}})
		var e *fetch.Error
		if !errors.Is(err, fetch.ErrNoJobs) || !errors.As(err, &e) || !strings.Contains(e.Hint, "--with-jobs") {
			t.Errorf("lists of nodes: %v", err)
		}
	}
}

func saveList(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	file := filepath.Join(t.TempDir(), "nodes.json")
	if err := errors.Join(clustertest.WriteList(&b, clustertest.Cluster(9, clustertest.Options{Nodes: 4})[0], "v1.9.3"), os.WriteFile(file, b.Bytes(), 0o644)); err != nil {
		t.Fatal(err)
	}
	return file
}

// A source whose jobs cannot be read is left without them, unless it is the only
// one or the options are strict.
func TestJobsThatCannotBeRead(t *testing.T) {
	good := submitted(t, "v1.9.3", clustertest.Plan{}, 1, 8, "one")
	behind := clustertest.ServeCluster(t, "v1.9.3", clustertest.Cluster(3, clustertest.Options{Nodes: 3})[0])
	var asked atomic.Int32
	bad := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, clustertest.PathJobs) {
			asked.Add(1)
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, `{"Status":403,"Message":"Forbidden"}`)
			return
		}
		behind.Config.Handler.ServeHTTP(w, r)
	}))
	t.Cleanup(bad.Close)
	s, warnings, err := readSnapshot(t.Context(), sources(t, good.URL, bad.URL), fetch.Options{Jobs: fetch.JobChoice{Recent: 5}})
	if err != nil || len(s.Orchestrators) != 2 || len(s.Jobs) != 1 || len(warnings) != 1 || warnings[0].String() != bad.URL+": its jobs are left out: 403 Forbidden" {
		t.Errorf("%d jobs, %v, %v", len(s.Jobs), warnings, err)
	}
	if _, _, err := readSnapshot(t.Context(), sources(t, good.URL, bad.URL), fetch.Options{Strict: true, Jobs: fetch.JobChoice{Recent: 5}}); err == nil {
		t.Error("--strict: no error")
	}
	if _, warnings, err := readSnapshot(t.Context(), sources(t, bad.URL), fetch.Options{Jobs: fetch.JobChoice{IDs: []string{"j-1"}}}); err == nil || len(warnings) > 0 {
		t.Errorf("the only one: %v, %v", warnings, err)
	}
	if asked.Load() == 0 {
		t.Error("nobody was asked")
	}
}
