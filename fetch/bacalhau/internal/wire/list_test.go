package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// samples are JSON texts, good and bad, that are read in several ways.
var samples = []string{
	`{"Info":{"NodeID":"a","Labels":{"k":"v\"}]\\"}}}`, `{"Info":{"NodeID":"\\\\"}},{"Info":{"NodeID":"\\\"{"}}`,
	`null`, `7, -1.5e3, true,false , "]"`, `[[],{}]`, `{"Info":{"NodeID":"é\ud83d\ude00` + "\xff" + `"}}`, "{}\n,\r{\t}",
	`{"Info":{"NodeID":"a"}]`, `{"Info":{"NodeID":"a"}},`, `,{}`, `{} {}`, `{"a":1}}`, `{"a"`, `"{`, `{"a":"\`, "\"\x01\"", `{]`, `]`, `}`, ``, `\"{}`,
	strings.Repeat("[", 10001), `{"Info":{"NodeID":"a","ComputeNodeInfo":{"MaxCapacity":{"CPU":1.5},"ExecutionEngines":["b","a",null]}}}`,
}

// lead is as many records as a batch has, so that a text behind it begins a batch.
var lead = strings.Repeat(`{"Info":{"NodeID":"lead"}},`, batchRecords)

// FuzzBatches holds that a list is read in batches as a decoder reads it from beginning to end:
// the same nodes, and the same mistake in the same place.
func FuzzBatches(f *testing.F) {
	for _, text := range samples {
		f.Add("", text)
		f.Add(lead, text)
		f.Add(lead, "{},"+text+"],\"more\":1}")
	}
	f.Fuzz(func(t *testing.T, before, text string) {
		text = `{"Nodes":[` + before + text + `]}`
		d := NodeDecoder{Warn: func(string) {}}
		p := &page{in: &counter{r: strings.NewReader(text)}}
		p.dec, p.text = newDecoder(p.in), p.in
		_, err := d.top(p)
		var got []cluster.Node
		for _, batch := range d.nodes {
			got = append(got, batch...)
		}
		want, records, wantErr := readAtOnce(text)
		if wantErr == errAgain {
			return
		}
		if message(err) != message(wantErr) || d.Records != records {
			t.Fatalf("%q after record %d, want %q after record %d", message(err), d.Records, message(wantErr), records)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatal(d)
		}
		if syntax := (*jsontext.SyntacticError)(nil); errors.As(wantErr, &syntax) {
			want := (&counter{r: strings.NewReader(text)}).read(len(text)).place(syntax.ByteOffset).String()
			if at := placeOf(d.broken(err, p)); at != "" && at != want {
				t.Errorf("the mistake is at %s, want %s", at, want)
			}
		}
	})
}

// read reads so many bytes.
func (c *counter) read(n int) *counter {
	_, _ = io.CopyN(io.Discard, c, int64(n))
	return c
}

// placeOf returns the place that a message about a mistake names, or "" if it names none.
func placeOf(err error) string {
	_, after, _ := strings.Cut(err.Error(), " at ")
	if strings.HasPrefix(err.Error(), "cut off") {
		return ""
	}
	if at, _, found := strings.Cut(after, " after record"); found {
		return at
	}
	at, _, _ := strings.Cut(after, ": ")
	return at
}

// message returns what is wrong with a text, without the place.
func message(err error) string {
	var syntax *jsontext.SyntacticError
	switch {
	case errors.As(err, &syntax):
		return syntax.Err.Error()
	case err != nil:
		return err.Error()
	}
	return ""
}

// errAgain is the error for a text that may have a second list.
var errAgain = errors.New("another list")

// readAtOnce reads the records of {"Nodes":[…]} with one decoder.
func readAtOnce(text string) (nodes []cluster.Node, records int, err error) {
	dec := newDecoder(bytes.NewReader([]byte(text)))
	for range 3 {
		if _, err := dec.ReadToken(); err != nil {
			return nil, 0, err
		}
	}
	var r recordReader
	for ; dec.PeekKind() != ']'; records++ {
		json, err := dec.ReadValue()
		if err != nil {
			return nodes, records, err
		}
		var n cluster.Node
		var s cluster.Sighting
		if r.read(json, &n, &s) == "" {
			n.Sightings = []cluster.Sighting{s}
			nodes = append(nodes, n)
		}
	}
	for dec.StackDepth() > 0 && err == nil {
		var token jsontext.Token
		if token, err = dec.ReadToken(); err == nil && token.Kind() == '"' && token.String() == "Nodes" {
			return nil, 0, errAgain
		}
	}
	return nodes, records, err
}

// FuzzCursor holds that a cursor finds in valid JSON what a decoder finds.
func FuzzCursor(f *testing.F) {
	for _, text := range samples {
		f.Add(text)
		f.Add("[ " + text + "\n]")
	}
	f.Fuzz(func(t *testing.T, text string) {
		want := jsontext.Value(text)
		if !want.IsValid(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)) {
			return
		}
		if err := want.Compact(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true), jsontext.PreserveRawStrings(true)); err != nil {
			t.Fatal(err)
		}
		c := cursor{text: []byte(text)}
		if got := compact(&c); got != string(want) {
			t.Fatalf("%q, want %q", got, want)
		}
		if c = (cursor{text: []byte(text)}); string(c.value()) != strings.Trim(text, " \t\r\n") {
			t.Errorf("%q is taken from %q", c.text[:c.at], text)
		}
	})
}

// compact returns the next value without the space between its parts.
func compact(c *cursor) string {
	var open, end string
	switch c.peek() {
	case '{':
		open, end = "{", "}"
	case '[':
		open, end = "[", "]"
	default:
		return string(c.value())
	}
	var parts []string
	for c.at++; c.peek() != jsontext.Kind(end[0]); {
		part := compact(c)
		if open == "{" {
			part += ":" + compact(c)
		}
		parts = append(parts, part)
	}
	c.at++
	return open + strings.Join(parts, ",") + end
}

func TestBatchesGiveTheirRoomBack(t *testing.T) {
	var list strings.Builder
	for i := range 40 * batchRecords {
		fmt.Fprintf(&list, `,{"Info":{"NodeID":"n%07d"}}`, i)
	}
	d := NodeDecoder{Warn: func(message string) { t.Error(message) }}
	if _, err := d.ReadPage(strings.NewReader("[" + list.String()[1:] + "]")); err != nil || d.Len() != 40*batchRecords {
		t.Fatal(d.Len(), err)
	}
	if most := 2*len(d.batches.readers) + 2; len(d.batches.free) > most {
		t.Errorf("%d texts of batches are kept, more than the %d that are in use at a time", len(d.batches.free), most)
	}
}

// BenchmarkStages measures what is done with each record: finding its end, checking it, and
// taking it apart.
func BenchmarkStages(b *testing.B) {
	answer, err := clustertest.Load("v1.9.3", "nodes_limit2")
	if err != nil {
		b.Fatal(err)
	}
	var page struct{ Nodes []jsontext.Value }
	if err := json.Unmarshal(answer.Body, &page); err != nil {
		b.Fatal(err)
	}
	record := page.Nodes[0]
	var r recordReader
	for name, stage := range map[string]func(){
		"cut":   func() { new(brackets).next(record) },
		"check": func() { record.IsValid() },
		"read":  func() { r.read(record, &cluster.Node{}, &cluster.Sighting{}) },
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(record)))
			b.ReportAllocs()
			for b.Loop() {
				stage()
			}
		})
	}
}
