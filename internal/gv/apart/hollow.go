//go:build !wasip1

package apart

import (
	"encoding/binary"
	"errors"
	"slices"
)

// The sections of a WebAssembly module that hollow reads and writes. Numbers are those of the
// WebAssembly Core Specification 2.0, section 5.5.2.
const (
	typeSection     = 1
	importSection   = 2
	functionSection = 3
	memorySection   = 5
	exportSection   = 7
	codeSection     = 10
)

const headerSize = 8 // the magic number and the version

// The kinds of imports and exports.
const (
	functionKind = 0
	memoryKind   = 2
)

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

// hollow returns a module with the memory and the functions that another one exports. The memory
// is empty. All functions of one type are the same one, which does nothing and returns 0.
func hollow(module []byte) (_ []byte, err error) {
	defer func() {
		if recover() != nil { // as reader does, or an index that is out of range
			err = errMalformed
		}
	}()
	sections := map[byte]reader{importSection: {0}, memorySection: {0}} // there may be neither
	for in := reader(module[headerSize:]); len(in) > 0; {
		id := in.byte()
		sections[id] = in.bytes()
	}
	types := sections[typeSection]
	functions := typesOf(sections[importSection], sections[functionSection])
	each, code := oneOfEach(types)
	out := slices.Clip(module[:headerSize])
	out = appendSection(out, typeSection, types)
	out = appendSection(out, functionSection, each)
	out = appendSection(out, memorySection, sections[memorySection])
	out = appendSection(out, exportSection, exports(sections[exportSection], functions))
	return appendSection(out, codeSection, code), nil
}

// typesOf returns the types of a module's functions, of those that are imported first.
func typesOf(imports, own reader) (types []uint64) {
	for range imports.number() {
		imports.bytes() // the module
		imports.bytes() // the name
		if imports.byte() != functionKind {
			panic(errMalformed)
		}
		types = append(types, imports.number())
	}
	for range own.number() {
		types = append(types, own.number())
	}
	return types
}

// oneOfEach returns the sections of functions and of code for one function of each type.
func oneOfEach(types reader) (functions, code []byte) {
	count := types.number()
	functions, code = binary.AppendUvarint(nil, count), binary.AppendUvarint(nil, count)
	for i := range count {
		types.byte()  // 0x60, a function
		types.bytes() // its parameters
		body := noResult
		if result := types.bytes(); len(result) > 0 {
			if body = bodies[result[0]]; body == "" {
				panic(errMalformed)
			}
		}
		functions = binary.AppendUvarint(functions, i)
		code = append(append(code, byte(len(body))), body...)
	}
	return functions, code
}

// exports returns the section of exports without those that are neither memory nor functions, and in
// place of each function the one of its type.
func exports(from reader, functions []uint64) []byte {
	out := make([]byte, 0, len(from))
	count := uint64(0)
	for range from.number() {
		name, kind, index := from.bytes(), from.byte(), from.number()
		switch kind {
		case functionKind:
			index = functions[index]
		case memoryKind:
		default:
			continue
		}
		out = append(binary.AppendUvarint(out, uint64(len(name))), name...)
		out = binary.AppendUvarint(append(out, kind), index)
		count++
	}
	return append(binary.AppendUvarint(nil, count), out...)
}

func appendSection(out []byte, id byte, section []byte) []byte {
	return append(binary.AppendUvarint(append(out, id), uint64(len(section))), section...)
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
