package redact

import (
	"slices"
	"testing"
)

// Forty bits do not meet by chance in a test; one letter does.
func TestPseudonymsThatMeetAllChange(t *testing.T) {
	few := func(o original, round uint64) string {
		return string("ab"[o.text[0]%2]) + string(rune('0'+round))
	}
	all := []original{{text: "1"}, {text: "2"}, {text: "3"}}
	name := func(all []original) map[original]string {
		r := &Redaction{names: make(map[original]string), held: make(map[string]bool), pseudonym: func(o original, round uint64) string {
			if round > 1 {
				return o.text
			}
			return few(o, round)
		}}
		r.christen(all)
		return r.names
	}
	got := name(all)
	if got[all[0]] != "1" || got[all[1]] != "a0" || got[all[2]] != "3" {
		t.Errorf("%v", got)
	}
	turned := slices.Clone(all)
	slices.Reverse(turned)
	for o, p := range name(turned) {
		if got[o] != p {
			t.Errorf("in another order %s becomes %s, not %s", o.text, p, got[o])
		}
	}
}

// A list that spells everything must not keep bacviz busy for ever.
func TestPseudonymsEndWhereAllSpellOriginals(t *testing.T) {
	r := &Redaction{
		names: make(map[original]string), held: make(map[string]bool), sought: map[string]bool{"same": true}, lengths: []int{4},
		pseudonym: func(o original, _ uint64) string { return "same" + o.text },
	}
	r.christen([]original{{text: "1"}, {text: "2"}})
	if len(r.names) != 2 {
		t.Errorf("%v", r.names)
	}
}
