package fleet

// This file thins samples.

import "time"

// A thinning keeps at most [MostSamples] samples of any number: the first, and at the least power of
// two of seconds for which there is room, the last of each interval of that length, which stands for
// the others in it. That depends on the samples alone, which come in order of time.
type thinning struct {
	width int64 // of an interval, in seconds; 0 at first
	kept  []Sample
}

// interval returns the number of the interval that a time is in.
func (t *thinning) interval(at time.Time) int64 {
	seconds := at.Unix()
	n := seconds / t.width
	if seconds%t.width < 0 { // before 1970
		n--
	}
	return n
}

// add adds the next sample.
func (t *thinning) add(s Sample) {
	t.width = max(t.width, 1)
	t.put(s)
	for len(t.kept) > MostSamples {
		t.width *= 2
		finer := t.kept
		t.kept = finer[:0]
		for _, s := range finer {
			t.put(s)
		}
	}
}

// put adds a sample, in place of the last one if that is in the same interval, and not the first.
func (t *thinning) put(s Sample) {
	if n := len(t.kept); n > 1 && t.interval(t.kept[n-1].At) == t.interval(s.At) {
		t.kept[n-1] = s.Since(&t.kept[n-1])
		return
	}
	t.kept = append(t.kept, s)
}
