//go:build unix

package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/bacviz/bacviz/internal/clustertest"
)

// wideNames is a list whose texts have characters of two columns and of none.
const wideNames = `[{"Info":{"NodeID":"node-東京-サーバー-0001","NodeType":"Compute","Labels":{"地域":"アジア太平洋","zone":"e\u0301e\u0301e\u0301e\u0301"},"ComputeNodeInfo":{"ExecutionEngines":["docker"],"MaxCapacity":{"CPU":64,"Memory":549755813888},"AvailableCapacity":{"CPU":1.5,"Memory":549755813888}}},"Connection":"CONNECTED","Membership":"APPROVED"},
{"Info":{"NodeID":"node-שלום-👩‍🚀","NodeType":"Compute","Labels":{"k":"\u001b[31mred"},"ComputeNodeInfo":{"ExecutionEngines":["docker","wasm"],"MaxCapacity":{"CPU":2,"Memory":1073741824}}},"Connection":"DISCONNECTED","Membership":"REJECTED"}]`

var escapes = regexp.MustCompile("\x1b\\[[0-9;]*m")

func TestNodesFitTheTerminal(t *testing.T) {
	t.Parallel()
	hostile := filepath.Join(t.TempDir(), "wide.json")
	if err := os.WriteFile(hostile, []byte(wideNames), 0o644); err != nil {
		t.Fatal(err)
	}
	heads := map[uint16]string{
		40:  "ID STATE CPU",
		60:  "ID STATE CPU MEMORY",
		80:  "ID STATE CPU MEMORY RUNNING QUEUED",
		120: "ID STATE MEMBERSHIP LABELS CPU MEMORY RUNNING QUEUED VERSION LAST SEEN",
		200: "ID ROLE STATE MEMBERSHIP LABELS ENGINES CPU MEMORY RUNNING QUEUED VERSION LAST SEEN",
	}
	for _, args := range [][]string{{"--demo"}, {hostile}, {"--demo", "-o", "wide"}, {hostile, "-o", "wide"}, {"--demo", "--columns", "labels,id,gpu"}, {"--demo", "--by", "region"}, {hostile, "--by", "地域", "-o", "wide"}} {
		for _, width := range []uint16{1, 17, 40, 60, 80, 120, 200} {
			w := inTerminalOf(t, width, []string{"TERM=xterm", "NO_COLOR="}, append([]string{"nodes"}, args...)...)
			if status := w.ends(); status != exitOK {
				t.Fatalf("%d columns, %v: exit status %d, %q", width, args, status, w.text())
			}
			lines := strings.Split(strings.TrimSuffix(escapes.ReplaceAllString(w.text(), ""), "\r\n"), "\r\n")
			for _, line := range lines {
				if n := text.StringWidth(line); n > int(width) && !strings.HasPrefix(line, "bacviz: warning") {
					t.Errorf("%d columns, %v: a line of %d: %q", width, args, n, line)
				}
			}
			head := strings.Join(strings.Fields(lines[0]), " ")
			if want, ok := heads[width]; ok && slices.Equal(args, []string{"--demo"}) && head != want {
				t.Errorf("%d columns have %q, want %q", width, head, want)
			}
			if named := strings.Contains(w.text(), "no room: "); width == 60 && args[0] == "--demo" && !named && len(args) == 1 {
				t.Errorf("%v: columns without room are not named: %q", args, w.text())
			}
		}
	}
}

// No number of the totals is cut, nor is one left out that a more important one has room beside.
func TestTotalsAreWholeAtAnyWidth(t *testing.T) {
	t.Parallel()
	list := filepath.Join(t.TempDir(), "list.json")
	if err := os.WriteFile(list, []byte(byHand), 0o644); err != nil {
		t.Fatal(err)
	}
	for width, want := range map[uint16]string{
		12:  "5/6",
		20:  "5/6 connected",
		40:  "5/6 connected · free: CPU 9/22 +18?",
		70:  "5/6 connected · free: CPU 9/22 +18?, memory 72GiB/136GiB +9.0GiB?",
		80:  "5/6 connected · free: CPU 9/22 +18?, memory 72GiB/136GiB +9.0GiB?, GPUs 1/2",
		120: "5/6 connected · free: CPU 9/22 +18?, memory 72GiB/136GiB +9.0GiB?, GPUs 1/2 · 3 running, 2 queued",
		200: "6 compute nodes: 5 connected, 1 disconnected · free: CPU 9/22 +18?, memory 72GiB/136GiB +9.0GiB?, GPUs 1/2 · 3 running, 2 queued",
	} {
		if got := lastLine(t, width, "nodes", list); got != want {
			t.Errorf("%d columns: %q, want %q", width, got, want)
		}
	}
	if got, want := lastLine(t, 120, "nodes", list, "--select", "region=us"), "2 compute nodes: 2 connected · free: CPU 3/10, memory 24GiB/40GiB, GPUs 1/2 · 0 running, 0 queued"; got != want {
		t.Errorf("of a part: %q, want %q", got, want)
	}
}

