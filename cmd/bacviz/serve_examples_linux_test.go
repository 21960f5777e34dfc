package main

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"

	"github.com/bacviz/bacviz/internal/clustertest"
)

func readExample(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash("../../" + name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The dashboard and the page about metrics name those that there are.
func TestServeHasTheMetricsThatItsDashboardShows(t *testing.T) {
	network := clustertest.ServeNetwork(t, "v1.9.3", clustertest.Cluster(3, clustertest.Options{Nodes: 9, Pending: 0.3})[0])
	s := startServe(t, network.URL).ready()
	metrics := s.get("/metrics", "Accept", "text/plain").body
	there := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^bacviz_[a-z_]+`).FindAllString(metrics, -1) {
		there[m] = true
	}
	metric := regexp.MustCompile(`bacviz_[a-z_]+`)
	for _, name := range metric.FindAllString(readExample(t, "examples/live/grafana.json"), -1) {
		if !there[name] {
			t.Errorf("the dashboard shows %s", name)
		}
	}
	told := metric.FindAllString(readExample(t, "docs/live.md"), -1)
	for name := range there {
		if !slices.Contains(told, name) && name != "bacviz_build_info" {
			t.Errorf("docs/live.md does not tell of %s", name)
		}
	}
	for _, name := range told {
		if !there[name] {
			t.Errorf("docs/live.md tells of %s", name)
		}
	}
	if !strings.Contains(metrics, `bacviz_nodes{membership="pending",role="compute"`) || !strings.Contains(metrics, `bacviz_source_up{source="`+network.URL+`"} 1`) {
		t.Errorf("%s", metrics)
	}
	network.Die()
	s.until("failure in the metrics", func() bool {
		body := s.get("/metrics").body
		return strings.Contains(body, `bacviz_source_up{source="`+network.URL+`"} 0`) && !strings.Contains(body, `bacviz_poll_failures_total{source="`+network.URL+`"} 0`)
	})
}

// The unit and the manifest start serve with flags that it has.
func TestExamplesOfServeHaveFlagsThatThereAre(t *testing.T) {
	unit := readExample(t, "examples/live/bacviz.service")
	_, line, _ := strings.Cut(unit, "\nExecStart=")
	line, _, _ = strings.Cut(strings.ReplaceAll(line, "\\\n", " "), "\n")
	commands := [][]string{strings.Fields(line)[1:]}
	for documents := yaml.NewDecoder(strings.NewReader(readExample(t, "examples/live/kubernetes.yaml"))); ; {
		var d struct {
			Kind string
			Spec struct {
				Template struct {
					Spec struct{ Containers []struct{ Args []string } }
				}
			}
		}
		if err := documents.Decode(&d); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		for _, c := range d.Spec.Template.Spec.Containers {
			commands = append(commands, c.Args)
		}
	}
	if len(commands) != 2 || !strings.Contains(unit, "\nMemoryDenyWriteExecute=yes\n") {
		t.Fatalf("%v", commands)
	}
	for _, args := range commands {
		cmd, rest, err := newRoot(stdio{}).Find(args)
		if err != nil || cmd.Name() != "serve" {
			t.Fatalf("%v: %v", args, err)
		}
		if err := cmd.ParseFlags(rest); err != nil {
			t.Errorf("%v: %v", args, err)
		}
		set := 0
		cmd.Flags().Visit(func(*pflag.Flag) { set++ })
		if set < 3 {
			t.Errorf("%v sets %d flags", args, set)
		}
	}
}

// Where no memory may become executable, serve draws with Graphviz all the same, and ends
// well with a signal.
func TestServeWorksWithoutExecutableMemory(t *testing.T) {
	cmd := command(noexec(t), program(t), "serve", "--demo", "--listen", "127.0.0.1:0", "--history", filepath.Join(t.TempDir(), "network.db"))
	var log bytes.Buffer
	cmd.Stderr = &log
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill() }()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	s := &served{t: t, url: strings.TrimSuffix(strings.TrimSpace(line), "/"), log: &syncBuffer{}}
	s.ready()
	want, _ := renderTo(t, "--demo", "--engine", "neato", "-f", "svg", "-o", "-")
	if got := s.get("/topology.svg?engine=neato"); got.body != want {
		t.Errorf("%d %.300s", got.StatusCode, got.body)
	}
	begin := time.Now()
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil || clustertest.Late(time.Since(begin), 5*time.Second) {
		t.Errorf("%v after %s: %s", err, time.Since(begin), &log)
	}
}
