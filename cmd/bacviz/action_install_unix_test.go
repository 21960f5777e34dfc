//go:build unix

package main

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// A goStandIn writes what it is asked for, and its settings, and makes a bacviz.
func goStandIn(t *testing.T) (bin string) {
	t.Helper()
	bin = t.TempDir()
	standIn(t, bin, "go", `printf '%s\n' "$*" "$GOSUMDB$GONOSUMDB$GOINSECURE$GOPRIVATE$GOFLAGS" "$GOENV" >"$RUNNER_TEMP/asked"
[ "$1" = install ] && cp "$BACVIZ" "$GOBIN/bacviz" || cp "$BACVIZ" "$3"`)
	return bin
}

// install runs install.sh as for an action that is used by ref.
func (s *step) install(t *testing.T, bin, ref string, env ...string) (status int, stdout string) {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	env = append([]string{
		"BACVIZ=" + program(t), "BACVIZ_ACTION_REF=" + ref, "GITHUB_ACTION_PATH=" + root, "RUNNER_OS=Linux", "RUNNER_ARCH=X64", "BACVIZ_RELEASES=" + refused(t),
	}, env...)
	return s.run(t, "install.sh", bin, env...)
}

// A version that is asked for is installed by its commit, which Go verifies.
func TestActionInstallsTheVersionThatIsAskedFor(t *testing.T) {
	t.Parallel()
	bin := goStandIn(t)
	commit := strings.Repeat("0a", 20)
	for version, ok := range map[string]bool{
		"v1.2.3": true, "v1.2.3-rc.1": true, commit: true,
		"latest": false, "main": false, "v1": false, "v1.2": false, commit[:12]: false, "v1.2.3 -x": false, "v1.2.3\nx": false,
	} {
		s := newStep(t)
		status, _ := s.install(t, bin, "v1.0.0", "BACVIZ_VERSION="+version, "GOSUMDB=off", "GONOSUMDB=*", "GOINSECURE=*", "GOPRIVATE=*", "GOFLAGS=-insecure")
		asked, err := os.ReadFile(filepath.Join(s.temp, "asked"))
		if want := "install github.com/bacviz/bacviz/cmd/bacviz@" + version + "\nsum.golang.org\noff\n"; ok && (status != 0 || string(asked) != want || readAll(t, s.path) != s.temp+"/bacviz-bin\n") {
			t.Errorf("%q: status %d, asked %q", version, status, asked)
		}
		if !ok && (status != 2 || err == nil) {
			t.Errorf("%q: status %d, asked %q", version, status, asked)
		}
	}
}

// Without a version, the action is built from its own checkout, whatever ref that has.
func TestActionIsBuiltFromItsCheckout(t *testing.T) {
	t.Parallel()
	bin := goStandIn(t)
	commit := strings.Repeat("0a", 20)
	for ref, known := range map[string]string{"main": "", "": "", commit: "-X main.commit=" + commit, "v1.2.3": "-X main.release=v1.2.3"} { // that has no release here
		s := newStep(t)
		status, stdout := s.install(t, bin, ref, "GOSUMDB=off", "GOPRIVATE=*", "GOFLAGS=-insecure")
		want := "build -o " + s.temp + "/bacviz-bin/bacviz -trimpath -buildvcs=false -ldflags " + known + " ./cmd/bacviz\nsum.golang.org\noff\n"
		if asked := readAll(t, filepath.Join(s.temp, "asked")); status != 0 || asked != want || !strings.Contains(stdout, "bacviz ") {
			t.Errorf("%q: status %d, asked %q", ref, status, asked)
		}
	}
	s := newStep(t)
	if status, stdout := s.install(t, bin, "main", "GITHUB_ACTION_PATH="+t.TempDir()); status != 2 || !strings.Contains(stdout, `set the input "version"`) {
		t.Errorf("without a checkout: status %d: %s", status, stdout)
	}
}

// A bacviz that an earlier step has put into PATH is taken, unless another version is
// asked for.
func TestActionTakesTheProgramThatIsThere(t *testing.T) {
	t.Parallel()
	bin := goStandIn(t)
	standIn(t, bin, "bacviz", "echo bacviz v1.2.3 go1.26.0 linux/amd64")
	for version, built := range map[string]bool{"": false, "v1.2.3": false, "v1.2.4": true} {
		s := newStep(t)
		status, _ := s.install(t, bin, "v1.0.0", "BACVIZ_VERSION="+version)
		if _, err := os.Stat(filepath.Join(s.temp, "asked")); status != 0 || (err == nil) != built || (readAll(t, s.path) != "") != built {
			t.Errorf("%q: status %d, asked %v, path %q", version, status, err, readAll(t, s.path))
		}
	}
}

// releases serves the release of a version for Linux, with checksums of that archive.
func releases(t *testing.T, sums func(archive []byte) string) *httptest.Server {
	t.Helper()
	dir := t.TempDir()
	standIn(t, dir, "bacviz", "echo bacviz v1.2.3")
	archive, err := exec.Command("tar", "-czf", "-", "-C", dir, "bacviz").Output()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/v1.2.3/bacviz_1.2.3_linux_amd64.tar.gz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(archive) })
	mux.HandleFunc("/v1.2.3/checksums.txt", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, sums(archive)) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

