package bacalhau_test

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/fetch/bacalhau"
	"github.com/bacviz/bacviz/internal/clustertest"
)

func TestReadExplainsWhatIsNotAList(t *testing.T) {
	good := `{"Info":{"NodeID":"a"}}`
	for _, c := range []struct{ name, text, message, hint string }{
		{"empty", "", "is empty", "save a list"},
		{"blank", " \n\n", "is empty", "save a list"},
		{"byte order mark", "\xef\xbb\xbf", "is empty", "save a list"},
		{"in UTF-16", "\xff\xfeh\x00i\x00", `line 1, column 1: text that is not JSON: "hi"`, "save a list"},
		{"table", "\n ID   TYPE \n c6   Compute \n", `line 2, column 2: text that is not JSON: "ID   TYPE"`, "save a list"},
		{"HTML", "\n<html><script>\n[{}]", "line 2, column 1: an HTML page, not JSON", "it may have been saved from a proxy"},
		{"a picture with a declaration", "<?xml version=\"1.0\"?>\n<!-- drawn -->\n<svg xmlns=\"x\">", "line 1, column 1: an SVG picture, not a node list", "give the node list or the snapshot"},
		{"a picture", "<svg xmlns=\"x\">", "line 1, column 1: an SVG picture, not a node list", "give the node list or the snapshot"},
		{"a picture as JSON", `{"directed":false,"nodes":[],"links":[]}`, "line 1, column 1: a picture that bacviz render -f json wrote, not a node list", "give the node list or the snapshot"},
		{"a program", "\x7fELF\x02\x00\n{}\n\x00", "line 1, column 1: binary data, not JSON", "save a list"},
		{"binary", "\x89PNG\r\n\x1a\n\xff", "line 1, column 1: binary data, not JSON", "save a list"},
		{"null", "null", "line 1, column 1: JSON that is not a node list: null", "save a list"},
		{"number", "42\n", "line 1, column 1: JSON that is not a node list: 42", "save a list"},
		{"strings", `["a"]`, `line 1, column 1: JSON that is not a node list: ["a"]`, "save a list"},
		{"no nodes", `{"NextToken":"","Nodes":[]}`, "line 1, column 25: lists no nodes", "an orchestrator lists"},
		{"null nodes", `{"Nodes":null}`, "line 1, column 10: lists no nodes", "an orchestrator lists"},
		{"empty list", "[]", "line 1, column 1: lists no nodes", "an orchestrator lists"},
		{"nodes of another kind", "\n{\"é\": 1,\n\t\"Nodes\" : {}}", `line 3, column 12: JSON that is not a node list: its "Nodes" is not a list`, "save a list"},
		{"empty object", "{}", "line 1, column 1: JSON that has no list of nodes", "save a list"},
		{"another object", "\n  {\"a\":\n1}", "line 2, column 3: JSON that has no list of nodes", "save a list"},
		{"another object behind a log", "INFO\n{\"level\":\"info\"}\n\n", "line 2, column 1: JSON that has no list of nodes", "save a list"},
		{"another long object", `{"a":[` + strings.Repeat("1,", 1<<18) + `1]}`, "line 1, column 1: JSON that has no list of nodes", "save a list"},
		{"jobs", `{"NextToken":"","Items":[{"ID":"j-1"}]}`, "line 1, column 1: a list of jobs, executions or similar, not of nodes", "save a list"},
		{"printed jobs", `[{"Job":{"ID":"j-1"}},{"Job":{"ID":"j-2"}}]`, "line 1, column 2: none of the 2 records is a node (record 1: no NodeID)", "save a list"},
		{"a node", `{"Node":{"Info":{"NodeID":"a"}}}`, "line 1, column 1: the description of one node, not a list of nodes", "save a list"},
		{"an agent", `{"NodeID":"a","NodeType":"Requester"}`, `line 1, column 1: the description of one node, "a", not a list of nodes`, "save a list"},
		{"an agent of v1.4", good, `line 1, column 1: the description of one node, "a", not a list of nodes`, "save a list"},
		{"an error of v1.4", `{"error":"code=404, message=Not Found","message":"Not Found"}`, "line 1, column 1: an error message, not a list of nodes: Not Found", "save a list"},
		{"an error of v1.9", `{"Status":401,"Message":"Request Unauthorized","Details":{"reason":"Missing Authorization header"}}`,
			"line 1, column 1: an error message, not a list of nodes: 401 Unauthorized: Missing Authorization header", "save a list"},
		{"cut in a record", "{\n\"Nodes\":[\n" + good + ",\n{\"Info\":{\"No", "cut off after 49 bytes (line 4, column 13) after record 1", "the list is incomplete"},
		{"cut between records", `[` + good + `,`, "cut off after 25 bytes (line 1, column 26) after record 1", "the list is incomplete"},
		{"cut at the end", `{"Nodes":[` + good + `]`, "cut off after 34 bytes (line 1, column 35) after record 1", "the list is incomplete"},
		{"cut at the start", "{", "cut off after 1 byte (line 1, column 2)", "the list is incomplete"},
		{"broken", `[` + good + `,{"Info"!}]`, "not valid JSON at line 1, column 33 after record 1: invalid character '!' after object name (expecting ':')", "save a list"},
		{"broken further down", "{\n\"Nodes\":[\n  " + strings.Repeat(good+",\n  ", 20000) + "!]}", "not valid JSON at line 20003, column 3 after record 20000: invalid character '!' at start of value", "save a list"},
		{"broken outside", `{"NextToken" "x"}`, `not valid JSON at line 1, column 14: invalid character '"' after object name (expecting ':')`, "save a list"},
		{"nested", `[{"x":` + strings.Repeat("[", 20000), "nested too deeply at line 1, column 10005", "save a list"},
		{"nested outside", `{"x":` + strings.Repeat(`{"a":`, 20000), "nested too deeply at line 1, column 50001", "save a list"},
		{"one huge value", `[` + good + `,{"x":"` + strings.Repeat("x", 18<<20), "one value is larger than the limit of 16 MiB", "records of nodes and jobs are far smaller"},
		{"huge space", strings.Repeat(" ", 18<<20), "one value is larger than the limit of 16 MiB", "records of nodes and jobs are far smaller"},
		{"too many", "[" + strings.Repeat("{},", bacalhau.DefaultMaxRecords) + "{}]",
			"lists more than 50000 records, and they are far smaller than those of real nodes", "small records take many times their size"},
		{"one bad record", `[{"Info":{"NodeID":5}}]`, "line 1, column 2: the only record is not a node (record 1: Info.NodeID cannot be a number)", "save a list"},
		{"nothing good", "[\n {},null,{\"Info\":7}]", "line 2, column 2: none of the 3 records is a node (record 1: no NodeID)", "save a list"},
	} {
		t.Run(c.name, func(t *testing.T) {
			nodes, warnings, err := readNodes(c.text)
			if strings.Contains(fmt.Sprint(warnings), "skipped") {
				t.Error("told twice:", warnings)
			}
			wantError(t, err, bacalhau.Error{Op: "reading nodes", Source: "saved", Message: c.message, Hint: c.hint})
			if len(nodes) > 0 {
				t.Error("nodes besides an error:", nodes)
			}
		})
	}
}

