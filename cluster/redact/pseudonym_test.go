package redact

import (
	"slices"
	"testing"
)

// noSecrets is for tests of pseudonyms that contain no originals.
func noSecrets() secrets { return secrets{found: make(map[string]bool)} }

// Pseudonyms of 40 bits are not equal by chance in a test; those of one letter are.
func TestEqualPseudonymsAreAllReplaced(t *testing.T) {
	assign := func(all []original) map[original]string {
		r := &Redaction{names: make(map[original]string), secrets: noSecrets(), pseudonym: func(o original, round uint64) string {
			if round > 1 {
				return o.text
			}
			return string("ab"[o.text[0]%2]) + string(rune('0'+round))
		}}
		r.assign(t.Context(), all)
		return r.names
	}
	all := []original{{text: "1"}, {text: "2"}, {text: "3"}}
	got := assign(all)
	if got[all[0]] != "1" || got[all[1]] != "a0" || got[all[2]] != "3" {
		t.Errorf("%v", got)
	}
	reversed := slices.Clone(all)
	slices.Reverse(reversed)
	for o, p := range assign(reversed) {
		if got[o] != p {
			t.Errorf("in another order %s becomes %s, not %s", o.text, p, got[o])
		}
	}
}

// A snapshot in which every pseudonym contains an original is redacted all the same.
func TestAssignEndsIfEveryPseudonymContainsAnOriginal(t *testing.T) {
	r := &Redaction{
		names: make(map[original]string), secrets: noSecrets(),
		pseudonym: func(o original, _ uint64) string { return "same" + o.text },
	}
	r.secrets.texts, r.secrets.lengths = map[string]bool{"same": true}, []int{4}
	r.assign(t.Context(), []original{{text: "1"}, {text: "2"}})
	if len(r.names) != 2 {
		t.Errorf("%v", r.names)
	}
}