// The release of a version is downloaded and compared with its checksum. Without one, and
// for an action that is pinned to a commit, bacviz is built.
func TestActionTakesARelease(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("curl"); err != nil {
		skip(t, "this system has no curl")
	}
	bin := goStandIn(t)
	right := func(archive []byte) string {
		return fmt.Sprintf("%064d  other.tar.gz\n%x  bacviz_1.2.3_linux_amd64.tar.gz\n", 0, sha256.Sum256(archive))
	}
	wrong := func([]byte) string { return fmt.Sprintf("%064d  bacviz_1.2.3_linux_amd64.tar.gz\n", 0) }
	none := func([]byte) string { return "" }
	for _, c := range []struct {
		name, version, ref, arch string
		sums                     func([]byte) string
		status                   int
		built                    bool
	}{
		{"by the action's ref", "", "v1.2.3", "X64", right, 0, false},
		{"by the version", "v1.2.3", "main", "X64", right, 0, false},
		{"of a commit", "", strings.Repeat("0a", 20), "X64", right, 0, true},
		{"of another version", "", "v1.2.4", "X64", right, 0, true},
		{"for another processor", "", "v1.2.3", "ARM64", right, 0, true},
		{"with another checksum", "", "v1.2.3", "X64", wrong, 2, false},
		{"without a checksum", "", "v1.2.3", "X64", none, 2, false},
	} {
		s := newStep(t)
		status, stdout := s.install(t, bin, c.ref, "BACVIZ_VERSION="+c.version, "RUNNER_ARCH="+c.arch, "BACVIZ_RELEASES="+releases(t, c.sums).URL)
		_, err := os.Stat(filepath.Join(s.temp, "asked"))
		if status != c.status || (err == nil) != c.built || status == 2 && !strings.Contains(stdout, "is not the file whose checksum its release has") {
			t.Errorf("%s: status %d, built %v: %s", c.name, status, err == nil, stdout)
		}
		if left, err := filepath.Glob(filepath.Join(s.temp, "bacviz-bin", "*")); status == 0 && (err != nil || len(left) != 1) {
			t.Errorf("%s: left %q (%v)", c.name, left, err)
		}
	}
}

// The names of a release's files are those that the script looks for.
func TestActionKnowsTheNamesOfReleases(t *testing.T) {
	t.Parallel()
	var release struct {
		Archives []struct {
			Name      string   `yaml:"name_template"`
			Formats   []string `yaml:"formats"`
			Wrap      bool     `yaml:"wrap_in_directory"`
			Overrides []struct {
				OS      string   `yaml:"goos"`
				Formats []string `yaml:"formats"`
			} `yaml:"format_overrides"`
		}
		Checksum struct {
			Name string `yaml:"name_template"`
		}
	}
	if err := yaml.Unmarshal([]byte(readAll(t, "../../.goreleaser.yaml")), &release); err != nil {
		t.Fatal(err)
	}
	a := release.Archives[0]
	if a.Name != "bacviz_{{ .Version }}_{{ .Os }}_{{ .Arch }}{{ with .Arm }}v{{ . }}{{ end }}" || a.Wrap || release.Checksum.Name != "checksums.txt" ||
		!slices.Equal(a.Formats, []string{"tar.gz"}) || len(a.Overrides) != 1 || a.Overrides[0].OS != "windows" || !slices.Equal(a.Overrides[0].Formats, []string{"zip"}) {
		t.Errorf("install.sh looks for other names than these: %+v", release)
	}
}

// Without Go, the step says what to do.
func TestActionSaysThatGoIsMissing(t *testing.T) {
	t.Parallel()
	s := newStep(t)
	bin := t.TempDir()
	for _, name := range []string{"sh", "mkdir", "rm", "uname", "grep"} {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(path, filepath.Join(bin, name)); err != nil {
			t.Fatal(err)
		}
	}
	status, stdout := s.install(t, bin, "main", "PATH="+bin)
	if status != 2 || !strings.Contains(stdout, "::error title=bacviz::Go is not installed: run actions/setup-go first") {
		t.Errorf("status %d: %s", status, stdout)
	}
}

// On Windows, paths are those of its own programs.
func TestActionSpeaksOfPathsAsWindowsDoes(t *testing.T) {
	t.Parallel()
	bin := goStandIn(t)
	standIn(t, bin, "cygpath", `case $1 in (-w) printf 'W:%s\n' "$2" ;; (-m) ln -sfn "$2" "$2.m" && printf '%s.m\n' "$2" ;; esac`)
	s := newStep(t)
	status, _ := s.install(t, bin, "main", "RUNNER_OS=Windows")
	if got := readAll(t, s.path); status != 0 || got != "W:"+s.temp+"/bacviz-bin\n" || !strings.Contains(readAll(t, filepath.Join(s.temp, "asked")), "/bacviz-bin/bacviz.exe ") {
		t.Errorf("status %d, path %q", status, got)
	}
	demoAndRules(t, s, 5)
	standIn(t, bin, "bacviz", `exec "`+program(t)+`" "$@"`)
	status, _ = s.run(t, "run.sh", bin, "BACVIZ_SOURCE=nodes.json")
	if got := readAll(t, s.output); status != 0 || !strings.HasSuffix(got, ".m\n") {
		t.Errorf("status %d, outputs %q", status, got)
	}
}
