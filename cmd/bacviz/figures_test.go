package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/internal/display"
)

// Added up by hand: two nodes of "eu" take jobs and say what is free (8 + 4 cores, of which 2 + 4 are free; 64 + 32 GiB,
// of which 16 + 32 are), one is rejected (16 cores, 8 GiB) and one is disconnected (2 cores, 1 GiB): 6 of 12 cores in use
// and 18 not known. In "us" nothing is told of one node, and the other is an orchestrator that computes: 3 of 10 cores, 24
// of 40 GiB, 1 of 2 GPUs free.
const byHand = `{"Nodes": [
{"Info": {"NodeID": "eu-1", "NodeType": "Compute", "Labels": {"region": "eu"}, "ComputeNodeInfo": {"ExecutionEngines": ["docker"], "MaxCapacity": {"CPU": 8, "Memory": 68719476736}, "AvailableCapacity": {"CPU": 2, "Memory": 17179869184}, "RunningExecutions": 3}}, "Connection": "CONNECTED", "Membership": "APPROVED"},
{"Info": {"NodeID": "eu-2", "NodeType": "Compute", "Labels": {"region": "eu"}, "ComputeNodeInfo": {"ExecutionEngines": ["docker"], "MaxCapacity": {"CPU": 4, "Memory": 34359738368}, "AvailableCapacity": {"CPU": 4, "Memory": 34359738368}, "EnqueuedExecutions": 2}}, "Connection": "CONNECTED", "Membership": "APPROVED"},
{"Info": {"NodeID": "eu-3", "NodeType": "Compute", "Labels": {"region": "eu"}, "ComputeNodeInfo": {"ExecutionEngines": ["docker"], "MaxCapacity": {"CPU": 16, "Memory": 8589934592}, "AvailableCapacity": {"CPU": 16, "Memory": 8589934592}}}, "Connection": "CONNECTED", "Membership": "REJECTED"},
{"Info": {"NodeID": "eu-4", "NodeType": "Compute", "Labels": {"region": "eu"}, "ComputeNodeInfo": {"ExecutionEngines": ["docker"], "MaxCapacity": {"CPU": 2, "Memory": 1073741824}, "AvailableCapacity": {"CPU": 2, "Memory": 1073741824}}}, "Connection": "DISCONNECTED", "Membership": "APPROVED"},
{"Info": {"NodeID": "us-1", "NodeType": "Compute", "Labels": {"region": "us"}}, "Connection": "CONNECTED", "Membership": "APPROVED"},
{"Info": {"NodeID": "us-2", "NodeType": "Requester", "Labels": {"region": "us"}, "ComputeNodeInfo": {"ExecutionEngines": ["wasm"], "MaxCapacity": {"CPU": 10, "Memory": 42949672960, "GPU": 2}, "AvailableCapacity": {"CPU": 3, "Memory": 25769803776, "GPU": 1}}}, "Connection": "CONNECTED", "Membership": "APPROVED"}
]}`

