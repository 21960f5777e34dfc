package bacviz_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// readYAML reads a file of the repository.
func readYAML(t *testing.T, path string, to any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, to); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// TestReleasesAreStaticAndReproducible reads the settings on which .ci/release-snapshot
// relies, so that a change of them fails before a release is built.
func TestReleasesAreStaticAndReproducible(t *testing.T) {
	var release struct {
		Builds []struct {
			Env, Targets, Flags, Ldflags []string
			Time                         string `yaml:"mod_timestamp"`
		}
		Nfpms []struct {
			Formats []string
			Mtime   string
		}
	}
	readYAML(t, ".goreleaser.yaml", &release)
	if len(release.Builds) != 2 || len(release.Nfpms) != 1 {
		t.Fatalf("%d builds and %d packages", len(release.Builds), len(release.Nfpms))
	}
	build := release.Builds[0]
	if !slices.Contains(build.Env, "CGO_ENABLED=0") || !slices.Contains(build.Flags, "-trimpath") {
		t.Errorf("built with %q and %q", build.Env, build.Flags)
	}
	if !strings.Contains(strings.Join(build.Ldflags, " "), "-X main.release=v{{ .Version }}") {
		t.Errorf("the version is not linked: %q", build.Ldflags)
	}
	if build.Time != "{{ .CommitTimestamp }}" || release.Nfpms[0].Mtime != "{{ .CommitDate }}" {
		t.Errorf("times are %s and %s, not the commit's", build.Time, release.Nfpms[0].Mtime)
	}
	module := release.Builds[1]
	if strings.Contains(strings.Join(module.Ldflags, " "), "-s") || len(module.Ldflags) == 0 || !slices.Contains(module.Flags, "-trimpath") || module.Time != build.Time {
		t.Errorf("the module of WebAssembly is built with %q and %q: without -s, or Bacalhau may refuse it", module.Flags, module.Ldflags)
	}
	if want := []string{"deb", "rpm", "apk"}; !slices.Equal(release.Nfpms[0].Formats, want) {
		t.Errorf("packages %q, want %q", release.Nfpms[0].Formats, want)
	}
}

// TestLicencesAreCollectedForWhatIsReleased compares the platforms of releases with those
// whose modules are looked up.
func TestLicencesAreCollectedForWhatIsReleased(t *testing.T) {
	var release struct{ Builds []struct{ Targets []string } }
	readYAML(t, ".goreleaser.yaml", &release)
	source, err := os.ReadFile("internal/licenses/make/linked.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range release.Builds[0].Targets {
		parts := strings.Split(target, "_")
		if platform := `"` + parts[0] + "/" + parts[1] + `"`; !strings.Contains(string(source), platform) {
			t.Errorf("internal/licenses/make/linked.go lacks the platform %s", platform)
		}
	}
}

// TestWorkflowsBuildWithTheGoOfGoMod holds that workflows follow go.mod to the next Go.
// They name its minor version, since go.mod's own may have known faults by now.
func TestWorkflowsBuildWithTheGoOfGoMod(t *testing.T) {
	module, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	minor := regexp.MustCompile(`(?m)^go (1\.\d+)`).FindSubmatch(module)
	for path, workflow := range workflows(t) {
		for _, asked := range regexp.MustCompile(`go-version: (\S+)`).FindAllStringSubmatch(workflow, -1) {
			if want := string(minor[1]) + ".x"; asked[1] != want {
				t.Errorf("%s asks for Go %s, want %s", path, asked[1], want)
			}
		}
	}
}

// TestNotesOfAReleaseAreItsPartOfTheChangelog runs the script that the workflow of
// releases runs, for a version that the changelog has and for one that it lacks.
func TestNotesOfAReleaseAreItsPartOfTheChangelog(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil || runtime.GOOS == "windows" {
		t.Skip("there is no Bash")
	}
	script, err := os.ReadFile(".ci/release-notes")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	changelog := "# Changelog\n\n## [Unreleased]\n\n## [1.2.30] - 2026-01-02\n\n- Later.\n\n## [1.2.3] - 2026-01-01\n\n### Added\n\n- It.\n\n## [1.2.2]\n"
	for name, text := range map[string]string{"CHANGELOG.md": changelog, ".ci/release-notes": string(script)} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for version, want := range map[string]string{
		"v1.2.3": "\n### Added\n\n- It.\n",
		"v1.2.2": "CHANGELOG.md has nothing under ## [1.2.2]\n",
		"v1.2.1": "CHANGELOG.md has nothing under ## [1.2.1]\n",
	} {
		out, err := exec.Command(bash, filepath.Join(dir, ".ci/release-notes"), version).CombinedOutput()
		if failed := err != nil; string(out) != want || failed != strings.HasPrefix(want, "CHANGELOG") {
			t.Errorf("notes of %s: %v: %q, want %q", version, err, out, want)
		}
	}
}

