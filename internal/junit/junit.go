// Package junit writes test results as JUnit XML, the form in which CI systems show
// them. Packages check and diff hand it their findings as test cases, one for each
// rule or node; what goes out is a whole document with one suite. It keeps to the
// schema of Jenkins' xUnit plugin (junit-10.xsd), which other systems accept too. That
// has no attribute for the place of a test, so texts name it.
package junit

import (
	"encoding/xml"
	"io"
)

// A Case is the result of one test. It passed if it has neither a Failure nor an
// Error. Texts may hold any characters: those that XML cannot hold are replaced.
type Case struct {
	Name  string `xml:"name,attr"`
	Class string `xml:"classname,attr"`

	Failure *Problem `xml:"failure"` // what was tested is not as it should be
	Error   *Problem `xml:"error"`   // the test could not be made
	Output  string   `xml:"system-out,omitempty"`
}

// A Problem says why a test did not pass.
type Problem struct {
	Message string `xml:"message,attr"` // one line
	Type    string `xml:"type,attr"`    // a word for the kind of problem
	Text    string `xml:",chardata"`    // all there is to say
}

// suite is the element of all cases. Readers want its counts, and its time.
type suite struct {
	Name     string `xml:"name,attr"`
	Tests    int    `xml:"tests,attr"`
	Failures int    `xml:"failures,attr"`
	Errors   int    `xml:"errors,attr"`
	Skipped  int    `xml:"skipped,attr"`
	Time     string `xml:"time,attr"`
	Cases    []Case `xml:"testcase"`
}

// document is the root element, which repeats the counts.
type document struct {
	XMLName  xml.Name `xml:"testsuites"`
	Name     string   `xml:"name,attr"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Errors   int      `xml:"errors,attr"`
	Suite    suite    `xml:"testsuite"`
}

// Write writes the cases as a suite of the given name, in their order. The same
// cases give the same bytes.
func Write(w io.Writer, name string, cases []Case) error {
	s := suite{Name: name, Tests: len(cases), Time: "0", Cases: cases}
	for i := range cases {
		if cases[i].Failure != nil {
			s.Failures++
		}
		if cases[i].Error != nil {
			s.Errors++
		}
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(document{Name: name, Tests: s.Tests, Failures: s.Failures, Errors: s.Errors, Suite: s}); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
