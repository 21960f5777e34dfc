//go:build !wasip1

package cache

import (
	"reflect"
	"unsafe"

	"github.com/tetratelabs/wazero"
)

// codeSize is the number of bytes that must become executable for wazero's compiler:
// the compiled module has 6.2 MB on amd64.
const codeSize = 8 << 20

// interpret makes wazero interpret WebAssembly instead of compiling it, and reports
// whether that succeeded. It is for systems that let no page become executable, where
// go-graphviz would panic before main: it asks for wazero's default and offers no
// choice.
//
// The default is a copy of an unexported variable of wazero. Its field newEngine, nil
// otherwise, replaces the engine. TestInterpretReplacesTheCompiler fails if a new
// version of wazero does this differently.
func interpret() bool {
	config := reflect.TypeOf(wazero.NewRuntimeConfig())
	if config.Kind() != reflect.Pointer || config.Elem().Kind() != reflect.Struct {
		return false
	}
	field, ok := config.Elem().FieldByName("newEngine")
	if !ok || field.Type.Kind() != reflect.Func {
		return false
	}
	*(*func())(unsafe.Add(engineLessConfig, field.Offset)) = newInterpreter
	return true
}

//go:linkname engineLessConfig github.com/tetratelabs/wazero.engineLessConfig
var engineLessConfig unsafe.Pointer

// newInterpreter makes an interpreter. Its real type consists of internal types of
// wazero, so it is passed on here and must not be called.
//
//go:linkname newInterpreter github.com/tetratelabs/wazero/internal/engine/interpreter.NewEngine
func newInterpreter()
