package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
)

const redactKey = "correct horse battery staple"

// An answer is a node list in JSON, whose originals a test can find and replace
// without bacviz.
type answer struct{ v any }

func readAnswer(t *testing.T, text []byte) answer {
	t.Helper()
	var a answer
	// The command line's list has log lines before it, an answer none.
	if i := bytes.IndexAny(text, "[{"); json.Unmarshal(text, &a.v) != nil && i > 0 {
		for json.Unmarshal(text[i:], &a.v) != nil {
			next := bytes.IndexByte(text[i:], '\n')
			if next < 0 {
				t.Fatal("no JSON")
			}
			i += next + 1
		}
	}
	return a
}

// each calls f for every NodeID and label value, and puts what it returns there.
func (a answer) each(f func(string) string) {
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			for k, e := range v {
				if id, ok := e.(string); ok && k == "NodeID" {
					v[k] = f(id)
				}
				if labels, ok := e.(map[string]any); ok && k == "Labels" {
					for key, value := range labels {
						labels[key] = f(value.(string))
					}
					continue
				}
				walk(e)
			}
		}
	}
	walk(a.v)
}

// originals lists the texts that must not survive, with the short forms of IDs.
func (a answer) originals() []string {
	var all []string
	a.each(func(s string) string {
		if len(s) >= 4 {
			all = append(all, s)
		}
		if parts := strings.Split(s, "-"); len(parts) > 3 {
			all = append(all, parts[0]+"-"+parts[1])
		}
		return s
	})
	slices.Sort(all)
	return slices.Compact(all)
}

func (a answer) save(t *testing.T, name string) string {
	t.Helper()
	text, err := json.Marshal(a.v)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), name+".json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// withEffect returns flags, each with its value, without those that the format refuses.
func withEffect(args []string, f output.Format) []string {
	var kept []string
	for pair := range slices.Chunk(args, 2) {
		if uses, isOfPicture := flagUses[strings.TrimPrefix(pair[0], "--")]; !isOfPicture || f.Uses&uses != 0 {
			kept = append(kept, pair...)
		}
	}
	return kept
}

// A survey draws one network up to three times in each format: as it is, redacted, and
// redacted after the test itself replaced the originals with other words.
//
// An original in a picture has not always survived: a role called "orch" is in the
// legend's "orchestrator" whichever network is drawn. The words of the third picture are
// bacviz's own, since it never saw the originals. So an original survived if the
// redacted picture has it more often than the third.
func survey(t *testing.T, a answer, name string, args ...string) {
	t.Helper()
	redact := []string{"--redact", "--redact-key", writeText(t, "key", redactKey)}
	originals := a.originals()
	file := a.save(t, name)
	numbers := make(map[string]int)
	a.each(func(s string) string {
		if numbers[s] == 0 {
			numbers[s] = len(numbers) + 1
		}
		return fmt.Sprintf("zq%dqz", numbers[s])
	})
	placebo := a.save(t, "placebo")

	for _, f := range output.Formats() {
		args := withEffect(args, f)
		picture := func(args ...string) string {
			status, out, stderr := bacviz(t, append([]string{"render", "-f", f.Name, "-o", "-", "--include", "all"}, args...)...)
			if status != 0 {
				t.Fatalf("%s: exit status %d: %s", f.Name, status, stderr)
			}
			return extract(t, f.Name, []byte(out))
		}
		redacted := picture(slices.Concat(args, redact, []string{file})...)
		own := sync.OnceValue(func() string { return picture(slices.Concat(args, redact, []string{placebo})...) })
		for _, o := range originals {
			if n := strings.Count(redacted, o); n > 0 && n > strings.Count(own(), o) {
				t.Errorf("%s: %q is in it %d times; a picture of any network has it %d times", f.Name, o, n, strings.Count(own(), o))
			}
		}
		_, err := exec.LookPath("pdftotext")
		if f.Name == "png" || f.Name == "jpg" || f.Name == "pdf" && err != nil { // no text to search
			continue
		}
		// A search that finds nothing in any picture would prove nothing.
		plain := picture(append(args, "--label", "@full", file)...)
		if !slices.ContainsFunc(originals, func(o string) bool { return strings.Contains(plain, o) }) {
			t.Errorf("%s: no original is found even without --redact", f.Name)
		}
	}
}

