package config

// This file reads Bacalhau's own YAML: config.yaml, and the profiles of v1.9.

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/infile"
	"github.com/bacviz/bacviz/internal/yamltext"
)

// maxFile is the largest configuration file that is read.
const maxFile = 1 << 20

// readSmall reads a file of at most maxFile bytes.
func (r *resolver) readSmall(path string) ([]byte, error) { return infile.Read(r.ctx, path, maxFile) }

// readFound reads a file that no flag names. A FIFO in its place is refused, as there is
// nobody who is about to write into it.
func (r *resolver) readFound(path string) ([]byte, error) {
	if info, err := os.Stat(path); err == nil && info.Mode()&fs.ModeNamedPipe != 0 {
		return nil, &fs.PathError{Op: "read", Path: path, Err: errors.New("it is a FIFO, not a file")}
	}
	return r.readSmall(path)
}

// reason returns what an error of readSmall says beyond the path.
func reason(err error) string { return display.Printable(infile.Reason(err)) }

// Keys of config.yaml, in lower case, by setting: v1.5 and later, and v1.4.
var (
	fileKeys = map[string]string{
		Host: "api.host", Port: "api.port", TLS: "api.tls.usetls", CACert: "api.tls.cafile", Insecure: "api.tls.insecure",
		"dir": "datadir", // of profiles and tokens
	}
	oldFileKeys = map[string]string{
		Host: "node.clientapi.host", Port: "node.clientapi.port", TLS: "node.clientapi.clienttls.usetls",
		CACert: "node.clientapi.clienttls.cacert", Insecure: "node.clientapi.clienttls.insecure",
		tokensFile: "auth.tokenspath",
	}
	profileKeys = map[string]string{
		Host: "endpoint", Insecure: "tls.insecure", "timeout": "timeout", "token": "auth.token",
		CACert: "tls.cafile", ClientCert: "tls.clientcert", ClientKey: "tls.clientkey", // bacviz's own: Bacalhau passes over them
	}
)

// configFile reads config.yaml, which need not exist.
func (r *resolver) configFile(env layer) (file, old layer, err error) {
	file, old = layer{by: byFile}, layer{by: byOldFile}
	path := r.configPath(env)
	if path == "" {
		return file, old, nil
	}
	keys, err := r.readYAML(path)
	if infile.IsMissing(err) {
		return file, old, nil
	}
	if err != nil {
		return file, old, err
	}
	file.values, old.values = choose(keys, fileKeys, path, byFile), choose(keys, oldFileKeys, path, byOldFile)
	return file, old, nil
}

// configPath returns the path of config.yaml: in Bacalhau's folder, or else, unless a
// variable names that, in the user's folder of configurations, as v1.5 and later have it.
func (r *resolver) configPath(env layer) string {
	own := ""
	if r.dir != "" {
		own = filepath.Join(r.dir, "config.yaml")
		if _, err := os.Stat(own); err == nil || !infile.IsMissing(err) || env.values["dir"].text != "" {
			return own
		}
	}
	folder, err := r.opt.Getenv("XDG_CONFIG_HOME"), error(nil)
	switch {
	case folder != "":
	case r.opt.Home != "":
		folder = filepath.Join(r.opt.Home, ".config")
	default:
		folder, err = os.UserConfigDir()
	}
	path := filepath.Join(folder, "bacalhau", "config.yaml")
	if _, missing := os.Stat(path); err != nil || infile.IsMissing(missing) || !filepath.IsAbs(folder) {
		return own
	}
	return path
}

// choose returns the settings that the keys of a file give.
func choose(keys, wanted map[string]string, path string, by level) map[string]value {
	values := map[string]value{}
	for setting, key := range wanted {
		if text := keys[key]; text != "" {
			values[setting] = value{text, display.Printable(path) + " " + key, by}
		}
	}
	return values
}

// profiles reads the profile that a flag names, or else the one that a variable names,
// or else the one that bacviz's own file names, or else the current one.
func (r *resolver) profiles(flags, env, own layer) (named, current layer, err error) {
	named, current = layer{by: byNamedProfile}, layer{by: byProfile}
	if v, ok := flags.values[Profile]; ok {
		if named.values, err = r.profile(v, byNamedProfile); err != nil {
			return named, current, err
		}
		if _, ok := named.values[Insecure]; !ok { // it is a unit: variables do not weaken it
			named.values[Insecure] = value{"false", named.values[Host].from, byNamedProfile}
		}
		return named, current, nil
	}
	for _, l := range []layer{env, own} {
		if v, ok := l.values[Profile]; ok {
			current.values, err = r.profile(v, byProfile)
			return named, current, err
		}
	}
	if r.dir == "" {
		return named, current, nil
	}
	link := filepath.Join(r.dir, "profiles", "current")
	target, err := os.Readlink(link)
	if err != nil {
		return named, current, nil // there is no current one
	}
	name := strings.TrimSuffix(filepath.Base(target), ".yaml")
	if current.values, err = r.profile(value{name, link, byProfile}, byProfile); err != nil {
		if !errors.Is(err, os.ErrNotExist) {
			return named, current, err
		}
		r.s.Warnings = append(r.s.Warnings, err.Error())
		current.values = nil
	}
	return named, current, nil
}