// lastLine returns the last line of what a command prints in a terminal without colours.
func lastLine(t *testing.T, width uint16, args ...string) string {
	t.Helper()
	w := inTerminalOf(t, width, []string{"TERM=dumb"}, args...)
	if status := w.ends(); status != exitOK {
		t.Fatalf("%v: exit status %d, %q", args, status, w.text())
	}
	lines := strings.Split(strings.TrimRight(w.text(), "\r\n"), "\r\n")
	return lines[len(lines)-1]
}

// The totals of a list of nodes are those of a list of groups, and so of charts: of every resource, full or not known.
func TestTotalsAreThoseOfGroups(t *testing.T) {
	t.Parallel()
	for _, list := range agreeing(t) {
		_, groups, _ := bacviz(t, "nodes", list, "--by", "region", "--columns", "group,nodes,connected,cpu,memory,gpu,disk,running,queued")
		all := regexp.MustCompile(`\nall +(\d+) +(\d+) .*\n$`).FindStringSubmatch(groups)
		cells := regexp.MustCompile(` {2,}`).Split(strings.TrimSpace(all[0]), -1)
		var free []string
		for i, name := range []string{"CPU", "memory", "GPUs", "disk"} {
			if cell := cells[3+i]; cell != "-" {
				free = append(free, name+" "+cell)
			}
		}
		want := fmt.Sprintf(" · free: %s · %s running, %s queued", strings.Join(free, ", "), cells[7], cells[8])
		got := lastLine(t, 250, "nodes", list, "-o", "wide")
		if !strings.HasSuffix(got, want) || !strings.HasPrefix(got, all[1]+" compute node") || !strings.Contains(got, all[2]+" connected") {
			t.Errorf("%s: the totals are %q, and groups have %q", list, got, cells)
		}
	}
}

// A chart as text is as wide as the terminal, and no figure is cut.
func TestChartsFitTheTerminal(t *testing.T) {
	t.Parallel()
	story := storyFolder(t)
	for _, args := range [][]string{{"--demo"}, {"--demo", "--kind", "heatmap"}, {"--demo", "--kind", "histogram"}, {"--kind", "timeline", story}} {
		for _, width := range []uint16{40, 60, 80, 120, 200} {
			w := inTerminalOf(t, width, []string{"TERM=xterm", "LC_ALL=C.UTF-8"}, append([]string{"chart", "-f", "txt"}, args...)...)
			if status := w.ends(); status != exitOK {
				t.Fatalf("%d columns, %v: exit status %d, %q", width, args, status, w.text())
			}
			for line := range strings.SplitSeq(w.text(), "\r\n") {
				if n := text.StringWidth(line); n > int(width) || width >= 60 && strings.Contains(line, "…") {
					t.Errorf("%d columns, %v: a line of %d: %q", width, args, n, line)
				}
			}
		}
	}
}

// storyFolder is a folder with two snapshots of a network.
func storyFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for i, name := range []string{"0-start", "1-grows"} {
		text, err := os.ReadFile("../../examples/ci/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "2026-11-0"+strconv.Itoa(i+1)+".json"), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestNodesAreColouredWhereTheTerminalHasColours(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		env  []string
		want bool
	}{
		{[]string{"TERM=xterm", "NO_COLOR="}, true},
		{[]string{"TERM=xterm", "NO_COLOR=1"}, false},
		{[]string{"TERM=dumb", "NO_COLOR="}, false},
	} {
		w := inTerminalOf(t, 160, c.env, "nodes", "--demo")
		w.ends()
		if got := strings.Contains(w.text(), toneBad+"disconnected"+toneEnd); got != c.want {
			t.Errorf("%v: coloured is %v: %q", c.env, got, w.text())
		}
		if !strings.Contains(w.text(), "12 compute nodes: 11 connected, 1 disconnected · free: ") {
			t.Errorf("%v: no totals: %q", c.env, w.text())
		}
	}
}

