package remote_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/fetch/jobspec"
	"github.com/bacviz/bacviz/fleet/remote"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// options are those of a job for an orchestrator of that version.
func options(t *testing.T, version string) remote.Options {
	t.Helper()
	opt := remote.Options{Version: version, Shards: 3, Rules: []byte("rules: []\n"), CPU: "1", Memory: "1gb"}
	var err error
	if opt.Module, err = remote.ParseLocation("https://files.example/v1/bacviz-fleet.wasm"); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"/data/snapshots", "us=s3://bucket/us/?region=us-east-1", "ap=ipfs://bafybeigdyrzt", "https://files.example/eu.json"} {
		in, err := remote.ParseInput(text)
		if err != nil {
			t.Fatal(err)
		}
		opt.Inputs = append(opt.Inputs, in)
	}
	if opt.Publisher, err = remote.ParsePublisher("local"); err != nil {
		t.Fatal(err)
	}
	return opt
}

// A document is a job, as far as its form differs between versions.
type document struct {
	Type  string
	Count int
	Tasks []struct {
		Engine struct {
			Type   string
			Params map[string]any
		}
		InputSources []struct{ Target string }
	}
}

// Each recorded version accepted a job whose engine has parameters of these names and types, and
// what package jobspec knows of jobs is what all versions take.
func TestJobsHaveTheFormThatEachVersionAccepted(t *testing.T) {
	for _, version := range clustertest.Versions() {
		t.Run(version, func(t *testing.T) {
			answer, err := clustertest.Load(version, "job_ok")
			if err != nil {
				t.Fatal(err)
			}
			var recorded struct{ Job document }
			if err := json.Unmarshal(answer.Body, &recorded); err != nil {
				t.Fatal(err)
			}
			jobs, err := remote.Jobs(options(t, version))
			if err != nil {
				t.Fatal(err)
			}
			if want := map[bool]int{true: 1, false: 3}[remote.HasPartitions(version)]; len(jobs) != want {
				t.Errorf("%d jobs, not %d", len(jobs), want)
			}
			for _, text := range jobs {
				if _, err := jobspec.Read(bytes.NewReader(text), "job"); err != nil {
					t.Error(err)
				}
				var made document
				if err := json.Unmarshal(text, &made); err != nil {
					t.Fatal(err)
				}
				theirs, ours := recorded.Job.Tasks[0].Engine, made.Tasks[0].Engine
				if made.Type != recorded.Job.Type || ours.Type != theirs.Type || ours.Params["Entrypoint"] != theirs.Params["Entrypoint"] {
					t.Errorf("%+v, recorded %+v", ours, theirs)
				}
				sameForm(t, ours.Params["EntryModule"], theirs.Params["EntryModule"])
				if entry, isPath := ours.Params["EntryModule"].(string); isPath {
					in := slices.ContainsFunc(made.Tasks[0].InputSources, func(s struct{ Target string }) bool { return strings.HasPrefix(entry, s.Target+"/") })
					if !in {
						t.Errorf("the module %s is in no input", entry)
					}
				}
			}
		})
	}
}

// sameForm compares the types of two values, and of the members of objects.
func sameForm(t *testing.T, ours, theirs any) {
	t.Helper()
	a, isObject := ours.(map[string]any)
	b, alsoObject := theirs.(map[string]any)
	_, isText := ours.(string)
	_, alsoText := theirs.(string)
	if isObject != alsoObject || isText != alsoText || !slices.Equal(slices.Sorted(maps.Keys(a)), slices.Sorted(maps.Keys(b))) {
		t.Errorf("%v, recorded %v", ours, theirs)
	}
}

func TestAnImageRunsBacviz(t *testing.T) {
	opt := options(t, "v1.9.3")
	opt.Module, opt.Image = remote.Location{}, "bacviz:1"
	jobs, err := remote.Jobs(opt)
	if err != nil {
		t.Fatal(err)
	}
	want := `"Engine":{"Type":"docker","Params":{"Image":"bacviz:1","Parameters":["fleet","facts","/inputs/snapshots","/inputs/us","/inputs/ap","/inputs/eu","--rules","/rules.yaml","-o","/outputs/facts.jsonl"]}}`
	if !strings.Contains(string(jobs[0]), want) {
		t.Errorf("%s", jobs[0])
	}
}

func TestWrongLocationsAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":                         `"" is not an absolute path`,
		"data/snapshots":           "is not an absolute path",
		"ftp://x/y":                "is not an absolute path",
		"https://u:geheim@x/y":     "for all to read",
		"https://files.example/":   "names no file",
		"https://files.example":    "names no file",
		"s3:///key":                "names no bucket",
		"s3://bucket/key?secret=1": `unknown parameter "secret"`,
		"ipfs://":                  "is not ipfs://CID",
		"ipfs://bafy":              "needs a name",
		"s3://bucket/":             "s3://bucket is a whole bucket, which Bacalhau does not take: name a prefix",
		"eu=s3://bucket/eu":        "s3://bucket/eu/ is all that is in it",
	} {
		in, err := remote.ParseInput(text)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%q: %+v, %v", text, in, err)
		}
	}
	opt := options(t, "v1.9.3")
	opt.Inputs = append(opt.Inputs, opt.Inputs[0])
	if _, err := remote.Jobs(opt); err == nil || !strings.Contains(err.Error(), "two inputs have the name snapshots") {
		t.Error(err)
	}
}

func TestEachExecutionPublishesUnderItsOwnName(t *testing.T) {
	for text, want := range map[string]string{
		"s3://bucket/facts?region=eu-west-1": "facts/{jobID}/{executionID}.tar.gz",
		"s3://bucket/":                       "{jobID}/{executionID}.tar.gz",
		"s3://bucket/x-{executionID}":        "x-{executionID}",
	} {
		if p, err := remote.ParsePublisher(text); err != nil || p.Params["Key"] != want {
			t.Errorf("%s: %v, %v", text, p, err)
		}
	}
}

// archive packs entries.
func archive(t *testing.T, entries ...tar.Header) *bytes.Buffer {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, h := range entries {
		h.Size, h.Mode = int64(len(h.Uname)), 0o644
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, h.Uname); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return &b
}

func TestOnlyTheFactsOfAnArchiveAreUnpacked(t *testing.T) {
	file := func(name, text string) tar.Header { return tar.Header{Typeflag: tar.TypeReg, Name: name, Uname: text} }
	for name, c := range map[string]struct {
		entries []tar.Header
		want    string
		err     error
	}{
		"as published":    {[]tar.Header{file("stdout", "x"), file("outputs/facts.jsonl", "facts")}, "facts", nil},
		"in a folder":     {[]tar.Header{file("./e-1/outputs/facts.jsonl", "facts")}, "facts", nil},
		"beside others":   {[]tar.Header{file("../../etc/passwd", "x"), file("/outputs/other", "x"), file("outputs/facts.jsonl", "facts")}, "facts", nil},
		"a link":          {[]tar.Header{{Typeflag: tar.TypeSymlink, Name: "outputs/facts.jsonl", Linkname: "/etc/passwd"}}, "", remote.ErrNoFacts},
		"other name":      {[]tar.Header{file("outputs/facts.json", "x"), file("xoutputs/facts.jsonl", "x")}, "", remote.ErrNoFacts},
		"nothing":         {nil, "", remote.ErrNoFacts},
		"above the limit": {[]tar.Header{file("outputs/facts.jsonl", strings.Repeat("x", 20<<10))}, "", errors.New("the results are larger than")},
		"bomb of others":  {[]tar.Header{file("stdout", strings.Repeat("x", 20<<10)), file("outputs/facts.jsonl", "facts")}, "", errors.New("the results are larger than")},
	} {
		t.Run(name, func(t *testing.T) {
			var got bytes.Buffer
			err := remote.Unpack(&got, archive(t, c.entries...), 10<<10)
			switch {
			case c.err == nil && (err != nil || got.String() != c.want):
				t.Errorf("%q, %v", got.String(), err)
			case c.err != nil && (err == nil || !errors.Is(err, c.err) && !strings.HasPrefix(err.Error(), c.err.Error())):
				t.Error(err)
			}
		})
	}
}

func TestThereAreFewerJobsThanPartitions(t *testing.T) {
	for version, most := range map[string]int{"v1.9.3": remote.MaxShards, "v1.4.0": remote.MaxJobs} {
		for _, more := range []int{0, 1} {
			opt := options(t, version)
			opt.Shards = most + more
			if _, err := remote.Jobs(opt); (err != nil) != (more > 0) {
				t.Errorf("%s, %d shards: %v", version, opt.Shards, err)
			}
		}
	}
}

func TestAnArchiveThatWasCutOrChangedIsAnError(t *testing.T) {
	whole := archive(t, tar.Header{Typeflag: tar.TypeReg, Name: "outputs/facts.jsonl", Uname: "facts"}).Bytes()
	for n := range whole {
		if err := remote.Unpack(io.Discard, bytes.NewReader(whole[:n]), 10<<10); err == nil {
			t.Errorf("%d bytes of %d are accepted", n, len(whole))
		}
	}
	whole[len(whole)-8] ^= 1 // in the checksum
	if err := remote.Unpack(io.Discard, bytes.NewReader(whole), 10<<10); !errors.Is(err, gzip.ErrChecksum) {
		t.Error(err)
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add([]byte("\x1f\x8b"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var got bytes.Buffer
		if err := remote.Unpack(&got, bytes.NewReader(text), 1<<10); err == nil && got.Len() > 1<<10 {
			t.Errorf("%d bytes", got.Len())
		}
	})
}
