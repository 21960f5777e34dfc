package versions_test

import (
	"context"
	"errors"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bacviz/bacviz/fetch/versions"
)

// read returns the versions as "time text", the warnings, and the error.
func read(all func(opt versions.Options) iter.Seq2[versions.Version, error]) (found, warnings []string, err error) {
	opt := versions.Options{MaxBytes: 1000, Warn: func(text string) { warnings = append(warnings, text) }}
	for v, err := range all(opt) {
		if err != nil {
			return found, warnings, err
		}
		found = append(found, v.At.Format(time.RFC3339)+" "+strings.TrimSpace(string(v.Text)))
	}
	return found, warnings, nil
}

func folder(t *testing.T, dir string) (found, warnings []string, err error) {
	return read(func(opt versions.Options) iter.Seq2[versions.Version, error] {
		return versions.Folder(t.Context(), dir, opt)
	})
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestTheTimeIsFoundInTheNameOfAFile(t *testing.T) {
	for name, want := range map[string]string{
		"2026-11-01.json":                     "2026-11-01T00:00:00Z",
		"cluster-2026-11-01T12:30:05Z.json":   "2026-11-01T12:30:05Z",
		"2026-11-01T12:30:05+02:00.json":      "2026-11-01T10:30:05Z",
		"2026-11-01T12:30:05.123Z.json":       "2026-11-01T12:30:05Z",
		"2026-11-01_12-30-05.json":            "2026-11-01T12:30:05Z",
		"2026-11-01T12-30.json":               "2026-11-01T12:30:00Z",
		"20261101T123005Z.json":               "2026-11-01T12:30:05Z",
		"snap.20261101-123005.json":           "2026-11-01T12:30:05Z",
		"20261101.json":                       "2026-11-01T00:00:00Z",
		"1793536205.json":                     "2026-11-01T12:30:05Z",
		"nodes-1793536205-eu.json":            "2026-11-01T12:30:05Z",
		"0-start.json":                        "",
		"2026-13-01.json":                     "",
		"2026-11-01T25:00:00Z.json":           "",
		"123456789.json":                      "",
		"node-0a1b2c3d.json":                  "",
		"n-99999999999999999999.json":         "",
		"10.0.0.5-1234.json":                  "",
		"2026-11-01T12:30:05-0700-extra.json": "2026-11-01T19:30:05Z",
	} {
		at, is := versions.TimeOfName(name)
		if got := at.Format(time.RFC3339); is != (want != "") || is && got != want {
			t.Errorf("%s: %s, %v, want %s", name, got, is, want)
		}
	}
}

func TestFilesOfAFolderComeInTheOrderOfTheTimesInTheirNames(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "b-2026-11-01.json"), "first")
	write(t, filepath.Join(dir, "a-2026-11-02.json"), "second")
	write(t, filepath.Join(dir, "a-2026-11-03.csv"), strings.Repeat("x", 2000))
	write(t, filepath.Join(dir, "rules.yaml"), "no time")
	write(t, filepath.Join(dir, "2026-11-01.png"), "no network")
	write(t, filepath.Join(dir, ".2026-11-01.json"), "hidden")
	if err := os.Mkdir(filepath.Join(dir, "2026-11-04.json"), 0o755); err != nil {
		t.Fatal(err)
	}
	found, warnings, err := folder(t, dir)
	want := []string{"2026-11-01T00:00:00Z first", "2026-11-02T00:00:00Z second"}
	if err != nil || !slices.Equal(found, want) {
		t.Errorf("%q, %v", found, err)
	}
	if len(warnings) != 2 || !strings.Contains(warnings[0], "rules.yaml") || !strings.Contains(warnings[1], "larger than 1000 bytes") {
		t.Errorf("warnings %q", warnings)
	}
}

func TestFilesWithoutTimesComeInTheOrderOfTheirNames(t *testing.T) {
	dir := t.TempDir()
	for i, name := range []string{"10-last.json", "2-middle.json", "1-start.json"} {
		path := filepath.Join(dir, name)
		write(t, path, name)
		at := time.Date(2026, 11, 1, i, 0, 0, 0, time.UTC) // the last is the oldest
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	found, warnings, err := folder(t, dir)
	want := []string{"2026-11-01T02:00:00Z 1-start.json", "2026-11-01T02:00:00Z 2-middle.json", "2026-11-01T02:00:00Z 10-last.json"}
	if err != nil || !slices.Equal(found, want) {
		t.Errorf("%q, %v", found, err)
	}
	if len(warnings) != 1 || !strings.Contains(warnings[0], "no file in") {
		t.Errorf("warnings %q", warnings)
	}
}

func TestAFolderWithoutSnapshotsIsAnError(t *testing.T) {
	if _, _, err := folder(t, t.TempDir()); err == nil || !strings.Contains(err.Error(), "has no file that may be a snapshot") {
		t.Error(err)
	}
}

// A repo is a git repository of a test.
type repo struct {
	t    *testing.T
	dir  string
	hour int // of the next commit
}

func newRepo(t *testing.T) *repo {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("needs git")
	}
	r := &repo{t: t, dir: t.TempDir()}
	r.git("init", "-q", "-b", "main")
	return r
}

func (r *repo) git(args ...string) {
	r.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = r.dir
	at := time.Date(2026, 11, 1, r.hour, 0, 0, 0, time.UTC).Format(time.RFC3339)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org",
		"GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org", "GIT_COMMITTER_DATE="+at, "GIT_AUTHOR_DATE="+at)
	if out, err := cmd.CombinedOutput(); err != nil {
		r.t.Fatalf("git %q: %v: %s", args, err, out)
	}
}