func TestRedactLeavesNoOriginalInAnyFormat(t *testing.T) {
	skipUnderRace(t, repeats)
	t.Parallel()
	done := make(map[string]bool)
	for _, l := range nodeLists {
		loaded, err := clustertest.Load(l.version, l.name)
		if err != nil {
			t.Fatal(err)
		}
		a := readAnswer(t, loaded.Body)
		if same := strings.Join(a.originals(), "\n"); done[same] {
			continue // the same nodes in another state, or in another order
		} else {
			done[same] = true
		}
		t.Run(l.version+" "+l.name, func(t *testing.T) { survey(t, a, l.name) })
	}
}

func TestRedactLeavesNoOriginalOfMadeUpClusters(t *testing.T) {
	t.Parallel()
	ways := [][]string{
		nil,
		{"--group-by", "region,rack", "--color-by", "region", "--engine", "rings"},
		{"--group-by", "@engine,os_arch", "--collapse"},
		{"--label", "name", "--color-by", "@version", "--size-by", "memory", "--engine", "rings"},
		{"--label", "region", "--color-by", "os_arch", "--engine", "rings"},
		{"--label", "@full"},
	}
	for i, names := range []clustertest.NameStyle{clustertest.NameUUID, clustertest.NameHost, clustertest.NameCloud, clustertest.NameLegacy, clustertest.NameMixed, clustertest.NameHost} {
		if testing.Short() && i > 1 {
			break
		}
		t.Run(fmt.Sprint(names, ways[i]), func(t *testing.T) {
			list := clustertest.Cluster(uint64(i), clustertest.Options{
				Nodes: 5 + 12*i, Regions: 5, Names: names, Disconnected: 0.2, Pending: 0.1, Rejected: 0.1,
			})[0]
			for k := range list.Nodes {
				n := &list.Nodes[k]
				n.Sightings[0].LastError = "dial tcp 10.9.8.7:4222: " + n.ID
				switch k % 4 { // what is no label may say what a label says
				case 0:
					n.Labels["runs"], n.Labels["bacalhau"] = "docker", "v1.9.3"
				case 1:
					n.Labels["rack/"+n.Labels["region"]] = "yes!"
				case 2:
					n.Version, n.Labels["stage"] = "v1.9.3-acme", "acme"
				}
			}
			var text bytes.Buffer
			if err := clustertest.WriteList(&text, list, "v1.9.3"); err != nil {
				t.Fatal(err)
			}
			survey(t, readAnswer(t, text.Bytes()), "made-up", ways[i]...)
		})
	}
}

func TestRedactLeavesNoOriginalWithEveryEngine(t *testing.T) {
	skipUnderRace(t, repeats)
	engines := [][]string{{"--renderer", "graphviz", "-f", "svg"}}
	for _, e := range layout.Engines() {
		engines = append(engines, []string{"--engine", e.Name, "-f", "svg"})
	}
	t.Setenv(redactKeyVar, redactKey)
	file := saveCapture(t, "v1.9.3", "nodes")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	originals := readAnswer(t, text).originals()
	for _, args := range engines {
		status, out, stderr := bacviz(t, append([]string{"render", "--redact", file}, args...)...)
		if status != 0 {
			t.Fatalf("%v: %s", args, stderr)
		}
		for _, o := range originals {
			if o != "orch" && strings.Contains(out, o) { // "orchestrator" is in the legend
				t.Errorf("%v: %q is in the picture", args, o)
			}
		}
	}
}

func TestRedactKeepsWhatIsDrawn(t *testing.T) {
	skipUnderRace(t, repeats)
	t.Setenv(redactKeyVar, redactKey)
	degrees := func(p picture) []string {
		n := map[string]int{}
		for _, l := range p.Links {
			n[l.Source]++
			n[l.Target]++
		}
		var all []string
		for _, v := range p.Nodes {
			all = append(all, fmt.Sprint(v.Role, v.Hub, v.Connection, v.Membership, n[v.ID]))
		}
		slices.Sort(all)
		return all
	}
	for _, l := range nodeLists {
		file := saveCapture(t, l.version, l.name)
		plain, _ := draw(t, "--include", "all", file)
		redacted, _ := draw(t, "--include", "all", "--redact", file)
		if a, b := degrees(plain), degrees(redacted); !slices.Equal(a, b) {
			t.Errorf("%s %s: %v became %v", l.version, l.name, a, b)
		}
		if plain.Graph.Hubs[0] == fallback && redacted.Graph.Hubs[0] != fallback {
			t.Errorf("%s %s: the hub is %s", l.version, l.name, redacted.Graph.Hubs[0])
		}
	}
}

