package redact

import (
	"maps"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/cluster"
)

// minSecretLen is the least length of an original that must not occur inside another
// text. Shorter ones, such as "eu", are parts of ordinary words.
const minSecretLen = 4

// secrets finds originals inside of texts.
type secrets struct {
	texts   map[string]bool // originals of at least minSecretLen bytes
	lengths []int           // of texts, ascending
	found   map[string]bool // the answers that in has given
}

// newSecrets returns the NodeIDs, label values, values that labels were chosen by, and IDs and names of jobs in the
// snapshots, as far as they are long enough.
func newSecrets(all []cluster.Snapshot, ids map[string]bool) secrets {
	s := secrets{texts: make(map[string]bool), found: make(map[string]bool)}
	for id := range ids {
		s.add(id, ownID(id))
	}
	for i := range all {
		for k := range all[i].Nodes {
			for _, value := range all[i].Nodes[k].Labels {
				s.add(value)
			}
		}
		for _, o := range all[i].Origins {
			s.add(o.Cluster)
		}
		if part := all[i].Selection; part != nil {
			for _, c := range part.By {
				if !strings.HasPrefix(c.Field, "@") {
					s.add(c.Values...)
				}
			}
		}
		for k := range all[i].Jobs {
			j := &all[i].Jobs[k]
			s.add(j.ID, j.Short(), j.Name)
			for _, e := range j.Executions {
				s.add(e.ID)
			}
		}
	}
	lengths := make(map[int]bool)
	for text := range s.texts {
		lengths[len(text)] = true
	}
	s.lengths = slices.Sorted(maps.Keys(lengths))
	return s
}

func (s *secrets) add(texts ...string) {
	for _, text := range texts {
		if len(text) >= minSecretLen {
			s.texts[text] = true
		}
	}
}

// in reports whether a text contains an original, or is too long to be searched.
func (s *secrets) in(text string) bool {
	const maxLen = 256 // longer texts are not words, and take long to search
	if len(text) > maxLen {
		return true
	}
	answer, ok := s.found[text]
	if !ok {
		answer = s.search(text)
		s.found[text] = answer
	}
	return answer
}

func (s *secrets) search(text string) bool {
	for _, n := range s.lengths {
		for i := 0; i+n <= len(text); i++ {
			if s.texts[text[i:i+n]] {
				return true
			}
		}
	}
	return false
}
