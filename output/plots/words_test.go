package plots_test

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bacviz/bacviz/capacity"
	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/graphtest"
	"github.com/bacviz/bacviz/output/plots"
)

// each changes the compute nodes of a network.
func each(snap *cluster.Snapshot, change func(k int, n *cluster.Node)) {
	k := 0
	for i := range snap.Nodes {
		if n := &snap.Nodes[i]; n.Computes() {
			change(k, n)
			k++
		}
	}
}

func firsts(c *plots.Chart) (all []string) {
	_, cells := c.Table()
	for _, row := range cells {
		all = append(all, row[0].(string))
	}
	return all
}

func TestVersionsAreNewestFirst(t *testing.T) {
	want := []string{"v1.10.0", "v1.10.0+dirty", "v1.10.0-rc1", "v1.9.3", "1.8.0", "v0.0.0-x", "no idea", "no version"}
	snap := network(len(want))
	each(&snap, func(k int, n *cluster.Node) { n.Version = strings.TrimPrefix(want[(k+3)%len(want)], "no version") })
	if got := firsts(newChart(t, snap, plots.Options{Kind: "versions"})); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := firsts(newChart(t, snap, plots.Options{Kind: "versions", Top: 1})); got[0] != "v1.10.0" {
		t.Errorf("the first is %q", got)
	}
}

func TestSubtitlesSayWhatWasCounted(t *testing.T) {
	snap := network(12)
	each(&snap, func(k int, n *cluster.Node) { n.Engines = []string{"docker", "wasm", "wasm-" + n.Version}[:1+k%3] })
	for want, opt := range map[string]plots.Options{
		"12 compute nodes, each with all its engines":                                  {Kind: "engines"},
		"12 compute nodes, each with all its engines · the first of 4 engines":         {Kind: "engines", Top: 1},
		"12 compute nodes, each with all its engines · the first 2 of 4 engines":       {Kind: "engines", Top: 2},
		"12 compute nodes · the first of 3 versions":                                   {Kind: "versions", Top: 1},
		"12 compute nodes in 3 groups":                                                 {Kind: "heatmap", By: "region"},
		"the 2 nodes with the most in use, and 10 other nodes together":                {Kind: "heatmap", Top: 2},
		"12 compute nodes in 3 groups · 75.6 of 160 cores in use, 116 cores not known": {By: "region"},
	} {
		if got := newChart(t, snap, opt).Subtitle; got != want {
			t.Errorf("%+v: %q, want %q", opt, got, want)
		}
	}
	if got := newChart(t, snap, plots.Options{Kind: "heatmap", By: "region"}).Title; got != "In use, by resource and region" {
		t.Error(got)
	}
}

// busy is a network whose nodes are all alike, but for the executions that wait.
func busy(nodes int) cluster.Snapshot {
	snap := network(nodes)
	each(&snap, func(k int, n *cluster.Node) {
		n.Max, n.Available = cluster.Resources{CPU: 4, Memory: 4, Disk: 4}, cluster.Resources{CPU: 2, Memory: 2, Disk: 2}
		n.LoadUnknown, n.Running, n.Enqueued = false, 1, k%13
		n.Sightings = []cluster.Sighting{{Orchestrator: snap.Orchestrators[0], Connection: cluster.Connected, Membership: cluster.Approved}}
	})
	return snap
}

func TestWaitingIsComparedBetweenSingleRows(t *testing.T) {
	c := newChart(t, busy(300), plots.Options{Kind: "heatmap"})
	if !strings.HasSuffix(c.Subtitle, " · waiting: full colour at 12") {
		t.Errorf("%q", c.Subtitle)
	}
	text := write(t, c, "txt", plots.Style{})
	if rows := strings.Count(text, "█ 12\n"); rows < 20 { // as many as there are, and the first
		t.Errorf("%d rows with 12 waiting:\n%s", rows, text)
	}
	if others := regexp.MustCompile(`other nodes .*█ \d{4}\n`); !others.MatchString(text) {
		t.Error(text)
	}
}

