package jsondoc

import (
	"bytes"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bacviz/bacviz/internal/display"
)

// KindField is the field that makes an object a document of bacviz, of the kind
// that its value names.
const KindField = "bacviz"

// A Header holds what a document says of itself, in every version of every kind.
// The types of documents embed it, to make its fields known.
type Header struct {
	Kind    Raw `json:"bacviz"`
	Version Raw `json:"version"`
	Needs   Raw `json:"needs"` // the oldest release of bacviz that reads the document
}

// Version returns the version of the document, which has to be of a kind and of a
// version from 1 to newest. It does not look at other fields: a later version may
// have others.
func (d *Document) Version(kind string, newest int) (int, error) {
	h, err := d.readHeader(kind, newest)
	version, isNumber := h.number()
	known := h.kind() != "" && h.Version.Given() && !(isNumber && version <= newest)
	switch {
	case err != nil && !known: // otherwise a kind or version that is not read explains why
		return 0, d.explain(err, 0)
	case !h.Kind.Given() && jsontext.Value(d.text).Kind() != '{':
		return 0, d.Errorf(0, "not a %s: a document of bacviz is a JSON object", kind)
	case h.kind() == "":
		return 0, d.Errorf(h.Kind.Offset, `not a %s of bacviz: it does not begin with {"bacviz": %q`, kind, kind)
	case h.kind() != kind:
		return 0, d.Errorf(h.Kind.Offset, "this document is a %s, not a %s", display.Quote(h.kind()), kind)
	case !h.Version.Given():
		return 0, d.Errorf(0, `a %s without "version"`, kind)
	case !isNumber:
		return 0, d.Errorf(h.Version.Offset, "version must be a number from 1, found %s", found(h.Version.text))
	case version > newest:
		return 0, d.tooNew(&h, kind, version, newest)
	}
	return version, nil
}

// tooNew returns the error of a document that a later release wrote.
func (d *Document) tooNew(h *Header, kind string, version, newest int) error {
	needs := ""
	if text := h.Needs.string(); text != "" {
		needs = "; it needs bacviz " + text + " or later"
	}
	later := Document{d.text, "use the release of bacviz that wrote it, or a later one"}
	return later.Errorf(h.Version.Offset, "%s version %d is newer than this bacviz, which reads up to version %d%s", kind, version, newest, needs)
}

// readHeader reads a header, wherever its fields are in the document. It stops as
// soon as it has found the kind and a version up to newest.
func (d *Document) readHeader(kind string, newest int) (h Header, err error) {
	dec := jsontext.NewDecoder(bytes.NewBuffer(d.text))
	if dec.PeekKind() != '{' {
		_, err = dec.ReadToken()
		return h, err
	}
	_, err = dec.ReadToken()
	for err == nil && dec.PeekKind() != '}' {
		var name jsontext.Token
		if name, err = dec.ReadToken(); err != nil {
			break
		}
		switch name.String() {
		case KindField:
			err = h.Kind.UnmarshalJSONFrom(dec)
		case "version":
			err = h.Version.UnmarshalJSONFrom(dec)
			if version, ok := h.number(); ok && version <= newest && h.kind() == kind {
				return h, err
			}
		case "needs":
			err = h.Needs.UnmarshalJSONFrom(dec)
		default:
			err = dec.SkipValue()
		}
	}
	return h, err
}

// kind returns the kind that the document is of, "" for none.
func (h *Header) kind() string { return h.Kind.string() }

// number returns the version, if it is a whole number from 1.
func (h *Header) number() (version int, ok bool) {
	version, err := strconv.Atoi(string(h.Version.text))
	return version, err == nil && version >= 1
}

// string returns what a JSON string says, "" for other values.
func (r *Raw) string() string {
	if r.text.Kind() != '"' {
		return ""
	}
	text, _ := jsontext.AppendUnquote(nil, r.text) // it was read, so it is valid
	return string(text)
}
