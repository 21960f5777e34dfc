package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
)

func TestSameInputSameBytes(t *testing.T) {
	t.Parallel()
	cases := [][]string{}
	for _, f := range output.Formats() {
		cases = append(cases, []string{"-f", f.Name})
	}
	cases = append(cases, []string{"-f", "svg", "--renderer", "graphviz"})
	runs, processes := 4, 1
	if testing.Short() {
		runs, processes = 2, 0
	}
	for _, flags := range cases {
		t.Run(fmt.Sprint(flags), func(t *testing.T) {
			args := append([]string{"render", "--demo", "-o", "-"}, flags...)
			_, first, _ := bacviz(t, args...)
			if first == "" {
				t.Fatal("nothing drawn")
			}
			for i := range runs {
				if _, again, _ := bacviz(t, args...); again != first {
					t.Fatalf("run %d differs", i+2)
				}
			}
			for range processes { // with another seed for Go's maps, and another memory of Graphviz's
				if again, err := command(program(t), args...).Output(); err != nil || string(again) != first {
					t.Fatalf("another process draws another picture (%v)", err)
				}
			}
		})
	}
}

func TestEveryEngineDrawsTheSameBytes(t *testing.T) {
	skipUnderRace(t, repeats)
	t.Parallel()
	for _, e := range layout.Engines() {
		args := []string{"render", "--demo", "-f", "json", "--engine", e.Name}
		_, first, stderr := bacviz(t, args...)
		if first == "" {
			t.Fatalf("%s: nothing drawn: %s", e.Name, stderr)
		}
		for range 2 {
			if _, again, _ := bacviz(t, args...); again != first {
				t.Errorf("%s: another run differs", e.Name)
			}
		}
	}
}

func TestOrderOfSourcesDoesNotMatter(t *testing.T) {
	skipUnderRace(t, repeats)
	t.Parallel()
	sources := []string{
		saveCapture(t, "v1.9.3", "devstack2_nodes_1234"), saveCapture(t, "v1.9.3", "devstack2_nodes_1235"),
		saveCapture(t, "v1.9.3", "devstack_nodes_1234"), saveCapture(t, "v1.6.5", "nodes"),
	}
	for _, f := range output.Formats() {
		args := []string{"render", "-f", f.Name, "--include", "all"}
		_, first, stderr := bacviz(t, append(args, sources...)...)
		if first == "" {
			t.Fatalf("%s: nothing drawn: %s", f.Name, stderr)
		}
		for i := range sources {
			turned := append(append([]string{}, sources[i:]...), sources[:i]...)
			turned[0], turned[1] = turned[1], turned[0]
			if _, again, _ := bacviz(t, append(args, turned...)...); again != first {
				t.Errorf("%s: another order, other bytes: %q", f.Name, turned)
			}
		}
	}
}

func TestNoTimeoutMeansNone(t *testing.T) {
	// A client without a timeout of its own would stop after bacalhau.DefaultTimeout.
	var s sourceFlags
	sources, err := s.sources([]string{"http://127.0.0.1:1"}, stdio{})
	if err != nil {
		t.Fatal(err)
	}
	if c, ok := sources[0].(*bacalhau.Client); !ok || c.Timeout >= 0 {
		t.Errorf("%T %+v, want a client without a limit", sources[0], sources[0])
	}
}

func TestCancelledRunWritesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	if status := run(ctx, []string{"render", "--demo"}, stdio{nil, &out, &errs}); status != exitInterrupted ||
		out.Len() > 0 || errs.String() != "bacviz: error: interrupted\n" {
		t.Errorf("exit status %d, %d bytes, %s", status, out.Len(), errs.String())
	}
}

func TestManyWarningsAreCounted(t *testing.T) {
	var errs bytes.Buffer
	warnings := make([]fetch.Warning, 25)
	for i := range warnings {
		warnings[i] = fetch.Warning{Source: "s", Message: fmt.Sprintf("line\n%d\x1b[2J", i)}
	}
	warnAll(stdio{err: &errs}, warnings)
	lines := bytes.Split(bytes.TrimSpace(errs.Bytes()), []byte("\n"))
	if len(lines) != 11 || string(lines[10]) != "bacviz: warning: 15 more warnings like these" || bytes.Contains(errs.Bytes(), []byte("\x1b")) {
		t.Errorf("%q", lines)
	}
}

func TestAResultInPiecesIsWrittenCompletelyOrNotAtAll(t *testing.T) {
	file := filepath.Join(t.TempDir(), "out.json")
	if err := os.WriteFile(file, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	for _, to := range []string{file, "-"} {
		for _, end := range []error{broken, nil} {
			std := stdio{nil, new(bytes.Buffer), new(bytes.Buffer)}
			err := streamResult(t.Context(), t.Context(), to, std, func(w io.Writer) error {
				_, err := io.WriteString(w, "first, ")
				return cmp.Or(err, end)
			})
			got := fmt.Sprint(std.out)
			if to == file {
				text, _ := os.ReadFile(file)
				got = strings.TrimPrefix(string(text), "old")
			}
			if want := map[error]string{broken: "", nil: "first, "}[end]; !errors.Is(err, end) || got != want {
				t.Errorf("%s: %q, %v", to, got, err)
			}
		}
	}
	if all, err := os.ReadDir(filepath.Dir(file)); err != nil || len(all) != 1 {
		t.Errorf("%v, %v", all, err)
	}
}

// BenchmarkCommand measures commands on a node list in memory, with their output in
// memory. The start of the program is not included.
func BenchmarkCommand(b *testing.B) {
	for _, nodes := range []int{10, 100, 1000, 10000} {
		var list bytes.Buffer
		if err := clustertest.WriteList(&list, clustertest.Cluster(1, clustertest.Options{Nodes: nodes})[0], "v1.9.3"); err != nil {
			b.Fatal(err)
		}
		for _, command := range []string{"render - -f svg", "render - -f png", "nodes -", "snapshot -"} {
			b.Run(fmt.Sprintf("%s/%d", command, nodes), func(b *testing.B) {
				std := stdio{nil, new(bytes.Buffer), new(bytes.Buffer)}
				b.ReportAllocs()
				b.SetBytes(int64(list.Len()))
				for b.Loop() {
					std.in = bytes.NewReader(list.Bytes())
					std.out.(*bytes.Buffer).Reset()
					if run(b.Context(), strings.Fields(command), std) != exitOK {
						b.Fatal(std.err)
					}
				}
			})
		}
	}
}

func TestAPictureThatHasNoRoomNamesItsFileOnce(t *testing.T) {
	fig := graphtest.NewDiagram(graphtest.Build(clustertest.Snapshot(1, clustertest.Options{Nodes: 3}), graph.Options{}), diagram.Options{})
	drawing, err := layout.Arrange(t.Context(), fig, layout.Options{Engine: "rings"})
	if err != nil {
		t.Fatal(err)
	}
	full := errors.New("writing x.svg: no space left on device")
	var opt renderOptions
	opt.out.format, opt.picture.scale = "svg", 1
	if got := opt.write(t.Context(), fullWriter{full}, drawing, stdio{}); got != full {
		t.Errorf("%v", got)
	}
}

type fullWriter struct{ err error }

func (w fullWriter) Write([]byte) (int, error) { return 0, w.err }