func TestRedactKeys(t *testing.T) {
	t.Setenv(redactKeyVar, "")
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	render := func(args ...string) (int, string, string) {
		return bacviz(t, append([]string{"render", "--demo", "-f", "json", "-o", "-"}, args...)...)
	}
	_, byFile, stderr := render("--redact", "--redact-key", file("key", redactKey+"\n"))
	if byFile == "" || stderr != "" {
		t.Fatal(stderr)
	}
	for _, c := range []struct {
		variable  string
		args      []string
		status    int
		err, hint string // empty for a picture
	}{
		{"", []string{"--redact"}, 2, "--redact needs a key", "head -c 32 /dev/urandom | base64"},
		{"  \n", []string{"--redact"}, 2, "--redact needs a key", "head -c 32"},
		{redactKey, []string{"--redact-key", file("key1", redactKey)}, 2, "--redact-key is given without --redact", "add --redact"},
		{redactKey, []string{"--redact", "--redact-key", "-"}, 2, "--redact-key cannot be standard input", "head"},
		{redactKey, []string{"--redact", "--redact-key", ""}, 2, "--redact-key is empty", "head"},
		{"Tr0ub4dor&3", []string{"--redact"}, 2, "the key in BACVIZ_REDACT_KEY has 11 bytes, and at least 16 are needed", "head"},
		{"", []string{"--redact", "--redact-key", file("short", "Tr0ub4dor&3\n\n\n\n\n\n\n\n\n")}, 2, "the key in the file of --redact-key has 11 bytes", "head"},
		{"", []string{"--redact", "--redact-key", file("zeros", strings.Repeat("\x00", 32))}, 2, "too repetitive", "head"},
		{"", []string{"--redact", "--redact-key", file("long", strings.Repeat("Tr0ub4dor&3", 1000))}, 1, "larger than 4 KiB", "head"},
		{"", []string{"--redact", "--redact-key", dir}, 1, "is a directory", "head"},
		{"", []string{"--redact", "--redact-key", "Tr0ub4dor&3 as the key itself"}, 2, "no such file", "set BACVIZ_REDACT_KEY"},
	} {
		t.Setenv(redactKeyVar, c.variable)
		status, out, stderr := render(c.args...)
		if status != c.status || out != "" || !strings.Contains(stderr, c.err) || !strings.Contains(stderr, c.hint) {
			t.Errorf("%q: exit status %d, %s", c.args, status, stderr)
		}
		if strings.Contains(stderr, "Tr0ub4dor") || strings.Contains(stderr, "battery") {
			t.Errorf("%q shows the key: %s", c.args, stderr)
		}
	}

	// The file takes precedence over the variable. The same key gives the same bytes
	// from either; another key gives other pseudonyms.
	t.Setenv(redactKeyVar, redactKey)
	if _, out, _ := render("--redact"); out != byFile {
		t.Error("the variable gives another picture than a file with the same key")
	}
	t.Setenv(redactKeyVar, "another one of the same kind")
	if _, out, _ := render("--redact", "--redact-key", filepath.Join(dir, "key")); out != byFile {
		t.Error("the file does not win over the variable")
	}
	if _, out, _ := render("--redact"); out == byFile || out == "" {
		t.Error("another key gives the same picture")
	}
	// The variable alone changes nothing.
	if _, out, _ := render(); !strings.Contains(out, "region") || !strings.Contains(out, "eu-west-1") {
		t.Error("redacted without --redact")
	}
}

