// Package remote makes the jobs of Bacalhau that make the facts of a fleet, each of a part of it, and
// unpacks what they publish. It sends nothing: the caller submits the jobs, follows them and fetches
// the results.
//
// It is made for bacviz's own commands, and may change with a minor version: see
// docs/versions.md.
package remote

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"

	"golang.org/x/mod/semver"
)

// Options say what the jobs do. Inputs and one of Module and Image are needed.
type Options struct {
	Version string // of the orchestrator, such as v1.9.3; empty is a new one
	Shards  int    // 1 to MaxShards, and to MaxJobs where there are no partitions

	// Module is where the nodes get bacviz-fleet.wasm from. Image is the name of a container image
	// of bacviz, which is used instead if it is not empty.
	Module Location
	Image  string

	Inputs      []Input
	Rules       []byte // a file of rules, in YAML, or nil; it is a part of the job
	Publisher   Location
	Constraints []Constraint // on the nodes
	Namespace   string       // may be empty
	CPU, Memory string       // such as 1 and 1gb
}

// A Constraint is a condition on the labels of nodes.
type Constraint struct {
	Key      string
	Operator string // as Kubernetes has them: =, in, notin, exists …
	Values   []string
}

// HasPartitions reports whether an orchestrator of that version tells the executions of a job
// which part each is: from v1.6 on (pkg/models, BACALHAU_PARTITION_INDEX).
func HasPartitions(version string) bool { return atLeast(version, "v1.6.0") }

// atLeast compares without what follows a hyphen, as in v1.7.0-rc1, which has the features of v1.7.0.
func atLeast(version, least string) bool {
	release, _, _ := strings.Cut(version, "-")
	return !semver.IsValid(release) || semver.Compare(release, least) >= 0
}

// MaxShards is the largest number of shards: an orchestrator plans all executions of a job at once.
// MaxJobs is the largest number of jobs, each of which is submitted and followed by itself.
const (
	MaxShards = 10_000
	MaxJobs   = 100
)

// Jobs returns the documents of the jobs, as the API takes them: one with a partition for each
// shard, or where there are no partitions a job for each.
func Jobs(opt Options) (all []json.RawMessage, err error) {
	if err := opt.check(); err != nil {
		return nil, err
	}
	count, jobs := opt.Shards, 1
	if !HasPartitions(opt.Version) {
		count, jobs = 1, opt.Shards
	}
	for i := range jobs {
		var shard []string
		if jobs > 1 {
			shard = []string{"--shard", fmt.Sprintf("%d/%d", i, jobs)}
		}
		text, err := json.Marshal(job{
			Type: "batch", Count: count, Namespace: opt.Namespace, Constraints: opt.Constraints,
			Labels: map[string]string{"bacviz": "fleet"}, Tasks: []task{opt.task(shard)},
		})
		if err != nil {
			return nil, err
		}
		all = append(all, text)
	}
	return all, nil
}

func (o *Options) check() error {
	switch {
	case o.Shards < 1:
		return errors.New("there is at least one shard")
	case o.Shards > MaxShards:
		return fmt.Errorf("%d shards are more than %d", o.Shards, MaxShards)
	case o.Shards > MaxJobs && !HasPartitions(o.Version):
		return fmt.Errorf("%d shards are more than %d: an orchestrator before v1.6 gets a job for each", o.Shards, MaxJobs)
	case len(o.Inputs) == 0:
		return errors.New("there is nothing to read")
	case o.Image == "" && o.Module.Type == "":
		return errors.New("nodes need a module or an image to run")
	}
	known := make(map[string]bool)
	for _, in := range o.Inputs {
		if known[in.Name] {
			return fmt.Errorf("two inputs have the name %s: give them others, as NAME=…", in.Name)
		}
		known[in.Name] = true
	}
	return nil
}

// A job, a task and their parts are what Bacalhau's API takes.
type job struct {
	Type        string
	Count       int
	Namespace   string            `json:",omitempty"`
	Labels      map[string]string `json:",omitempty"`
	Constraints []Constraint      `json:",omitempty"`
	Tasks       []task
}

type task struct {
	Name         string
	Engine       engine
	InputSources []inputSource
	ResultPaths  []resultPath
	Publisher    engine
	Resources    map[string]string `json:",omitempty"`
}

// An engine is a type with parameters, which publishers and sources are, too.
type engine struct {
	Type   string
	Params map[string]any `json:",omitempty"`
}

type inputSource struct {
	Source        engine
	Alias, Target string
}

type resultPath struct{ Name, Path string }

// Where a job finds its inputs, and where it leaves its facts.
const (
	inputs  = "/inputs"
	rules   = "/rules.yaml"
	outputs = "outputs" // the name of the folder in results; on nodes it is /outputs

	// Facts is the name of the file that a job leaves.
	Facts = "facts.jsonl"
)

// task returns the task of a job. It reads what fleet facts does, with other arguments behind.
func (o *Options) task(more []string) task {
	t := task{
		Name: "facts", Publisher: engine{o.Publisher.Type, o.Publisher.Params},
		ResultPaths: []resultPath{{outputs, "/" + outputs}}, Resources: map[string]string{},
	}
	for name, value := range map[string]string{"CPU": o.CPU, "Memory": o.Memory} {
		if value != "" {
			t.Resources[name] = value
		}
	}
	args := []string{"facts"}
	for _, in := range o.Inputs {
		folder := path.Join(inputs, in.Name)
		target := folder
		if in.Type == "urlDownload" && o.Image == "" && !atLeast(o.Version, "v1.8.0") {
			// The target was that of the file then, for WebAssembly (Bacalhau's pull request 4986).
			target = path.Join(folder, in.file)
		}
		t.InputSources = append(t.InputSources, inputSource{engine{in.Type, in.Params}, "", target})
		args = append(args, folder)
	}
	if o.Rules != nil {
		data := "data:application/yaml;base64," + base64.StdEncoding.EncodeToString(o.Rules)
		t.InputSources = append(t.InputSources, inputSource{engine{"inline", map[string]any{"URL": data}}, "", rules})
		args = append(args, "--rules", rules)
	}
	args = append(append(args, more...), "-o", "/"+outputs+"/"+Facts)
	if o.Image != "" {
		t.Engine = engine{"docker", map[string]any{"Image": o.Image, "Parameters": append([]string{"fleet"}, args...)}}
		return t
	}
	o.addModule(&t, args)
	return t
}

// addModule adds the module. Until v1.6 it was a source of its own, and is a path among the inputs
// in later versions; v1.6.5 and v1.9.3 were recorded.
func (o *Options) addModule(t *task, args []string) {
	const folder, name = "/module", "bacviz-fleet.wasm"
	source := inputSource{engine{o.Module.Type, o.Module.Params}, "", folder}
	t.Engine = engine{"wasm", map[string]any{"Entrypoint": "_start", "Parameters": args}}
	if !atLeast(o.Version, "v1.7.0") {
		source.Alias, source.Target = name, ""
		t.Engine.Params["EntryModule"] = source
		return
	}
	entry := path.Join(folder, o.Module.file)
	if o.Module.Type == "localDirectory" || o.Module.Type == "ipfs" {
		source.Target, entry = "/"+name, "/"+name // a file, and not what is in a folder
	}
	t.Engine.Params["EntryModule"] = entry
	t.InputSources = append(t.InputSources, source)
}
