package fetch_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/fetch"
)

// A list of any kind holds 50,000 records, however short. A longer one holds a record for
// each 400 bytes, a printed one a row for each 200, or as many as its reader was told.
func TestHowManyRecordsAListMayHaveDependsOnItsLength(t *testing.T) {
	if testing.Short() {
		t.Skip("reads lists of 50,000 records, one after the other")
	}
	const many = 50_001
	list := func(head, record, separator, tail string) string {
		var b strings.Builder
		b.WriteString(head)
		for i := range many {
			if i > 0 {
				b.WriteString(separator)
			}
			fmt.Fprintf(&b, record, i)
		}
		return b.String() + tail
	}
	const snapshot = `{"bacviz":"snapshot","version":1,"orchestrators":["h"],"nodes":[`
	padding := strings.Repeat("x", 420)
	for _, c := range []struct {
		name, text string
		most       int
		wrong      string // what the error says besides the number; "" for none
	}{
		{"short records", list("[", `{"Info":{"NodeID":"n%d"}}`, ",", "]"), 0, "lists more than 50000 records, and they are far smaller than those of real nodes"},
		{"records of a real size", list("[", `{"Info":{"NodeID":"n%d"},"x":"`+padding+`"}`, ",", "]"), 0, ""},
		{"short records that are wanted", list("[", `{"Info":{"NodeID":"n%d"}}`, ",", "]"), many, ""},
		{"records of a real size, and a limit", list("[", `{"Info":{"NodeID":"n%d"},"x":"`+padding+`"}`, ",", "]"), many - 1, "lists more than 50000 records"},
		{"a snapshot of short records", list(snapshot, `{"id":"n%d"}`, ",", "]}"), 0, "more than 50000 nodes"},
		{"a snapshot of records of a real size", list(snapshot, `{"id":"n%d","version":"`+padding+`"}`, ",", "]}"), 0, ""},
		{"short rows of CSV", list("id,type,approval,status\n", "n-%d,,,", "\n", "\n"), 0, "line 50002, column 1: more than 50000 records, and they are far smaller"},
		{"rows of CSV of a real size", list("id,type,approval,status,labels\n", "n-%d,,,,x="+padding[:200], "\n", "\n"), 0, ""},
		{"rows of YAML", list("", "- id: n%d\n", "", ""), 0, "line 50001, column 3: more than 50000 records, and they are far smaller"},
	} {
		_, err := fetch.Stream{Reader: strings.NewReader(c.text), Label: "list", MaxRecords: c.most}.List(t.Context())
		if c.wrong == "" && err != nil || c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong)) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