func TestWatchKeepsTheLastTableWithItsAge(t *testing.T) {
	t.Parallel()
	live := clustertest.Serve(t, "v1.9.3", nil).Config.Handler
	refuse := func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "maintenance", http.StatusForbidden) }
	unlabel := func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		live.ServeHTTP(answer, r)
		_, _ = w.Write(bytes.ReplaceAll(answer.Body.Bytes(), []byte(`"region"`), []byte(`"zone"`))) // an error shows in the list
	}
	for _, c := range []struct {
		args              []string
		head, last, error string
		down              http.HandlerFunc
	}{
		{nil, "\r\nID ", "6/6 connected", "error: listing nodes", refuse},
		{[]string{"--by", "region"}, "\r\nREGION ", "\r\nall ", "error: listing nodes", refuse},
		{[]string{"--by", "region"}, "\r\nREGION ", "\r\nall ", `error: cannot group by "region"`, unlabel}, // the nodes lost the label
	} {
		var down atomic.Bool
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if down.Load() {
				c.down(w, r)
			} else {
				live.ServeHTTP(w, r)
			}
		}))
		t.Cleanup(srv.Close)
		w := inTerminalOf(t, 80, []string{"TERM=xterm", "NO_COLOR=1"}, append([]string{"nodes", srv.URL, "--watch", "--interval", "100ms"}, c.args...)...)
		waitFor(t, "list", func() bool { return strings.Contains(w.text(), c.last) })
		down.Store(true)
		var shown string
		waitFor(t, "old list", func() bool {
			screens := strings.Split(w.text(), clearScreen)
			shown = screens[len(screens)-1]
			return strings.Contains(shown, c.error) && strings.Contains(shown, c.head) && strings.Contains(shown, c.last)
		})
		if !regexp.MustCompile(`the list of \d+s ago`).MatchString(shown) {
			t.Errorf("%v: %q", c.args, shown)
		}
		if err := w.cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		w.ends()
	}
}

// A long ID gives room to the columns that were asked for, and keeps its ends.
func TestALongIDLosesItsMiddle(t *testing.T) {
	t.Parallel()
	list := filepath.Join(t.TempDir(), "long.json")
	id := "first" + strings.Repeat("x", 90) + "last"
	if err := os.WriteFile(list, []byte(strings.ReplaceAll(wideNames, "node-東京-サーバー-0001", id)), 0o644); err != nil {
		t.Fatal(err)
	}
	w := inTerminalOf(t, 80, []string{"TERM=dumb"}, "nodes", list, "--columns", "id,labels,cpu")
	w.ends()
	if !regexp.MustCompile(`\r\nfirstx+…x+last +\S+…? +1\.5/64`).MatchString("\r\n" + w.text()) {
		t.Errorf("%q", w.text())
	}
}

// In a low terminal, nodes have no room, but what is known of all has.
func TestWatchLeavesOutNodesAndNotTheTotals(t *testing.T) {
	t.Parallel()
	w := inTerminalOf(t, 40, []string{"TERM=xterm", "NO_COLOR=1"}, "nodes", "--demo", "--watch", "--interval", "10s")
	waitFor(t, "list", func() bool { return strings.Contains(w.text(), "11/12 connected") })
	lines := strings.Split(w.text(), "\r\n")
	n := slices.IndexFunc(lines, func(s string) bool { return strings.HasPrefix(s, "… ") })
	if n < 4 || !strings.HasPrefix(lines[n+1], "no room: ") {
		t.Fatalf("%q", w.text())
	}
	nodes := n - 3 // below the head, a blank line and the names of columns
	if want := "… " + strconv.Itoa(13-nodes) + " more"; lines[n] != want || len(lines) > 9 {
		t.Errorf("%q has %d nodes, want %q", lines, nodes, want)
	}
	if err := w.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	w.ends()
}