// profile reads the profile of a name.
func (r *resolver) profile(v value, by level) (map[string]value, error) {
	if v.text == "" || v.text != filepath.Base(v.text) || v.text == "." || v.text == ".." || strings.Contains(v.text, `\`) {
		return nil, v.wrong("a profile is named like its file in "+display.Printable(filepath.Join(r.dir, "profiles"))+", without .yaml", "not the name of a profile")
	}
	if r.dir == "" {
		return nil, v.wrong("set BACALHAU_DIR", "there is no home folder to look for profiles in")
	}
	path := filepath.Join(r.dir, "profiles", v.text+".yaml")
	keys, err := r.readYAML(path)
	if infile.IsMissing(err) {
		e := v.wrong("", fmt.Sprintf("there is no profile %q", display.Printable(v.text)))
		e.Err = err
		if have := r.profileNames(); len(have) > 0 {
			e.Message += " (have " + strings.Join(have, ", ") + ")"
		}
		return nil, e
	}
	if err != nil {
		return nil, err
	}
	values := choose(keys, profileKeys, path, by)
	if _, ok := values[Host]; !ok {
		return nil, &Error{Message: display.Printable(path) + ": no endpoint", Err: os.ErrNotExist}
	}
	values[Profile] = value{v.text, display.Printable(v.from), by}
	return values, nil
}

// profileNames lists the profiles that there are.
func (r *resolver) profileNames() []string {
	entries, err := os.ReadDir(filepath.Join(r.dir, "profiles"))
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".yaml"); ok {
			names = append(names, display.Printable(name))
		}
	}
	slices.Sort(names)
	return names
}

// readYAML returns the scalars of a file, by their path in lower case: keys are not
// case-sensitive.
func (r *resolver) readYAML(path string) (map[string]string, error) {
	text, err := r.readFound(path)
	if err != nil {
		return nil, &Error{Message: fmt.Sprintf("%s: %s", display.Printable(path), reason(err)), Err: err}
	}
	keys, err := parseYAML(text)
	if err != nil {
		return nil, &Error{Message: fmt.Sprintf("%s: %s", display.Printable(path), err), Hint: "bacalhau config list shows what it should hold"}
	}
	return keys, nil
}

// parseYAML flattens a document. Its errors name the place and nothing more, since the
// line may hold a secret.
func parseYAML(text []byte) (map[string]string, error) {
	var document any
	if err := yaml.Unmarshal(text, &document); err != nil {
		if e := yamltext.Check(text); e != nil {
			return nil, fmt.Errorf("not valid YAML at line %d, column %d", e.Line, e.Column)
		}
		return nil, errors.New("not valid YAML")
	}
	keys := map[string]string{}
	switch document.(type) {
	case nil, map[string]any, map[any]any:
		flatten(keys, "", document, 0)
		return keys, nil
	}
	return nil, errors.New("not a YAML mapping")
}

// maxDepth is deeper than any key that is read.
const maxDepth = 8

// flatten adds the scalars of a node to keys.
func flatten(keys map[string]string, path string, node any, depth int) {
	join := func(name string) string {
		if path == "" {
			return strings.ToLower(name)
		}
		return path + "." + strings.ToLower(name)
	}
	switch node := node.(type) {
	case map[string]any:
		// Of names that differ only in case, the last in order has precedence.
		names := make([]string, 0, len(node))
		for name := range node {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			if depth < maxDepth {
				flatten(keys, join(name), node[name], depth+1)
			}
		}
	case map[any]any:
		texts := map[string]any{}
		for name, v := range node {
			if s, ok := name.(string); ok {
				texts[s] = v
			}
		}
		flatten(keys, path, texts, depth)
	case string:
		keys[path] = strings.TrimSpace(node)
	case bool, int, int64, uint64, float64:
		keys[path] = fmt.Sprint(node)
	}
}