func TestFiguresAreThoseAddedUpByHand(t *testing.T) {
	list := filepath.Join(t.TempDir(), "list.json")
	if err := os.WriteFile(list, []byte(byHand), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ args, want string }{
		{"chart LIST --by region -f csv -o -", "group,nodes,connected,reporting,cpu_total,cpu_used,cpu_free,cpu_unknown,memory_total,memory_used,memory_free,memory_unknown,disk_total,disk_used,disk_free,disk_unknown,gpu_total,gpu_used,gpu_free,gpu_unknown,running,queued"},
		{"chart LIST --by region -f csv -o -", "eu,4,3,2,30,6,6,18,112742891520,51539607552,51539607552,9663676416,,,,,0,0,0,0,3,2"},
		{"chart LIST --by region -f csv -o -", "us,2,2,1,10,7,3,0,42949672960,17179869184,25769803776,0,,,,,2,1,1,0,0,0"},
		{"chart LIST -f txt", "6 compute nodes · 13 of 22 cores in use, 18 cores not known"},
		{"chart LIST --resource memory -f txt", "6 compute nodes · 64 of 136 GiB in use, 9 GiB not known"},
		{"nodes LIST --by region -o wide", "eu       4       3           6/12 +18?   48GiB/96GiB +9.0GiB?   ?      -     3         2        2"},
		{"nodes LIST --by region", "us       2       2           3/10        24GiB/40GiB          1/2   0         0        1"},
		{"nodes LIST --by region", "all      6       5           9/22 +18?   72GiB/136GiB +9.0GiB?  1/2   3         2        3"},
		{"render LIST --include all --engine trays --group-by region -f svg -o -", ">5 of 6 compute nodes connected · 59 % of CPU, 1 of 2 GPUs in use on 3 nodes<"},
		// The orchestrator is drawn with the nodes of a filter that it does not meet, and not counted.
		{"chart LIST --select region=eu -f txt", "4 compute nodes · 6 of 12 cores in use, 18 cores not known · region=eu"},
		{"chart LIST --select region=eu --kind engines -f csv -o -", "docker,4"},
		{"nodes LIST --select region=eu --by region", "all 4 3 6/12 +18? 48GiB/96GiB +9.0GiB? - 3 2 2"},
		{"render LIST --select region=eu --include all --engine trays -f svg -o -", " · 50 % of CPU in use<"},
		{"render LIST --include all --engine trays --group-by region -f svg -o - --width 18", "6 of 12 cores, 48 GiB free<"},
	} {
		status, stdout, stderr := bacviz(t, strings.Fields(strings.ReplaceAll(c.args, "LIST", list))...)
		squeeze := func(s string) string { return strings.Join(strings.Fields(s), " ") }
		if status != exitOK || !strings.Contains(squeeze(html.UnescapeString(stdout)), squeeze(c.want)) {
			t.Errorf("%s: no %q in\n%.3000s%s", c.args, c.want, stdout, stderr)
		}
	}
}

// trayHeading matches the name of a group in a picture, and the heading that says what it has free.
var trayHeading = regexp.MustCompile(`class="groupname[^>]*>([^<]*)</text>\n<text class="groupdetail"[^>]*>([^<]* free[^<]*)<`)

// agreeing writes the lists that figures are compared of: of three versions, a large one with load, nodes of each kind,
// nodes that leave out what they have, and nodes of which all is in use.
func agreeing(t *testing.T) (lists []string) {
	t.Helper()
	_, demo, _ := bacviz(t, "snapshot", "--demo", "--with-load")
	node := func(name, connection, has, free string) string {
		return fmt.Sprintf(`{"Info": {"NodeID": %q, "NodeType": "Compute", "Labels": {"region": %q}, "ComputeNodeInfo": {"ExecutionEngines": ["docker"], "MaxCapacity": {%s}, "AvailableCapacity": {%s}}}, "Connection": %q, "Membership": "APPROVED"}`,
			name, name[:1], has, free, connection)
	}
	untold := `{"Nodes": [` + strings.Join([]string{
		node("a-1", "CONNECTED", ``, `"CPU": 8, "Memory": 17179869184`), // free, and nobody knows of what
		node("a-2", "CONNECTED", `"CPU": 4, "Memory": 34359738368`, `"CPU": 3, "Memory": 34359738368`),
		node("b-1", "DISCONNECTED", `"CPU": 4, "Memory": 34359738368, "GPU": 8`, `"CPU": 3, "GPU": 4`), // the only one with GPUs
		node("b-2", "CONNECTED", `"CPU": 4, "Memory": 34359738368`, `"CPU": 3, "Memory": 34359738368`),
	}, ",") + `]}`
	full := `{"Nodes": [` + node("a-1", "CONNECTED", `"CPU": 4, "Memory": 1024, "GPU": 1`, `"Disk": 1`) + `]}`
	bodies := []string{demo, byHand, untold, full}
	for _, version := range []string{"v1.4.0", "v1.6.5", "v1.9.3"} {
		answer, err := clustertest.Load(version, "nodes_after_kill")
		if err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, string(answer.Body))
	}
	dir := t.TempDir()
	for i, body := range bodies {
		list := filepath.Join(dir, strconv.Itoa(i)+".json")
		if err := os.WriteFile(list, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
		lists = append(lists, list)
	}
	return lists
}