// TestReleaseIsPublishedLast holds that nobody sees a release before every check has passed and
// all of it is built and attested.
func TestReleaseIsPublishedLast(t *testing.T) {
	var gate struct{ On map[string]any }
	readYAML(t, ".github/workflows/ci.yml", &gate)
	var release struct {
		Jobs map[string]struct {
			Uses  string
			Needs []string
			Steps []struct{ Uses, Run string }
		}
	}
	readYAML(t, ".github/workflows/release.yml", &release)
	if _, callable := gate.On["workflow_call"]; !callable || release.Jobs["check"].Uses != "./.github/workflows/ci.yml" {
		t.Error("the job check does not run ci.yml")
	}
	publish := release.Jobs["publish"]
	if !slices.Equal(publish.Needs, []string{"check", "test"}) {
		t.Errorf("publishing needs %q", publish.Needs)
	}
	attested, released := -1, -1
	for i, step := range publish.Steps {
		if strings.HasPrefix(step.Uses, "actions/attest-") {
			attested = i
		}
		if strings.Contains(step.Run, "goreleaser release") && !strings.Contains(step.Run, "--skip=publish") && released < 0 {
			released = i
		}
	}
	if attested < 0 || released < attested {
		t.Errorf("step %d publishes, and step %d attests", released, attested)
	}
}

// TestChecksumsHaveEveryFileOfARelease holds that what is uploaded beside archives and packages
// has its checksums too, in the order in which goreleaser publishes them.
func TestChecksumsHaveEveryFileOfARelease(t *testing.T) {
	type files []struct{ Glob string }
	var config struct {
		Checksum, Release struct {
			Files files `yaml:"extra_files"`
		}
	}
	readYAML(t, ".goreleaser.yaml", &config)
	if len(config.Release.Files) == 0 || !slices.Equal(config.Checksum.Files, config.Release.Files) {
		t.Errorf("uploads %q, and sums %q", config.Release.Files, config.Checksum.Files)
	}
	bash, err := exec.LookPath("bash")
	if err != nil || runtime.GOOS != "linux" {
		t.Skip("needs Bash and sha256sum")
	}
	script, err := os.ReadFile(".ci/release-checksums")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		".ci/release-checksums": string(script), "dist/checksums.txt": strings.Repeat("0", 64) + "  bacviz_1.2.3_linux_amd64.deb\n",
		"dist/homebrew/Casks/bacviz.rb": "", "dist/scoop/bacviz.json": "",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command(bash, filepath.Join(dir, ".ci/release-checksums")).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	got, err := os.ReadFile(filepath.Join(dir, "dist/checksums.txt"))
	if err != nil {
		t.Fatal(err)
	}
	const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	if want := empty + "  bacviz.json\n" + empty + "  bacviz.rb\n" + strings.Repeat("0", 64) + "  bacviz_1.2.3_linux_amd64.deb\n"; string(got) != want {
		t.Errorf("%s", got)
	}
}

// TestJobsWithoutTheToolsDoNotAskForThem holds that tests skip where a runner lacks a tool,
// except in the job whose script installs all of them.
func TestJobsWithoutTheToolsDoNotAskForThem(t *testing.T) {
	tests := 0
	for path := range workflows(t) {
		var workflow struct {
			Jobs map[string]struct {
				Env   map[string]string
				Steps []struct{ Run string }
			}
		}
		readYAML(t, path, &workflow)
		for name, job := range workflow.Jobs {
			for _, step := range job.Steps {
				if !strings.Contains(step.Run, "go test") {
					continue
				}
				tests++
				if ci, set := job.Env["CI"]; !set || ci == "true" {
					t.Errorf("%s: job %s runs %q with CI=true, which GitHub sets", path, name, step.Run)
				}
			}
		}
	}
	if tests == 0 {
		t.Error("no job runs tests")
	}
}

// workflows returns the workflows by their paths.
func workflows(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(".github/workflows/*.yml")
	if err != nil || len(paths) == 0 {
		t.Fatal("no workflows: ", err)
	}
	all := map[string]string{}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all[path] = string(data)
	}
	return all
}

// TestWorkflowsPinActionsAndAskForLittle holds that no action can be changed under a
// workflow, and that a job which may write says so itself.
func TestWorkflowsPinActionsAndAskForLittle(t *testing.T) {
	pinned := regexp.MustCompile(`^[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
	for path, text := range workflows(t) {
		var workflow struct{ Permissions *map[string]string }
		readYAML(t, path, &workflow)
		if workflow.Permissions == nil {
			t.Errorf("%s does not say what its jobs may do by default", path)
			continue
		}
		for what, may := range *workflow.Permissions {
			if what != "contents" || may != "read" {
				t.Errorf("%s: jobs may by default %s %s, and ought to read contents at most", path, may, what)
			}
		}
		for line := range strings.Lines(text) {
			_, action, uses := strings.Cut(line, "uses: ")
			if uses && !strings.HasPrefix(action, "./") && !pinned.MatchString(strings.TrimSpace(action)) {
				t.Errorf("%s: %q is not pinned by commit, with its version behind", path, strings.TrimSpace(action))
			}
		}
	}
}