// At 40 columns no block has room, and at 20 not every column.
func TestANarrowHeatMapKeepsOrNamesEveryFigure(t *testing.T) {
	c := newChart(t, network(40), plots.Options{Kind: "heatmap", All: true})
	wide := strings.Fields(write(t, c, "txt", plots.Style{Width: 200}))
	for _, width := range []int{40, 59, 60} {
		text := write(t, c, "txt", plots.Style{Width: width})
		for _, word := range []string{"…", "no room"} {
			if strings.Contains(text, word) {
				t.Errorf("%d columns: %s in\n%s", width, word, text)
			}
		}
		count := func(all []string) (n int) {
			for _, w := range all {
				if w == "%" || w == "waiting" || w == "GPUs" {
					n++
				}
			}
			return n
		}
		if got, want := count(strings.Fields(text)), count(wide); got != want {
			t.Errorf("%d columns: %d figures, want %d:\n%s", width, got, want, text)
		}
	}
	if text := write(t, c, "txt", plots.Style{Width: 20}); !strings.Contains(text, "no room: GPUs,\nwaiting\n") || strings.Contains(text, "…") {
		t.Errorf("20 columns:\n%s", text)
	}
}

// In points from the top: the cells of a row are closer to their name than to the next.
func TestANameAboveItsCellsIsCloserToThemThanToOthers(t *testing.T) {
	snap := network(6)
	checkNamesAboveCells(t, snap, plots.MinWidth, 5)
	for _, i := range []int{2, 3, 5} { // the other names are beside their cells
		snap.Nodes[i].ID = "n-" + strings.Repeat("gypjq", 14) + strconv.Itoa(i)
	}
	checkNamesAboveCells(t, snap, plots.DefaultWidth, 3)
}

// checkNamesAboveCells fails the test if a name above its cells in a heat map is not closer to
// them than to others, or if there are fewer such names.
func checkNamesAboveCells(t *testing.T, snap cluster.Snapshot, width float64, fewest int) {
	t.Helper()
	svg := write(t, newChart(t, snap, plots.Options{Kind: "heatmap", Width: width}), "svg", plots.Style{})
	cells := regexp.MustCompile(`fill="#[0-9a-f]{6}" d="M[\d.]+ ([\d.]+)L[\d.]+ [\d.]+L[\d.]+ ([\d.]+)L`).FindAllStringSubmatch(svg, -1)[1:] // without the page
	names := 0
	for _, m := range svgText.FindAllStringSubmatch(svg, -1) {
		if !strings.HasPrefix(m[5], "n-") || width > 400 && len(m[5]) < 70 {
			continue
		}
		names++
		bottom := number(m[2]) + 0.21*number(m[3])
		above, below := 1e9, 1e9
		for _, c := range cells {
			if end := number(c[1]); end < bottom {
				above = min(above, bottom-(0.72+0.21)*number(m[3])-end)
			}
			if begin := number(c[2]); begin > bottom-3 {
				below = min(below, begin-bottom)
			}
		}
		if (below < 0 || above < 1.5*below && names > 1) && below < 100 { // a row may have no coloured cell
			t.Errorf("%s: %.1f points to the cells above, and %.1f to its own", m[5], above, below)
		}
	}
	if names < fewest {
		t.Errorf("%d names", names)
	}
}