func TestRedactTakesOriginalsOnTheCommandLine(t *testing.T) {
	t.Setenv(redactKeyVar, redactKey)
	file := saveCapture(t, "v1.9.3", "nodes_after_orch_rename")

	// --hub with the original ID draws the hub with its pseudonym.
	plain, _ := draw(t, "--redact", file)
	other, stderr := draw(t, "--redact", "--hub", hub19, file)
	if len(other.Graph.Hubs) != 1 || other.Graph.Hubs[0] == plain.Graph.Hubs[0] || stderr != "" {
		t.Errorf("hubs %q and %q; %s", plain.Graph.Hubs, other.Graph.Hubs, stderr)
	}
	if !slices.ContainsFunc(plain.Nodes, func(n struct {
		ID, Label, Role, Connection, Membership string
		Hub                                     bool
		X, Y                                    float64
	}) bool {
		return n.ID == other.Graph.Hubs[0]
	}) {
		t.Error("--hub names a node that is not in the picture without it")
	}

	// A title may contain a name that nothing else in the picture does.
	status, out, stderr := bacviz(t, "render", "--redact", "--title", "our eu-west-1", "-f", "svg", file)
	if status != 0 || strings.Contains(out, "eu-west-1") || !strings.Contains(out, "our v-") || !strings.Contains(stderr, "is replaced with a pseudonym") {
		t.Errorf("exit status %d, %s", status, stderr)
	}
	if _, out, stderr := bacviz(t, "render", "--redact", "--title", "Ours", "-f", "svg", file); !strings.Contains(out, "Ours") || stderr != "" {
		t.Errorf("%s", stderr)
	}

	// A label with the key of a domain is given as it is in the list.
	list := cluster.List{Nodes: []cluster.Node{
		{ID: "gpu-1", Type: cluster.Compute, Labels: map[string]string{"acme.example/rack": "r1"}, Sightings: []cluster.Sighting{{Connection: cluster.Connected}}},
		{ID: "gpu-2", Type: cluster.Compute, Labels: map[string]string{"acme.example/rack": "r1"}, Sightings: []cluster.Sighting{{Connection: cluster.Connected}}},
	}}
	var text bytes.Buffer
	if err := clustertest.WriteList(&text, list, "v1.9.3"); err != nil {
		t.Fatal(err)
	}
	by := readAnswer(t, text.Bytes()).save(t, "list")
	for _, flags := range [][]string{{"--group-by", "acme.example/rack"}, {"--color-by", "acme.example/rack"}, {"--label", "acme.example/rack"}} {
		status, out, stderr := bacviz(t, append([]string{"render", "--redact", "-f", "svg", by}, flags...)...)
		if status != 0 || strings.Contains(out, "acme") || !strings.Contains(out, "v-") {
			t.Errorf("%v: exit status %d, %s", flags, status, stderr)
		}
	}
}

// A filter leaves nodes out of the picture, but not out of the title.
func TestRedactKnowsWhatAFilterLeftOut(t *testing.T) {
	t.Setenv(redactKeyVar, redactKey)
	list := cluster.List{Nodes: []cluster.Node{
		{ID: "n-0d2d943b-1a2b-4c3d-9e8f-0123456789ab", Type: cluster.Compute, Labels: map[string]string{"region": "eu-west-1"}, Sightings: []cluster.Sighting{{Connection: cluster.Connected}}},
		{ID: "gpu-2", Type: cluster.Compute, Labels: map[string]string{"region": "us-east-1"}, Sightings: []cluster.Sighting{{Connection: cluster.Connected}}},
	}}
	var text bytes.Buffer
	if err := clustertest.WriteList(&text, list, "v1.9.3"); err != nil {
		t.Fatal(err)
	}
	file := readAnswer(t, text.Bytes()).save(t, "list")
	status, out, stderr := bacviz(t, "render", "--redact", "-f", "txt", "--select", "region=us-east-1", "--title", "all but n-0d2d943b in EU-West-1", file)
	if status != 0 || strings.Contains(out, "0d2d943b") || strings.Contains(strings.ToLower(out), "eu-west-1") || !strings.Contains(out, "all but n-") {
		t.Errorf("exit status %d, %s\n%s", status, stderr, out)
	}
}

