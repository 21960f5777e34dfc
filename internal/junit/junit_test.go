package junit_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/bacviz/bacviz/internal/junit"
)

func ExampleWrite() {
	err := junit.Write(os.Stdout, "demo", []junit.Case{
		{Name: "enough nodes", Class: "demo.nodes", Output: "12 nodes"},
		{Name: "one requester", Class: "demo.requesters", Failure: &junit.Problem{Message: "2 requesters", Type: "broken", Text: "2 <requesters>"}},
		{Name: "room", Class: "demo.free", Error: &junit.Problem{Message: "unknown", Type: "unknown"}},
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// <?xml version="1.0" encoding="UTF-8"?>
	// <testsuites name="demo" tests="3" failures="1" errors="1">
	//   <testsuite name="demo" tests="3" failures="1" errors="1" skipped="0" time="0">
	//     <testcase name="enough nodes" classname="demo.nodes">
	//       <system-out>12 nodes</system-out>
	//     </testcase>
	//     <testcase name="one requester" classname="demo.requesters">
	//       <failure message="2 requesters" type="broken">2 &lt;requesters&gt;</failure>
	//     </testcase>
	//     <testcase name="room" classname="demo.free">
	//       <error message="unknown" type="unknown"></error>
	//     </testcase>
	//   </testsuite>
	// </testsuites>
}

func TestWriteReplacesWhatXMLCannotHold(t *testing.T) {
	var b strings.Builder
	if err := junit.Write(&b, "x", []junit.Case{{Name: "a\x00\x1b\ufffe", Class: "c"}}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), `name="a`+"\ufffd\ufffd\ufffd"+`"`) {
		t.Errorf("%q", b.String())
	}
}
