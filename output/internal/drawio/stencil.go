package drawio

// This file writes shapes of draw.io's own kind, for areas that are no rectangles.

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/spatial/r2"
)

// stencil returns a polygon within its bounds as the name of a shape: an XML document, escaped as
// the component of a URL, deflated and in Base64. It is not compressed, since compressors
// differ in the bytes that they write.
func stencil(path []r2.Vec, b bounds) string {
	const side = 1000
	part := func(x, low, length float64) string {
		if length == 0 {
			return "0"
		}
		return strconv.FormatFloat((x-low)/length*side, 'f', 1, 64)
	}
	var shape strings.Builder
	shape.WriteString(`<shape w="1000" h="1000" aspect="variable" strokewidth="inherit"><background><path>`)
	for i, q := range path {
		name := "line"
		if i == 0 {
			name = "move"
		}
		shape.WriteString("<" + name + ` x="` + part(q.X, b.low.X, b.w()) + `" y="` + part(q.Y, b.low.Y, b.h()) + `"/>`)
	}
	shape.WriteString(`<close/></path></background><foreground><fillstroke/></foreground></shape>`)
	var out bytes.Buffer
	if w, err := flate.NewWriter(&out, flate.NoCompression); err == nil { // as the level is valid
		_, _ = w.Write([]byte(url.PathEscape(shape.String()))) // a buffer takes all
		_ = w.Close()
	}
	return "stencil(" + base64.StdEncoding.EncodeToString(out.Bytes()) + ")"
}
