package input

import "github.com/bacviz/bacviz/internal/display"

// The most records of a text, unless the user says otherwise. A record costs memory
// for its node, its label and its place in a picture, however short it is: up to
// 250 MB for FreeRecords of 30 bytes, and up to 8 times the bytes of a text with a
// record for each BytesPerRecord. A real record has 700 bytes and more.
const (
	FreeRecords    = 50_000 // of any text
	BytesPerRecord = 400    // of a longer one
)

// A RecordLimit is how many records a text may have that is read under --max-records.
// Zero means that it depends on the length of the text.
type RecordLimit int

// Most returns the limit for a text of so many bytes.
func (l RecordLimit) Most(bytes int64) int {
	if l > 0 {
		return int(l)
	}
	return int(max(FreeRecords, bytes/BytesPerRecord))
}

// Exceeded says that a text of so many bytes has more records than the limit, and what to
// do.
func (l RecordLimit) Exceeded(bytes int64) (message, hint string) {
	message = "more than " + display.Count(l.Most(bytes), "record")
	if l > 0 {
		return message, "--max-records sets a larger limit"
	}
	return message + ", and they are far smaller than those of real nodes", "small records take many times their size in memory; --max-records reads as many as you say"
}
