package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/internal/licenses"
)

// platforms are those that releases are built for.
var platforms = []string{
	"linux/amd64", "linux/arm64", "linux/arm", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64",
}

// A component is software with the folders that licences are looked for in.
type component struct {
	licenses.Component
	folder string   // the module's; empty for what is no module
	parts  []string // the folders of linked packages in it
	kept   []string // files of the repository with texts
}

// A listed package is what the go command says of a package.
type listedPackage struct {
	Dir    string
	Module *struct {
		Path, Version, Dir string
		Main               bool
	}
}

// linked returns the modules that the program of any platform links, by path, without
// bacviz itself.
func linked(root string) ([]component, error) {
	found := map[string]*component{}
	systems := map[string]map[string]bool{}
	for _, platform := range platforms {
		system, arch, _ := strings.Cut(platform, "/")
		packages, err := list(root, system, arch)
		if err != nil {
			return nil, fmt.Errorf("what is linked on %s: %w", platform, err)
		}
		for _, p := range packages {
			if p.Module == nil || p.Module.Main {
				continue // Go's library, or bacviz
			}
			c := found[p.Module.Path]
			if c == nil {
				c = &component{folder: p.Module.Dir}
				c.Name, c.Version = p.Module.Path, p.Module.Version
				found[c.Name], systems[c.Name] = c, map[string]bool{}
			}
			c.parts = append(c.parts, p.Dir)
			systems[c.Name][system] = true
		}
	}
	var all []component
	for _, path := range slices.Sorted(maps.Keys(found)) {
		c := *found[path]
		if on := systems[path]; len(on) < 3 {
			c.Systems = slices.Sorted(maps.Keys(on))
		}
		c.Source = sourceOf(path)
		all = append(all, c)
	}
	return all, nil
}

// list returns the packages that the program of a platform links.
func list(root, system, arch string) ([]listedPackage, error) {
	cmd := exec.Command("go", "list", "-deps", "-json=Dir,Module", "./cmd/bacviz")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOOS="+system, "GOARCH="+arch, "CGO_ENABLED=0")
	var messages bytes.Buffer
	cmd.Stderr = &messages
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, messages.Bytes())
	}
	var all []listedPackage
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listedPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
}

// sourceOf returns the address of a module's source code: of its repository, where the
// path begins with a host of repositories, else of a page that leads there.
func sourceOf(path string) string {
	parts := strings.Split(path, "/")
	switch parts[0] {
	case "github.com", "codeberg.org", "git.sr.ht":
		path = strings.Join(parts[:3], "/")
	}
	return "https://" + path
}

// licenceFiles returns the paths of a module's licences and notices: at its top, in each
// folder on the way to a linked package, and in folders that have nothing else.
func (c component) licenceFiles() ([]string, error) {
	folders := map[string]bool{c.folder: true}
	for _, name := range []string{"licenses", "LICENSES", "THIRD_PARTY_LICENSES"} {
		folders[filepath.Join(c.folder, name)] = true
	}
	for _, dir := range c.parts {
		for ; len(dir) > len(c.folder); dir = filepath.Dir(dir) {
			folders[dir] = true
		}
	}
	var found []string
	for _, folder := range slices.Sorted(maps.Keys(folders)) {
		entries, err := os.ReadDir(folder)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
		whole := strings.Contains(strings.ToLower(filepath.Base(folder)), "licenses") && folder != c.folder
		for _, e := range entries {
			if !e.IsDir() && (whole || isLicence(e.Name())) && !slices.Contains(unused[c.Name], e.Name()) {
				found = append(found, filepath.Join(folder, e.Name()))
			}
		}
	}
	return found, nil
}

// isLicence reports whether a file of that name is a licence or a notice.
func isLicence(name string) bool {
	switch ext := filepath.Ext(name); strings.ToLower(ext) {
	case ".go", ".s", ".c", ".h", ".json", ".yaml", ".yml":
		return false
	}
	name = strings.ToLower(name)
	for _, word := range []string{"license", "licence", "copying", "notice", "patents", "unlicense"} {
		if strings.HasPrefix(name, word) {
			return true
		}
	}
	return false
}