func TestReadSkipsBadRecords(t *testing.T) {
	const text = `{"Nodes": [
		{"Info":{"NodeID":"b","NodeType":"Sidecar","Labels":null,"Future":{"x":[1]}},"Connection":"SLEEPING","Membership":"","More":1},
		{"Info":{"NodeID":"","NodeType":"nodeTypeUndefined","Labels":null},"Membership":""},
		null,
		"text",
		{"Info":{"NodeID":"c","ComputeNodeInfo":{"MaxCapacity":{"CPU":"many"}}}},
		{"Info":{"NodeID":"c","ComputeNodeInfo":{"MaxCapacity":{"Memory":1.5}}}},
		{"Info":{"NodeID":"c"},"ConnectionState":{"LastHeartbeat":"yesterday"}},
		{"Info":{"NodeID":"c","Labels":{"a":[]}}},
		{"Info":{"NodeID":"a"},"Connection":"connected","ConnectionState":{"LastHeartbeat":"","ConnectedSince":null,"DisconnectedSince":"0001-01-01T00:00:00Z"}}
	], "NextToken": null}
	update available`
	nodes, warnings, err := readNodes(text)
	if err != nil {
		t.Fatal(err)
	}
	want := []cluster.Node{
		{ID: "a", Sightings: []cluster.Sighting{{Connection: "connected"}}},
		{ID: "b", Type: "Sidecar", Sightings: []cluster.Sighting{{Connection: "SLEEPING"}}},
	}
	if d := cmp.Diff(want, nodes); d != "" {
		t.Error(d)
	}
	var got []string
	for _, w := range warnings {
		got = append(got, w.String())
	}
	if d := cmp.Diff([]string{
		`saved: record 2: no NodeID; skipped`,
		`saved: record 3: no NodeID; skipped`,
		`saved: record 4: a string where an object should be; skipped`,
		`saved: record 5: Info.ComputeNodeInfo.MaxCapacity.CPU cannot be a string; skipped`,
		`saved: record 6: Info.ComputeNodeInfo.MaxCapacity.Memory cannot be the number 1.5; skipped`,
		`saved: text after the list is ignored: "update available"`,
		`saved: 2 more records skipped, 7 of 9 in total`,
	}, got); d != "" {
		t.Error(d)
	}
}

