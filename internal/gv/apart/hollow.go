//go:build !wasip1

package apart

import (
	"encoding/binary"
	"errors"
)

// The sections of a WebAssembly module that hollow looks at. Numbers are those of the
// WebAssembly Core Specification 2.0, section 5.5.2.
const (
	customSection    = 0
	typeSection      = 1
	functionSection  = 3
	exportSection    = 7
	startSection     = 8
	elementSection   = 9
	codeSection      = 10
	dataSection      = 11
	dataCountSection = 12
)

const headerSize = 8 // the magic number and the version

// bodies holds, for each type of a result, the code of a function without variables that
// returns 0: the number of variables, a constant, the end.
var bodies = map[byte]string{
	0x7f: "\x00\x41\x00\x0b",                             // i32
	0x7e: "\x00\x42\x00\x0b",                             // i64
	0x7d: "\x00\x43\x00\x00\x00\x00\x0b",                 // f32
	0x7c: "\x00\x44\x00\x00\x00\x00\x00\x00\x00\x00\x0b", // f64
}

// noResult is the code of a function that returns nothing.
const noResult = "\x00\x0b"

var errMalformed = errors.New("not a WebAssembly module of the expected form")

// hollow returns a module with the imports, exports and signatures of another one, whose
// functions do nothing and return 0. Its memory is empty.
func hollow(module []byte) (_ []byte, err error) {
	defer func() {
		if recover() != nil { // as reader does, or an index that is out of range
			err = errMalformed
		}
	}()
	out := append([]byte(nil), module[:headerSize]...)
	var results []string // the code that each type of function needs
	var code []byte
	for in := reader(module[headerSize:]); len(in) > 0; {
		id := in.byte()
		section := in.bytes()
		switch id {
		case customSection, startSection, elementSection, dataSection, dataCountSection:
			continue
		case typeSection:
			results = resultsOf(reader(section))
		case functionSection:
			code = codeOf(reader(section), results)
		case codeSection:
			section = code
		}
		out = append(out, id)
		out = binary.AppendUvarint(out, uint64(len(section)))
		out = append(out, section...)
	}
	return out, nil
}

// resultsOf returns the body of a function of each type.
func resultsOf(types reader) []string {
	var out []string
	for range types.number() {
		types.byte() // 0x60, a function
		types.bytes()
		body := noResult
		if result := types.bytes(); len(result) > 0 {
			if body = bodies[result[0]]; body == "" {
				panic(errMalformed)
			}
		}
		out = append(out, body)
	}
	return out
}

// codeOf returns the code section of functions of the given types.
func codeOf(functions reader, results []string) []byte {
	count := functions.number()
	out := binary.AppendUvarint(nil, count)
	for range count {
		body := results[functions.number()]
		out = append(out, byte(len(body)))
		out = append(out, body...)
	}
	return out
}

// reader reads a module from its beginning. It panics where the module ends too early.
type reader []byte

func (r *reader) byte() byte {
	b := (*r)[0]
	*r = (*r)[1:]
	return b
}

// number reads an unsigned integer in LEB128, which encoding/binary calls a varint.
func (r *reader) number() uint64 {
	v, n := binary.Uvarint(*r)
	if n <= 0 {
		panic(errMalformed)
	}
	*r = (*r)[n:]
	return v
}

// bytes reads a number and so many bytes.
func (r *reader) bytes() []byte {
	n := r.number()
	b := (*r)[:n]
	*r = (*r)[n:]
	return b
}