func TestRowsOfOneMinuteHaveSeconds(t *testing.T) {
	table, err := capacity.New(ctx, graphtest.Build(network(6), graph.Options{All: true}), "")
	if err != nil {
		t.Fatal(err)
	}
	samples := []plots.Sample{{At: start, Sum: table.All}, {At: start.Add(time.Hour), Sum: table.All}, {At: start.Add(time.Hour + time.Second), Sum: table.All}}
	for n, times := range map[int][]string{2: {"00:00", "01:00"}, 3: {"00:00:00", "01:00:00", "01:00:01"}} {
		c, err := plots.Timeline(samples[:n], plots.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, format := range []string{"txt", "md", "html", "svg"} {
			text := write(t, c, format, plots.Style{})
			for _, time := range times {
				if !regexp.MustCompile(`\b` + time + `\b[^:]`).MatchString(text) {
					t.Errorf("%s of %d rows has no %s", format, n, time)
				}
			}
		}
	}
}

func TestCapacityIsToldWhereNoUseIsKnown(t *testing.T) {
	snap := network(6)
	for i := range snap.Nodes {
		snap.Nodes[i].Max, snap.Nodes[i].Available = cluster.Resources{CPU: 4}, cluster.Resources{}
		snap.Nodes[i].Sightings = []cluster.Sighting{{Connection: cluster.Disconnected}}
	}
	if c := newChart(t, snap, plots.Options{}); !strings.HasSuffix(c.Subtitle, " · 24 cores, use not known") {
		t.Error(c.Subtitle)
	}
}

func TestARowWithoutItsBarSaysSo(t *testing.T) {
	for _, kind := range []string{"capacity", "engines"} {
		snap := network(200)
		each(&snap, func(k int, n *cluster.Node) { n.Engines = []string{"engine" + strconv.Itoa(k)} })
		c := newChart(t, snap, plots.Options{Kind: kind, Top: 2})
		for _, format := range []string{"svg", "txt"} {
			if got := strings.Count(write(t, c, format, plots.Style{}), "(no bar)"); got != 1 {
				t.Errorf("%s, %s: %d rows say so", kind, format, got)
			}
		}
	}
}

func TestANarrowAxisOfTimeHasADateAtEachEnd(t *testing.T) {
	snap := network(6)
	c := timelineWith(t, snap, plots.Options{Width: plots.MinWidth})
	svg := write(t, c, "svg", plots.Style{})
	checkTexts(t, "a narrow timeline", svg)
	for _, date := range []string{">1 Nov<", ">3 Nov<"} {
		if strings.Count(svg, date) != 2 { // of each panel
			t.Errorf("%d times %s", strings.Count(svg, date), date)
		}
	}
}

// The last values would be a stroke at the edge, and could not be read.
func TestTheNewestSampleHasAWidth(t *testing.T) {
	svg := write(t, timelineOf(t, network(6)), "svg", plots.Style{})
	lines := regexp.MustCompile(`stroke-width="1.6"[^>]* d="([^"]*)"`).FindAllStringSubmatch(svg, -1)
	if len(lines) != 2 {
		t.Fatalf("%d lines", len(lines))
	}
	for _, line := range lines {
		points := strings.Split(strings.NewReplacer("M", "", "L", " L").Replace(line[1]), " L")
		points = slices.Compact(points) // a step may end where it begins
		end, before := strings.Fields(points[len(points)-1]), strings.Fields(points[len(points)-2])
		if end[1] != before[1] || number(end[0])-number(before[0]) < 5 {
			t.Errorf("the line ends at %v after %v", end, before)
		}
	}
}

func TestAnAxisHasOneUnit(t *testing.T) {
	for _, memory := range []uint64{1 << 31, 3 << 39, 3 << 49} {
		snap := busy(6)
		each(&snap, func(_ int, n *cluster.Node) { n.Max.Memory, n.Available.Memory = memory, memory/3 })
		svg := write(t, newChart(t, snap, plots.Options{Resource: capacity.Memory}), "svg", plots.Style{})
		units := map[string]int{}
		for _, m := range regexp.MustCompile(`>[1-9]\d* ([KMGTPE]iB)<`).FindAllStringSubmatch(svg, -1) {
			units[m[1]]++
		}
		if len(units) != 1 {
			t.Errorf("%d bytes: %v", memory, units)
		}
	}
}