// Charts as CSV and JSON, lists of groups, and the headings of trays have the same figures: they come from one table.
func TestFiguresAgreeWhereverTheyAreShown(t *testing.T) {
	headings := 0
	for _, list := range agreeing(t) {
		read := func(args ...string) string {
			status, stdout, stderr := bacviz(t, append(args, list)...)
			if status != exitOK {
				t.Fatalf("%v: %s", args, stderr)
			}
			return stdout
		}
		plain := read("chart", "--by", "region", "-f", "csv", "-o", "-")
		if lists := read("nodes", "--by", "region", "-o", "csv"); !sameRows(t, plain, lists) {
			t.Errorf("%s: the chart has\n%s, the list\n%s", list, plain, lists)
		}
		sameAsJSON(t, plain, read("chart", "--by", "region", "-f", "json", "-o", "-"), read("nodes", "--by", "region", "-o", "json"))
		rows := map[string]map[string]string{} // by group
		for _, row := range rowsOf(t, plain) {
			rows[row["group"]] = row
		}
		for width := 18; width <= 48; width += 15 { // narrow headings leave figures out
			svg := read("render", "--include", "all", "--engine", "trays", "--group-by", "region", "--width", strconv.Itoa(width), "-f", "svg", "-o", "-")
			for _, m := range trayHeading.FindAllStringSubmatch(svg, -1) {
				if headings++; !saysFree(m[2], rows[m[1]]) {
					t.Errorf("%s: the heading of %s says %q, and the table %v", list, m[1], m[2], rows[m[1]])
				}
			}
		}
	}
	if headings < 20 {
		t.Errorf("%d headings say what is free", headings)
	}
}

// saysFree reports whether a heading says what the row of its group has: how many nodes are connected, and what is free of
// each resource, or of some where there is no room.
func saysFree(heading string, row map[string]string) bool {
	amount := func(name string) float64 {
		x, _ := strconv.ParseFloat(row[name], 64) // 0 where it is not known
		return x
	}
	number := func(of string, x float64) string { return regexp.QuoteMeta(display.Quantity(of, x)) }
	cores, _, _ := strings.Cut(number("cpu", amount("cpu_free")), " ")
	parts := cores + " (of " + number("cpu", amount("cpu_free")+amount("cpu_used")) + "|cores?)"
	if free := amount("memory_free"); free+amount("memory_used") > 0 {
		parts += "(, " + number("memory", free) + ")?"
	}
	if free := amount("gpu_free"); free+amount("gpu_used") > 0 {
		parts += "(, " + number("gpu", free) + " GPUs?)?"
	}
	pattern := fmt.Sprintf(`^%s of %s(, [^·]*)? · %s free`, row["connected"], row["nodes"], parts)
	if row["reporting"] != row["nodes"] { // those that take no jobs are not meant
		return regexp.MustCompile(pattern + `( on ` + row["reporting"] + ` nodes?)?$`).MatchString(heading)
	}
	return regexp.MustCompile(pattern + `$`).MatchString(heading)
}