func TestRedactedDifferenceLeavesNoOriginal(t *testing.T) {
	t.Setenv(redactKeyVar, redactKey)
	save := func(name string, nodes ...cluster.Node) string {
		var text bytes.Buffer
		if err := clustertest.WriteList(&text, cluster.List{Nodes: nodes}, "v1.9.3"); err != nil {
			t.Fatal(err)
		}
		return readAnswer(t, text.Bytes()).save(t, name)
	}
	node := func(id, rack string, engines ...string) cluster.Node {
		return cluster.Node{ID: id, Type: cluster.Compute, Engines: engines, Labels: map[string]string{"acme.example/rack": rack}, Sightings: []cluster.Sighting{{Connection: cluster.Connected}}}
	}
	before := save("old", node("stays-1", "docker"), node("leaves-1", "Changes"))
	after := save("new", node("stays-1", "rack-17", "docker"), node("comes-1", "rack-18"))
	for _, format := range []string{"text", "markdown", "json", "junit", "svg", "html", "pdf", "dot", "cyjs", "gexf", "mmd"} {
		args := []string{"diff", before, after, "--redact", "-f", format}
		if format != "text" && format != "markdown" && format != "json" && format != "junit" {
			args = append(args, "--title", "leaves-1 went, comes-1 came in rack-18", "--group-by", "acme.example/rack", "--label", "acme.example/rack")
		}
		status, out, stderr := bacviz(t, args...)
		if status != 0 {
			t.Fatalf("%s: exit status %d: %s", format, status, stderr)
		}
		text := extract(t, format, []byte(out))
		for _, o := range []string{"stays-1", "leaves-1", "comes-1", "rack-1", "docker", "acme"} {
			if strings.Contains(text, o) {
				t.Errorf("%s: %q is in it", format, o)
			}
		}
	}
	// bacviz's own title stays as it is, whatever labels contain.
	if _, out, stderr := bacviz(t, "diff", before, after, "--redact", "-f", "svg"); !strings.Contains(out, ">Changes in the Bacalhau network<") || stderr != "" {
		t.Errorf("the title is not its own; %s", stderr)
	}
}

// Messages of a command are read where its output is, in a log of CI.
func TestRedactedCommandsNameNobody(t *testing.T) {
	t.Setenv(redactKeyVar, redactKey)
	dir := t.TempDir()
	save := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	record := func(id, labels string) string {
		return fmt.Sprintf(`{"Info":{"NodeID":%q,"NodeType":"Compute","Labels":{%s}},"Connection":"CONNECTED"}`, id, labels)
	}
	node := record(`hidden-"host`, `"zone":"hidden-zone"`)
	list := save("list.json", "["+node+","+node+","+record("other", `"a.hidden/key":{}`)+"]\nhidden-host says so")
	const shape = `"orchestrators":["hidden-hub"],"nodes":[`
	jobs := save("jobs.json", `{"bacviz":"snapshot","version":2,`+shape+`{"id":"hidden-hub","type":"Requester"}],
		"jobs":[{"id":"j-hidden-1","by":"hidden-hub"},{"id":"j-hidden-2","by":"hidden-hub"}]}`)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `{"Status":403,"Message":"hidden-host may not","Hint":"ask hidden-hub"}`)
	}))
	defer server.Close()
	for _, c := range []struct {
		want string
		args []string
	}{
		{`record 2: node "…" is already listed`, []string{"render", list}},
		{`record 3: Info.Labels."…" cannot be an object; skipped`, []string{"snapshot", list}},
		{`text after the list is ignored: "…"`, []string{"diff", list, list}},
		{`record 2: node "…" is already listed`, []string{"render", list, "--renderer", "graphviz", "-f", "svg"}},
		{`--hub: no node has that ID`, []string{"render", list, "--hub", "hidden-gone"}},
		{`cannot group by "v-`, []string{"render", list, "--group-by", "hidden-zone"}},
		{`cannot label by "v-`, []string{"diff", list, list, "-f", "svg", "--label", "hidden-zone"}},
		{`looking up a job: `, []string{"render", jobs, "--job", "j-hidden-3"}},
		{`more than one job ID begins with "…"`, []string{"render", jobs, "--job", "j-hidden"}},
		{`node "…" occurs twice`, []string{"snapshot", save("twice.json", `{"bacviz":"snapshot","version":1,`+shape+`{"id":"hidden-1"},{"id":"hidden-1"}]}`)}},
		{`JSON that is not a node list: …`, []string{"render", save("text.json", `"hidden"`)}},
		{`the description of one node, "…"`, []string{"render", save("one.json", `{"NodeID":"hidden-1"}`)}},
		{`an error message, not a list of nodes: …`, []string{"render", save("error.json", `{"Message":"hidden-1 is gone"}`)}},
		{`403 Forbidden: …`, []string{"render", server.URL}},
		{`left out: 403 Forbidden: …`, []string{"render", server.URL, list}},
	} {
		if _, _, stderr := bacviz(t, append(c.args, "--redact")...); strings.Contains(stderr, "hidden") || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: no %s in\n%s", c.args, c.want, stderr)
		}
		if _, _, stderr := bacviz(t, c.args...); !strings.Contains(stderr, "hidden") {
			t.Errorf("%s, without --redact, names nobody:\n%s", c.args, stderr)
		}
	}
}
