package jsondoc

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxNumber is the largest Count and Amount. It is that of package cluster.
const maxNumber = 1e9

// A Count is a whole number from 0 to 1,000,000,000.
type Count int

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (c *Count) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return readNumber(dec, (*int)(c), 0, maxNumber, "a whole number from 0 to 1000000000")
}

// A Positive is a whole number from 1 that fits in an int.
type Positive int

var positives = fmt.Sprintf("a whole number from 1 to 2^%d-1", strconv.IntSize-1)

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (p *Positive) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return readNumber(dec, (*int)(p), 1, math.MaxInt, positives)
}

// An Amount is a number from 0 to 1,000,000,000.
type Amount float64

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (a *Amount) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return readNumber(dec, (*float64)(a), 0, maxNumber, "a number from 0 to 1000000000")
}

// readNumber reads a number from least to most.
func readNumber[N int | float64](dec *jsontext.Decoder, to *N, least, most N, expected string) error {
	offset := dec.InputOffset()
	err := json.UnmarshalDecode(dec, to)
	if err == nil && *to >= least && *to <= most {
		return nil
	}
	var mismatch *json.SemanticError
	if err == nil || errors.As(err, &mismatch) && !errors.Is(err, errNull) {
		return &mismatchError{offset, expected}
	}
	return err
}

// ReadList reads a list. It calls item with the offset of each item, which item
// reads from dec.
func ReadList(dec *jsontext.Decoder, item func(offset int64) error) error {
	if dec.PeekKind() != '[' {
		offset := dec.InputOffset()
		if err := dec.SkipValue(); err != nil {
			return err
		}
		return &mismatchError{offset, "a list"}
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != ']' {
		if err := item(dec.InputOffset()); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}