// rowsOf returns the rows of a table as CSV.
func rowsOf(t *testing.T, text string) (rows []map[string]string) {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(all) < 2 {
		t.Fatalf("%v: %s", err, text)
	}
	for _, line := range all[1:] {
		row := map[string]string{}
		for i, name := range all[0] {
			row[name] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// sameRows reports whether two tables have the same rows, in any order.
func sameRows(t *testing.T, a, b string) bool {
	t.Helper()
	byName := func(text string) map[string]any {
		out := map[string]any{}
		for _, row := range rowsOf(t, text) {
			out[row["group"]] = row
		}
		return out
	}
	return reflect.DeepEqual(byName(a), byName(b))
}

// sameAsJSON fails the test if a chart or a list as JSON has other figures than a chart as CSV.
func sameAsJSON(t *testing.T, plain, chart, list string) {
	t.Helper()
	var drawn struct{ Rows []map[string]any }
	var listed []map[string]any
	if err := json.Unmarshal([]byte(chart), &drawn); err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader([]byte(list)))
	if err := decoder.Decode(&listed); err != nil {
		t.Fatal(err)
	}
	cell := func(x any) string {
		switch x := x.(type) {
		case float64:
			return strconv.FormatFloat(x, 'f', -1, 64)
		case nil:
			return ""
		}
		return fmt.Sprint(x)
	}
	for i, row := range rowsOf(t, plain) {
		for name, want := range row {
			if got := cell(drawn.Rows[i][name]); got != want {
				t.Errorf("%s, %s: JSON has %q, CSV %q", row["group"], name, got, want)
			}
		}
		for _, other := range listed {
			if other["name"] != row["group"] {
				continue
			}
			for _, of := range []string{"cpu", "memory", "disk", "gpu"} {
				for what, got := range other[of].(map[string]any) {
					if want := row[of+"_"+what]; cell(got) != want {
						t.Errorf("%s: the list has %s %s %q, the chart %q", row["group"], what, of, cell(got), want)
					}
				}
			}
		}
	}
}

// A node that reports more free than it has, as one does whose capacity was lowered, has no more free than that, wherever
// it is shown; of a capacity that it does not report, nothing counts as free.
func TestNoMoreIsFreeThanANodeHas(t *testing.T) {
	dir := t.TempDir()
	list, rules := filepath.Join(dir, "list.json"), filepath.Join(dir, "rules.yaml")
	over := `{"Nodes": [{"Info": {"NodeID": "over", "NodeType": "Compute", "Labels": {"region": "eu"}, "ComputeNodeInfo": {"ExecutionEngines": ["docker"],
		"MaxCapacity": {"CPU": 4, "GPU": 1}, "AvailableCapacity": {"CPU": 9, "Memory": 1024, "GPU": 3}}}, "Connection": "CONNECTED", "Membership": "APPROVED"}]}`
	for file, text := range map[string]string{list: over, rules: "rules:\n- name: room\n  free: {cpu: 5}\n"} {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for args, want := range map[string]string{
		"nodes LIST":               " 4/4 ",
		"nodes LIST -o json":       `"cpu": { "free": 4, "total": 4 }, "memory": null, "disk": null, "gpu": { "free": 1, "total": 1 }`,
		"nodes LIST -o csv":        ",4,4,,,,,1,1,",
		"nodes LIST --by region":   "eu 1 1 4/4 ? 1/1 ",
		"chart LIST -f csv -o -":   "over,over,1,1,1,4,0,4,0,,,,,,,,,1,0,1,0,",
		"chart LIST -f txt":        "0 of 4 cores in use",
		"render LIST -f html -o -": `"free.cpu":{"values":[4]`,
		"render LIST --engine trays --group-by region --width 18 -f svg -o -": "4 of 4 cores, 1 GPU free<",
		"check LIST --rules " + rules:                                         "4 CPU free, wanted at least 5",
	} {
		_, stdout, stderr := bacviz(t, strings.Fields(strings.ReplaceAll(args, "LIST", list))...)
		if squeezed := strings.Join(strings.Fields(html.UnescapeString(stdout)), " "); !strings.Contains(squeezed, want) {
			t.Errorf("%s: no %q in\n%.6000s%s", args, want, stdout, stderr)
		}
	}
}

// A label whose value is the name of the group without it is no part of that group, wherever groups are shown.
func TestALabelThatSaysNoRegionIsAGroupOfItsOwn(t *testing.T) {
	list := filepath.Join(t.TempDir(), "list.json")
	var nodes []string
	for i, labels := range []string{`{"region": "no region"}`, `{"region": ""}`, `{}`} {
		nodes = append(nodes, fmt.Sprintf(`{"Info": {"NodeID": "n%d", "NodeType": "Compute", "Labels": %s, "ComputeNodeInfo": {"ExecutionEngines": ["no engine"]}}, "Connection": "CONNECTED"}`, i, labels))
	}
	if err := os.WriteFile(list, []byte(`{"Nodes": [`+strings.Join(nodes, ",")+`]}`), 0o644); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string][2]string{
		"nodes LIST --by region":                     {"\nno region 2 ", "\n\"no region\" 1 "},
		"nodes LIST --by region -o json":             {"\"name\": \"no region\",\n \"nodes\": 2", "\"name\": \"\\\"no region\\\"\",\n \"nodes\": 1"},
		"chart LIST --by region -f json -o -":        {`"group": "no region", "nodes": 2`, `"group": "\"no region\"", "nodes": 1`},
		"chart LIST --by region -f svg -o -":         {`>no region<`, `>"no region"<`},
		"render LIST --group-by region -f svg -o -":  {`>no region<`, `>"no region"<`},
		"chart LIST --kind engines -f csv -o -":      {"\n\"\"\"no engine\"\"\",3", ""},
		"render LIST --color-by @engine -f svg -o -": {`"no engine"<`, ""},
	} {
		_, stdout, stderr := bacviz(t, strings.Fields(strings.ReplaceAll(args, "LIST", list))...)
		text := regexp.MustCompile(" +").ReplaceAllString(html.UnescapeString(stdout), " ")
		if !strings.Contains(text, want[0]) || !strings.Contains(text, want[1]) {
			t.Errorf("%s: not both of %q in\n%.6000s%s", args, want, text, stderr)
		}
	}
}