func TestReadLeavesOutNegativeAmounts(t *testing.T) {
	for info, want := range map[string]string{
		`"MaxCapacity":{"CPU":-1}`:          "Info.ComputeNodeInfo.MaxCapacity.CPU cannot be the number -1",
		`"AvailableCapacity":{"Memory":-1}`: "Info.ComputeNodeInfo.AvailableCapacity.Memory cannot be the number -1",
		`"RunningExecutions":-1`:            "Info.ComputeNodeInfo.RunningExecutions cannot be the number -1",
	} {
		nodes, warnings, err := readNodes(`[{"Info":{"NodeID":"a","ComputeNodeInfo":{` + info + `}}},{"Info":{"NodeID":"b"}}]`)
		if err != nil || len(nodes) != 1 || len(warnings) == 0 || warnings[0].String() != "saved: record 1: "+want+"; skipped" {
			t.Errorf("%v, %v, want %s", err, warnings, want)
		}
	}
}

func TestReadLeavesOutRecordsFarAboveWhatIsReal(t *testing.T) {
	long := func(n int) string { return strings.Repeat("x", n) }
	labels := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `,"l%d":""`, i)
		}
		return `"NodeID":"a","Labels":{` + b.String()[1:] + `}`
	}
	for _, c := range []struct{ what, info, want string }{
		{"ID", `"NodeID":"` + long(cluster.MaxID+1) + `"`, "Info.NodeID is longer than 1 KiB"},
		{"value of a label", `"NodeID":"a","Labels":{"b":"` + long(70_000) + `"}`, `Info.Labels."b" is longer than 64 KiB`},
		{"key of a label", `"NodeID":"a","Labels":{"` + long(70_000) + `":"b"}`, "a name longer than 64 KiB"},
		{"number of labels", labels(1025), "an object with more than 1024 members"},
		{"list of engines", `"NodeID":"a","ComputeNodeInfo":{"ExecutionEngines":["` + long(70_000) + `"]}`, "Info.ComputeNodeInfo.ExecutionEngines is longer than 64 KiB"},
		{"the largest of all", labels(1024)[len(`"NodeID":"a",`):] + `,"NodeID":"` + long(cluster.MaxID) + `"`, ""},
	} {
		nodes, warnings, err := readNodes(`[{"Info":{` + c.info + `}},{"Info":{"NodeID":"b"}}]`)
		if c.want == "" {
			if err != nil || len(nodes) != 2 || len(warnings) != 0 {
				t.Errorf("%s: %d nodes, %v, %v", c.what, len(nodes), warnings, err)
			}
		} else if err != nil || len(nodes) != 1 || len(warnings) != 1 || warnings[0].String() != "saved: record 1: "+c.want+"; skipped" {
			t.Errorf("%s: %v, %v, want %s", c.what, err, warnings, c.want)
		}
	}
}

