package diff

// This file writes, in each format, why there is no list of changes.

import (
	"io"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/junit"
	"github.com/bacviz/bacviz/internal/mdtext"
)

// A Trouble is why two networks could not be compared.
type Trouble struct {
	Message string
	Hint    string // what to do about it; may be empty
}

// WriteTrouble writes why there is no list of changes. Its readers see neither the
// exit status nor the messages of the program. The text format is for people, who see
// both, and stays empty.
func (f Format) WriteTrouble(w io.Writer, t Trouble) error {
	return f.trouble(w, &Trouble{display.OneLine(t.Message), display.OneLine(t.Hint)})
}

func writeNoTrouble(io.Writer, *Trouble) error { return nil }

func writeMarkdownTrouble(w io.Writer, t *Trouble) error {
	text := "**The networks could not be compared**\n\n" + mdtext.Code(t.Message) + "\n"
	if t.Hint != "" {
		text += "\nHint: " + mdtext.Code(t.Hint) + "\n"
	}
	_, err := io.WriteString(w, text)
	return err
}

func writeJSONTrouble(w io.Writer, t *Trouble) error {
	j := jsonWriter{}
	j.head()
	j.section("error")
	j.Raw(`{"message": `)
	j.String(t.Message)
	if t.Hint != "" {
		j.Raw(`, "hint": `)
		j.String(t.Hint)
	}
	j.Raw("}\n}\n")
	_, err := w.Write(j.Text)
	return err
}

// writeJUnitTrouble writes one test that ended with an error.
func writeJUnitTrouble(w io.Writer, t *Trouble) error {
	p := &junit.Problem{Message: t.Message, Type: "unknown", Text: t.Message}
	if t.Hint != "" {
		p.Text += "\nhint: " + t.Hint
	}
	return junit.Write(w, "bacviz diff", []junit.Case{{Class: "bacviz.diff", Name: "the networks can be compared", Error: p}})
}

// A troubleRecord is the field that takes the place of all others in a document of a
// comparison that failed.
type troubleRecord struct {
	Message string `json:"message"`
	Hint    string `json:"hint"`
}
