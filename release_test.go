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
