package main

// This file reads the texts back that a picture holds.

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// extract returns the text in a picture of any format that a reader of the file could
// find: its bytes as they are, with escapes replaced, and uncompressed.
func extract(t *testing.T, format string, picture []byte) string {
	t.Helper()
	text := string(picture)
	switch format {
	case "png":
		return text + pngText(t, picture)
	case "pdf":
		return text + streams(picture) + pdfText(t, picture)
	case "eps":
		// The PDF shows letters one by one.
		var shown strings.Builder
		for _, m := range regexp.MustCompile(`\(((?:[^()\\]|\\.)*)\) *show`).FindAllStringSubmatch(text, -1) {
			shown.WriteString(m[1])
		}
		return text + shown.String()
	}
	text += html.UnescapeString(text)
	if json.Valid(picture) { // with every string unescaped
		var v any
		_ = json.Unmarshal(picture, &v)
		text += fmt.Sprint(v)
	}
	return text
}

// pngText returns the chunks of a PNG that hold no pixels, uncompressed.
func pngText(t *testing.T, picture []byte) string {
	var text strings.Builder
	for at := 8; at+12 <= len(picture); {
		n := int(binary.BigEndian.Uint32(picture[at:]))
		kind, data := string(picture[at+4:at+8]), picture[at+8:at+8+n]
		if kind != "IDAT" && kind != "PLTE" {
			text.Write(data)
			for i := range data { // zTXt and iTXt compress what comes behind a name
				text.WriteString(inflate(data[i:]))
			}
		}
		if at += 12 + n; kind == "IEND" && at != len(picture) {
			t.Errorf("%d bytes behind the end of the PNG", len(picture)-at)
		}
	}
	return text.String()
}

// streams returns the streams of a PDF, uncompressed.
func streams(picture []byte) string {
	var text strings.Builder
	for rest := picture; ; {
		_, after, found := bytes.Cut(rest, []byte("stream"))
		if !found {
			return text.String()
		}
		rest = after
		text.WriteString(inflate(bytes.TrimLeft(after, "\r\n")))
	}
}

func inflate(data []byte) string {
	z, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return ""
	}
	out, _ := io.ReadAll(z) // up to where it stops being zlib
	return string(out)
}

func pdfText(t *testing.T, picture []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "picture.pdf")
	if err := os.WriteFile(file, picture, 0o600); err != nil {
		t.Fatal(err)
	}
	var text string
	for _, tool := range []string{"pdftotext", "pdfinfo"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatalf("%s is needed to read PDF: install poppler-utils", tool)
			}
			continue
		}
		args := []string{file}
		if tool == "pdftotext" {
			args = append(args, "-")
		}
		out, err := exec.Command(tool, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v: %s", tool, err, out)
		}
		// Without line breaks, and as the separate words that it finds.
		text += string(out) + strings.ReplaceAll(string(out), "\n", "")
	}
	return text
}