func TestReadTakesSlightlyNegativeAmountsForZero(t *testing.T) {
	nodes, warnings, err := readNodes(`[{"Info":{"NodeID":"a","ComputeNodeInfo":{"MaxCapacity":{"CPU":2},"AvailableCapacity":{"CPU":-4.4e-16}}}}]`)
	if err != nil || len(warnings) != 0 || len(nodes) != 1 || nodes[0].Available.CPU != 0 {
		t.Errorf("%+v, %v, %v", nodes, warnings, err)
	}
}

func TestReadKeepsOneRecordOfANode(t *testing.T) {
	records := []string{
		`{"Info":{"NodeID":"a"},"Connection":"DISCONNECTED","ConnectionState":{"LastHeartbeat":"2026-01-01T00:00:00Z"}}`,
		`{"Info":{"NodeID":"a","Labels":{"new":"1"}},"Connection":"CONNECTED","ConnectionState":{"LastHeartbeat":"2026-01-02T00:00:00Z"}}`,
		`{"Info":{"NodeID":"a","Labels":{"old":"1"}},"Connection":"CONNECTED","ConnectionState":{"LastHeartbeat":"2026-01-01T00:00:00Z"}}`,
	}
	for i := range records {
		turned := append(append([]string{}, records[i:]...), records[:i]...)
		nodes, warnings, err := readNodes("[" + strings.Join(turned, ",") + "]")
		if err != nil || len(nodes) != 1 || nodes[0].Labels["new"] != "1" {
			t.Errorf("%v, %+v", err, nodes)
		}
		if len(warnings) != 2 || warnings[0].Message != `record 2: node "a" is already listed; the record with the latest heartbeat is kept` {
			t.Error(warnings)
		}
	}
}

func TestReadTakesWhatPowerShellWrites(t *testing.T) {
	answer, err := clustertest.Load("v1.9.3", "cli_node_list")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(answer.Body), "\n", "\r\n")
	want, _, err := readNodes(text)
	if err != nil {
		t.Fatal(err)
	}
	encode := func(order binary.AppendByteOrder) string {
		b := order.AppendUint16(nil, 0xFEFF)
		for _, u := range utf16.Encode([]rune(text)) {
			b = order.AppendUint16(b, u)
		}
		return string(b)
	}
	for name, text := range map[string]string{
		"UTF-8 with a mark": "\xef\xbb\xbf" + text,
		"UTF-16LE":          encode(binary.LittleEndian),
		"UTF-16BE":          encode(binary.BigEndian),
	} {
		got, warnings, err := readNodes(text)
		if d := cmp.Diff(want, got); d != "" || err != nil || len(warnings) > 0 {
			t.Errorf("%s: %v %v %s", name, err, warnings, d)
		}
	}
}

// Log lines may look like the beginning of JSON.
func TestReadPassesOverLogLines(t *testing.T) {
	object := `{"level":"info","time":"14:04","message":"starting"}` + "\n"
	for _, lines := range []string{
		"14:04 | INF starting\n[INFO] go\n{braces}\n\n  ", object, object + "\n" + strings.Replace(object, "\n", "\r\n", 1) + "INF go\n", "INF go\n" + object + "{}\n",
		`{"message":"` + strings.Repeat("x", 60000) + "\"}\n", strings.Repeat(object, 3000),
	} {
		for _, list := range []string{`[ {"Info":{"NodeID":"a"}} ]`, `{"Nodes":[{"Info":{"NodeID":"a"}}]}`, "{\n\"NextToken\":\"\",\n\"Nodes\":[{\"Info\":{\"NodeID\":\"a\"}}]}"} {
			got, warnings, err := readNodes(lines + list + "\n")
			if err != nil || len(warnings) > 0 || len(got) != 1 {
				t.Errorf("%.60q, %q: %v %v %v", lines, list, got, warnings, err)
			}
		}
	}
	// Without a list the error explains the first object, whether or not lines follow.
	for _, more := range []string{"", object, "INF go\n"} {
		_, _, err := readNodes(`{"error":"no luck"}` + "\n" + more)
		if err == nil || err.Error() != "reading nodes: saved: line 1, column 1: an error message, not a list of nodes: no luck" {
			t.Errorf("%q: %v", more, err)
		}
	}
}