// commit writes a file and commits it, an hour after the last commit.
func (r *repo) commit(name, text string) {
	r.t.Helper()
	write(r.t, filepath.Join(r.dir, name), text)
	r.hour++
	r.git("add", "-A")
	r.git("commit", "-q", "-m", text)
}

func (r *repo) versions(ctx context.Context, dir, path string) (found, warnings []string, err error) {
	return read(func(opt versions.Options) iter.Seq2[versions.Version, error] {
		return versions.Git(ctx, dir, path, opt)
	})
}

func TestVersionsInGitAreThoseOfTheBranchBeforeAndAfterARename(t *testing.T) {
	r := newRepo(t)
	r.commit("old name.json", "first")
	r.commit("other.json", "other")
	r.git("mv", "old name.json", "cluster.json")
	r.hour++
	r.git("commit", "-q", "-m", "moved")
	r.git("checkout", "-q", "-b", "side")
	r.commit("cluster.json", "of the side")
	r.git("checkout", "-q", "main")
	r.hour++
	r.git("merge", "-q", "--no-ff", "-m", "merged", "side")
	r.commit("cluster.json", strings.Repeat("x", 2000))
	r.hour++
	r.git("rm", "-q", "cluster.json")
	r.git("commit", "-q", "-m", "gone")
	r.commit("cluster.json", "last")
	found, warnings, err := r.versions(t.Context(), r.dir, "cluster.json")
	want := []string{
		"2026-11-01T01:00:00Z first", "2026-11-01T03:00:00Z first", "2026-11-01T05:00:00Z of the side", "2026-11-01T08:00:00Z last",
	}
	if err != nil || !slices.Equal(found, want) {
		t.Errorf("%q, %v", found, err)
	}
	if len(warnings) != 1 || !strings.Contains(warnings[0], "longer than --max-size") {
		t.Errorf("warnings %q", warnings)
	}
}

func TestARepositoryRunsNothing(t *testing.T) {
	r := newRepo(t)
	r.commit("cluster.json", "first")
	r.commit("cluster.json", "second")
	mark := filepath.Join(t.TempDir(), "ran")
	script := filepath.Join(r.dir, "run.sh")
	write(t, script, "#!/bin/sh\ntouch "+mark+"\ncat\n")
	if err := os.Chmod(script, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(r.dir, ".gitattributes"), "*.json diff=run filter=run\n")
	for _, set := range []string{
		"core.fsmonitor", "core.pager", "pager.log", "diff.external", "diff.run.command", "diff.run.textconv", "filter.run.smudge",
		"filter.run.clean", "gpg.program", "core.sshCommand", "core.askPass", "core.editor", "alias.log", "alias.cat-file",
	} {
		r.git("config", set, script)
	}
	r.git("config", "log.showSignature", "true")
	r.git("config", "core.hooksPath", r.dir)
	t.Setenv("GIT_EXTERNAL_DIFF", script)
	t.Setenv("GIT_DIR", t.TempDir()) // of another repository
	found, _, err := r.versions(t.Context(), r.dir, "cluster.json")
	if err != nil || len(found) != 2 {
		t.Errorf("%q, %v", found, err)
	}
	if _, err := os.Stat(mark); err == nil {
		t.Error("reading the versions ran a program that the repository names")
	}
}

func TestMistakesWithGitSayWhatToDo(t *testing.T) {
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull) // which may trust every folder
	r := newRepo(t)
	empty := newRepo(t)
	r.commit("cluster.json", "first")
	for name, c := range map[string]struct{ dir, path, want string }{
		"no such file":  {r.dir, "gone.json", "knows no version of gone.json"},
		"an option":     {r.dir, "--output=x", "looks like an option of git"},
		"a folder":      {"-x", "cluster.json", "looks like an option of git"},
		"magic":         {r.dir, ":(top)cluster.json", "knows no version"},
		"outside":       {r.dir, "../x.json", "is outside of the repository"},
		"no repository": {t.TempDir(), "cluster.json", "is not in a git repository"},
		"no commits":    {empty.dir, "cluster.json", "has no commits yet"},
	} {
		_, _, err := r.versions(t.Context(), c.dir, c.path)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := r.versions(ended, r.dir, "cluster.json"); !errors.Is(err, context.Canceled) {
		t.Errorf("ended: %v", err)
	}
	if got := os.Getuid(); got != 0 {
		return // only root can give a repository to somebody else
	}
	if err := filepath.WalkDir(r.dir, func(path string, _ os.DirEntry, err error) error {
		return errors.Join(err, os.Lchown(path, 12345, 12345))
	}); err != nil {
		t.Fatal(err)
	}
	_, _, err := r.versions(t.Context(), r.dir, "cluster.json")
	var failed *versions.Error
	if !errors.As(err, &failed) || !strings.Contains(failed.Message, "belongs to somebody else") || !strings.Contains(failed.Hint, "safe.directory") {
		t.Errorf("dubious ownership: %v", err)
	}
}

// A name has no time, or one of a year with four digits, whatever else is in it.
func FuzzTimeOfName(f *testing.F) {
	for _, name := range []string{"2026-11-01T12:30:05+02:00.json", "1793536205.json", "20261101-1230", "x"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		at, is := versions.TimeOfName(name)
		if year := at.Year(); is && (year < -1 || year > 10_000) || !is && !at.IsZero() {
			t.Errorf("%q: %v, %v", name, at, is)
		}
	})
}
