//go:build !wasip1

package apart

import (
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
)

// The functions of a module that returns 42 from f() and traps in _start.
const small = "\x00asm\x01\x00\x00\x00" +
	"\x01\x08\x02\x60\x00\x01\x7f\x60\x00\x00" + // types: () → i32, ()
	"\x03\x03\x02\x00\x01" + // two functions
	"\x07\x0e\x02\x01f\x00\x00\x06_start\x00\x01" + // exports
	"\x0a\x0a\x02\x04\x00\x41\x2a\x0b\x03\x00\x00\x0b" // 42; a trap

func TestAHollowModuleExportsFunctionsThatReturnZero(t *testing.T) {
	hollowed, err := hollow([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	runtime := wazero.NewRuntime(t.Context())
	defer runtime.Close(t.Context())
	m, err := runtime.Instantiate(t.Context(), hollowed)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := m.ExportedFunction("f").Call(t.Context()); err != nil || len(got) != 1 || got[0] != 0 {
		t.Errorf("f returned %v, %v", got, err)
	}
	if m.ExportedFunction("_start") == nil {
		t.Error("an export is lost")
	}
}

func TestWhatIsNoModuleStaysAsItIs(t *testing.T) {
	for n := range len(small) {
		got, err := hollow([]byte(small[:n]))
		if whole := n == strings.Index(small, "\x0a\x0a"); (err == nil) != whole { // their own code is of no interest
			t.Errorf("%d bytes became %q, %v", n, got, err)
		}
	}
	if _, err := hollow(nil); err == nil {
		t.Error("no module became one")
	}
}
