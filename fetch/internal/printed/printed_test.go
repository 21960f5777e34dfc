package printed_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/fetch/internal/printed"
)

// read returns what is found in a text, and nil if that is no printed list.
func read(t *testing.T, text string) (*printed.List, error) {
	t.Helper()
	format, found := printed.Detect(bufio.NewReaderSize(strings.NewReader(text), 64<<10))
	if !found {
		return nil, nil
	}
	return format.Read([]byte(text), 100)
}

func TestRecordsKeepTheirPlaces(t *testing.T) {
	for text, want := range map[string]string{
		"log\n[\n  {\"id\": \"a\"},\n\n {\"id\": \"b\"}]": "[\n\n  {\"Info\":{\"NodeID\":\"a\"}},\n\n {\"Info\":{\"NodeID\":\"b\"}}]\n",
		"- id: a\n- id: b\n":                              "[ {\"Info\":{\"NodeID\":\"a\"}},\n  {\"Info\":{\"NodeID\":\"b\"}}]\n",
		"id,type,approval,status\na,,,\nb,,,\n":           "[\n{\"Info\":{\"NodeID\":\"a\"}},\n{\"Info\":{\"NodeID\":\"b\"}}]\n",
		"\x1b[9m ID \x1b[0m\x1b[9m TYPE \x1b[0m\x1b[9m APPROVAL \x1b[0m\x1b[9m STATUS \x1b[0m\n\x1b[9m a  \x1b[0m\n": "[\n {\"Info\":{\"NodeID\":\"a\"}}]\n",
	} {
		list, err := read(t, text)
		if err != nil || list == nil {
			t.Errorf("%q: %v, %v", text, list, err)
		} else if got := string(list.JSON); got != want {
			t.Errorf("%q:\n%q, want\n%q", text, got, want)
		}
	}
}

func TestOtherTextsAreNotPrintedLists(t *testing.T) {
	for _, text := range []string{
		"", "[]", `[{"Info":{"NodeID":"a"}}]`, "[INFO] id\n[{\"Info\":{}}]", `{"Nodes":[]}` + "\nid,short_id,role\n", "<html>\n- id: a\n",
		"identity,short_id,role", "- ids: a", "kind\n" + `{"id":"a"}` + "\n- id: b\n",
	} {
		if list, err := read(t, text); list != nil || err != nil {
			t.Errorf("%q: %v, %v", text, list, err)
		}
	}
}

func TestMoreRecordsThanTheLimitAreRefusedWithTheirPlace(t *testing.T) {
	_, err := read(t, "id,type,approval,status\n"+strings.Repeat("a,,,\n", 1000))
	if err == nil || err.Error() != "line 102, column 1: more than 100 records" {
		t.Error(err)
	}
}

func TestOneLargeRecordIsRefusedWithItsPlace(t *testing.T) {
	long := strings.Repeat("a", 1<<20+1)
	for text, want := range map[string]string{
		"[{\"id\":\"a\"},\n {\"id\":\"" + long + "\"}]":     "line 2, column 2: a record larger than 1 MiB",
		"- id: a\n- id: " + long + "\n- id: b\n":            "line 2, column 1: a record larger than 1 MiB",
		"id,type,approval,status\na,,,\nb,," + long + ",\n": "line 3, column 1: a record larger than 1 MiB",
	} {
		if _, err := read(t, text); err == nil || err.Error() != want {
			t.Errorf("%.20q: %v", text, err)
		}
	}
}

func FuzzReadGivesJSONOrAPlace(f *testing.F) {
	for _, text := range []string{
		"[{\"id\":\"a\",\"cpu\":{\"free\":1,\"total\":2},\"orchestrators\":[\"h\"]}]", "- id: a\n  labels: {a: b}\n- Info: {NodeID: b}\n",
		"id,short_id,role,type\na,a,compute,Compute\n", "id,type,approval,status,labels\n\"a\",b,c,d,\"x=\\\"\\,\"\n",
		" ID  TYPE  APPROVAL  STATUS  LABELS\n a   b     c         d       e=f\n", "- id: \"\\u2028\"\n- id: .inf\n", "- id: |\n   a\n- Info:\n    - b\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list, err := read(t, text)
		var wrong *printed.Error
		switch {
		case err != nil && (!errors.As(err, &wrong) || wrong.Line < 1 || wrong.Column < 1 || wrong.Line > 2+strings.Count(text, "\n")):
			t.Errorf("%v", err)
		case err == nil && list != nil && !json.Valid(list.JSON):
			t.Errorf("%s", list.JSON)
		}
	})
}
